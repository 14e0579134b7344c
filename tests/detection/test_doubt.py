"""Places where the detector doubts what it sees."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from detection_cases import image_of, planted
from sixring.detection._doubt import mask_doubt
from sixring.detection._learned import detect_learned
from sixring.detection._rings import Structure
from sixring.errors import Refusal
from sixring.types import Detection, Mask, Region
from true_eye import TrueEye

_STEP = 0.4  # angstrom
_SIDE = 200  # pixels: 80 angstrom


def honeycomb() -> NDArray[np.float64]:
    """Return ring centres 2.46 angstrom apart all over the image."""
    rows, cols = np.mgrid[:40, :60]
    centres = np.stack([rows * 2.13, (cols + rows % 2 / 2) * 2.46], axis=-1).reshape(-1, 2) / _STEP
    return centres[(centres < _SIDE - 1).all(axis=1)]


def structure(
    probability: NDArray[np.float64], sizes: NDArray[np.int64] | None = None
) -> Structure:
    centres = honeycomb()
    sizes = np.full(len(centres), 6) if sizes is None else sizes
    return Structure(
        positions=np.zeros((9, 2)),
        elements=("C",) * 9,
        atom_probability=np.ones(9),
        bonds=np.empty((0, 2), np.int64),
        rings=[np.arange(size) for size in sizes],
        centres=centres,
        ring_probability=probability,
    )


def clear() -> Mask:
    return Mask(np.zeros((_SIDE, _SIDE), np.uint8))


def test_a_sure_image_stays_as_it_was() -> None:
    mask = clear()
    assert mask_doubt(mask, structure(np.full(len(honeycomb()), 0.99)), _STEP) is mask


def test_an_image_of_which_nothing_is_sure_is_hidden() -> None:
    found = mask_doubt(clear(), structure(np.full(len(honeycomb()), 0.7)), _STEP)
    assert found.fraction(Region.BLUR) > 0.99


def test_the_doubtful_half_is_hidden_up_to_where_it_is_half_of_the_surroundings() -> None:
    centres = honeycomb()
    probability = np.where(centres[:, 1] < _SIDE / 2, 0.99, 0.5)
    found = mask_doubt(clear(), structure(probability), _STEP)
    assert (found.regions[:, : _SIDE // 2 - 15] == Region.CLEAR).all()
    assert (found.regions[10:-10, _SIDE // 2 + 15 : -10] == Region.BLUR).all()


def test_an_odd_ring_isnt_what_makes_doubtful() -> None:
    centres = honeycomb()
    away = np.linalg.norm(centres - _SIDE / 2, axis=1)
    near = np.argsort(away)[:8]
    sizes, probability = np.full(len(centres), 6), np.full(len(centres), 0.99)
    sizes[near], probability[near] = 5, 0.05
    mask = clear()
    assert mask_doubt(mask, structure(probability, sizes), _STEP) is mask


def test_a_place_without_a_six_is_hidden() -> None:
    sizes = np.full(len(honeycomb()), 7)
    found = mask_doubt(clear(), structure(np.ones(len(sizes)), sizes), _STEP)
    assert found.fraction(Region.BLUR) > 0.99


@pytest.mark.parametrize("region", [Region.CONTAMINATION, Region.VACUUM, Region.BILAYER])
def test_what_is_hidden_already_neither_counts_nor_changes(region: Region) -> None:
    mask = clear()
    mask.regions[:, : _SIDE // 2] = region
    probability = np.where(honeycomb()[:, 1] < _SIDE / 2, 0.3, 0.99)
    assert mask_doubt(mask, structure(probability), _STEP) is mask
    found = mask_doubt(mask, structure(np.full(len(probability), 0.5)), _STEP)
    np.testing.assert_array_equal(found.regions[:, : _SIDE // 2], region)
    assert (found.regions[:, _SIDE // 2 :] == Region.BLUR).mean() > 0.99


def test_nothing_is_hidden_where_nothing_was_found() -> None:
    mask = clear()
    mask.regions[:] = Region.CONTAMINATION
    assert mask_doubt(mask, structure(np.full(len(honeycomb()), 0.3)), _STEP) is mask


def test_the_step_gives_the_scale() -> None:
    probability = np.where(honeycomb()[:, 1] < _SIDE / 2, 0.99, 0.5)
    coarse = structure(probability)
    fine = Structure(**{**vars(coarse), "centres": coarse.centres * 2})
    one = mask_doubt(clear(), coarse, _STEP).fraction(Region.BLUR)
    other = mask_doubt(Mask(np.zeros((2 * _SIDE, 2 * _SIDE), np.uint8)), fine, _STEP / 2)
    assert other.fraction(Region.BLUR) == pytest.approx(one, abs=0.01)


def test_a_detection_judges_nothing_where_the_network_is_very_unsure() -> None:
    simulated = image_of(planted("SW"), "hrtem", dose=1e4, seed=2)

    def seen(sure: float) -> Detection:
        eye = TrueEye(simulated, sure=sure)
        return detect_learned(
            simulated.micrograph, min_probability=0.5, lattice_sampling=False, eye=eye
        )

    assert seen(0.99).warnings == ()
    with pytest.raises(Refusal, match=r"no ring of the sheet can be judged: .* blur \d{2,3} %"):
        seen(0.65)
