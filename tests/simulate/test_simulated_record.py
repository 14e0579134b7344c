"""One image with abTEM's physics: the truth lies where the image shows it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from sixring.errors import UsageError
from sixring.simulate import HRTEM, STEM, Camera, Conditions, Simulated, record
from sixring.structures import DefectGroup, Plan, Specimen, grow, truth
from sixring.types import Region

SHAPE = (150, 180)
BRIGHT_ATOMS = HRTEM(dose=float("inf"), defocus=-70.0, cs=-10e4)
SCAN = STEM(sampling=0.2, dose=float("inf"), source_size=0.7)


@cache
def specimen(*, dirty: bool = False) -> Specimen:
    plan = Plan(size=(76.0, 70.0), defects=("DV-585", "Si-C3"), number=3, orientation=20.0)
    if dirty:
        plan = replace(plan, contamination=0.3, vacuum=0.2)
    return grow(plan, np.random.default_rng(4))


def shot(
    conditions: Conditions, *, dirty: bool = False, seed: int = 0, **options: object
) -> Simulated:
    return record(
        specimen(dirty=dirty),
        conditions,
        rng=np.random.default_rng(seed),
        **{"shape": SHAPE, **options},  # type: ignore[arg-type]
    )


def defects_of_sheet() -> tuple[DefectGroup, ...]:
    return truth(specimen().sheet).defects


def at(image: NDArray[np.float32], points: NDArray[np.float64]) -> NDArray[np.float32]:
    row, col = np.rint(points).astype(int).T
    inside = (row >= 0) & (col >= 0) & (row < image.shape[0]) & (col < image.shape[1])
    values: NDArray[np.float32] = image[row[inside], col[inside]]
    return values


@pytest.mark.parametrize(
    "conditions",
    [
        BRIGHT_ATOMS,
        SCAN,
        replace(SCAN, drift_row=0.08, drift_col=-0.1),
        replace(SCAN, drift_row=-0.08, drift_col=0.1),
    ],
    ids=["hrtem", "stem", "drift", "drift the other way"],
)
def test_atoms_and_rings_are_where_the_truth_says(conditions: Conditions) -> None:
    found = shot(conditions)
    carbon = np.array(found.atoms.elements) == "C"
    atoms = at(found.expected, found.atoms.positions[carbon])
    centres = at(found.expected, found.rings.centres[found.rings.sizes == 6])
    assert np.percentile(atoms, 5) > np.percentile(centres, 95)
    assert found.conditions == conditions
    assert (found.mode, found.sampling, found.dose) == (conditions.mode, 0.2, float("inf"))


@pytest.mark.parametrize("conditions", [BRIGHT_ATOMS, SCAN], ids=["hrtem", "stem"])
@pytest.mark.parametrize("origin", [None, (9.0, 6.0)])
def test_where_the_image_lies(conditions: Conditions, origin: tuple[float, float] | None) -> None:
    found = shot(conditions, origin=origin)
    # The specimen is 76 by 70 angstrom, the image's outermost pixels are 35.8 by 29.8 apart.
    x, y = origin or (20.1, 20.1)
    known = [((d.position[1] - y) / 0.2, (d.position[0] - x) / 0.2) for d in defects_of_sheet()]
    inside = [p for p in known if 0 <= p[0] < SHAPE[0] and 0 <= p[1] < SHAPE[1]]
    assert inside
    assert sorted(d.position for d in found.defects) == [
        pytest.approx(place) for place in sorted(inside)
    ]


def test_the_drift_moves_the_mask_as_it_moves_the_atoms() -> None:
    conditions = replace(SCAN, drift_row=0.1, drift_col=0.2)
    for drifting in (SCAN, conditions):
        found = shot(drifting, dirty=True)
        vacuum = found.mask.regions == Region.VACUUM
        assert 0.02 < vacuum.mean() < 0.5
        assert (found.mask.regions == Region.CONTAMINATION).mean() > 0.1
        # There is no atom in the vacuum, and hardly a signal.
        inside = at(vacuum.astype(np.float32), found.atoms.positions)
        assert inside.mean() < 0.02
        clear = found.expected[found.mask.clear].mean()
        assert np.median(found.expected[vacuum]) < 0.1 * clear


def test_counts_are_poisson() -> None:
    conditions = replace(BRIGHT_ATOMS, dose=1e4)
    found = shot(conditions)
    assert found.expected.mean() == pytest.approx(1e4 * 0.04, rel=0.02)
    deviation = (found.image - found.expected) / np.sqrt(found.expected)
    assert deviation.mean() == pytest.approx(0.0, abs=0.02)
    assert deviation.std() == pytest.approx(1.0, rel=0.02)


def test_the_expectation_is_that_before_the_detector() -> None:
    camera = Camera(gain=3.0, offset=50.0)
    found = shot(replace(BRIGHT_ATOMS, dose=1e5, camera=camera))
    assert (found.image.mean() - 50.0) / 3 == pytest.approx(found.expected.mean(), rel=1e-3)
    scanned = shot(replace(SCAN, dose=1e7, gain=3.0, offset=50.0))
    assert (scanned.image.mean() - 50.0) / 3 == pytest.approx(scanned.expected.mean(), rel=1e-2)


def test_without_noise_the_image_is_the_expectation() -> None:
    for conditions in (BRIGHT_ATOMS, SCAN):
        found = shot(conditions)
        assert np.array_equal(found.image, found.expected)


@pytest.mark.parametrize("conditions", [replace(BRIGHT_ATOMS, dose=1e4), replace(SCAN, dose=1e6)])
def test_everything_follows_from_the_seed(conditions: Conditions) -> None:
    assert np.array_equal(shot(conditions, seed=1).image, shot(conditions, seed=1).image)
    assert not np.array_equal(shot(conditions, seed=1).image, shot(conditions, seed=2).image)


@pytest.mark.parametrize("shape", [(0, 10), (10,), (10, 10, 10)])
def test_a_wrong_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(UsageError) as raised:
        shot(SCAN, shape=shape)
    assert str(raised.value) == f"shape must be rows and columns, at least 1 each, not {shape}"
