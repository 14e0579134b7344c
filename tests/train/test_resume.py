from __future__ import annotations

import csv
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch

from engine_runs import Engine, digest
from sixring.errors import OutputError, ReadError, UsageError
from sixring.models import MODELS
from sixring.models.network import Network
from sixring.train._engine import Run

SIDES = {"vae": 24}


class KilledError(Exception):
    """Stands for whatever ends a training early."""


def killer(after: int) -> Run:
    """Let a training end once so many epochs have been written down."""

    def on_epoch(epoch: int, network: Network) -> None:
        if epoch == after + 1:
            raise KilledError

    return Run(on_epoch=on_epoch)


def killed(engine: Engine, folder: Path, after: int, **settings: object) -> None:
    run = Run(folder=folder, on_epoch=killer(after).on_epoch, resume=True)
    with pytest.raises(KilledError):
        engine.train(run, **settings)


@pytest.mark.parametrize("name", [name for name in MODELS if MODELS[name].descends])
def test_a_resumed_training_ends_as_one_that_was_not_interrupted(name: str, tmp_path: Path) -> None:
    engine = Engine(name, side=SIDES.get(name, 16))
    whole = engine.train()
    killed(engine, tmp_path, after=1)
    killed(engine, tmp_path, after=2)
    resumed = engine.train(Run(folder=tmp_path, resume=True))
    assert digest(resumed) == digest(whole)
    assert resumed.history == whole.history
    assert resumed.best_epoch == whole.best_epoch


def test_a_training_that_had_ended_is_not_trained_further(tmp_path: Path) -> None:
    first = Engine().train(Run(folder=tmp_path))
    seen: list[int] = []
    run = Run(folder=tmp_path, resume=True, on_epoch=lambda epoch, network: seen.append(epoch))
    again = Engine().train(run)
    assert digest(again) == digest(first)
    assert again.history == first.history
    assert seen == []


def test_early_stopping_is_remembered(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"epochs": 30, "patience": 2, "learning_rate": 0.1}
    whole = Engine().train(**settings)
    assert len(whole.history) < 30
    assert len(whole.history) == whole.best_epoch + 2
    killed(Engine(), tmp_path, after=whole.best_epoch + 1, **settings)
    resumed = Engine().train(Run(folder=tmp_path, resume=True), **settings)
    assert digest(resumed) == digest(whole)
    assert resumed.history == whole.history
    # Killed after the last checkpoint, before anything was made of it.
    again = Engine().train(Run(folder=tmp_path, resume=True), **settings)
    assert again.history == whole.history


def test_the_folder_may_move(tmp_path: Path) -> None:
    whole = Engine().train()
    killed(Engine(), tmp_path / "a", after=2)
    (tmp_path / "a").rename(tmp_path / "b")
    resumed = Engine().train(Run(folder=tmp_path / "b", resume=True))
    assert digest(resumed) == digest(whole)
    assert resumed.best_epoch == whole.best_epoch


def test_without_resume_a_training_begins_anew(tmp_path: Path) -> None:
    killed(Engine(), tmp_path, after=2)
    seen: list[int] = []
    Engine().train(Run(folder=tmp_path, on_epoch=lambda epoch, network: seen.append(epoch)))
    assert seen == [1, 2, 3]


def test_an_epoch_that_is_not_told_is_done_again(tmp_path: Path) -> None:
    killed(Engine(), tmp_path, after=1)
    seen: list[int] = []
    run = Run(folder=tmp_path, resume=True, on_epoch=lambda epoch, network: seen.append(epoch))
    Engine().train(run)
    assert seen == [2, 3]


def test_resuming_where_nothing_is_begins_anew(tmp_path: Path) -> None:
    resumed = Engine().train(Run(folder=tmp_path / "new", resume=True))
    assert digest(resumed) == digest(Engine().train())


