"""Patches of HRTEM images where neither label nor detector sees dirt, to count alarms on.

What is a defect there isn't labelled. So they are counted twice: all of them, and those in which
the classical detector finds six-rings alone.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

import sixring
from benchmarks.real_patches._cut import SIDE, RealPatches, windows
from sixring.lattice import resample
from sixring.types import Region

__all__ = ["WORKING", "clear_patches"]

WORKING = 0.30
"""Angstrom per pixel: the coarsest that the shipped model has learned, as the images are coarser
still and nothing is gained by making more pixels of them."""
_STRIDE = 24
_NEAR = 3.0
"""A ring's centre this near to a patch touches it, angstrom."""


def clear_patches(data: Path) -> RealPatches:
    """Cut the contaminated images where they are clean.

    Parameters
    ----------
    data : Path
        The folder of the real images.

    Returns
    -------
    RealPatches
        Label 1 where the classical detector finds a ring other than six in the patch or beside
        it, true or not. The group is the number of the image.
    """
    folder = data / "hrtem_contamination"
    files = sorted(file for file in folder.glob("*.png") if not file.stem.endswith("_LABEL"))
    images, labels, groups = [], [], []
    for number, file in enumerate(files):
        found = sixring.detect(file, detector="classical").detection
        dirt = np.asarray(Image.open(file.with_name(f"{file.stem}_LABEL.png")))
        clear = found.mask.clear | (found.mask.regions == Region.BORDER)
        clear &= dirt.reshape(*clear.shape, -1)[..., 0] < 128
        canvas = resample(
            found.micrograph.image.astype(np.float32), found.lattice.sampling_from_lattice, WORKING
        )
        pixels = np.indices(canvas.image.shape).reshape(2, -1).T.astype(np.float64)
        nearest = np.rint(canvas.to_micrograph(pixels)).astype(np.int64)
        row, col = np.clip(nearest, 0, np.array(clear.shape) - 1).T
        allowed = clear[row, col].reshape(canvas.image.shape)
        odd = canvas.from_micrograph(found.rings.centres[found.rings.sizes != 6])
        reach = _NEAR / canvas.sampling
        for corner in windows(allowed, _STRIDE):
            top, left = corner.tolist()
            images.append(canvas.image[top : top + SIDE, left : left + SIDE])
            touching = (odd > corner - reach) & (odd < corner + SIDE + reach)
            labels.append(int(touching.all(axis=1).any()))
            groups.append(number)
    return RealPatches(np.stack(images), np.array(labels), np.array(groups))
