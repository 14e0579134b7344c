"""All that is measured of one microscope's images and of those that imitate them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.realism._images import Frame, RealSet, real_images, simulated_images
from benchmarks.realism._look import Look, look_at

__all__ = ["Measured", "measure"]


@dataclass(frozen=True)
class Measured:
    """Real and simulated images of one microscope."""

    of: RealSet
    """Which."""
    real: tuple[Look, ...]
    """In the order of their names."""
    simulated: tuple[Look, ...]
    """In the order of their draws."""
    left_out: tuple[int, int]
    """Real and simulated images on which no lattice was found, or too little of it."""

    def part(self, *, held_out: bool) -> tuple[Look, ...]:
        """Return the real images that were in view or that were held out."""
        return tuple(look for look in self.real if look.held_out == held_out)


def measure(data: Path, of: RealSet, *, number: int, seed: int) -> Measured:
    """Measure the real images of a set, and as many simulated ones as are asked for.

    Parameters
    ----------
    data : Path
        The folder of the real images.
    of : RealSet
        Which of them.
    number : int
        How many simulated images.
    seed : int
        Of those.

    Returns
    -------
    Measured
    """
    real, real_left = _look_at_all(real_images(data, of.folder))
    simulated, simulated_left = _look_at_all(simulated_images(of.preset, number, seed))
    return Measured(of, real, simulated, (real_left, simulated_left))


def _look_at_all(frames: Iterable[Frame]) -> tuple[tuple[Look, ...], int]:
    looks = [look_at(frame) for frame in frames]
    found = tuple(look for look in looks if look is not None)
    return found, len(looks) - len(found)
