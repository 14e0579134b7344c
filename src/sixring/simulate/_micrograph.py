"""Micrographs by linear imaging."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from sixring.errors import UsageError
from sixring.simulate._contamination import DrawnPatch, Patch
from sixring.simulate._linear import Profile, lattice_modulation, render
from sixring.simulate._simulated import Simulated
from sixring.simulate._truth import grid_to_pixels, truth_in_pixels
from sixring.structures import LATTICE_CONSTANT, Sheet
from sixring.types import Contrast, Mask, Mode, Region

__all__ = ["PROFILES", "micrograph"]

PROFILES: dict[Mode, Profile] = {
    "hrtem": Profile(fwhm=1.2, wide_fwhm=3.0, share=0.9),
    "stem": Profile(fwhm=1.2, wide_fwhm=4.0, share=0.0),
}
"""What an atom looks like where nothing else is said."""

_WEIGHTS: dict[Mode, dict[str, float]] = {
    # Projected potential at the frequencies of the first reflections, carbon being 1.
    "hrtem": {"B": 0.9, "C": 1.0, "N": 1.05, "Si": 1.7},
    # Z^1.7, carbon being 1.
    "stem": {element: (z / 6) ** 1.7 for element, z in (("B", 5), ("C", 6), ("N", 7), ("Si", 14))},
}
_BEAM_FRACTION = 5e-4
"""Share of the beam that perfect graphene scatters to a medium-angle detector."""
_STEM_BACKGROUND = 0.05
"""Dark counts and stray beam, as a share of perfect graphene's signal."""
_SITES = 2 / (LATTICE_CONSTANT**2 * np.sqrt(3) / 2)
"""Atoms per angstrom^2 of perfect graphene."""
_VACUUM = 3.0
"""Farther than this from every atom there is no sheet, in angstrom."""


def micrograph(
    sheet: Sheet,
    *,
    mode: Mode = "hrtem",
    shape: tuple[int, int] = (256, 256),
    sampling: float = 0.2,
    dose: float = 1e4,
    contrast: Contrast | None = None,
    modulation: float = 0.05,
    profile: Profile | None = None,
    origin: tuple[float, float] = (0.0, 0.0),
    contamination: Sequence[Patch] = (),
    ramp: float = 0.0,
    seed: int = 0,
) -> Simulated:
    """Simulate a micrograph of a sheet by linear imaging.

    Parameters
    ----------
    sheet : Sheet
        What lies in the microscope. Where it ends, vacuum begins.
    mode : {"hrtem", "stem"}
        HRTEM here is an imitation of linear phase contrast, with the contrast set by hand; see
        :mod:`sixring.simulate`.
    shape : tuple of int
        Rows and columns.
    sampling : float
        Angstrom per pixel.
    dose : float
        Electrons per angstrom^2; ``inf`` for an image without noise, whose counts are then those
        of 1e6.
    contrast : {"bright", "dark"}, optional
        Whether atoms are brighter than their surroundings; dark for HRTEM and bright for STEM
        where it isn't given.
    modulation : float
        HRTEM only: the standard deviation of perfect graphene over its mean.
    profile : Profile, optional
        What an atom looks like; :data:`PROFILES` where it isn't given.
    origin : tuple of float
        x, y in angstrom of the centre of pixel (0, 0); x runs with columns, y with rows.
    contamination : sequence of Patch
        Patches of light atoms on the sheet.
    ramp : float
        Relative change of the illumination from one side to the other, in a random direction.
    seed : int
        Everything random follows from it.

    Returns
    -------
    Simulated
        The image and the truth.

    Raises
    ------
    UsageError
        If a value can't be: a dose or sampling that isn't positive, dark atoms in STEM, an
        element without a weight, atoms narrower than the pixels can show.
    """
    contrast = contrast or ("dark" if mode == "hrtem" else "bright")
    _check(sheet, mode, shape, sampling, dose, contrast, modulation, ramp)
    rng = np.random.default_rng(seed)
    patches = [patch.draw(rng) for patch in contamination]
    profile = profile or PROFILES[mode]

    weight = _WEIGHTS[mode]
    points = np.concatenate([sheet.positions, *(p.atoms for p in patches)])
    weights = np.array([weight[e] for e in sheet.elements])
    weights = np.concatenate([weights, *(np.ones(len(p.atoms)) for p in patches)])
    to_pixels = grid_to_pixels(origin, sampling)
    pixels = to_pixels(points)
    signal = render(pixels, weights, shape=shape, sampling=sampling, profile=profile)

    counts = (1e6 if np.isinf(dose) else dose) * sampling**2
    if mode == "hrtem":
        sign = 1 if contrast == "bright" else -1
        relative = 1 + sign * modulation / lattice_modulation(profile) * signal
    else:
        relative = _BEAM_FRACTION * (signal / _SITES + _STEM_BACKGROUND)
    expected = counts * np.maximum(relative, 0.0) * _illumination(shape, ramp, rng)
    image = expected if np.isinf(dose) else rng.poisson(expected)

    atoms, rings, defects = truth_in_pixels(sheet, shape, to_pixels)
    return Simulated(
        image=image.astype(np.float32),
        expected=expected.astype(np.float32),
        atoms=atoms,
        rings=rings,
        defects=defects,
        mask=_mask(sheet, patches, shape, sampling, origin),
        sampling=sampling,
        mode=mode,
        dose=dose,
    )


