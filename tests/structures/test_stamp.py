import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sixring.structures import BOND, Relaxed, library
from sixring.structures._honeycomb import honeycomb
from sixring.structures._stamp import Stamp, stamps, variants

POINT_DEFECTS = sorted(stamps())


def rebuilt(stamp: Stamp) -> NDArray[np.float64]:
    """Return the atoms that a stamp leaves, from its ring's centre."""
    flat = np.column_stack([stamp.sites, np.zeros(len(stamp.sites))])
    return np.concatenate([(flat + stamp.shift)[~stamp.gone], stamp.atoms])


@pytest.mark.parametrize("variant", POINT_DEFECTS)
def test_a_stamp_gives_back_the_relaxed_atoms(variant: str) -> None:
    stamp, entry = stamps()[variant], library()[variant]
    (grain,) = entry.grains
    assert grain.orientation == 0.0
    atoms = rebuilt(stamp) + np.array([grain.x, grain.y, 0.0])
    assert len(atoms) == len(entry)
    far, match = (np.asarray(v) for v in cKDTree(entry.positions).query(atoms))
    assert far.max() < 1e-9
    assert len(set(match.tolist())) == len(entry)
    coming = [entry.elements[k] for k in match[len(atoms) - len(stamp.atoms) :]]
    assert tuple(coming) == stamp.elements
    # What comes is all that isn't carbon, and few others.
    others = [e for e in entry.elements if e != "C"]
    assert sorted(e for e in stamp.elements if e != "C") == sorted(others)


@pytest.mark.parametrize("variant", POINT_DEFECTS)
def test_a_stamp_stands_on_the_perfect_lattice(variant: str) -> None:
    stamp, entry = stamps()[variant], library()[variant]
    reach = np.full(2, entry.radius + 10)
    sites, _ = honeycomb(-reach, reach)
    assert np.max(cKDTree(sites).query(stamp.sites)[0]) < 1e-3
    missing = int(stamp.gone.sum()) - len(stamp.atoms)
    assert missing == entry.missing_atoms
    # The far field dies away before the rim, and no displaced site is another's.
    rim = np.linalg.norm(stamp.sites - stamp.middle, axis=1) > entry.radius - 1.5
    assert np.linalg.norm(stamp.shift[rim, :2], axis=1).max() < 0.1
    assert np.linalg.norm(stamp.shift[:, :2], axis=1).max() < 0.6
    assert (stamp.shift[stamp.gone] == 0).all()


@pytest.mark.parametrize("variant", POINT_DEFECTS)
def test_the_core_is_in_the_middle(variant: str) -> None:
    stamp, entry = stamps()[variant], library()[variant]
    assert BOND <= stamp.core < entry.radius / 2
    gone = stamp.sites[stamp.gone] - stamp.middle
    assert np.linalg.norm(gone, axis=1).max() <= stamp.core + 2 * BOND
    assert stamp.gone[stamp.host].all()


def test_known_stamps() -> None:
    nitrogen = stamps()["N"]
    assert nitrogen.elements == ("N",)
    assert nitrogen.core == BOND
    assert nitrogen.gone.sum() == 1
    np.testing.assert_allclose(np.linalg.norm(nitrogen.middle), BOND, atol=1e-3)
    vacancy = stamps()["SV"]
    assert (int(vacancy.gone.sum()), len(vacancy.atoms)) == (1, 0)
    flower = stamps()["flower"]
    np.testing.assert_allclose(flower.middle, 0.0, atol=0.01)
    assert flower.core == pytest.approx(6.2, abs=0.3)


def test_names_stand_for_variants() -> None:
    assert variants("SV") == ("SV",)
    assert variants("SW") == ("SW-buckled", "SW-flat")
    assert variants("SW-flat") == ("SW-flat",)
    holes = variants("hole")
    assert len(holes) > 3
    assert {library()[v].name for v in holes} == {"hole"}


@pytest.mark.parametrize("name", ["perfect", "grain-boundary", "edge", "unknown", "", "sv"])
def test_what_is_no_point_defect_has_no_variant(name: str) -> None:
    assert variants(name) == ()


def test_every_point_defect_of_the_library_has_a_stamp() -> None:
    def is_point_defect(entry: Relaxed) -> bool:
        return entry.anchor is not None and entry.name != "perfect"

    assert set(POINT_DEFECTS) == {v for v, entry in library().items() if is_point_defect(entry)}
