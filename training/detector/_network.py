"""The network: convolutions alone, from an image of any size to maps of half its sides."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn
from torch.nn import functional

from sixring.detection._cells import HEADS, MULTIPLE
from sixring.errors import UsageError

__all__ = ["HEADS", "MULTIPLE", "Detector", "Maps"]

_STEM = 8
_HALVING = 4
_PIXELS = {"stem": 2, "half": 2, "heads": 2, "quarter": 4, "eighth": 8}
"""Side of a cell in pixels, where a layer's name holds that of its size."""


class Maps(NamedTuple):
    """What is where, each of shape (n, channels, rows / 2, cols / 2).

    A cell stands for two by two pixels; what a cell may be is said in
    :mod:`sixring.detection._cells`.
    """

    rings: Tensor
    """Logits of the classes of rings."""
    ring_offset: Tensor
    """From the middle of the cell to the ring's centre, rows and columns, angstrom."""
    atoms: Tensor
    """Logits of the classes of atoms."""
    atom_offset: Tensor
    """From the middle of the cell to the atom, rows and columns, angstrom."""
    area: Tensor
    """Logits of the classes of areas."""


class Detector(nn.Module):
    """A U-Net of residual blocks whose finest maps have half the sides of the image.

    Kernels of even sides halve the image, so that a cell lies in the middle of what it is made
    from: a mirrored image can have the mirrored maps. No layer knows the size of the image or
    where in it a pixel lies.

    U-Net: Ronneberger et al. 2015, arXiv:1505.04597; residual blocks: He et al. 2015,
    arXiv:1512.03385.

    Parameters
    ----------
    channels : tuple of int
        At half, at a quarter and at an eighth of the sides.
    blocks : tuple of int
        Residual blocks at each of them; at an eighth, each looks twice as far as the one before.

    Raises
    ------
    UsageError
        If the two aren't three each.
    """

    def __init__(self, channels: tuple[int, ...], blocks: tuple[int, ...]) -> None:
        super().__init__()
        if len(channels) != 3 or len(blocks) != 3:
            raise UsageError(
                f"channels and blocks must be three each, not {len(channels)} and {len(blocks)}"
            )
        half, quarter, eighth = channels
        self.stem = _bent(1, half, _STEM, stride=2)
        self.at_half = nn.Sequential(*[_Residual(half) for _ in range(blocks[0])])
        self.to_quarter = _bent(half, quarter, _HALVING, stride=2)
        self.at_quarter = nn.Sequential(*[_Residual(quarter) for _ in range(blocks[1])])
        self.to_eighth = _bent(quarter, eighth, _HALVING, stride=2)
        self.at_eighth = nn.Sequential(*[_Residual(eighth, 2**k) for k in range(blocks[2])])
        self.from_eighth = nn.Conv2d(eighth, quarter, 1)
        self.merged_quarter = _bent(quarter, quarter, 3)
        self.from_quarter = nn.Conv2d(quarter, half, 1)
        self.merged_half = _Residual(half)
        self.heads = nn.Conv2d(half, sum(HEADS.values()), 1)
        self.reach = _reach(blocks)
        """Pixels: what lies farther from the two by two pixels of a cell doesn't change it."""

    def forward(self, images: Tensor) -> Maps:
        """Compute the maps.

        Parameters
        ----------
        images : Tensor, shape (n, rows, cols)
            As :func:`sixring.detection._canonical.canonical` makes them, padded to multiples of 8.

        Returns
        -------
        Maps
            Of each cell.
        """
        half = self.at_half(self.stem(images.unsqueeze(1)))
        quarter = self.at_quarter(self.to_quarter(half))
        eighth = self.at_eighth(self.to_eighth(quarter))
        quarter = self.merged_quarter(quarter + _doubled(self.from_eighth(eighth)))
        half = self.merged_half(half + _doubled(self.from_quarter(quarter)))
        return Maps(*self.heads(half).split(list(HEADS.values()), dim=1))

    def cost(self) -> tuple[int, float]:
        """Count the parameters, and the multiplications for each pixel of the image.

        Returns
        -------
        tuple
            Parameters; multiplications with a weight, of the convolutions.
        """
        weights = sum(weight.numel() for weight in self.parameters())
        return weights, sum(_per_pixel(name, layer) for name, layer in self.named_modules())


class _Residual(nn.Module):
    """Two convolutions, added to what came in."""

    def __init__(self, channels: int, dilation: int = 1) -> None:
        super().__init__()
        first = _bent(channels, channels, 3, dilation=dilation)
        second = list(_bent(channels, channels, 3, dilation=dilation))[:-1]
        self.change = nn.Sequential(first, *second)

    def forward(self, values: Tensor) -> Tensor:
        """Add the change to the values, shape (n, channels, rows, cols)."""
        return functional.relu(values + self.change(values))


def _bent(
    entering: int, leaving: int, kernel: int, *, stride: int = 1, dilation: int = 1
) -> nn.Sequential:
    """Return a convolution that keeps the size but for its stride, normalised and rectified."""
    padding = (dilation * (kernel - 1) + 1 - stride) // 2
    # The normalisation has an offset of its own.
    convolution = nn.Conv2d(
        entering, leaving, kernel, stride, padding=padding, dilation=dilation, bias=False
    )
    nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
    return nn.Sequential(convolution, nn.BatchNorm2d(leaving), nn.ReLU())


def _doubled(maps: Tensor) -> Tensor:
    return functional.interpolate(maps, scale_factor=2.0, mode="nearest")


def _reach(blocks: tuple[int, ...]) -> int:
    """Add up how far each layer looks beyond the pixels of a cell of its own."""
    # A convolution of three by three looks one cell farther, a halving half of its surplus.
    down = (_STEM - 2) // 2 + 4 * blocks[0]
    down += 2 * (_HALVING - 2) // 2 + 8 * blocks[1]
    down += 4 * (_HALVING - 2) // 2 + 16 * ((1 << blocks[2]) - 1)
    # A cell lies at the edge of the coarser one that it takes its values from.
    up = (4 + 4) + (2 + 2 * 2)
    return down + up


def _per_pixel(name: str, layer: nn.Module) -> float:
    """Return the multiplications of a convolution for each pixel of the image."""
    if not isinstance(layer, nn.Conv2d):
        return 0.0
    (side,) = (pixels for size, pixels in _PIXELS.items() if size in name.split(".")[0])
    return layer.weight.numel() / side**2
