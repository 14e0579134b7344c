from __future__ import annotations

import logging
import os
import random
import signal
import threading
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from engine_runs import Engine, digest
from sixring.errors import UsageError
from sixring.models.network import Network, Trainable
from sixring.patches import Augmentation
from sixring.train._data import Part
from sixring.train._engine import Run
from sixring.train._module import PatchModule, Plan
from sixring.train._schedule import Schedule, step_width
from sixring.train._training import Training


def test_nothing_is_said_and_nothing_is_written_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Engine().train()
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_the_bar_is_on_stderr_where_it_is_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    Engine().train(Run(progress=True), epochs=1)
    out, err = capfd.readouterr()
    assert out == ""
    assert "Epoch" in err


def numpy_state() -> list[int]:
    """Return the state of NumPy's global generator, which other programs use."""
    state: list[int] = np.random.get_state(legacy=False)["state"]["key"].tolist()  # noqa: NPY002
    return state


def test_the_program_around_it_is_left_as_it_was() -> None:
    torch.manual_seed(5)
    np.random.seed(5)  # noqa: NPY002 - that of other programs
    random.seed(5)
    before = (
        torch.get_rng_state(),
        numpy_state(),
        random.getstate(),
    )
    environment = dict(os.environ)
    handlers = [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)]
    level = logging.getLogger("lightning.pytorch").level
    threads = torch.get_num_threads()
    Engine().train()
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.get_rng_state(), before[0])
    assert numpy_state() == before[1]
    assert random.getstate() == before[2]
    assert not torch.are_deterministic_algorithms_enabled()
    assert dict(os.environ) == environment
    assert [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)] == handlers
    assert logging.getLogger("lightning.pytorch").level == level


def test_the_program_around_it_has_no_say_in_the_result() -> None:
    torch.manual_seed(1)
    first = digest(Engine().train(epochs=1))
    torch.manual_seed(2)
    torch.rand(3)
    assert digest(Engine().train(epochs=1)) == first


def test_an_interrupt_stays_an_interrupt() -> None:
    def on_epoch(epoch: int, network: Network) -> None:
        raise KeyboardInterrupt

    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        Engine().train(Run(on_epoch=on_epoch))
    assert signal.getsignal(signal.SIGINT) is handler


def test_an_exit_stays_an_exit() -> None:
    def on_epoch(epoch: int, network: Network) -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit) as caught:
        Engine().train(Run(on_epoch=on_epoch))
    assert caught.value.code == 3


def test_a_training_runs_in_a_thread() -> None:
    digests: list[str] = []
    thread = threading.Thread(target=lambda: digests.append(digest(Engine().train(epochs=1))))
    thread.start()
    thread.join()
    assert digests == [digest(Engine().train(epochs=1))]


def test_the_best_epoch_is_kept() -> None:
    weights: dict[int, dict[str, Tensor]] = {}

    def on_epoch(epoch: int, network: Network) -> None:
        weights[epoch] = {k: v.clone() for k, v in network.state_dict().items()}

    outcome = Engine().train(Run(on_epoch=on_epoch), epochs=8, learning_rate=0.1)
    losses = [row["validation_loss"] for row in outcome.history]
    assert outcome.best_epoch == 1 + int(np.argmin(losses))
    assert outcome.best_epoch < 8  # or nothing would be tested
    for key, value in outcome.network.state_dict().items():
        torch.testing.assert_close(value, weights[outcome.best_epoch][key])


def test_the_best_epoch_may_be_that_of_the_auc() -> None:
    outcome = Engine().train(epochs=5, monitor="auc", learning_rate=0.01)
    aucs = [row["validation_auc"] for row in outcome.history]
    assert outcome.best_epoch == 1 + int(np.argmax(aucs))


def test_a_one_class_model_may_be_watched_by_auc() -> None:
    outcome = Engine("vae", side=24).train(epochs=2, monitor="auc")
    assert all(0 <= row["validation_auc"] <= 1 for row in outcome.history)


def test_the_auc_can_not_be_watched_without_defects() -> None:
    with pytest.raises(UsageError) as caught:
        Engine("conv-ae", labelled=False).train(monitor="auc")
    assert str(caught.value) == (
        "monitor is 'auc', and the validation part has no defects to tell it from: "
        "pass defect patches too, or monitor='loss'"
    )


def test_patience_stops_a_training_that_gets_no_better() -> None:
    outcome = Engine().train(epochs=40, patience=3, learning_rate=0.1)
    assert len(outcome.history) == outcome.best_epoch + 3


