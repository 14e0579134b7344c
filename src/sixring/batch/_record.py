"""What a finished folder says about how it was made, so that a new start can leave it alone."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from sixring.batch._settings import Settings
from sixring.batch._summary import Row

__all__ = ["RECORD_KEY", "Record", "find_records", "identity"]

RECORD_KEY = "batch"
"""Where the record lies in ``result.json``."""


@dataclass(frozen=True)
class Record:
    """The file, the settings and the version that results were made from, and their row."""

    path: str
    """The input, absolute."""
    bytes: int
    """Its size."""
    modified_ns: int
    """When it was last changed, nanoseconds since 1970."""
    sha256: str
    """Digest of what it holds."""
    version: str
    """The version of sixring."""
    settings: Mapping[str, Any]
    """The fields of :class:`Settings`."""
    row: Row
    """The file's row of the summary."""

    @classmethod
    def of(cls, source: Path, settings: Settings, row: Row) -> Self:
        """Describe results that are made now from `source`."""
        import sixring

        status = source.stat()
        return cls(
            path=str(identity(source)),
            bytes=status.st_size,
            modified_ns=status.st_mtime_ns,
            sha256=_digest(source),
            version=sixring.__version__,
            settings=asdict(settings),
            row=row,
        )

    def differs(self, source: Path, settings: Settings) -> str | None:
        """Say what has changed since these results were made, or None where nothing has."""
        import sixring

        if self.version != sixring.__version__:
            return f"they were made by sixring {self.version}, and this is {sixring.__version__}"
        for name, value in asdict(settings).items():
            earlier = self.settings.get(name)
            if earlier != value:
                return f"they were made with {name} = {earlier}, and now it is {value}"
        status = source.stat()
        same_times = (status.st_size, status.st_mtime_ns) == (self.bytes, self.modified_ns)
        if not same_times and _digest(source) != self.sha256:
            return f"{source} has changed since they were made"
        return None


def find_records(out: Path) -> dict[str, Record]:
    """Read the record of every finished folder in `out`, by the folder's name.

    Folders that aren't a batch's results are passed over.
    """
    records = {}
    for document in sorted(out.glob("*/result.json")):
        if document.parent.name.startswith("."):
            continue  # a process was killed while it filled this folder
        try:
            fields = json.loads(document.read_text(encoding="utf-8"))[RECORD_KEY]
            records[document.parent.name] = Record(**fields)
        except (OSError, ValueError, KeyError, TypeError):
            continue  # another program's, or of a version that kept other records
    return records


def identity(source: Path) -> Path:
    """Return the path that tells an input from all others; links are left as they are."""
    return Path(os.path.abspath(source))


def _digest(source: Path) -> str:
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
