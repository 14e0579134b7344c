"""The conditions under which one image is recorded: every number that shapes it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from numbers import Integral, Real

from sixring.errors import UsageError
from sixring.types import Mode

__all__ = ["HRTEM", "STEM", "Camera", "Conditions"]

_OUTSIDE = 1.1
"""How far out a dark-field detector begins at least, in semi-angles of the probe."""


@dataclass(frozen=True)
class Camera:
    """What a camera makes of the electrons that arrive in its pixels."""

    mtf: float = 1.0
    """Modulation transfer at the Nyquist frequency beyond that of the pixel's own area, above 0
    to 1; 1 is an ideal camera."""
    gain: float = 1.0
    """Counts per electron."""
    offset: float = 0.0
    """Counts where nothing arrives."""
    read_noise: float = 0.0
    """Standard deviation of the counts where nothing arrives."""
    dead: float = 0.0
    """Share of the pixels that show the offset alone."""
    hot: float = 0.0
    """Share of the pixels that show the highest count of the image."""
    bits: int | None = None
    """Counts are whole and clipped at 0 and 2**bits - 1, 24 bits at most, which is what an image
    of float32 holds exactly; None leaves them as they are."""

    def __post_init__(self) -> None:
        _within(self, "mtf", 0.0, 1.0, above=True)
        _within(self, "gain", 0.0, math.inf, above=True)
        _within(self, "offset", -math.inf, math.inf)
        _within(self, "read_noise", 0.0, math.inf)
        _within(self, "dead", 0.0, 0.5)
        _within(self, "hot", 0.0, 0.5)
        _check_bits(self.bits)


@dataclass(frozen=True)
class HRTEM:
    """Conditions of a high-resolution transmission image."""

    sampling: float = 0.2
    """Angstrom per pixel."""
    dose: float = 1e4
    """Electrons per angstrom^2; ``inf`` for no noise, the counts then being those of 1e6."""
    energy: float = 80e3
    """Of the beam, eV."""
    defocus: float = -70.0
    """Angstrom, positive towards underfocus as in abTEM."""
    cs: float = -10e4
    """Third-order spherical aberration, angstrom (1 um is 1e4 angstrom), positive for an
    uncorrected lens."""
    c5: float = 0.0
    """Fifth-order spherical aberration, angstrom."""
    astigmatism: float = 0.0
    """Two-fold, angstrom: the defocus is smaller by this at its angle and larger across."""
    astigmatism_angle: float = 0.0
    """Degrees from the columns' axis towards increasing rows, as all angles here."""
    trefoil: float = 0.0
    """Three-fold astigmatism, angstrom."""
    trefoil_angle: float = 0.0
    """Degrees."""
    coma: float = 0.0
    """Axial coma, angstrom."""
    coma_angle: float = 0.0
    """Degrees."""
    focal_spread: float = 30.0
    """Of the focus, angstrom: where its distribution has fallen to 1 / e, sqrt(2) standard
    deviations, as in abTEM."""
    angular_spread: float = 0.0
    """Of the illumination, mrad: where its distribution has fallen to 1 / e, as in abTEM."""
    aperture: float = 60.0
    """Semi-angle of the objective aperture, mrad."""
    vibration: float = 0.0
    """Standard deviation of the image's movement along each axis during the exposure,
    angstrom."""
    camera: Camera = field(default_factory=Camera)
    """What records it."""

    def __post_init__(self) -> None:
        _beam(self)
        _within(self, "defocus", -1e4, 1e4)
        _within(self, "cs", -1e8, 1e8)
        _within(self, "c5", -1e9, 1e9)
        for name in ("astigmatism", "trefoil", "coma", "focal_spread", "vibration"):
            _within(self, name, 0.0, 1e6)
        for name in ("astigmatism_angle", "trefoil_angle", "coma_angle"):
            _within(self, name, -360.0, 360.0)
        _within(self, "angular_spread", 0.0, 10.0)
        _within(self, "aperture", 0.0, 200.0, above=True)

    @property
    def mode(self) -> Mode:
        """The kind of microscope."""
        return "hrtem"


