"""``sixring models``."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli_patches import WITHOUT_TORCH
from cli_types import Run
from sixring.models import MODELS


def test_a_line_for_each_model(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sixring.models._shipped._NAMES", ())
    answer = run("models")
    assert (answer.code, answer.err) == (0, "")
    title, *lines = answer.out.splitlines()
    assert title.split() == ["model", "learns", "parameters", "what", "it", "is"]
    assert len(lines) == len(MODELS)
    for line, (name, entry) in zip(lines, MODELS.items(), strict=True):
        found = re.fullmatch(r"(\S+) +(supervised|one-class) +([\d ]+?) {2,}(.+?) *", line)
        assert found is not None, line
        assert found[1] == name
        assert found[2] == entry.kind
        assert int(found[3].replace(" ", "")) == entry.parameters
        assert found[4] == entry.summary


def test_quiet_gives_the_names_alone(run: Run, shipped: Path) -> None:
    answer = run("models", "--quiet")
    assert answer.out.split() == [*MODELS, "default"]


def test_a_trained_model_that_the_package_carries(run: Run, shipped: Path) -> None:
    lines = run("models").out.splitlines()
    assert len(lines) == len(MODELS) + 2
    assert re.split(r" {2,}", lines[-1].strip()) == [
        *("default", "supervised", "trained", "a resnet, ready to classify")
    ]


def test_help_has_an_example(run: Run) -> None:
    answer = run("models", "--help")
    assert answer.code == 0
    assert "Example: sixring models" in answer.out
    for option in ("--seed", "--quiet", "--debug"):
        assert f"  {option}" in answer.out


def test_it_needs_no_torch() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, "models"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "cnn-a" in answer.stdout
