from __future__ import annotations

import json
import math
import re
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

import benchmarks.simulated.__main__ as command
import sixring
from benchmarks.simulated import (
    CASES,
    DEFECTS,
    DOSES,
    MASKED,
    MISSED,
    NONE,
    Alarm,
    AtomErrors,
    Case,
    Confusion,
    Counts,
    Overlap,
    Scored,
    _kept,
    f1_interval,
    keeping,
    measure,
    pool,
    results_text,
    score,
    take_image,
)
from sixring.errors import Refusal
from sixring.simulate import HRTEM, Simulated, micrograph
from sixring.structures import perfect_sheet, plant
from sixring.types import Micrograph, Region

CASE = Case("hrtem", 1e4, 8)


def scored(case: Case = CASE, **changed: object) -> Scored:
    usual = Scored(
        case=case,
        refused=False,
        area=100.0,
        judged_share=1.0,
        rings=Counts(8, 1, 1, 2),
        plain=Counts(2, 7, 30),
        defects=Counter({("SV", "SV"): 3, ("SW", "hole"): 1, ("SW", MISSED): 1, (NONE, "SV"): 2}),
        alarms=(Alarm(0.9, True), Alarm(0.8, False), Alarm(0.7, True)),
        atoms=AtomErrors(1.0, 100, 100, 25),
        dirt=Overlap(3.0, 4.0),
    )
    return replace(usual, **changed)  # type: ignore[arg-type]


def refused(case: Case) -> Scored:
    return scored(
        case,
        refused=True,
        area=0.0,
        judged_share=0.0,
        rings=Counts(masked=9),
        plain=Counts(masked=9),
        defects=Counter({("SV", MASKED): 5}),
        alarms=(),
        atoms=AtomErrors(),
        dirt=Overlap(),
    )


def cells(text: str, *begins: str) -> list[list[str]]:
    """Return the rows of all tables that begin with these cells."""
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in text.splitlines()]
    return [row for row in rows if tuple(row[: len(begins)]) == begins]


# The set. Whoever changes one of these numbers makes another set, on which no score that was
# published before can be held against a new one.


def test_the_set_is_the_one_that_was_published() -> None:
    assert len(CASES) == len({case.name for case in CASES}) == 120
    assert DOSES == {
        "hrtem": (300.0, 1e3, 3e3, 1e4, 3e4, 1e5),
        "stem": (3e4, 1e5, 3e5, 1e6, 3e6, 1e7),
    }
    assert (CASES[0].name, CASES[63].name) == ("hrtem-3e2-0", "stem-3e4-3")
    assert CASES[0].seed.entropy == 20261
    assert [c.seed.spawn_key for c in (CASES[0], CASES[47], CASES[-1])] == [
        (0, 0, 0),
        (0, 4, 7),
        (1, 5, 9),
    ]


def test_every_dose_has_as_many_of_each_kind() -> None:
    for mode, doses in DOSES.items():
        for dose in doses:
            cases = [case for case in CASES if (case.mode, case.dose) == (mode, dose)]
            assert [case.number for case in cases] == list(range(10))
            assert sum(case.contaminated for case in cases) == 7
            assert sum(case.with_edge for case in cases) == 2
            assert sum(case.contrast == "dark" for case in cases) == 5 * (mode == "hrtem")
            assert {case.contrast for case in cases if not case.contaminated} == (
                {"bright", "dark"} if mode == "hrtem" else {"bright"}
            )


@pytest.mark.parametrize("case", CASES[::10], ids=lambda case: case.name)
def test_a_case_is_drawn_from_its_ranges(case: Case) -> None:
    preset = case.preset
    assert (preset.mode, preset.shape) == (case.mode, (512, 512))
    assert preset.conditions["dose"] == case.dose
    assert preset.specimen["defects"] == list(DEFECTS)
    assert not {"N", "B"} & set(DEFECTS)
    assert preset.specimen["contamination"] == {"uniform": [0.03, 0.25]}
    assert preset.specimen["vacuum"] == 0.0
    clean = replace(case, number=9).preset
    assert clean.specimen["contamination"] == 0.0
    assert clean.specimen["vacuum"] == {"uniform": [0.02, 0.1]}


def test_atoms_are_bright_and_dark_by_turns() -> None:
    bright, dark = (Case("hrtem", 1e4, number) for number in (0, 1))
    assert (bright.contrast, dark.contrast) == ("bright", "dark")
    assert bright.preset.conditions["cs"] == {"uniform": [-14e4, -6e4]}
    assert bright.preset.conditions["defocus"] == {"uniform": [-90.0, -50.0]}
    assert dark.preset.conditions["cs"] == {"uniform": [6e4, 14e4]}
    assert dark.preset.conditions["defocus"] == {"uniform": [50.0, 90.0]}