@dataclass(frozen=True)
class STEM:
    """Conditions of an annular dark-field scan."""

    sampling: float = 0.15
    """Angstrom per pixel."""
    dose: float = 1e6
    """Electrons of the beam per angstrom^2; ``inf`` for no noise, the counts then being those of
    1e9."""
    energy: float = 60e3
    """Of the beam, eV."""
    convergence: float = 31.0
    """Semi-angle of the probe, mrad."""
    inner: float = 60.0
    """Inner semi-angle of the detector, mrad."""
    outer: float = 200.0
    """Outer semi-angle of the detector, mrad."""
    defocus: float = 0.0
    """Of the probe, angstrom."""
    source_size: float = 0.9
    """Full width at half maximum of the effective source, angstrom."""
    efficiency: float = 1.0
    """Share of the electrons that reach the detector and are counted."""
    background: float = 0.0
    """Stray beam and dark counts, as a share of perfect graphene's mean signal."""
    jitter: float = 0.0
    """Standard deviation of each row's displacement along the fast direction, angstrom."""
    flyback: float = 0.0
    """Displacement at the start of each row, angstrom."""
    flyback_length: float = 10.0
    """Pixels after which the displacement has fallen to 1 / e."""
    drift_row: float = 0.0
    """Drift along the rows' order while the frame is taken, as a share of the frame's height."""
    drift_col: float = 0.0
    """Drift along the columns while the frame is taken, as a share of the frame's height."""
    gain: float = 1.0
    """Counts of the image per electron counted."""
    offset: float = 0.0
    """Counts of the image where no electron arrives."""
    read_noise: float = 0.0
    """Standard deviation of the counts where no electron arrives."""
    bits: int | None = None
    """Counts are whole and clipped at 0 and 2**bits - 1, 24 bits at most, which is what an image
    of float32 holds exactly; None leaves them as they are."""

    def __post_init__(self) -> None:
        _beam(self)
        _within(self, "convergence", 5.0, 100.0)
        _within(self, "inner", 0.0, 400.0)
        _within(self, "outer", 0.0, 600.0)
        if not self.inner < self.outer:
            raise UsageError(
                f"the detector's inner angle must be below its outer, not {self.inner:g} to "
                f"{self.outer:g} mrad"
            )
        if self.inner < _OUTSIDE * self.convergence:
            raise UsageError(
                f"a dark-field detector lies outside the probe's cone: its inner angle must be at "
                f"least {_OUTSIDE * self.convergence:.4g} mrad, not {self.inner:g}"
            )
        _within(self, "defocus", -1e4, 1e4)
        _within(self, "source_size", 0.0, 5.0)
        _within(self, "efficiency", 0.0, 1.0, above=True)
        _within(self, "background", 0.0, 100.0)
        _within(self, "jitter", 0.0, 5.0)
        _within(self, "flyback", -20.0, 20.0)
        _within(self, "flyback_length", 0.0, 1e4, above=True)
        _within(self, "drift_row", -0.3, 0.3)
        _within(self, "drift_col", -0.3, 0.3)
        _within(self, "gain", 0.0, math.inf, above=True)
        _within(self, "offset", -math.inf, math.inf)
        _within(self, "read_noise", 0.0, math.inf)
        _check_bits(self.bits)

    @property
    def mode(self) -> Mode:
        """The kind of microscope."""
        return "stem"


Conditions = HRTEM | STEM
"""How a specimen is imaged."""


def _beam(conditions: HRTEM | STEM) -> None:
    _within(conditions, "sampling", 0.02, 0.6, unit=" A per pixel")
    _require_number("dose", conditions.dose)
    if not conditions.dose > 0:
        raise UsageError(f"dose must be above 0 e/A^2, not {conditions.dose:g}")
    _within(conditions, "energy", 20e3, 300e3)


def _check_bits(bits: object) -> None:
    if bits is None:
        return
    if not isinstance(bits, Integral):
        raise UsageError(f"bits must be a whole number, not {bits!r}")
    if not 1 <= int(bits) <= 24:
        raise UsageError(f"bits must be 1 to 24, not {bits}")


def _require_number(name: str, value: object) -> None:
    if not isinstance(value, Real):
        raise UsageError(f"{name} must be a number, not {value!r}")


def _within(
    conditions: HRTEM | STEM | Camera,
    name: str,
    low: float,
    high: float,
    *,
    above: bool = False,
    unit: str = "",
) -> None:
    """Refuse a value outside [low, high], or ]low, high] where it must be above."""
    value = getattr(conditions, name)
    _require_number(name, value)
    fits = (low < value if above else low <= value) and value <= high and not math.isnan(value)
    if not fits or math.isinf(value):
        span = f"above {low:g}" if above else f"at least {low:g}"
        if not math.isinf(high):
            span += f" and at most {high:g}"
        if math.isinf(low):
            span = "finite"
        raise UsageError(f"{name} must be {span}{unit}, not {value:g}")
