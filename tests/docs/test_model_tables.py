"""The layers and settings on a model's page, read from the model; and its equations."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from built_pages import build, page, table
from sixring.models import MODELS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("myst_parser") is None, reason="needs the extra docs"),
]


def test_layers_with_their_shapes_and_parameters(tmp_path: Path) -> None:
    layered = {name: entry for name, entry in MODELS.items() if entry.descends}
    shown = "\n\n".join(f"```{{model-layers}} {name}\n```" for name in layered)
    assert build(tmp_path, f"# Page\n\n{shown}\n", "model_tables").stderr == ""
    tables = dict(zip(layered, map(table, page(tmp_path).iter("table")), strict=True))
    for name, entry in layered.items():
        head, rows = tables[name]
        assert head == ["part", "layer", "gives", "parameters"]
        numbers = [int(row[3].replace("\u202f", "") or 0) for row in rows]
        assert rows[0][:3] == ["patch", "normalised", "1×48×48"]
        assert numbers[-1] == sum(numbers[:-1]) == entry.parameters

    _, rows = tables["dense-ae"]
    assert [row[2] for row in rows[1:-2]] == ["512", "128", "32", "128", "512", "2304"]
    assert rows[1][1] == "Linear → ReLU"
    _, rows = tables["cnn-a"]
    assert rows[1] == [
        *("blocks", "Conv2d 5×5 → BatchNorm2d → ReLU", "16×48×48"),
        str(25 * 16 + 16 + 2 * 16),
    ]
    assert rows[2][1:3] == ["MaxPool2d 2×2", "16×24×24"]
    assert "Dropout 0.2, in training alone" in rows[-4][1]
    _, rows = tables["vae"]
    assert next(row for row in rows if row[0] == "to_latent")[2] == "32"
    assert rows[1][1] == "Conv2d 3×3, step 2 → ELU"
    assert rows[-2] == ["log_width", "a learned number", "", "1"]


def test_settings_with_defaults_bounds_and_meaning(tmp_path: Path) -> None:
    shown = (
        "```{settings-table} sixring.models.cnn_a:CNNAConfig\n```\n\n"
        "```{settings-table} sixring.train:Training\n```\n\n"
        "```{settings-table} sixring.patches:Augmentation\n```\n"
    )
    assert build(tmp_path, f"# Page\n\n{shown}", "model_tables").stderr == ""
    network, training, augmentation = map(table, page(tmp_path).iter("table"))
    assert network[0] == ["setting", "default", "may be", "meaning"]
    assert network[1][0] == [
        *("channels", "[16, 32, 64]", "3 whole numbers of at least 1"),
        "Channels of the three convolutions.",
    ]
    by_name = {row[0]: row[1:] for row in training[1]}
    assert by_name["imbalance"][:2] == ['"balanced"', "one of balanced, weights, focal, none"]
    assert by_name["validation"][:2] == ["0.2", "a number above 0 and below 1"]
    assert by_name["focal_exponent"][2].startswith('How strongly imbalance="focal" leaves out')
    assert augmentation[0] == ["setting", "default", "meaning"]
    assert augmentation[1][0][:2] == ["symmetries", "true"]


def test_what_is_no_model_and_what_has_no_settings(tmp_path: Path) -> None:
    shown = "```{model-layers} cnn-c\n```\n\n```{settings-table} sixring.models:MODELS\n```\n"
    complaints = build(tmp_path, f"# Page\n\n{shown}", "model_tables").stderr
    assert "there is no model 'cnn-c': choose from dense-ae, conv-ae, vae" in complaints
    assert "settings-table shows module:Class, not 'sixring.models:MODELS'" in complaints


def test_equations_need_nothing_but_the_page(tmp_path: Path) -> None:
    text = "# Page\n\nWith $x_i$ it is\n\n$$\n\\frac{1}{N} \\sum_i x_i^2\n$$\n"
    assert build(tmp_path, text, "mathml", builder="html").stderr == ""
    made = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert made.count("<math ") == 2
    assert "<mfrac>" in made
    assert not re.search(r"<script[^>]*https:", made)


def test_an_equation_that_cannot_be_drawn(tmp_path: Path) -> None:
    done = build(tmp_path, "# Page\n\nIt is $\\nonsense{x}$.\n", "mathml", builder="html")
    assert done.returncode != 0
    assert "index.md:3: WARNING: the equation '\\\\nonsense{x}' can't be drawn" in done.stderr
