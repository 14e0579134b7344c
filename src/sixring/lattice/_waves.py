"""The lattice as three waves: their local amplitudes and what their phases say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from sixring.lattice._canvas import Canvas
from sixring.lattice._spectrum import flatten
from sixring.types import Grain

__all__ = ["grain_amplitudes", "ring_centre_sign"]

_EVEN = 5.0  # angstrom over which brightness and contrast are evened out
_REACH = 6.0  # angstrom: standard deviation of the neighbourhood that a wave is followed in


def ring_centre_sign(canvas: Canvas, grains: tuple[Grain, ...]) -> float:
    """Tell bright ring centres from bright atoms.

    Three waves at 120 degrees add up to a triangular lattice of maxima or to its negative, a
    honeycomb, according to the sum of their phases. The sum depends neither on the origin nor
    on a slowly varying displacement, so that it can be averaged over a strained image.

    Parameters
    ----------
    canvas : Canvas
        The micrograph at its working sampling.
    grains : tuple of Grain
        The lattice's orientations, in cycles per pixel of the micrograph.

    Returns
    -------
    float
        Mean cosine of the phase sum, -1 to 1: positive where ring centres are bright, negative
        where atoms are, near zero where aberrations or noise leave it open.
    """
    even = flatten(canvas.image, _EVEN / canvas.sampling)
    total, scale = 0.0, 0.0
    for grain in grains:
        reciprocal = grain.reciprocal / canvas.zoom
        waves, _ = _demodulate(even, reciprocal, _REACH / canvas.sampling)
        product = waves.prod(axis=0)
        # The cube root weighs a place by its mean amplitude, so that a few strong places, such
        # as a dopant, don't outvote the rest.
        strength = np.abs(product)
        total += float((product.real / np.maximum(strength, 1e-30) ** (2 / 3)).sum())
        scale += float((strength ** (1 / 3)).sum())
    return total / scale if scale > 0 else 0.0


def grain_amplitudes(
    canvas: Canvas, grains: Sequence[Grain], reach: float
) -> list[NDArray[np.float32]]:
    """Map the amplitude of each grain's weakest wave.

    Parameters
    ----------
    canvas : Canvas
        The micrograph at its working sampling.
    grains : sequence of Grain
        Orientations, in cycles per pixel of the micrograph.
    reach : float
        Standard deviation of the neighbourhood in angstrom.

    Returns
    -------
    list of ndarray of float32, shape (rows, cols) of the canvas
        Amplitudes in units of the evened-out canvas, one map a grain.
    """
    even = flatten(canvas.image, _EVEN / canvas.sampling)
    maps = []
    for grain in grains:
        waves, stride = _demodulate(even, grain.reciprocal / canvas.zoom, reach / canvas.sampling)
        weakest: NDArray[np.float32] = ndimage.affine_transform(
            np.abs(waves).min(axis=0),
            np.full(2, 1 / stride),
            output_shape=even.shape,
            order=1,
            mode="nearest",
        )
        maps.append(weakest)
    return maps


def _demodulate(
    image: NDArray[np.float32], reciprocal: NDArray[np.float64], reach: float
) -> tuple[NDArray[np.complex64], int]:
    """Shift each reflection to zero frequency and average over a Gaussian neighbourhood.

    An average over so many pixels needs few samples, and only the few frequencies near to the
    reflection enter it: these are cut out of the spectrum and transformed back by themselves.

    Returns
    -------
    waves : ndarray of complex64, shape (3, m, n)
        Complex amplitude of each wave at every `stride`-th pixel; beyond its edges the image is
        taken as zero.
    stride : int
        A power of two, at most half of `reach` unless that is below one.
    """
    stride = 2 ** max(0, int(np.log2(reach / 2)))
    # Zeros beyond one edge serve for the other too: the transform is periodic.
    padded = (length + int(4 * reach) for length in image.shape)
    lengths = [stride * fft.next_fast_len(-(-length // stride)) for length in padded]
    spectrum = fft.fft2(image, s=lengths, workers=-1)
    rows, cols = (-(-length // stride) for length in image.shape)
    waves = np.empty((3, rows, cols), np.complex64)
    for wave, (row, col) in zip(waves, reciprocal, strict=True):
        down, down_gain, down_turn = _around(row, lengths[0], stride, reach)
        across, across_gain, across_turn = _around(col, lengths[1], stride, reach)
        cut = spectrum[np.ix_(down, across)] * np.outer(down_gain, across_gain)
        wave[:] = (fft.ifft2(cut) * np.outer(down_turn, across_turn))[:rows, :cols]
    return waves, stride


def _around(
    frequency: float, length: int, stride: int, reach: float
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.complex128]]:
    """Choose the bins of a spectrum near to a frequency, along one axis.

    Returns
    -------
    bins : ndarray of int, shape (length // stride,)
        Indices into the spectrum, in the order that a transform back takes.
    gain : ndarray of float64, shape (length // stride,)
        The Gaussian's transform there.
    turn : ndarray of complex128, shape (length // stride,)
        Phase that the samples lack because the frequency lies between two bins.
    """
    count = length // stride
    middle = round(frequency * length)
    bins = middle + np.rint(fft.fftfreq(count) * count).astype(np.intp)
    gain = np.exp(-2 * (np.pi * reach * (bins / length - frequency)) ** 2) / stride
    between = middle / length - frequency
    return bins % length, gain, np.exp(2j * np.pi * between * stride * np.arange(count))
