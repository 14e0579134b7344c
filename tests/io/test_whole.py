from __future__ import annotations

import errno
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from sixring.errors import OutputError, ReadError
from sixring.io import file_appears_whole, folder_appears_whole, remove_unfinished

AppearsWhole = Callable[[Path], AbstractContextManager[Path]]


@contextmanager
def small_disk(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes, as on a disk that fills up while it is written."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_file_appears_with_its_content(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.csv"
    with file_appears_whole(path) as part:
        assert part.parent == path.parent
        assert part.suffix == ".csv"
        part.write_text("1,2\n")
        assert not path.exists()
    assert path.read_text() == "1,2\n"
    assert os.listdir(path.parent) == ["a.csv"]


def test_file_has_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    with file_appears_whole(tmp_path / "a") as part:
        part.touch()
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_file_is_not_overwritten_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    with pytest.raises(OutputError) as caught, file_appears_whole(path) as part:
        part.write_text("new")
    assert str(caught.value) == f"{path}: exists already: choose another name, or pass --overwrite"
    assert path.read_text() == "old"
    with file_appears_whole(path, overwrite=True) as part:
        part.write_text("new")
    assert path.read_text() == "new"
    assert os.listdir(tmp_path) == ["a.csv"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, SystemExit])
def test_interrupted_file_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "a.csv"
    with pytest.raises(error), file_appears_whole(path) as part:
        _write_and_raise(part, error)
    assert os.listdir(tmp_path) == []


def test_interrupted_overwriting_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), file_appears_whole(path, overwrite=True) as part:
        _write_and_raise(part, KeyboardInterrupt)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.csv"]


def _write_and_raise(part: Path, error: type[BaseException]) -> None:
    part.write_text("half")
    raise error


def test_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    with (
        pytest.raises(OutputError) as caught,
        small_disk(10_000),
        file_appears_whole(path) as part,
    ):
        part.write_bytes(b"x" * 100_000)
    assert str(caught.value) == (
        f"{path}: can't be written (file too large): check the folder and the disk"
    )
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.ENOSPC, "no space left on device): free some space, or choose another folder"),
        (errno.EACCES, "permission denied): choose a folder that you may write to"),
        (errno.EROFS, "read-only file system): choose a folder that you may write to"),
        (errno.EIO, "input/output error): check the folder and the disk"),
    ],
)
@pytest.mark.parametrize("appears_whole", [file_appears_whole, folder_appears_whole])
def test_errors_of_the_system_are_named(
    tmp_path: Path, code: int, reason: str, appears_whole: AppearsWhole
) -> None:
    path = tmp_path / "out"
    with pytest.raises(OutputError) as caught, appears_whole(path):
        raise OSError(code, os.strerror(code))
    assert str(caught.value) == f"{path}: can't be written ({reason}"
    assert isinstance(caught.value.__cause__, OSError)
    assert os.listdir(tmp_path) == []


def test_our_own_errors_pass(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"^x$"), folder_appears_whole(tmp_path / "out"):
        raise ReadError("x")


@pytest.mark.parametrize("appears_whole", [file_appears_whole, folder_appears_whole])
def test_a_file_where_a_folder_is_needed(tmp_path: Path, appears_whole: AppearsWhole) -> None:
    (tmp_path / "file").write_text("mine")
    path = tmp_path / "file" / "out"
    with pytest.raises(OutputError, match=r"can't be written \((not a directory|file exists)\)"):
        appears_whole(path).__enter__()
    assert (tmp_path / "file").read_text() == "mine"


def test_folder_where_a_file_is_to_be(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is a folder, where a file is to be written"):
        file_appears_whole(tmp_path, overwrite=True).__enter__()


def test_file_where_a_folder_is_to_be(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("mine")
    with pytest.raises(OutputError, match="is a file, where a folder is to be written"):
        folder_appears_whole(path, overwrite=True).__enter__()
    assert path.read_text() == "mine"


def test_folder_appears_with_its_files(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "out"
    with folder_appears_whole(path) as part:
        (part / "x.txt").write_text("x")
        (part / "sub").mkdir()
        (part / "sub" / "y.txt").write_text("y")
        assert not path.exists()
    assert (path / "x.txt").read_text() == "x"
    assert (path / "sub" / "y.txt").read_text() == "y"
    assert os.listdir(path.parent) == ["out"]


def test_folder_is_not_overwritten_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.mkdir()
    with pytest.raises(OutputError, match=r"out: exists already: .* pass --overwrite$"):
        folder_appears_whole(path).__enter__()
    with folder_appears_whole(path, overwrite=True) as part:
        (part / "x.txt").write_text("x")
    assert os.listdir(path) == ["x.txt"]


def test_overwriting_keeps_what_only_the_user_has(tmp_path: Path) -> None:
    path = tmp_path / "out"
    (path / "raw").mkdir(parents=True)
    (path / "raw" / "image.dm4").write_text("precious")
    (path / "notes.txt").write_text("mine")
    (path / "result.json").write_text("old")
    with folder_appears_whole(path, overwrite=True) as part:
        (part / "result.json").write_text("new")
    assert (path / "raw" / "image.dm4").read_text() == "precious"
    assert (path / "notes.txt").read_text() == "mine"
    assert (path / "result.json").read_text() == "new"
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.parametrize("overwrite", [False, True])
def test_interrupted_folder_leaves_things_as_they_were(tmp_path: Path, overwrite: bool) -> None:
    path = tmp_path / "out"
    if overwrite:
        path.mkdir()
        (path / "x.txt").write_text("old")
    with pytest.raises(KeyboardInterrupt), folder_appears_whole(path, overwrite=overwrite) as part:
        _write_and_raise(part / "x.txt", KeyboardInterrupt)
    if overwrite:
        assert (path / "x.txt").read_text() == "old"
        assert os.listdir(tmp_path) == ["out"]
    else:
        assert os.listdir(tmp_path) == []


def test_failed_renaming_brings_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out"
    path.mkdir()
    (path / "x.txt").write_text("old")
    rename = Path.rename

    def fail_for_new(self: Path, target: Path) -> Path:
        if self.suffix == ".part":
            raise OSError(errno.EIO, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_for_new)
    with (
        pytest.raises(OutputError, match="input/output error"),
        folder_appears_whole(path, overwrite=True) as part,
    ):
        (part / "x.txt").write_text("new")
    assert (path / "x.txt").read_text() == "old"
    assert os.listdir(tmp_path) == ["out"]


def test_what_killed_writers_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    kept = [".hidden", ".notes.part.txt", "table-0123abcd.part.csv", "table.csv"]
    for name in kept:
        (tmp_path / name).touch()
    left: list[Path] = []
    for name in ("table.csv", "image.tif"):
        writing = file_appears_whole(tmp_path / "new" / name)
        left.append(writing.__enter__())  # a killed process never gets to the end
        left[-1].touch()
        left[-1].rename(tmp_path / left[-1].name)
    folder = folder_appears_whole(tmp_path / "results")
    part = folder.__enter__()
    (part / "table.csv").touch()

    remove_unfinished(tmp_path)
    (tmp_path / "new").rmdir()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted(kept)
