"""Networks that nothing is trained in by descent: they are settled, and that is all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import torch
from torch import Tensor

from honeycomb_patches import describe, honeycomb
from sixring.models import Settings
from sixring.models._card import card
from sixring.models._description import Judgement
from sixring.models.export import network_outputs
from sixring.models.network import Network, Trainable, normalise
from sixring.train._data import Part
from sixring.train._engine import Outcome, Run, train
from sixring.train._module import Plan
from sixring.train._training import Training


@dataclass(frozen=True)
class _NoSettings(Settings):
    """There are none."""


class _FarFromMean(Network):
    """Scores by the distance from the mean patch; counts what it was given, and draws once."""

    config_type = _NoSettings
    scores: ClassVar = ("distance",)

    def __init__(self) -> None:
        super().__init__()
        for name, value in (("mean", torch.zeros(1, 16, 16)), ("drawn", torch.rand(2))):
            self.register_buffer(name, value)
        self.mean: Tensor
        self.drawn: Tensor
        self.given: list[int] = []

    def outputs(self, patches: Tensor) -> dict[str, Tensor]:
        return {"distance": (patches - self.mean).abs().mean(dim=(1, 2, 3))}

    def settle(self, batches: Iterable[Tensor]) -> None:
        patches = [normalise(images) for images in batches]
        self.given += [len(part) for part in patches]
        self.mean.copy_(torch.cat(patches).mean(dim=0))
        self.drawn[1] = torch.rand(())


def settled(run: Run | None = None, seed: int = 0, **settings: object) -> Outcome:
    images, labels = honeycomb(150, side=16, share=0.0)
    part = Part(images, labels.astype(np.int8), None)
    plan = Plan("one-class", part, part, Training.of(settings), seed, None)
    return train(_FarFromMean, plan, run or Run(), {"model": "far from mean"})


def test_a_network_without_descent_is_settled_and_that_is_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sixring.train._engine.Trainer", None)
    told: list[int] = []
    run = Run(tmp_path, resume=True, on_epoch=lambda epoch, network: told.append(epoch))
    outcome = settled(run)
    assert (outcome.best_epoch, outcome.history, told) == (0, [], [])
    assert list(tmp_path.iterdir()) == []
    assert isinstance(outcome.network, _FarFromMean)
    assert sum(outcome.network.given) == 150
    assert max(outcome.network.given) < 150  # in parts, however many patches there are
    assert not outcome.network.training
    images, _ = honeycomb(150, side=16, share=0.0)
    expected = normalise(torch.from_numpy(images)).mean(dim=0)
    torch.testing.assert_close(outcome.network.mean, expected)


def test_what_it_draws_follows_from_the_seed_alone() -> None:
    torch.manual_seed(1)
    first = settled().network.state_dict()
    torch.manual_seed(2)
    again, other = settled().network.state_dict(), settled(seed=1).network.state_dict()
    assert torch.equal(first["drawn"], again["drawn"])
    assert (first["drawn"] != other["drawn"]).all()
    assert first["drawn"][0] != first["drawn"][1]


def test_the_program_around_it_keeps_its_random_numbers() -> None:
    before = torch.get_rng_state()
    settled()
    assert torch.equal(torch.get_rng_state(), before)


def test_it_is_asked_as_any_network_is() -> None:
    images, _ = honeycomb(3, side=16)
    scores = network_outputs(settled().network, images)["distance"]
    assert scores.shape == (3,)
    assert np.isfinite(scores).all()


def test_a_network_without_descent_has_no_loss() -> None:
    network = _FarFromMean()
    assert not isinstance(network, Trainable)
    assert not hasattr(network, "losses")


def test_its_card_says_that_there_are_no_epochs() -> None:
    described = describe("vae")
    judged = Judgement(6, 0, 0, None, None, None, None, "no defects")
    changed = type(described)(**{**vars(described), "validation": judged})
    lines = card(changed).splitlines()
    assert "- epochs: none, as nothing is trained by descent" in lines
    assert not any("epoch kept" in line for line in lines)
