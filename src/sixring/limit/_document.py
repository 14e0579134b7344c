"""A limit as tables and as JSON."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sixring.limit._doses import AUC, RECALL
from sixring.limit._looks import WINDOW

if TYPE_CHECKING:
    import pandas as pd

    from sixring.limit._result import Limit

__all__ = ["curve_table", "dose_table", "limit_document"]

_DIGITS = 6
"""Significant ones; the last of what is computed depends on the machine."""


def curve_table(limit: Limit) -> pd.DataFrame:
    """Return what :meth:`Limit.table` does."""
    import pandas as pd

    rows = []
    for found in limit.defects:
        for point in found.curve:
            row: dict[str, str | float | None] = {
                "defect": found.defect,
                "dose": point.dose,
                "auc_known": point.known,
                "auc_unknown": point.unknown.value,
                "error": point.error,
                "low": point.unknown.low,
                "high": point.unknown.high,
            }
            if point.model is not None:
                row |= {
                    "auc_model": point.model.value,
                    "model_low": point.model.low,
                    "model_high": point.model.high,
                    "efficiency": point.efficiency,
                }
            rows.append(row)
    return pd.DataFrame(rows)


def dose_table(limit: Limit) -> pd.DataFrame:
    """Return what :meth:`Limit.doses` does."""
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "defect": found.defect,
                "hypotheses": found.hypotheses,
                "per_nm2": found.per_nm2,
                "in_view": found.in_view,
                "known": found.known,
                "unknown": found.unknown.value,
                "unknown_low": found.unknown.low,
                "unknown_high": found.unknown.high,
                "search": found.search.value,
                "search_low": found.search.low,
                "search_high": found.search.high,
            }
            for found in limit.defects
        ]
    )


def limit_document(limit: Limit) -> dict[str, Any]:
    """Return what :meth:`Limit.document` does."""
    document = asdict(limit)
    # What it is at 1 electron per angstrom^2 scales with the dose, and none was asked for.
    del document["conditions"]["dose"]
    document["meaning"] = {
        "auc": AUC,
        "recall": RECALL,
        "false_alarms_per_100_nm2": 1.0,
        "window_A": WINDOW,
    }
    plain: dict[str, Any] = _plain(document)
    return plain


def _plain(value: Any) -> Any:  # noqa: ANN401
    """Round what is a fraction; JSON has no word for what isn't finite."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
    return value
