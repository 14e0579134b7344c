"""What goes to a program and comes back: files of patches, a request, and the answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "COST",
    "LABELS",
    "PNG",
    "SCORES",
    "TESTS",
    "TRAINING",
    "VALIDATION",
    "Request",
    "scaled",
]

TRAINING, VALIDATION = "training", "validation"
"""Sets with labels: a file ``.npz`` with ``images`` (n, rows, cols) as recorded, and ``labels``."""
TESTS = "tests"
"""Folder of the sets that are scored; their files hold ``images`` alone."""
PNG = "png"
"""Folder of the same patches, scaled, as 8-bit files: ``png/training/perfect/000000.png``, and
``png/tests/NAME/000000.png`` in the order of the arrays."""
LABELS: Mapping[int, str] = MappingProxyType({0: "perfect", 1: "defect"})
"""What a label is called, in folders too."""
SCORES, COST = "scores.npz", "cost.json"
"""Files of an answer."""
_BELOW, _ABOVE = 4.0, 8.0


@dataclass(frozen=True)
class Request:
    """What a program is asked for."""

    patches: str
    """Folder of the files of patches."""
    tests: tuple[str, ...]
    """Names of the sets that are to be scored."""
    answer: str
    """Folder for scores and cost."""
    seed: int
    """Everything random follows from it."""
    epochs: int
    """How long to train; 0 for as long as the tool's authors recommend."""
    threads: int
    """That may compute at once."""
    more: Mapping[str, str] = field(default_factory=dict)
    """What the program of one tool alone has to know."""

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what :meth:`write` wrote."""
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return cls(**{**document, "tests": tuple(document["tests"])})

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def scaled(images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return patches between 0 and 1, as these tools want them.

    Each patch goes from 4 standard deviations below its mean to 8 above, which a silicon atom
    reaches in STEM; what is beyond is cut off. Dose and gain are taken out with that, as they would
    otherwise be the largest difference between any two patches.

    Parameters
    ----------
    images : ndarray, shape (n, rows, cols)
        As recorded; none is constant.

    Returns
    -------
    ndarray of float32, shape (n, rows, cols)
        From 0 to 1.
    """
    mean = images.mean(axis=(1, 2), keepdims=True, dtype=np.float64)
    spread = images.std(axis=(1, 2), keepdims=True, dtype=np.float64)
    standard = (images - mean) / spread
    within: NDArray[np.float64] = np.clip((standard + _BELOW) / (_BELOW + _ABOVE), 0, 1)
    return within.astype(np.float32)