@pytest.mark.slow
@pytest.mark.parametrize(("number", "sign"), [(0, -1), (1, 1)])
def test_the_focus_decides_the_contrast(number: int, sign: int) -> None:
    made = take_image(Case("hrtem", 1e5, number))
    assert isinstance(made.conditions, HRTEM)
    assert np.sign([made.conditions.cs, made.conditions.defocus]).tolist() == [sign, sign]
    simulated = made.simulated
    # Bright atoms have dark ring centres.
    clear = simulated.mask.clear
    at = np.rint(simulated.rings.centres).astype(int).clip(0, 511)
    at = at[clear[tuple(at.T)] & (simulated.rings.sizes == 6)]
    difference = simulated.expected[tuple(at.T)].mean() - simulated.expected[clear].mean()
    assert np.sign(difference) == sign


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "odd", "dirt", "edge", "mean", "spread"),
    [
        ("hrtem-1e4-4", 67, 0.15643, 0.06142, 529.90, 16.863),
        ("stem-1e6-4", 43, 0.07081, 0.08236, 111.60, 3.7938),
    ],
)
def test_the_images_are_the_ones_that_were_published(
    name: str, odd: int, dirt: float, edge: float, mean: float, spread: float
) -> None:
    # Where the simulator changes these, all detectors have to be measured anew.
    [case] = [case for case in CASES if case.name == name]
    simulated = take_image(case).simulated
    assert (simulated.mode, simulated.dose) == (case.mode, case.dose)
    assert simulated.image.shape == (512, 512)
    assert (simulated.rings.sizes != 6).sum() == odd
    assert simulated.mask.fraction(Region.CONTAMINATION) == pytest.approx(dirt, abs=1e-4)
    assert simulated.mask.fraction(Region.VACUUM) == pytest.approx(edge, abs=1e-4)
    assert simulated.image.mean() == pytest.approx(mean, rel=1e-3)
    assert simulated.expected.std() == pytest.approx(spread, rel=1e-3)
    assert {d.name for d in simulated.defects} <= {*DEFECTS, "hole", "edge", "unknown"}
    assert (simulated.image == take_image(case).simulated.image).all()


# The score of one image.


@pytest.fixture(scope="module")
def simulated() -> Simulated:
    sheet = plant(perfect_sheet(100, 100, orientation=13.0), "flower", near=(50, 50))
    return micrograph(sheet, dose=1e5, shape=(400, 400), origin=(10, 10))


def test_a_measurement_of_one_image(simulated: Simulated) -> None:
    one = score(simulated, CASE, "classical")
    assert one.case == CASE
    assert not one.refused
    # 400 pixels less twice 15, and nothing masked.
    assert one.area == pytest.approx(370**2 * 0.04 / 100)
    assert one.judged_share == 1.0
    assert one.rings == Counts(right=12)
    assert one.plain.right <= 12
    assert one.defects == {("flower", "flower"): 1}
    assert [alarm.right for alarm in one.alarms if alarm.probability >= 0.5] == [True]
    assert one.atoms.rms < 0.1
    assert one.atoms.recall > 0.99
    assert one.dirt == Overlap()


