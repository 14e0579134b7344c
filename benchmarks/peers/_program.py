"""A program in an environment of its own: what it said, and why it failed."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

__all__ = ["run_program"]

_ROOT = Path(__file__).parents[2]
_THREADS = ("OMP", "MKL", "OPENBLAS", "NUMEXPR")
_NEWEST_ERROR = re.compile(r"^(\w+\.)*[A-Z]\w*(Error|Exception|Interrupt|Exit|Refusal)\b.*")
_LONGEST = 160
"""Letters of a reason that a table has room for."""


def run_program(
    command: Sequence[str | Path], scratch: Path, *, threads: int, hours: float
) -> tuple[str, str]:
    """Run a program until it ends, or is stopped.

    Parameters
    ----------
    command : sequence of str or Path
        The program and its arguments; a module of this repository can be named.
    scratch : Path
        Folder in which it runs.
    threads : int
        That its libraries may compute with.
    hours : float
        After which it is stopped.

    Returns
    -------
    str, str
        Why it failed, empty if it didn't, and all that it said.
    """
    try:
        done = subprocess.run(
            command,
            cwd=scratch,
            env=_surroundings(threads),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=hours * 3600,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        said = late.stdout or b""
        return f"stopped after {hours:g} h", said.decode(errors="replace")
    if done.returncode < 0:
        return f"ended by signal {-done.returncode}, as where memory runs out", done.stdout
    return ("" if done.returncode == 0 else _last_error(done.stdout)), done.stdout


def _surroundings(threads: int) -> dict[str, str]:
    return {
        **os.environ,
        **{f"{library}_NUM_THREADS": str(threads) for library in _THREADS},
        "PYTHONPATH": str(_ROOT),
        "MPLBACKEND": "Agg",
        # Nothing is fetched: what isn't installed is not to be had.
        "HF_HUB_OFFLINE": "1",
    }


def _last_error(said: str) -> str:
    """Return the line in which a program says what went wrong, or its last one."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if _NEWEST_ERROR.match(line)]
    reason = (errors or lines or ["failed without a word"])[-1]
    return reason if len(reason) <= _LONGEST else reason[: _LONGEST - 3] + "..."
