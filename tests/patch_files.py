"""Makes folders of patches for the tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image


def grey_patches(count: int = 3, *, size: int = 40, seed: int = 0) -> NDArray[np.uint8]:
    """Different 8-bit patches, shape (count, size, size), with 0 and 255 in each."""
    patches = np.random.default_rng(seed).integers(0, 256, (count, size, size)).astype(np.uint8)
    patches[:, 0, :2] = (0, 255)
    return patches


def write_patch(path: Path, patch: NDArray[Any]) -> None:
    """Write one patch, or a stack, in the format that the suffix names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".npy":
        np.save(path, patch)
    elif path.suffix == ".npz":
        np.savez(path, patch)
    elif path.suffix in {".tif", ".tiff"}:
        tifffile.imwrite(path, patch, photometric="minisblack")
    else:
        Image.fromarray(patch).save(path)


def write_classes(
    folder: Path,
    *,
    perfect: NDArray[Any] | None = None,
    defect: NDArray[Any] | None = None,
    suffix: str = ".png",
) -> None:
    """Write each patch into its own file, ``perfect/0.png`` and so on."""
    for name, patches in (("perfect", perfect), ("defect", defect)):
        for index, patch in enumerate(() if patches is None else patches):
            write_patch(folder / name / f"{index}{suffix}", patch)
