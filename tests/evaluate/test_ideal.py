"""The ideal observer against likelihood ratios of simulated counts."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm, poisson

from sixring.errors import UsageError
from sixring.evaluate import detectability, efficiency, ideal_observer, roc_auc


def images(counts: float, strength: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A lattice of fringes, and the same with a spot that is brighter on one side."""
    row, col = np.mgrid[:24, :24] - 11.5
    perfect = counts * (1 + 0.2 * np.cos(row) + 0.2 * np.cos(0.5 * row + 0.9 * col))
    spot = strength * row / 3 * np.exp(-(row**2 + col**2) / 18)
    return perfect, perfect * (1 + spot)


def test_one_pixel_by_hand() -> None:
    found = ideal_observer([[100.0]], [[120.0]])
    assert found.detectability == pytest.approx(20 / np.sqrt(110))
    assert found.auc == pytest.approx(norm.cdf(20 / np.sqrt(220)))


def test_pixels_add_up_and_dark_ones_tell_nothing() -> None:
    found = ideal_observer([[100.0, 100.0, 0.0]], [[120.0, 80.0, 0.0]])
    assert found.detectability == pytest.approx(np.sqrt(400 / 110 + 400 / 90))


@pytest.mark.parametrize(
    ("counts", "strength"), [(5.0, 0.2), (20.0, 0.06), (20.0, 0.12), (200.0, 0.03), (0.5, 0.5)]
)
def test_the_auc_is_that_of_likelihood_ratios_of_counts(counts: float, strength: float) -> None:
    perfect, defect = images(counts, strength)
    generator = np.random.default_rng(0)
    ratios = []
    for mean in (perfect, defect):
        drawn = generator.poisson(mean, size=(4000, *mean.shape))
        ratio = poisson.logpmf(drawn, defect) - poisson.logpmf(drawn, perfect)
        ratios.append(np.sum(ratio, axis=(1, 2)))
    simulated = roc_auc(np.concatenate(ratios), np.repeat([0, 1], 4000))
    found = ideal_observer(perfect, defect)
    assert 0.6 < found.auc < 0.999
    # Three standard errors of an AUC from 4000 of each, and the formula's own error.
    assert simulated == pytest.approx(found.auc, abs=0.016)


def test_no_other_statistic_does_better() -> None:
    perfect, defect = images(20.0, 0.08)
    generator = np.random.default_rng(0)
    drawn = np.concatenate([generator.poisson(m, size=(4000, 24, 24)) for m in (perfect, defect)])
    labels = np.repeat([0, 1], 4000)
    matched = np.sum(drawn * (defect - perfect), axis=(1, 2))
    variance = drawn.var(axis=(1, 2))
    bound = ideal_observer(perfect, defect).auc
    assert roc_auc(variance, labels) < roc_auc(matched, labels) < bound + 0.015
    assert 0.8 < efficiency(roc_auc(matched, labels), bound) < 1.1


def test_the_same_image_is_chance() -> None:
    found = ideal_observer(np.ones((3, 3)), np.ones((3, 3)))
    assert (found.detectability, found.auc) == (0.0, 0.5)
    with pytest.raises(UsageError, match=r"^factor_for: the images are the same, and no dose"):
        found.factor_for(0.99)


def test_the_dose_scales_the_square_of_the_detectability() -> None:
    perfect, defect = images(10.0, 0.1)
    found = ideal_observer(perfect, defect)
    more = ideal_observer(7 * perfect, 7 * defect)
    assert found.at_dose(7).detectability == pytest.approx(more.detectability)
    assert found.at_dose(7).auc == pytest.approx(more.auc)
    assert found.at_dose(found.factor_for(0.99)).auc == pytest.approx(0.99)


def test_detectability_and_efficiency_by_hand() -> None:
    assert detectability(0.5) == 0.0
    assert detectability(norm.cdf(1 / np.sqrt(2))) == pytest.approx(1.0)
    assert efficiency(norm.cdf(1 / np.sqrt(2)), norm.cdf(2 / np.sqrt(2))) == pytest.approx(0.25)
    assert efficiency(0.9, 0.9) == pytest.approx(1.0)
    assert efficiency(0.3, 0.9) == 0.0


