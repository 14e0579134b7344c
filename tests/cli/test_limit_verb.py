"""``sixring limit``: what is handed on and what is printed; the numbers have their own tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cli_types import Run
from limit_cases import LIMIT, WITH_MODEL
from sixring.limit import Limit
from sixring.models import SavedModel

SV = ("limit", "--defect", "SV", "--sampling", "0.2")


class Asked:
    """What was asked for, and what is answered."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.options: dict[str, Any] = {}
        self.answer = LIMIT

    def limit(self, names: list[str], **options: Any) -> Limit:  # noqa: ANN401
        """Stand for the room."""
        progress: Callable[[int, int], None] = options.pop("progress")
        progress(1, 3)
        self.names, self.options = names, options
        return self.answer


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    asked = Asked()
    monkeypatch.setattr("sixring.limit.limit", asked.limit)
    return asked


def test_what_is_handed_on_where_nothing_is_said(run: Run, asked: Asked, folder: Path) -> None:
    answer = run(*SV)
    assert (answer.code, answer.err) == (0, "")
    assert asked.names == ["SV"]
    assert asked.options == {
        "mode": None,
        "sampling": "0.2",
        "preset": None,
        "doses": [],
        "nuisances": False,
        "model": None,
        "seed": 0,
    }
    assert list(folder.iterdir()) == []


def test_every_option(run: Run, asked: Asked, folder: Path) -> None:
    answer = run(
        *("limit", "--mode", "stem", "--defect", "SV, SW", "--sampling", "15 pm"),
        *("--preset", "ultrastem-60", "--dose", "1e4, 3e4", "--nuisances", "--seed", 3),
        *("--out", "limit"),
    )
    assert answer.code == 0
    assert asked.names == ["SV", "SW"]
    assert asked.options == {
        "mode": "stem",
        "sampling": "15 pm",
        "preset": "ultrastem-60",
        "doses": [1e4, 3e4],
        "nuisances": True,
        "model": None,
        "seed": 3,
    }
    assert answer.out.splitlines()[-1] == "tables and figure: limit"
    assert sorted(path.name for path in Path("limit").iterdir()) == [
        *("limit.csv", "limit.json", "limit.png")
    ]


def test_what_is_printed(run: Run, asked: Asked) -> None:
    lines = [line.rstrip() for line in run(*SV).out.splitlines()]
    assert lines[0] == (
        "hrtem, middle of the preset challenge, in which the lattice has a contrast of 0.039: "
        "sampling 0.2, energy 80000, defocus -70, cs -100000, focal_spread 30, aperture 60, "
        "camera mtf 0.65, camera gain 1"
    )
    assert lines[1] == "patches of 48 x 48 pixels, 9.6 A; a zigzag row lies at 23.3 degrees"
    assert lines[3].split("  ")[0] == "defect"
    assert lines[4].split() == ["SV", "300", "0.9300", "0.6000", "0.0090"]
    assert lines[5].split() == ["SV", "1000", "0.9970", "0.9700", "0.0020"]
    assert lines[7].split()[0] == "any"
    assert lines[9].split("  ")[0] == "dose (e/A^2) for"
    assert " ".join(lines[10].split()) == "SV 500 650 1300 (1250 to 1350) 1500 (1450 to 1550)"


def test_nuisances_are_mentioned(run: Run, asked: Asked) -> None:
    asked.answer = replace(LIMIT, nuisances=True)
    line = run(*SV, "--nuisances").out.splitlines()[1]
    assert line.endswith("23.3 degrees; shift, strain, turn, gain and offset unknown")


def test_a_model_beside_it(run: Run, asked: Asked, classifier: Path, folder: Path) -> None:
    asked.answer = WITH_MODEL
    answer = run(*SV, "--model", classifier)
    assert answer.code == 0
    assert asked.options["model"].description.name == "cnn-a"
    rows = [line.split() for line in answer.out.splitlines()]
    assert rows[3][-4:] == ["AUC", "of", "cnn-a", "efficiency"]
    assert rows[4][5:] == ["0.500"]
    assert rows[5][5:] == ["0.800", "[0.750,", "0.850]", "0.20"]


