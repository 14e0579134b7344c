"""``sixring train`` of a model that isn't trained epoch by epoch."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sixring
from cli_types import Answer, Run

COMMON = ("--out", "model", "--config", "pca.toml")


@pytest.fixture
def train(run: Run, folder: Path, patches: Path) -> Run:
    """Train a small model in an empty folder."""
    (folder / "pca.toml").write_text('name = "pca"\n[network]\ncomponents = 8\n')

    def train(*args: object) -> Answer:
        return run("train", "pca", "--data", patches, *COMMON, *args)

    return train


def test_there_is_a_model_and_no_training(train: Run, folder: Path) -> None:
    answer = train("--no-augment")
    assert answer.code == 0, answer.err
    assert {path.name for path in (folder / "model").iterdir()} == {
        *("CARD.md", "model.json", "model.onnx", "weights.safetensors")
    }
    described = sixring.load_model("model").saved.description
    found = described.validation
    row = answer.out.splitlines()[1]
    assert re.split(r" {2,}", row.strip())[:3] == ["pca", "local", "none"]
    assert (found.epoch, found.loss) == (0, None)
    assert dict(described.training) == {"validation": 0.2}
    card = Path("model/CARD.md").read_text(encoding="utf-8")
    assert "- epochs: none, as nothing is trained by descent\n" in card
    assert "- augmentation: none\n" in card


@pytest.mark.parametrize(("given", "named"), [(("--epochs", 3), "epochs"), (("--augment",), "a")])
def test_settings_that_only_epochs_need_are_refused(
    train: Run, folder: Path, given: tuple[object, ...], named: str
) -> None:
    answer = train(*given)
    assert (answer.code, answer.out) == (2, "")
    assert re.fullmatch(
        f"sixring: pca isn't trained epoch by epoch, so {named}[a-z]* means nothing to it: "
        "leave it out\n",
        answer.err,
    )
    assert not (folder / "model").exists()


def test_it_is_trained_anew_where_it_was_stopped(train: Run, folder: Path) -> None:
    whole = train("--resume")
    assert whole.code == 0, whole.err
    before = (folder / "model" / "weights.safetensors").read_bytes()
    assert train("--resume").code == 0
    assert (folder / "model" / "weights.safetensors").read_bytes() == before


def test_scores_of_it_are_written(train: Run, run: Run, patches: Path, folder: Path) -> None:
    train()
    answer = run("classify", "model", patches / "defect", "--out", folder / "scores.csv")
    assert answer.code == 0, answer.err
    head, first, *_ = (folder / "scores.csv").read_text(encoding="utf-8").splitlines()
    assert head == "file,index,score,probability,label"
    assert float(first.split(",")[2]) > 0
