"""The statistic for many hypotheses, against likelihoods written out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logsumexp
from scipy.stats import poisson

from fringe_images import fringes, spots
from sixring.errors import UsageError
from sixring.evaluate import Hypotheses, ideal_observer

PERFECT = fringes(5.0)
DEFECTS = spots(PERFECT, 0.4)


def test_the_statistic_is_the_log_mean_of_poisson_likelihood_ratios() -> None:
    weights = np.arange(1.0, 10.0)
    counts = np.random.default_rng(0).poisson(DEFECTS[4], size=(6, 24, 24))
    ratios = [
        np.sum(poisson.logpmf(counts, defect) - poisson.logpmf(counts, PERFECT), axis=(1, 2))
        for defect in DEFECTS
    ]
    expected = logsumexp(ratios, axis=0, b=(weights / weights.sum())[:, None])
    found = Hypotheses(PERFECT, DEFECTS, weights=weights).log_ratios(counts)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_by_hand() -> None:
    found = Hypotheses([[2.0, 1.0]], [[[4.0, 1.0]], [[2.0, 3.0]]])
    # 2^n1 e^-2 and 3^n2 e^-2.
    expected = np.log((2**5 + 3**2) / 2) - 2
    assert found.log_ratios([[[5, 2]]]) == pytest.approx([expected])
    assert len(found) == 2
    assert found.weights.tolist() == [0.5, 0.5]


@given(st.integers(0, 2**32), st.floats(0.1, 20.0))
def test_a_dose_is_a_dose(seed: int, factor: float) -> None:
    counts = np.random.default_rng(seed).poisson(factor * PERFECT, size=(2, 24, 24))
    scaled = Hypotheses(PERFECT, DEFECTS).at_dose(factor)
    made = Hypotheses(factor * PERFECT, factor * DEFECTS)
    np.testing.assert_allclose(scaled.log_ratios(counts), made.log_ratios(counts), atol=1e-8)
    np.testing.assert_allclose(scaled.detectabilities(), made.detectabilities())
    np.testing.assert_allclose(scaled.perfect, made.perfect)


@given(st.permutations(range(9)))
def test_the_order_of_the_defects_does_not_matter(order: list[int]) -> None:
    counts = np.random.default_rng(0).poisson(PERFECT, size=(3, 24, 24))
    weights = np.arange(1.0, 10.0)
    one = Hypotheses(PERFECT, DEFECTS, weights=weights)
    other = Hypotheses(PERFECT, DEFECTS[order], weights=weights[order])
    np.testing.assert_allclose(one.log_ratios(counts), other.log_ratios(counts))


def test_the_same_defect_twice_is_one() -> None:
    counts = np.random.default_rng(0).poisson(DEFECTS[0], size=(3, 24, 24))
    once = Hypotheses(PERFECT, DEFECTS[:2], weights=[2, 1])
    twice = Hypotheses(PERFECT, DEFECTS[[0, 0, 1]])
    np.testing.assert_allclose(once.log_ratios(counts), twice.log_ratios(counts))


def test_a_defect_that_never_occurs_does_not_count() -> None:
    counts = np.random.default_rng(0).poisson(DEFECTS[0], size=(3, 24, 24))
    without = Hypotheses(PERFECT, DEFECTS[:2])
    beside = Hypotheses(PERFECT, DEFECTS[:3], weights=[1, 1, 0])
    np.testing.assert_allclose(without.log_ratios(counts), beside.log_ratios(counts))


def test_detectabilities_are_those_of_each_alone() -> None:
    nuisances = np.stack([PERFECT, np.ones_like(PERFECT)])
    for given_ in (None, nuisances):
        found = Hypotheses(PERFECT, DEFECTS, nuisances=given_).detectabilities()
        alone = [ideal_observer(PERFECT, d, nuisances=given_).detectability for d in DEFECTS]
        assert found.tolist() == alone


def test_a_nuisance_leaves_the_statistic_as_it_is_to_first_order() -> None:
    nuisances = np.stack([PERFECT, np.ones_like(PERFECT)])
    counts = np.round(10 * PERFECT)[None]
    plain = Hypotheses(10 * PERFECT, 10 * DEFECTS)
    projected = Hypotheses(10 * PERFECT, 10 * DEFECTS, nuisances=nuisances)
    for change in nuisances:
        brighter = counts + 0.1 * change
        moved = abs(projected.log_ratios(brighter) - projected.log_ratios(counts))
        assert moved < 1e-6 < abs(plain.log_ratios(brighter) - plain.log_ratios(counts))


def test_what_is_drawn_has_the_means_of_what_it_shows() -> None:
    # One hypothesis: the statistic is linear in the counts, and its mean is known.
    found = Hypotheses(PERFECT, DEFECTS[:1])
    rng = np.random.default_rng(0)
    log = np.log(DEFECTS[0] / PERFECT)
    for defect, means in ((False, PERFECT), (True, DEFECTS[0])):
        drawn = found.drawn(4000, rng, defect=defect)
        expected = np.sum(means * log - (DEFECTS[0] - PERFECT))
        error = np.sqrt(np.sum(means * log**2) / 4000)
        assert abs(drawn.mean() - expected) < 4 * error
        assert drawn.std() == pytest.approx(np.sqrt(np.sum(means * log**2)), rel=0.05)


def test_draws_do_not_depend_on_how_many_are_worked_on_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = Hypotheses(PERFECT, DEFECTS)
    whole = found.drawn(50, np.random.default_rng(1), defect=True)
    monkeypatch.setattr("sixring.evaluate._hypotheses._BLOCK", 7 * PERFECT.size)
    pieces = found.drawn(50, np.random.default_rng(1), defect=True)
    np.testing.assert_allclose(whole, pieces, rtol=1e-12)
    counts = np.random.default_rng(2).poisson(PERFECT, size=(20, 24, 24))
    np.testing.assert_allclose(found.log_ratios(counts), found.log_ratios(counts.astype(float)))


def test_dark_pixels_make_nothing_impossible() -> None:
    found = Hypotheses([[0.0, 4.0]], [[[2.0, 4.0]], [[0.0, 0.0]]])
    assert np.isfinite(found.log_ratios([[[3, 4]], [[0, 9]], [[0, 0]]])).all()
    # An electron where the perfect sheet has none is as good as a proof.
    assert found.log_ratios([[[3, 4]]])[0] > 30


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"perfect": np.ones(3)},
            r"perfect: an image of real numbers is needed, not float64 of \(3,\)",
        ),
        (
            {"defects": np.ones((2, 2))},
            r"defects: images of real numbers are needed, shape \(n, rows, cols\), not float64 of "
            r"\(2, 2\)",
        ),
        (
            {"defects": np.ones((0, 2, 2))},
            r"defects: images of real numbers are needed, shape \(n, rows, cols\), not float64 of "
            r"\(0, 2, 2\)",
        ),
        (
            {"defects": np.ones((2, 2, 3))},
            r"defects: images of \(2, 3\) can't be compared with a perfect one of \(2, 2\)",
        ),
        (
            {"defects": np.array([np.ones((2, 2)), [[1, 1], [-1, 1]]])},
            "defects: a mean number of electrons can't be -1, as at row 1, col 0 of image 1",
        ),
        (
            {"perfect": np.zeros((2, 2))},
            "perfect: not one electron is expected: give the means at some dose",
        ),
        (
            {"weights": [1.0]},
            r"weights: 3 defects need 3 weights, not an array of \(1,\)",
        ),
        ({"weights": ["a", "b", "c"]}, "weights: real numbers are needed, not <U1"),
        (
            {"weights": [1.0, -1.0, 1.0]},
            "weights: -1 at index 1 isn't a number of at least 0",
        ),
        ({"weights": [0, 0, 0]}, "weights: all are 0: one of the defects must occur"),
        (
            {"nuisances": np.ones((1, 3, 3))},
            r"nuisances: derivatives of an image of \(2, 2\) are needed, not float64 of "
            r"\(1, 3, 3\)",
        ),
    ],
)
def test_what_does_not_fit_together(changed: dict[str, Any], message: str) -> None:
    given_: dict[str, Any] = {"perfect": np.ones((2, 2)), "defects": np.ones((3, 2, 2)), **changed}
    with pytest.raises(UsageError, match=f"^{message}$"):
        Hypotheses(given_.pop("perfect"), given_.pop("defects"), **given_)


def test_counts_and_doses_that_can_t_be() -> None:
    found = Hypotheses(np.ones((2, 2)), np.ones((1, 2, 2)))
    with pytest.raises(
        UsageError,
        match=r"^counts: images of \(3, 2\) can't be compared with means of \(2, 2\)$",
    ):
        found.log_ratios(np.ones((1, 3, 2)))
    with pytest.raises(UsageError, match=r"^counts: a mean number of electrons can't be nan"):
        found.log_ratios(np.full((1, 2, 2), np.nan))
    with pytest.raises(UsageError, match=r"^factor: a positive number is needed, not 0$"):
        found.at_dose(0)