def test_a_model_of_another_sampling(
    run: Run, asked: Asked, classifier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sixring

    loaded = sixring.load_model(classifier)
    known = loaded.saved.description
    known = replace(known, data=replace(known.data, sampling=(0.1, 0.15)))
    monkeypatch.setattr(loaded.saved, "description", known)
    monkeypatch.setattr("sixring.load_model", lambda _: loaded)
    asked.answer = WITH_MODEL
    assert run(*SV, "--model", "m").err == (
        "sixring: warning: the model was trained at 0.1 to 0.15 A/px, not at 0.2: its scores may "
        "mean nothing here\n"
    )
    assert run(*SV, "--model", "m", "--quiet").err == ""
    monkeypatch.setattr(SavedModel, "any_size", True)
    assert run(*SV, "--model", "m").err == (
        "sixring: for the model, patches of 0.2 A/px are interpolated to 0.1225 A/px\n"
    )
    near = replace(known, data=replace(known.data, sampling=(0.1, 0.195)))
    monkeypatch.setattr(loaded.saved, "description", near)
    assert run(*SV, "--model", "m").err == ""


def test_a_lattice_that_is_hardly_seen(run: Run, asked: Asked) -> None:
    asked.answer = replace(LIMIT, contrast=0.0153, preset="hrtem")
    assert run(*SV).err == (
        "sixring: warning: the middle of the preset hrtem hardly shows the lattice, whose contrast "
        "is 0.015: choose one that stands for your microscope\n"
    )


def test_quiet(run: Run, asked: Asked, folder: Path) -> None:
    answer = run(*SV, "--quiet", "--out", "limit")
    assert (answer.code, answer.out, answer.err) == (0, "", "")
    assert Path("limit/limit.csv").exists()


def test_nothing_is_overwritten_unasked(run: Run, asked: Asked, folder: Path) -> None:
    Path("limit").mkdir()
    answer = run(*SV, "--out", "limit")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == (
        "sixring: limit exists already: add --overwrite or choose another --out\n"
    )
    assert asked.names == []
    assert run(*SV, "--out", "limit", "--overwrite").code == 0
    assert Path("limit/limit.png").exists()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            ("--dose", "300,many"),
            "the dose 'many' isn't a number: give electrons per angstrom^2, such as 300,1000,3000",
        ),
        (("--dose", "0"), "doses: electrons per angstrom^2 above 0 are needed, not 0"),
        (("--mode", "tem"), "Invalid value for '--mode'"),
        (("--defect", "edge"), "the defect 'edge' has no structure of its own: choose from B, "),
        (("--sampling", "2 apples"), "unknown unit of length 'apples'"),
        (
            ("--preset", "stem", "--mode", "hrtem"),
            "the preset stem is of mode stem, not hrtem: leave one out",
        ),
    ],
)
def test_wrong_usage_is_one_line(run: Run, changed: tuple[str, ...], message: str) -> None:
    answer = run(*SV, *changed)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"sixring: {message}")
    assert answer.err.count("\n") == 1


def test_no_model_there(run: Run, asked: Asked, folder: Path) -> None:
    answer = run(*SV, "--model", "nothing")
    assert answer.code == 1
    assert "nothing" in answer.err
    assert asked.names == []


@pytest.mark.parametrize("missing", ["--defect", "--sampling"])
def test_what_has_to_be_said(run: Run, missing: str) -> None:
    given = [*SV]
    place = given.index(missing)
    answer = run(*given[:place], *given[place + 2 :])
    assert answer.code == 2
    assert answer.err == f"sixring: Missing option '{missing}': see sixring --help\n"


def test_help_has_an_example(run: Run) -> None:
    answer = run("limit", "--help")
    assert answer.code == 0
    text = " ".join(answer.out.split())
    assert "Example: sixring limit --mode hrtem --defect SV --sampling 0.2 --out limit" in text
    for option in ("--seed", "--quiet", "--debug", "--overwrite", "--model", "--dose"):
        assert f"  {option}" in answer.out