def test_improbable_defects_are_alarms_and_no_finds(
    simulated: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def doubting(image: Micrograph, *, detector: str, min_probability: float) -> sixring.Result:
        asked.append((detector, min_probability))
        result = found(image, detector=detector, min_probability=min_probability)
        [flower] = result.detection.defects
        unsure = (replace(flower, probability=0.5), replace(flower, probability=0.4))
        return sixring.Result(replace(result.detection, defects=unsure))

    found = sixring.detect
    monkeypatch.setattr(sixring, "detect", doubting)
    one = score(simulated, CASE, "classical")
    assert asked == [("classical", 0.0)]
    assert one.alarms == (Alarm(0.5, True), Alarm(0.4, False))
    assert one.defects == {("flower", "flower"): 1}


def test_a_refused_image_masks_everything(
    simulated: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Refusal("no lattice")

    monkeypatch.setattr(sixring, "detect", refuse)
    one = score(simulated, CASE, "classical")
    assert one.refused
    assert one.area == one.judged_share == 0
    assert one.rings == one.plain == Counts(masked=12)
    assert one.defects == {("flower", MASKED): 1}
    assert one.alarms == ()
    assert (one.atoms, one.dirt) == (AtomErrors(), Overlap())


@pytest.mark.slow
def test_a_case_is_measured() -> None:
    one = measure(Case("hrtem", 1e5, 8), "classical")
    assert one.judged_share > 0.5
    assert one.atoms.recall > 0.9


# Keeping scores.


def test_a_score_is_kept_and_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = []

    def counting(case: Case, detector: str) -> Scored:
        measured.append((case, detector))
        return scored(case)

    monkeypatch.setattr(_kept, "measure", counting)
    work = keeping(tmp_path / "kept", "classical")
    first = work(CASE)
    assert work(CASE) == first == scored()
    assert work(replace(CASE, number=3)).case.number == 3
    assert [(case.number, detector) for case, detector in measured] == [
        (8, "classical"),
        (3, "classical"),
    ]
    assert sorted(file.name for file in (tmp_path / "kept").iterdir()) == [
        "hrtem-1e4-3.json",
        "hrtem-1e4-8.json",
    ]


def test_what_is_kept_is_plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_kept, "measure", lambda case, detector: scored(case))
    keeping(tmp_path, "learned")(CASE)
    held = json.loads((tmp_path / "hrtem-1e4-8.json").read_text())
    assert held["case"] == {"mode": "hrtem", "dose": 1e4, "number": 8}
    assert held["rings"] == asdict(Counts(8, 1, 1, 2))
    assert ["SW", "hole", 1] in held["defects"]


def test_nothing_is_kept_where_there_is_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_kept, "measure", lambda case, detector: scored(case))
    assert keeping(None, "learned")(CASE) == scored()
    assert list(tmp_path.iterdir()) == []


# Rows of several images.


def test_pooling_adds_up() -> None:
    sums = pool([scored(), scored(refused=True, judged_share=0.5, area=50.0)])
    assert (sums.images, sums.refused, sums.area, sums.judged_share) == (2, 1, 150.0, 0.75)
    assert sums.rings == Counts(16, 2, 2, 4)
    assert sums.plain == Counts(4, 14, 60)
    assert sums.atoms == AtomErrors(2.0, 200, 200, 50)
    assert sums.dirt.iou == pytest.approx(0.75)
    assert len(sums.alarms) == 6
    assert sums.tally() == (10, 8, 6)
    assert sums.tally("SW") == (4, 2, 0)
    assert sums.tally("flower") == (0, 0, 0)
    assert sums.false_defects == pytest.approx(100 * 4 / 150)
    assert sums.masked_defects == 0


def test_the_recall_of_a_row_is_that_of_all_its_images() -> None:
    # 200 nm^2: one false defect is half of one for each 100 nm^2.
    sums = pool([scored(), scored(alarms=(Alarm(0.95, True), Alarm(0.6, False)))])
    assert sums.recall_at(0.1) == pytest.approx(2 / 10)
    assert sums.recall_at(0.5) == pytest.approx(3 / 10)


def test_masked_defects_are_counted_apart() -> None:
    hidden: Confusion = Counter({("SV", MASKED): 2, ("SV", "SV"): 1})
    sums = pool([scored(defects=hidden)])
    assert sums.tally() == sums.tally("SV") == (1, 1, 1)
    assert sums.masked_defects == 2


def test_the_f1_of_naming_is_a_mean_over_the_true_names() -> None:
    named: Confusion = Counter(
        {
            ("SV", "SV"): 8,
            ("SV", "unknown"): 2,
            ("SW", "SV"): 1,
            ("SW", "SW"): 1,
            # What was missed, hidden or isn't there has no name to be right or wrong.
            ("SW", MISSED): 7,
            ("SW", MASKED): 7,
            (NONE, "SW"): 7,
            ("flower", MISSED): 7,
        }
    )
    sv, sw = 2 * 8 / (10 + 9), 2 * 1 / (2 + 1)
    assert pool([scored(defects=named)]).macro_f1 == pytest.approx((sv + sw) / 2)
    assert math.isnan(pool([scored(defects=Counter())]).macro_f1)


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


# The tables.


@pytest.fixture(scope="module")
def text() -> str:
    return results_text([scored(case) for case in CASES], "learned")


def test_the_tables_say_what_they_hold(text: str) -> None:
    assert text.startswith("# Simulated micrographs\n")
    assert ", the detector learned.\n" in text
    assert "`SeedSequence(20261, spawn_key=(mode, dose, image))`" in text
    assert "in equal shares: SV, SV-open, DV-585, " in text
    assert "Nitrogen and boron are left out" in text
    assert "**Left out:**" in text


