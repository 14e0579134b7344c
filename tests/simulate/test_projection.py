"""Projected potentials hold each atom exactly where it lies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sixring.errors import UsageError
from sixring.simulate._abtem import quiet_abtem
from sixring.simulate._projection import project, scattering_factor

EXTENT, POINTS = (16.0, 12.0), (96, 72)


def potential(positions: list[tuple[float, float]], elements: list[str]) -> NDArray[np.float32]:
    with quiet_abtem() as abtem:
        return project(
            np.array(positions).reshape(-1, 2),
            np.array(elements),
            extent=EXTENT,
            points=POINTS,
            abtem=abtem,
        )


def shifted(image: NDArray[np.float32], x: float, y: float) -> NDArray[np.float64]:
    """Move a band-limited image by a length, leaving out its highest frequency."""
    spectrum = np.fft.fft2(image)
    kx = np.fft.fftfreq(POINTS[0], EXTENT[0] / POINTS[0])[:, None]
    ky = np.fft.fftfreq(POINTS[1], EXTENT[1] / POINTS[1])[None, :]
    spectrum *= np.exp(-2j * np.pi * (kx * x + ky * y))
    spectrum[POINTS[0] // 2] = 0
    spectrum[:, POINTS[1] // 2] = 0
    return np.asarray(np.fft.ifft2(spectrum).real)


@pytest.mark.parametrize("element", ["H", "C", "Si"])
def test_an_atom_on_the_grid_is_abtems(element: str) -> None:
    from ase import Atoms

    ours = potential([(8.0, 6.0)], [element])
    with quiet_abtem() as abtem:
        atom = Atoms([element], [(8.0, 6.0, 1.0)], cell=(*EXTENT, 2.0))
        theirs = abtem.Potential(atom, gpts=POINTS, slice_thickness=2.0, projection="infinite")
        expected = theirs.build().array.sum(axis=0)
    # abTEM divides by what it takes for the form of a point of its grid.
    f = np.hypot(np.fft.fftfreq(POINTS[0])[:, None], np.fft.fftfreq(POINTS[1])[None, :])
    form = np.where(f > 0, np.sin(f) / np.maximum(f, 1e-9), 1.0)
    kept = [np.abs(np.fft.fft2(v))[:40, :30] for v in (ours, expected)]
    np.testing.assert_allclose(kept[0], (kept[1] * form[:40, :30]), rtol=1e-3)


@settings(max_examples=25, deadline=None)
@given(x=st.floats(-0.5, 0.5), y=st.floats(-0.5, 0.5))
def test_an_atom_between_the_points_is_the_same_atom(x: float, y: float) -> None:
    still = potential([(8.0, 6.0)], ["C"])
    moved = potential([(8.0 + x, 6.0 + y)], ["C"])
    difference = moved - shifted(still, x, y)
    # The highest frequency has no sign on a grid; it was left out of the one.
    assert np.abs(shifted(difference.astype(np.float32), 0, 0)).max() < 1e-3 * still.max()


def test_the_integral_is_the_scattering_factor_at_zero() -> None:
    with quiet_abtem() as abtem:
        carbon, silicon = (scattering_factor(e, abtem=abtem)[0] for e in ("C", "Si"))
    total = potential([(3.1, 4.2), (9.9, 7.7), (5.0, 5.0)], ["C", "Si", "C"]).sum()
    area = EXTENT[0] / POINTS[0] * EXTENT[1] / POINTS[1]
    assert total * area == pytest.approx(2 * carbon + silicon, rel=1e-4)


def test_atoms_outside_the_cell_are_left_out() -> None:
    inside = potential([(8.0, 6.0)], ["C"])
    both = potential([(8.0, 6.0), (24.0, 6.0), (-1.0, 3.0)], ["C", "C", "Si"])
    np.testing.assert_allclose(both, inside, atol=1e-3 * inside.max())
    np.testing.assert_array_equal(potential([], []), 0)


def test_an_element_that_is_none() -> None:
    with pytest.raises(UsageError, match=r"^there is no scattering factor for the element 'Xx'$"):
        potential([(8.0, 6.0)], ["Xx"])


def test_a_table_is_made_once_and_can_not_be_changed() -> None:
    with quiet_abtem() as abtem:
        table = scattering_factor("C", abtem=abtem)
        assert scattering_factor("C", abtem=abtem) is table
    assert (np.diff(table) < 0).all()
    with pytest.raises(ValueError, match="read-only"):
        table[0] = 0
