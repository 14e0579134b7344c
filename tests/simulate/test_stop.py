"""Runs that are stopped in the middle, and started again."""

from __future__ import annotations

import hashlib
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from quick_samples import PRESET, quick_sample
from sixring.simulate import MicrographSettings, PatchSettings, write_micrographs, write_patches

TESTS = Path(__file__).parents[1]
PATIENCE_SECONDS = 60.0
PATCHES = "PatchSettings(PRESET, n=60, ratio=2.0)", "write_patches"
MICROGRAPHS = "MicrographSettings(PRESET, n=5)", "write_micrographs"


def start(
    folder: Path, kind: tuple[str, str], jobs: int, limit: Callable[[], None] | None = None
) -> subprocess.Popen[bytes]:
    settings, write = kind
    code = (
        "from pathlib import Path\n"
        "from quick_samples import PRESET, gated_sample\n"
        "from sixring.simulate import *\n"
        "if __name__ == '__main__':\n"
        f"    {write}({settings}, Path('out'), jobs={jobs}, make=gated_sample)\n"
    )
    script = folder / "run.py"
    script.write_text(f"import sys\nsys.path.insert(0, {str(TESTS)!r})\n{code}", encoding="utf-8")
    with (folder / "err").open("w", encoding="utf-8") as err:
        return subprocess.Popen(
            [sys.executable, str(script)], cwd=folder, stderr=err, preexec_fn=limit
        )


def wait(process: subprocess.Popen[bytes], folder: Path) -> tuple[int, str]:
    """Return the exit code and what the run said."""
    code = process.wait(PATIENCE_SECONDS)
    return code, (folder / "err").read_text(encoding="utf-8")


def finished(folder: Path) -> list[Path]:
    """Return the pieces that are complete."""
    out = folder / "out"
    return [*out.glob(".parts/[0-9]*.npz"), *out.glob("[!.]*.tif")]


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """Return what runs that nobody stops write."""
    patches = tmp_path_factory.mktemp("patches")
    write_patches(PatchSettings(PRESET, n=60, ratio=2.0), patches, make=quick_sample)
    micrographs = tmp_path_factory.mktemp("micrographs")
    write_micrographs(MicrographSettings(PRESET, n=5), micrographs, make=quick_sample)
    return {PATCHES[1]: digests(patches), MICROGRAPHS[1]: digests(micrographs)}


@pytest.mark.slow
@pytest.mark.parametrize("kind", [PATCHES, MICROGRAPHS], ids=["patches", "micrographs"])
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL], ids=["interrupt", "kill"])
def test_started_again_it_does_what_is_missing(
    tmp_path: Path,
    whole: dict[str, dict[str, str]],
    kind: tuple[str, str],
    jobs: int,
    blow: signal.Signals,
) -> None:
    process = start(tmp_path, kind, jobs)
    end = time.monotonic() + PATIENCE_SECONDS
    while len(finished(tmp_path)) < 2 and time.monotonic() < end:
        time.sleep(0.02)
    process.send_signal(blow)
    code, err = wait(process, tmp_path)
    assert code == -blow, err
    pieces = {path: path.stat().st_mtime_ns for path in finished(tmp_path)}
    assert len(pieces) >= 2

    (tmp_path / "go").touch()
    again = start(tmp_path, kind, jobs)
    code, err = wait(again, tmp_path)
    assert code == 0, err
    assert digests(tmp_path / "out") == whole[kind[1]]
    if kind is MICROGRAPHS:  # the parts of patches are gone
        first = min(pieces)
        assert first.stat().st_mtime_ns == pieces[first]


@pytest.mark.parametrize("kind", [PATCHES, MICROGRAPHS], ids=["patches", "micrographs"])
def test_a_disk_with_room_for_little(tmp_path: Path, kind: tuple[str, str]) -> None:
    room = 20_000  # bytes in a file: too little for the patches of a micrograph

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    code, err = wait(start(tmp_path, kind, 1, limit), tmp_path)
    assert code == 1
    last = err.splitlines()[-1]
    assert last.startswith("sixring.errors.OutputError: out/")
    assert last.endswith("can't be written (file too large): check the folder and the disk")
    assert finished(tmp_path) == []
    assert not [path for path in tmp_path.rglob("*") if ".part" in path.suffixes]
