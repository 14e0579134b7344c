"""The lattice seen through small windows: a denoised image and maps of what the windows show.

A short-time Fourier transform with Hann windows of 12 angstrom, overlapping by three quarters.
In each window the coefficients that don't stand out from the noise are shrunk to nothing (an
empirical Wiener filter), so that the smoothing adapts to the noise of the image and to what is
in the window: in a perfect area six reflections are left, at a defect as many as the electrons
pay for. Nothing is assumed about the orientation of the lattice, so that grains, rotated
islands and grain boundaries are all treated alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from sixring.lattice._canvas import Canvas

__all__ = ["FIRST_ORDER", "LocalView", "look"]

FIRST_ORDER = 0.4695
"""Spatial frequency of graphene's first-order reflections, cycles per angstrom (1/2.130)."""

_WINDOW = 12.0  # angstrom: five rings across
# A coefficient below so many times the noise power is dropped. The least of these is taken that
# leaves ring centres certain to within the error below, so that no more is smoothed away than
# the noise asks for: every defect that is smoothed away is lost.
_SHRINKS = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0)
_CENTRE_ERROR = 0.08  # angstrom
_PASS = (0.15, 1.05)  # cycles per angstrom: from below the first order to beyond the second
# The band in which ring centres of all sizes are single maxima. Centred above the first order,
# because a five-ring is smaller than a six-ring and would otherwise drown beside a seven-ring.
_RING_BAND = (0.50, 0.12)  # centre and width, cycles per angstrom
_ORDERS = np.array([1.0, np.sqrt(3), 2.0, np.sqrt(7)]) * FIRST_ORDER
_ANGLES = 24  # over 60 degrees
_NOISE_WINDOWS = 1500
_SHRINK_WINDOWS = 300


@dataclass(frozen=True, eq=False)
class LocalView:
    """What the windows show; maps have shape (rows, cols) of the canvas unless said otherwise."""

    rings: NDArray[np.float32]
    """Denoised image in the band of the rings, sign as recorded."""
    detail: NDArray[np.float32]
    """Denoised image, all frequencies up to beyond the second order, sign as recorded."""
    noise: NDArray[np.float32]
    """Standard deviation of what is left of the noise in `rings`."""
    lattice: NDArray[np.float32]
    """Amplitude of the weakest of a hexagon's three reflections, noise subtracted."""
    floor: float
    """Noise amplitude of one reflection in a window."""
    shrink: float
    """Multiple of the noise power below which a coefficient was dropped."""


