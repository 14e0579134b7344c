"""The commands of the page on simulated data, one after another as a reader types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sixring.simulate import presets
from typed_commands import commands, typed

PAGE = Path(__file__).parents[2] / "docs" / "simulate.md"


@pytest.mark.slow
def test_commands(tmp_path: Path) -> None:
    told = commands(PAGE)
    assert len(told) == 5
    for command in told:
        # A small image in poor focus may be refused; that is the detection's to say.
        typed(command, tmp_path, codes=(0, 1) if " detect " in command else (0,))
    assert len(list((tmp_path / "patches" / "defect").iterdir())) == 10
    assert len(list((tmp_path / "patches" / "perfect").iterdir())) == 200
    assert (tmp_path / "found" / "summary.csv").exists()


def test_every_preset_is_explained() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in presets():
        assert f"`{name}`" in text
