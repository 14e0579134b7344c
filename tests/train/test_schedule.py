from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixring.train._schedule import step_width


def test_a_constant_step_width() -> None:
    assert {step_width(step, 30, "constant") for step in range(40)} == {1.0}


def test_the_step_width_grows_over_a_tenth_and_falls_to_nothing() -> None:
    widths = [step_width(step, 100, "cosine") for step in range(101)]
    assert widths[:10] == pytest.approx([k / 11 for k in range(1, 11)])
    assert widths[10] == 1.0
    assert widths[55] == pytest.approx(0.5)  # half of the ninety steps of the fall
    assert widths[10:] == sorted(widths[10:], reverse=True)
    assert widths[99] < 0.001
    assert widths[100] == 0.0


@given(steps=st.integers(1, 10**6), share=st.floats(0, 1, exclude_max=True))
def test_every_step_of_a_training_has_a_width(steps: int, share: float) -> None:
    assert 0 < step_width(int(share * steps), steps, "cosine") <= 1


@given(steps=st.integers(1, 1000), later=st.integers(0, 1000))
def test_nothing_is_learned_after_the_end(steps: int, later: int) -> None:
    assert step_width(steps + later, steps, "cosine") == 0
