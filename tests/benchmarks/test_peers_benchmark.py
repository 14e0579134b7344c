"""Who is compared on what, the tables, and the whole command."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import benchmarks.peers.__main__ as command
from benchmarks.peers import (
    PEERS,
    Contestant,
    Plan,
    Run,
    _contestants,
    do,
    measure,
    own_models,
    peers,
    prepare,
    read_courses,
    results_text,
)
from benchmarks.peers import _environment as environment
from benchmarks.peers._data import labels_of
from benchmarks.quality import CHALLENGE, SERIES, Contender, learning_set
from peer_cases import contestant, course, job, write_patch_file
from sixring.errors import UsageError
from sixring.evaluate import roc_auc

ALL = ("train", "validation", "test")


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Compare one of ours with a peer, and with one that always fails."""
    folder = tmp_path_factory.mktemp("peers")
    contestants = [
        contestant("broken", "fail"),
        contestant("ours", is_own=True, seeds=False),
        contestant("theirs"),
    ]
    found = measure(Plan(seeds=2), [course(folder, by_dose=True)], contestants, folder)
    return {**found, "machine": "On a machine."}


def test_one_that_fails_does_not_keep_the_others(document: dict[str, Any]) -> None:
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    broken, ours, theirs = document["courses"][0]["rows"]
    assert broken["failures"] == 2 * ["ValueError: no | patch"]
    assert (broken["auc"], broken["cost"], broken["trainings"]) == (None, None, 0)
    assert (ours["trainings"], theirs["trainings"]) == (1, 2)
    assert ours["failures"] == theirs["failures"] == []


def test_everybody_is_judged_by_sixring_s_metrics(document: dict[str, Any], tmp_path: Path) -> None:
    ours = document["courses"][0]["rows"][1]
    where = course(tmp_path)
    assert list(ours["auc"]) == ["challenge", "1000 e/A^2", "10000 e/A^2", "hrtem-300"]
    prepare(where, tmp_path / "patches")
    run = do(job(contestant(), where), tmp_path, tmp_path / "patches", 1)
    assert isinstance(run, Run)
    for name, patches in where.tests.items():
        found = ours["auc"][name]
        assert found["value"] == pytest.approx(roc_auc(run.scores[name], labels_of(patches)))
        assert found["low"] < found["value"] < found["high"]


def test_the_best_of_both_sides_are_held_against_each_other(document: dict[str, Any]) -> None:
    _, ours, theirs = document["courses"][0]["rows"]
    challenge, series = document["courses"][0]["leads"]
    assert (challenge["set"], series["set"]) == ("challenge", "hrtem-300")
    assert (challenge["own"], challenge["peer"]) == ("Ours", "Theirs")
    difference = ours["auc"]["challenge"]["value"] - theirs["auc"]["challenge"]["value"]
    assert challenge["difference"]["value"] == pytest.approx(difference)


def test_the_table_has_a_row_for_everybody(document: dict[str, Any]) -> None:
    text = results_text(document)
    assert "\n## HRTEM\n" in text
    assert "| model | has seen | AUC, challenge | AUC, 1000 e/A^2 | AUC, 10000 e/A^2 | " in text
    assert " | AUC, 300 e/A^2 | training | scoring a patch | peak memory |\n" in text
    assert "\n| **Ours** | one-class | 0." in text
    assert "\n| Broken | one-class | – | – | – | – | – | – | – |\n" in text
    assert "- Broken: 2 of 2 trainings failed: `ValueError: no | patch`\n" in text
    assert "\n| Theirs | seed 0, threads 2 | 2 | numpy " in text
    assert "\n| challenge | 42 | 18 | 30 |\n" in text
    assert "\nOn a machine.\n" in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert all(line.endswith(" |") for line in rows)
    assert "nan" not in text


def test_a_small_run_says_so(document: dict[str, Any]) -> None:
    small = "**This run is too small to rank anybody**"
    assert small in results_text(document)
    large = json.loads(json.dumps(document))
    for found in large["courses"][0]["sets"].values():
        found.update(perfect=100, defect=100)
    assert small not in results_text(large)
    large["plan"]["epochs"] = 1
    assert small in results_text(large)


def test_how_long_was_trained(document: dict[str, Any]) -> None:
    assert "epochs: as many as each tool's authors recommend;" in results_text(document)
    changed = {**document, "plan": {**document["plan"], "epochs": 7}}
    assert "with other seeds: 2; epochs: 7; " in results_text(changed)


def test_the_tables_of_the_repository_are_those_of_its_numbers() -> None:
    path = command.RESULTS / "results.json"
    if not path.exists():
        pytest.skip(f"{path.name} isn't there: python -m benchmarks.peers makes it")
    numbers = json.loads(path.read_text(encoding="utf-8"))
    written = (command.RESULTS / "RESULTS.md").read_text(encoding="utf-8")
    assert written == results_text(numbers)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.01, 0.2, "sixring"), (-0.2, -0.01, "the peer"), (-0.1, 0.1, "not decided")],
)
def test_who_leads(document: dict[str, Any], low: float, high: float, verdict: str) -> None:
    changed = json.loads(json.dumps(document))
    changed["courses"][0]["leads"][0]["difference"] = {"value": 0.05, "low": low, "high": high}
    line = f"| challenge | Ours | Theirs | +0.050 [{low:+.3f}, {high:+.3f}] | {verdict} |\n"
    assert line in results_text(changed)


