"""Convolutions that halve an image and their mirror images that double it back."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

from sixring.errors import UsageError

__all__ = ["conv_decoder", "conv_encoder", "halved"]

_LEAST_SIDE = 2
"""Fewer pixels a side than this have no neighbourhood that a convolution could see."""


def halved(shape: tuple[int, int], times: int, name: str) -> list[tuple[int, int]]:
    """Return the shapes of an image that is halved again and again, the given one first.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns.
    times : int
        How often it is halved; an odd side is rounded up.
    name : str
        The model, for the message.

    Returns
    -------
    list of tuple
        `times` + 1 shapes.

    Raises
    ------
    UsageError
        If too little is left.
    """
    shapes = [shape]
    for _ in range(times):
        rows, cols = shapes[-1]
        shapes.append(((rows + 1) // 2, (cols + 1) // 2))
    if min(shapes[-1]) < _LEAST_SIDE:
        raise UsageError(
            f"{name} halves a patch {times} times, and of {shape[0]}x{shape[1]} pixels nothing "
            f"would be left: use patches of at least {2**times + 1} pixels a side"
        )
    return shapes


def conv_encoder(channels: Sequence[int], halvings: int) -> nn.Sequential:
    """Return convolutions of 3x3 pixels from one channel to `channels`, the first ones halving."""
    layers: list[nn.Module] = []
    for i, (entering, leaving) in enumerate(zip((1, *channels), channels, strict=False)):
        stride = 2 if i < halvings else 1
        layers += [nn.Conv2d(entering, leaving, 3, stride=stride, padding=1), nn.ELU()]
    return nn.Sequential(*layers)


def conv_decoder(channels: Sequence[int], shapes: Sequence[tuple[int, int]]) -> nn.Sequential:
    r"""Return the mirror image of :func:`conv_encoder`, up to an image of one channel.

    Parameters
    ----------
    channels : sequence of int
        Those of the encoder.
    shapes : sequence of tuple
        What :func:`halved` returned for it.

    Returns
    -------
    nn.Sequential
        From (n, channels[-1], \*shapes[-1]) to (n, 1, \*shapes[0]).
    """
    layers: list[nn.Module] = []
    halvings = len(shapes) - 1
    for i in reversed(range(len(channels))):
        entering, leaving = channels[i], channels[i - 1] if i else 1
        if i < halvings:
            # Doubling gives 2n - 1 pixels and one more where the side was even.
            (rows, cols) = shapes[i]
            more = (1 - rows % 2, 1 - cols % 2)
            layers.append(
                nn.ConvTranspose2d(entering, leaving, 3, stride=2, padding=1, output_padding=more)
            )
        else:
            layers.append(nn.Conv2d(entering, leaving, 3, padding=1))
        layers.append(nn.ELU())
    return nn.Sequential(*layers[:-1])
