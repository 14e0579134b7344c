"""Patches that belong together: files of one folder, one size and one sampling."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sixring.io import read_frames

__all__ = ["Periods"]

_FILES = 64
"""Of a folder, so many are looked at."""

_Key = tuple[Path, tuple[int, ...], float | None]


class Periods:
    """The period of the lattice in series of patches, each series taken together.

    A single patch at low dose doesn't say what its lattice is; many of the same microscope do.

    Parameters
    ----------
    files : sequence of Path
        All files of a run.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        by_folder: dict[Path, list[Path]] = {}
        for file in files:
            by_folder.setdefault(file.parent, []).append(file)
        self._not_studied = by_folder
        self._found: dict[_Key, float | None] = {}

    def of(self, file: Path, images: NDArray[np.float32], sampling: float | None) -> float | None:
        """Return the period of the series that a file belongs to.

        Parameters
        ----------
        file : Path
            One of the files.
        images : ndarray, shape (n, rows, cols)
            Its patches, none of them constant.
        sampling : float or None
            Angstrom per pixel, as the file states it.

        Returns
        -------
        float or None
            In pixels; None where the patches show no lattice.
        """
        from sixring.patches import lattice_period

        if files := self._not_studied.pop(file.parent, None):
            self._study(files)
        key = (file.parent, images.shape[1:], sampling)
        if key not in self._found:
            self._found[key] = lattice_period(images)
        return self._found[key]

    def _study(self, files: Sequence[Path]) -> None:
        from sixring.patches import lattice_period, varied

        some = np.linspace(0, len(files) - 1, min(len(files), _FILES)).round().astype(int)
        series: dict[_Key, list[NDArray[np.float32]]] = {}
        for file in (files[k] for k in some.tolist()):
            try:
                frames = read_frames(file)
            # Whatever is wrong with it is told when its turn comes.
            except Exception:
                continue
            images = frames.images[varied(frames.images)]
            if len(images):
                key = (file.parent, images.shape[1:], frames.sampling)
                series.setdefault(key, []).append(images[:: 1 + len(images) // _FILES])
        for key, parts in series.items():
            self._found[key] = lattice_period(np.concatenate(parts))