def test_the_tables_hold_the_numbers(text: str) -> None:
    rings, parts, defects, atoms = cells(text, "STEM", "1e6")
    assert rings[2:] == [
        *("0 of 10", "100 %", "20 of 110", "0.89", "0.89", "0.89", "0.89 to 0.89", "0.73"),
        *("1.00", "0.06", "0.22", "0.10"),
    ]
    assert parts[2:] == ["0.89", "", "0.89", "0.89", "0.89"]
    assert cells(text, "HRTEM", "1e5")[1][2:] == ["0.89"] * 5
    # 1000 nm^2 and 10 false ones of 0.8: none may pass at 0.1, all at 1.
    assert defects[2:] == ["50", "0", "80 %", "100 %", "2.0", "20 %", "40 %", "75 %", "0.50"]
    assert atoms[2:] == ["80 %", "100 %", "10.0", "0.75"]
    assert cells(text, "SW", "10 of 20 (0)")
    # At 300 electrons in HRTEM, and at 3e4 in STEM, even the best detector misses vacancies.
    hrtem, stem = cells(text, "SV", "30 of 30; best 8 %"), cells(text, "SV", "30 of 30; best 95 %")
    assert [row[2] for row in hrtem] == ["30 of 30; best 71 %"]
    assert [row[2] for row in stem] == ["30 of 30"]


def test_the_doses_stand_in_their_order(text: str) -> None:
    assert [row[1] for row in cells(text, "HRTEM")[:6]] == [
        *("300", "1000", "3000", "1e4", "3e4", "1e5")
    ]
    assert ["HRTEM", "300", "1000", "3000", "1e4", "3e4", "1e5"] in cells(text, "HRTEM")


def test_there_is_a_confusion_for_each_mode(text: str) -> None:
    titles = re.findall(r"^### (.*)$", text, re.MULTILINE)
    assert titles == ["HRTEM 1e5 e/A^2", "STEM 1e7 e/A^2"]
    assert cells(text, "", "SV") == [["", "SV", "hole", "missed", "masked"]] * 2
    assert cells(text, "**SW**") == [["**SW**", "", "10", "10", ""]] * 2
    assert cells(text, "**none**") == [["**none**", "20", "", "", ""]] * 2


def test_probabilities_are_held_against_what_is_there(text: str) -> None:
    # Each of the 60 images has a right one of 0.9 and of 0.7, and a false one of 0.8.
    assert cells(text, "HRTEM", "0.9 to 0.97") == [
        ["HRTEM", "0.9 to 0.97", "60", "0.90", "1.00", "0.94 to 1.00"]
    ]
    ((*_, number, mean, share, interval),) = cells(text, "STEM", "0.7 to 0.9")
    assert (number, mean, share, interval) == ("120", "0.75", "0.50", "0.41 to 0.59")
    assert cells(text, "STEM", "0 to 0.1") == []


def test_every_row_has_as_many_cells_as_its_head(text: str) -> None:
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_refused_images_are_told() -> None:
    text = results_text([refused(case) for case in CASES], "learned")
    rings, parts, defects, atoms = cells(text, "HRTEM", "1e4")
    assert rings[2:5] == ["10 of 10", "0 %", "90 of 90"]
    assert rings[5:] == ["–"] * 4 + ["0.00", "1.00"] + ["–"] * 3
    assert parts[2:] == [
        *("– (5 of 5)", "– (5 of 5)", "– (3 of 3)", "– (7 of 7)", "– (10 of 10)"),
    ]
    assert defects[2:] == ["0", "50", "–", "100 %"] + ["–"] * 5
    assert atoms[2:] == ["–"] * 4


# The command.


def test_the_command_measures_the_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def pretending(folder: Path | None, detector: str) -> object:
        asked.append((folder, detector))
        return scored

    monkeypatch.setattr(command, "keeping", pretending)
    out = tmp_path / "tables.md"
    assert command.main(["--out", str(out), "--keep", str(tmp_path / "kept")]) == 0
    printed = capsys.readouterr()
    assert out.read_text(encoding="utf-8") == printed.out[:-1]
    assert asked == [(tmp_path / "kept", "learned")]
    assert printed.err.splitlines()[0] == "1 of 120: hrtem-3e2-0"
    assert len(printed.err.splitlines()) == 120


def test_wrong_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        command.main(["--jobs", "0"])
    assert stopped.value.code == 2
    assert "--jobs must be at least 1, not 0" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        command.main(["--detector", "folder/of/mine"])
    assert stopped.value.code == 2
    assert "--out must be given for --detector folder/of/mine" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("detector", "name"), [("learned", "RESULTS.md"), ("classical", "CLASSICAL.md")]
)
def test_each_detector_has_its_tables(
    detector: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "keeping", lambda folder, asked: scored)
    monkeypatch.setattr(command, "__file__", str(tmp_path / "__main__.py"))
    assert command.main(["--detector", detector]) == 0
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert f", the detector {detector}.\n" in text
