"""The layers of a trained network, read from the network itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sixring.models import SavedModel

if TYPE_CHECKING:
    from torch import Tensor, nn

__all__ = ["Layer", "layers_of"]

_TO_LATENT = "to_latent"
"""The layer that gives mean and log variance of each latent dimension."""


@dataclass(frozen=True)
class Layer:
    """One layer and what it gives."""

    part: str
    """``encoder``, ``decoder`` and so on: the attribute of the network that it belongs to."""
    kind: str
    """``patch``, ``Linear``, ``Conv2d``, ``ConvTranspose2d``; ``sample`` where a code is drawn."""
    detail: str
    """Kernel and step of a convolution, or what the numbers are; empty otherwise."""
    bend: str
    """The nonlinearity behind it; empty for none."""
    shape: tuple[int, ...]
    """Of what it gives: (nodes,) or (channels, rows, cols)."""
    parameters: int
    """Numbers that training chose."""

    @property
    def nodes(self) -> int:
        """How many numbers it gives for a patch."""
        return math.prod(self.shape)


def layers_of(model: SavedModel) -> list[Layer]:
    """Let a patch through a network, and write down the layers that it passes.

    Parameters
    ----------
    model : SavedModel
        Trained; PyTorch is needed.

    Returns
    -------
    list of Layer
        The patch first, each layer once. Numbers that belong to the network itself, such as the
        width of the Gaussian that a variational autoencoder gives, count with the last layer.
    """
    import torch
    from torch import nn

    from sixring.models.export import restore_network

    network = restore_network(model)
    passed: list[Layer] = [Layer("input", "patch", "", "", (1, *model.description.shape), 0)]
    seen: set[str] = set()

    def watch(name: str) -> Callable[[nn.Module, object, Tensor], None]:
        def note(module: nn.Module, _: object, given: Tensor) -> None:
            if name in seen:
                return
            seen.add(name)
            shape = tuple(given.shape[1:])
            if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
                numbers = sum(parameter.numel() for parameter in module.parameters())
                passed.append(
                    Layer(name.split(".")[0], _kind(module), _detail(module), "", shape, numbers)
                )
                if name == _TO_LATENT:
                    passed[-1] = replace(passed[-1], detail="mean, log variance")
                    passed.append(Layer("latent", "sample", "from q(z|x)", "", (shape[0] // 2,), 0))
            elif isinstance(module, nn.ReLU | nn.ELU):
                passed[-1] = replace(passed[-1], bend=_kind(module))

        return note

    for name, module in network.named_modules():
        if not any(module.children()):
            module.register_forward_hook(watch(name))
    with torch.no_grad():
        network(torch.rand(1, *model.description.shape))
    own = sum(parameter.numel() for parameter in network.parameters(recurse=False))
    passed[-1] = replace(passed[-1], parameters=passed[-1].parameters + own)
    return passed


def _kind(module: nn.Module) -> str:
    return type(module).__name__


def _detail(module: nn.Module) -> str:
    from torch import nn

    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        kernel = "×".join(map(str, module.kernel_size))
        step = module.stride[0]
        return kernel if step == 1 else f"{kernel}, step {step}"
    return ""