@pytest.mark.parametrize(
    ("seconds", "text"), [(3.14, "3.1 s"), (119.0, "119.0 s"), (120.0, "2.0 min"), (7200, "2.0 h")]
)
def test_times_are_readable(document: dict[str, Any], seconds: float, text: str) -> None:
    changed = json.loads(json.dumps(document))
    changed["courses"][0]["rows"][1]["cost"].update(train_seconds=seconds, score_seconds=0.0123)
    assert f"] | {text} | 12.3 ms | " in results_text(changed)


def test_without_one_side_nobody_leads(tmp_path: Path) -> None:
    found = measure(Plan(seeds=1), [course(tmp_path)], [contestant("broken", "fail")], tmp_path)
    assert found["courses"][0]["leads"] == []
    text = results_text({**found, "machine": "On a machine."})
    assert "\n| Broken | one-class | – | – | – |\n" in text
    assert "sixring's best" not in text


def test_nobody_and_two_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no model to compare: name some with --peers or --models"):
        measure(Plan(), [course(tmp_path)], [], tmp_path)
    with pytest.raises(UsageError, match="two models are called fake: give one of them another"):
        measure(Plan(), [course(tmp_path)], [contestant(), contestant()], tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("seeds", 0, "seeds must be at least 1, not 0"),
        ("epochs", -1, "epochs must be at least 0, not -1"),
        ("threads", 0, "threads must be at least 1, not 0"),
        ("hours", 0.0, "hours must be more than 0, not 0"),
        ("hours", float("nan"), "hours must be more than 0, not nan"),
    ],
)
def test_numbers_that_make_no_sense(name: str, value: float, message: str) -> None:
    with pytest.raises(UsageError, match=f"^{message}$"):
        Plan(**{name: value})  # type: ignore[arg-type]


def test_a_folder_of_simulated_patches_is_one_course(tmp_path: Path) -> None:
    write_patch_file(tmp_path, ALL)
    (found,) = read_courses(tmp_path, ["hrtem", "stem"])
    assert (found.name, found.by_dose) == ("patches", True)
    assert len(found.learning.patches) == 24
    assert found.learning.held_out.tolist() == 12 * [False] + 12 * [True]
    assert {name: len(patches) for name, patches in found.tests.items()} == {"test": 12}


def test_a_fingerprint_is_that_of_the_patches(tmp_path: Path) -> None:
    assert course(tmp_path).digest == course(tmp_path / "elsewhere").digest
    assert course(tmp_path).digest != course(tmp_path, n=62).digest


def test_the_sets_of_the_quality_benchmark_are_a_course_each_mode(tmp_path: Path) -> None:
    for mode in ("hrtem", "stem"):
        write_patch_file(tmp_path / "sets" / learning_set(mode), ("train", "validation"))
    for name in (CHALLENGE, *(cell.name for cell in SERIES)):
        write_patch_file(tmp_path / "sets" / name, ("test",))
    hrtem, stem = read_courses(tmp_path, ["hrtem", "stem"])
    assert list(hrtem.tests) == [CHALLENGE, "hrtem-300", "hrtem-1000", "hrtem-3000", "hrtem-10000"]
    assert list(stem.tests) == ["stem-10000", "stem-30000", "stem-100000", "stem-1000000"]
    assert hrtem.learning.held_out.sum() == 12
    shutil.rmtree(tmp_path / "sets" / "stem-10000")
    with pytest.raises(UsageError) as refused:
        read_courses(tmp_path, ["hrtem", "stem"])
    assert str(refused.value) == (
        f"{tmp_path}: has no set stem-10000: finish it with python -m benchmarks.quality --out "
        f"{tmp_path}"
    )


def test_patches_that_can_t_be_learned_from(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        read_courses(tmp_path / "none", ["hrtem"])
    assert str(refused.value).startswith(f"{tmp_path / 'none'}: is no folder of patches: make one")
    write_patch_file(tmp_path / "untested", ("train", "validation"))
    with pytest.raises(UsageError) as refused:
        read_courses(tmp_path / "untested", ["hrtem"])
    assert str(refused.value) == (
        f"{tmp_path / 'untested'}: has no patches with the split 'test': make such a folder with "
        "sixring simulate patches"
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("one class", "has no defect patches: these models are judged on both"),
        ("constant", "has a constant patch, which no model can score: take it out"),
    ],
)
def test_patches_that_nobody_can_be_judged_on(change: str, message: str, tmp_path: Path) -> None:
    write_patch_file(tmp_path, ALL)
    with np.load(tmp_path / "patches.npz") as archive:
        arrays = dict(archive)
    if change == "one class":
        arrays["labels"][arrays["split"] == "test"] = 0
    else:
        arrays["images"][3] = 1
    np.savez(tmp_path / "patches.npz", **arrays)
    with pytest.raises(UsageError, match=message):
        read_courses(tmp_path, ["hrtem"])


