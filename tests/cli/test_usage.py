"""What is common to all verbs: help, version, and wrong usage."""

from __future__ import annotations

import subprocess
import sys

import pytest

import sixring
from cli_types import Run

VERBS = ("detect", "demo", "train", "classify", "evaluate")


def test_version(run: Run) -> None:
    answer = run("--version")
    assert (answer.code, answer.out, answer.err) == (0, f"sixring {sixring.__version__}\n", "")


def test_help_lists_the_verbs(run: Run) -> None:
    answer = run("--help")
    assert answer.code == 0
    for verb in (*VERBS, "simulate", "models"):
        assert f"\n  {verb} " in answer.out


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_an_example_and_the_common_options(run: Run, verb: str) -> None:
    answer = run(verb, "--help")
    assert answer.code == 0
    assert f"Example: sixring {verb} " in answer.out
    for option in ("--seed", "--quiet", "--debug", "--overwrite", "--out"):
        assert f"  {option}" in answer.out


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "Missing command"),
        (("detekt",), "No such command 'detekt'. Did you mean 'detect'?"),
        (("detect", "--out", "out"), "Missing argument 'INPUT...'"),
        (("detect", "a.tif"), "Missing option '--out'"),
        (("detect", "a.tif", "--out", "out", "--sampel", "1"), "No such option: --sampel"),
        (("detect", "a.tif", "--out", "out", "--mode", "tem"), "'tem' is not one of 'auto'"),
        (("detect", "a.tif", "--out", "out", "--jobs", "two"), "'--jobs'"),
        (("train", "vae", "--out", "out"), "Missing option '--data'"),
        (("classify", "model", "--out", "a.csv"), "Missing argument 'INPUT...'"),
        (("evaluate", "model", "--data", "data"), "Missing option '--out'"),
        (
            ("evaluate", "model", "--data", "data", "--out", "out", "--split", "half"),
            "'half' is not one of 'test'",
        ),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(run: Run, args: tuple[str, ...], message: str) -> None:
    answer = run(*args)
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.startswith("sixring: ")
    assert message in answer.err
    assert answer.err.endswith(": see sixring --help\n")
    assert answer.err.count("\n") == 1


def test_python_runs_it_as_a_module() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "sixring", "--version"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert answer.stdout == f"sixring {sixring.__version__}\n"


def test_a_closed_pipe_is_no_error() -> None:
    answer = subprocess.run(
        [f"{sys.executable} -m sixring detect --help | head -n 1"],
        shell=True,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert answer.stdout.startswith("Usage: ")
    assert answer.stderr == ""
