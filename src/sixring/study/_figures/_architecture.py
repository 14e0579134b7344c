"""Figure 3: the autoencoders, drawn from their layers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sixring.models import SavedModel
from sixring.study._figures._canvas import ACCENT, DEFECT, GREY, PERFECT, SMALL, Plate, new_canvas
from sixring.study._figures._layers import Layer, layers_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["architectures"]

_WORDS = {
    "Conv2d": "conv",
    "ConvTranspose2d": "transposed",
    "Linear": "dense",
    "patch": "patch",
    "sample": "z, drawn",
}
_ROW = 2.05
"""Inches for a network."""
_TINY = 5.8
"""Points of the labels of many layers."""
_DEEPEST = 0.34
"""Width of the layer with most channels, in distances between layers."""


def architectures(models: Mapping[str, SavedModel]) -> Plate:
    """Draw autoencoders from the layers that a patch passes in them.

    Parameters
    ----------
    models : mapping
        Trained models by their names.
    """
    canvas = new_canvas(_ROW * len(models))
    rows = canvas.subplots(len(models), 1, squeeze=False)[:, 0]
    for axes, (name, model) in zip(rows, models.items(), strict=True):
        _draw(axes, name, layers_of(model))
    return Plate(
        "The architecture of the autoencoders",
        "Drawn from the trained networks: each box is what a layer gives, as high as its image "
        "(for dense layers as a square of as many pixels) and the wider the more channels. Above "
        "it stands its size, channels × rows × columns or nodes, below it the layer. Blue: the "
        "encoder. Orange: the code, the fewest numbers on the way. The variational autoencoder's "
        "encoder gives a mean and a log variance for each of its latent dimensions, and its code z "
        "is drawn from that Gaussian; its parameters include the width of p(x|z), one for all "
        'pixels. Green: the decoder. "Transposed" is '
        "a convolution that makes the image larger.",
        canvas,
    )


def _draw(axes: Axes, name: str, layers: Sequence[Layer]) -> None:
    from matplotlib.patches import Rectangle

    code = min(range(len(layers)), key=lambda place: layers[place].nodes)
    side = max(_height(layer) for layer in layers)
    text = SMALL if len(layers) < 10 else _TINY
    for place, layer in enumerate(layers):
        height, width = _height(layer) / side, _width(layer)
        colour = GREY if place == 0 else ACCENT if place > code else PERFECT
        colour = DEFECT if place == code else colour
        axes.add_patch(
            Rectangle(
                (place - width / 2, -height / 2),
                width,
                height,
                facecolor=(colour, 0.35),
                edgecolor=colour,
                linewidth=1.2,
            )
        )
        axes.text(place, 0.56, _size(layer), fontsize=text, ha="center", va="bottom")
        axes.text(place, -0.58, _words(layer), fontsize=text, ha="center", va="top")
        if place:
            before = place - 1 + _width(layers[place - 1]) / 2
            axes.annotate(
                "",
                (place - width / 2, 0),
                (before, 0),
                arrowprops={"arrowstyle": "->", "color": GREY, "linewidth": 0.8},
            )
    numbers = sum(layer.parameters for layer in layers)
    share = layers[code].nodes / layers[0].nodes
    parameters = f"{numbers:,}".replace(",", "\u2009")
    axes.set_title(
        f"{name}: {parameters} parameters, a code of {layers[code].nodes} numbers, "
        f"{100 * share:.1f} % of the pixels",
        fontsize=SMALL + 1,
        fontweight="bold",
        loc="left",
    )
    axes.set_xlim(-0.6, len(layers) - 0.4)
    axes.set_ylim(-1.15, 0.72)
    axes.set_axis_off()


def _height(layer: Layer) -> float:
    return float(layer.shape[1]) if len(layer.shape) == 3 else math.sqrt(layer.nodes)


def _width(layer: Layer) -> float:
    if len(layer.shape) == 1:
        return 0.1
    return 0.1 + (_DEEPEST - 0.1) * min(1.0, math.log2(layer.shape[0]) / 6)


def _size(layer: Layer) -> str:
    return "×".join(map(str, layer.shape))


def _words(layer: Layer) -> str:
    kind = _WORDS[layer.kind]
    return "\n".join(word for word in (kind, *layer.detail.split(", "), layer.bend) if word)
