"""An evaluation as JSON and as tables."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from sixring.evaluate._estimate import Estimate
    from sixring.evaluate._evaluation import Evaluation
    from sixring.evaluate._parts import Part

__all__ = ["evaluation_document", "evaluation_tables", "metrics_by_score"]


def evaluation_document(evaluation: Evaluation) -> dict[str, Any]:
    """Return what :meth:`Evaluation.document` does; NaN and infinity are None."""
    reliability, confusion = evaluation.reliability, evaluation.confusion
    document = {
        "n_defect": evaluation.n_defect,
        "n_perfect": evaluation.n_perfect,
        "n_groups": evaluation.n_groups,
        "prevalence": evaluation.prevalence,
        "false_alarm_rate": evaluation.false_alarm_rate,
        **{name: asdict(estimate) for name, estimate in _estimates(evaluation).items()},
        "threshold": None if evaluation.threshold is None else asdict(evaluation.threshold),
        "confusion": None if confusion is None else asdict(confusion),
        "calibration": None
        if evaluation.calibration is None
        else evaluation.calibration.document(),
        "reliability": None if reliability is None else asdict(reliability),
        "roc": asdict(evaluation.band),
        "parts": [asdict(part) for part in evaluation.parts],
        "notes": list(evaluation.notes),
    }
    return {key: _plain(value) for key, value in document.items()}


def evaluation_tables(evaluation: Evaluation) -> dict[str, pd.DataFrame]:
    """Return what :meth:`Evaluation.tables` does."""
    import pandas as pd

    points, band = evaluation.points, evaluation.band
    tables = {
        "metrics": pd.DataFrame(_metric_rows(evaluation)),
        "parts": pd.DataFrame(
            [
                {
                    "column": part.column,
                    "value": part.value,
                    "n_defect": part.n_defect,
                    "n_perfect": part.n_perfect,
                    **_flat(part),
                }
                for part in evaluation.parts
            ]
        ),
        "roc": pd.DataFrame(asdict(band)),
        "points": pd.DataFrame(
            {
                "threshold": points.threshold,
                "recall": points.recall,
                "false_alarm_rate": points.false_alarm_rate,
                "precision": points.precision,
            }
        ),
    }
    curve = evaluation.reliability
    if curve is not None:
        tables["reliability"] = pd.DataFrame(
            {
                "from": curve.edges[:-1],
                "to": curve.edges[1:],
                "patches": curve.patches,
                "share": curve.share,
                "predicted": curve.predicted,
                "observed": curve.observed,
                "low": curve.low,
                "high": curve.high,
            }
        )
    return {name: table for name, table in tables.items() if len(table)}


def metrics_by_score(evaluations: Mapping[str, Evaluation]) -> pd.DataFrame:
    """Return the metrics of several scores in one table, with the column ``score`` first."""
    import pandas as pd

    return pd.DataFrame(
        [
            {"score": score, **row}
            for score, evaluation in evaluations.items()
            for row in _metric_rows(evaluation)
        ]
    )


def _metric_rows(evaluation: Evaluation) -> list[dict[str, Any]]:
    return [{"metric": name, **asdict(e)} for name, e in _estimates(evaluation).items()]


def _estimates(evaluation: Evaluation) -> dict[str, Estimate]:
    estimates: dict[str, Estimate | None] = {
        "auc": evaluation.auc,
        "auc_delong": evaluation.auc_delong,
        "average_precision": evaluation.average_precision,
        "recall": evaluation.recall,
        "hits": evaluation.hits,
        "false_alarms": evaluation.false_alarms,
    }
    if evaluation.reliability is not None:
        estimates["calibration_error"] = evaluation.reliability.error
    return {name: estimate for name, estimate in estimates.items() if estimate is not None}


def _flat(part: Part) -> dict[str, float | None]:
    estimates = {
        "auc": part.auc,
        "average_precision": part.average_precision,
        "recall": part.recall,
        "hits": part.hits,
        "false_alarms": part.false_alarms,
    }
    columns: dict[str, float | None] = {}
    for name, estimate in estimates.items():
        if estimate is not None:
            columns |= {name: estimate.value, f"{name}_low": estimate.low}
            columns[f"{name}_high"] = estimate.high
    if part.ideal is not None:
        columns |= {"ideal": part.ideal, "efficiency": part.efficiency}
    return columns


def _plain(value: object) -> object:
    """Return a value in Python's own types, None for numbers that JSON has no word for."""
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
