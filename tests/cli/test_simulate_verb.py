"""``sixring simulate``, through the whole command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from cli_types import Run
from sixring.io import read

SMALL = ("--shape", "160", "--ratio", "2", "-n", "9", "--dose", "1e5", "--defects", "SW,SV")


def listing(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("what", ["patches", "micrographs"])
def test_help_has_an_example_and_the_common_options(run: Run, what: str) -> None:
    answer = run("simulate", what, "--help")
    assert answer.code == 0
    assert f"Example: sixring simulate {what} " in answer.out
    for option in ("--seed", "--quiet", "--debug", "--overwrite", "--out", "--jobs", "--preset"):
        assert f"  {option}" in answer.out


def test_help_lists_both(run: Run) -> None:
    answer = run("simulate", "--help")
    assert answer.code == 0
    assert "\n  patches " in answer.out
    assert "\n  micrographs " in answer.out


@pytest.mark.slow
def test_patches(run: Run, folder: Path) -> None:
    answer = run("simulate", "patches", "--out", "out", *SMALL)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == "9 patches of challenge: out\ntable: out/patches.csv\n"
    assert listing(folder / "out") == {
        "perfect",
        "defect",
        "patches.csv",
        "conditions.json",
        "dataset.json",
    }
    taken = [row for row in rows(folder / "out" / "patches.csv") if row["file"]]
    assert [row["label"] for row in taken].count("defect") == 3
    assert {row["dose"] for row in taken} == {"100000.0"}
    assert {row["mode"] for row in taken} == {"hrtem"}
    assert {row["defect"] for row in taken} <= {"", "SW", "SV"}

    again = run("simulate", "patches", "--out", "out", *SMALL)
    assert (again.code, again.out) == (2, "")
    assert again.err == (
        "sixring: out holds a finished data set: add --overwrite or choose another --out\n"
    )
    before = (folder / "out" / "patches.csv").read_bytes()
    assert run("simulate", "patches", "--out", "out", *SMALL, "--overwrite").code == 0
    assert (folder / "out" / "patches.csv").read_bytes() == before


@pytest.mark.slow
def test_patches_as_an_array(run: Run, folder: Path) -> None:
    answer = run(
        "simulate", "patches", "--out", "out", *SMALL, "--format", "array", "--quiet", "--mode",
        "stem", "--sampling", "15 pm..0.2", "--side", "32",
    )  # fmt: skip
    assert (answer.code, answer.out, answer.err) == (0, "", "")
    assert listing(folder / "out") == {
        "patches.npz",
        "patches.csv",
        "conditions.json",
        "dataset.json",
    }
    for row in rows(folder / "out" / "patches.csv"):
        assert 0.15 <= float(row["sampling_A"]) <= 0.2
        assert row["mode"] == "stem"


@pytest.mark.slow
def test_micrographs(run: Run, folder: Path) -> None:
    args = ("--shape", "96x128", "-n", "2", "--seed", "3", "--preset", "ulm-80")
    answer = run("simulate", "micrographs", "--out", "out", *args, "--dose", "1e4..2e4")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == "2 micrographs of ulm-80: out\ntable: out/micrographs.csv\n"
    table = rows(folder / "out" / "micrographs.csv")
    for row in table:
        found = read(folder / "out" / row["file"])
        assert found.image.shape == (96, 128)
        assert found.mode == "hrtem"
        assert found.sampling == pytest.approx(0.218)
        assert found.dose is not None
        assert 1e4 <= found.dose <= 2e4
    record = json.loads((folder / "out" / "dataset.json").read_text(encoding="utf-8"))
    assert record["settings"]["seed"] == 3


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--preset", "titan"), "there is no preset 'titan': choose from challenge, hrtem, stem"),
        (
            ("--preset", "ulm-80", "--mode", "stem"),
            "the preset ulm-80 is of --mode hrtem, not stem: leave one out",
        ),
        (("--mode", "tem"), "'tem' is not one of 'hrtem', 'stem'"),
        (("--dose", "-5"), "dose must be above 0 e/A^2, not -5"),
        (("--dose", "nan"), "dose must be a number, not nan"),
        (("--dose", "much"), "the dose 'much' isn't a number: give electrons per angstrom^2"),
        (("--dose", "1e4..1e3"), "dose: the range 10000..1000 runs backwards"),
        (("--dose", "0..1e3"), "dose: the range 0..1000 must begin above 0"),
        (
            ("--sampling", "2 nm"),
            "sampling must be at least 0.02 and at most 0.6 A per pixel, not 20",
        ),
        (("--sampling", "0.1 apples"), "unknown unit of length 'apples'"),
        (("--defects", "SV,SVV"), "the defect 'SVV' can't be planted: choose from "),
        (("--defects", "flower", "--shape", "1x512"), "shape must be rows and columns, at least"),
        (("--shape", "1000000"), "shape 1000000 x 1000000 at a sampling of 0.2 A per pixel needs"),
        (("--shape", "big"), "the shape 'big' isn't ROWSxCOLS: give such as 512x512, or 512"),
        (("-n", "0"), "n must be at least 1, not 0"),
        (("-n", "many"), "'-n'"),
        (("--seed", "-1"), "seed must be at least 0, not -1"),
        (("--jobs", "0"), "jobs must be at least 1, not 0"),
    ],
)
@pytest.mark.parametrize("what", ["patches", "micrographs"])
def test_wrong_values_are_one_line_and_code_2_before_any_work(
    run: Run, folder: Path, what: str, args: tuple[str, ...], message: str
) -> None:
    answer = run("simulate", what, "--out", "out", *args)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("sixring: ")
    assert message in answer.err
    assert answer.err.count("\n") == 1
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--ratio", "0"), "ratio must be at least 0.05 and at most 1000, not 0"),
        (("--shape", "128", "--ratio", "100"), "a ratio of 100 needs more perfect patches than"),
        (("--shape", "192"), "a ratio of 20 needs more perfect patches than micrographs of shape"),
        (("--per-defect", "0"), "per_defect must be at least 1, not 0"),
        (("--side", "300"), "micrographs of 512 x 512 pixels are too small for patches of 300"),
        (("--format", "zip"), "'zip' is not one of 'folder', 'array'"),
    ],
)
def test_wrong_values_of_patches(
    run: Run, folder: Path, args: tuple[str, ...], message: str
) -> None:
    answer = run("simulate", "patches", "--out", "out", *args)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert not (folder / "out").exists()


def test_a_folder_of_somebody_elses_patches(run: Run, folder: Path) -> None:
    (folder / "perfect").mkdir()
    answer = run("simulate", "patches", "--out", ".", "--overwrite")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == ("sixring: perfect wasn't written by this command: choose another --out\n")
    assert listing(folder) == {"perfect"}
