from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cli_patches import small_model, write_labelled
from cli_types import Answer, Run, Save
from named_detector import named_detector
from sixring.cli import main


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process."""

    def run(*args: object) -> Answer:
        with pytest.raises(SystemExit) as ended:
            main([str(arg) for arg in args])
        streams = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Answer(ended.value.code, streams.out, streams.err)

    return run


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the name of a file say what is found in it."""
    monkeypatch.setattr("sixring.detection.detect_micrograph", named_detector)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, so that messages have short names."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def noise(folder: Path) -> Save:
    """Save images of noise under the given names."""

    def save(*names: str) -> None:
        for name in names:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            np.save(path, np.random.default_rng(0).normal(100, 5, (64, 64)).astype(np.float32))

    return save


@pytest.fixture(scope="session")
def patches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Labelled patches, which tests read and leave as they are."""
    return write_labelled(tmp_path_factory.mktemp("labelled") / "patches")


@pytest.fixture(scope="session")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained classifier, which tests use and leave as it is."""
    folder = tmp_path_factory.mktemp("classifier") / "model"
    small_model("cnn-a").save(folder)
    return folder


@pytest.fixture(scope="session")
def autoencoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An autoencoder that has seen no defects."""
    folder = tmp_path_factory.mktemp("autoencoder") / "model"
    small_model("conv-ae", defects=False).save(folder)
    return folder


@pytest.fixture(scope="session")
def tells_kinds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A classifier with names of kinds for patches of any size, in a folder ``default``."""
    folder = tmp_path_factory.mktemp("carried") / "default"
    small_model("resnet").save(folder)
    return folder


@pytest.fixture
def shipped(tells_kinds: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the package carry a small model ``default``."""
    monkeypatch.setattr("sixring.models._shipped._HOME", tells_kinds.parent)
    return tells_kinds
