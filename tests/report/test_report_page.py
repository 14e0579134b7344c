"""The HTML report: complete, self-contained, safe and light."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sixring.report import NOISE_MEANING, write_report
from sixring.report.palette import REGION_STYLES
from sixring.types import Defect, Detection, Findable, Grain, Mask, Region

MOMENT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
HOSTILE = "</script><script>alert('1')</script><img src=x onerror=\"alert(2)\">&amp;{{ 7*7 }}.dm4"
VOID = {"meta", "link", "input", "img", "br", "image", "rect", "path", "circle"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """A page, taken apart."""

    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag
        if tag in ("td", "th"):
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        return [
            element
            for element in self.elements
            if element.tag == tag
            and all(element.attributes.get(k) == v for k, v in attributes.items())
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        (element,) = self.all(tag, **attributes)
        return element

    @property
    def data(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self.one("script", id="data").text)
        return data


def words(text: str) -> str:
    return " ".join(text.split())


def written(detection: Detection, folder: Path) -> tuple[Page, str]:
    path = folder / "report.html"
    write_report(detection, path, MOMENT)
    source = path.read_text(encoding="utf-8")
    page = Page()
    page.feed(source)
    page.close()
    assert page.open == []
    return page, source


def addresses(page: Page, source: str) -> list[str]:
    """Return everything that a browser would fetch or go to."""
    attributes = ("src", "href", "xlink:href", "action", "data", "srcset", "poster")
    found = [
        value for e in page.elements for name, value in e.attributes.items() if name in attributes
    ]
    found += re.findall(r"url\(\s*['\"]?([^'\")]*)", source)
    found += re.findall(r"@import\s+([^;]*);", source)
    return [address for address in found if address is not None]


def test_nothing_points_outside(planted: Detection, tmp_path: Path) -> None:
    page, source = written(planted, tmp_path)
    found = addresses(page, source)
    assert any(address.startswith("data:image/png;base64,") for address in found)
    assert all(address.startswith(("data:", "#")) for address in found)
    # Names of XML are no addresses; nothing else on the page looks like one.
    assert set(re.findall(r"https?://[^\s\"'<]*", source)) <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\b(fetch|XMLHttpRequest|WebSocket|importScripts)\b", source)


def test_the_policy_of_the_page_forbids_requests(planted: Detection, tmp_path: Path) -> None:
    page, _ = written(planted, tmp_path)
    (policy,) = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
    content = policy.attributes["content"]
    assert content is not None
    assert content.startswith("default-src 'none'; img-src data:;")


def test_what_was_understood_is_told(planted: Detection, tmp_path: Path) -> None:
    micrograph = replace(
        planted.micrograph, dose=1.3e4, energy=8e4, signal="HAADF", notes=("First of 12 frames.",)
    )
    lattice = replace(planted.lattice, strain=np.array([[0.004, -0.001], [-0.001, -0.0032]]))
    page, _ = written(replace(planted, micrograph=micrograph, lattice=lattice), tmp_path)
    terms = [words(e.text) for e in page.all("dt")]
    facts = dict(zip(terms, (words(e.text) for e in page.all("dd")), strict=True))
    assert facts == {
        "file": "sheet.dm4",
        "signal": "HAADF",
        "size": "256 rows, 256 columns; 5.63 by 5.63 nm",
        "mode": "HRTEM",
        "contrast": "atoms bright (clearness 1.6 from 0 to 1: below 0.3 it is open)",
        "sampling": "0.2200 Å/px, as given; the lattice gives 0.2200 Å/px",
        "lattice constant": "2.460 Å at this sampling (graphene: 2.46 Å)",
        "beam energy": "80.0 keV",
        "dose": "13000 e/Å²",
        "strain": "−0.32 % along x, +0.40 % along y, shear −0.10 %",
        "significance": "the hexagon of reflections stands out by 55 standard deviations",
        "min_probability": "0.5",
        "detector": "classical",
        "time taken": "1.25 s",
    }
    assert "First of 12 frames." in page.one("body").text
    assert NOISE_MEANING in words(page.one("body").text.replace("\n", " "))
    footer = words(page.one("footer").text)
    assert footer.startswith(f"sixring {version('sixring')}, Python ")
    assert footer.endswith("; 2026-03-04 05:06 UTC")


def findable(page: Page) -> str:
    return words(page.one("section", **{"aria-labelledby": "findable-title"}).text)


class TestWhatCanBeFound:
    def test_at_the_dose(self, planted: Detection, tmp_path: Path) -> None:
        entries = (Findable("SV", (2e3, 6e3), 40, 10), Findable("SW", (2e3, 6e3), 12, 12))
        page, _ = written(replace(planted, findable=entries, calibrated=True), tmp_path)
        text = findable(page)
        assert "SV 25 % 14 to 40 %" in text
        assert "SW 100 % 76 to 100 %" in text
        assert "Of simulated defects on clear sheet, at 2000 to 6000 e/Å², so many" in text

    def test_without_a_dose(self, planted: Detection, tmp_path: Path) -> None:
        image = replace(planted.micrograph, dose=None)
        page, _ = written(replace(planted, micrograph=image, calibrated=True), tmp_path)
        assert "Nothing is known of what this detector finds without the dose" in findable(page)

    def test_at_a_dose_of_which_nothing_is_known(self, planted: Detection, tmp_path: Path) -> None:
        image = replace(planted.micrograph, dose=1e9)
        page, _ = written(replace(planted, micrograph=image, calibrated=True), tmp_path)
        assert "Nothing is known of what this detector finds at this dose" in findable(page)

    def test_of_another_detector_nothing_is_said(self, planted: Detection, tmp_path: Path) -> None:
        page, _ = written(planted, tmp_path)
        assert page.all("section", **{"aria-labelledby": "findable-title"}) == []


def test_a_sampling_from_the_lattice_says_so(planted: Detection, tmp_path: Path) -> None:
    missing = replace(planted, micrograph=replace(planted.micrograph, sampling=None))
    page, _ = written(missing, tmp_path)
    text = words(page.one("body").text)
    assert "0.2200 Å/px, from the lattice; the lattice gives" in text
    assert "wasn't used" not in text
    other = replace(planted, micrograph=replace(planted.micrograph, sampling=0.2))
    page, _ = written(other, tmp_path)
    assert "The sampling that was given, 0.2000 Å/px, wasn't used." in words(page.one("body").text)


def test_grains_are_listed_with_their_turn(planted: Detection, tmp_path: Path) -> None:
    turns = np.radians([50 + 90, 50 + 210, 50 + 330])
    grain = Grain(0.1 * np.stack([np.sin(turns), np.cos(turns)], axis=1), 0.25)
    lattice = replace(planted.lattice, grains=(*planted.lattice.grains, grain))
    page, _ = written(replace(planted, lattice=lattice), tmp_path)
    rows = [words(e.text) for e in page.all("tr")]
    assert "1 11.0° – 100 %" in rows
    # 39 degrees one way are 21 the other.
    assert "2 50.0° 21.0° 25 %" in rows


def test_warnings_stand_at_the_top(planted: Detection, tmp_path: Path) -> None:
    page, _ = written(planted, tmp_path)
    assert words(page.one("section", **{"class": "warnings"}).text) == "Warning The image is small."
    page, _ = written(replace(planted, warnings=()), tmp_path)
    assert page.all("section", **{"class": "warnings"}) == []


def test_the_tables_hold_census_densities_and_areas(planted: Detection, tmp_path: Path) -> None:
    page, _ = written(planted, tmp_path)
    rows = [words(e.text) for e in page.all("tr")]
    assert "5 6 4" in rows
    assert "8 1 1" in rows
    assert "DV-585 1 0.0396 0.00100 to 0.221" in rows
    assert "all 3 0.119 0.0245 to 0.347" in rows
    assert "contamination 3.48 11.0 %" in rows
    assert "image 31.7 100 %" in rows


def test_the_defects_have_a_row_a_mark_and_a_label(planted: Detection, tmp_path: Path) -> None:
    page, _ = written(planted, tmp_path)
    for number in ("1", "2", "3", "4"):
        row = page.one("tr", **{"data-defect": number})
        assert row.attributes["tabindex"] == ("0" if number == "1" else "-1")
        (mark,) = page.all("circle", **{"data-defect": number})
        assert mark.attributes["r"] is not None
    row = page.one("tr", **{"data-defect": "2"})
    assert words(row.text) == "2 SW 0.62 5-5-7-7 0 – contamination 202.9 56.5 4.46 1.24"
    labels = [words(e.text) for e in page.all("text")]
    assert labels == ["SW 0.54", "SW 0.62", "DV-585 0.90", "Si-C3 0.90"]
    rings = [e for e in page.all("path") if e.attributes.get("fill", "").startswith("#")]  # type: ignore[union-attr]
    assert len(rings) == 11
    assert [e.attributes.get("data-defect") for e in rings].count("3") == 3


def test_the_layers_can_be_switched(planted: Detection, tmp_path: Path) -> None:
    page, _ = written(planted, tmp_path)
    names = [e.attributes["data-layer"] for e in page.all("input")]
    assert names == ["rings", "sixes", "atoms", "dopants", "mask", "labels"]
    groups = {e.attributes.get("data-layer") for e in page.all("g")}
    assert groups == set(names)


def test_every_region_has_a_hatching_and_a_key(tmp_path: Path, planted: Detection) -> None:
    page, source = written(planted, tmp_path)
    patterns = {e.attributes["id"] for e in page.all("pattern")}
    assert patterns == {f"hatch-{style.key}" for style in REGION_STYLES.values()}
    assert all(f".swatch.{style.key} " in source for style in REGION_STYLES.values())


def test_the_page_can_be_read_without_seeing_it(planted: Detection, tmp_path: Path) -> None:
    page, _ = written(planted, tmp_path)
    assert page.one("html").attributes["lang"] == "en"
    alt = page.one("title", id="alt")
    assert page.one("svg").attributes["aria-labelledby"] == "alt"
    assert words(alt.text).startswith("Micrograph sheet.dm4, 256 by 256 pixels. 3 defects in")
    for heading in page.all("section"):
        assert page.all("h2", id=str(heading.attributes["aria-labelledby"]))
    assert all(e.attributes.get("scope") in ("col", "row") for e in page.all("th"))
    for button in page.all("button"):
        assert words(button.text) or button.attributes.get("aria-label")


def test_nothing_found_is_said(perfect: Detection, tmp_path: Path) -> None:
    page, _ = written(perfect, tmp_path)
    text = words(page.one("body").text)
    assert "No defect was found." in text
    assert "No defect in 9.91 nm² of clear sheet: at most 0.372 per nm²" in text
    assert page.all("table", id="defects") == []
    assert page.data["defects"] == []


def test_no_clear_area_writes_a_report_all_the_same(planted: Detection, tmp_path: Path) -> None:
    hidden = Mask(np.full(planted.mask.regions.shape, Region.BILAYER, dtype=np.uint8))
    page, _ = written(replace(planted, mask=hidden), tmp_path)
    assert "all 0 – – to –" in [words(e.text) for e in page.all("tr")]


def test_missing_atoms_may_be_undefined(planted: Detection, tmp_path: Path) -> None:
    defect = Defect("unknown", 0.4, (100.0, 100.0), (5, 9), None)
    page, _ = written(replace(planted, defects=(defect,)), tmp_path)
    row = page.one("tr", **{"data-defect": "1"})
    assert words(row.text) == "1 unknown 0.40 5-9 – – clear 100.0 100.0 2.20 2.20"
    assert page.data["defects"][0]["missing_atoms"] is None


def test_texts_from_files_do_no_harm(planted: Detection, tmp_path: Path) -> None:
    honest, _ = written(planted, tmp_path)
    defect = replace(planted.defects[0], name=HOSTILE, dopants=(HOSTILE,))
    hostile = replace(
        planted,
        micrograph=replace(planted.micrograph, source=HOSTILE, signal=HOSTILE, notes=(HOSTILE,)),
        defects=(defect, *planted.defects[1:]),
        warnings=(HOSTILE,),
        settings={HOSTILE: HOSTILE, "detector": "classical"},
    )
    page, source = written(hostile, tmp_path)
    # The same elements, but for the list of notes; no attribute that runs code.
    assert len(page.all("script")) == len(honest.all("script")) == 2
    assert len(page.all("img")) == 0
    assert not any(name.startswith("on") for e in page.elements for name in e.attributes)
    assert page.data["defects"][0]["name"] == HOSTILE
    assert source.count("</script>") == 2
    # Every text is read as it was written; of the source, the heading has what follows a slash.
    assert page.one("h1").text == HOSTILE.rpartition("/")[2]
    body = page.one("body").text
    assert body.count(HOSTILE) >= 7
    assert "{{ 7*7 }}" in page.one("h1").text


def test_a_name_that_breaks_lines_and_encodings_survives(
    planted: Detection, tmp_path: Path
) -> None:
    name = "グラフェン \u2028 ℏ é.tif"
    named = replace(planted, micrograph=replace(planted.micrograph, source=name))
    page, _ = written(named, tmp_path)
    assert page.one("h1").text == name


def test_thousands_of_rings_stay_light(
    make_sheet: Callable[..., Detection], tmp_path: Path
) -> None:
    detection = make_sheet((1400, 1400), sampling=0.2, contracted=[(700.0, 700.0)])
    assert len(detection.rings) > 10_000
    page, source = written(detection, tmp_path)
    assert len(source) < 6_000_000
    # Sixes are data and no elements; they are drawn when they are asked for.
    assert len(page.elements) < 500
    assert len(page.data["rings"]["size"]) == len(detection.rings)
    (sixes,) = page.all("input", **{"data-layer": "sixes"})
    assert "checked" not in sixes.attributes


def test_few_sixes_are_shown_at_once(planted: Detection, tmp_path: Path) -> None:
    page, _ = written(planted, tmp_path)
    (sixes,) = page.all("input", **{"data-layer": "sixes"})
    assert "checked" in sixes.attributes


@pytest.mark.parametrize(("sampling", "bar"), [(0.012, "0.5 Å"), (0.22, "1 nm"), (1.1, "5 nm")])
def test_the_scale_bar_fits_the_sampling(
    sampling: float, bar: str, make_sheet: Callable[..., Detection], tmp_path: Path
) -> None:
    detection = make_sheet((256, 256), sampling=sampling)
    page, _ = written(detection, tmp_path)
    assert words(page.one("div", id="bar").text) == bar


def test_the_data_give_positions_in_pixels(planted: Detection, tmp_path: Path) -> None:
    data = written(planted, tmp_path)[0].data
    assert (data["sampling"], data["rows"], data["cols"]) == (0.22, 256, 256)
    corners = data["rings"]["corners"][0]
    places = np.array(data["atoms"]).reshape(-1, 2)[corners]
    np.testing.assert_allclose(
        places, planted.atoms.positions[planted.rings.corners[0]], atol=0.0051
    )
