"""How well the detection does on simulated micrographs, whose truth is known exactly.

``python -m benchmarks.simulated`` prints the tables and writes them to
``benchmarks/simulated/RESULTS.md``; with ``--detector classical`` to ``CLASSICAL.md`` there.
``--jobs`` takes more processes, and ``--keep`` goes on where a measurement was stopped. The set is
fixed: see :data:`CASES`.
"""

from benchmarks.simulated._alarms import Alarm, rank_defects, recall_at
from benchmarks.simulated._atoms import AtomErrors, score_atoms
from benchmarks.simulated._cases import CASES, DEFECTS, DOSES, ENTROPY, IMAGES, Case, take_image
from benchmarks.simulated._dirt import Overlap, score_dirt
from benchmarks.simulated._kept import keeping
from benchmarks.simulated._measure import Scored, measure, score
from benchmarks.simulated._pooling import Pooled, f1_interval, pool
from benchmarks.simulated._scoring import (
    MASKED,
    MISSED,
    NONE,
    Area,
    Confusion,
    Counts,
    score_defects,
    score_odd_rings,
)
from benchmarks.simulated._tables import results_text

__all__ = [
    "CASES",
    "DEFECTS",
    "DOSES",
    "ENTROPY",
    "IMAGES",
    "MASKED",
    "MISSED",
    "NONE",
    "Alarm",
    "Area",
    "AtomErrors",
    "Case",
    "Confusion",
    "Counts",
    "Overlap",
    "Pooled",
    "Scored",
    "f1_interval",
    "keeping",
    "measure",
    "pool",
    "rank_defects",
    "recall_at",
    "results_text",
    "score",
    "score_atoms",
    "score_defects",
    "score_dirt",
    "score_odd_rings",
    "take_image",
]
