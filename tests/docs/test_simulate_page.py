"""The commands of the page on simulated data, one after another as a reader types them."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from sixring.simulate import presets

PAGE = Path(__file__).parents[2] / "docs" / "simulate.md"


@pytest.mark.slow
def test_commands(tmp_path: Path) -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    commands = [line.removeprefix("$ ") for line in lines if line.startswith("$ sixring ")]
    assert len(commands) == 5
    for command in commands:
        answer = subprocess.run(
            [sys.executable, "-m", "sixring", *shlex.split(command)[1:]],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        # A small image in poor focus may be refused; that is the detection's to say.
        assert answer.returncode in ((0, 1) if " detect " in command else (0,)), answer.stderr
    assert len(list((tmp_path / "patches" / "defect").iterdir())) == 10
    assert len(list((tmp_path / "patches" / "perfect").iterdir())) == 200
    assert (tmp_path / "found" / "summary.csv").exists()


def test_every_preset_is_explained() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in presets():
        assert f"`{name}`" in text
