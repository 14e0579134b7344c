"""Real images, and beside them simulated ones of the presets that imitate them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.realism._images import SETS, RealSet, real_images, simulated_images

__all__ = ["CHOSEN", "draw_picture"]

CHOSEN = {
    "hrtem_contamination": (
        "2013_1113_Gr_134",
        "2014_0104_Gr_FS_008_layer_0000",
        "2014_0531_Graph_FS_036_layer_0006",
    ),
    "hrtem_flower": ("graphene_flower_raw",),
    "stem_si_dopants": ("Si1C3_105", "Si3C6_60"),
}
"""The real images that are shown, for each folder."""
_WIDTH = 1180
_DPI = 100
_CLIPPED = 0.002
_GREYS = 48
"""Enough for the eye, and half the size of a file with all."""


def draw_picture(target: Path, data: Path | None, *, seed: int) -> None:
    """Draw six simulated images, under six real ones where these are there.

    Parameters
    ----------
    target : Path
        The PNG to write.
    data : Path or None
        The folder of the real images.
    seed : int
        Of the simulated ones, which are the first that it gives: none was chosen.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows: list[tuple[str, list[NDArray[np.float32]]]] = []
    if data is not None:
        rows.append(("real", [image for s in SETS for image in _real(data, s.folder)]))
    rows.append(("simulated", [image for s in SETS for image in _simulated(s, seed)]))
    titles = [s.title for s in SETS for _ in CHOSEN[s.folder]]
    side = _WIDTH / _DPI / (len(titles) + 0.2)
    figure = Figure(figsize=(_WIDTH / _DPI, len(rows) * side + 0.3), dpi=_DPI)
    FigureCanvasAgg(figure)
    axes = figure.subplots(len(rows), len(titles), squeeze=False)
    for r, (name, images) in enumerate(rows):
        axes[r, 0].set_ylabel(name)
        for c, image in enumerate(images):
            low, high = np.quantile(image, (_CLIPPED, 1 - _CLIPPED))
            axes[r, c].imshow(image, cmap="gray", vmin=low, vmax=high, interpolation="bilinear")
            axes[r, c].set(xticks=[], yticks=[])
            if r == 0:
                axes[r, c].set_title(titles[c], fontsize=10)
    figure.subplots_adjust(
        left=0.2 / (len(titles) + 0.2),
        right=0.999,
        bottom=0.002,
        top=1 - 0.29 / figure.get_figheight(),
        wspace=0.02,
        hspace=0.02,
    )
    figure.savefig(target)
    _shrink(target)


def _real(data: Path, folder: str) -> Sequence[NDArray[np.float32]]:
    found = {f.name: f.image for f in real_images(data, folder) if f.name in CHOSEN[folder]}
    return [found[name] for name in CHOSEN[folder]]


def _simulated(of: RealSet, seed: int) -> Sequence[NDArray[np.float32]]:
    return [f.image for f in simulated_images(of.preset, len(CHOSEN[of.folder]), seed)]


def _shrink(target: Path) -> None:
    with Image.open(target) as image:
        small = image.convert("L").quantize(_GREYS, dither=Image.Dither.NONE)
    small.save(target, optimize=True)
