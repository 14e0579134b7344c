"""Make the environment in which the peers run: some 2 GB, from package registries alone."""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.peers._environment import CONSTRAINTS, MARK, constraints_digest, interpreter
from sixring.errors import UsageError
from sixring.io import file_appears_whole

__all__ = ["STEPS", "main", "make_environment"]

STEPS = (
    ("torch",),
    # With what it asks for, it would replace torch by a build for graphics cards.
    ("--no-deps", "torchvision"),
    # AtomAI needs six, and doesn't say so.
    ("anomalib", "atomai", "pyod", "six"),
)
"""What is installed, one after the other."""
_CHECK = """\
from benchmarks.peer_drivers._torchvision import declare_operators
declare_operators()
import anomalib, atomai, pyod.models.pca
"""
_ROOT = Path(__file__).parents[2]
Install = Callable[[Sequence[str | Path]], None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Make it; exit code 1 where that failed, 2 where the arguments make no sense."""
    parser = ArgumentParser(
        prog="python -m benchmarks.peers.environment",
        description=__doc__,
        epilog="example:\n  python -m benchmarks.peers.environment peers-environment",
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="where it shall be; made, or finished")
    folder = parser.parse_args(arguments).folder
    try:
        make_environment(folder)
    except UsageError as error:
        parser.error(str(error))
    except subprocess.CalledProcessError as error:
        what = " ".join(map(str, error.cmd[1:]))
        print(f"benchmarks.peers: {folder}: not finished, as this failed: {what}", file=sys.stderr)
        return 1
    return 0


def make_environment(folder: Path, install: Install | None = None) -> None:
    """Make or finish the environment of the peers, of the versions in ``constraints.txt``.

    Parameters
    ----------
    folder : Path
        Where it shall be.
    install : callable, optional
        Runs a command, and raises where that fails.

    Raises
    ------
    UsageError
        If the folder holds something else, or other versions.
    CalledProcessError
        If something can't be installed or imported.
    """
    run = install or _run
    python, mark = interpreter(folder), folder / MARK
    if mark.is_file():
        if mark.read_text(encoding="ascii") == constraints_digest():
            return
        raise UsageError(
            f"{folder}: holds other versions than {CONSTRAINTS.name} names: give another folder"
        )
    if folder.exists() and any(folder.iterdir()) and not (folder / "pyvenv.cfg").is_file():
        raise UsageError(f"{folder}: holds something else: give another folder")
    run([sys.executable, "-m", "venv", folder])
    for step in STEPS:
        run([python, "-m", "pip", "install", "--quiet", "-c", CONSTRAINTS, *step])
    run([python, "-c", _CHECK])
    with file_appears_whole(mark) as part:
        part.write_text(constraints_digest(), encoding="ascii")


def _run(command: Sequence[str | Path]) -> None:
    subprocess.run(command, cwd=_ROOT, check=True)


if __name__ == "__main__":
    sys.exit(main())
