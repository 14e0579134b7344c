"""Folders of patches and small trained models for the tests of the command line."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from honeycomb_patches import honeycomb
from patch_files import write_classes
from sixring.train import PatchModel, make_model

__all__ = [
    "SETTINGS",
    "SIDE",
    "WITHOUT_TORCH",
    "config",
    "labelled",
    "small_model",
    "write_labelled",
]

SIDE = 32
SETTINGS: dict[str, dict[str, Any]] = {
    "conv-ae": {"channels": [4, 4], "code_channels": 2},
    "cnn-a": {"channels": [4, 4, 4], "hidden": [8, 8]},
    "resnet": {"stem": 4, "channels": [4, 8], "blocks": [1, 1], "kinds": "SV SW"},
}
"""With these a training takes a moment."""
WITHOUT_TORCH = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "lightning", "kornia", "onnx", "safetensors"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
from sixring.cli import main
main(sys.argv[1:])
"""
"""The command line as in an installation without what training needs, for ``python -c``."""
_SPLITS = ("train", "train", "train", "validation", "test", "test")


def labelled(n: int = 90) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return perfect and defect patches."""
    images, labels = honeycomb(n, side=SIDE)
    return images[labels == 0], images[labels == 1]


def write_labelled(folder: Path, *, table: bool = True, suffix: str = ".tif") -> Path:
    """Write patches of six micrographs, two of them for the test, and their table."""
    perfect, defect = labelled()
    write_classes(folder, perfect=perfect, defect=defect, suffix=suffix)
    if table:
        with (folder / "patches.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["file", "micrograph", "split", "defect", "dose", "sampling_A", "mode"])
            for name, number in (("perfect", len(perfect)), ("defect", len(defect))):
                for k in range(number):
                    m = k % len(_SPLITS)
                    kind = "" if name == "perfect" else ("SV", "SW")[k // len(_SPLITS) % 2]
                    known = (f"m{m}", _SPLITS[m], kind, 1000 * (m + 1), 0.2, "hrtem")
                    writer.writerow([f"{name}/{k}{suffix}", *known])
    return folder


def config(path: Path, name: str, **training: object) -> Path:
    """Write a file of settings with which a training takes a moment."""
    lines = [f'name = "{name}"', "[network]"]
    lines += [f"{key} = {value}" for key, value in SETTINGS[name].items()]
    lines += ["[training]", "batch_size = 16"]
    lines += [f"{key} = {value}" for key, value in training.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def small_model(name: str, *, defects: bool = True) -> PatchModel:
    """Return a small model that saw two epochs."""
    perfect, defect = labelled()
    images = np.concatenate([perfect, defect]) if defects else perfect
    labels = np.repeat([0, 1], [len(perfect), len(defect)])[: len(images)]
    model = make_model(name, epochs=2, batch_size=16, **SETTINGS[name])
    return model.fit(images, labels, details={"sampling": np.full(len(images), 0.2)})
