"""What the documentation keeps of a study: its numbers as they are, its figures made small."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

SCRIPT = Path(__file__).parents[2] / "scripts" / "copy_study.py"


def study(folder: Path, side: int) -> Path:
    """Make a study with a figure of noise, which can't be made small."""
    (folder / "figures").mkdir(parents=True)
    document = {"scale": "full", "figures": [{"number": 1, "title": "", "caption": ""}]}
    (folder / "study.json").write_text(json.dumps(document), encoding="utf-8")
    pixels = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    Image.fromarray(pixels).save(folder / "figures" / "figure-1.png")
    return folder


def copy(source: Path, target: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), str(source), str(target)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def test_numbers_and_figures_are_copied(tmp_path: Path) -> None:
    source, target = study(tmp_path / "study", 100), tmp_path / "docs"
    target.mkdir()
    (target / "figure-9.png").touch()
    done = copy(source, target)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].endswith("study.json: the full study")
    assert sorted(path.name for path in target.iterdir()) == ["figure-1.png", "study.json"]
    assert (target / "study.json").read_bytes() == (source / "study.json").read_bytes()
    small, large = target / "figure-1.png", source / "figures" / "figure-1.png"
    assert small.stat().st_size < large.stat().st_size / 2
    with Image.open(small) as made, Image.open(large) as given:
        assert made.size == given.size
        off = np.asarray(made.convert("RGB"), float) - np.asarray(given)
    assert np.abs(off).mean() < 30


def test_a_figure_that_would_be_too_large_has_fewer_colours(tmp_path: Path) -> None:
    done = copy(study(tmp_path / "study", 400), tmp_path / "docs")
    assert done.returncode == 0, done.stderr
    figure = tmp_path / "docs" / "figure-1.png"
    assert figure.stat().st_size <= 120_000
    with Image.open(figure) as image:
        assert len(image.getcolors() or []) <= 32


def test_a_figure_that_stays_large_is_refused(tmp_path: Path) -> None:
    done = copy(study(tmp_path / "study", 700), tmp_path / "docs")
    assert done.returncode == 1
    assert "figure-1.png has more than 120000 bytes: draw it smaller" in done.stderr
    assert not (tmp_path / "docs" / "study.json").exists()
