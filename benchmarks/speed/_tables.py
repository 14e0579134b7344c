"""The results in Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version

from benchmarks.markdown import markdown_table
from benchmarks.speed._limits import Limit
from benchmarks.speed._measure import Cost

__all__ = ["detection_text", "limits_table", "machine_text"]

_NOTE = """\
Simulated HRTEM micrographs of 0.2 A per pixel and 1e4 e/A^2, with a defect in every 512 x 512
pixels; sampling and mode given. Each row is a process of its own: time and memory start before
`import sixring`, so that loading NumPy, SciPy and, for the results, pandas and matplotlib is in
them. "Detection" ends with the result in memory, "written" with tables, structure, score map,
overlay and report on disk. The ratio is that of the cost per megapixel, results written, to the
first row's.
"""
_PACKAGES = ("numpy", "scipy", "pandas", "matplotlib")
_QUIET = 0.25  # processes that want a core, for each core there is


def detection_text(costs: Sequence[Cost], limits: Sequence[Limit], *, run: str) -> str:
    """Write the tables of what detections cost.

    Parameters
    ----------
    costs : sequence of Cost
        One for each size, the smallest first.
    limits : sequence of Limit
        What was held against the promises.
    run : str
        How often and on which machine it was measured.

    Returns
    -------
    str
        Markdown.
    """
    parts = [
        "# Speed and memory of a detection\n",
        f"{_NOTE}\n{run}\n",
        _costs(costs),
        limits_table(limits),
    ]
    return "\n".join(parts)


def machine_text(cores: int, load: float, packages: Sequence[str] = _PACKAGES) -> str:
    """Say what was measured on.

    Parameters
    ----------
    cores : int
        Cores that the processes were kept to.
    load : float
        Processes that wanted a core before anything was measured.
    packages : sequence of str
        Packages whose versions matter, beside sixring.

    Returns
    -------
    str
        A sentence.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    versions = ", ".join(f"{name} {version(name)}" for name in ("sixring", *packages))
    state = "quiet" if load <= _QUIET * cores else "busy with other work, so that times are longer"
    return (
        f"{cores} cores of {platform.machine()}, {memory:.0f} GB of memory; load before it began "
        f"{load:.1f}: {state}. Python {platform.python_version()}, {versions}."
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
    return markdown_table(heads, rows)


def limits_table(limits: Sequence[Limit]) -> str:
    """Write what was promised beside what was measured."""
    rows = (
        (
            limit.what,
            f"{limit.measured:.3g} {limit.unit}".rstrip(),
            f"at {'least' if limit.least else 'most'} {limit.limit:g} {limit.unit}".rstrip(),
            "yes" if limit.kept else "**no**",
        )
        for limit in limits
    )
    return markdown_table(("limit on", "measured", "limit", "kept"), rows)
