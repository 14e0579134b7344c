"""What is written of a limit, from numbers made by hand."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from limit_cases import LIMIT, WITH_MODEL
from sixring.errors import OutputError
from sixring.limit import Limit
from sixring.limit._figure import limit_figure


def test_the_table_has_a_row_a_defect_and_dose() -> None:
    table = LIMIT.table()
    assert list(table.columns) == [
        *("defect", "dose", "auc_known", "auc_unknown", "error", "low", "high")
    ]
    assert table["defect"].tolist() == ["SV", "SV", "SW", "any"]
    assert list(table.loc[1]) == ["SV", 1000.0, 0.997, 0.97, 0.002, 0.965, 0.975]


def test_the_table_has_the_model_where_there_is_one() -> None:
    table = WITH_MODEL.table()
    assert list(table.columns[-4:]) == ["auc_model", "model_low", "model_high", "efficiency"]
    assert list(table.loc[1])[-4:] == [0.8, 0.75, 0.85, 0.2]
    assert table["efficiency"].isna().tolist() == [True, False, True, True]


def test_the_doses_have_a_row_a_defect() -> None:
    doses = LIMIT.doses()
    assert doses["defect"].tolist() == ["SV", "SW", "any"]
    assert list(doses.loc[0]) == [
        *("SV", 43, 114.5, 500.0, 650.0, 1300.0, 1250.0, 1350.0, 1500.0, 1450.0, 1550.0)
    ]


def test_the_document_is_everything_as_plain_data() -> None:
    document = LIMIT.document()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["preset"] == "challenge"
    assert document["conditions"]["sampling"] == 0.2
    assert "dose" not in document["conditions"]
    assert document["defects"][0]["unknown"]["value"] == 1300.0
    assert document["defects"][0]["curve"][0]["model"] is None
    assert document["meaning"] == {
        "auc": 0.99,
        "recall": 0.95,
        "false_alarms_per_100_nm2": 1.0,
        "window_A": 16.0,
    }


def test_numbers_are_rounded_and_what_isn_t_finite_has_no_value() -> None:
    changed = replace(LIMIT, contrast=1 / 3, orientation=float("inf"))
    document = changed.document()
    assert document["contrast"] == 0.333333
    assert document["orientation"] is None


def test_three_files_are_written(tmp_path: Path) -> None:
    LIMIT.write(tmp_path / "new" / "limit")
    folder = tmp_path / "new" / "limit"
    assert sorted(path.name for path in folder.iterdir()) == [
        *("limit.csv", "limit.json", "limit.png")
    ]
    with (folder / "limit.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["auc_unknown"] for row in rows] == ["0.6", "0.97", "0.99", "0.9"]
    text = (folder / "limit.json").read_text(encoding="utf-8")
    assert json.loads(text) == LIMIT.document()
    with Image.open(folder / "limit.png") as image:
        assert image.size == (1380, 1080)


def test_the_same_numbers_make_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "other"):
        WITH_MODEL.write(tmp_path / name)
    for file in ("limit.csv", "limit.json", "limit.png"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "other" / file).read_bytes()


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    LIMIT.write(tmp_path / "limit")
    with pytest.raises(OutputError, match="limit"):
        WITH_MODEL.write(tmp_path / "limit")
    assert "auc_model" not in (tmp_path / "limit" / "limit.csv").read_text(encoding="utf-8")
    WITH_MODEL.write(tmp_path / "limit", overwrite=True)
    assert "auc_model" in (tmp_path / "limit" / "limit.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("limit", "labels"),
    [
        (LIMIT, ["SV", "SW", "any", "best, place unknown", "best, place known"]),
        (WITH_MODEL, ["SV", "SW", "any", "best, place unknown", "best, place known", "cnn-a"]),
    ],
)
def test_the_figure(limit: Limit, labels: list[str]) -> None:
    figure = limit_figure(limit)
    (axes,) = figure.axes
    legend = axes.get_legend()
    assert legend is not None
    shown = [text.get_text() for text in legend.get_texts()]
    assert shown == [*labels, "1 false alarm per 100 nm$^2$"]
    assert axes.get_title() == "HRTEM, 0.2 Å/px, 48 × 48 px, preset challenge"
    assert axes.get_xscale() == "log"
    lines = {line.get_label(): line for line in axes.get_lines()}
    assert lines["SV"].get_xdata().tolist() == [300.0, 1000.0]  # type: ignore[union-attr]
    assert lines["SV"].get_ydata().tolist() == [0.6, 0.97]  # type: ignore[union-attr]
    assert lines["any"].get_color() == "#000000"
    searches = [line.get_xdata() for line in axes.get_lines() if line.get_marker() == "^"]
    assert [float(x[0]) for x in searches if len(x)] == [1500.0, 550.0, 1400.0]  # type: ignore[arg-type, index]
