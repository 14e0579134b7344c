"""What can't be judged: contamination, vacuum, blur, bilayer, and the border."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from sixring.lattice._blur import blur
from sixring.lattice._canvas import Canvas
from sixring.lattice._local import LocalView
from sixring.lattice._waves import grain_amplitudes
from sixring.types import Lattice, Mask, Region

__all__ = ["border", "find_mask"]

# Frequencies, cycles per angstrom, at which amorphous material is strong and graphene has none.
_TEXTURE = (0.08, 0.35)
_TEXTURE_REACH = 1.5  # angstrom
_CLEAN_QUANTILE = 0.3  # of the area: at least this much of an image is taken to be clean
# Natural logs of the power, over that of the clean area and over that of the lattice. Both have
# to be passed: noise passes the second where the lattice is weak, and a chain of 5-7 pairs the
# first where the image is good.
_SUSPECT = (1.8, -1.7)  # may be contamination
_SURE = (2.5, -0.6)  # is contamination
_HALO = 5.0  # angstrom: so far from what is sure, what is suspect belongs to it
_ROUND = 3.0  # angstrom: narrower links and notches are smoothed away
_LEAST_AREA = 80.0  # square angstrom of a region: below, it is a defect or chance
_FADED = 0.3  # lattice amplitude over its median below which a place can't be read
_UNSEEN = 1.0  # the same, in noise amplitudes of a window
_WIDE = 5.0  # angstrom: radius that an unreadable place must have; no point defect has it
_HOLE_REACH = 2.0  # angstrom
_HOLE = 2.5  # angstrom: least radius of what is left of a hole at that reach
_BORDER = 3.0  # angstrom
_BILAYER = 0.45  # amplitude of the weaker of two grains over the stronger
_BILAYER_REACH = 10.0  # angstrom
_STEP = 4.0  # robust standard deviations by which the brightness of vacuum differs


def find_mask(canvas: Canvas, view: LocalView, lattice: Lattice) -> Mask:
    """Map the area that can't be judged.

    Contamination is told by its power at spatial frequencies where graphene has none, blur and
    vacuum by the loss of the lattice over an area wider than any point defect; the two are told
    apart by brightness, which vacuum changes and blur doesn't. A bilayer shows two grains in
    the same place.

    Parameters
    ----------
    canvas : Canvas
        The micrograph at its working sampling, foreign atoms taken off.
    view : LocalView
        What the windows show.
    lattice : Lattice
        The lattice, for its grains.

    Returns
    -------
    Mask
        At the pixels of the micrograph.
    """
    step = canvas.sampling
    contamination = _contamination(canvas, view)
    clean = ~contamination
    typical = float(np.median(view.lattice[clean])) if clean.any() else 0.0
    lost = view.lattice < max(_FADED * typical, _UNSEEN * view.floor)
    lost = _open(lost & clean, _WIDE / step) | _holes(canvas, view, clean)
    regions = np.full(canvas.image.shape, Region.CLEAR, np.uint8)
    regions[_bilayer(canvas, lattice) & clean] = Region.BILAYER
    regions[lost] = Region.BLUR
    regions[_vacuum(canvas, lost, clean)] = Region.VACUUM
    regions[contamination] = Region.CONTAMINATION
    regions[border(regions, step) & (regions == Region.CLEAR)] = Region.BORDER
    return Mask(_at_pixels(regions, canvas))


def border(regions: NDArray[np.uint8], step: float) -> NDArray[np.bool_]:
    """Find what is too near to the edge of the image, or of dirt, to see a ring's neighbours.

    Parameters
    ----------
    regions : ndarray of uint8, shape (rows, cols)
        Values of :class:`~sixring.types.Region`.
    step : float
        Angstrom per pixel of these.

    Returns
    -------
    ndarray of bool, shape (rows, cols)
        What is hidden itself too.
    """
    hidden = np.isin(regions, (Region.CONTAMINATION, Region.BLUR, Region.BILAYER))
    hidden = np.pad(hidden, 1, constant_values=True)
    beside: NDArray[np.bool_] = ndimage.distance_transform_edt(~hidden) <= _BORDER / step
    return beside[1:-1, 1:-1]


def _holes(canvas: Canvas, view: LocalView, clean: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Find places without rings that are smaller than the windows of the local view."""
    reach = _HOLE_REACH / canvas.sampling
    amplitude = np.sqrt(np.maximum(blur(view.rings**2, reach), 0))
    typical = float(np.median(amplitude[clean])) if clean.any() else 0.0
    return _open((amplitude < _FADED * typical) & clean, _HOLE / canvas.sampling)


