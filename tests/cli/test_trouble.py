"""What goes wrong around the detection: interrupts, full disks, folders that take no files."""

from __future__ import annotations

import csv
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli_types import Run, Save

COMMAND = [sys.executable, str(Path(__file__).parent.parent / "named_command.py")]
PATIENCE_SECONDS = 30.0


def listing(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def statuses(out: Path) -> dict[str, str]:
    with (out / "summary.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: row["status"] for row in csv.DictReader(file)}


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_in_the_middle_and_a_new_start(folder: Path, noise: Save, jobs: str) -> None:
    noise("a.npy", "slow-1.npy", "slow-2.npy")
    args = [*COMMAND, "detect", ".", "--out", "out", "--jobs", jobs]
    process = subprocess.Popen(args, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    end = time.monotonic() + PATIENCE_SECONDS
    while not (folder / "out" / "a").exists() and time.monotonic() < end:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130
    assert err == "sixring: interrupted: start the same command again to do what is missing\n"
    assert listing(folder / "out") <= {"a", "summary.csv"}

    (folder / "slow-1.go").touch()
    (folder / "slow-2.go").touch()
    again = subprocess.run(args, capture_output=True, text=True, timeout=60, check=False)
    assert again.returncode == 0
    assert "2 done, 1 done before, 0 refused, 0 failed\n" in again.stdout
    assert set(statuses(folder / "out").values()) == {"ok"}
    assert listing(folder / "out") == {"a", "slow-1", "slow-2", "summary.csv", "index.html"}


def test_a_disk_with_room_for_little(folder: Path, noise: Save) -> None:
    noise("a.npy")
    room = 10_000  # bytes in a file: enough for a summary, too little for a picture

    answer = subprocess.run(
        [*COMMAND, "detect", "a.npy", "--out", "out"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )
    assert answer.returncode == 1
    assert answer.stderr == (
        "sixring: failed: a.npy: out/a: can't be written (file too large): "
        "check the folder and the disk\n"
    )
    assert statuses(folder / "out") == {"a.npy": "failed"}
    assert "a" not in listing(folder / "out")
    assert not list((folder / "out").glob(".*"))


@pytest.mark.usefixtures("fake")
class TestOutputFolder:
    def test_is_a_file(self, run: Run, noise: Save) -> None:
        noise("a.npy", "b.npy")
        answer = run("detect", "a.npy", "--out", "b.npy")
        assert answer.code == 2
        assert answer.err == (
            "sixring: can't write to the output folder b.npy (File exists): choose another --out\n"
        )

    def test_is_below_a_file(self, run: Run, noise: Save) -> None:
        noise("a.npy", "b.npy")
        answer = run("detect", "a.npy", "--out", "b.npy/out")
        assert answer.code == 2
        assert answer.err == (
            "sixring: can't write to the output folder b.npy/out (Not a directory): "
            "choose another --out\n"
        )

    def test_takes_no_files(self, run: Run, noise: Save) -> None:
        noise("a.npy")
        answer = run("detect", "a.npy", "--out", "/proc")
        assert answer.code == 2
        assert answer.err.startswith("sixring: can't write to the output folder /proc (")

    def test_holds_a_summary_of_somebody_else(self, run: Run, folder: Path, noise: Save) -> None:
        noise("a.npy")
        (folder / "summary.csv").write_text("mine\n", encoding="utf-8")
        answer = run("detect", "a.npy", "--out", ".")
        assert answer.code == 2
        assert answer.err == (
            "sixring: summary.csv wasn't written by sixring: choose another output folder\n"
        )
        assert listing(folder) == {"a.npy", "summary.csv"}
