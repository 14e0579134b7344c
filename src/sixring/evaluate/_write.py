"""An evaluation as a folder of plain files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING

from sixring.evaluate._document import metrics_by_score
from sixring.evaluate._plots import (
    precision_recall_figure,
    reliability_figure,
    roc_figure,
    score_figure,
)
from sixring.io import folder_appears_whole

if TYPE_CHECKING:
    from sixring.evaluate._evaluation import Evaluation

__all__ = ["write_evaluation"]


def write_evaluation(
    evaluation: Evaluation,
    folder: str | PathLike[str],
    *,
    by_score: Mapping[str, Evaluation] | None = None,
    overwrite: bool = False,
) -> None:
    """Write numbers, tables and plots.

    Parameters
    ----------
    evaluation : Evaluation
        What was found.
    folder : path
        Where ``evaluation.json``, ``metrics.csv``, ``roc.csv``, ``points.csv``, ``roc.png``,
        ``precision_recall.png`` and ``scores.png`` are put, ``parts.csv`` where there are parts,
        and ``reliability.csv`` and ``reliability.png`` where there is a calibration. It appears
        with all of them or not at all.
    by_score : mapping of str to Evaluation, optional
        All scores that the model has, by name: their metrics are put into ``by_score.csv``.
    overwrite : bool, optional
        Whether a folder that is there already is replaced.

    Raises
    ------
    OutputError
        If `folder` is there already and `overwrite` isn't set, or it can't be written.
    """
    # All is made before anything is written: what is left can fail by the disk alone.
    text = json.dumps(evaluation.document(), indent=1, ensure_ascii=False, allow_nan=False)
    tables = evaluation.tables()
    if by_score:
        tables["by_score"] = metrics_by_score(by_score)
    figures = {
        "roc": roc_figure({"": evaluation}),
        "precision_recall": precision_recall_figure({"": evaluation}),
        "scores": score_figure(evaluation),
    }
    if evaluation.reliability is not None:
        figures["reliability"] = reliability_figure(evaluation.reliability)
    with folder_appears_whole(folder, overwrite=overwrite) as new:
        (new / "evaluation.json").write_text(text + "\n", encoding="utf-8")
        for name, table in tables.items():
            table.to_csv(new / f"{name}.csv", index=False, float_format="%.8g")
        for name, figure in figures.items():
            figure.savefig(new / f"{name}.png", format="png")
