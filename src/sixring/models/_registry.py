"""The models that there are: one entry each, with a key written by hand.

A new model is one file with a :class:`~sixring.models.network.Network` and one entry here; the
tests of the registry pick it up.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from sixring.errors import UsageError

if TYPE_CHECKING:
    from sixring.models.network import Network

__all__ = ["MODELS", "Kind", "ModelEntry", "find_model", "model_names", "network_class"]

Kind = Literal["supervised", "one-class"]
"""What a model learns from: both classes, or perfect patches alone."""


@dataclass(frozen=True)
class ModelEntry:
    """One model, described without loading PyTorch."""

    kind: Kind
    """``"supervised"`` learns from both classes, ``"one-class"`` from perfect patches alone."""
    parameters: int
    """Numbers found by descent, with the default settings and patches of 48x48 pixels; 0 where
    what is learned is computed from the patches at once."""
    summary: str
    """What it is, in a line."""
    home: str
    """Module and class of the network, ``"module:Class"``."""

    @property
    def descends(self) -> bool:
        """Whether it is trained epoch by epoch, along the gradient of a loss."""
        return self.parameters > 0


MODELS = MappingProxyType(
    {
        "dense-ae": ModelEntry(
            kind="one-class",
            parameters=2_502_176,
            summary="dense autoencoder: what it can't rebuild from a short code is a defect",
            home="sixring.models.dense_ae:DenseAE",
        ),
        "conv-ae": ModelEntry(
            kind="one-class",
            parameters=30_405,
            summary="convolutional autoencoder: rebuilds faithfully, a pixel keeps its neighbours",
            home="sixring.models.conv_ae:ConvAE",
        ),
        "vae": ModelEntry(
            kind="one-class",
            parameters=167_138,
            summary="variational autoencoder: does a patch's latent distribution conform?",
            home="sixring.models.vae:VAE",
        ),
        "lattice-fit": ModelEntry(
            kind="one-class",
            parameters=0,
            summary="lattice fitted to the patch itself, what is left held against known defects",
            home="sixring.models.lattice_fit:LatticeFit",
        ),
        "cnn-a": ModelEntry(
            kind="supervised",
            parameters=364_257,
            summary="classifier: three blocks of convolution and maximum, three dense layers",
            home="sixring.models.cnn_a:CNNA",
        ),
        "cnn-b": ModelEntry(
            kind="supervised",
            parameters=326_657,
            summary="classifier: two convolutions, a maximum between them, three dense layers",
            home="sixring.models.cnn_b:CNNB",
        ),
        "pca": ModelEntry(
            kind="one-class",
            parameters=0,
            summary="principal components: what the leading ones don't hold is a defect",
            home="sixring.models.pca:PCA",
        ),
        "patterson-svm": ModelEntry(
            kind="one-class",
            parameters=0,
            summary="one-class SVM on autocorrelations, blind to the lattice's place and turn",
            home="sixring.models.patterson_svm:PattersonSVM",
        ),
        "patch-memory": ModelEntry(
            kind="one-class",
            parameters=0,
            summary="patch memory: a neighbourhood unlike any of perfect patches is a defect",
            home="sixring.models.patch_memory:PatchMemory",
        ),
        "corruption": ModelEntry(
            kind="one-class",
            parameters=48_089,
            summary="taught to tell perfect patches from artificially corrupted ones",
            home="sixring.models.corruption:Corruption",
        ),
        "resnet": ModelEntry(
            kind="supervised",
            parameters=190_641,
            summary="classifier: residual convolutions, evidence pooled over positions and kinds",
            home="sixring.models.resnet:ResNet",
        ),
    }
)
"""Every model by its name."""


def model_names() -> tuple[str, ...]:
    """Return the names of the models that can be made."""
    return tuple(MODELS)


def find_model(name: str) -> ModelEntry:
    """Return the entry of a model.

    Parameters
    ----------
    name : str
        A key of :data:`MODELS`.

    Returns
    -------
    ModelEntry
        What is known of it.

    Raises
    ------
    UsageError
        If there is no model of this name.
    """
    if name not in MODELS:
        raise UsageError(f"there is no model {name!r}: choose from {', '.join(MODELS)}")
    return MODELS[name]


def network_class(name: str) -> type[Network]:
    """Return the class of a model's network; this loads PyTorch.

    Parameters
    ----------
    name : str
        A key of :data:`MODELS`.

    Returns
    -------
    type of Network
        Made from settings, its `config_type`, and the shape of a patch.

    Raises
    ------
    UsageError
        If there is no model of this name, or PyTorch isn't installed.
    """
    module, _, attribute = find_model(name).home.partition(":")
    try:
        found: type[Network] = getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise UsageError(
            f"{name} is trained with PyTorch, which isn't installed: pip install 'sixring[train]'"
        ) from error
    return found