def _contamination(canvas: Canvas, view: LocalView) -> NDArray[np.bool_]:
    step = canvas.sampling
    power = blur(_texture(canvas) ** 2, _TEXTURE_REACH / step)
    level = np.log(np.maximum(power, 1e-12))
    lattice = blur(view.rings**2, 2 * _TEXTURE_REACH / step)
    over_clean = level - np.quantile(level, _CLEAN_QUANTILE)
    over_lattice = level - np.log(max(float(np.median(lattice)), 1e-12))
    sure: NDArray[np.bool_] = (over_clean > _SURE[0]) & (over_lattice > _SURE[1])
    if not sure.any():
        return sure
    near = ndimage.distance_transform_edt(~sure) < _HALO / step
    region = near & (over_clean > _SUSPECT[0]) & (over_lattice > _SUSPECT[1])
    region = ~_open(~_open(region, _ROUND / step), _ROUND / step)
    kept: NDArray[np.bool_] = _without_small(~_without_small(~region, step), step)
    return kept


def _texture(canvas: Canvas) -> NDArray[np.float32]:
    """Filter the image to the band of amorphous material."""
    margin = round(10 / canvas.sampling)
    padded = np.pad(canvas.image, margin, mode="reflect")
    along = fft.fftfreq(padded.shape[0], canvas.sampling)
    across = fft.rfftfreq(padded.shape[1], canvas.sampling)
    frequency = np.hypot(along[:, None], across[None, :]).astype(np.float32)
    low, high = _TEXTURE
    band = (1 - np.exp(-((frequency / low) ** 2))) * np.exp(-((frequency / high) ** 4))
    spectrum = fft.rfft2(padded, workers=-1)
    spectrum *= band
    filtered: NDArray[np.float32] = fft.irfft2(spectrum, s=padded.shape, workers=-1)
    return filtered[margin:-margin, margin:-margin]


def _bilayer(canvas: Canvas, lattice: Lattice) -> NDArray[np.bool_]:
    """Find where two grains are present at once over more than the width of a boundary."""
    both = np.zeros(canvas.image.shape, bool)
    if len(lattice.grains) < 2:
        return both
    reach = _BILAYER_REACH
    maps = grain_amplitudes(canvas, lattice.grains[:3], reach)
    strongest = np.max(maps, axis=0)
    weaker = np.sort(maps, axis=0)[-2]
    present = strongest > 0.4 * np.median(strongest)
    return _open((weaker > _BILAYER * strongest) & present, 2 * reach / canvas.sampling)


def _vacuum(canvas: Canvas, lost: NDArray[np.bool_], clean: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of the places without a lattice, those of which the brightness differs from the sheet's."""
    vacuum = np.zeros(lost.shape, bool)
    sheet = clean & ~lost
    labels, count = ndimage.label(lost)
    if count == 0 or not sheet.any():
        return vacuum
    # Brightness drifts across an image; a hole is judged against the sheet around it.
    reach = 3.0 / canvas.sampling
    brightness = ndimage.gaussian_filter(canvas.image, reach)
    values = brightness[sheet]
    spread = 1.4826 * float(np.median(np.abs(values - np.median(values))))
    for label, place in enumerate(ndimage.find_objects(labels), start=1):
        grown = tuple(
            slice(max(0, part.start - round(5 * reach)), part.stop + round(5 * reach))
            for part in place
        )
        inside = labels[grown] == label
        around = sheet[grown]
        if not around.any():
            continue
        core = ndimage.binary_erosion(inside, iterations=max(1, round(reach)))
        inner = brightness[grown][core if core.any() else inside]
        difference = abs(float(np.median(inner)) - float(np.median(brightness[grown][around])))
        if difference > _STEP * spread:
            vacuum[grown] |= inside
    return vacuum


def _open(region: NDArray[np.bool_], radius: float) -> NDArray[np.bool_]:
    """Remove what a disc of this radius doesn't fit into; the image goes on beyond its edge."""
    if not region.any() or region.all():
        return region
    margin = int(np.ceil(radius)) + 1
    padded = np.pad(region, margin, mode="edge")
    # Two distance transforms instead of a large structuring element: linear in the area.
    eroded = ndimage.distance_transform_edt(padded) > radius
    if not eroded.any():
        return np.zeros_like(region)
    opened = ndimage.distance_transform_edt(~eroded) <= radius
    return opened[margin:-margin, margin:-margin]


def _without_small(region: NDArray[np.bool_], step: float) -> NDArray[np.bool_]:
    """Drop the parts of a region below the least area."""
    labels, count = ndimage.label(region)
    if count == 0:
        return region
    areas = np.bincount(labels.ravel()) * step**2
    areas[0] = 0
    kept: NDArray[np.bool_] = (areas >= _LEAST_AREA)[labels]
    return kept


def _at_pixels(regions: NDArray[np.uint8], canvas: Canvas) -> NDArray[np.uint8]:
    """Take the region nearest to each pixel of the micrograph."""
    rows, cols = (
        np.clip(np.rint((np.arange(n) + 0.5) * canvas.zoom - 0.5).astype(np.intp), 0, m - 1)
        for n, m in zip(canvas.shape, regions.shape, strict=True)
    )
    return regions[np.ix_(rows, cols)]
