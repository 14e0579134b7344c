"""The tables: exactly the columns of the interface, and what they hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixring.report import atoms_table, defects_table, rings_table
from sixring.report.tables import census_text, dopants_text
from sixring.types import Atoms, Defect, Detection, Rings

PLACES = ["row_px", "col_px", "y_nm", "x_nm"]
DEFECT_COLUMNS = ["id", "name", "probability", *PLACES, "rings", "missing_atoms", "dopants"]
RING_COLUMNS = ["id", "size", "probability", *PLACES, "defect_id"]
ATOM_COLUMNS = ["id", "element", "probability", *PLACES]


def emptied(detection: Detection) -> Detection:
    """Return the same detection with nothing found."""
    nothing = np.zeros(0)
    return replace(
        detection,
        atoms=Atoms(np.zeros((0, 2)), (), nothing),
        rings=Rings(np.zeros((0, 2)), nothing.astype(int), nothing, (), nothing.astype(int)),
        defects=(),
    )


def test_defects_have_the_columns_of_the_interface(planted: Detection) -> None:
    table = defects_table(planted)
    assert list(table.columns) == DEFECT_COLUMNS
    assert table["id"].tolist() == [1, 2, 3, 4]
    assert table["name"].tolist() == ["SW", "SW", "DV-585", "Si-C3"]
    assert table["rings"].tolist() == ["5-5-7-7", "5-5-7-7", "5-5-8", ""]
    assert table["missing_atoms"].tolist() == [0, 0, 2, 0]
    assert table["dopants"].tolist() == ["", "", "", "Si1"]


def test_rings_have_the_columns_of_the_interface(planted: Detection) -> None:
    table = rings_table(planted)
    assert list(table.columns) == RING_COLUMNS
    assert table["id"].tolist() == list(range(1, len(planted.rings) + 1))
    np.testing.assert_array_equal(table["size"], planted.rings.sizes)


def test_atoms_have_the_columns_of_the_interface(planted: Detection) -> None:
    table = atoms_table(planted)
    assert list(table.columns) == ATOM_COLUMNS
    assert len(table) == len(planted.atoms)
    assert (table["element"] == "Si").sum() == 1


def test_a_ring_names_the_id_of_its_defect(planted: Detection) -> None:
    table = rings_table(planted)
    assert table["defect_id"].dtype == pd.Int64Dtype()
    for number, defect in enumerate(planted.defects, start=1):
        members = table.loc[(table["defect_id"] == number).fillna(False), "id"]
        assert sorted(members - 1) == sorted(defect.rings)
    assert table.loc[table["size"] == 6, "defect_id"].isna().all()


def test_no_defect_is_an_empty_cell_of_the_csv(perfect: Detection) -> None:
    lines = rings_table(perfect).to_csv(index=False).splitlines()
    assert lines[0] == ",".join(RING_COLUMNS)
    assert all(line.endswith(",") for line in lines[1:])


def test_positions_are_pixels_and_nanometres(make_sheet: Callable[..., Detection]) -> None:
    detection = make_sheet((64, 64), sampling=0.25)
    defect = Defect("unknown", 0.5, (8.0, 20.0), (5, 9), None)
    row = defects_table(replace(detection, defects=(defect,))).iloc[0]
    assert (row["row_px"], row["col_px"]) == (8.0, 20.0)
    # 8 px of 0.25 angstrom are 2 angstrom.
    assert row["y_nm"] == pytest.approx(0.2)
    assert row["x_nm"] == pytest.approx(0.5)


def test_unknown_missing_atoms_are_na(perfect: Detection) -> None:
    defects = tuple(Defect("unknown", 0.5, (9.0, 9.0), (5,), missing) for missing in (None, -1, 2))
    column = defects_table(replace(perfect, defects=defects))["missing_atoms"]
    assert column.dtype == pd.Int64Dtype()
    assert column.isna().tolist() == [True, False, False]
    assert column.iloc[1:].tolist() == [-1, 2]


def test_a_defect_outside_the_clear_area_stays_in_the_table(planted: Detection) -> None:
    row, col = (round(place) for place in planted.defects[1].position)
    assert not planted.mask.clear[row, col]
    assert len(defects_table(planted)) == len(planted.defects)


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        (defects_table, DEFECT_COLUMNS),
        (rings_table, RING_COLUMNS),
        (atoms_table, ATOM_COLUMNS),
    ],
)
def test_nothing_found_is_a_table_without_rows(
    table: Callable[[Detection], pd.DataFrame], columns: list[str], perfect: Detection
) -> None:
    empty = table(emptied(perfect))
    assert list(empty.columns) == columns
    assert len(empty) == 0


def test_a_census_is_ascending() -> None:
    assert census_text((7, 5, 7, 5)) == "5-5-7-7"
    assert census_text((12, 5)) == "5-12"
    assert census_text(()) == ""


@pytest.mark.parametrize(
    ("symbols", "text"),
    [
        ((), ""),
        (("Si",), "Si1"),
        (("N", "Si", "Si"), "Si2-N1"),
        (("Si", "N"), "N1-Si1"),
    ],
)
def test_dopants_are_counted(symbols: tuple[str, ...], text: str) -> None:
    assert dopants_text(symbols) == text


@given(st.lists(st.sampled_from(["Si", "N", "B", "O"])))
def test_dopants_hold_every_atom_in_any_order(symbols: list[str]) -> None:
    text = dopants_text(symbols)
    assert text == dopants_text(reversed(symbols))
    parts = text.split("-") if text else []
    counts = {part.rstrip("0123456789"): part for part in parts}
    assert sum(int(part[len(symbol) :]) for symbol, part in counts.items()) == len(symbols)
