"""The folder of a data set: made once, continued after a stop, and never mixed with another."""

from __future__ import annotations

import csv
import json
import math
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from sixring.errors import UsageError
from sixring.io import file_appears_whole, make_folder, remove_unfinished

__all__ = [
    "RECORD",
    "DataFolder",
    "Progress",
    "holds",
    "plain",
    "require_at_least",
    "table_appears_whole",
]

RECORD = "dataset.json"
"""The file that says what the folder holds and how it was made."""
_PARTS = ".parts"

Progress = Callable[[int, int], None]
"""Is told how much is done, and of how much."""

Kind = Literal["patches", "micrographs"]
_OWNED: dict[Kind, tuple[str, ...]] = {
    "patches": ("perfect", "defect", "patches.npz", "patches.csv", "conditions.json"),
    "micrographs": ("micrograph-*.tif", "truth", "micrographs.csv"),
}
"""What a data set of each kind consists of, beside the record."""


class DataFolder:
    """A folder that is going to hold a data set.

    Parameters
    ----------
    path : Path
        The folder, made if it isn't there.
    kind : {"patches", "micrographs"}
        What it will hold.
    settings : mapping
        Everything that the data follow from, as plain data.
    overwrite : bool, optional
        Whether a data set that is there, finished or not, is removed.

    Raises
    ------
    UsageError
        If `path` can't be written to, holds a finished data set, one of other settings or files
        that are no data set's. Nothing has been changed then.
    """

    def __init__(
        self, path: Path, kind: Kind, settings: Mapping[str, Any], *, overwrite: bool = False
    ) -> None:
        self.path = path
        self.parts = path / _PARTS
        """Where pieces wait until all are there; removed at the end."""
        self._record = _record(kind, settings)
        make_folder(path)
        earlier = self._read()
        if earlier is None:
            self._refuse_strangers(kind)
        elif overwrite:
            self._clear(earlier["kind"])
        else:
            self._refuse_others(earlier)
        remove_unfinished(path)
        self.parts.mkdir(exist_ok=True)
        self._write(finished=False)

    def finish(self, **facts: object) -> None:
        """Say that the data set is complete, and what it came to."""
        shutil.rmtree(self.parts)
        self._write(finished=True, **facts)

    def _read(self) -> dict[str, Any] | None:
        record = self.path / RECORD
        if not record.exists():
            return None
        try:
            earlier = json.loads(record.read_text(encoding="utf-8"))
            known = isinstance(earlier, dict) and earlier.get("kind") in _OWNED
        except (OSError, ValueError):
            known = False
        if not known:
            raise UsageError(f"{record} wasn't written by sixring: choose another --out")
        return dict(earlier)

    def _write(self, **facts: object) -> None:
        with file_appears_whole(self.path / RECORD, overwrite=True) as part:
            text = json.dumps({**self._record, **facts}, indent=1, allow_nan=False)
            part.write_text(text + "\n", encoding="utf-8")

    def _refuse_strangers(self, kind: Kind) -> None:
        for entry in self._owned(kind):
            raise UsageError(f"{entry} wasn't written by this command: choose another --out")

    def _refuse_others(self, earlier: dict[str, Any]) -> None:
        if earlier.get("finished"):
            raise UsageError(
                f"{self.path} holds a finished data set: add --overwrite or choose another --out"
            )
        for name, value in self._record.items():
            difference = _difference(name, earlier.get(name), value)
            if difference:
                raise UsageError(
                    f"{self.path} holds an unfinished data set with {difference}: give the same "
                    "to go on with it, add --overwrite, or choose another --out"
                )

    def _clear(self, kind: Kind) -> None:
        """Remove an earlier data set, its record last so that an interrupt leaves it known."""
        for entry in [*self._owned(kind), self.parts]:
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink(missing_ok=True)
        (self.path / RECORD).unlink()

    def _owned(self, kind: Kind) -> Iterator[Path]:
        for pattern in _OWNED[kind]:
            yield from sorted(self.path.glob(pattern))


def holds(path: Path, kind: Kind, settings: Mapping[str, Any]) -> bool:
    """Tell whether a folder holds the finished data set of these settings and this version."""
    try:
        there = json.loads((path / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    wanted = {**_record(kind, settings), "finished": True}
    return isinstance(there, dict) and all(there.get(key) == wanted[key] for key in wanted)


def _record(kind: Kind, settings: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "version": version("sixring"), "settings": plain(settings)}


def plain(value: object) -> Any:  # noqa: ANN401 - as json.loads
    """Return data as JSON has them: lists for tuples, ``"inf"`` for an infinite number."""
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, float) and math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return value


def require_at_least(name: str, value: int, least: int) -> None:
    """Refuse a whole number that is too small."""
    if value < least:
        raise UsageError(f"{name} must be at least {least}, not {value}")


@contextmanager
def table_appears_whole(
    path: Path, columns: Sequence[str]
) -> Iterator[Callable[[Mapping[str, object]], object]]:
    """Let a CSV be written row by row, in place of what is there.

    Yields
    ------
    callable
        Writes a row; columns that it hasn't are empty.
    """
    with (
        file_appears_whole(path, overwrite=True) as part,
        part.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        yield writer.writerow


def _difference(name: str, earlier: object, now: object) -> str:
    """Say what differs first, or nothing."""
    if isinstance(earlier, dict) and isinstance(now, dict):
        for key in sorted({*earlier, *now}):
            difference = _difference(key, earlier.get(key), now.get(key))
            if difference:
                return difference
        return ""
    return "" if earlier == now else f"{name} = {earlier}, and now it is {now}"
