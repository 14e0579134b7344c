"""The environment in which the peers run together: what is in it, and whether it is there."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from sixring.errors import UsageError

__all__ = ["CONSTRAINTS", "MARK", "constraints_digest", "interpreter", "python_of"]

CONSTRAINTS = Path(__file__).with_name("constraints.txt")
"""The versions of everything in it."""
MARK = "made-by-sixring.txt"
"""A file that says from which constraints it was made, written last."""
_COMMAND = "python -m benchmarks.peers.environment"


def constraints_digest() -> str:
    """Return a fingerprint of :data:`CONSTRAINTS`."""
    return hashlib.sha256(CONSTRAINTS.read_bytes()).hexdigest()


def interpreter(folder: Path) -> Path:
    """Return where the Python of an environment lies."""
    place = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return folder.absolute().joinpath(*place)


def python_of(folder: Path) -> tuple[Path, str]:
    """Return the Python of an environment that is complete.

    Parameters
    ----------
    folder : Path
        Where it was made.

    Returns
    -------
    Path, str
        The interpreter, and the fingerprint of the constraints.

    Raises
    ------
    UsageError
        If the environment is missing, unfinished, or was made from other versions.
    """
    python, mark = interpreter(folder), folder / MARK
    if not python.exists():
        raise UsageError(f"{folder}: is no environment of the peers: make it with {_COMMAND}")
    if not mark.is_file():
        raise UsageError(f"{folder}: was never finished: run {_COMMAND} again")
    if mark.read_text(encoding="ascii") != constraints_digest():
        raise UsageError(
            f"{folder}: holds other versions than {CONSTRAINTS.name} names: make another with "
            f"{_COMMAND}"
        )
    return python, constraints_digest()
