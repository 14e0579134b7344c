"""The planted sheets that the other tests of the report stand on are what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from sixring.types import Detection, Region

BOND = 1.42


def edges(detection: Detection) -> Counter[frozenset[int]]:
    """Return each bond of a ring and how many rings share it."""
    return Counter(
        frozenset(map(int, pair))
        for corners in detection.rings.corners
        for pair in pairwise([*corners, corners[0]])
    )


def test_a_perfect_sheet_has_sixes_with_straight_bonds(perfect: Detection) -> None:
    assert set(perfect.rings.sizes) == {6}
    places = perfect.atoms.positions
    lengths = [
        np.linalg.norm(places[one] - places[other]) * perfect.lattice.sampling
        for one, other in edges(perfect)
    ]
    np.testing.assert_allclose(lengths, BOND, rtol=0.01)


def test_a_ring_has_as_many_corners_as_members(planted: Detection) -> None:
    assert [len(corners) for corners in planted.rings.corners] == planted.rings.sizes.tolist()
    for corners in planted.rings.corners:
        assert len(set(corners.tolist())) == len(corners)


def test_a_bond_belongs_to_two_rings_at_most(planted: Detection) -> None:
    assert set(edges(planted).values()) <= {1, 2}


def test_an_atom_has_three_bonds_at_most(planted: Detection) -> None:
    bonds = Counter(atom for edge in edges(planted) for atom in edge)
    assert set(bonds.values()) <= {2, 3}


def test_the_planted_rings_are_the_census_of_their_defect(planted: Detection) -> None:
    for index, defect in enumerate(planted.defects):
        sizes = sorted(planted.rings.sizes[list(defect.rings)].tolist())
        assert tuple(sizes) == defect.census
        assert np.flatnonzero(planted.rings.defect == index).tolist() == sorted(defect.rings)
    odd = np.count_nonzero(planted.rings.sizes != 6)
    assert odd == sum(len(defect.census) for defect in planted.defects)


def test_a_divacancy_has_two_atoms_less(make_sheet: Callable[..., Detection]) -> None:
    shape = (128, 128)
    whole = make_sheet(shape)
    missing = make_sheet(shape, contracted=[(64.0, 64.0)])
    turned = make_sheet(shape, rotated=[(64.0, 64.0)])
    assert len(whole.atoms) - len(missing.atoms) == 2
    assert len(whole.atoms) == len(turned.atoms)
    assert len(whole.rings) - len(missing.rings) == 1


def test_centres_lie_in_the_image(planted: Detection) -> None:
    rows, cols = planted.micrograph.image.shape
    inside = (planted.rings.centres > -3) & (planted.rings.centres < (rows + 3, cols + 3))
    assert inside.all()


def test_atoms_are_bright(perfect: Detection) -> None:
    pixels = np.rint(perfect.atoms.positions).astype(int)
    inside = np.all((pixels >= 0) & (pixels < perfect.micrograph.image.shape), axis=1)
    centres = np.rint(perfect.rings.centres).astype(int)
    image = perfect.micrograph.image
    at_atoms, in_rings = (image[tuple(p.T)].mean() for p in (pixels[inside], centres))
    assert at_atoms > in_rings + 1


@pytest.mark.parametrize("region", list(Region))
def test_regions_are_where_they_were_asked_for(
    region: Region, make_sheet: Callable[..., Detection]
) -> None:
    detection = make_sheet((40, 50), regions=[(region, slice(0, 20), slice(0, 25))])
    assert (detection.mask.regions[:20, :25] == region).all()
    assert (detection.mask.regions[20:] == Region.CLEAR).all()
