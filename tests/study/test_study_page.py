"""The page of the study: whole, offline, and with no number that isn't in the document."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sixring.study._figures import Figure
from sixring.study._page import study_page
from sixring.study._phrases import NO_BREAK
from study_documents import document, estimate

VOID = {"meta", "link", "img"}
FIGURES = 15
WIDTH, HEIGHT = 40, 30


@dataclass
class Page(HTMLParser):
    """A page, taken apart."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.text += " "

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> list[Figure]:
    from PIL import Image

    folder = tmp_path_factory.mktemp("figures")
    made = []
    for number in range(1, FIGURES + 1):
        path = folder / f"figure-{number}.png"
        Image.new("L", (WIDTH, HEIGHT), number).save(path)
        made.append(Figure(number, f"Title <{number}>", f"Caption & {number}.", path))
    return made


def read(source: str) -> Page:
    page = Page()
    page.feed(source)
    page.close()
    assert page.open == []
    page.text = " ".join(page.text.replace(NO_BREAK, " ").split())
    return page


def numbers_in(value: object) -> list[float]:
    """Return every number of a document."""
    if isinstance(value, dict):
        return [n for item in value.values() for n in numbers_in(item)]
    if isinstance(value, list):
        return [n for item in value for n in numbers_in(item)]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [float(value)]
    return []


def test_every_figure_is_embedded_once_and_in_order(figures: list[Figure]) -> None:
    page = read(study_page(document(), figures))
    images = page.all("img")
    assert len(images) == FIGURES
    for figure, image in zip(figures, images, strict=True):
        content = base64.b64encode(figure.path.read_bytes()).decode()
        assert image["src"] == f"data:image/png;base64,{content}"
        assert (image["width"], image["height"]) == (str(WIDTH), str(HEIGHT))
        assert image["alt"] == figure.title
    places = [page.text.index(f"Figure {n}. Title <{n}>.") for n in range(1, FIGURES + 1)]
    assert places == sorted(places)
    assert "Caption & 3." in page.text


def test_the_page_asks_for_nothing(figures: list[Figure]) -> None:
    source = study_page(document(), figures)
    page = read(source)
    addresses = [
        value
        for _, attributes in page.tags
        for name, value in attributes.items()
        if name in ("src", "href", "action", "data", "srcset", "poster")
    ]
    assert all(value is not None and value.startswith(("data:", "#")) for value in addresses)
    assert not re.search(r"https?://|url\(|@import|<script", source)
    policy = [a for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy[0]["content"] == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def test_every_link_leads_somewhere_and_no_name_is_used_twice(figures: list[Figure]) -> None:
    page = read(study_page(document(), figures))
    names = [a["id"] for _, a in page.tags if "id" in a]
    assert len(names) == len(set(names))
    links = {str(a["href"]) for a in page.all("a")}
    assert links
    assert links <= {f"#{name}" for name in names}
    labelled = {a["aria-labelledby"] for _, a in page.tags if "aria-labelledby" in a}
    assert labelled <= set(names)


def test_headings_are_nested(figures: list[Figure]) -> None:
    page = read(study_page(document(), figures))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_numbers_with_three_decimals_are_the_documents(figures: list[Figure]) -> None:
    made = document()
    text = read(study_page(made, figures)).text
    known = {f"{abs(number):.3f}" for number in numbers_in(made)}
    known.add("0.191")  # the loss of knowing nothing, computed from the numbers of patches
    found = set(re.findall(r"(?<![\d.])\d\.\d{3}(?!\d)", text))
    assert len(found) > 60
    assert found <= known


def test_no_number_stays_when_all_change(figures: list[Figure]) -> None:
    one, other = document(), document(seeds=3)
    for row in other["results"]:
        for metric in ("auc", "average_precision", "recall"):
            row[metric] = estimate(row[metric]["value"] - 0.0637)
        for part in row["parts"]:
            part["auc"] = estimate(part["auc"]["value"] - 0.0637)
    for row in other["comparisons"]:
        row["difference"] = estimate(row["difference"]["value"] - 0.0637)
    other["code"]["auc"] = other["latent"]["auc"] = estimate(0.4567)
    interval = r"\d\.\d{3} \[[^\]]*\]"
    found = [set(re.findall(interval, read(study_page(d, figures)).text)) for d in (one, other)]
    assert min(len(each) for each in found) > 30
    assert not found[0] & found[1]


def test_the_settings_of_the_study_are_told(figures: list[Figure]) -> None:
    text = read(study_page(document(), figures)).text
    assert "patches of 48 by 48 pixels" in text
    assert "HRTEM images at 0.2 Å a pixel with 1000 to 9990 electrons per square angstrom" in text
    assert "The defects are of 6 kinds: DV-555777, DV-585, SV, SW, Si-C3, flower." in text
    assert "By chance it would be 4.8 %, the share of defects" in text
    assert "for each of 2 dimensions" in text
    assert "By sixring 9.8.7, the full study with seed 3: 40 trainings." in text
    assert "2 trainings of most kinds, which differ in their seed alone" in text


def test_the_page_says_what_its_words_mean(figures: list[Figure]) -> None:
    text = read(study_page(document(), figures)).text
    assert "The 95 % confidence interval of a mean: the AUC over ever more micrographs and" in text
    assert "A new set of no more than 70 micrographs scatters more than that." in text
    for term in ("overfitting", "learning rate", "Mahalanobis distance", "Kolmogorov-Smirnov"):
        assert term in text
    assert "as the report describes it, as far as it says" in text
    assert "the optimiser is AdamW" in text
    assert "The 2 differences have intervals that aren't corrected" in text


def test_a_quick_study_says_so(figures: list[Figure]) -> None:
    assert "This is the" not in read(study_page(document(), figures)).text
    text = read(study_page(document(seeds=1) | {"scale": "quick"}, figures)).text
    assert "This is the quick study: few patches, few epochs, 1 training of each kind." in text
    assert "there is one training of each kind, so how much trainings differ isn't in it" in text
    assert "which says nothing of other trainings" in text


def test_the_summary_holds_the_main_findings(figures: list[Figure]) -> None:
    text = read(study_page(document(), figures)).text
    short = text[text.index("In short") : text.index("Contents")]
    for words in (
        "cnn-a reaches an AUC of 0.510",
        "cnn-b reaches an AUC of 0.550",
        "to 0.973 [0.943, 1.003]",
        "On 2100 patches cnn-b reaches 0.958",
        "the local residual of conv-ae with an AUC of 0.870",
        "The test that the report had in mind",
    ):
        assert words in short


def test_text_from_outside_is_escaped(figures: list[Figure]) -> None:
    made = document() | {"sixring": "<script>alert(1)</script>"}
    source = study_page(made, figures)
    assert "<script" not in source
    assert "&lt;script&gt;" in source


def test_the_page_is_made_from_what_json_gives_back(figures: list[Figure]) -> None:
    made: dict[str, Any] = document()
    assert study_page(json.loads(json.dumps(made)), figures) == study_page(made, figures)


def test_a_figure_that_is_missing(figures: list[Figure], tmp_path: Path) -> None:
    gone = [*figures[:-1], Figure(15, "gone", "gone", tmp_path / "gone.png")]
    with pytest.raises(FileNotFoundError):
        study_page(document(), gone)
