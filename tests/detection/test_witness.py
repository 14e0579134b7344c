"""Atoms that are too high for carbon, beside what a network saw."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sixring.detection._cells import AREAS, HEADS, SILICON, CellMaps
from sixring.detection._sightings import Sightings
from sixring.detection._witness import with_bright_atoms
from sixring.types import Region

STEP = 0.2
CELLS = 50


def seen(atoms: list[tuple[float, float]], elements: tuple[str, ...] = ()) -> Sightings:
    return Sightings(
        rings=np.array([[50.0, 50.0]]),
        ring_probability=np.ones(1),
        sizes=np.full((1, 7), 1 / 7),
        atoms=np.array(atoms, float).reshape(-1, 2),
        elements=elements or ("C",) * len(atoms),
        atom_probability=np.full(len(atoms), 0.7),
    )


def maps(silicon: float = 0.0, area: Region = Region.CLEAR) -> CellMaps:
    made: dict[str, NDArray[np.float32]] = {
        name: np.zeros((channels, CELLS, CELLS), np.float32) for name, channels in HEADS.items()
    }
    del made["area"]
    made["atoms"][SILICON] = silicon
    return CellMaps(area=np.full((CELLS, CELLS), AREAS.index(area), np.uint8), **made)


def told(
    sightings: Sightings,
    *positions: tuple[float, float],
    said: CellMaps | None = None,
    least: float = 0.0,
    probability: float = 0.9,
) -> Sightings:
    return with_bright_atoms(
        sightings,
        np.array(positions, float).reshape(-1, 2),
        np.full(len(positions), probability),
        maps() if said is None else said,
        STEP,
        least,
    )


def test_an_atom_that_was_seen_becomes_silicon() -> None:
    # 0.6 angstrom away.
    found = told(seen([(20.0, 20.0), (40.0, 40.0)]), (20.0, 23.0))
    assert found.elements == ("C", "Si")
    np.testing.assert_array_equal(found.atoms, [[40.0, 40.0], [20.0, 23.0]])
    assert found.atom_probability.tolist() == [0.7, 0.9]


def test_one_that_wasn_t_seen_is_added() -> None:
    found = told(seen([(40.0, 40.0)]), (20.0, 20.0))
    assert found.elements == ("C", "Si")
    assert len(told(seen([]), (20.0, 20.0)).atoms) == 1


def test_two_that_were_seen_in_its_place_are_one() -> None:
    found = told(seen([(20.0, 18.0), (20.0, 22.0), (60.0, 60.0)]), (20.0, 20.0))
    assert found.elements == ("C", "Si")


def test_the_network_s_own_silicon_stands() -> None:
    before = seen([(20.0, 20.0), (60.0, 60.0)], ("Si", "C"))
    found = told(before, (20.0, 21.0), (60.0, 61.0))
    assert found.elements == ("Si", "Si")
    np.testing.assert_array_equal(found.atoms, [[20.0, 20.0], [60.0, 61.0]])
    assert found.atom_probability.tolist() == [0.7, 0.9]


def test_rings_stay_as_they_are() -> None:
    before = seen([(20.0, 20.0)])
    found = told(before, (20.0, 20.0))
    assert found.rings is before.rings
    assert found.sizes is before.sizes


def test_none_is_none() -> None:
    before = seen([(20.0, 20.0)])
    assert told(before) is before


def test_in_contamination_a_height_means_nothing() -> None:
    before = seen([(20.0, 20.0)])
    assert told(before, (20.0, 20.0), said=maps(area=Region.CONTAMINATION)) is before


@pytest.mark.parametrize(("silicon", "number"), [(0.05, 0), (0.15, 1)])
def test_the_network_may_have_to_agree(silicon: float, number: int) -> None:
    found = told(seen([(20.0, 20.0)]), (20.0, 20.0), said=maps(silicon), least=0.1)
    assert found.elements.count("Si") == number
