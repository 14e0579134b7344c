"""Results that appear whole or not at all, whatever interrupts their writing."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sixring.errors import OutputError, UsageError

__all__ = ["file_appears_whole", "folder_appears_whole", "make_folder", "remove_unfinished"]

_UNFINISHED = re.compile(r"\..+-[0-9a-f]{8}\.part(\..+)?")

_REMEDY = {
    errno.ENOSPC: "free some space, or choose another folder",
    errno.EDQUOT: "free some space, or choose another folder",
    errno.EACCES: "choose a folder that you may write to",
    errno.EPERM: "choose a folder that you may write to",
    errno.EROFS: "choose a folder that you may write to",
}


@contextmanager
def file_appears_whole(path: str | os.PathLike[str], *, overwrite: bool = False) -> Iterator[Path]:
    """Let a file be written under another name, and give it its own when it is complete.

    Parameters
    ----------
    path : str or path
        Where the file shall appear; its folder is made.
    overwrite : bool, optional
        Whether a file that is there may be replaced.

    Yields
    ------
    Path
        A name in the same folder, with the same suffix, to write to. On any exception, an
        interrupt too, what was written there is removed.

    Raises
    ------
    OutputError
        If the file exists and `overwrite` is false, or it can't be written. An OSError within
        the block counts as the latter: do nothing there but write.
    """
    path = Path(path)
    part = _beside(path, f".part{path.suffix}")
    with _named_errors(path):
        if path.is_dir():
            raise OutputError(f"{path}: is a folder, where a file is to be written")
        _refuse_existing(path, overwrite)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield part
            _flush(part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def folder_appears_whole(
    path: str | os.PathLike[str], *, overwrite: bool = False
) -> Iterator[Path]:
    """Let a folder be filled under another name, and give it its own when it is complete.

    Parameters
    ----------
    path : str or path
        Where the folder shall appear; the folders above it are made.
    overwrite : bool, optional
        Whether a folder that is there may be replaced. What it holds under names that the new
        one doesn't have is kept.

    Yields
    ------
    Path
        An empty folder beside `path` to write to. On any exception, an interrupt too, it is
        removed, and a folder that was there before is as it was.

    Raises
    ------
    OutputError
        If the folder exists and `overwrite` is false, or it can't be written. An OSError within
        the block counts as the latter: do nothing there but write.
    """
    path = Path(path)
    part, old = _beside(path, ".part"), _beside(path, ".old")
    with _named_errors(path):
        if path.exists() and not path.is_dir():
            raise OutputError(f"{path}: is a file, where a folder is to be written")
        _refuse_existing(path, overwrite)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.mkdir()
            yield part
            for file in part.rglob("*"):
                if file.is_file():
                    _flush(file)
            if path.is_dir():
                path.rename(old)
            part.rename(path)
            _keep_others(old, path)
        finally:
            if old.is_dir() and not path.exists():
                old.rename(path)
            # What can't be removed mustn't hide why the writing stopped.
            shutil.rmtree(part, ignore_errors=True)


def make_folder(path: Path) -> None:
    """Make the folder of a run's results, before any work is done for them.

    Parameters
    ----------
    path : Path
        It may be there already.

    Raises
    ------
    UsageError
        If it can't be made, or takes no files.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=path).close()
    except OSError as error:
        raise UsageError(
            f"can't write to the output folder {path} ({error.strerror}): choose another --out"
        ) from error


def remove_unfinished(folder: Path) -> None:
    """Remove what writers left behind that were killed, and so couldn't do it themselves.

    Parameters
    ----------
    folder : Path
        Nobody else may be writing to it.
    """
    for entry in list(folder.iterdir()):
        if not _UNFINISHED.fullmatch(entry.name):
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f".{path.stem}-{secrets.token_hex(4)}{ending}")


def _refuse_existing(path: Path, overwrite: bool) -> None:
    if path.exists() and not overwrite:
        raise OutputError(f"{path}: exists already: choose another name, or pass --overwrite")


def _flush(path: Path) -> None:
    """Wait until a file is on the disk, where a full one shows at the latest."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _keep_others(old: Path, new: Path) -> None:
    """Move what only the replaced folder had into the new one, and remove the rest."""
    if not old.is_dir():
        return
    for entry in old.iterdir():
        if not (new / entry.name).exists():
            entry.rename(new / entry.name)
    shutil.rmtree(old)


@contextmanager
def _named_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error) or type(error).__name__).lower()
        remedy = _REMEDY.get(error.errno or 0, "check the folder and the disk")
        raise OutputError(f"{path}: can't be written ({reason}): {remedy}") from error
