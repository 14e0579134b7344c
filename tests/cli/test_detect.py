"""``sixring detect`` around a detector that does as the file's name says."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from cli_types import Run, Save

pytestmark = pytest.mark.usefixtures("fake")


def listing(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def test_one_file(run: Run, folder: Path, noise: Save) -> None:
    noise("a.npy")
    answer = run("detect", "a.npy", "--out", "out", "--sampling", "20 pm")
    assert answer.code == 0
    assert answer.err == "sixring: the sampling 20 pm is 0.2 A/px\n"
    assert [line.rstrip() for line in answer.out.splitlines()] == [
        "a.npy: stem, 0.2 A/px",
        "1 defect in 1.23 nm2 of clear area: 0.81 per nm2 (95 % interval 0.021 to 4.5)",
        "id  name  probability  row_px  col_px  rings  missing_atoms  dopants",
        "1   SV    0.93         32.0    32.0    5      1",
        "report: out/a/report.html",
        "",
        "1 done, 0 refused, 0 failed",
        "table: out/summary.csv",
        "index: out/index.html",
    ]
    assert listing(folder / "out") == {"a", "summary.csv", "index.html"}


def test_some_refused_and_failed(run: Run, folder: Path, noise: Save) -> None:
    noise("in/a.npy", "in/bug-1.npy", "in/refused-1.npy", "in/warned-1.npy")
    answer = run("detect", "in", "--out", "out", "--jobs", 2)
    assert answer.code == 1
    assert sorted(answer.err.splitlines()) == [
        "sixring: failed: in/bug-1.npy: unexpected TypeError: a mistake of ours",
        "sixring: refused: in/refused-1.npy: no graphene lattice, 3.16 A was seen",
        "sixring: warning: in/warned-1.npy: look twice",
    ]
    assert "2 done, 1 refused, 1 failed\n" in answer.out
    with (folder / "out" / "summary.csv").open(encoding="utf-8", newline="") as file:
        assert [row["status"] for row in csv.DictReader(file)] == ["ok", "failed", "refused", "ok"]


def test_quiet_prints_errors_only(run: Run, noise: Save) -> None:
    noise("in/a.npy", "in/refused-1.npy")
    answer = run("detect", "in", "--out", "out", "--sampling", "0.2", "--quiet")
    assert answer.code == 1
    assert answer.out == ""
    assert (
        answer.err == "sixring: refused: in/refused-1.npy: no graphene lattice, 3.16 A was seen\n"
    )


def test_debug_shows_where_an_error_came_from(run: Run, noise: Save) -> None:
    noise("bug-1.npy")
    answer = run("detect", "bug-1.npy", "--out", "out", "--debug")
    assert answer.code == 1
    assert "Traceback (most recent call last)" in answer.err
    assert "named_detector" in answer.err
    assert answer.err.endswith(
        "sixring: failed: bug-1.npy: unexpected TypeError: a mistake of ours\n"
    )


def test_started_again_it_says_what_was_done_before(run: Run, noise: Save) -> None:
    noise("in/a.npy", "in/refused-1.npy")
    run("detect", "in", "--out", "out")
    noise("in/b.npy")
    answer = run("detect", "in", "--out", "out")
    assert answer.code == 1
    assert "a.npy" not in answer.out
    assert "1 done, 1 done before, 1 refused, 0 failed\n" in answer.out


def test_all_done_before_is_no_error(run: Run, noise: Save) -> None:
    noise("a.npy")
    run("detect", "a.npy", "--out", "out")
    answer = run("detect", "a.npy", "--out", "out")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("0 done, 1 done before, 0 refused, 0 failed\n")


def test_other_settings_need_overwrite(run: Run, folder: Path, noise: Save) -> None:
    noise("a.npy")
    run("detect", "a.npy", "--out", "out")
    answer = run("detect", "a.npy", "--out", "out", "--mode", "hrtem")
    assert answer.code == 2
    assert answer.err == (
        "sixring: out/a holds earlier results, but they were made with mode = None, and now it is "
        "hrtem: add --overwrite or choose another --out\n"
    )
    answer = run("detect", "a.npy", "--out", "out", "--mode", "hrtem", "--overwrite")
    assert answer.code == 0
    document = json.loads((folder / "out/a/result.json").read_text(encoding="utf-8"))
    assert document["lattice"]["mode"] == "hrtem"


def test_options_reach_the_detector(run: Run, folder: Path, noise: Save) -> None:
    noise("a.npy")
    run(
        *("detect", "a.npy", "--out", "out", "--mode", "hrtem", "--min-probability", "0.25"),
        *("--use-lattice-sampling", "--sampling", "0.3 A", "--detector", "learned"),
    )
    document = json.loads((folder / "out/a/result.json").read_text(encoding="utf-8"))
    assert document["settings"] == {
        "detector": "learned",
        "min_probability": 0.25,
        "lattice_sampling": True,
    }
    assert document["lattice"]["mode"] == "hrtem"
    assert document["input"]["sampling_A"] == 0.3


def test_a_long_table_ends_with_where_the_rest_is(
    run: Run, noise: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sixring.cli._outcome._MOST_ROWS", 0)
    noise("a.npy")
    answer = run("detect", "a.npy", "--out", "out")
    assert "... and 1 more in out/a/defects.csv\n" in answer.out


@pytest.mark.parametrize(
    ("sampling", "message"),
    [
        ("-0.1", "the sampling must be a positive length, not '-0.1'"),
        ("0", "the sampling must be a positive length, not '0'"),
        (
            "11.2 furlongs/px!",
            "unknown unit of length 'furlongs/px!' in '11.2 furlongs/px!': use A, pm or nm",
        ),
        ("3 kg", "unknown unit of length 'kg' in '3 kg': use A, pm or nm"),
        ("pm", "the sampling 'pm' isn't a length: write a number and a unit, such as '11.2 pm'"),
    ],
)
def test_a_sampling_that_is_none(run: Run, noise: Save, sampling: str, message: str) -> None:
    noise("a.npy")
    answer = run("detect", "a.npy", "--out", "out", f"--sampling={sampling}")
    assert (answer.code, answer.out, answer.err) == (2, "", f"sixring: {message}\n")
    assert not Path("out").exists()


def test_a_probability_that_is_none(run: Run, noise: Save) -> None:
    noise("a.npy")
    answer = run("detect", "a.npy", "--out", "out", "--min-probability", "3")
    assert answer.code == 2
    assert answer.err == "sixring: the least probability must lie between 0 and 1, not 3\n"


def test_an_unknown_detector(run: Run, noise: Save) -> None:
    noise("a.npy", "b.npy")
    answer = run("detect", ".", "--out", "out", "--detector", "magic")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "sixring: there is no detector 'magic': use 'learned'\n"


def test_no_jobs(run: Run, noise: Save) -> None:
    noise("a.npy")
    answer = run("detect", "a.npy", "--out", "out", "--jobs", "0")
    assert (answer.code, answer.err) == (
        2,
        "sixring: the number of jobs must be at least 1, not 0\n",
    )


def test_an_interrupt_ends_with_130_and_says_how_to_go_on(
    run: Run, noise: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sixring.detection.detect_micrograph", interrupt)
    noise("a.npy")
    answer = run("detect", "a.npy", "--out", "out")
    assert answer.code == 130
    assert answer.err == (
        "sixring: interrupted: start the same command again to do what is missing\n"
    )
    assert listing(Path("out")) == {"summary.csv"}


def test_a_mistake_of_ours_is_one_line_too(
    run: Run, noise: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("sixring.batch._batch.write_index", fail)
    noise("a.npy")
    answer = run("detect", "a.npy", "--out", "out")
    assert answer.code == 1
    assert answer.err == "sixring: unexpected ZeroDivisionError: by zero; --debug shows where\n"
    answer = run("detect", "a.npy", "--out", "out", "--debug")
    assert answer.err.startswith("Traceback (most recent call last)")
    assert answer.err.endswith("sixring: unexpected ZeroDivisionError: by zero\n")


def test_demo_prints_the_table_and_names_the_report(run: Run, folder: Path) -> None:
    answer = run("demo")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("demo.tif: hrtem, 0.2 A/px\n")
    assert "1   SV    0.93 " in answer.out
    assert answer.out.endswith("report: sixring-demo/report.html\n")
    assert "report.html" in listing(folder / "sixring-demo")


def test_demo_replaces_only_when_told(run: Run, folder: Path) -> None:
    run("demo", "--out", "x")
    answer = run("demo", "--out", "x")
    assert answer.code == 1
    assert answer.err == "sixring: x: exists already: choose another name, or pass --overwrite\n"
    answer = run("demo", "--out", "x", "--overwrite", "--quiet")
    assert (answer.code, answer.out, answer.err) == (0, "", "")
