"""The tables of the page."""

from __future__ import annotations

import pytest

from sixring.study._phrases import NO_BREAK
from sixring.study._tables import Table, tables
from study_documents import document, no_interval

MADE = tables(document())


def cells(table: Table) -> list[list[str]]:
    return [[cell.replace(NO_BREAK, " ") for cell in row] for row in table.rows]


@pytest.mark.parametrize("name", MADE)
def test_every_row_has_a_cell_for_each_heading(name: str) -> None:
    table = MADE[name]
    assert table.rows
    assert {len(row) for row in table.rows} == {len(table.headings)}
    assert all(cell for row in table.rows for cell in row)
    assert table.words < len(table.headings)


def test_the_sets() -> None:
    rows = cells(MADE["sets"])
    assert rows[0] == ["to learn from", "34100", "7600", "380", "60", "1000 to 9990", "0.2"]
    assert [row[1] for row in rows] == ["34100", "34500", "35300"]
    made = document()
    made["data"]["test"]["dose"] = None
    assert cells(tables(made)["sets"])[2][5] == "–"


def test_the_trainings_of_the_report() -> None:
    rows = cells(MADE["report"])
    assert rows[1] == ["cnn-a", "1", "7 of 50", "0.15", "0.19", "0.0012", "0.85", "0.997", "0.510"]
    assert [row[0] for row in rows] == ["cnn-a", "cnn-a", "cnn-b", "cnn-b"]


def test_every_score_with_its_reason() -> None:
    rows = {(row[0], row[1]): row[2:] for row in cells(MADE["scores"])}
    assert len(rows) == 11
    assert rows["conv-ae", "local residual"] == [
        "–",
        "0.870 [0.840, 0.900]",
        "0.870",
        "−0.31",
        "40 %",
    ]
    assert rows["vae", "negative ELBO"][0] == (
        "noise: falls with dose, the dose makes 94 % of it, over 70 micrographs, and even within "
        "them it is 0.50"
    )
    assert rows["vae", "KL term"][0].startswith("hidden by differences between micrographs")


def test_the_latent_distributions() -> None:
    rows = {row[0]: row[1:] for row in cells(MADE["latent"])}
    assert rows["patches"] == ["7600", "8000", "400"]
    assert rows["outside the region of conforming patches"] == ["5.0 %", "6.0 %", "9.0 %"]
    assert rows["largest Kolmogorov-Smirnov distance from N(0, 1) of a dimension"] == ["0.30"] * 3


def test_the_ladder_and_its_changes() -> None:
    rows = cells(MADE["ladder"])
    assert rows[0] == ["as reported", "2000", "100", "80", "2", "0.510 [0.480, 0.540]", "–"]
    assert rows[2][-1] == "+0.190 [+0.160, +0.220]"
    assert [row[0] for row in rows][-1] == "all patches"


def test_the_classifiers() -> None:
    rows = cells(MADE["classifiers"])
    assert [row[:2] for row in rows] == [
        ["cnn-a", "augmented"],
        ["cnn-a", "not augmented"],
        ["cnn-b", "augmented"],
        ["cnn-b", "not augmented"],
    ]
    assert rows[1][3:] == ["0.900 [0.870, 0.930]", "0.300 [0.270, 0.330]", "0.200 [0.170, 0.230]"]


def test_the_learning_curves() -> None:
    rows = cells(MADE["curve"])
    assert [row[0] for row in rows] == ["10", "100"]
    assert rows[0][1:] == [
        "8",
        "2",
        "0.600 [0.570, 0.630]",
        "0.520 [0.490, 0.550]",
        "+0.080 [+0.050, +0.110]",
    ]
    assert MADE["curve"].words == 0


def test_the_remedies() -> None:
    assert [row[:3] for row in cells(MADE["imbalance"])] == [
        ["balanced sampling", "2", "0.973 [0.943, 1.003]"],
        ["class weights", "2", "0.963 [0.933, 0.993]"],
        ["focal loss", "2", "0.913 [0.883, 0.943]"],
        ["nothing", "2", "0.853 [0.823, 0.883]"],
    ]


def test_all_trainings() -> None:
    made = document(seeds=3)
    rows = cells(tables(made)["trainings"])
    assert [row[0] for row in rows] == [row["name"] for row in made["trainings"]]
    assert rows[0][1] == "epochs 50, augment False"


def test_what_is_not_known_is_a_dash() -> None:
    made = document()
    for row in made["trainings"]:
        row["training_auc"] = row["validation_loss"] = row["training_loss"] = None
    for row in made["results"]:
        row["explained"] = dict.fromkeys(row["explained"])
        row["auc"] = no_interval(row["auc"]["value"])
    found = tables(made)
    assert cells(found["report"])[0][3:] == ["0.15", "0.19", "–", "–", "–", "0.510"]
    assert cells(found["scores"])[0][3:] == ["0.720", "–", "–", "–"]
