"""What the best detector is given under conditions of one's own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sixring.errors import UsageError
from sixring.evaluate import bayes_observer, ideal_observer
from sixring.limit import defect_hypotheses, known_auc, limit
from sixring.limit._central import central_conditions, undistorted
from sixring.limit._looks import in_patch, looks, of_any
from sixring.limit._scene import Scene
from sixring.simulate import HRTEM, STEM, preset

SCAN = STEM(sampling=0.2)
DISTORTED = replace(SCAN, jitter=0.3, flyback=1.0, drift_row=0.02, drift_col=-0.02, dose=7.0)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_the_same_images_as_those_that_a_limit_is_made_of() -> None:
    conditions = central_conditions(preset("stem"), 0.2)
    same = np.random.default_rng([3, *b"lattice"])
    one = limit(["flower"], sampling=0.2, mode="stem", doses=[3e3], side=32, draws=100, seed=3)
    found = defect_hypotheses(["flower"], conditions, side=32, rng=same)["flower"]
    (point,) = one.defects[0].curve
    assert len(found) == one.defects[0].hypotheses
    strengths = found.detectabilities()
    # The limit's sheet is larger, as a search looks farther.
    assert known_auc(strengths, found.weights, 3e3) == pytest.approx(point.known, abs=1e-3)
    assert 0.6 < point.known < 0.999


def test_of_one_place_the_known_auc_is_the_ideal_observer_s() -> None:
    found = defect_hypotheses(["Si-C3"], SCAN, side=32, rng=rng())["Si-C3"]
    first = ideal_observer(found.perfect, found.defects[0])
    one = known_auc(np.array([first.detectability]), np.ones(1), 500.0)
    assert one == pytest.approx(first.at_dose(500.0).auc, abs=1e-12)


def test_neither_the_dose_nor_the_distortion_of_a_scan_means_anything() -> None:
    plain = defect_hypotheses(["SV"], SCAN, side=32, rng=rng())["SV"]
    other = defect_hypotheses(["SV"], DISTORTED, side=32, rng=rng())["SV"]
    np.testing.assert_array_equal(plain.perfect, other.perfect)
    np.testing.assert_array_equal(plain.defects, other.defects)
    assert undistorted(HRTEM(dose=3.0)) == HRTEM(dose=3.0)


def test_the_lattice_lies_where_the_generator_says() -> None:
    first, again, other = (
        defect_hypotheses(["flower"], SCAN, side=32, rng=rng(seed))["flower"] for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first.perfect, again.perfect)
    assert np.abs(first.perfect - other.perfect).max() > 0.1 * first.perfect.std()


def test_any_of_several_is_each_of_them_equally_often() -> None:
    found = defect_hypotheses(["flower", "Si-C3"], SCAN, side=32, rng=rng())
    assert list(found) == ["flower", "Si-C3", "any"]
    flower, silicon, either = found.values()
    np.testing.assert_array_equal(either.defects, np.concatenate([flower.defects, silicon.defects]))
    share = either.weights[: len(flower)].sum()
    # Equal, but for how many places a small patch has for each where the lattice lies here.
    assert 0.2 < share < 0.8
    np.testing.assert_allclose(either.weights[: len(flower)] / share, flower.weights)


def test_the_looks_of_any_share_their_weight() -> None:
    scene = Scene.drawn(SCAN, 16, rng())
    seen = {name: looks(name, scene, weight) for name, weight in (("flower", 1.0), ("SV", 3.0))}
    assert sum(look.weight for look in of_any(seen)) == pytest.approx(2.0)
    assert len(in_patch(of_any(seen), scene, scene.image(), 16)) > 2


def test_more_electrons_show_more() -> None:
    found = defect_hypotheses(["Si-C3"], SCAN, side=32, rng=rng())["Si-C3"]
    low, high = (
        bayes_observer(found.at_dose(dose), draws=300, rng=rng(1)).auc.value for dose in (50, 5e3)
    )
    assert low < 0.8 < 0.95 < high


@pytest.mark.parametrize(
    ("defects", "side", "message"),
    [
        (["SV", "SV"], 48, "defects: SV is named twice"),
        (["no-such"], 48, "the defect 'no-such' has no structure of its own: choose from "),
        (["SV"], 33, "side must be an even number of at least 8, not 33"),
    ],
)
def test_what_can_t_be(defects: list[str], side: int, message: str) -> None:
    with pytest.raises(UsageError, match=f"^{message}"):
        defect_hypotheses(defects, SCAN, side=side, rng=rng())