@pytest.mark.parametrize("schedule", ["cosine", "constant"])
def test_the_step_width_follows_the_schedule(
    schedule: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[float] = []
    make_step = torch.optim.AdamW.step

    def step(self: torch.optim.AdamW, *args: Any, **more: Any) -> Any:  # noqa: ANN401
        seen.append(self.param_groups[0]["lr"])
        return make_step(self, *args, **more)

    monkeypatch.setattr(torch.optim.AdamW, "step", step)
    Engine().train(epochs=5, schedule=schedule, learning_rate=0.01)
    assert len(seen) == 15  # three an epoch
    expected = [0.01 * step_width(k, len(seen), schedule) for k in range(len(seen))]
    assert seen == pytest.approx(expected)


def test_a_loss_that_diverges_is_an_error() -> None:
    with pytest.raises(UsageError) as caught:
        Engine("dense-ae").train(epochs=20, learning_rate=1e9)
    message = str(caught.value)
    assert message.startswith("the loss became ")
    assert message.endswith(": lower learning_rate, which is 1e+09")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_not_taken() -> None:
    message = "^device is 'gpu', and PyTorch finds none: use 'auto' or 'cpu'$"
    with pytest.raises(UsageError, match=message):
        Engine().train(device="gpu")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_a_training_on_the_gpu_repeats_itself() -> None:
    first, second = (Engine().train(device="gpu") for _ in range(2))
    assert digest(first) == digest(second)


def test_every_step_sees_other_changes_and_every_run_the_same() -> None:
    seen: list[list[float]] = [[], []]

    for run in seen:

        def note(batch: Tensor, generator: torch.Generator, run: list[float] = run) -> Tensor:
            run.append(float(torch.rand(1, generator=generator)))
            assert batch.shape[1:] == (1, 16, 16)
            return Augmentation().apply(batch, generator)

        Engine(poison=note).train(epochs=2)
    assert seen[0] == seen[1]
    assert len(set(seen[0])) == len(seen[0]) == 2 * 3


def test_without_augmentation_the_patches_are_shown_as_they_are() -> None:
    changed = Engine().train(epochs=1)
    plain = Engine(augmented=False).train(epochs=1)
    same = Engine(poison=lambda batch, generator: batch).train(epochs=1)
    assert digest(plain) == digest(same) != digest(changed)


class _Fixed(Trainable):
    """A network whose losses are what the patches' first pixels say."""

    config_type = Training
    scores = ("logit",)

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def losses(self, images: Tensor, labels: Tensor) -> Tensor:
        return images[:, 0, 0] + 0 * self.weight

    def objective(self, patches: Tensor, labels: Tensor) -> Tensor:
        raise NotImplementedError

    def outputs(self, patches: Tensor) -> dict[str, Tensor]:
        raise NotImplementedError


def mean_loss(imbalance: str, losses: list[float], labels: list[int]) -> float:
    images = np.zeros((len(losses), 8, 8), np.float32)
    images[:, 0, 0] = losses
    part = Part(images, np.array(labels, np.int8), None)
    plan = Plan("supervised", part, part, Training.of({"imbalance": imbalance}), 0, None)
    module = PatchModule(_Fixed(), plan)
    batch = (torch.from_numpy(images), torch.from_numpy(part.labels))
    weighted = module._weighted(module.network.losses(*batch), batch[1], module._weights)
    return float(weighted.mean().detach())


@given(
    losses=st.lists(st.floats(0.01, 5), min_size=5, max_size=5),
)
def test_imbalance_as_its_formulas_have_it(losses: list[float]) -> None:
    labels = [0, 0, 0, 0, 1]
    values = np.array(losses)
    assert mean_loss("none", losses, labels) == pytest.approx(values.mean(), rel=1e-5)
    assert mean_loss("balanced", losses, labels) == pytest.approx(values.mean(), rel=1e-5)
    alike = (values[:4].mean() + values[4]) / 2
    assert mean_loss("weights", losses, labels) == pytest.approx(alike, rel=1e-5)
    focal = ((1 - np.exp(-values)) ** 2 * values).mean()
    assert mean_loss("focal", losses, labels) == pytest.approx(focal, rel=1e-5)


@pytest.mark.parametrize("imbalance", ["weights", "focal", "none"])
def test_every_way_with_rare_defects_trains(imbalance: str) -> None:
    outcome = Engine().train(epochs=1, imbalance=imbalance)
    assert digest(outcome) != digest(Engine().train(epochs=1))
