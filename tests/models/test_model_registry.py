from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from itertools import pairwise

import pytest

from sixring.errors import UsageError
from sixring.models import MODELS, Settings, find_model, model_names, network_class


def test_the_five_models_of_the_report_are_there() -> None:
    assert {"dense-ae", "conv-ae", "vae", "cnn-a", "cnn-b"} <= set(model_names())


@pytest.mark.parametrize("name", model_names())
def test_an_entry_tells_what_its_network_is(name: str) -> None:
    entry, network_type = MODELS[name], network_class(name)
    network = network_type(network_type.config_type(), (48, 48))
    assert sum(p.numel() for p in network.parameters()) == entry.parameters
    assert (network_type.scores == ("logit",)) == (entry.kind == "supervised")
    assert issubclass(network_type.config_type, Settings)
    assert "\n" not in entry.summary
    assert len(entry.summary) < 80


@pytest.mark.parametrize("name", model_names())
def test_every_setting_has_its_own_explanation(name: str) -> None:
    import ast
    import inspect

    config_type = network_class(name).config_type
    (tree,) = ast.parse(inspect.getsource(config_type)).body
    assert isinstance(tree, ast.ClassDef)
    body = [node for node in tree.body if not isinstance(node, ast.FunctionDef)]
    pairs = list(pairwise(body))
    fields = [(a, b) for a, b in pairs if isinstance(a, ast.AnnAssign)]
    assert len(fields) == len(config_type.names())
    assert all(isinstance(b, ast.Expr) and isinstance(b.value, ast.Constant) for _, b in fields)


def test_a_name_that_is_not_there_is_refused_with_those_that_are() -> None:
    known = ", ".join(model_names())
    with pytest.raises(UsageError, match=f"^there is no model 'cnn': choose from {known}$"):
        find_model("cnn")


def test_without_torch_the_registry_tells_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise ModuleNotFoundError("No module named 'torch'", name="torch")

    monkeypatch.setattr("sixring.models._registry.import_module", missing)
    message = (
        r"^vae is trained with PyTorch, which isn't installed: pip install 'sixring\[train\]'$"
    )
    with pytest.raises(UsageError, match=message):
        network_class("vae")


def test_another_missing_module_is_no_missing_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        return import_module("no_such_module_anywhere")

    monkeypatch.setattr("sixring.models._registry.import_module", missing)
    with pytest.raises(ModuleNotFoundError, match="no_such_module_anywhere"):
        network_class("vae")


def test_the_room_is_entered_without_torch() -> None:
    code = (
        "import sys, sixring.models as m; m.model_names(); m.MODELS['vae'].parameters;"
        "print([name for name in ('torch', 'onnxruntime', 'onnx') if name in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert answer.stdout.strip() == "[]"