def look(canvas: Canvas) -> LocalView:
    """Analyse a canvas window by window.

    Parameters
    ----------
    canvas : Canvas
        The micrograph at its working sampling.

    Returns
    -------
    LocalView
        Denoised images and maps.
    """
    frames = _Frames(canvas)
    noise = _noise_power(frames)
    keep = (frames.frequency > _PASS[0]) & (frames.frequency < _PASS[1])
    band = np.exp(-0.5 * ((frames.frequency - _RING_BAND[0]) / _RING_BAND[1]) ** 2)
    band = band.astype(np.float32)
    shrink = _least_shrink(frames, noise, keep * band)
    spots = _spot_weights(frames)
    spot_noise = float((spots @ noise.ravel()).mean())
    # Most coefficients say nothing about any reflection.
    telling = np.flatnonzero(spots.max(axis=0) > 1e-6 * spots.max())
    reading = spots[:, telling].astype(np.float32)
    both_sides = np.where(np.arange(frames.size // 2 + 1) == 0, 1.0, 2.0)
    left = (band**2 * noise * both_sides).astype(np.float32)

    rings, detail = (np.zeros(frames.padded.shape, np.float32) for _ in range(2))
    residue = np.zeros(frames.grid)
    lattice = np.zeros(frames.grid)
    for row, coefficients in frames:
        power = np.abs(coefficients) ** 2
        gain = _gain(power, noise, shrink) * keep
        kept = coefficients * gain
        frames.add(rings, row, kept * band)
        frames.add(detail, row, kept)
        residue[row] = np.einsum("nij,ij->n", gain**2, left)
        read = np.take(power.reshape(len(power), -1), telling, axis=1)
        lattice[row] = _hexagon_amplitude(read, reading, spot_noise)

    # Parseval: power summed over the window's coefficients, per pixel of an unwindowed image.
    per_pixel = frames.size**2 * float((frames.window**2).sum())
    return LocalView(
        rings=frames.finish(rings),
        detail=frames.finish(detail),
        noise=frames.spread(np.sqrt(residue / per_pixel)),
        lattice=frames.spread(lattice),
        floor=float(np.sqrt(spot_noise)),
        shrink=shrink,
    )


def _gain(
    power: NDArray[np.float32], noise: NDArray[np.float32], shrink: float
) -> NDArray[np.float32]:
    """Wiener gain of each coefficient, 0 to 1, from the power of its neighbourhood."""
    smooth = ndimage.uniform_filter1d(power, 3, axis=1, mode="wrap")
    smooth = ndimage.uniform_filter1d(smooth, 3, axis=2, mode="mirror")
    gain: NDArray[np.float32] = np.maximum(0, 1 - shrink * noise / np.maximum(smooth, 1e-30))
    return gain


def _least_shrink(frames: _Frames, noise: NDArray[np.float32], band: NDArray[np.float32]) -> float:
    """Choose how hard to denoise: just hard enough to locate ring centres.

    Three waves of amplitude A make maxima of curvature 3/2 A (2 pi g)^2, and the slope of noise
    of standard deviation s in a band round f is 2 pi f s / sqrt(2); the error of a centre is
    their ratio.
    """
    power = np.abs(frames.sample(_SHRINK_WINDOWS)) ** 2
    both_sides = np.where(np.arange(frames.size // 2 + 1) == 0, 1.0, 2.0)
    for shrink in _SHRINKS:
        gain = _gain(power, noise, shrink) * band
        left = float(((gain**2 * noise) * both_sides).sum(axis=(1, 2)).mean())
        total = (power * gain**2 * both_sides).sum(axis=(1, 2))
        # The median: contaminated windows have far more power than the lattice.
        signal = max(float(np.median(total)) - left, 1e-30)
        amplitude = np.sqrt(2 / 3 * signal)
        curvature = 1.5 * amplitude * (2 * np.pi * FIRST_ORDER) ** 2
        slope = np.sqrt(left) * 2 * np.pi * _RING_BAND[0] / np.sqrt(2)
        if slope / curvature < _CENTRE_ERROR:
            return shrink
    return _SHRINKS[-1]


class _Frames:
    """The windows of a canvas, a row of them at a time, and the way back to an image."""

    def __init__(self, canvas: Canvas) -> None:
        size = 2 * round(_WINDOW / canvas.sampling / 2)
        self.size, self.hop = size, size // 4
        self.shape = canvas.image.shape
        edge = np.sin(np.pi * (np.arange(size) + 0.5) / size) ** 2
        self._edge = edge
        self.window = np.outer(edge, edge).astype(np.float32)
        extra = [size + (-(n + size)) % self.hop for n in self.shape]
        self.padded = np.pad(canvas.image, [(size, e) for e in extra], mode="reflect")
        self._views = np.lib.stride_tricks.sliding_window_view(self.padded, (size, size))[
            :: self.hop, :: self.hop
        ]
        self.grid = self._views.shape[:2]
        along = fft.fftfreq(size, canvas.sampling)
        across = fft.rfftfreq(size, canvas.sampling)
        self.frequency = np.hypot(along[:, None], across[None, :]).astype(np.float32)
        self.along, self.across = along, across

    def __iter__(self) -> Iterator[tuple[int, NDArray[np.complex64]]]:
        for row in range(self.grid[0]):
            yield row, self.transform(self._views[row])

    def transform(self, views: NDArray[np.float32]) -> NDArray[np.complex64]:
        """Transform windows of shape (n, size, size), their means taken off."""
        centred = views - views.mean(axis=(1, 2), keepdims=True)
        return fft.rfft2(centred * self.window, axes=(1, 2), workers=-1)

    def sample(self, count: int) -> NDArray[np.complex64]:
        """Transform about `count` windows, evenly spread and free of the padding."""
        rows, cols = (
            np.arange(-(-self.size // self.hop), max(n // self.hop, -(-self.size // self.hop) + 1))
            for n in self.shape
        )
        step = max(1, int(np.sqrt(len(rows) * len(cols) / count)))
        chosen = self._views[np.ix_(rows[::step], cols[::step])]
        return self.transform(chosen.reshape(-1, self.size, self.size))

    def part(self, row: int, col: int) -> tuple[slice, slice]:
        top, left = row * self.hop, col * self.hop
        return slice(top, top + self.size), slice(left, left + self.size)

    def add(
        self, image: NDArray[np.float32], row: int, coefficients: NDArray[np.complex64]
    ) -> None:
        """Add a row of windows to an image (overlap-add)."""
        parts = fft.irfft2(coefficients, s=(self.size, self.size), axes=(1, 2), workers=-1)
        parts *= self.window
        for col, values in enumerate(parts):
            image[self.part(row, col)] += values

    def finish(self, image: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cut the padding off an image that windows were added to, and divide by their sum."""
        inside = image[tuple(slice(self.size, self.size + n) for n in self.shape)]
        down, across = map(self._overlap, self.shape, self.grid)
        inside /= down[:, None]
        inside /= across
        return inside

    def _overlap(self, length: int, count: int) -> NDArray[np.float32]:
        """Sum the squares of all windows along one side of the canvas."""
        total = np.zeros((count - 1) * self.hop + self.size)
        for k in range(count):
            total[k * self.hop : k * self.hop + self.size] += self._edge**2
        return total[self.size : self.size + length].astype(np.float32)

    def spread(self, values: NDArray[np.float64]) -> NDArray[np.float32]:
        """Interpolate values on the grid of windows to every pixel of the canvas."""
        first = (self.size - (self.size - 1) / 2) / self.hop
        spread: NDArray[np.float32] = ndimage.affine_transform(
            values.astype(np.float32),
            np.full(2, 1 / self.hop),
            first,
            output_shape=self.shape,
            order=1,
            mode="nearest",
        )
        return spread


def _noise_power(frames: _Frames) -> NDArray[np.float32]:
    """Estimate the noise power of a coefficient, shape (size, size // 2 + 1).

    The power of noise is exponentially distributed, and its lower quartile hardly feels the few
    reflections or the contaminated windows. Near graphene's own frequencies, where a window of
    a good image holds nothing but signal, the noise is interpolated from beside them.
    """
    power = np.abs(frames.sample(_NOISE_WINDOWS)) ** 2
    step = float(frames.along[1] - frames.along[0])
    ring = np.rint(frames.frequency / step).astype(np.intp)
    centres = step * np.arange(ring.max() + 1)
    quartile = np.array([np.quantile(power[:, ring == k], 0.25) for k in range(len(centres))])
    level = np.maximum(quartile / -np.log(0.75), 1e-20)
    nearest = np.abs(centres[:, None] - _ORDERS).min(axis=1)
    nyquist = float(np.abs(frames.along).max())
    trusted = (nearest > 2.6 * step) & (centres > 1.5 * step) & (centres < nyquist)
    between = np.exp(np.interp(centres, centres[trusted], np.log(level[trusted])))
    noise: NDArray[np.float32] = np.interp(
        frames.frequency, centres, np.minimum(between, level)
    ).astype(np.float32)
    return noise


def _spot_weights(frames: _Frames) -> NDArray[np.float64]:
    """Weights that read the power at a reflection off a window's coefficients.

    Returns
    -------
    ndarray of float64, shape (3 * _ANGLES, size * (size // 2 + 1))
        One row for each direction over 180 degrees; the weights of a row sum to one.
    """
    step = float(frames.along[1] - frames.along[0])
    weights = []
    for angle in np.arange(3 * _ANGLES) * np.pi / (3 * _ANGLES):
        row, col = FIRST_ORDER * np.sin(angle), FIRST_ORDER * np.cos(angle)
        distance = np.full(frames.frequency.shape, np.inf)
        for sign in (1, -1):
            away = np.hypot(frames.along[:, None] - sign * row, frames.across[None, :] - sign * col)
            distance = np.minimum(distance, away)
        weight = np.exp(-0.5 * (distance / step) ** 2)
        weights.append((weight / weight.sum()).ravel())
    return np.array(weights)


def _hexagon_amplitude(
    power: NDArray[np.float32], spots: NDArray[np.float32], noise: float
) -> NDArray[np.float64]:
    """Amplitude of the weakest reflection of the best hexagon in each window, shape (n,)."""
    # Not a matrix product: on so little of it, waking BLAS's threads takes most of the time.
    read = np.einsum("nc,sc->ns", power, spots)
    weakest = read.reshape(len(power), 3, _ANGLES).min(axis=1).max(axis=1)
    amplitude: NDArray[np.float64] = np.sqrt(np.maximum(weakest - noise, 0))
    return amplitude
