"""Atoms: where three rings meet, whether something is there, and which of them are dopants."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from detection_cases import (
    NO_FOREIGN,
    STEP,
    bumps,
    by_hand,
    canvas_of,
    go_through,
    image_of,
    in_canvas,
    inner,
    nearest,
    planted,
    triangular,
)
from sixring.detection._atoms import Sites, locate_atoms
from sixring.detection._foreign import ForeignAtoms
from sixring.detection._graph import Triangulation, triangulate
from sixring.types import Contrast, Mode

SHAPE = (112, 160)
RINGS = triangular(9, 10)
MADE = triangulate(RINGS, np.full(len(RINGS), 0.01), np.zeros(SHAPE, np.float32), STEP)
ATOMS = RINGS[MADE.triangles].mean(axis=1)
MIDDLE = int(np.linalg.norm(ATOMS - ATOMS.mean(axis=0), axis=1).argmin())
NEXT = int(np.argsort(np.linalg.norm(ATOMS - ATOMS[MIDDLE], axis=1))[1])
CLEAR: list[tuple[Mode, Contrast]] = [("hrtem", "dark"), ("hrtem", "bright"), ("stem", "bright")]


def sites_of(
    atoms: NDArray[np.float64],
    *,
    foreign: ForeignAtoms = NO_FOREIGN,
    contrast: Contrast = "bright",
    heights: NDArray[np.float64] | float = 1.0,
) -> Sites:
    """Sites of a perfect lattice of rings in an image of these atoms."""
    image = bumps(atoms, SHAPE, 0.4 / STEP, heights)
    detail = image if contrast == "bright" else -image
    view = by_hand(rings=np.zeros(SHAPE, np.float32), detail=detail)
    return locate_atoms(canvas_of(image), view, contrast, RINGS, MADE, foreign)


def foreign_at(*positions: NDArray[np.float64], probability: float = 0.97) -> ForeignAtoms:
    number = len(positions)
    return ForeignAtoms(
        np.array(positions), np.full(number, 3.0), np.full(number, probability), ("Si",) * number
    )


@pytest.mark.parametrize(("mode", "contrast"), CLEAR)
@pytest.mark.parametrize("name", ["SW", "DV-585", "flower"])
def test_atoms_are_located_to_a_tenth_of_an_angstrom(
    name: str, mode: Mode, contrast: Contrast
) -> None:
    simulated = image_of(planted(name), mode, contrast)
    found = go_through(simulated.micrograph)
    step = found.canvas.sampling
    mine = found.structure.positions
    mine = mine[inner(mine, found.canvas.image.shape, 3.0 / step)]
    away, which = nearest(mine, in_canvas(found.canvas, simulated.atoms.positions))
    assert np.sqrt((away**2).mean()) * step < 0.1
    # Beside an eight an atom may be hidden in the slope of its neighbour: it is then put into the
    # middle of its rings.
    assert away.max() * step < 0.5
    assert np.quantile(away, 0.99) * step < 0.25
    assert len(set(which.tolist())) == len(mine) > 250  # each atom once


@pytest.mark.parametrize("contrast", ["bright", "dark"])
def test_hand_made_atoms(contrast: Contrast) -> None:
    moved = ATOMS + np.random.default_rng(1).normal(0, 0.08 / STEP, ATOMS.shape)
    sites = sites_of(moved, contrast=contrast)
    off = np.linalg.norm(sites.positions - moved, axis=1) * STEP
    put = np.linalg.norm(sites.positions - ATOMS, axis=1) * STEP
    assert np.linalg.norm(ATOMS - moved, axis=1).max() * STEP > 0.25
    # Between three sixes an atom is in their middle; beside other rings it is where it shows.
    assert ((put < 1e-9) | (off < 0.06)).all()  # neighbours lean on one another
    assert 0 < (put < 1e-9).sum() < len(ATOMS)
    assert sites.occupied.all()
    assert set(sites.elements.tolist()) == {"C"}
    assert (sites.probability > 0.99).all()
    np.testing.assert_array_equal(sites.stands_for, np.arange(len(ATOMS)))
    assert len(sites.adrift) == 0


def test_top_too_far_from_the_three_rings_is_not_their_atom() -> None:
    moved = ATOMS.copy()
    moved[MIDDLE, 0] += 0.6 / STEP
    sites = sites_of(moved)
    assert sites.positions[MIDDLE] == pytest.approx(ATOMS[MIDDLE], abs=0.01)


def test_removed_atom_is_vacant() -> None:
    sites = sites_of(np.delete(ATOMS, MIDDLE, axis=0))
    assert np.flatnonzero(~sites.occupied).tolist() == [MIDDLE]
    assert sites.probability[MIDDLE] < 0.01
    assert (np.delete(sites.probability, MIDDLE) > 0.99).all()
    assert sites.elements[MIDDLE] == "C"


@pytest.mark.parametrize(("height", "occupied"), [(0.25, False), (0.75, True)])
def test_faint_atom(height: float, occupied: bool) -> None:
    heights = np.ones(len(ATOMS))
    heights[MIDDLE] = height
    sites = sites_of(ATOMS, heights=heights)
    assert sites.occupied[MIDDLE] == occupied
    assert np.delete(sites.occupied, MIDDLE).all()
    assert (sites.probability[MIDDLE] > 0.5) == occupied


def test_where_atoms_scatter_widely_a_faint_one_is_no_vacancy() -> None:
    # The same atom, a quarter as high as the others, once they spread by a fifth themselves.
    heights = np.random.default_rng(4).normal(1.0, 0.2, len(ATOMS))
    heights[MIDDLE] = 0.25
    assert sites_of(ATOMS, heights=heights).occupied[MIDDLE]


@pytest.mark.parametrize(("mode", "contrast"), CLEAR)
def test_vacancy_in_an_image(mode: Mode, contrast: Contrast) -> None:
    simulated = image_of(planted("SV-open"), mode, contrast)
    found = go_through(simulated.micrograph)
    (vacant,) = np.flatnonzero(~found.sites.occupied)
    assert found.sites.probability[vacant] < 0.01
    (defect,) = simulated.defects
    where = in_canvas(found.canvas, np.array([defect.position]))[0]
    off = np.linalg.norm(found.sites.positions[vacant] - where) * found.canvas.sampling
    assert off < 0.3


def test_dopant_takes_the_nearest_site() -> None:
    # Away from all three neighbours alike, so that it merges none of them.
    place = ATOMS[MIDDLE] + np.array([0.0, 0.1 / STEP])
    sites = sites_of(ATOMS, foreign=foreign_at(place))
    assert np.flatnonzero(sites.elements == "Si").tolist() == [MIDDLE]
    np.testing.assert_array_equal(sites.positions[MIDDLE], place)
    assert sites.probability[MIDDLE] == 0.97
    assert sites.occupied.all()
    np.testing.assert_array_equal(sites.stands_for, np.arange(len(ATOMS)))


def test_dopant_fills_a_site_that_looks_vacant() -> None:
    # It was calmed out of the image before the sites were looked at.
    sites = sites_of(np.delete(ATOMS, MIDDLE, axis=0), foreign=foreign_at(ATOMS[MIDDLE]))
    assert sites.occupied.all()
    assert sites.elements[MIDDLE] == "Si"


def test_dopant_between_two_sites_is_both() -> None:
    place = 0.51 * ATOMS[MIDDLE] + 0.49 * ATOMS[NEXT]
    sites = sites_of(ATOMS, foreign=foreign_at(place))
    assert np.flatnonzero(sites.elements == "Si").tolist() == [MIDDLE]
    assert sites.stands_for[NEXT] == MIDDLE
    assert np.flatnonzero(~sites.occupied).tolist() == [NEXT]
    untouched = np.delete(np.arange(len(ATOMS)), NEXT)
    np.testing.assert_array_equal(sites.stands_for[untouched], untouched)


def test_dopant_in_the_middle_of_a_ring_belongs_to_no_site() -> None:
    centre = RINGS[int(np.linalg.norm(RINGS - ATOMS.mean(axis=0), axis=1).argmin())]
    far = np.array([5.0, 150.0])
    sites = sites_of(ATOMS, foreign=foreign_at(centre, ATOMS[MIDDLE], far))
    assert sites.adrift.tolist() == [0, 2]
    assert np.flatnonzero(sites.elements == "Si").tolist() == [MIDDLE]


def test_without_rings_every_dopant_is_adrift() -> None:
    none = np.empty((0, 2), np.int64)
    nothing = Triangulation(np.empty((0, 3), np.int64), none, none, none)
    view = by_hand(rings=np.zeros(SHAPE, np.float32))
    sites = locate_atoms(
        canvas_of(view.rings), view, "bright", RINGS[:2], nothing, foreign_at(*ATOMS[:2])
    )
    assert sites.positions.shape == (0, 2)
    assert len(sites.occupied) == len(sites.probability) == len(sites.elements) == 0
    assert sites.adrift.tolist() == [0, 1]


@pytest.mark.parametrize(("mode", "contrast"), CLEAR)
def test_silicon_with_four_neighbours_is_one_atom(mode: Mode, contrast: Contrast) -> None:
    simulated = image_of(planted("Si-C4"), mode, contrast)
    found = go_through(simulated.micrograph)
    merged = np.flatnonzero(found.sites.stands_for != np.arange(len(found.sites.positions)))
    (silicon,) = np.flatnonzero(found.sites.elements == "Si")
    assert found.sites.stands_for[merged].tolist() == [silicon]
    bonds = found.structure.bonds
    (atom,) = (k for k, symbol in enumerate(found.structure.elements) if symbol == "Si")
    assert (bonds == atom).sum() == 4