def _check(
    sheet: Sheet,
    mode: Mode,
    shape: tuple[int, int],
    sampling: float,
    dose: float,
    contrast: Contrast,
    modulation: float,
    ramp: float,
) -> None:
    if mode not in _WEIGHTS:
        raise UsageError(f"mode must be 'hrtem' or 'stem', not {mode!r}")
    if contrast not in ("bright", "dark"):
        raise UsageError(f"contrast must be 'bright' or 'dark', not {contrast!r}")
    if mode == "stem" and contrast == "dark":
        raise UsageError("contrast='dark' can't be in mode='stem': scattered electrons add up")
    if min(shape) < 1:
        raise UsageError(f"shape must be rows and columns, at least 1 each, not {shape}")
    for name, value in (("sampling", sampling), ("dose", dose), ("modulation", modulation)):
        if not value > 0:
            raise UsageError(f"{name} must be positive, not {value:g}")
    if not 0 <= ramp < 2:
        raise UsageError(f"ramp must be at least 0 and below 2, not {ramp:g}")
    unknown = sorted(set(sheet.elements) - set(_WEIGHTS[mode]))
    if unknown:
        raise UsageError(
            f"no weight is known for {', '.join(unknown)}: choose from {', '.join(_WEIGHTS[mode])}"
        )


def _illumination(
    shape: tuple[int, int], ramp: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return a plane of mean 1 that rises by `ramp` across the image."""
    direction = rng.uniform(0.0, 2 * np.pi)
    rows = np.linspace(-0.5, 0.5, shape[0])[:, None] * np.sin(direction)
    cols = np.linspace(-0.5, 0.5, shape[1])[None, :] * np.cos(direction)
    across = abs(np.sin(direction)) + abs(np.cos(direction))
    plane: NDArray[np.float64] = 1 + ramp * (rows + cols) / across
    return plane


def _mask(
    sheet: Sheet,
    patches: Sequence[DrawnPatch],
    shape: tuple[int, int],
    sampling: float,
    origin: tuple[float, float],
) -> Mask:
    margin = int(np.ceil(2 * _VACUUM / sampling))
    empty = np.ones((shape[0] + 2 * margin, shape[1] + 2 * margin), dtype=bool)
    nearest = np.rint(grid_to_pixels(origin, sampling)(sheet.positions)).astype(int) + margin
    nearest = nearest[np.all((nearest >= 0) & (nearest < empty.shape), axis=1)]
    empty[tuple(nearest.T)] = False
    regions = np.full(shape, Region.CLEAR)
    far = _distance(empty) * sampling > _VACUUM
    if far.any():
        # What is far from every atom, grown back to an atom's breadth from the last of them.
        vacuum = _distance(~far) * sampling < _VACUUM - 1
        regions[vacuum[margin:-margin, margin:-margin]] = Region.VACUUM

    y = np.arange(shape[0])[:, None] * sampling + origin[1]
    x = np.arange(shape[1])[None, :] * sampling + origin[0]
    points = np.stack(np.broadcast_arrays(x, y), axis=-1)
    for patch in patches:
        regions[patch.covers(points)] = Region.CONTAMINATION
    return Mask(regions.astype(np.uint8))


def _distance(background: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how far each pixel is from the nearest False, in pixels."""
    distance: NDArray[np.float64] = ndimage.distance_transform_edt(background)
    return distance
