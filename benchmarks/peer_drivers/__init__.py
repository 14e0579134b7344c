"""One program for each tool that sixring is compared with: it trains, scores and says its cost.

They run in the environment of these tools, where there is no sixring:
``python -m benchmarks.peer_drivers.NAME REQUEST``.
"""

from benchmarks.peer_drivers._exchange import (
    COST,
    LABELS,
    PNG,
    SCORES,
    TESTS,
    TRAINING,
    VALIDATION,
    Request,
    scaled,
)
from benchmarks.peer_drivers._task import Task, Trained, answer

__all__ = [
    "COST",
    "LABELS",
    "PNG",
    "SCORES",
    "TESTS",
    "TRAINING",
    "VALIDATION",
    "Request",
    "Task",
    "Trained",
    "answer",
    "scaled",
]
