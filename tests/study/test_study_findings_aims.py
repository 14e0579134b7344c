"""What was reached against what was wanted."""

from __future__ import annotations

from typing import Any

import pytest

from sixring.study._findings_aims import aim_findings
from sixring.study._phrases import NO_BREAK
from study_documents import document, estimate, no_interval

KEYS = {"cnn-a": ("challenge", "", "cnn-a"), "cnn-b": ("challenge", "", "cnn-b")}


def full(**aucs: dict[str, Any]) -> dict[str, Any]:
    made = document()
    made["scale"] = "full"
    for row in made["results"]:
        name = row["model"].replace("-", "_")
        if row["question"] == "challenge" and name in aucs:
            row["auc"] = aucs[name]
        if row["question"] == "autoencoder":
            row["auc"] = aucs.get("best", estimate(0.6))
    return made


def plain(sentences: list[str]) -> str:
    return " ".join(sentences).replace(NO_BREAK, " ")


def test_an_aim_may_be_reached_or_missed() -> None:
    made = full(cnn_a=estimate(0.975), cnn_b=estimate(0.94, 0.015), best=estimate(0.8, 0.01))
    assert plain(aim_findings(made)[:1]) == (
        "The project had set itself an AUC for the full study beforehand: 0.97 for cnn-a, reached "
        "with 0.975 [0.945, 1.005]; 0.95 for cnn-b, missed with 0.940 [0.925, 0.955], which "
        "doesn't exclude it; 0.85 for the best score of an autoencoder, missed with 0.800 [0.790, "
        "0.810], clearly."
    )


def test_an_aim_that_is_just_met_is_reached() -> None:
    made = full(cnn_a=estimate(0.97), cnn_b=estimate(0.95), best=estimate(0.85))
    assert aim_findings(made)[0].count("reached with") == 3
    assert "missed" not in aim_findings(made)[0]


def test_without_an_interval_nothing_is_said_of_it() -> None:
    made = full(cnn_a=no_interval(0.9), cnn_b=no_interval(0.9), best=no_interval(0.8))
    (first, *_) = aim_findings(made)
    assert "0.97 for cnn-a, missed with 0.900;" in plain([first])
    assert "exclude" not in first
    assert "clearly" not in first


def test_a_quick_study_has_no_aims() -> None:
    made = full()
    made["scale"] = "quick"
    assert aim_findings(made) == []


@pytest.mark.parametrize("model", KEYS)
def test_where_most_is_missing(model: str) -> None:
    made = full()
    (row,) = (
        row
        for row in made["results"]
        if (row["question"], row["variant"], row["model"]) == KEYS[model]
    )
    row["parts"] = [
        {"column": "defect", "value": "SV", "auc": estimate(0.9)},
        {"column": "defect", "value": "flower", "auc": estimate(0.99, 0.005)},
        {"column": "dose", "value": "1000 to 3000", "auc": estimate(0.85)},
        {"column": "dose", "value": "3000 to 10000", "auc": estimate(0.98, 0.01)},
    ]
    (sentence,) = (s for s in aim_findings(made) if s.startswith(f"{model} misses"))
    assert plain([sentence]) == (
        f"{model} misses most among the defects with SV (0.900 [0.870, 0.930]; with flower it has "
        "0.990 [0.985, 0.995]), and among the doses with 1000 to 3000 e/Å² (0.850 [0.820, 0.880]; "
        "with 3000 to 10000 e/Å² it has 0.980 [0.970, 0.990])."
    )


def test_without_parts_nothing_is_said_of_them() -> None:
    made = full()
    for row in made["results"]:
        row["parts"] = []
    assert len(aim_findings(made)) == 1
