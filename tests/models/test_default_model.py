"""The trained model ``default`` itself, where the package carries it."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import sixring
from sixring.evaluate import roc_auc
from sixring.models import saved_folder, shipped_models
from sixring.simulate import demo_path

pytestmark = pytest.mark.skipif(
    "default" not in shipped_models(), reason="the package carries no trained model yet"
)

SIDE = 48


def demo_patches(
    side: int = SIDE, without: str = ""
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return patches round the defects of the demonstration but one kind, and such as have none."""
    image = sixring.read(demo_path()).image
    truth = demo_path().with_name("demo_truth.csv")
    with truth.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    places = np.array([[float(row["row_px"]), float(row["col_px"])] for row in rows])
    wanted = [row["name"] != without for row in rows]
    corners = np.rint(places[wanted] - side / 2).astype(int)
    grid = np.stack(np.meshgrid(*[np.arange(16, 440, 40)] * 2), axis=-1).reshape(-1, 2)
    far = np.abs(grid[:, None] + side / 2 - places).max(axis=2).min(axis=1) > side
    shown = [
        (row, col)
        for row, col in (*corners, *grid[far])
        if 0 <= row <= image.shape[0] - side and 0 <= col <= image.shape[1] - side
    ]
    labels = np.arange(len(shown)) < len(shown) - far.sum()
    patches = np.stack([image[row : row + side, col : col + side] for row, col in shown])
    return patches.astype(np.float32), labels.astype(np.int64)


def test_it_is_small() -> None:
    folder = saved_folder("default")
    assert (folder / "model.onnx").stat().st_size < 5e6
    assert sum(path.stat().st_size for path in folder.iterdir()) < 6e6


def test_it_says_what_it_is() -> None:
    described = sixring.load_model("default").saved.description
    assert described.name == "resnet"
    assert described.calibration is not None
    assert {"SV", "DV-585", "DV-555777", "SW", "flower", "Si-C3"} <= set(described.kinds)
    assert described.data.sampling == (0.1, 0.3)
    assert set(described.data.modes) == {"hrtem", "stem"}
    assert "How it was made" in (saved_folder("default") / "CARD.md").read_text(encoding="utf-8")


def test_it_finds_the_defects_of_the_demonstration() -> None:
    patches, labels = demo_patches()
    assert labels.sum() >= 5
    model = sixring.load_model("default")
    scores = model.decision_function(patches)
    assert roc_auc(scores, labels) > 0.97
    assert model.predict(patches[labels == 1]).mean() > 0.8
    assert model.predict(patches[labels == 0]).mean() < 0.1


@pytest.mark.parametrize(
    # The rings of a flower lie 4 angstrom from its centre: a patch of 32 pixels there shows them at
    # its border, and within a lattice, though a turned one.
    ("side", "without"),
    [(32, "flower"), (64, "")],
)
def test_patches_of_other_sizes(side: int, without: str) -> None:
    patches, labels = demo_patches(side, without)
    assert patches.shape[1:] == (side, side)
    assert roc_auc(sixring.load_model("default").decision_function(patches), labels) > 0.9


def test_it_needs_no_torch(tmp_path: Path) -> None:
    np.save(tmp_path / "patches.npy", demo_patches()[0])
    code = (
        "import sys, numpy as np, sixring\n"
        "model = sixring.load_model('default')\n"
        f"model.predict_proba(np.load({str(tmp_path / 'patches.npy')!r}))\n"
        "print([n for n in ('torch', 'lightning', 'onnx', 'safetensors') if n in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert answer.stdout.strip() == "[]"
