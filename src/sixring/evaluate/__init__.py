"""Metrics of patch models with their uncertainty, thresholds and calibrated probabilities.

Everywhere: scores are higher where a defect is likelier, labels are 0 (perfect) and 1 (defect),
and a group is what patches have in common: a micrograph, a movie or a session.
"""

from sixring.evaluate._bayes import (
    BayesObserver,
    SearchObserver,
    bayes_observer,
    search_observer,
)
from sixring.evaluate._calibrate import calibrate
from sixring.evaluate._calibration import Calibration, Isotonic, Logistic
from sixring.evaluate._curves import (
    Confusion,
    OperatingPoints,
    average_precision,
    confusion,
    operating_points,
    recall_at,
    roc_auc,
)
from sixring.evaluate._delong import Comparison, compare_models, delong
from sixring.evaluate._estimate import Estimate
from sixring.evaluate._evaluation import Band, Evaluation, evaluate
from sixring.evaluate._hypotheses import Hypotheses
from sixring.evaluate._ideal import IdealObserver, detectability, efficiency, ideal_observer
from sixring.evaluate._parts import Part
from sixring.evaluate._plots import (
    precision_recall_figure,
    reliability_figure,
    roc_figure,
    score_figure,
)
from sixring.evaluate._reliability import Reliability, reliability
from sixring.evaluate._repeats import (
    RepeatedPart,
    Repeats,
    compare_repeats,
    evaluate_repeats,
)
from sixring.evaluate._threshold import Threshold, false_alarm_threshold, youden_threshold
from sixring.evaluate._write import write_evaluation

__all__ = [
    "Band",
    "BayesObserver",
    "Calibration",
    "Comparison",
    "Confusion",
    "Estimate",
    "Evaluation",
    "Hypotheses",
    "IdealObserver",
    "Isotonic",
    "Logistic",
    "OperatingPoints",
    "Part",
    "Reliability",
    "RepeatedPart",
    "Repeats",
    "SearchObserver",
    "Threshold",
    "average_precision",
    "bayes_observer",
    "calibrate",
    "compare_models",
    "compare_repeats",
    "confusion",
    "delong",
    "detectability",
    "efficiency",
    "evaluate",
    "evaluate_repeats",
    "false_alarm_threshold",
    "ideal_observer",
    "operating_points",
    "precision_recall_figure",
    "recall_at",
    "reliability",
    "reliability_figure",
    "roc_auc",
    "roc_figure",
    "score_figure",
    "search_observer",
    "write_evaluation",
    "youden_threshold",
]