def test_the_history_is_a_table(tmp_path: Path) -> None:
    outcome = Engine().train(Run(folder=tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["history.csv", "last.ckpt"]
    with (tmp_path / "history.csv").open(newline="") as file:
        rows = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]
    assert rows == outcome.history
    assert list(rows[0]) == ["epoch", "training_loss", "validation_loss", "validation_auc"]


def test_resuming_needs_a_folder() -> None:
    message = "^resume needs the folder in which the checkpoint lies: pass folder$"
    with pytest.raises(UsageError, match=message):
        Run(resume=True)


def test_the_checkpoint_of_another_training_is_refused(tmp_path: Path) -> None:
    killed(Engine(), tmp_path, after=1)
    with pytest.raises(UsageError) as caught:
        Engine().train(Run(folder=tmp_path, resume=True), epochs=5)
    assert str(caught.value) == (
        f"{tmp_path / 'last.ckpt'}: is of a training with epochs = 3, and now it is 5: "
        "name another folder, or train without resuming"
    )


def damaged(checkpoint: bytes) -> dict[str, bytes]:
    middle = len(checkpoint) // 2
    return {
        "nothing": b"",
        "text": b"no checkpoint",
        "cut": checkpoint[:middle],
        "cut at the end": checkpoint[:-10],
        "cut at the start": checkpoint[10:],
        "another": _saved({"state_dict": {}}),
        "a list": _saved([1, 2]),
    }


def _saved(thing: object) -> bytes:
    import io

    buffer = io.BytesIO()
    torch.save(thing, buffer)
    return buffer.getvalue()


def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    killed(Engine(), tmp_path, after=1)
    path = tmp_path / "last.ckpt"
    for kind, content in damaged(path.read_bytes()).items():
        path.write_bytes(content)
        with pytest.raises(ReadError) as caught:
            Engine().train(Run(folder=tmp_path, resume=True))
        assert str(caught.value) == (
            f"{path}: is damaged, or no checkpoint of sixring's: remove it, and train from the "
            "beginning"
        ), kind


def test_a_checkpoint_is_not_unpickled(tmp_path: Path) -> None:
    mark = tmp_path / "mark"

    class Payload:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(mark),)

    (tmp_path / "last.ckpt").write_bytes(_saved({"sixring": Payload()}))
    with pytest.raises(ReadError, match=r"last\.ckpt: is damaged, or no checkpoint of sixring's"):
        Engine().train(Run(folder=tmp_path, resume=True))
    assert not mark.exists()
    torch.load(tmp_path / "last.ckpt", weights_only=False)  # the payload is a live one
    assert mark.is_dir()


def test_a_disk_that_fills_leaves_the_checkpoint_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(Engine(), tmp_path, after=1)
    before = (tmp_path / "last.ckpt").read_bytes()

    def full(file: int) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OutputError, match=r"history\.csv: can't be written \(no space left"):
            Engine().train(Run(folder=tmp_path, resume=True))
    assert (tmp_path / "last.ckpt").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["history.csv", "last.ckpt"]
    resumed = Engine().train(Run(folder=tmp_path, resume=True))
    assert digest(resumed) == digest(Engine().train())


_SCRIPT = """
import sys
from pathlib import Path
from typing import Any

sys.path[:0] = {path!r}
from engine_runs import Engine, digest
from sixring.train._engine import Run

outcome = Engine({name!r}, side=24).train(
    Run(folder=Path({folder!r}), resume=True), epochs=12, batch_size=4
)
print(digest(outcome))
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["vae", "cnn-a"])
def test_a_training_killed_at_random_moments_ends_with_the_same_weights(
    name: str, tmp_path: Path
) -> None:
    whole = digest(Engine(name, side=24).train(epochs=12, batch_size=4))
    script = _SCRIPT.format(path=sys.path, name=name, folder=str(tmp_path / "run"))
    moments = random.Random(0)
    kills = 0
    while True:
        process = subprocess.Popen(
            [sys.executable, "-c", script],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        if kills < 4:
            _wait_for_an_epoch(process, tmp_path / "run" / "last.ckpt")
            time.sleep(moments.uniform(0, 0.3))
            process.send_signal(signal.SIGKILL)
        answer, trouble = process.communicate(timeout=300)
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL, trouble
        kills += 1
    assert kills >= 1
    assert answer.strip() == whole


def _wait_for_an_epoch(process: subprocess.Popen[str], checkpoint: Path) -> None:
    """Wait until an epoch has ended since the process began, or the process has."""
    before = checkpoint.stat().st_mtime_ns if checkpoint.exists() else 0
    for _ in range(3000):
        ended = checkpoint.exists() and checkpoint.stat().st_mtime_ns != before
        if ended or process.poll() is not None:
            return
        time.sleep(0.02)
    raise TimeoutError("no epoch ended in a minute")
