from __future__ import annotations

import csv
import errno
import json
import os
import re
import signal
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from named_detector import named_detector
from sixring.batch import Batch, Outcome, Settings
from sixring.errors import OutputError, UsageError
from sixring.report import SUMMARY_COLUMNS

Save = Callable[..., list[Path]]
FILES = {
    "atoms.csv",
    "defects.csv",
    "overlay.png",
    "report.html",
    "result.json",
    "rings.csv",
    "score.tif",
    "structure.extxyz",
}


def start(
    sources: list[Path], out: Path, settings: Settings | None = None, *, overwrite: bool = False
) -> Batch:
    return Batch(sources, out, settings, overwrite=overwrite, detect=named_detector)


def outcomes(batch: Batch, jobs: int = 1) -> dict[str, Outcome]:
    return {outcome.source.stem: outcome for outcome in batch.run(jobs)}


def summary(out: Path) -> dict[str, dict[str, str]]:
    with (out / "summary.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert tuple(reader.fieldnames or ()) == SUMMARY_COLUMNS
        return {Path(row["file"]).stem: row for row in reader}


def listing(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def test_a_file_gets_its_folder_and_its_row(tmp_path: Path, save: Save) -> None:
    out = tmp_path / "new" / "out"
    [outcome] = start(save("a.npy"), out, Settings(sampling=0.1)).run()
    assert outcome.status == "ok"
    assert outcome.folder == out / "a"
    assert not outcome.kept
    assert listing(out) == {"a", "summary.csv", "index.html"}
    assert listing(out / "a") == FILES
    row = summary(out)["a"]
    assert row["file"] == str(tmp_path / "a.npy")
    assert (row["status"], row["reason"], row["mode"]) == ("ok", "", "stem")
    assert (row["sampling_A"], row["n_defects"], row["seconds"]) == ("0.1", "1", "0.25")
    # 64 x 64 pixels of 0.1 A, a quarter of them contaminated.
    assert float(row["clear_area_nm2"]) == pytest.approx(0.3072)
    assert row["contaminated_fraction"] == "0.25"


def test_settings_reach_the_detector_and_the_record(tmp_path: Path, save: Save) -> None:
    settings = Settings(0.2, "hrtem", "learned", 0.25, lattice_sampling=True)
    outcomes(start(save("a.npy"), tmp_path / "out", settings))
    document = json.loads((tmp_path / "out" / "a" / "result.json").read_text(encoding="utf-8"))
    assert document["settings"] == {
        "detector": "learned",
        "min_probability": 0.25,
        "lattice_sampling": True,
    }
    assert document["lattice"]["mode"] == "hrtem"
    assert document["batch"]["settings"]["sampling"] == 0.2
    assert document["batch"]["row"]["sampling_A"] == 0.2


@pytest.mark.parametrize("jobs", [1, 2])
def test_bad_files_never_stop_the_rest(tmp_path: Path, save: Save, jobs: int) -> None:
    names = ["a", "refused-1", "bug-1", "killed-1", "memory-1", "warned-1"]
    sources = save(*(f"{name}.npy" for name in names))
    (tmp_path / "empty.npy").touch()
    out = tmp_path / "out"
    done = outcomes(start([*sources, tmp_path / "empty.npy"], out), jobs)
    assert {name: outcome.status for name, outcome in done.items()} == {
        "a": "ok",
        "refused-1": "refused",
        "bug-1": "failed",
        "killed-1": "failed",
        "memory-1": "failed",
        "warned-1": "ok",
        "empty": "failed",
    }
    assert {name: row["reason"] for name, row in summary(out).items()} == {
        "a": "",
        "refused-1": "no graphene lattice, 3.16 A was seen",
        "bug-1": "unexpected TypeError: a mistake of ours",
        "killed-1": "the process working on it was killed by signal 9: not enough memory? "
        "try it alone, with --jobs 1",
        "memory-1": "not enough memory: crop the image, or use fewer --jobs",
        "warned-1": "",
        "empty": "the file is empty: copy or export it again",
    }
    assert list(summary(out)) == [*names, "empty"]
    assert listing(out) == {"a", "warned-1", "summary.csv", "index.html"}
    assert done["warned-1"].warnings == ("look twice",)
    assert "TypeError: a mistake" in done["bug-1"].traceback
    assert done["a"].traceback == ""


def test_same_stems_get_their_own_folders(tmp_path: Path, save: Save) -> None:
    out = tmp_path / "out"
    outcomes(start(save("x/a.npy", "y/a.npy", "b.npy"), out))
    assert listing(out) == {"x-a", "y-a", "b", "summary.csv", "index.html"}
    index = (out / "index.html").read_text(encoding="utf-8")
    assert 'href="x-a/report.html"' in index
    assert 'href="y-a/report.html"' in index


def test_one_file_named_twice_is_done_once(
    tmp_path: Path, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    save("a.npy")
    batch = start([Path("a.npy"), Path("x/../a.npy"), tmp_path / "a.npy"], tmp_path / "out")
    assert len(batch.tasks) == 1


def test_started_again_it_does_what_is_missing(tmp_path: Path, save: Save) -> None:
    out = tmp_path / "out"
    sources = save("a.npy", "refused-1.npy")
    outcomes(start(sources, out))
    before = (out / "a" / "result.json").stat().st_mtime_ns

    batch = start([*sources, *save("b.npy")], out)
    assert [task.source.stem for task in batch.tasks] == ["refused-1", "b"]
    [kept] = batch.kept
    assert (kept.source, kept.status, kept.folder, kept.kept) == (sources[0], "ok", out / "a", True)
    assert set(outcomes(batch)) == {"refused-1", "b"}
    assert (out / "a" / "result.json").stat().st_mtime_ns == before
    assert [(name, row["status"]) for name, row in summary(out).items()] == [
        ("a", "ok"),
        ("refused-1", "refused"),
        ("b", "ok"),
    ]
    assert summary(out)["a"]["seconds"] == "0.25"


def test_started_again_with_nothing_to_do_it_still_has_its_summary(
    tmp_path: Path, save: Save
) -> None:
    out = tmp_path / "out"
    sources = save("a.npy", "b.npy")
    outcomes(start(sources, out))
    first = (out / "summary.csv").read_text(encoding="utf-8")
    (out / "summary.csv").unlink()
    (out / "index.html").unlink()
    assert outcomes(start(sources, out)) == {}
    assert (out / "summary.csv").read_text(encoding="utf-8") == first
    assert (out / "index.html").exists()


def test_other_inputs_join_what_is_there(tmp_path: Path, save: Save) -> None:
    out = tmp_path / "out"
    outcomes(start(save("a.npy", "refused-1.npy"), out))
    outcomes(start(save("other/a.npy"), out))
    assert listing(out) == {"a", "a-npy", "summary.csv", "index.html"}
    with (out / "summary.csv").open(encoding="utf-8", newline="") as file:
        files = [row["file"] for row in csv.DictReader(file)]
    assert files == [str(tmp_path / name) for name in ("other/a.npy", "a.npy", "refused-1.npy")]


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path, save: Save) -> None:
    out = tmp_path / "out"
    (out / "a").mkdir(parents=True)
    (out / "a" / "thesis.txt").touch()
    outcomes(start(save("a.npy"), out, overwrite=True))
    assert listing(out / "a") == {"thesis.txt"}
    assert listing(out / "a-npy") == FILES


def test_other_settings_need_overwrite(tmp_path: Path, save: Save) -> None:
    out = tmp_path / "out"
    sources = save("a.npy", "b.npy")
    outcomes(start(sources, out))
    before = (out / "summary.csv").read_bytes()
    message = (
        f"{out / 'a'} holds earlier results, but they were made with min_probability = 0.5, "
        "and now it is 0.9: add --overwrite or choose another --out"
    )
    with pytest.raises(UsageError, match=f"^{re.escape(message)}$"):
        start(sources, out, Settings(min_probability=0.9))
    assert (out / "summary.csv").read_bytes() == before
    again = start(sources, out, Settings(min_probability=0.9), overwrite=True)
    assert len(again.tasks) == 2
    outcomes(again)
    document = json.loads((out / "b" / "result.json").read_text(encoding="utf-8"))
    assert document["settings"]["min_probability"] == 0.9


def test_a_changed_file_needs_overwrite(tmp_path: Path, save: Save) -> None:
    out = tmp_path / "out"
    sources = save("a.npy")
    outcomes(start(sources, out))
    save("a.npy", seed=1)
    with pytest.raises(UsageError, match=r"a\.npy has changed since they were made"):
        start(sources, out)
    assert outcomes(start(sources, out, overwrite=True))["a"].status == "ok"


def test_a_summary_of_somebody_else_is_not_lost(tmp_path: Path, save: Save) -> None:
    (tmp_path / "summary.csv").write_text("mine\n", encoding="utf-8")
    with pytest.raises(UsageError, match="wasn't written by sixring: choose another"):
        start(save("a.npy"), tmp_path)
    assert (tmp_path / "summary.csv").read_text(encoding="utf-8") == "mine\n"


def test_a_file_can_not_be_the_output_folder(tmp_path: Path, save: Save) -> None:
    [source] = save("a.npy")
    for out in (source, source / "below"):
        with pytest.raises(UsageError, match=f"^can't write to the output folder {out} "):
            start([source], out)


def test_an_output_folder_that_takes_no_files(save: Save) -> None:
    # Nobody, root neither, makes files in /proc.
    with pytest.raises(UsageError, match=r"^can't write to the output folder /proc \(.+--out$"):
        start(save("a.npy"), Path("/proc"))


@pytest.mark.parametrize("probability", [-0.1, 1.5, float("nan")])
def test_a_probability_is_one(probability: float) -> None:
    message = f"the least probability must lie between 0 and 1, not {probability:g}"
    with pytest.raises(UsageError, match=f"^{re.escape(message)}$"):
        Settings(min_probability=probability)


@pytest.mark.parametrize("names", [["a.npy"], ["a.npy", "b.npy"]])
def test_a_wrong_setting_ends_the_run(tmp_path: Path, save: Save, names: list[str]) -> None:
    batch = start(save(*names), tmp_path / "out", Settings(detector="magic"))
    with pytest.raises(UsageError, match=r"^there is no detector 'magic': use 'learned'$"):
        outcomes(batch)
    assert listing(tmp_path / "out") == {"summary.csv"}


def test_there_is_at_least_one_job(tmp_path: Path, save: Save) -> None:
    batch = start(save("a.npy"), tmp_path / "out")
    with pytest.raises(UsageError, match=r"^the number of jobs must be at least 1, not 0$"):
        next(batch.run(0))


def test_closing_leaves_a_summary_that_a_new_start_completes(tmp_path: Path, save: Save) -> None:
    out = tmp_path / "out"
    sources = save("a.npy", "slow-1.npy", "b.npy")
    with closing(start(sources, out).run()) as running:
        assert next(running).source == sources[0]
    assert listing(out) == {"a", "summary.csv"}
    assert list(summary(out)) == ["a"]
    batch = start([sources[0], sources[2]], out)
    assert set(outcomes(batch)) == {"b"}
    assert list(summary(out)) == ["a", "b"]


def test_an_interrupt_in_the_only_file_leaves_nothing(
    tmp_path: Path, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("sixring.report.write_report", interrupt)
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        outcomes(start(save("a.npy"), out))
    assert listing(out) == {"summary.csv"}
    assert summary(out) == {}


def test_a_full_disk_fails_the_file_and_leaves_nothing_half_written(
    tmp_path: Path, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("sixring.report.write_report", full)
    out = tmp_path / "out"
    done = outcomes(start(save("a.npy"), out))
    assert done["a"].status == "failed"
    assert summary(out)["a"]["reason"] == (
        f"{out / 'a'}: can't be written (no space left on device): "
        "free some space, or choose another folder"
    )
    assert listing(out) == {"summary.csv", "index.html"}


def test_a_disk_too_full_for_the_summary_ends_the_run(
    tmp_path: Path, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    batch = start(save("a.npy"), out)

    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OutputError, match=r"summary\.csv: can't be written \(no space left"):
        outcomes(batch)
    assert listing(out) == set()


def test_results_are_the_same_with_more_jobs(tmp_path: Path, save: Save) -> None:
    sources = save("a.npy", "b.npy", "c.npy")
    for jobs in (1, 3):
        outcomes(start(sources, tmp_path / str(jobs)), jobs)
    one, three = ((tmp_path / jobs) for jobs in ("1", "3"))
    assert (one / "summary.csv").read_bytes() == (three / "summary.csv").read_bytes()
    for name in ("a/defects.csv", "b/atoms.csv", "c/score.tif"):
        assert (one / name).read_bytes() == (three / name).read_bytes()
    assert np.isfinite(float(summary(one)["a"]["density_high"]))
