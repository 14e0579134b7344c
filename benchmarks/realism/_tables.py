"""The results in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sixring
from benchmarks.markdown import markdown_table
from benchmarks.realism._compare import (
    DIFFERENCES,
    OF_CONTAMINATION,
    OF_LATTICE,
    Quartiles,
    mean_difference,
    quartiles,
)
from benchmarks.realism._look import Look
from benchmarks.realism._measure import Measured

__all__ = ["results_text"]

_NOTE = """\
Simulated images of three presets held against the real images that they imitate. A difference is
the mean over all pairs of images: of a simulated and a real one, of two real ones of different
sessions or areas, of two simulated ones. Presets that drew like the microscope would make the
first as large as the second. Spectra differ by the root mean square of log10 of their ratio, in
decades (0.3 is a factor of 2), over 0.1 to 4 times the frequency of the lattice's first order but
at most 0.9 of Nyquist's, averaged over orientations and divided by their variance there;
histograms by the Wasserstein distance of (intensity - median) / spread, in robust standard
deviations. Power in contamination is that of its area in units of the clear lattice's variance,
and isn't divided.
"""


def results_text(measured: Sequence[Measured], *, command: str) -> str:
    """Write the tables.

    Parameters
    ----------
    measured : sequence of Measured
        One for each microscope.
    command : str
        What made them.

    Returns
    -------
    str
        Markdown.
    """
    parts = [
        "# How far simulated images are from real ones\n",
        f"sixring {sixring.__version__}, `{command}`.\n",
        _NOTE,
    ]
    for one in measured:
        parts += _section(one)
    return "\n".join(parts)


def _section(one: Measured) -> Iterator[str]:
    real_left, simulated_left = one.left_out
    yield f"## {one.of.title}: `{one.of.preset}` and `{one.of.folder}`\n"
    yield (
        f"Real images: {len(one.real)} ({len(one.part(held_out=False))} in view while the preset "
        f"was set, {len(one.part(held_out=True))} held out). Simulated: {len(one.simulated)}. "
        f"Without a lattice that could be measured: {real_left} and {simulated_left} more.\n"
    )
    yield _differences(one)
    yield _quantities(one)


def _differences(one: Measured) -> str:
    seen, held_out = (one.part(held_out=h) for h in (False, True))
    heads = (
        "difference",
        "simulated to real in view",
        "real in view",
        "simulated to held out",
        "held out",
        "simulated",
    )
    rows = [
        (
            name,
            _mean(mean_difference(one.simulated, seen, difference)),
            _mean(mean_difference(seen, seen, difference)),
            _mean(mean_difference(one.simulated, held_out, difference)),
            _mean(mean_difference(held_out, held_out, difference)),
            _mean(mean_difference(one.simulated, one.simulated, difference)),
        )
        for name, difference in DIFFERENCES.items()
    ]
    return markdown_table(heads, (row for row in rows if row[1] != _NOTHING or row[3] != _NOTHING))


def _quantities(one: Measured) -> str:
    sets: tuple[Sequence[Look], ...] = (
        one.simulated,
        one.part(held_out=False),
        one.part(held_out=True),
    )
    labelled = any(look.dirt > 0 for look in one.real)
    quantities = {**OF_LATTICE, **(OF_CONTAMINATION if labelled else {})}
    found = {
        name: [quartiles(some, quantity) for some in sets] for name, quantity in quantities.items()
    }
    rows = [
        (name, *map(_spread, values))
        for name, values in found.items()
        if any(value is not None for value in values[1:])
    ]
    heads = ("median (quartiles)", "simulated", "real in view", "held out")
    return markdown_table(heads, rows)


_NOTHING = "-"


def _mean(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.3f}"


def _spread(value: Quartiles | None) -> str:
    if value is None:
        return _NOTHING
    return f"{value.median:.3g} ({value.low:.3g} to {value.high:.3g})"
