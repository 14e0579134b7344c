from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixring.errors import UsageError
from sixring.patches import balanced_order


@given(
    counts=st.lists(st.integers(1, 60), min_size=1, max_size=4),
    size=st.one_of(st.none(), st.integers(0, 300)),
    seed=st.integers(0, 100),
    epoch=st.integers(0, 100),
)
def test_classes_come_equally_often(
    counts: list[int], size: int | None, seed: int, epoch: int
) -> None:
    labels = np.repeat(np.arange(len(counts)), counts)
    order = balanced_order(labels, seed=seed, epoch=epoch, size=size)
    assert order.dtype == np.int64
    assert len(order) == (len(labels) if size is None else size)
    drawn = np.bincount(labels[order], minlength=len(counts))
    assert np.ptp(drawn) <= 1
    for label in range(len(counts)):
        times = np.bincount(order, minlength=len(labels))[labels == label]
        assert np.ptp(times) <= 1


@given(seed=st.integers(0, 100))
def test_groups_of_a_class_come_equally_often(seed: int) -> None:
    labels = np.array([0] * 90 + [0] * 10 + [1] * 4)
    groups = np.array(["large"] * 90 + ["small"] * 10 + ["small"] * 3 + ["other"])
    order = balanced_order(labels, groups, seed=seed, epoch=0, size=200)
    assert np.count_nonzero(order < 90) == 50
    assert np.count_nonzero((order >= 90) & (order < 100)) == 50
    assert np.count_nonzero(order == 103) == 50


def test_an_epoch_can_be_drawn_without_those_before() -> None:
    labels = np.random.default_rng(0).integers(0, 2, 50)
    epochs = [balanced_order(labels, seed=7, epoch=epoch).tolist() for epoch in range(3)]
    assert balanced_order(labels, seed=7, epoch=2).tolist() == epochs[2]
    assert epochs[0] != epochs[1] != epochs[2]
    assert balanced_order(labels, seed=8, epoch=2).tolist() != epochs[2]


def test_all_of_the_common_class_comes_within_a_few_epochs() -> None:
    labels = np.array([0] * 200 + [1] * 10)
    seen = np.concatenate([balanced_order(labels, seed=0, epoch=epoch) for epoch in range(10)])
    assert set(seen) == set(range(210))


def test_order_is_mixed() -> None:
    order = balanced_order(np.repeat([0, 1], 500), seed=0, epoch=0)
    first = np.count_nonzero(order[:500] < 500)
    assert 200 < first < 300


@pytest.mark.parametrize("name", ["seed", "epoch", "size"])
def test_negative_numbers(name: str) -> None:
    numbers = {"seed": 0, "epoch": 0, "size": 4, name: -3}
    with pytest.raises(UsageError, match=f"{name} must not be negative, but is -3"):
        balanced_order([0, 1], **numbers)


def test_lengths_that_differ() -> None:
    with pytest.raises(UsageError, match=r"not the shapes \(2,\) and \(1,\)"):
        balanced_order([0, 1], ["a"], seed=0, epoch=0)


def test_no_patches() -> None:
    with pytest.raises(UsageError, match="at least one patch"):
        balanced_order([], seed=0, epoch=0)
