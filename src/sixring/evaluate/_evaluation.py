"""One door to everything that can be said about a model's scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sixring.evaluate._bootstrap import Interval, check_resampling
from sixring.evaluate._calibration import Calibration
from sixring.evaluate._checks import Judged, check_share, judged
from sixring.evaluate._curves import Confusion, OperatingPoints, count, points_of
from sixring.evaluate._delong import delong_auc
from sixring.evaluate._estimate import Estimate
from sixring.evaluate._intervals import Settings, Summary, summarise
from sixring.evaluate._parts import Part, check_details, check_ideal, judge_parts
from sixring.evaluate._ranking import Metric
from sixring.evaluate._reliability import BINS, Reliability, reliability_of
from sixring.evaluate._threshold import Threshold

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Band", "Evaluation", "evaluate"]

# Close where false alarms are rare and models are compared.
_RATES = np.unique(np.r_[0, np.geomspace(1e-4, 1e-2, 17), np.linspace(0.01, 1, 100)])


@dataclass(frozen=True, eq=False)
class Band:
    """The ROC curve at fixed false-alarm rates, with intervals."""

    false_alarm_rate: NDArray[np.float64]
    """Shape (k,), from 0 to 1."""
    recall: NDArray[np.float64]
    """Shape (k,): highest recall with at most that rate."""
    low: NDArray[np.float64]
    """Shape (k,): lower ends of pointwise 95 % intervals; NaN where there is none."""
    high: NDArray[np.float64]
    """Shape (k,): upper ends; NaN where there is none."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What a model's scores are worth on patches that it hasn't seen."""

    scores: NDArray[np.float64]
    """Shape (n,): higher where a defect is likelier."""
    labels: NDArray[np.int8]
    """Shape (n,): 0 perfect, 1 defect."""
    n_defect: int
    """How many defect patches."""
    n_perfect: int
    """How many perfect patches."""
    n_groups: int
    """How many groups; as many as patches where none were given."""
    prevalence: float
    """Share of defects that precision and reliability are stated for."""
    false_alarm_rate: float
    """At which `recall` is stated."""
    auc: Estimate
    """Area under the ROC curve; its interval is the bootstrap's."""
    auc_delong: Estimate
    """The same with DeLong's interval, to compare."""
    average_precision: Estimate
    """At `prevalence`."""
    recall: Estimate
    """Share of the defects found with at most `false_alarm_rate` of false alarms."""
    band: Band
    """The ROC curve with intervals."""
    points: OperatingPoints
    """Recall, false-alarm rate and precision at every threshold."""
    threshold: Threshold | None
    """From where a patch is called defect, as it was given."""
    confusion: Confusion | None
    """What was called what at the threshold; None without one."""
    hits: Estimate | None
    """Recall at the threshold; None without one."""
    false_alarms: Estimate | None
    """False-alarm rate at the threshold; None without one."""
    calibration: Calibration | None
    """What made probabilities of the scores, as it was given."""
    reliability: Reliability | None
    """Whether these probabilities came true; None without a calibration."""
    parts: tuple[Part, ...]
    """Results by defect, dose, mode and sampling where known."""
    notes: tuple[str, ...]
    """What the reader has to know, in plain words."""

    def document(self) -> dict[str, Any]:
        """Return everything but the scores and the operating points, as JSON can hold it."""
        from sixring.evaluate._document import evaluation_document

        return evaluation_document(self)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables ``metrics``, ``parts``, ``roc``, ``points`` and ``reliability``.

        Those that would be empty are left out.
        """
        from sixring.evaluate._document import evaluation_tables

        return evaluation_tables(self)


def evaluate(
    scores: ArrayLike,
    labels: ArrayLike,
    *,
    groups: ArrayLike | None = None,
    details: Mapping[str, ArrayLike] | None = None,
    threshold: Threshold | float | None = None,
    prevalence: float | None = None,
    calibration: Calibration | None = None,
    ideal: Mapping[str, Mapping[str, float]] | None = None,
    false_alarm_rate: float = 0.01,
    resamples: int = 1000,
    interval: Interval = "log-odds",
    seed: int = 0,
) -> Evaluation:
    """Judge the scores of a model on patches that it hasn't seen.

    Parameters
    ----------
    scores : array_like
        Shape (n,): higher where a defect is likelier.
    labels : array_like
        Shape (n,): 0 perfect, 1 defect.
    groups : array_like, optional
        Shape (n,): micrograph, movie or session of each patch. Intervals are made by drawing
        groups. If None, the patches are taken to be independent, and a note says so.
    details : mapping, optional
        Further columns, each of shape (n,): ``defect`` (a name), ``dose`` (e/A^2), ``mode``
        and ``sampling`` (A/px) give results apart. Empty and NaN: not known.
    threshold : Threshold or float, optional
        From which score a patch is called defect. Choose it on other patches than these.
    prevalence : float, optional
        Share of defects that precision and probabilities are stated for; that of `labels` if
        None.
    calibration : Calibration, optional
        What makes probabilities of the scores. Fit it on other patches than these.
    ideal : mapping, optional
        AUC of the ideal observer for some of the parts, such as ``{"defect": {"SV": 0.97}}``: it
        stands beside that of the scores, with the efficiency. A dose is called as the part is,
        ``"1000"`` or ``"1000 to 3000"``.
    false_alarm_rate : float, optional
        At which recall is stated.
    resamples : int, optional
        Of the bootstrap.
    interval : {"log-odds", "bca", "percentile"}, optional
        How intervals follow from the resamples. Near an AUC of 1 the default misses the truth
        least often; the ROC band and the reliability curve always have percentiles where
        a value is 0 or 1.
    seed : int, optional
        Of the draws.

    Returns
    -------
    Evaluation
        Same arguments, same numbers.

    Raises
    ------
    UsageError
        If the arguments don't fit together, a class is missing, or a score isn't finite.
    """
    patches = judged(scores, labels, groups)
    columns = check_details(details, len(patches.scores))
    best = check_ideal(ideal)
    stated = float(patches.defect.mean()) if prevalence is None else prevalence
    check_share(stated, "prevalence")
    check_share(false_alarm_rate, "false_alarm_rate")
    check_resampling(resamples, interval)
    if threshold is not None and not isinstance(threshold, Threshold):
        threshold = Threshold(float(threshold), "given by the user")
    at = None if threshold is None else threshold.value
    counts = None if at is None else count(patches, at)

    settings = Settings(stated, false_alarm_rate, at, resamples, interval, seed)
    summary = summarise(patches, settings, _RATES)
    parts, part_notes = judge_parts(patches, columns, settings, best)
    n_defect = int(patches.defect.sum())
    return Evaluation(
        scores=patches.scores,
        labels=patches.defect.astype(np.int8),
        n_defect=n_defect,
        n_perfect=len(patches.scores) - n_defect,
        n_groups=patches.n_groups,
        prevalence=stated,
        false_alarm_rate=false_alarm_rate,
        auc=summary.estimates[Metric.AUC],
        auc_delong=delong_auc(patches),
        average_precision=summary.estimates[Metric.AVERAGE_PRECISION],
        recall=summary.estimates[Metric.RECALL],
        band=_band(summary),
        points=points_of(patches, stated),
        threshold=threshold,
        confusion=counts,
        hits=summary.estimates.get(Metric.HITS),
        false_alarms=summary.estimates.get(Metric.ALARMS),
        calibration=calibration,
        reliability=None
        if calibration is None
        else reliability_of(
            _with_probabilities(patches, calibration, stated),
            stated,
            bins=BINS,
            resamples=resamples,
            seed=seed,
        ),
        parts=parts,
        notes=(*_notes(patches, settings), *part_notes),
    )


def _band(summary: Summary) -> Band:
    low, high = summary.recall_ends.T
    return Band(_RATES, summary.recalls, low, high)


def _with_probabilities(patches: Judged, calibration: Calibration, prevalence: float) -> Judged:
    probability = calibration.probability(patches.scores, prevalence)
    return Judged(probability, patches.defect, patches.groups, patches.group_names)


def _notes(patches: Judged, settings: Settings) -> list[str]:
    notes = []
    if not patches.group_names:
        notes.append(
            "no groups were given: the patches are taken to be independent, and the intervals "
            "are too narrow if several come from one micrograph"
        )
    else:
        fewest = min(patches.groups_with(True), patches.groups_with(False))
        if 1 < fewest < 10:
            notes.append(f"only {fewest} groups hold the rarer class: the intervals are rough")
    n_perfect = int(np.sum(~patches.defect))
    if n_perfect * settings.false_alarm_rate < 1:
        notes.append(
            f"{n_perfect} perfect patches can't show a false-alarm rate of "
            f"{settings.false_alarm_rate:g}: recall is stated for no false alarm at all"
        )
    return notes