def made_environment(folder: Path, constraints: str) -> Path:
    python = environment.interpreter(folder)
    python.parent.mkdir(parents=True)
    python.touch()
    (folder / environment.MARK).write_text(constraints)
    return folder


def test_every_peer_has_its_program(tmp_path: Path) -> None:
    folder = made_environment(tmp_path / "there", environment.constraints_digest())
    for one in peers(list(PEERS), folder):
        assert Path(*one.module.split(".")).with_suffix(".py").is_file()
        assert one.python == environment.interpreter(folder)
        assert one.identity == environment.constraints_digest()
        assert not one.is_own
    assert peers([], tmp_path / "none") == []


def test_peers_that_can_t_be(tmp_path: Path) -> None:
    make = "python -m benchmarks.peers.environment"
    folder = tmp_path / "peers"
    with pytest.raises(UsageError, match="there is no peer 'pca': choose from atomai-classifier, "):
        peers(["pca"], folder)
    with pytest.raises(UsageError) as refused:
        peers(["pyod-pca"], folder)
    assert str(refused.value) == f"{folder}: is no environment of the peers: make it with {make}"
    made_environment(folder, "older")
    with pytest.raises(UsageError) as refused:
        peers(["pyod-pca"], folder)
    assert str(refused.value) == (
        f"{folder}: holds other versions than constraints.txt names: make another with {make}"
    )
    (folder / environment.MARK).unlink()
    with pytest.raises(UsageError) as refused:
        peers(["pyod-pca"], folder)
    assert str(refused.value) == f"{folder}: was never finished: run {make} again"


def test_own_models_by_name_and_by_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(_contestants, "shipped_models", lambda: ())
    assert own_models([]) == []
    (tmp_path / "model.onnx").write_bytes(b"a")
    made, saved = own_models(["pca", f"mine={tmp_path}"])
    assert (made.name, made.kind, made.seeds) == ("pca", "one-class", True)
    assert made.more == {"model": "pca", "folder": ""}
    assert (saved.title, saved.kind, saved.seeds) == ("sixring mine", "saved", False)
    assert saved.more["folder"] == str(tmp_path.resolve())
    assert made.python == saved.python == Path(sys.executable)
    (tmp_path / "model.onnx").write_bytes(b"b")
    assert own_models([f"mine={tmp_path}"])[0].identity != saved.identity


def test_what_the_package_carries_is_always_compared(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[str, ...]] = []

    def known(names: tuple[str, ...]) -> list[Contender]:
        asked.append(names)
        return [Contender(name, "shipped", tmp_path) for name in names]

    monkeypatch.setattr(_contestants, "shipped_models", lambda: ("default",))
    monkeypatch.setattr(_contestants, "choose", known)
    assert [one.title for one in own_models([])] == ["sixring default"]
    own_models(["pca", "default"])
    assert asked == [("default",), ("default", "pca")]


def test_the_whole_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def known(names: list[str], folder: Path) -> list[Contestant]:
        assert folder == Path("there")
        return [contestant(name, "fail" if name == "broken" else "score") for name in names]

    monkeypatch.setattr(command, "peers", known)
    monkeypatch.setattr(command, "own_models", lambda names: [])
    write_patch_file(tmp_path / "data", ALL)
    (tmp_path / "tables").mkdir()
    arguments = ["--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")]
    arguments += ["--environment", "there", "--tables", str(tmp_path / "tables"), "--seeds", "1"]
    assert command.main([*arguments, "--peers", "one"]) == 0
    written = (tmp_path / "tables" / "RESULTS.md").read_text()
    printed = capsys.readouterr()
    assert written in printed.out
    assert "training and scoring patches: one\n" in printed.err
    numbers = json.loads((tmp_path / "tables" / "results.json").read_text())
    assert results_text(numbers) == written
    assert command.main([*arguments, "--peers", "one,broken"]) == 1
    assert "- Broken: 1 of 1 trainings failed: " in capsys.readouterr().out


def test_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert "example:\n  python -m benchmarks.peers.environment peers-environment\n" in shown
    assert "--data quality --out peers" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--tables", "no-such"], "--tables must be a folder that is there, not no-such"),
        (["--seeds", "0"], "seeds must be at least 1, not 0"),
        (["--peers", "nobody"], "there is no peer 'nobody'"),
        (["--models", "none"], "there is no model 'none'"),
        (["--peers", "pyod-pca", "--environment", "no-such"], "no-such: is no environment of the"),
        (["--peers", "", "--models", "pca"], "data: is no folder of patches: make one with"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = ["--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit) as refused:
        command.main([*first, *arguments])
    assert refused.value.code == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
