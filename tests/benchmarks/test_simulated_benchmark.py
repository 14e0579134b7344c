from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

import sixring
from benchmarks.simulated import (
    CONDITIONS,
    MASKED,
    MISSED,
    NONE,
    AtomErrors,
    Condition,
    Confusion,
    Counts,
    Scored,
    draw_sheet,
    f1_interval,
    measure,
    pool,
    results_text,
    score,
    take_image,
)
from benchmarks.simulated.__main__ import main
from sixring.errors import Refusal
from sixring.structures import Sheet, truth

DARK = Condition("hrtem", "dark", 1e4)


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return draw_sheet(7)


def scored(seed: int = 7, condition: Condition = DARK, **changed: object) -> Scored:
    usual = Scored(
        condition=condition,
        seed=seed,
        refused=False,
        area=100.0,
        judged_share=1.0,
        rings=Counts(8, 1, 1),
        plain=Counts(2, 7, 30),
        defects=Counter({("SV", "SV"): 3, ("SW", "hole"): 1, ("SW", MISSED): 1, (NONE, "SV"): 2}),
        atoms=AtomErrors(1.0, 100, 100),
    )
    return replace(usual, **changed)  # type: ignore[arg-type]


def cells(text: str, *begins: str) -> list[list[str]]:
    """Return the rows of all tables that begin with these cells."""
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in text.splitlines()]
    return [row for row in rows if tuple(row[: len(begins)]) == begins]


def test_a_sheet_holds_what_is_planted(sheet: Sheet) -> None:
    inside = [d for d in truth(sheet).defects if not d.at_edge]
    assert Counter(d.name for d in inside) == {
        **dict.fromkeys(("SV-open", "DV-5555-6-7777", "flower", "Si-C4"), 1),
        **dict.fromkeys(("DV-585", "DV-555777", "Si-C3"), 2),
        **dict.fromkeys(("SV", "SW"), 3),
    }
    places = np.array([d.position for d in inside])
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    assert apart[apart > 0].min() > 15
    assert places.min() > 14
    assert places.max() < 124 - 14


def test_every_image_shows_all_defects(sheet: Sheet) -> None:
    for condition in (DARK, Condition("stem", "bright", 1e6)):
        image = take_image(sheet, condition, 7)
        assert image.image.shape == (560, 560)
        assert (image.mode, image.dose) == (condition.mode, condition.dose)
        assert len(image.defects) == 16
        assert image.mask.clear.all()


def test_contamination_lies_inside(sheet: Sheet) -> None:
    dirt = ~take_image(sheet, replace(DARK, contaminated=True), 7).mask.clear
    assert 0.01 < dirt.mean() < 0.1


def test_images_follow_from_their_seed(sheet: Sheet) -> None:
    first = take_image(sheet, DARK, 7).image
    assert (first == take_image(sheet, DARK, 7).image).all()
    assert (first != take_image(sheet, DARK, 8).image).any()


def test_conditions_have_their_names() -> None:
    assert len(CONDITIONS) == len(set(CONDITIONS)) == 15
    assert [c.series for c in CONDITIONS if c.dose == 3e4] == [
        "HRTEM, atoms dark",
        "HRTEM, atoms bright",
        "STEM",
    ]
    assert CONDITIONS[-1].series == "HRTEM, atoms dark, contaminated"
    doses = [c.short_dose for c in CONDITIONS if c.contrast == "dark" and not c.contaminated]
    assert doses == ["1000", "2000", "3000", "1e4", "3e4"]


def test_a_measurement_of_one_image() -> None:
    [one] = measure(7, [Condition("hrtem", "dark", 1e5)])
    assert one.seed == 7
    assert not one.refused
    # 560 pixels less twice 15, and nothing masked.
    assert one.area == pytest.approx(530**2 * 0.04 / 100)
    assert one.judged_share == 1.0
    assert one.rings.f1 > 0.97
    assert one.rings.f1 > one.plain.f1 > 0.7
    assert sum(one.defects.values()) == 16
    assert one.atoms.rms < 0.1
    assert one.atoms.found_share > 0.99


