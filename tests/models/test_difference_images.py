"""Difference images of the library's defects: how many poses, and what is in them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from atom_patches import VECTORS, WIDTH, atoms
from sixring.models._difference_images import GRAIN, REACH, difference_images
from sixring.structures import stamps

STEPS = np.arange(-REACH, REACH + 1) / GRAIN
GRID = STEPS[:, None, None] * VECTORS[1] + STEPS[None, :, None] * VECTORS[0]
SHELLS = np.array([0.0, 1.0, np.sqrt(3), 2.0]) * 2 / (np.sqrt(3) * 2.46)


# A pose is the same after the turns and mirrorings that the defect is symmetrical to: of twelve
# there remain 12 / 4 for a divacancy with two mirrors, 12 / 6 with a threefold axis and three.
@pytest.mark.parametrize(
    ("variant", "count"),
    [("SV", 6), ("DV-585", 3), ("DV-555777", 2), ("SW-flat", 3), ("flower", 1), ("Si-C3", 2)],
)
def test_there_are_as_many_poses_as_the_symmetry_leaves(variant: str, count: int) -> None:
    drawn = difference_images((variant,), 1.9)
    assert len(drawn.kinds) == len(drawn.middles) == len(drawn.extents) == count
    assert drawn.parts.shape == (count, 4, 2 * REACH + 1, 2 * REACH + 1)
    assert drawn.parts.dtype == np.float32


def test_kinds_are_names_of_the_catalogue() -> None:
    drawn = difference_images(("SW-flat", "Si-C3"), 1.9)
    assert set(drawn.kinds) == {"SW", "Si-C3"}
    assert drawn.kinds == tuple(sorted(drawn.kinds, key=["SW", "Si-C3"].index))


def test_middles_are_next_to_the_origin() -> None:
    drawn = difference_images(("SV", "DV-585", "DV-555777", "SW-flat", "flower", "Si-C3"), 1.9)
    assert np.abs(drawn.middles).max() < 0.51


def exact(variant: str) -> NDArray[np.float64]:
    """Draw a defect less the perfect sheet on the oblique grid, atoms as round Gaussians."""
    middle = np.linalg.solve(VECTORS.T, stamps()[variant].middle)
    nearest = np.round(middle - 0.01)

    def image(positions: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
        square = ((GRID[..., None, :] - positions) ** 2).sum(axis=-1)
        drawn: NDArray[np.float64] = (np.exp(-square / (2 * WIDTH**2)) * weights).sum(axis=-1)
        return drawn

    positions, weights = atoms(variant)
    return image(positions + (middle - nearest) @ VECTORS, weights) - image(*atoms())


@pytest.mark.parametrize(
    "variant", ["SV", "DV-585", "DV-555777", "SW-flat", "SW-buckled", "flower", "Si-C3"]
)
def test_a_pose_is_the_defect_less_the_sheet(variant: str) -> None:
    drawn = difference_images((variant,), 1.9)
    transfer = 2 * np.pi * WIDTH**2 * np.exp(-2 * (np.pi * WIDTH * SHELLS) ** 2)
    # The first pose is the library's own. Its transfer goes in straight lines from shell to
    # shell, so it isn't quite the same.
    (image,) = np.einsum("s,psij->pij", transfer, drawn.parts[:1])
    distance = np.linalg.norm(GRID - drawn.middles[0] @ VECTORS, axis=2)
    assert (image[distance > 5] == 0).all()
    image, expected = image[distance < 3.5], exact(variant)[distance < 3.5]
    assert np.corrcoef(expected, image)[0, 1] > 0.97
    scale = (expected * image).sum() / (image**2).sum()
    assert scale == pytest.approx(1.0, abs=0.1)


def test_silicon_scatters_as_is_said() -> None:
    light, heavy = (difference_images(("Si-C3",), weight).parts[:, 0] for weight in (1.5, 2.5))
    cell = np.abs(np.linalg.det(VECTORS)) / GRAIN**2
    np.testing.assert_allclose((heavy - light).sum(axis=(1, 2)) * cell, 1.0, atol=0.1)
