"""The index over many inputs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sixring.report import SUMMARY_COLUMNS, density, summary, write_index
from sixring.types import Detection


class Links(HTMLParser):
    """Addresses and texts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.images: list[str] = []
        self.scripts = 0
        self.text = ""
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "a":
            self.links.append(str(attributes["href"]))
        if tag == "img":
            self.images.append(str(attributes["src"]))
        self.scripts += tag == "script"
        self._hidden = tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False
        self.text += "" if tag == "a" else " "

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text += data


def row(file: str, status: str = "ok", **columns: object) -> dict[str, object]:
    """Return a row of the summary with most cells empty."""
    return {**dict.fromkeys(SUMMARY_COLUMNS), "file": file, "status": status, **columns}


def judged(file: str, detection: Detection) -> dict[str, object]:
    """Return the row of a detection."""
    return {**row(file, reason=""), **summary(detection)}


def written(folder: Path, *rows: Mapping[str, object], folders: list[str] | None = None) -> Links:
    path = folder / "index.html"
    write_index(rows, path, folders)
    page = Links()
    page.feed(path.read_text(encoding="utf-8"))
    page.close()
    page.text = " ".join(page.text.split())
    return page


def test_a_judged_input_links_to_its_report(planted: Detection, tmp_path: Path) -> None:
    page = written(tmp_path, judged("data/sheet.dm4", planted))
    assert set(page.links) == {"sheet/report.html"}
    assert page.images == ["sheet/overlay.png"]
    assert "data/sheet.dm4 ok 3 0.119 0.0245 0.347 25.3 0.11 HRTEM 0.220 11.0 1.2" in page.text


@pytest.mark.parametrize("status", ["refused", "failed"])
def test_an_input_without_results_has_its_reason_and_no_link(status: str, tmp_path: Path) -> None:
    page = written(tmp_path, row("MoS2.npy", status, reason="the lattice constant is 3.17 A"))
    assert (page.links, page.images) == ([], [])
    assert f"MoS2.npy {status} the lattice constant is 3.17 A – –" in page.text


def test_totals_pool_counts_and_areas(tmp_path: Path) -> None:
    page = written(
        tmp_path,
        row("a.tif", n_defects=3, clear_area_nm2=40.0),
        row("b.tif", n_defects=4, clear_area_nm2=60.0),
        row("c.tif", "refused"),
        row("d.tif", "failed"),
        row("e.tif", "failed"),
    )
    pooled = density(7, 100.0)
    assert pooled is not None
    assert "Defects in 5 inputs" in page.text
    assert "ok 2 refused 1 failed 2 clear area, nm² 100 defects counted 7" in page.text
    assert f"0.0700 ({pooled.low:.4f} to {pooled.high:.3f})" in page.text


def test_no_input_at_all(tmp_path: Path) -> None:
    page = written(tmp_path)
    assert "Defects in 0 inputs" in page.text
    assert "per nm² (95 % Poisson interval) –" in page.text
    assert "No inputs." in page.text


def test_one_input_is_not_plural(tmp_path: Path) -> None:
    assert "Defects in 1 input " in written(tmp_path, row("a.tif", "failed")).text


def test_folders_may_be_given(tmp_path: Path) -> None:
    page = written(tmp_path, row("x/a.tif"), row("y/a.tif"), folders=["a", "a-2"])
    assert page.images == ["a/overlay.png", "a-2/overlay.png"]


def test_folders_have_to_fit_the_rows(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2 rows need as many folders, not 1"):
        write_index([row("a"), row("b")], tmp_path / "index.html", ["a"])
    assert not (tmp_path / "index.html").exists()


@pytest.mark.parametrize(
    ("file", "address"),
    [
        ("50 % #2?.tif", "50%20%25%20%232%3F"),
        ('a"b<c>.tif', "a%22b%3Cc%3E"),
        ("javascript:alert(1).tif", "javascript%3Aalert%281%29"),
        ("Graphén.dm4", "Graph%C3%A9n"),
    ],
)
def test_addresses_are_quoted(file: str, address: str, tmp_path: Path) -> None:
    page = written(tmp_path, row(file))
    assert set(page.links) == {f"{address}/report.html"}
    assert page.images == [f"{address}/overlay.png"]


def test_hostile_texts_are_only_texts(tmp_path: Path) -> None:
    hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    page = written(tmp_path, row(hostile, "failed", reason=hostile, mode=hostile))
    assert page.scripts == 1
    assert page.images == []
    assert page.text.count("alert(1)") == 3


def test_nothing_points_outside(tmp_path: Path, planted: Detection) -> None:
    page = written(tmp_path, judged("https://example.org/a.tif", planted))
    assert set(page.links) == {"a/report.html"}
    source = (tmp_path / "index.html").read_text(encoding="utf-8")
    found = re.findall(r"(?:src|href)=\"([^\"]*)\"", source)
    assert not any(address.startswith(("/", "http", "//")) for address in found)
    assert "url(" not in source


def test_rows_that_were_read_back_say_the_same(planted: Detection, tmp_path: Path) -> None:
    rows = [judged("a.tif", planted), row("b.tif", "refused", reason="why")]
    table = io.StringIO()
    writer = csv.DictWriter(table, SUMMARY_COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    table.seek(0)
    fresh, again = written(tmp_path, *rows), written(tmp_path, *csv.DictReader(table))
    assert fresh.text == again.text


def test_nan_is_an_empty_cell(tmp_path: Path) -> None:
    nan = float("nan")
    page = written(tmp_path, row("a.tif", "failed", reason=nan, n_defects=nan, seconds=nan))
    assert "nan" not in page.text


def test_a_row_without_a_column_is_named(tmp_path: Path) -> None:
    short = row("a.tif")
    del short["seconds"]
    with pytest.raises(ValueError, match="a row of the summary has no column 'seconds'"):
        write_index([short], tmp_path / "index.html")


def test_a_cell_that_is_no_number_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"seconds of a\.tif in the summary isn't a number: 'x'"):
        write_index([row("a.tif", seconds="x")], tmp_path / "index.html")


def test_columns_can_be_sorted_by_value(planted: Detection, tmp_path: Path) -> None:
    written(tmp_path, judged("a.tif", planted), row("b.tif", "failed"))
    source = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert '<table class="sortable">' in source
    assert 'data-value="3.0"' in source
    # Nine columns of numbers, empty in the second row, which stays last whichever way.
    assert source.count('data-value=""') == 9
    assert source.count('class="sort"') == 12
