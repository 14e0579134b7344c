"""Costs, each measured in a fresh process."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["SIZES", "Cost", "measure", "run_python", "time_import"]

SIZES = (512, 1024, 2048, 4096)
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Cost:
    """What one micrograph cost, from the import of the package on."""

    pixels: int
    """Side of the square image."""
    detection_seconds: float
    """Until the result is there."""
    detection_peak: float
    """Most memory until then, in MB."""
    seconds: float
    """Until everything is written."""
    peak: float
    """Most memory until then, in MB."""
    rings: int
    defects: int

    @property
    def megapixels(self) -> float:
        """Area in units of a million pixels."""
        return self.pixels**2 / 1e6


def measure(pixels: int, *, repeats: int = 1) -> Cost:
    """Simulate a micrograph and measure what its detection costs.

    Parameters
    ----------
    pixels : int
        Side of the square image, at least 512.
    repeats : int
        How often to measure; the quickest is returned.

    Returns
    -------
    Cost
        Of a fresh process.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        image = folder / "image.npy"
        # Simulated by another process too: a child starts with the peak of its parent.
        run_python("-m", "benchmarks.speed._task", "simulate", str(pixels), str(image))
        costs = []
        for k in range(repeats):
            out = folder / f"results{k}"
            answer = run_python("-m", "benchmarks.speed._task", "detect", str(image), str(out))
            costs.append(Cost(pixels=pixels, **json.loads(answer)))
    return min(costs, key=lambda cost: cost.seconds)


def time_import(repeats: int = 5) -> float:
    """Return the seconds that ``import sixring`` takes, the least of some fresh processes."""
    code = "from time import perf_counter as t; s = t(); import sixring; print(t() - s)"
    return min(float(run_python("-c", code)) for _ in range(repeats))


def run_python(*arguments: str) -> str:
    """Run Python in the root of the repository and return what it prints."""
    answer = subprocess.run(
        [sys.executable, *arguments], cwd=_ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    return answer.stdout
