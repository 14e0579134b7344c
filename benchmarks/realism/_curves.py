"""Spectra and histograms of real and simulated images, drawn into each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from benchmarks.realism._look import Look
from benchmarks.realism._measure import Measured
from benchmarks.realism._spectrum import EDGES, Spectrum

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_curves"]

_COLOURS = {"real": "#E8601C", "simulated": "#0072B2"}
"""Those of five- and of large rings, see sixring.report: told apart by everyone."""
_QUARTILES = (0.25, 0.5, 0.75)
_COMMON = EDGES[1:] <= 1.8
"""The frequencies whose power is 1 in the drawing: nearly all images have them."""
_LEAST_SHARE = 0.5
"""A curve ends where fewer of the images than this have the frequency."""


def draw_curves(target: Path, measured: Sequence[Measured]) -> None:
    """Draw a row for each microscope: medians, and bands from quartile to quartile.

    Parameters
    ----------
    target : Path
        The PNG to write.
    measured : sequence of Measured
        One for each microscope.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11.8, 3.1 * len(measured)), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(len(measured), 3, squeeze=False)
    for row, one in zip(axes, measured, strict=True):
        sets = {"real": one.real, "simulated": one.simulated}
        _spectra(row[0], sets, lambda look: _scaled(look.clear), "clear lattice")
        if any(look.dirty for look in one.real):
            _spectra(row[1], sets, _of_dirt, "contamination (clear lattice: 1)")
        else:
            _spectra(row[1], sets, lambda look: _scaled(look.whole), "whole image")
        _histograms(row[2], sets)
        row[0].set_ylabel(f"{one.of.title}\npower")
        row[0].legend(frameon=False)
    for axis in axes[-1, :2]:
        axis.set_xlabel("frequency / that of the first order (d = 2.13 Å)")
    axes[-1, 2].set_xlabel("(intensity - median) / robust spread")
    figure.savefig(target)


def _spectra(
    axis: Axes,
    sets: dict[str, tuple[Look, ...]],
    curve: Callable[[Look], NDArray[np.float64] | None],
    title: str,
) -> None:
    from matplotlib.ticker import NullFormatter

    middle = (EDGES[:-1] + EDGES[1:]) / 2
    for name, looks in sets.items():
        curves = np.array([c for look in looks if (c := curve(look)) is not None])
        if not len(curves):
            continue
        shown = np.isfinite(curves).mean(axis=0) >= _LEAST_SHARE
        low, median, high = np.nanquantile(curves[:, shown], _QUARTILES, axis=0)
        axis.plot(middle[shown], median, color=_COLOURS[name], label=f"{name} ({len(curves)})")
        axis.fill_between(middle[shown], low, high, color=_COLOURS[name], alpha=0.25, linewidth=0)
    axis.set(yscale="log", title=title, xlim=(0, 4))
    axis.yaxis.set_minor_formatter(NullFormatter())
    axis.grid(alpha=0.3)


def _scaled(spectrum: Spectrum) -> NDArray[np.float64]:
    area = np.pi * np.diff(EDGES**2)
    power = np.nansum((spectrum.density * area)[_COMMON])
    return np.asarray(spectrum.density / power, dtype=np.float64)


def _of_dirt(look: Look) -> NDArray[np.float64] | None:
    return None if look.dirty is None else look.dirty.density


def _histograms(axis: Axes, sets: dict[str, tuple[Look, ...]]) -> None:
    edges = np.linspace(-4, 6, 41)
    for name, looks in sets.items():
        counts = np.array([np.histogram(look.clear_values, edges)[0] for look in looks])
        share = counts / np.diff(edges) / counts.sum(axis=1, keepdims=True)
        low, median, high = np.quantile(share, _QUARTILES, axis=0)
        axis.stairs(median, edges, color=_COLOURS[name])
        axis.fill_between(
            edges, [*low, low[-1]], [*high, high[-1]], step="post", color=_COLOURS[name], alpha=0.25
        )
    axis.set(title="intensities, clear lattice", xlim=(-4, 6), ylim=(0, None))
    axis.grid(alpha=0.3)
