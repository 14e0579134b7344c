"""What the best detector would find on the fixed set."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from benchmarks.simulated import DEFECTS, DOSES
from benchmarks.simulated._best import _CELLS, BEST, _cells, best_of, best_rings, share_found
from sixring.evaluate import Hypotheses

RATE = 1e-3


def one_defect(strength: float) -> Hypotheses:
    """Return a known defect of so many standard deviations, in very many electrons."""
    perfect = np.full((8, 8), 1e6)
    change = np.random.default_rng(0).normal(size=perfect.shape)
    change *= strength * 1e3 / np.linalg.norm(change)
    return Hypotheses(perfect, (perfect + change)[None], weights=[1.0])


@pytest.mark.parametrize("strength", [1.0, 2.5, 4.0, 6.0])
def test_of_a_known_defect_it_is_what_neyman_and_pearson_say(strength: float) -> None:
    found = share_found(one_defect(strength), RATE, np.random.default_rng(1))
    # Gaussian noise: the threshold is as far above nothing as the rate demands.
    expected = float(ndtr(strength - ndtri(1 - RATE)))
    assert found == pytest.approx(expected, abs=0.05)


def test_fewer_alarms_find_fewer() -> None:
    shares = [
        share_found(one_defect(3.0), rate, np.random.default_rng(2)) for rate in (0.1, 1e-2, 1e-4)
    ]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[-1]


def test_every_kind_and_dose_is_kept() -> None:
    kept = json.loads(BEST.read_text(encoding="utf-8"))
    assert {mode: {float(dose) for dose in found} for mode, found in kept.items()} == {
        mode: set(doses) for mode, doses in DOSES.items()
    }
    for mode, doses in DOSES.items():
        for lower, higher in pairwise(doses):
            less, more = best_of(mode, lower), best_of(mode, higher)
            assert set(less) == set(more) == set(DEFECTS)
            assert all(0 <= less[kind] <= more[kind] + 0.02 for kind in DEFECTS)


def test_rings_weigh_as_many_as_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "benchmarks.simulated._best.best_of",
        lambda mode, dose: {"SW": 1.0, "SV": 0.5, "Si-C3": 0.0},
    )
    assert best_rings("hrtem", 1e3) == pytest.approx((4 + 0.5 * 2) / 6)


@pytest.mark.slow
def test_the_kept_shares_are_those_that_it_finds() -> None:
    cell = _cells("hrtem")["SV"].at_dose(1e3)
    found = share_found(cell, 1 / _CELLS, np.random.default_rng(7))
    # Of 2000 draws, twice.
    assert found == pytest.approx(best_of("hrtem", 1e3)["SV"], abs=0.05)
