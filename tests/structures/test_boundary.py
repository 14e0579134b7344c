import numpy as np
import pytest

from sixring.errors import UsageError
from sixring.structures import LATTICE_CONSTANT, tilt_boundary, truth


@pytest.mark.parametrize("angle", [6.0, 10.0, 13.2, 21.787, 32.204])
def test_a_boundary_is_fives_and_sevens_as_dense_as_read_and_shockley_say(angle: float) -> None:
    height = 60.0
    sheet = tilt_boundary(40, height, angle)
    known = truth(sheet)
    assert set(known.sizes) == {5, 6, 7}
    fives, sevens = (int((known.sizes == n).sum()) for n in (5, 7))
    assert fives == sevens
    spacing = LATTICE_CONSTANT / (2 * np.sin(np.radians(angle) / 2))
    assert abs(fives - height / spacing) <= 1.5
    odd = known.centres[known.sizes != 6]
    assert np.abs(odd[:, 0] - 20).max() < 3.0


@pytest.mark.parametrize("angle", [10.0, 21.787, 32.204])
def test_the_network_is_closed_and_its_bonds_are_bonds(angle: float) -> None:
    sheet = tilt_boundary(40, 50, angle)
    degree = np.bincount(sheet.bonds.ravel(), minlength=len(sheet))
    inner = np.all((sheet.positions > 3) & (sheet.positions < np.array([37, 47])), axis=1)
    assert (degree[inner] == 3).all()
    assert degree.min() >= 2
    step = sheet.positions[sheet.bonds[:, 1]] - sheet.positions[sheet.bonds[:, 0]]
    lengths = np.linalg.norm(step, axis=1)
    kept = np.all(inner[sheet.bonds], axis=1)
    assert lengths[kept].min() > 1.25
    assert lengths[kept].max() < 1.6


@pytest.mark.parametrize("angle", [10.0, 21.787])
def test_the_grains_are_turned_by_half_the_angle_each(angle: float) -> None:
    sheet = tilt_boundary(70, 40, angle)
    step = sheet.positions[sheet.bonds[:, 1]] - sheet.positions[sheet.bonds[:, 0]]
    middle = sheet.positions[sheet.bonds].mean(axis=1)
    inner = (middle[:, 1] > 8) & (middle[:, 1] < 32)
    for side, turn in ((middle[:, 0] < 15, angle / 2), (middle[:, 0] > 55, -angle / 2)):
        bonds = step[side & inner]
        # Bonds lie 30 degrees off the zigzag rows.
        phase = -np.exp(6j * np.arctan2(bonds[:, 1], bonds[:, 0])).mean()
        assert np.degrees(np.angle(phase)) / 6 == pytest.approx(turn, abs=0.5)


def test_the_same_call_gives_the_same_sheet() -> None:
    first, second = (tilt_boundary(35, 30, 15.0) for _ in range(2))
    np.testing.assert_array_equal(first.positions, second.positions)


@pytest.mark.parametrize(
    ("width", "height", "angle", "message"),
    [
        (40, 40, 2, "a tilt boundary is made at 5 to 32.3 degrees, not 2"),
        (40, 40, 45, "a tilt boundary is made at 5 to 32.3 degrees, not 45"),
        (
            20,
            40,
            10,
            "a boundary of 10 degrees needs a sheet of at least 30 x 14 angstrom, not 20 x 40",
        ),
        (
            40,
            20,
            5,
            "a boundary of 5 degrees needs a sheet of at least 30 x 28 angstrom, not 40 x 20",
        ),
    ],
)
def test_boundaries_that_cannot_be(width: float, height: float, angle: float, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        tilt_boundary(width, height, angle)
    assert str(caught.value) == message
