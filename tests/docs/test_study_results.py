"""The tables, sentences and figures of the study on a page, from numbers made by hand."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from built_pages import build, page, table
from study_documents import document

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("myst_parser") is None, reason="needs the extra docs"),
]
TABLES = (
    ("cnn-a", "reached"),
    ("vae", "reached"),
    ("cnn-a", "parts"),
    ("conv-ae", "parts"),
    ("vae", "reasons"),
    ("cnn-b", "trained"),
    ("dense-ae", "trained"),
    ("", "models"),
    ("", "imbalance"),
    ("", "sets"),
)
SENTENCES = ("worth vae", "worth cnn-b", "pooling conv-ae", "imbalance", "ladder")


def page_of(document: dict[str, Any], folder: Path) -> ElementTree.Element:
    shown = [f"```{{study-results}} {m}\n:table: {name}\n```" for m, name in TABLES]
    shown += [f"```{{study-findings}} {name}\n```" for name in SENTENCES]
    shown += ["```{study-figure} 2\n```", "```{study-source}\n```"]
    done = written(document, "\n\n".join(shown), folder)
    assert done == ""
    return page(folder)


def written(document: dict[str, Any], text: str, folder: Path) -> str:
    """Return what Sphinx complains of."""
    study = folder / "source" / "study"
    study.mkdir(parents=True)
    (study / "study.json").write_text(json.dumps(document), encoding="utf-8")
    Image.new("L", (8, 8)).save(study / "figure-2.png")
    return build(folder, f"# Page\n\n{text}\n", "study_results").stderr


def with_figures(**changed: object) -> dict[str, Any]:
    captions = [
        {"number": number, "title": f"Title {number}", "caption": f"How to read {number}."}
        for number in (1, 2)
    ]
    return {**document(), "figures": captions, **changed}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> ElementTree.Element:
    return page_of(with_figures(), tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def tables(built: ElementTree.Element) -> dict[tuple[str, str], tuple[list[str], list[list[str]]]]:
    return dict(zip(TABLES, map(table, built.iter("table")), strict=True))


@pytest.fixture(scope="module")
def paragraphs(built: ElementTree.Element) -> list[str]:
    (section,) = built.iter("section")
    return ["".join(element.itertext()) for element in section.findall("paragraph")]


Tables = dict[tuple[str, str], tuple[list[str], list[list[str]]]]


def test_what_a_classifier_reaches(tables: Tables) -> None:
    head, rows = tables["cnn-a", "reached"]
    assert head[:3] == ["training", "AUC", "AUC of each training"]
    assert [row[0] for row in rows] == [
        "all patches, augmented",
        "all patches, not augmented",
        "as in the report",
    ]
    # The interval may stand under its number, but stays on one line itself.
    assert rows[0][1] == "0.973 [0.943,\u00a01.003]"
    assert rows[2][2] == "0.505, 0.515"
    assert rows[0][3].startswith("0.300 ")
    assert rows[0][4].startswith("0.200 ")


def test_every_score_of_an_autoencoder(tables: Tables) -> None:
    head, rows = tables["vae", "reached"]
    assert head[0] == "score"
    assert {row[0]: row[1].split()[0] for row in rows} == {
        "local residual": "0.700",
        "mean residual": "0.505",
        "Mahalanobis distance": "0.560",
        "KL term": "0.530",
        "reconstruction term": "0.504",
        "negative ELBO": "0.503",
        "negative log-likelihood": "0.502",
    }
    _, reasons = tables["vae", "reasons"]
    assert reasons[1][1].startswith("noise: falls with dose, the dose makes 94")
    assert reasons[1][2:] == ["−0.97", "95\u00a0%", "0.51"]
    assert reasons[3][1].startswith("hidden by differences between micrographs: 0.73")


def test_by_defect_and_by_dose(tables: Tables) -> None:
    head, rows = tables["cnn-a", "parts"]
    assert head == [
        *("patches", "defect", "perfect"),
        *("AUC, all patches, augmented", "AUC, all patches, not augmented"),
    ]
    assert [row[0] for row in rows[-2:]] == ["dose 1000 to 3000 e/Å²", "dose 3000 to 1e+04 e/Å²"]
    assert rows[2][0] == "defect SV"
    assert rows[2][1:3] == ["20", "400"]
    assert [cell.split()[0] for cell in rows[2][3:]] == ["0.973", "0.900"]
    head, rows = tables["conv-ae", "parts"]
    assert head == ["patches", "defect", "perfect", "AUC"]
    assert rows[0][3].startswith("0.870 ")


def test_how_it_was_trained(tables: Tables) -> None:
    _, rows = tables["cnn-b", "trained"]
    assert [row[0] for row in rows] == [
        *("all patches, augmented", "all patches, not augmented", "as in the report")
    ]
    # Seed 3 of the study by hand: 4100 for the training set, and 10 000 for each further study.
    assert rows[0][1:6] == [
        "2000 perfect, 100 defect, 80 of them learned from",
        *("34100", "0, 1", "50", "7"),
    ]
    assert rows[0][6] == "epochs = 50, augment = false"
    _, rows = tables["dense-ae", "trained"]
    assert rows[0][1] == "2000 perfect, 100 defect to judge it by"


def test_all_models_side_by_side(tables: Tables) -> None:
    _, rows = tables["", "models"]
    assert [(row[0], row[3].split()[0]) for row in rows] == [
        ("dense-ae", "0.720"),
        ("conv-ae", "0.870"),
        ("vae", "0.700"),
        ("cnn-a", "0.973"),
        ("cnn-b", "0.958"),
    ]
    assert rows[0][1] == "2000 perfect"
    assert rows[3][1] == "2000 perfect, 100 defect"
    _, remedies = tables["", "imbalance"]
    assert [row[0] for row in remedies] == [
        *("balanced sampling", "class weights", "focal loss", "nothing")
    ]
    _, sets = tables["", "sets"]
    assert [row[1] for row in sets] == ["34100", "34500", "35300"]


def test_sentences_are_chosen_by_the_numbers(paragraphs: list[str]) -> None:
    worth_vae, worth_cnn_b, pooling, imbalance, ladder, source = paragraphs
    assert worth_vae.startswith("On the test set the local residual, which decides, has an AUC of")
    assert "better than chance; at 1\u00a0% false alarms it finds 20\u00a0%" in worth_vae
    assert "The highest AUC" not in worth_vae
    assert "0.958" in worth_cnn_b
    assert pooling.startswith("In conv-ae the local residual does better than the mean")
    assert "dense-ae" not in pooling
    assert "nothing" in imbalance
    assert "3 comparisons" in imbalance
    assert "the AUC of cnn-a goes from 0.510" in ladder
    assert source.startswith("All numbers here are those of the full study with seed 3, made by")
    assert "made by drawing micrographs and trainings again and again" in source


def test_a_figure_has_its_number_and_caption(built: ElementTree.Element) -> None:
    (figure,) = built.iter("figure")
    (image,) = figure.iter("image")
    assert image.get("uri") == "study/figure-2.png"
    assert image.get("alt") == "Title 2"
    (caption,) = figure.iter("caption")
    assert "".join(caption.itertext()) == "Figure 2. Title 2. How to read 2."


def test_another_study_says_other_things(tmp_path: Path) -> None:
    other = with_figures(scale="quick")
    for row in other["results"]:
        row["seeds"] = [0]
        if row["model"] == "vae" and row["score"] == "mahalanobis":
            row["auc"] = {"value": 0.99, "low": 0.98, "high": 1.0, "how": "by hand"}
    text = "```{study-source}\n```\n\n```{study-findings} worth vae\n```"
    assert written(other, text, tmp_path) == ""
    said = "".join(page(tmp_path).itertext())
    assert "All numbers here are those of the quick study" in said
    assert "the numbers of the full study are others" in said
    assert "made by drawing micrographs again and again" in said
    assert (
        "The highest AUC of its scores on these very patches has the Mahalanobis distance: 0.990"
        in said
    )


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    wrong = {
        "```{study-results} cnn-c\n```": "study-results has no 'cnn-c': choose from dense-ae,",
        "```{study-results} cnn-a\n:table: much\n```": "no 'much': choose from reached, parts,",
        "```{study-results}\n:table: parts\n```": "study-results has no 'parts': choose from sets",
        "```{study-findings} love\n```": "study-findings has no 'love': choose from worth,",
        "```{study-findings} worth\n```": "'worth' is said of a model: name it",
        "```{study-figure} 7\n```": "study-figure has no '7': choose from 1, 2",
    }
    complaints = written(with_figures(), "\n\n".join(wrong), tmp_path)
    for message in wrong.values():
        assert message in complaints


def test_without_numbers(tmp_path: Path) -> None:
    done = build(tmp_path, "# Page\n\n```{study-source}\n```\n", "study_results")
    assert done.returncode != 0
    assert "study.json can't be read: make it with 'make study'" in done.stderr
