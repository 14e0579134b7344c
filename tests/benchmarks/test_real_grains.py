"""Rings between grains, told from orientations alone."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.real._grains import adjoining_sixes, between_grains
from sixring.simulate import micrograph
from sixring.structures import Sheet, perfect_sheet, plant, tilt_boundary
from sixring.types import Rings


def rings_of(sheet: Sheet, sampling: float = 0.25) -> Rings:
    side = int(60 / sampling)
    return micrograph(sheet, shape=(side, side), sampling=sampling).rings


@pytest.mark.parametrize("angle", [9.4, 21.8, 32.0])
def test_the_odd_rings_of_a_tilt_boundary(angle: float) -> None:
    rings = rings_of(tilt_boundary(60, 60, angle))
    inside = ((rings.centres > 40) & (rings.centres < 200)).all(axis=1)
    odd = (rings.sizes != 6) & inside
    assert odd.any()
    assert between_grains(rings, 0.25)[odd].all()


@pytest.mark.parametrize("name", ["SW", "DV-585", "DV-555777", "flower"])
def test_a_point_defect_lies_within_a_grain(name: str) -> None:
    rings = rings_of(plant(perfect_sheet(60, 60, orientation=13.0), name, near=(30, 30)))
    assert (rings.sizes != 6).any()
    assert not between_grains(rings, 0.25).any()


def test_a_perfect_sheet_has_one_grain_and_three_pairs_a_ring() -> None:
    rings = rings_of(perfect_sheet(60, 60))
    assert not between_grains(rings, 0.25).any()
    pairs = adjoining_sixes(rings)
    step = np.linalg.norm(np.diff(rings.centres[pairs], axis=1)[:, 0], axis=1)
    assert step * 0.25 == pytest.approx(2.46, abs=1e-6)
    # Every ring but those at the rim has six neighbours, and a pair has two rings.
    count = np.bincount(pairs.ravel(), minlength=len(rings))
    inside = ((rings.centres > 12) & (rings.centres < 228)).all(axis=1)
    assert (count[inside] == 6).all()


def test_no_rings_at_all() -> None:
    none = Rings(
        centres=np.empty((0, 2)),
        sizes=np.empty(0, dtype=np.int64),
        probability=np.empty(0),
        corners=(),
        defect=np.empty(0, dtype=np.int64),
    )
    assert adjoining_sixes(none).shape == (0, 2)
    assert between_grains(none, 0.2).shape == (0,)
