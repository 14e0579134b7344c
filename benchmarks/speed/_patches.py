"""What scoring patches costs, measured in a fresh process, and its table in Markdown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.markdown import markdown_table
from benchmarks.speed._limits import Limit
from benchmarks.speed._measure import run_python
from benchmarks.speed._tables import limits_table

__all__ = ["MODELS", "PatchesCost", "check_patches", "measure_patches", "patches_text"]

MODELS = ("default",)
"""Models that the package carries."""
_PATCHES, _SIDE = 8192, 48
_RATE = 2000.0  # patches a second
_NOTE = """\
Patches of {side} x {side} pixels, {patches} of them in an array, with
`sixring.load_model(MODEL).decision_function(patches)`, in a process of its own. *First* is from the
import of sixring until one patch has its score; the rate is that of the quickest of three rounds.
"""


@dataclass(frozen=True)
class PatchesCost:
    """What scoring patches cost."""

    model: str
    first: float
    """Seconds from the import until one patch is scored."""
    rate: float
    """Patches a second after that."""
    peak: float
    """Most memory, in MB."""


def measure_patches(model: str, *, patches: int = _PATCHES) -> PatchesCost:
    """Score patches with a model.

    Parameters
    ----------
    model : str
        A name from :data:`MODELS`, or the folder of a model.
    patches : int, optional
        How many.

    Returns
    -------
    PatchesCost
        Of a fresh process.
    """
    answer = run_python("-m", "benchmarks.speed._patches_task", model, str(patches), str(_SIDE))
    return PatchesCost(model, **json.loads(answer))


def check_patches(costs: Sequence[PatchesCost]) -> list[Limit]:
    """Hold what scoring cost against what is promised of each model that the package carries."""
    return [
        Limit(f"{cost.model}: patches", cost.rate, _RATE, "/s", least=True)
        for cost in costs
        if cost.model in MODELS
    ]


def patches_text(costs: Sequence[PatchesCost], limits: Sequence[Limit], *, run: str) -> str:
    """Write the tables of what scoring costs.

    Parameters
    ----------
    costs : sequence of PatchesCost
        One for each model.
    limits : sequence of Limit
        What was held against the promises.
    run : str
        On which machine it was measured.

    Returns
    -------
    str
        Markdown.
    """
    rows = (
        (cost.model, f"{cost.first:.2f}", f"{cost.rate:.0f}", f"{cost.peak:.0f}") for cost in costs
    )
    parts = [
        "# Speed and memory of scoring patches\n",
        f"{_NOTE.format(side=_SIDE, patches=_PATCHES)}\n{run}\n",
        markdown_table(("model", "first, s", "patches/s", "peak, MB"), rows),
        limits_table(limits),
    ]
    return "\n".join(parts)
