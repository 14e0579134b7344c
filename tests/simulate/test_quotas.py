from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixring.simulate._quotas import SPLITS, Quotas, Taken


def fill(quotas: Quotas, gives: list[tuple[int, int]]) -> list[Taken]:
    taken: list[Taken] = []
    while not quotas.filled:
        taken.append(quotas.take(*gives[len(taken) % len(gives)]))
        assert len(taken) < 10_000
    return taken


def test_all_is_one_part() -> None:
    quotas = Quotas(21, 20.0, (1.0, 0.0, 0.0))
    assert quotas.take(1, 15) == Taken("train", 1, 15)
    assert (quotas.done, quotas.filled) == (16, False)
    assert quotas.take(1, 20) == Taken("train", 0, 5)
    assert (quotas.done, quotas.filled) == (21, True)
    assert quotas.take(1, 20) == Taken("train", 0, 0)


def test_the_part_that_lacks_most_is_served_first() -> None:
    quotas = Quotas(2100, 20.0, (0.5, 0.25, 0.25))
    splits = [quotas.take(5, 100).split for _ in range(8)]
    assert [splits.count(split) for split in SPLITS] == [4, 2, 2]


@given(
    st.integers(1, 3000),
    st.floats(0.1, 100),
    st.sampled_from([(1.0, 0.0, 0.0), (0.7, 0.15, 0.15), (0.1, 0.45, 0.45), (0.0, 0.5, 0.5)]),
    st.lists(st.tuples(st.integers(1, 20), st.integers(1, 300)), min_size=1, max_size=5),
)
def test_the_numbers_add_up(
    n: int, ratio: float, shares: tuple[float, float, float], gives: list[tuple[int, int]]
) -> None:
    taken = fill(Quotas(n, ratio, shares), gives)
    n_defect = sum(t.defect for t in taken)
    n_perfect = sum(t.perfect for t in taken)
    assert n_defect + n_perfect == n
    assert n_defect == max(1, round(n / (1 + ratio)))
    for split, share in zip(SPLITS, shares, strict=True):
        of_split = [t for t in taken if t.split == split]
        assert sum(t.defect for t in of_split) == pytest.approx(share * n_defect, abs=1)
        assert sum(t.perfect for t in of_split) == pytest.approx(share * n_perfect, abs=1)
