import numpy as np
import pytest
from numpy.typing import NDArray

from sixring.simulate._truth import grid_to_pixels, truth_in_pixels
from sixring.structures import perfect_sheet, plant

SHEET = plant(perfect_sheet(60, 56), "DV-585", near=(30.0, 20.0))


def test_rows_run_with_y_and_columns_with_x() -> None:
    to_pixels = grid_to_pixels((2.0, 10.0), 0.5)
    assert to_pixels(np.array([[2.0, 10.0], [3.0, 14.0]])).tolist() == [[0, 0], [8, 2]]


def test_the_truth_follows_an_affine_map() -> None:
    straight = grid_to_pixels((5.0, 5.0), 0.2)

    def sheared(points: NDArray[np.float64]) -> NDArray[np.float64]:
        pixels = straight(points)
        return pixels + np.outer(pixels[:, 0], [0.02, 0.05])

    _, plain_rings, [plain] = truth_in_pixels(SHEET, (250, 250), straight)
    atoms, rings, [defect] = truth_in_pixels(SHEET, (250, 250), sheared)
    assert defect.name == plain.name == "DV-585"
    row, col = plain.position
    assert defect.position == pytest.approx((1.02 * row, col + 0.05 * row))
    for k, corners in enumerate(rings.corners):
        np.testing.assert_allclose(atoms.positions[corners].mean(axis=0), rings.centres[k])
    assert sorted(rings.sizes[list(defect.rings)]) == [5, 5, 8]
    assert len(plain_rings) != len(rings)  # what the map moves out isn't in the image


def test_what_lies_outside_is_no_truth() -> None:
    atoms, rings, defects = truth_in_pixels(SHEET, (40, 50), grid_to_pixels((5.0, 5.0), 0.2))
    assert defects == ()
    assert (rings.centres > -0.5).all()
    assert (rings.centres < [39.5, 49.5]).all()
    assert (rings.sizes == 6).all()
    # Atoms of rings inside may lie a bond outside.
    assert (atoms.positions > -1.5 / 0.2).all()
