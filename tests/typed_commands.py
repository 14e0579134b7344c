"""The commands of a page, typed as a reader types them."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

_PROMPT = "$ "


def commands(page: Path) -> list[str]:
    """Return what a page tells its readers to type, without the prompt, each on one line."""
    lines = page.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return [line.removeprefix(_PROMPT) for line in lines if line.startswith(f"{_PROMPT}sixring ")]


def typed(
    command: str, folder: Path, *, codes: tuple[int, ...] = (0,)
) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder; it has to end with one of the exit codes."""
    answer = subprocess.run(
        [sys.executable, "-m", "sixring", *shlex.split(command)[1:]],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert answer.returncode in codes, answer.stderr
    return answer
