"""How well every patch model does, by mode, dose and defect, beside the best that can be done.

``python -m benchmarks.quality --out FOLDER`` prints the tables and writes them to
``benchmarks/quality/RESULTS.md``, and all numbers to ``results.json`` beside it. What it simulates,
trains and scores is kept in the folder, so that a run that was stopped goes on where it was.
"""

from benchmarks.quality._contenders import Contender, choose, trained
from benchmarks.quality._ideal import ALL, Ideal, Look, ideal_of, look
from benchmarks.quality._judge import (
    counted_gap,
    judge_cell,
    judge_challenge,
    judge_reliability,
)
from benchmarks.quality._measure import measure
from benchmarks.quality._plan import Plan, hold_to
from benchmarks.quality._pooling import pooled_auc
from benchmarks.quality._scores import scores_of
from benchmarks.quality._sets import (
    CHALLENGE,
    DEFECTS,
    DOSES,
    MODES,
    SAMPLINGS,
    SEEDS,
    SERIES,
    Cell,
    learning_set,
    read_set,
    set_settings,
    source,
)
from benchmarks.quality._tables import results_text

__all__ = [
    "ALL",
    "CHALLENGE",
    "DEFECTS",
    "DOSES",
    "MODES",
    "SAMPLINGS",
    "SEEDS",
    "SERIES",
    "Cell",
    "Contender",
    "Ideal",
    "Look",
    "Plan",
    "choose",
    "counted_gap",
    "hold_to",
    "ideal_of",
    "judge_cell",
    "judge_challenge",
    "judge_reliability",
    "learning_set",
    "look",
    "measure",
    "pooled_auc",
    "read_set",
    "results_text",
    "scores_of",
    "set_settings",
    "source",
    "trained",
]
