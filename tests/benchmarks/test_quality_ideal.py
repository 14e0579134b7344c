"""The best detector under drawn conditions, and what is kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr

from benchmarks.quality import (
    ALL,
    CHALLENGE,
    DEFECTS,
    DOSES,
    ideal_of,
    look,
)
from quality_cases import DEFECT, PERFECT, PLAN, show
from sixring.evaluate import Hypotheses, ideal_observer
from sixring.simulate import Conditions


def test_the_known_place_is_phi_of_the_detectability() -> None:
    one = look("stem", 0, 50, show)
    assert one.known.shape == (4, 7)
    assert one.statistics.shape == (4, 7, 50)
    strength = ideal_observer(PERFECT, DEFECT).detectability
    expected = ndtr(strength * np.sqrt(np.array(DOSES["stem"]) / 2))
    np.testing.assert_allclose(one.known, np.tile(expected[:, None], 7))
    assert one.seconds >= 0


def test_one_hypothesis_has_nothing_unknown(tmp_path: Path) -> None:
    plan = replace(PLAN, conditions=10, draws=300)
    found, seconds = ideal_of("hrtem", plan, tmp_path, tell=lambda line: None, show=show)
    assert seconds >= 0
    assert list(found) == [*(f"hrtem-{dose:.0f}" for dose in DOSES["hrtem"]), CHALLENGE]
    assert list(found[CHALLENGE]) == [*DEFECTS, ALL]
    for name in ("hrtem-300", "hrtem-3000"):
        for ideal in found[name].values():
            assert ideal.unknown.value == pytest.approx(ideal.known, abs=0.02)
    weak, strong = (found[f"hrtem-{dose}"]["SV"].known for dose in (300, 10000))
    # The challenge's doses are drawn, each condition's own.
    assert weak < found["hrtem-1000"]["SV"].known < found[CHALLENGE]["SV"].known < strong


def test_nothing_is_done_twice(tmp_path: Path) -> None:
    asked: list[Conditions] = []
    told: list[str] = []

    def counted(
        defects: Sequence[str], conditions: Conditions, *, rng: np.random.Generator
    ) -> dict[str, Hypotheses]:
        asked.append(conditions)
        return show(defects, conditions, rng=rng)

    first, _ = ideal_of("stem", PLAN, tmp_path, tell=told.append, show=counted)
    assert len(asked) == PLAN.conditions == len(told)
    assert told[0].startswith("ideal observer, stem: 1 of 3, ")
    (tmp_path / "stem-001.npz").unlink()
    again, _ = ideal_of("stem", PLAN, tmp_path, tell=told.append, show=counted)
    assert first == again
    assert len(asked) == PLAN.conditions + 1
    assert asked[1] == asked[-1]
    assert len({conditions.dose for conditions in asked}) == PLAN.conditions


@pytest.mark.slow
def test_a_scan_at_a_high_dose_shows_more_than_at_a_low_one() -> None:
    one = look("stem", 0, 20)
    assert (one.known[0] < one.known[-1]).all()
    assert (one.known[-1] > 0.99).all()
    assert (one.statistics[-1].mean(axis=1) > one.statistics[0].mean(axis=1)).all()
