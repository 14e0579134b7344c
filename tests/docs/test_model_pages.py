"""The pages of the models that aren't the study's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from honeycomb_patches import honeycomb
from patch_files import write_classes
from sixring.models import MODELS, network_class
from sixring.study._plan import AUTOENCODERS, CLASSIFIERS
from typed_commands import commands, typed

DOCS = Path(__file__).parents[2] / "docs" / "models"
PAGES = {n: DOCS / f"{n}.md" for n in MODELS if n not in (*AUTOENCODERS, *CLASSIFIERS)}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_scores_settings_and_commands(name: str) -> None:
    text = PAGES[name].read_text(encoding="utf-8")
    assert text.startswith(f"# {name}\n")
    network = network_class(name)
    assert f"{{settings-table}} {network.__module__}:{network.config_type.__name__}" in text
    for score in network.scores:
        assert re.search(rf"^`{score}`(, which decides)?\n: ", text, re.MULTILINE), score
    for view in network.views:
        assert f"`{view}`" in text
    if MODELS[name].descends:
        assert f"{{model-layers}} {name}\n" in text
    else:
        assert "no epochs" in " ".join(text.split())
    assert commands(PAGES[name]) == [
        f"sixring train {name} --data patches --out my-{name}",
        f"sixring classify my-{name} patches/defect --out my-{name}.csv",
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_in_the_contents_and_linked(name: str) -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    contents = index[index.index("{toctree}") :].splitlines()
    assert name in contents
    assert f"[{name}]({name}.md)" in index


@pytest.mark.parametrize("name", PAGES)
def test_no_result_is_typed_on_a_page(name: str) -> None:
    text = re.sub(r"\]\([^)]*\)|\[10\.[^\]]*\]", "", PAGES[name].read_text(encoding="utf-8"))
    text = re.sub(r"arXiv:\d{4}\.\d{5}", "", text)
    assert re.findall(r"\b0\.\d+(?! Å)|\d %|\bAUC\b", text) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_trained_as_its_page_says(name: str, tmp_path: Path) -> None:
    # The networks of the study run for many epochs whatever they learn from.
    images, labels = honeycomb(100 if name in PAGES else 40)
    write_classes(
        tmp_path / "patches", perfect=images[labels == 0], defect=images[labels == 1], suffix=".tif"
    )
    train, classify = commands(DOCS / f"{name}.md")
    for command in (train, classify):
        typed(command, tmp_path)
    lines = (tmp_path / f"my-{name}.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + (labels == 1).sum()
