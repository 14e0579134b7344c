"""How well the detection does on simulated micrographs, whose truth is known exactly.

``python -m benchmarks.simulated`` prints the tables and writes them to
``benchmarks/simulated/RESULTS.md``; ``--seeds`` takes other micrographs, ``--jobs`` more processes.
"""

from benchmarks.simulated._conditions import CONDITIONS, Condition, draw_sheet, take_image
from benchmarks.simulated._measure import Scored, measure, score
from benchmarks.simulated._pooling import Pooled, f1_interval, pool
from benchmarks.simulated._scoring import (
    MASKED,
    MISSED,
    NONE,
    Area,
    AtomErrors,
    Confusion,
    Counts,
    score_atoms,
    score_defects,
    score_odd_rings,
)
from benchmarks.simulated._tables import results_text

__all__ = [
    "CONDITIONS",
    "MASKED",
    "MISSED",
    "NONE",
    "Area",
    "AtomErrors",
    "Condition",
    "Confusion",
    "Counts",
    "Pooled",
    "Scored",
    "draw_sheet",
    "f1_interval",
    "measure",
    "pool",
    "results_text",
    "score",
    "score_atoms",
    "score_defects",
    "score_odd_rings",
    "take_image",
]
