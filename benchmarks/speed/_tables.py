"""The results in Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from benchmarks.speed._limits import Limit
from benchmarks.speed._measure import Cost

__all__ = ["results_text"]

_NOTE = """\
Simulated HRTEM micrographs of 0.2 A per pixel and 1e4 e/A^2, with a defect in every 512 x 512
pixels; sampling and mode given. Each row is a process of its own: time and memory start before
`import sixring`, so that loading NumPy, SciPy and, for the results, pandas and matplotlib is in
them. "Detection" ends with the result in memory, "written" with tables, structure, score map,
overlay and report on disk. The ratio is that of the cost per megapixel, results written, to the
first row's.
"""
_PACKAGES = ("numpy", "scipy", "pandas", "matplotlib")


def results_text(
    costs: Sequence[Cost], limits: Sequence[Limit], *, cores: int, repeats: int
) -> str:
    """Write the tables.

    Parameters
    ----------
    costs : sequence of Cost
        One for each size, the smallest first.
    limits : sequence of Limit
        What was held against the promises.
    cores : int
        Cores that the processes were kept to.
    repeats : int
        How often each size was measured.

    Returns
    -------
    str
        Markdown.
    """
    parts = [
        "# Speed and memory\n",
        f"{_NOTE}\nThe quickest of {repeats}. {_machine(cores)}\n",
        _costs(costs),
        _limits(limits),
    ]
    return "\n".join(parts)


def _machine(cores: int) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    packages = ", ".join(f"{name} {version(name)}" for name in ("sixring", *_PACKAGES))
    today = datetime.now(UTC).date().isoformat()
    # Above one a core, other work took its share while this was measured.
    load = os.getloadavg()[1] / cores
    return (
        f"{cores} cores of {platform.machine()}, {memory:.0f} GB of memory, load {load:.1f} a "
        f"core (1.0 is this benchmark's most), Python {platform.python_version()}, {packages}; "
        f"{today}."
    )


def _costs(costs: Sequence[Cost]) -> str:
    heads = (
        "pixels",
        "rings",
        "defects",
        "detection, s",
        "peak, MB",
        "written, s",
        "peak, MB",
        "s per megapixel",
        "ratio",
    )
    rows = (
        (
            f"{cost.pixels} x {cost.pixels}",
            str(cost.rings),
            str(cost.defects),
            f"{cost.detection_seconds:.1f}",
            f"{cost.detection_peak:.0f}",
            f"{cost.seconds:.1f}",
            f"{cost.peak:.0f}",
            f"{cost.seconds / cost.megapixels:.2f}",
            f"{cost.seconds / cost.megapixels / (costs[0].seconds / costs[0].megapixels):.2f}",
        )
        for cost in costs
    )
    return _table(heads, rows)


def _limits(limits: Sequence[Limit]) -> str:
    rows = (
        (
            limit.what,
            f"{limit.measured:.3g} {limit.unit}",
            f"{limit.limit:g} {limit.unit}",
            "yes" if limit.kept else "**no**",
        )
        for limit in limits
    )
    return _table(("limit on", "measured", "at most", "kept"), rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
