"""The tutorial on training, one command after another as a reader types them."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from sixring.train import make_model, read_settings
from typed_commands import commands, typed

PAGE = Path(__file__).parents[2] / "docs" / "train.md"


@pytest.mark.slow
def test_commands(tmp_path: Path) -> None:
    told = commands(PAGE)
    assert [command.split()[1] for command in told] == [
        *("simulate", "models", "train", "train", "evaluate", "classify", "classify")
    ]
    for command in told:
        typed(command, tmp_path)

    found = json.loads((tmp_path / "evaluation" / "evaluation.json").read_text(encoding="utf-8"))
    assert found["auc"]["value"] > 0.9
    with (tmp_path / "scores.csv").open(encoding="utf-8", newline="") as file:
        scored = list(csv.DictReader(file))
    assert len(scored) == 210
    right = sum(row["file"].split("/")[1] == row["label"] for row in scored)
    assert right > 190
    with (tmp_path / "rare.csv").open(encoding="utf-8", newline="") as file:
        rare = list(csv.DictReader(file))
    for usual, row in zip(scored, rare, strict=False):  # the defects come first
        assert float(row["probability"]) <= float(usual["probability"])


def test_the_settings_can_be_read(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    (toml,) = re.findall(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (tmp_path / "settings.toml").write_text(toml, encoding="utf-8")
    model = make_model(**read_settings(tmp_path / "settings.toml"))
    assert model.get_params()["epochs"] == 30
    assert model.get_params()["augment"].inversion == 0.5
