"""What the study says of a model, in sentences that its numbers choose."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from study_tables import model_results

from sixring.study._findings import (
    classifier_findings,
    curve_findings,
    imbalance_findings,
    ladder_findings,
)
from sixring.study._findings_aims import aim_findings
from sixring.study._findings_latent import (
    code_findings,
    latent_findings,
    pooling_findings,
    score_findings,
)
from sixring.study._findings_report import report_findings, why_so
from sixring.study._phrases import SCORE_NAMES, auc_text
from sixring.study._phrases import worth as worth_text
from sixring.study._reading import Document, Row

FINDINGS: Mapping[str, Callable[[Document], list[str]]] = {
    "report": report_findings,
    "why": why_so,
    "ladder": ladder_findings,
    "classifiers": classifier_findings,
    "aims": aim_findings,
    "curve": curve_findings,
    "imbalance": imbalance_findings,
    "code": code_findings,
    "scores": score_findings,
    "pooling": pooling_findings,
    "latent": latent_findings,
}
"""The sentences of the study's page, by their subject."""


def worth(document: Document, model: str) -> list[str]:
    """Say what a model is good for and what not."""
    rows = model_results(document, model)
    decides = rows[0]
    best = max(rows, key=lambda row: float(row["auc"]["value"]))
    sentences = [
        f"On the test set the {SCORE_NAMES[decides['score']]}, which decides, has an AUC of "
        f"{auc_text(decides['auc'])}, {worth_text(decides)}."
    ]
    if best["score"] != decides["score"]:
        sentences.append(
            f"The highest AUC of its scores on these very patches has the "
            f"{SCORE_NAMES[best['score']]}: {auc_text(best['auc'])}."
        )
    of_defects = _parts(decides, "defect")
    easy, hard = (end(of_defects, key=_auc) for end in (max, min))
    sentences.append(
        f"Of the defects it tells {easy['value']} best, with {auc_text(easy['auc'])}, and "
        f"{hard['value']} worst, with {auc_text(hard['auc'])}."
    )
    of_doses = _parts(decides, "dose")
    if len(of_doses) > 1:
        few, many = of_doses[0], of_doses[-1]
        sentences.append(
            f"Where the dose is {few['value']} e/Å² it has {auc_text(few['auc'])}, and where it is "
            f"{many['value']} e/Å² it has {auc_text(many['auc'])}."
        )
    return sentences


def _parts(row: Row, column: str) -> list[Row]:
    return [part for part in row["parts"] if part["column"] == column]


def _auc(part: Row) -> float:
    return float(part["auc"]["value"])
