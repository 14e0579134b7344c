"""What a camera records of the electrons that arrive in its pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from sixring.errors import UsageError
from sixring.simulate._conditions import Camera

__all__ = ["modulation_transfer", "record_camera"]

_MOST = 1e15
"""Electrons per pixel; above, a float no longer counts single ones."""


def record_camera(
    expected_electrons: NDArray[np.float64], camera: Camera, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Record one exposure.

    The electrons that arrive are counted first (Poisson), each then spreads over the pixels
    around it, as light does in a scintillator: the blur weakens the noise as it does the image.
    Gain, offset and read noise follow, then dead and hot pixels, which lie anew in each
    exposure, and the converter's whole numbers.

    Parameters
    ----------
    expected_electrons : ndarray, shape (rows, cols)
        The electrons expected in each pixel.
    camera : Camera
        What it does.
    rng : numpy.random.Generator
        Where the noise comes from.

    Returns
    -------
    ndarray of float32, shape (rows, cols)
        Counts.

    Raises
    ------
    UsageError
        If the expected electrons aren't an image of finite numbers from 0 to 1e15.
    """
    expected = np.asarray(expected_electrons, dtype=np.float64)
    if expected.ndim != 2 or expected.size == 0:
        raise UsageError(
            f"the expected electrons must be an image of two axes, not of shape {expected.shape}"
        )
    if not ((expected >= 0) & (expected <= _MOST)).all():
        raise UsageError(
            "the expected electrons of a pixel must be from 0 to 1e15, not "
            f"{expected.min():g} to {expected.max():g}"
        )
    values = rng.poisson(expected).astype(np.float64)
    if camera.mtf < 1:
        values = _spread(values, camera.mtf)
    values = camera.offset + camera.gain * values
    if camera.read_noise > 0:
        values += rng.normal(0.0, camera.read_noise, values.shape)
    _spoil(values, camera, rng)
    if camera.bits is not None:
        np.clip(np.rint(values), 0, 2**camera.bits - 1, out=values)
    return values.astype(np.float32)


def modulation_transfer(frequency: NDArray[np.float64], mtf: float) -> NDArray[np.float64]:
    """Return the share of a modulation that a camera's spread of signal leaves.

    It falls exponentially with the frequency, ``mtf^(2 f)``: steeply at first, as that of
    scintillators with long tails does.

    Parameters
    ----------
    frequency : ndarray
        Cycles per pixel; 0.5 is Nyquist's.
    mtf : float
        What is left at Nyquist's frequency, above 0 to 1.

    Returns
    -------
    ndarray, the shape of `frequency`
        From 0 to 1.
    """
    return np.asarray(np.power(mtf, 2 * frequency), dtype=np.float64)


def _spread(electrons: NDArray[np.float64], mtf: float) -> NDArray[np.float64]:
    """Blur an image, mirrored at its borders so that nothing is lost there."""
    rows, cols = (np.arange(n) / (2 * n) for n in electrons.shape)
    transfer = modulation_transfer(np.hypot(rows[:, None], cols), mtf)
    return np.asarray(fft.idctn(fft.dctn(electrons) * transfer), dtype=np.float64)


def _spoil(values: NDArray[np.float64], camera: Camera, rng: np.random.Generator) -> None:
    """Let the dead pixels show the offset and the hot ones the highest count."""
    dead, hot = (round(share * values.size) for share in (camera.dead, camera.hot))
    if dead + hot == 0:
        return
    highest = values.max()
    spoilt = rng.choice(values.size, dead + hot, replace=False)
    values.flat[spoilt[:dead]] = camera.offset
    values.flat[spoilt[dead:]] = highest
