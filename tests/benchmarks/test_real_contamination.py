"""Images of dirty graphene, one of which is refused."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import sixring
from benchmarks.real import MANY, Contaminated, measure_contamination, summarise
from sixring.errors import Refusal
from sixring.simulate import demo_path


def image(iou: float | None, odd: float, refused: str = "") -> Contaminated:
    nothing = math.nan if refused else 0.3
    return Contaminated(
        file="2014_0104_one.png",
        iou=iou,
        area=0.0 if refused else 50.0,
        share=0.0 if refused else 0.8,
        odd=odd,
        odd_alone=odd,
        odd_within=odd,
        sixes_between=nothing,
        sampling=nothing,
        nearest=None if refused else 0.301,
        adjoining=None if refused else 0.31,
        refused=refused,
    )


def test_a_refused_image_counts_in_the_overlap_alone() -> None:
    row = summarise("all", [image(0.9, 4.0), image(0.6, 8.0), image(0.0, math.nan, "no lattice")])
    assert (row.images, row.refused) == (3, 1)
    assert row.iou == pytest.approx(0.5)
    assert row.odd == 6.0
    assert row.share == pytest.approx(0.8)
    assert (row.nearest, row.adjoining) == (2, 0)


def test_what_has_no_label_and_no_mask_counts_in_no_overlap() -> None:
    assert summarise("all", [image(0.9, 4.0), image(None, 4.0)]).iou == pytest.approx(0.9)


@pytest.mark.parametrize(("labelled", "iou"), [(True, 0.0), (False, None)])
def test_what_is_masked_of_a_refused_image(
    labelled: bool, iou: float | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "hrtem_contamination"
    folder.mkdir()
    label = np.zeros((20, 30), np.uint8)
    label[:5] = 255 * labelled
    Image.fromarray(label).save(folder / "2014_0104_one_LABEL.png")
    Image.fromarray(label).save(folder / "2014_0104_one.png")

    def refuse(*_: object, **__: object) -> None:
        raise Refusal("no lattice")

    monkeypatch.setattr("sixring.detect", refuse, raising=False)
    (found,) = measure_contamination(tmp_path, "learned")
    assert (found.refused, found.iou, found.area) == ("no lattice", iou, 0.0)
    assert math.isnan(found.odd)


@pytest.mark.parametrize("sixes_alone", [False, True])
def test_a_picture_is_made_of_an_image_with_odd_rings(
    sixes_alone: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = sixring.detect(demo_path(), mode="hrtem").detection
    if sixes_alone:
        rings = replace(found.rings, sizes=np.full(len(found.rings), 6))
        found = replace(found, rings=rings)
    (tmp_path / "hrtem_contamination").mkdir()
    for name in ("one", "one_LABEL"):
        blank = np.zeros(found.mask.regions.shape, np.uint8)
        Image.fromarray(blank).save(tmp_path / "hrtem_contamination" / f"2014_0104_{name}.png")
    given = SimpleNamespace(detection=found)
    monkeypatch.setattr("sixring.detect", lambda *_, **__: given, raising=False)
    (one,) = measure_contamination(tmp_path, "learned", tmp_path)
    assert (one.odd > MANY) is not sixes_alone
    assert (tmp_path / "2014_0104_one.png").exists() is not sixes_alone
    assert one.share == pytest.approx(found.mask.clear.mean())
