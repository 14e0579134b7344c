from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from sixring.train._order import EpochOrder, seed_of

LABELS = np.array([0] * 40 + [1] * 4, np.int8)


def steps(epoch: int, *, balanced: bool = False, seed: int = 0) -> list[torch.Tensor]:
    order = EpochOrder(LABELS, batch_size=16, balanced=balanced, seed=seed)
    order.set_epoch(epoch)
    assert len(list(order)) == len(order) == 3
    return list(order)


def test_an_epoch_shows_every_patch_once() -> None:
    shown = torch.cat(steps(0))
    assert sorted(shown.tolist()) == list(range(44))
    assert [len(step) for step in steps(0)] == [16, 16, 12]


def test_a_balanced_epoch_shows_both_classes_equally_often() -> None:
    shown = torch.cat(steps(3, balanced=True))
    assert len(shown) == 44
    assert int((LABELS[shown.numpy()] == 1).sum()) == 22


@given(epoch=st.integers(0, 10**6), seed=st.integers(0, 2**64), balanced=st.booleans())
def test_an_epoch_is_the_same_whatever_came_before(epoch: int, seed: int, balanced: bool) -> None:
    order = EpochOrder(LABELS, batch_size=16, balanced=balanced, seed=seed)
    order.set_epoch(epoch + 1)
    list(order)
    order.set_epoch(epoch)
    expected = steps(epoch, balanced=balanced, seed=seed)
    assert all(torch.equal(a, b) for a, b in zip(order, expected, strict=True))


def test_epochs_and_seeds_differ() -> None:
    first = torch.cat(steps(0))
    assert not torch.equal(first, torch.cat(steps(1)))
    assert not torch.equal(first, torch.cat(steps(0, seed=1)))


@given(seed=st.integers(0, 2**70), step=st.integers(0, 10**6))
def test_seeds_are_ones_that_torch_takes(seed: int, step: int) -> None:
    torch.Generator().manual_seed(seed_of(seed, (1, 0, step)))
    assert seed_of(seed, (1, 0, step)) == seed_of(seed, (1, 0, step))


def test_no_two_draws_share_a_seed() -> None:
    draws = [(0, 0), (2, 0), *((1, epoch, step) for epoch in range(30) for step in range(30))]
    assert len({seed_of(0, draw) for draw in draws}) == len(draws)
    assert seed_of(0, (0, 0)) != seed_of(1, (0, 0))


@pytest.mark.parametrize("n", [1, 5, 16])
def test_fewer_patches_than_a_step_takes(n: int) -> None:
    order = EpochOrder(np.zeros(n, np.int8), batch_size=16, balanced=True, seed=0)
    assert [len(step) for step in order] == [n]
