"""The surprise at what a patch holds: hypotheses counted by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from training._cut import NO_KIND, OTHER_KIND
from training._loss import VIEWS, losses, turned
from training._sources import KINDS

SIDE, CELLS = 16, 4


def lost(maps: Tensor, kind: int, place: tuple[float, float]) -> float:
    found = losses(maps[None], torch.tensor([kind]), torch.tensor([place]), side=SIDE)
    assert found.shape == (1,)
    return float(found.detach())


def evidence() -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(len(KINDS), CELLS, CELLS, generator=generator, dtype=torch.float64)


def test_of_a_perfect_patch() -> None:
    maps = evidence()
    odds = float(maps.exp().mean(dim=(1, 2)).sum())
    assert lost(maps, NO_KIND, (math.nan, math.nan)) == pytest.approx(math.log(1 + odds))


@pytest.mark.parametrize(("place", "cells"), [((8.0, 8.0), 9), ((0.0, 0.0), 4), ((8.0, 15.0), 3)])
def test_of_a_defect_whose_place_is_known(place: tuple[float, float], cells: int) -> None:
    # A cell stands for every fourth pixel: 0, 4, 8, 12.
    maps = torch.zeros(len(KINDS), CELLS, CELLS)
    share = cells / CELLS**2
    assert lost(maps, 3, place) == pytest.approx(-math.log(share / (1 + len(KINDS))), rel=1e-5)


def test_only_the_right_kind_counts() -> None:
    maps = torch.full((len(KINDS), CELLS, CELLS), -20.0)
    maps[2] = 9.0
    assert lost(maps, 2, (8.0, 8.0)) < 1
    assert lost(maps, 3, (8.0, 8.0)) > 20
    assert lost(maps, OTHER_KIND, (8.0, 8.0)) < 1


def test_all_hypotheses_together_are_certain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training._loss._NEAR", 0.0)
    maps = evidence()
    probability = math.exp(-lost(maps, NO_KIND, (math.nan, math.nan)))
    for kind in range(len(KINDS)):
        for row in range(CELLS):
            for col in range(CELLS):
                probability += math.exp(-lost(maps, kind, (4.0 * row, 4.0 * col)))
    assert probability == pytest.approx(1.0)


def test_the_gradient_pulls_up_what_is_true_and_down_the_rest() -> None:
    maps = torch.zeros(2, len(KINDS), CELLS, CELLS, requires_grad=True)
    kinds, places = torch.tensor([5, NO_KIND]), torch.tensor([[4.0, 4.0], [math.nan, math.nan]])
    losses(maps, kinds, places, side=SIDE).sum().backward()
    assert maps.grad is not None
    assert torch.isfinite(maps.grad).all()
    assert (maps.grad[0, 5, :3, :3] < 0).all()
    assert (maps.grad[0, 5, 3] > 0).all()
    assert (maps.grad[0, 4] > 0).all()
    assert (maps.grad[1] > 0).all()


def test_a_batch_without_defects() -> None:
    maps = torch.zeros(3, len(KINDS), CELLS, CELLS)
    nowhere = torch.full((3, 2), math.nan)
    found = losses(maps, torch.full((3,), NO_KIND), nowhere, side=SIDE)
    torch.testing.assert_close(found, torch.full((3,), math.log(1.0 + len(KINDS))))


@pytest.mark.parametrize("view", range(VIEWS))
def test_what_is_in_a_patch_turns_with_it(view: int) -> None:
    images = np.zeros((2, SIDE, SIDE), np.float32)
    images[0, 3, 12] = images[1, 7, 1] = 1.0
    places = np.array([[3, 12], [7, 1]], np.float32)
    shown, moved = turned(images, places, view)
    for image, (row, col) in zip(shown, moved.astype(int), strict=True):
        assert image[row, col] == 1.0
        assert image.sum() == 1.0


def test_all_views_differ_and_the_first_is_the_patch() -> None:
    image = np.arange(SIDE**2, dtype=np.float32).reshape(1, SIDE, SIDE)
    place = np.array([[3, 12]], np.float32)
    shown = [turned(image, place, view)[0].tobytes() for view in range(VIEWS)]
    assert len(set(shown)) == VIEWS
    assert shown[0] == image.tobytes()
