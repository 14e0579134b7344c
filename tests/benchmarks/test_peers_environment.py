"""The script that makes the environment of the peers, without installing anything."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.peers import environment as script
from benchmarks.peers._environment import CONSTRAINTS, MARK, constraints_digest, interpreter
from benchmarks.peers.environment import STEPS, make_environment
from sixring.errors import UsageError


class Shell:
    """Remembers commands, and fails at one."""

    def __init__(self, fails_at: str = "") -> None:
        self.commands: list[list[str]] = []
        self.fails_at = fails_at

    def __call__(self, command: Sequence[str | Path]) -> None:
        self.commands.append([str(word) for word in command])
        if self.fails_at in self.commands[-1]:
            raise subprocess.CalledProcessError(1, command)


def test_everything_is_installed_in_order_and_imported(tmp_path: Path) -> None:
    shell, folder = Shell(), tmp_path / "peers"
    folder.mkdir()
    make_environment(folder, shell)
    python = str(interpreter(folder))
    venv, *installs, check = shell.commands
    assert venv == [sys.executable, "-m", "venv", str(folder)]
    pip = [python, "-m", "pip", "install", "--quiet", "-c", str(CONSTRAINTS)]
    assert installs == [[*pip, *step] for step in STEPS]
    assert installs[1][-2:] == ["--no-deps", "torchvision"]
    assert check[:2] == [python, "-c"]
    assert (folder / MARK).read_text() == constraints_digest()
    make_environment(folder, shell)
    assert len(shell.commands) == 2 + len(STEPS)


def test_an_unfinished_one_is_finished(tmp_path: Path) -> None:
    folder = tmp_path / "peers"
    folder.mkdir()
    (folder / "pyvenv.cfg").touch()
    with pytest.raises(subprocess.CalledProcessError):
        make_environment(folder, Shell("pyod"))
    assert not (folder / MARK).exists()
    make_environment(folder, Shell())
    assert (folder / MARK).exists()


def test_nothing_else_is_touched(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(UsageError) as refused:
        make_environment(tmp_path, Shell())
    assert str(refused.value) == f"{tmp_path}: holds something else: give another folder"
    (tmp_path / MARK).write_text("older")
    with pytest.raises(UsageError) as refused:
        make_environment(tmp_path, Shell())
    assert str(refused.value) == (
        f"{tmp_path}: holds other versions than constraints.txt names: give another folder"
    )


def test_everything_that_is_installed_has_its_version() -> None:
    lines = CONSTRAINTS.read_text().splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))
    for step in STEPS:
        for name in step:
            assert name.startswith("--") or name in pinned
    assert pinned["atomai"] == "0.8.1"
    assert pinned["anomalib"] == "2.7.0"
    assert pinned["pyod"].startswith("3.6.")
    assert pinned["torch"] == "2.13.0"
    assert pinned["torchvision"] == "0.28.0"
    assert not any("://" in line or "@" in line for line in lines)


def test_the_script_says_what_failed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script, "_run", Shell("torch"))
    assert script.main([str(tmp_path / "peers")]) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"benchmarks.peers: {tmp_path / 'peers'}: not finished, as this failed:")
    assert told.endswith(f"-m pip install --quiet -c {CONSTRAINTS} torch\n")


def test_the_script_refuses_what_is_not_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(SystemExit) as refused:
        script.main([str(tmp_path)])
    assert refused.value.code == 2
    assert "holds something else" in capsys.readouterr().err


def test_its_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        script.main(["--help"])
    shown = capsys.readouterr().out
    assert "example:\n  python -m benchmarks.peers.environment peers-environment" in shown