@pytest.mark.parametrize(
    ("perfect", "defect", "message"),
    [
        (
            np.ones((2, 2)),
            np.ones((2, 3)),
            r"defect: an image of \(2, 3\) can't be compared with a perfect one of \(2, 2\)",
        ),
        (
            np.ones(3),
            np.ones(3),
            r"perfect: an image of real numbers is needed, not float64 of \(3,\)",
        ),
        (
            np.ones((2, 2)),
            np.ones((2, 2), dtype=complex),
            r"defect: an image of real numbers is needed, not complex128 of \(2, 2\)",
        ),
        (
            np.array([[1.0, -2.0]]),
            np.ones((1, 2)),
            r"perfect: a mean number of electrons can't be -2, as at row 0, col 1",
        ),
        (
            np.ones((1, 2)),
            np.array([[1.0, np.nan]]),
            r"defect: a mean number of electrons can't be nan, as at row 0, col 1",
        ),
        (
            np.ones((0, 2)),
            np.ones((0, 2)),
            r"perfect: an image of real numbers is needed, not float64 of \(0, 2\)",
        ),
    ],
)
def test_images_that_can_t_be_compared(
    perfect: NDArray[np.float64], defect: NDArray[np.float64], message: str
) -> None:
    with pytest.raises(UsageError, match=f"^{message}$"):
        ideal_observer(perfect, defect)


def test_what_a_nuisance_explains_is_not_counted() -> None:
    perfect, defect = images(100.0, 0.1)
    gain, offset = perfect, np.ones_like(perfect)
    plain = ideal_observer(perfect, defect)
    # Brighter everywhere by a hundredth: for whoever doesn't know the gain, nothing.
    assert ideal_observer(perfect, 1.01 * perfect).detectability > 2
    brighter = ideal_observer(perfect, 1.01 * perfect, nuisances=[gain])
    assert brighter.detectability == pytest.approx(0, abs=1e-9)
    one = ideal_observer(perfect, defect, nuisances=[offset])
    both = ideal_observer(perfect, defect, nuisances=[offset, gain])
    assert 0 < both.detectability <= one.detectability <= plain.detectability
    # In any unit, and told twice.
    again = ideal_observer(perfect, defect, nuisances=[1e6 * offset, offset, 1e-6 * gain])
    assert again.detectability == pytest.approx(both.detectability)
    nothing = ideal_observer(perfect, defect, nuisances=np.zeros((1, 24, 24)))
    assert nothing.detectability == pytest.approx(plain.detectability)


def test_a_nuisance_by_hand() -> None:
    # The whitened signal is (2, 0), the direction (1, 1): half of the square is left.
    found = ideal_observer([[99.0, 100.0]], [[121.0, 100.0]], nuisances=[[[110**0.5, 10.0]]])
    whole = ideal_observer([[99.0, 100.0]], [[121.0, 100.0]])
    assert found.detectability == pytest.approx(whole.detectability / np.sqrt(2))


@pytest.mark.parametrize(
    ("nuisances", "message"),
    [
        (
            np.ones((2, 2)),
            r"nuisances: derivatives of an image of \(2, 2\) are needed, not float64 of \(2, 2\)",
        ),
        (
            np.ones((1, 2, 3)),
            r"nuisances: derivatives of an image of \(2, 2\) are needed, not float64 of "
            r"\(1, 2, 3\)",
        ),
        (
            np.array([np.ones((2, 2)), np.full((2, 2), np.inf)]),
            "nuisances: derivative 1 isn't finite everywhere",
        ),
    ],
)
def test_nuisances_that_can_t_be(nuisances: NDArray[np.float64], message: str) -> None:
    with pytest.raises(UsageError, match=f"^{message}$"):
        ideal_observer(np.ones((2, 2)), np.ones((2, 2)), nuisances=nuisances)


def test_numbers_out_of_range() -> None:
    found = ideal_observer([[100.0]], [[120.0]])
    for factor in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(
            UsageError, match=f"^factor: a positive number is needed, not {factor}$"
        ):
            found.at_dose(factor)
    for auc in (0.5, 1.0, float("nan")):
        with pytest.raises(
            UsageError, match=f"^auc: a value between 0.5 and 1 is needed, not {auc}$"
        ):
            found.factor_for(auc)
        expected = f"^ideal_auc: a value between 0.5 and 1 is needed, not {auc}$"
        with pytest.raises(UsageError, match=expected):
            efficiency(0.8, auc)
    with pytest.raises(UsageError, match=r"^auc: a value between 0 and 1 is needed, not 1.5$"):
        detectability(1.5)
