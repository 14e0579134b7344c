"""Programs in processes of their own, what is kept of them, and what goes wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.peer_drivers import scaled
from benchmarks.peers import Failure, Run, check_kept, do, prepare
from peer_cases import contestant, course, job
from sixring.errors import UsageError


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("peers") / "patches"
    prepare(course(folder.parent), folder)
    return folder


def test_patches_are_written_for_every_program(prepared: Path, tmp_path: Path) -> None:
    where = course(tmp_path)
    learning, held_out = where.learning.patches, where.learning.held_out
    with np.load(prepared / "training.npz") as archive:
        np.testing.assert_array_equal(archive["images"], learning.images[~held_out])
        np.testing.assert_array_equal(archive["labels"], learning.take(~held_out).labels)
    counts = np.bincount(np.asarray(learning.take(held_out).labels))
    for name, count in zip(("perfect", "defect"), counts, strict=True):
        assert len(list((prepared / "png/validation" / name).iterdir())) == count > 0


def test_no_program_is_given_the_labels_of_the_tests(prepared: Path, tmp_path: Path) -> None:
    for name, patches in course(tmp_path).tests.items():
        with np.load(prepared / "tests" / f"{name}.npz") as archive:
            assert archive.files == ["images"]
            np.testing.assert_array_equal(archive["images"], patches.images)
        files = sorted((prepared / "png/tests" / name).iterdir())
        assert len(files) == len(patches)
        levels = np.asarray(Image.open(files[-1]))
        assert levels.dtype == np.uint8
        assert np.abs(levels / 255 - scaled(patches.images[-1:])[0]).max() <= 0.5 / 255 + 1e-6


def test_patches_are_written_once_and_never_mixed(prepared: Path, tmp_path: Path) -> None:
    before = (prepared / "training.npz").stat().st_mtime_ns
    prepare(course(tmp_path), prepared)
    assert (prepared / "training.npz").stat().st_mtime_ns == before
    with pytest.raises(UsageError) as refused:
        prepare(course(tmp_path, n=50), prepared)
    assert str(refused.value) == f"{prepared}: holds other patches than --data: give another --out"


def test_a_program_scores_every_set(prepared: Path, tmp_path: Path) -> None:
    where = course(tmp_path)
    found = do(job(contestant(), where, seed=3), tmp_path, prepared, 1)
    assert isinstance(found, Run)
    for name, patches in where.tests.items():
        dark = scaled(patches.images).min(axis=(1, 2))
        assert np.corrcoef(found.scores[name], -dark)[0, 1] > 0.9
    assert found.cost["settings"] == "seed 3, threads 2"
    assert found.cost["versions"] == {"numpy": np.__version__}
    assert found.cost["train_seconds"] >= 0
    assert found.cost["score_seconds"] > 0
    assert found.cost["peak_megabytes"] > 10


def test_what_is_there_is_not_repeated(prepared: Path, tmp_path: Path) -> None:
    counted = tmp_path / "counted"
    one = contestant(more={"counted": str(counted)})
    asked = job(one, course(tmp_path))
    first = do(asked, tmp_path, prepared, 1)
    again = do(asked, tmp_path, prepared, 1)
    assert counted.read_text() == "0\n"
    assert isinstance(first, Run)
    assert isinstance(again, Run)
    assert again.cost == first.cost
    np.testing.assert_array_equal(again.scores["challenge"], first.scores["challenge"])
    do(replace(asked, seed=1), tmp_path, prepared, 1)
    assert counted.read_text() == "0\n1\n"


@pytest.mark.parametrize(
    ("does", "reason"),
    [
        ("fail", "ValueError: no | patch"),
        ("few", "ValueError: challenge: no finite score for each of 60 patches"),
        ("die", "ended by signal 9, as where memory runs out"),
    ],
)
def test_a_program_that_fails_is_tried_again(
    does: str, reason: str, prepared: Path, tmp_path: Path
) -> None:
    counted = tmp_path / "counted"
    asked = job(contestant("poor", does, more={"counted": str(counted)}), course(tmp_path))
    for times in (1, 2):
        assert do(asked, tmp_path, prepared, 1) == Failure(reason)
        assert counted.read_text() == "0\n" * times
    assert not asked.place(tmp_path).exists()
    if does == "fail":
        log = tmp_path / "runs/hrtem/poor/seed-0-log.txt"
        assert "before the end\n" in log.read_text()
        assert "Traceback" in log.read_text()


def test_a_program_that_takes_too_long_is_stopped(prepared: Path, tmp_path: Path) -> None:
    asked = job(contestant("slow", "sleep"), course(tmp_path))
    assert do(asked, tmp_path, prepared, 0.0005) == Failure("stopped after 0.0005 h")


def test_a_program_that_is_not_there(prepared: Path, tmp_path: Path) -> None:
    one = replace(contestant(), module="tests.no_such_peer")
    found = do(job(one, course(tmp_path)), tmp_path, prepared, 1)
    assert isinstance(found, Failure)
    assert found.reason.endswith("No module named tests.no_such_peer")


def test_a_reason_has_room_in_a_table(prepared: Path, tmp_path: Path) -> None:
    one = replace(contestant(), module="tests." + 200 * "x")
    found = do(job(one, course(tmp_path)), tmp_path, prepared, 1)
    assert isinstance(found, Failure)
    assert len(found.reason) == 160
    assert found.reason.endswith("...")


def test_what_is_kept_belongs_to_one_question(prepared: Path, tmp_path: Path) -> None:
    where = course(tmp_path)
    asked = job(contestant(identity="a"), where)
    do(asked, tmp_path, prepared, 1)
    check_kept([asked, replace(asked, seed=1)], tmp_path)
    place = tmp_path / "runs/hrtem/fake/seed-0"
    stale = "remove it, or give another --out"
    for now, what in (
        (replace(asked, epochs=5), "epochs (0, now 5)"),
        (replace(asked, threads=1), "threads (2, now 1)"),
        (job(contestant(identity="b"), where), "model"),
        (replace(asked, digest="other"), "patches"),
    ):
        with pytest.raises(UsageError) as refused:
            check_kept([now], tmp_path)
        assert str(refused.value) == f"{place}: was made with other {what}: {stale}"
    assert json.loads((place / "asked.json").read_text()) == asked.asked
