"""The directives ``model-layers`` and ``settings-table``: what a model is, read from itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, fields, is_dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective
from table_nodes import table

from sixring.errors import UsageError
from sixring.models import network_class

if TYPE_CHECKING:
    from torch import Tensor, nn

_SHAPE = (48, 48)
"""Of the patches in the report, and of the challenge."""


class _Layer(NamedTuple):
    part: str
    words: str
    gives: str
    parameters: int


class ModelLayers(SphinxDirective):
    """List the layers that a patch passes in the model that is the argument."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Make the network with its default settings, and let a patch through."""
        name = self.arguments[0]
        try:
            network = network_class(name)
        except UsageError as error:
            raise self.error(str(error)) from error
        made = network(network.config_type(), _SHAPE).eval()
        layers = _passed(made)
        alone = {
            key: parameter.numel()
            for key, parameter in made.named_parameters()
            if "." not in key  # of the network itself, of none of its layers
        }
        rows = [(one.part, one.words, one.gives, _count(one.parameters)) for one in layers]
        rows += [(key, "a learned number", "", _count(count)) for key, count in alone.items()]
        total = sum(parameter.numel() for parameter in made.parameters())
        rows.append(("all", "", "", _count(total)))
        return [table(("part", "layer", "gives", "parameters"), rows)]


def _passed(network: nn.Module) -> list[_Layer]:
    """Return the layers in the order in which a patch passes them, each once."""
    import torch

    layers = [_Layer("patch", "normalised", "×".join(map(str, (1, *_SHAPE))), 0)]
    seen: set[str] = set()

    def watch(name: str) -> Callable[[nn.Module, object, Tensor], None]:
        def note(module: nn.Module, _: object, given: Tensor) -> None:
            if name not in seen:
                seen.add(name)
                numbers = sum(parameter.numel() for parameter in module.parameters())
                layer = _Layer(name.split(".")[0], _words(module), _size(given), numbers)
                if not numbers or _normalises(module):
                    before = layers[-1]
                    if (layer.part, layer.gives) == (before.part, before.gives):
                        layer = _together(layers.pop(), layer)
                layers.append(layer)

        return note

    for name, module in network.named_modules():
        if not any(module.children()):
            module.register_forward_hook(watch(name))
    with torch.no_grad():
        network(torch.rand(1, *_SHAPE))
    return layers


def _words(module: nn.Module) -> str:
    from torch import nn

    kind = type(module).__name__
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        step = "" if module.stride[0] == 1 else f", step {module.stride[0]}"
        return f"{kind} {'×'.join(map(str, module.kernel_size))}{step}"
    if isinstance(module, nn.MaxPool2d):
        return f"{kind} {module.kernel_size}×{module.kernel_size}"
    if isinstance(module, nn.Dropout):
        return f"{kind} {module.p:g}, in training alone"
    return kind


def _size(given: Tensor) -> str:
    return "×".join(map(str, given.shape[1:])) or "1"


def _normalises(module: nn.Module) -> bool:
    from torch import nn

    return isinstance(module, nn.BatchNorm2d | nn.LayerNorm)


def _together(layer: _Layer, after: _Layer) -> _Layer:
    """Put a layer and one that leaves the size as it is on one line."""
    return _Layer(
        layer.part,
        f"{layer.words} → {after.words}",
        layer.gives,
        layer.parameters + after.parameters,
    )


def _count(number: int) -> str:
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}") if number else ""


class SettingsTable(SphinxDirective):
    """List the fields of a dataclass, ``module:Class``: defaults, bounds where known, meaning."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Read the dataclass, and in its source what each field means."""
        module, _, name = self.arguments[0].partition(":")
        settings = getattr(import_module(module), name, None)
        if not is_dataclass(settings):
            raise self.error(f"settings-table shows module:Class, not {self.arguments[0]!r}")
        # The class may be shown by the door of its room: its docstrings are where it is written.
        written = ModuleAnalyzer.for_module(settings.__module__)
        self.env.note_dependency(written.srcname)
        meanings = written.find_attr_docs()
        entries = fields(settings)
        bounds = any("check" in entry.metadata for entry in entries)
        rows = []
        for entry in entries:
            meaning, _ = self.parse_inline(" ".join(meanings[name, entry.name]).strip())
            row = [[nodes.literal("", entry.name)], [nodes.literal("", _default(entry))]]
            if bounds:
                row.append([nodes.Text(entry.metadata["check"].wording)])
            rows.append([*row, meaning])
        headings = ("setting", "default", *(("may be",) if bounds else ()), "meaning")
        return [table(headings, rows)]


def _default(entry: Field[Any]) -> str:
    """Return a default as a settings file has it."""
    value = entry.default
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return str(list(value))
    return f'"{value}"' if isinstance(value, str) else str(value)


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of the directives."""
    app.add_directive("model-layers", ModelLayers)
    app.add_directive("settings-table", SettingsTable)
    return {"parallel_read_safe": True}
