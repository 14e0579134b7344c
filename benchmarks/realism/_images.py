"""The real images, in parts, and the simulated ones that are held against them."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import sixring
from sixring.simulate import preset, sample
from sixring.types import Region

__all__ = ["SETS", "Frame", "RealSet", "real_images", "simulated_images"]

_HELD_OUT_FROM = "2014_02"
_DOPANT = 2.5
"""So far around a foreign atom the lattice isn't clear, angstrom."""
_EDGE_COLUMNS = 50
"""Of the flower, what the hole's edge and its dirt take up."""


@dataclass(frozen=True)
class RealSet:
    """Real images of one microscope, and the preset that imitates it."""

    folder: str
    """Where they lie."""
    preset: str
    """Name of the preset."""
    title: str
    """What they are called in tables and pictures."""
    source: str
    """Whose they are, and under which licence."""


@dataclass(frozen=True, eq=False)
class Frame:
    """An image and what is known of its areas."""

    name: str
    """Of the file, or preset and number of the draw."""
    group: str
    """Session or area; images of one group aren't independent."""
    held_out: bool
    """Whether no preset was chosen with it in view."""
    image: NDArray[np.float32]
    """Shape (rows, cols)."""
    sampling: float | None
    """Angstrom per pixel, where it is known."""
    dirty: NDArray[np.bool_]
    """Where there is contamination."""
    other: NDArray[np.bool_]
    """What else is no clear lattice."""
    zero_known: bool = False
    """Whether an intensity of 0 means no electrons."""


SETS = (
    RealSet(
        "hrtem_contamination",
        "team-80",
        "HRTEM, TEAM",
        "Sadre et al. 2021, doi:10.1017/S1431927621000167, BSD-3-type",
    ),
    RealSet("hrtem_flower", "ulm-80", "HRTEM, Ulm", "R. Hambach, rhambach/TEMimage, MIT and BSD"),
    RealSet(
        "stem_si_dopants",
        "ultrastem-60",
        "STEM, 60 kV",
        "pycroscopy/AICrystallographer, no licence stated, shown for evaluation",
    ),
)
"""What is compared."""


def real_images(data: Path, folder: str) -> Iterator[Frame]:
    """Read real images, one after another.

    Parameters
    ----------
    data : Path
        The folder of the real images.
    folder : str
        One of its folders that :data:`SETS` names.

    Yields
    ------
    Frame
        In the order of their names.
    """
    readers = {
        "hrtem_contamination": _contamination,
        "hrtem_flower": _flower,
        "stem_si_dopants": _dopants,
    }
    yield from readers[folder](data / folder)


def simulated_images(name: str, number: int, seed: int) -> Iterator[Frame]:
    """Draw images of a preset.

    Parameters
    ----------
    name : str
        The preset.
    number : int
        How many.
    seed : int
        Each image has a generator of its own, of the seed and its number.

    Yields
    ------
    Frame
        Scans without a foreign atom in the middle half of each side are passed over: the real
        ones were cut around one.
    """
    drawn = 0
    for k in itertools.count():
        if drawn == number:
            return
        simulated = sample(preset(name), np.random.default_rng([seed, k])).simulated
        regions = simulated.mask.regions
        dirty = regions == Region.CONTAMINATION
        foreign = np.array([element != "C" for element in simulated.atoms.elements], dtype=bool)
        positions = simulated.atoms.positions[foreign]
        stem = simulated.mode == "stem"
        if stem and not _in_the_middle(positions, regions.shape):
            continue
        dopants = _around(positions, regions.shape, _DOPANT / simulated.sampling)
        drawn += 1
        yield Frame(
            name=f"{name}, {k}",
            group=f"{name}, {k}",
            held_out=False,
            image=simulated.image,
            # As with the real ones, that of HRTEM is left to be found.
            sampling=simulated.sampling if stem else None,
            dirty=dirty,
            other=((regions != Region.CLEAR) & ~dirty) | dopants,
            zero_known=True,
        )


def _contamination(folder: Path) -> Iterator[Frame]:
    for file in sorted(folder.glob("*.png")):
        if file.stem.endswith("_LABEL"):
            continue
        with Image.open(file.with_name(f"{file.stem}_LABEL.png")) as label:
            dirty = np.asarray(label.convert("L")) > 127
        session = file.name[:9]
        image = sixring.read(file).image
        yield Frame(
            name=file.stem,
            group=session,
            held_out=session >= _HELD_OUT_FROM,
            image=image,
            sampling=None,
            dirty=dirty,
            other=np.zeros_like(dirty),
        )


def _flower(folder: Path) -> Iterator[Frame]:
    file = folder / "graphene_flower_raw.tif"
    image = sixring.read(file).image
    other = np.zeros(image.shape, dtype=bool)
    other[:, :_EDGE_COLUMNS] = True
    yield Frame(
        name=file.stem,
        group=file.stem,
        held_out=False,
        image=image,
        sampling=None,
        dirty=np.zeros_like(other),
        other=other,
        zero_known=True,
    )


def _dopants(folder: Path) -> Iterator[Frame]:
    with (folder / "si_atoms.csv").open(encoding="utf-8", newline="") as table:
        files: dict[str, list[dict[str, str]]] = {}
        for row in csv.DictReader(table):
            files.setdefault(row["file"], []).append(row)
    groups = sorted({int(rows[0]["group"]) for rows in files.values()})
    # Every other group was in view.
    held_out = set(groups[1::2])
    for name, rows in sorted(files.items()):
        image = sixring.read(folder / name).image
        sampling = float(rows[0]["sampling_A_per_px"])
        silicon = np.array([(float(row["row_px"]), float(row["col_px"])) for row in rows])
        yield Frame(
            name=Path(name).stem,
            group=rows[0]["group"],
            held_out=int(rows[0]["group"]) in held_out,
            image=image,
            sampling=sampling,
            dirty=np.zeros(image.shape, dtype=bool),
            other=_around(silicon, image.shape, _DOPANT / sampling),
        )


def _in_the_middle(points: NDArray[np.float64], shape: tuple[int, ...]) -> bool:
    share = np.abs(points / np.array(shape) - 0.5)
    return bool((share <= 0.25).all(axis=1).any())


def _around(points: NDArray[np.float64], shape: tuple[int, ...], far: float) -> NDArray[np.bool_]:
    """Return which pixels are within `far` of a point."""
    near = np.zeros(shape, dtype=bool)
    rows, cols = np.indices(shape)
    for row, col in points:
        near |= np.hypot(rows - row, cols - col) <= far
    return near