def test_a_refused_image_masks_everything(sheet: Sheet, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise Refusal("no lattice")

    monkeypatch.setattr(sixring, "detect", refuse)
    one = score(take_image(sheet, DARK, 7), DARK, 7)
    assert one.refused
    assert one.area == one.judged_share == 0
    assert one.rings == one.plain == Counts(masked=59)
    assert {called for _, called in one.defects} == {MASKED}
    assert sum(one.defects.values()) == 16
    assert one.atoms == AtomErrors()


def test_pooling_adds_up() -> None:
    sums = pool([scored(), scored(8, refused=True, judged_share=0.5, area=50.0)])
    assert (sums.images, sums.refused, sums.area, sums.judged_share) == (2, 1, 150.0, 0.75)
    assert sums.rings == Counts(16, 2, 2)
    assert sums.plain == Counts(4, 14, 60)
    assert sums.atoms == AtomErrors(2.0, 200, 200)
    assert sums.tally() == (10, 8, 6)
    assert sums.tally("SW") == (4, 2, 0)
    assert sums.tally("flower") == (0, 0, 0)
    assert sums.false_defects == pytest.approx(100 * 4 / 150)
    assert sums.masked_defects == 0


def test_masked_defects_are_counted_apart() -> None:
    hidden: Confusion = Counter({("SV", MASKED): 2, ("SV", "SV"): 1})
    sums = pool([scored(defects=hidden)])
    assert sums.tally() == sums.tally("SV") == (1, 1, 1)
    assert sums.masked_defects == 2


def test_no_area_has_no_false_defects() -> None:
    assert math.isnan(pool([scored(area=0.0)]).false_defects)


def test_the_interval_of_equal_images_is_a_point() -> None:
    assert f1_interval([Counts(8, 1, 3)] * 5) == pytest.approx((0.8, 0.8))


def test_the_interval_spans_the_draws() -> None:
    # Two images, F1 0 and 1: a quarter of the draws holds either alone.
    assert f1_interval([Counts(10), Counts(0, 10, 10)]) == pytest.approx((0.0, 1.0))
    good, bad = Counts(90, 10, 10), Counts(70, 30, 30)
    low, high = f1_interval([good, bad] * 3)
    assert 0.7 < low < pool([scored(rings=good), scored(rings=bad)]).rings.f1 < high < 0.9
    assert f1_interval([good, bad] * 3) == (low, high)


@pytest.fixture(scope="module")
def text() -> str:
    return results_text([scored(seed, c) for c in CONDITIONS for seed in (7, 8)])


def test_the_tables_say_what_they_hold(text: str) -> None:
    assert text.startswith("# Simulated micrographs\n")
    assert "A ceiling, not a forecast." in text
    assert "Seeds 7, 8: a micrograph each" in text
    assert "Left out:" in text


def test_the_tables_hold_the_numbers(text: str) -> None:
    rings, defects = cells(text, "STEM", "1e6")
    assert rings[2:] == [
        *("100 %", "0 of 18", "0.89", "0.89", "0.89", "0.89 to 0.89"),
        *("0.06", "0.22", "0.10"),
    ]
    assert defects[2:] == ["10", "0", "80 %", "75 %", "2.0", "100 %", "10.0"]
    assert cells(text, "SW", "2 of 4 (0)")
    assert cells(text, "SV", "6 of 6")


def test_there_is_a_confusion_for_each_kind_of_image(text: str) -> None:
    titles = re.findall(r"^### (.*)$", text, re.MULTILINE)
    assert titles == [
        "HRTEM, atoms dark, 3e4 e/A^2",
        "HRTEM, atoms bright, 3e4 e/A^2",
        "STEM, 1e6 e/A^2",
    ]
    assert cells(text, "", "SV") == [["", "SV", "hole", "missed", "masked"]] * 3
    assert cells(text, "**SW**") == [["**SW**", "", "2", "2", ""]] * 3
    assert cells(text, "**none**") == [["**none**", "4", "", "", ""]] * 3


def test_every_row_has_as_many_cells_as_its_head(text: str) -> None:
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_refused_images_are_told() -> None:
    refused = scored(
        refused=True,
        area=0.0,
        judged_share=0.0,
        rings=Counts(masked=9),
        plain=Counts(masked=9),
        defects=Counter({("SV", MASKED): 5}),
        atoms=AtomErrors(),
    )
    text = results_text([replace(refused, condition=condition) for condition in CONDITIONS])
    rings, defects = cells(text, "STEM", "1e6")
    assert rings[2:4] == ["0 % (1 refused)", "9 of 9"]
    assert rings[4:] == ["–"] * 7
    assert defects[2:] == ["0", "5"] + ["–"] * 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--seeds", "5", "1"], "the detection's constants were chosen on seed 1: take others"),
        (["--jobs", "0"], "--jobs must be at least 1, not 0"),
    ],
)
def test_wrong_arguments(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err
