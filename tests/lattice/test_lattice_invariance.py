"""What must not change the answer, and what must change it in a known way."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lattice_images import Analysis, analyse, apart, as_micrograph, covered, overlap
from sixring.simulate import Patch, Simulated, micrograph
from sixring.structures import perfect_sheet
from sixring.types import Region

Image = NDArray[np.float32]
SHAPE = (180, 200)


@pytest.fixture(scope="module")
def dirty() -> Simulated:
    """A sheet with a patch off its middle, so that no symmetry is there by chance."""
    return micrograph(
        perfect_sheet(64, 58, orientation=8),
        shape=SHAPE,
        sampling=0.3,
        dose=6e3,
        origin=(2.0, 2.0),
        contamination=(Patch((46.0, 18.0), 13.0),),
        seed=7,
    )


@pytest.fixture(scope="module")
def straight(dirty: Simulated) -> Analysis:
    return analyse(dirty.micrograph)


def alike(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Share of the pixels that agree."""
    return float(np.mean(one == other))


@settings(deadline=None, max_examples=6)
@given(gain=st.floats(1e-2, 1e3), offset=st.floats(-1e3, 1e3))
def test_gain_and_offset(straight: Analysis, dirty: Simulated, gain: float, offset: float) -> None:
    found = analyse(as_micrograph(gain * (dirty.image + offset), 0.3))
    assert found.lattice.sampling_from_lattice == pytest.approx(
        straight.lattice.sampling_from_lattice, rel=1e-4
    )
    assert found.lattice.contrast == straight.lattice.contrast
    assert found.lattice.orientation == pytest.approx(straight.lattice.orientation, abs=0.01)
    assert found.view.shrink == straight.view.shrink
    assert alike(found.mask.regions, straight.mask.regions) > 0.999


def test_contrast_inversion_turns_the_contrast_alone(straight: Analysis, dirty: Simulated) -> None:
    found = analyse(as_micrograph(dirty.image.max() - dirty.image, 0.3))
    assert (straight.lattice.contrast, found.lattice.contrast) == ("dark", "bright")
    assert found.lattice.contrast_strength == pytest.approx(
        straight.lattice.contrast_strength, abs=1e-3
    )
    for name in ("sampling_from_lattice", "orientation", "significance", "lattice_constant"):
        expected = getattr(straight.lattice, name)
        assert getattr(found.lattice, name) == pytest.approx(expected, rel=1e-3)
    np.testing.assert_allclose(found.lattice.strain, straight.lattice.strain, atol=1e-4)
    np.testing.assert_allclose(found.view.rings, -straight.view.rings, atol=2e-3)
    assert alike(found.mask.regions, straight.mask.regions) > 0.999


MIRRORED: dict[str, tuple[Callable[[Image], Image], Callable[[float], float]]] = {
    "turned by 90": (lambda image: np.rot90(image), lambda angle: angle - 90),
    "turned by 180": (lambda image: np.rot90(image, 2), lambda angle: angle),
    "turned by 270": (lambda image: np.rot90(image, 3), lambda angle: angle + 90),
    "upside down": (lambda image: image[::-1], lambda angle: -angle),
    "left to right": (lambda image: image[:, ::-1], lambda angle: -angle),
    "rows for columns": (lambda image: image.T, lambda angle: 90 - angle),
}


@pytest.mark.parametrize("name", MIRRORED)
def test_turns_and_mirrors(straight: Analysis, dirty: Simulated, name: str) -> None:
    change, angle = MIRRORED[name]
    found = analyse(as_micrograph(np.ascontiguousarray(change(dirty.image)), 0.3))
    assert found.lattice.sampling_from_lattice == pytest.approx(
        straight.lattice.sampling_from_lattice, rel=2e-3
    )
    assert apart(found.lattice.orientation, angle(straight.lattice.orientation)) < 0.15
    assert found.lattice.contrast == straight.lattice.contrast
    assert len(found.lattice.grains) == len(straight.lattice.grains)
    # The windows lie on a grid that starts at one corner.
    expected = change(straight.mask.regions.astype(np.float32)).astype(np.uint8)
    assert alike(found.mask.regions, expected) > 0.97


def test_strain_turns_with_the_image() -> None:
    squeezed = np.delete(
        micrograph(
            perfect_sheet(64, 64, orientation=8), shape=(200, 200), sampling=0.3, origin=(2.0, 2.0)
        ).image,
        np.arange(0, 200, 40),
        axis=0,
    )
    rows, cols = (
        analyse(as_micrograph(np.ascontiguousarray(image))).lattice.strain
        for image in (squeezed, squeezed.T)
    )
    assert rows[0, 0] < -0.008
    np.testing.assert_allclose(cols, rows.T[::-1, ::-1], atol=2e-3)


@settings(deadline=None, max_examples=5)
@given(seed=st.integers(0, 10_000), orientation=st.floats(0, 60))
def test_another_seed_of_the_noise(seed: int, orientation: float) -> None:
    found = analyse(
        micrograph(
            perfect_sheet(58, 58, orientation=orientation),
            shape=(180, 180),
            sampling=0.3,
            dose=4e3,
            origin=(2.0, 2.0),
            seed=seed,
        ).micrograph
    )
    assert found.lattice.sampling_from_lattice == pytest.approx(0.3, rel=0.01)
    assert apart(found.lattice.orientation, orientation) < 0.5
    assert len(found.lattice.grains) == 1
    assert found.lattice.contrast == "dark"
    assert covered(found.mask, Region.CLEAR, Region.BORDER).all()


def test_the_same_image_gives_the_same_answer(straight: Analysis, dirty: Simulated) -> None:
    again = analyse(dirty.micrograph)
    np.testing.assert_array_equal(again.mask.regions, straight.mask.regions)
    np.testing.assert_array_equal(again.view.rings, straight.view.rings)
    assert again.lattice.sampling_from_lattice == straight.lattice.sampling_from_lattice
    assert again.lattice.significance == straight.lattice.significance


def test_the_image_is_left_as_it_was(dirty: Simulated) -> None:
    kept = dirty.image.copy()
    analyse(dirty.micrograph)
    np.testing.assert_array_equal(dirty.image, kept)


@pytest.mark.parametrize("factor", [2, 3])
def test_the_same_sheet_at_another_sampling(
    straight: Analysis, dirty: Simulated, factor: int
) -> None:
    # Every pixel repeated: the same micrograph at a finer sampling.
    image = np.kron(dirty.image, np.ones((factor, factor), np.float32))
    found = analyse(as_micrograph(image, 0.3 / factor))
    assert found.lattice.sampling_from_lattice == pytest.approx(0.3 / factor, rel=0.01)
    assert found.canvas.sampling == pytest.approx(0.2, rel=0.02)
    coarse = found.mask.regions[factor // 2 :: factor, factor // 2 :: factor]
    one, other = (regions == Region.CONTAMINATION for regions in (coarse, straight.mask.regions))
    assert overlap(one, other) > 0.75
