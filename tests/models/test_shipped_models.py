"""Trained models that the package carries."""

from __future__ import annotations

from pathlib import Path

import pytest

from sixring.models import MODELS, saved_folder, shipped_models


@pytest.fixture
def carried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the package carry a folder ``default``."""
    monkeypatch.setattr("sixring.models._shipped._HOME", tmp_path)
    folder = tmp_path / "default"
    folder.mkdir()
    return folder


def test_a_name_goes_before_a_folder_of_the_same_name(carried: Path) -> None:
    assert shipped_models() == ("default",)
    assert saved_folder("default") == carried
    assert saved_folder(Path("default")) == carried


@pytest.mark.parametrize("given", ["./default", "../default", "default/", "models/default", "a"])
def test_everything_else_is_a_folder(carried: Path, given: str) -> None:
    assert saved_folder(given) == Path(given)


def test_without_it_the_name_is_a_folder_as_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sixring.models._shipped._HOME", tmp_path)
    assert shipped_models() == ()
    assert saved_folder("default") == Path("default")


def test_no_architecture_has_the_name_of_a_trained_model() -> None:
    assert not {"default"} & set(MODELS)
