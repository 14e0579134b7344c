"""The best detector's AUC over conditions, where it can be told in another way."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from benchmarks.quality import pooled_auc
from fringe_images import fringes, spots
from sixring.evaluate import Hypotheses, delong, ideal_observer


def gaussian(strengths: list[float], draws: int, seed: int = 0) -> np.ndarray:
    """Draw the logarithm of the likelihood ratio of two normal laws, d' apart, with a defect."""
    each = np.array(strengths)[:, None]
    normal = np.random.default_rng(seed).standard_normal((len(each), draws))
    return np.asarray(each**2 / 2 + each * normal)


@pytest.mark.parametrize("strength", [0.3, 1.5, 3.0])
def test_one_hypothesis_gives_phi_of_its_detectability(strength: float) -> None:
    found = pooled_auc(gaussian([strength] * 40, 500))
    assert found.value == pytest.approx(ndtr(strength / np.sqrt(2)), abs=0.004)
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high
    assert found.high - found.low < 0.02


def test_an_auc_is_known_where_no_number_of_draws_would_show_an_error() -> None:
    found = pooled_auc(gaussian([7.0] * 20, 500))
    assert 1 - found.value == pytest.approx(ndtr(-7 / np.sqrt(2)), rel=0.3)
    assert 1 - found.value < 1e-6


def test_counts_of_one_defect_at_a_known_place() -> None:
    perfect = fringes(20.0, side=16)
    one = Hypotheses(perfect, spots(perfect, 0.25, step=8.0)[:1])
    drawn = one.drawn(3000, np.random.default_rng(1), defect=True)
    expected = ideal_observer(perfect, one.defects[0]).auc
    assert 0.6 < expected < 0.99
    assert pooled_auc(drawn.reshape(10, 300)).value == pytest.approx(expected, abs=0.01)


def test_two_conditions_together_as_patches_of_both_classes_show_it() -> None:
    rng = np.random.default_rng(2)
    scenes = []
    for counts, height in ((5.0, 0.2), (40.0, 0.3)):
        perfect = fringes(counts, side=16)
        scenes.append(Hypotheses(perfect, spots(perfect, height, step=4.0)))
    defect, clear = (
        np.stack([one.drawn(3000, rng, defect=which) for one in scenes]) for which in (True, False)
    )
    direct = delong(np.concatenate([clear.ravel(), defect.ravel()]), np.repeat([0, 1], 6000))
    assert 0.6 < direct.value < 0.95
    assert pooled_auc(defect).value == pytest.approx(direct.value, abs=0.015)


def test_what_can_t_be_told_has_an_auc_of_a_half() -> None:
    found = pooled_auc(np.zeros((5, 10)))
    assert (found.value, found.low, found.high) == pytest.approx((0.5, 0.5, 0.5))


@settings(max_examples=50)
@given(
    st.lists(st.lists(st.floats(-3, 8), min_size=3, max_size=3), min_size=1, max_size=4),
)
def test_it_is_the_mean_over_all_pairs(rows: list[list[float]]) -> None:
    statistics = np.array(rows)
    conditions, draws = statistics.shape
    means = np.empty((conditions, conditions))
    for i, j in product(range(conditions), repeat=2):
        pairs = [
            np.exp(-max(statistics[i, a], statistics[j, b]))
            for a, b in product(range(draws), repeat=2)
            if (i, a) != (j, b)
        ]
        means[i, j] = np.mean(pairs)
    assert pooled_auc(statistics).value == pytest.approx(1 - means.mean() / 2)


def test_conditions_that_differ_make_the_interval_wide() -> None:
    alike = pooled_auc(gaussian([1.5] * 12, 400))
    apart = pooled_auc(gaussian([0.5, 2.5] * 6, 400))
    assert alike.low is not None
    assert alike.high is not None
    assert apart.low is not None
    assert apart.high is not None
    assert apart.high - apart.low > 2 * (alike.high - alike.low)
    assert apart.how == "bootstrap over 12 conditions with 400 draws each, log odds"


def test_one_condition_has_no_interval() -> None:
    found = pooled_auc(gaussian([1.5], 400))
    assert (found.low, found.high) == (None, None)
    assert found.how == "no interval: one condition alone"
