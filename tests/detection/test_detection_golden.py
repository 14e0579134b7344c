"""One value a stage, as it was when it was last looked at: what changes one, says so."""

from __future__ import annotations

import numpy as np
import pytest

from detection_cases import Stages, detect_classically, go_through, image_of, planted
from sixring.detection._graph import flip_margins
from sixring.detection._peaks import local_maxima
from sixring.simulate import Simulated
from sixring.types import Detection


@pytest.fixture(scope="module")
def golden() -> Simulated:
    return image_of(planted("Si-C4"), dose=5e4, seed=20)


@pytest.fixture(scope="module")
def stages(golden: Simulated) -> Stages:
    return go_through(golden.micrograph)


@pytest.fixture(scope="module")
def found(golden: Simulated) -> Detection:
    return detect_classically(golden.micrograph)


def test_peaks(stages: Stages) -> None:
    positions, heights = local_maxima(stages.view.rings, 1.1 / stages.canvas.sampling)
    assert len(positions) == 294
    assert heights.mean() == pytest.approx(1.87699, rel=1e-3)


def test_foreign_atoms(stages: Stages) -> None:
    assert len(stages.foreign.positions) == 1
    assert stages.foreign.positions[0] == pytest.approx((101.229, 105.984), abs=0.02)
    assert stages.foreign.contrast[0] == pytest.approx(3.01871, rel=1e-3)


def test_centres(stages: Stages) -> None:
    assert len(stages.centres.positions) == 294
    assert np.median(stages.centres.error) == pytest.approx(0.105253, rel=1e-3)


def test_triangulation(stages: Stages) -> None:
    assert (len(stages.made.triangles), len(stages.made.edges)) == (520, 747)
    margins = flip_margins(stages.made, stages.centres.positions, stages.centres.error)
    assert np.median(margins) == pytest.approx(43.3068, rel=1e-3)


def test_sites(stages: Stages) -> None:
    assert int(stages.sites.occupied.sum()) == 519
    assert stages.sites.probability.mean() == pytest.approx(0.999764, rel=1e-4)


def test_rings(stages: Stages) -> None:
    sizes, counts = np.unique([len(r) for r in stages.structure.rings], return_counts=True)
    assert dict(zip(sizes.tolist(), counts.tolist(), strict=True)) == {5: 2, 6: 226}
    assert len(stages.structure.bonds) == 746


def test_defect(found: Detection) -> None:
    (defect,) = found.defects
    assert defect.name == "Si-C4"
    assert defect.position == pytest.approx((101.185, 106.026), abs=0.02)
    assert defect.probability == pytest.approx(1.0, abs=1e-4)


def test_score(found: Detection) -> None:
    assert float(found.score.sum()) == pytest.approx(402.944, rel=1e-3)


def test_what_is_listed(found: Detection) -> None:
    assert (len(found.rings), len(found.atoms)) == (228, 519)
    assert found.mask.clear.mean() == pytest.approx(0.7396, abs=1e-3)
