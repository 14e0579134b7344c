"""What the network has to say of an image, by hand and read back from the maps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from quick_samples import PRESET, quick_sample
from sixring.lattice import Canvas
from sixring.simulate import STEM, Simulated
from sixring.types import Atoms, Mask, Region, Rings
from training.detector._targets import (
    AREAS,
    OFFSET_STEP,
    SILICON,
    SIX,
    TEN,
    apparent_sampling,
    ring_class,
    targets,
)

SIDE = 60
VACUUM = AREAS.index(Region.VACUUM)


def polygon(centre: tuple[float, float], members: int, radius: float) -> NDArray[np.float64]:
    angle = 2 * np.pi * np.arange(members) / members
    return np.array(centre) + radius * np.stack([np.sin(angle), np.cos(angle)], axis=1)


def one_ring(
    members: int = 6,
    *,
    centre: tuple[float, float] = (30.3, 28.8),
    radius: float = 7.1,
    elements: tuple[str, ...] | None = None,
    region: Region = Region.CLEAR,
) -> Simulated:
    """An image of 0.2 angstrom a pixel with a single ring."""
    corners = polygon(centre, members, radius)
    blank = np.zeros((SIDE, SIDE), np.float32)
    return Simulated(
        image=blank,
        expected=blank,
        atoms=Atoms(corners, elements or ("C",) * members, np.ones(members)),
        rings=Rings(
            centres=corners.mean(axis=0)[None],
            sizes=np.array([members]),
            probability=np.ones(1),
            corners=(np.arange(members),),
            defect=np.array([-1]),
        ),
        defects=(),
        mask=Mask(np.full((SIDE, SIDE), region, np.uint8)),
        sampling=0.2,
        mode="stem",
        dose=1e5,
    )


def unchanged(side: int = SIDE) -> Canvas:
    return Canvas(np.zeros((side, side), np.float32), 0.2, 1.0, (side, side))


@pytest.mark.parametrize(("members", "expected"), [(4, 1), (5, 2), (6, SIX), (9, 6), (12, TEN)])
def test_the_class_of_a_ring(members: int, expected: int) -> None:
    made = targets(one_ring(members), unchanged())
    assert set(np.unique(made.rings).tolist()) == {0, expected}
    assert ring_class(np.array([members])).tolist() == [expected]


def test_cells_within_three_quarters_of_an_angstrom_belong_to_a_ring() -> None:
    made = targets(one_ring(), unchanged())
    middles = 2 * np.indices((30, 30)) + 0.5
    far = np.hypot(middles[0] - 30.3, middles[1] - 28.8) * 0.2
    np.testing.assert_array_equal(made.rings > 0, far <= 0.75)
    way = np.array([30.3, 28.8])[:, None, None] - middles
    expected = np.where(far <= 0.75, 0.2 * way, 0.0)
    np.testing.assert_allclose(made.ring_offset * OFFSET_STEP, expected, atol=OFFSET_STEP / 2)


def test_atoms_and_their_elements() -> None:
    elements = ("C", "N", "B", "Si", "C", "C")
    made = targets(one_ring(elements=elements), unchanged())
    for place, element in zip(polygon((30.3, 28.8), 6, 7.1), elements, strict=True):
        row, col = np.rint((place - 0.5) / 2).astype(int)
        assert made.atoms[row, col] == (SILICON if element == "Si" else 1)
        there = 2 * np.array([row, col]) + 0.5 + made.atom_offset[:, row, col] * OFFSET_STEP / 0.2
        assert there == pytest.approx(place, abs=OFFSET_STEP / 0.2)
    # A disc of 0.45 angstrom holds four cells of 0.4 on average.
    assert 3 * 6 <= np.count_nonzero(made.atoms) <= 5 * 6


def test_every_point_has_a_cell() -> None:
    for shift in np.linspace(0, 2, 7):
        made = targets(one_ring(centre=(30 + shift, 30 - shift)), unchanged())
        assert len(np.unique(made.atom_offset.reshape(2, -1), axis=1).T) > 6
        nearest = np.rint((polygon((30 + shift, 30 - shift), 6, 7.1) - 0.5) / 2).astype(int)
        assert (made.atoms[nearest[:, 0], nearest[:, 1]] == 1).all()


def test_a_hole_is_vacuum_up_to_its_atoms() -> None:
    radius = 18.0  # of 16 atoms, pixels
    made = targets(one_ring(16, radius=radius), unchanged())
    assert not made.rings.any()
    middles = 2 * np.indices((30, 30)) + 0.5
    away = np.hypot(middles[0] - 30.3, middles[1] - 28.8)
    assert (made.area[away < radius - 8] == VACUUM).all()
    assert (made.area[away > radius] == 0).all()
    corners = polygon((30.3, 28.8), 16, radius)
    distance, _ = cKDTree(corners).query(np.argwhere(made.area == VACUUM) * 2 + 0.5)
    assert np.min(distance) * 0.2 > 1.0


def test_dirt_over_a_hole_is_dirt() -> None:
    made = targets(one_ring(16, radius=18.0, region=Region.CONTAMINATION), unchanged())
    assert set(np.unique(made.area)) == {AREAS.index(Region.CONTAMINATION)}


@pytest.mark.parametrize(
    ("region", "judged"),
    [
        (Region.CLEAR, True),
        (Region.VACUUM, True),
        (Region.CONTAMINATION, False),
        (Region.BILAYER, False),
    ],
)
def test_what_can_be_judged(region: Region, judged: bool) -> None:
    made = targets(one_ring(region=region), unchanged())
    assert (made.area == AREAS.index(region)).all()
    # 3 angstrom are seven and a half cells.
    assert made.judged[8:-8, 8:-8].all() == judged
    assert made.judged.any() == judged
    assert not made.judged[:7].any()
    assert not made.judged[:, -7:].any()


def test_nothing_is_judged_where_the_probe_flies_back() -> None:
    conditions = STEM(sampling=0.2, flyback=1.0, flyback_length=15.0)
    made = targets(replace(one_ring(), conditions=conditions), unchanged())
    # 1 A exp(-c / 15) is 0.1 A at column 34.5.
    assert not made.judged[:, :17].any()
    assert made.judged[10, 18]


def test_a_window_judges_nothing_near_its_own_border() -> None:
    made = targets(one_ring(), unchanged())
    cut = made.window((2, 3), 24)
    np.testing.assert_array_equal(cut.rings, made.rings[2:26, 3:27])
    np.testing.assert_array_equal(cut.ring_offset, made.ring_offset[:, 2:26, 3:27])
    assert cut.judged[9:-9, 9:-9].all()
    assert not cut.judged[:7].any()


def test_another_sampling_moves_what_is_there_with_the_pixels() -> None:
    canvas = Canvas(np.zeros((90, 90), np.float32), 0.2 / 1.5, 1.5, (SIDE, SIDE))
    made = targets(one_ring(), canvas)
    row, col = np.argwhere(made.rings > 0).mean(axis=0) * 2 + 0.5
    expected = (np.array([30.3, 28.8]) + 0.5) * 1.5 - 0.5
    assert (row, col) == pytest.approx(expected, abs=0.6)


@pytest.mark.parametrize("strain", [0.98, 1.0, 1.03])
def test_the_sampling_is_that_of_the_lattice(strain: float) -> None:
    # A hexagon whose corners are a bond from its centre.
    radius = strain * 2.46 / np.sqrt(3) / 0.2
    assert apparent_sampling(one_ring(radius=radius)) == pytest.approx(0.2 / strain)


def test_without_hexagons_the_sampling_is_the_microscopes() -> None:
    assert apparent_sampling(one_ring(7)) == 0.2


def test_of_a_whole_sheet() -> None:
    made = quick_sample(PRESET, np.random.default_rng(0)).simulated
    assert apparent_sampling(made) == pytest.approx(0.2, rel=2e-3)
    found = targets(made, unchanged(160))
    discs = np.count_nonzero(found.rings) / (np.pi * 0.75**2 / 0.4**2)
    assert discs == pytest.approx(len(made.rings), rel=0.05)
    odd = np.unique(found.rings[(found.rings > 0) & (found.rings != SIX)])
    sizes = made.rings.sizes[made.rings.sizes != 6]
    assert set(odd.tolist()) == set(ring_class(sizes).tolist())
