"""What a specimen should be like."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real

from sixring.errors import UsageError
from sixring.structures._library import library
from sixring.structures._packing import greatest_number
from sixring.structures._stamp import Stamp, stamps, variants
from sixring.structures._strip import require_boundary

__all__ = ["Plan"]


@dataclass(frozen=True)
class Plan:
    """What a specimen should be like; what isn't said is perfect, flat, clean graphene.

    Raises
    ------
    UsageError
        If a value can't be, a defect doesn't exist, or the defects can't be packed.
    """

    size: tuple[float, float] = (100.0, 100.0)
    """Width and height in angstrom, 10 to 2000 each."""
    orientation: float | None = None
    """Direction of a zigzag row in degrees, from the x axis towards the y axis; with a boundary,
    of the line that halves the angle between the grains' rows, which is square to the boundary.
    None for one drawn at random."""
    defects: tuple[str, ...] | Mapping[str, float] = ()
    """Point defects to draw from, in equal shares or in those that a mapping gives: names of the
    catalogue, which stand for all their variants in equal shares, or variants of the library."""
    density: float | None = None
    """Planted defects per nm^2. A number that isn't whole is rounded up as often as it takes for
    the mean to be right."""
    number: int | None = None
    """How many defects are planted, instead of a density."""
    spacing: float = 4.0
    """Least distance between the cores of two planted defects in angstrom; a core is the disc that
    holds a defect's rings other than six. At 0 they may touch, and are still found apart."""
    strain: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Strain of the sheet along x, along y, and shear (exx, eyy, exy), -0.1 to 0.1 each."""
    ripple_amplitude: float = 0.0
    """Root mean square height of the ripples in angstrom. What they foreshorten is neglected: at
    0.5 angstrom over 60 it is 0.1 %."""
    ripple_length: float = 60.0
    """Wavelength of the ripples in angstrom; each of the waves that make them up differs from it
    by up to 30 %."""
    boundary: float | None = None
    """Misorientation in degrees of two grains that meet in a symmetric tilt boundary near the
    middle; None for a single grain."""
    vacuum: float = 0.0
    """Share of the area without a sheet, at most 0.9: one irregular hole or outside. Its edge is
    that of the perfect sheet, without atoms that hang on by one bond."""
    contamination: float = 0.0
    """Share of the sheet's area with light atoms above it."""
    contamination_radius: float = 9.0
    """Mean radius of the patches of contamination in angstrom."""
    contamination_density: float = 0.5
    """Atoms of the contamination per angstrom^2, 0.1 to 2; the sheet itself has 0.38. Amorphous
    carbon has about 0.09 per angstrom^3, so 0.07 here for each angstrom of height."""
    contamination_height: float = 10.0
    """Thickness in the middle of the patches of contamination in angstrom, 4 to 60; towards the
    rim they are thinner."""
    bilayer: float = 0.0
    """Share of the sheet's area with a second layer above it; not with a boundary."""
    bilayer_twist: float | None = None
    """By how many degrees the second layer is turned; None for AB stacking."""

    def __post_init__(self) -> None:
        for name, length in zip(("width", "height"), self.size, strict=True):
            _within(name, length, 10.0, 2000.0, unit=" A")
        _optional("orientation", self.orientation, -360.0, 360.0)
        _within("spacing", self.spacing, 0.0, 1000.0)
        if not isinstance(self.strain, tuple | list) or len(self.strain) != 3:
            raise UsageError(f"strain must be three numbers, exx, eyy and exy, not {self.strain!r}")
        for name, value in zip(("exx", "eyy", "exy"), self.strain, strict=True):
            _within(f"strain {name}", value, -0.1, 0.1)
        _within("ripple_amplitude", self.ripple_amplitude, 0.0, 20.0)
        _within("ripple_length", self.ripple_length, 10.0, 1e5)
        _within("vacuum", self.vacuum, 0.0, 0.9)
        _within("contamination", self.contamination, 0.0, 1.0)
        _within("contamination_radius", self.contamination_radius, 3.0, 1000.0)
        _within("contamination_density", self.contamination_density, 0.1, 2.0)
        _within("contamination_height", self.contamination_height, 4.0, 60.0)
        _within("bilayer", self.bilayer, 0.0, 1.0)
        _optional("bilayer_twist", self.bilayer_twist, -360.0, 360.0)
        _optional("density", self.density, 0.0, 100.0)
        if self.boundary is not None:
            _within("boundary", self.boundary, 0.0, 180.0)
            require_boundary(self.boundary)
            if self.bilayer > 0:
                raise UsageError(
                    "a second layer over a grain boundary isn't made: leave out boundary or bilayer"
                )
        self._check_defects()

    @property
    def area(self) -> float:
        """Area of the specimen in nm^2."""
        return self.size[0] * self.size[1] / 100

    def wanted(self) -> float:
        """Return how many defects are to be planted, on average."""
        if self.number is not None:
            return float(self.number)
        return (self.density or 0.0) * self.area

    def shares(self) -> dict[Stamp, float]:
        """Return how often each variant is drawn; the values add up to 1."""
        weights = (
            self.defects
            if isinstance(self.defects, Mapping)
            else {name: self.defects.count(name) for name in self.defects}
        )
        total = sum(weights.values())
        shares: dict[Stamp, float] = {}
        for name, weight in weights.items():
            chosen = variants(name)
            for variant in chosen:
                stamp = stamps()[variant]
                shares[stamp] = shares.get(stamp, 0.0) + weight / total / len(chosen)
        return shares

    def _check_defects(self) -> None:
        if isinstance(self.defects, str):
            raise UsageError(f"defects must be a tuple of names, not {self.defects!r} alone")
        if not isinstance(self.defects, Mapping | tuple | list):
            raise UsageError(f"defects must be a tuple of names, not {self.defects!r}")
        for name in self.defects:
            if not variants(name):
                known = sorted({e.name for e in library().values() if variants(e.name)})
                raise UsageError(
                    f"the defect {name!r} can't be planted: choose from {', '.join(known)}"
                )
        if isinstance(self.defects, Mapping):
            for name, weight in self.defects.items():
                _within(f"the share of {name}", weight, 0.0, math.inf)
            if self.defects and not sum(self.defects.values()) > 0:
                raise UsageError("one of the shares in defects must be above 0")
        if self.number is not None and self.density is not None:
            raise UsageError("give the number or the density of the defects, not both")
        if self.number is not None and not isinstance(self.number, Real):
            raise UsageError(f"number must be a number, not {self.number!r}")
        if self.number is not None and self.number < 0:
            raise UsageError(f"number must be at least 0, not {self.number}")
        if not self.defects:
            if self.wanted() > 0:
                raise UsageError("name the defects of which there are to be so many")
            return
        if self.number is None and self.density is None:
            raise UsageError("say how many defects there are to be: give their number or density")
        self._check_packing()

    def _check_packing(self) -> None:
        wanted = math.ceil(self.wanted())
        most = greatest_number(self.size, self.vacuum, self.shares(), self.spacing)
        if wanted <= most:
            return
        width, height = self.size
        raise UsageError(
            f"{wanted} defects ({wanted / self.area:.2g} per nm^2) can't be packed into "
            f"{width:g} x {height:g} angstrom with a spacing of {self.spacing:g}: about {most} "
            f"({most / self.area:.2g} per nm^2) fit"
        )


def _within(name: str, value: float, low: float, high: float, *, unit: str = "") -> None:
    if not isinstance(value, Real):
        raise UsageError(f"{name} must be a number, not {value!r}")
    if low <= value <= high and math.isfinite(value):
        return
    span = f"at least {low:g}" + ("" if math.isinf(high) else f" and at most {high:g}")
    raise UsageError(f"{name} must be {span}{unit}, not {value:g}")


def _optional(name: str, value: float | None, low: float, high: float) -> None:
    if value is not None:
        _within(name, value, low, high)
