"""A sheet whose rings, atoms and corners fit together, drawn without any physics.

The rings of a sheet and its atoms are dual to each other: the centres of the rings are the points
of a triangulation, each of its triangles is an atom, and a ring has as many members as its centre
has triangles. So a defect is planted by editing triangles:

* turning one edge around (a Stone-Wales rotation) makes two fives and two sevens of four sixes;
* drawing an edge together (a pair of atoms removed) makes an eight and two fives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.spatial import Delaunay

from sixring.types import (
    Atoms,
    Defect,
    Detection,
    Grain,
    Lattice,
    Mask,
    Micrograph,
    Mode,
    Region,
    Rings,
)

LATTICE_CONSTANT = 2.46

Place = tuple[float, float]


@dataclass
class Net:
    """Centres of rings, shape (n, 2), and the triangles between them."""

    points: NDArray[np.float64]
    triangles: list[frozenset[int]]
    kept: set[int] = field(default_factory=set)
    """The points that become rings."""

    def neighbours(self, point: int) -> set[int]:
        return set().union(*(t for t in self.triangles if point in t)) - {point}

    def nearest(self, place: Place) -> int:
        return int(np.argmin(np.linalg.norm(self.points - place, axis=1)))

    def edge(self, place: Place) -> tuple[int, int]:
        one = self.nearest(place)
        other = min(self.neighbours(one), key=lambda n: float(self.points[n] @ (0.3, 1.0)))
        return one, other

    def rotate(self, place: Place) -> tuple[int, ...]:
        """Turn an edge around; return the two fives and the two sevens."""
        one, other = self.edge(place)
        third, fourth = (next(iter(t - {one, other})) for t in self._sharing(one, other))
        self.triangles = [t for t in self.triangles if not {one, other} <= t]
        self.triangles += [frozenset({third, fourth, one}), frozenset({third, fourth, other})]
        return one, other, third, fourth

    def contract(self, place: Place) -> tuple[int, ...]:
        """Draw an edge together; return the two fives and the eight."""
        one, other = self.edge(place)
        fives = tuple(next(iter(t - {one, other})) for t in self._sharing(one, other))
        self.points[one] = (self.points[one] + self.points[other]) / 2
        kept = [t for t in self.triangles if not {one, other} <= t]
        self.triangles = [t - {other} | {one} if other in t else t for t in kept]
        self.kept.discard(other)
        return (*fives, one)

    def relax(self, around: Sequence[int]) -> None:
        """Move the points near a defect to the middle of their neighbours."""
        near = set(around)
        for point in around:
            near |= self.neighbours(point)
        for _ in range(8):
            for point in sorted(near):
                middle = self.points[sorted(self.neighbours(point))].mean(axis=0)
                self.points[point] = (self.points[point] + middle) / 2

    def _sharing(self, one: int, other: int) -> list[frozenset[int]]:
        return [t for t in self.triangles if {one, other} <= t]


def triangular_net(shape: tuple[int, int], sampling: float, angle: float) -> Net:
    """Return a perfect net that reaches two rings over the edge of the image."""
    spacing = LATTICE_CONSTANT / sampling
    reach = int(np.hypot(*shape) / spacing) + 3
    i, j = np.mgrid[-reach : reach + 1, -reach : reach + 1].reshape(2, -1)
    turn = np.radians(angle)
    first = spacing * np.array([np.sin(turn), np.cos(turn)])
    second = spacing * np.array([np.sin(turn + np.pi / 3), np.cos(turn + np.pi / 3)])
    points = i[:, None] * first + j[:, None] * second + np.array(shape) / 2
    inside = np.all((points > -2 * spacing) & (points < np.array(shape) + 2 * spacing), axis=1)
    points = points[inside]
    triangles = [frozenset(map(int, t)) for t in Delaunay(points).simplices]
    whole = np.all((points > 0) & (points < np.array(shape) - 1), axis=1)
    return Net(points, triangles, kept=set(np.flatnonzero(whole).tolist()))


def atoms_and_rings(
    net: Net,
) -> tuple[NDArray[np.float64], NDArray[np.float64], list[NDArray[np.int64]], dict[int, int]]:
    """Return atoms, centres, corners, and which ring each point of the net became."""
    corners_of: dict[int, list[int]] = {point: [] for point in sorted(net.kept)}
    used = [t for t in net.triangles if t & net.kept]
    atoms = np.array([net.points[sorted(t)].mean(axis=0) for t in used])
    for index, triangle in enumerate(used):
        for point in triangle & net.kept:
            corners_of[point].append(index)
    centres: list[NDArray[np.float64]] = []
    corners: list[NDArray[np.int64]] = []
    ring_of: dict[int, int] = {}
    for point, members in corners_of.items():
        offsets = atoms[members] - net.points[point]
        order = np.argsort(np.arctan2(offsets[:, 0], offsets[:, 1]))
        ring_of[point] = len(centres)
        centres.append(atoms[members].mean(axis=0))
        corners.append(np.asarray(members, dtype=np.int64)[order])
    return atoms, np.array(centres), corners, ring_of


def picture(
    shape: tuple[int, int], atoms: NDArray[np.float64], sampling: float, noise: float
) -> NDArray[np.float32]:
    """Return a picture with bright atoms."""
    rng = np.random.default_rng(7)
    image = np.zeros(shape)
    pixels = np.rint(atoms).astype(int)
    inside = np.all((pixels >= 0) & (pixels < shape), axis=1)
    np.add.at(image, tuple(pixels[inside].T), 1.0)
    image = gaussian_filter(image, 0.45 / sampling)
    image /= image.std() or 1.0
    return (image + noise * rng.standard_normal(shape)).astype(np.float32)


def sheet(
    shape: tuple[int, int] = (256, 256),
    sampling: float = 0.22,
    angle: float = 11.0,
    *,
    rotated: Sequence[Place] = (),
    contracted: Sequence[Place] = (),
    silicon: Sequence[Place] = (),
    regions: Sequence[tuple[Region, slice, slice]] = (),
    source: str = "sheet.dm4",
    mode: Mode = "hrtem",
    noise: float = 0.5,
    **changes: Any,  # noqa: ANN401 - fields of a Detection
) -> Detection:
    """Plant Stone-Wales defects, divacancies and silicon atoms at places (row, col)."""
    net = triangular_net(shape, sampling, angle)
    planted: list[tuple[str, tuple[int, ...], int, tuple[int, ...]]]
    planted = [("SW", (5, 5, 7, 7), 0, net.rotate(place)) for place in rotated]
    planted += [("DV-585", (5, 5, 8), 2, net.contract(place)) for place in contracted]
    for *_, points in planted:
        net.relax(points)
    atoms, centres, corners, ring_of = atoms_and_rings(net)
    rng = np.random.default_rng(3)
    elements = ["C"] * len(atoms)
    belongs = np.full(len(centres), -1, dtype=np.int64)
    defects: list[Defect] = []
    for name, census, missing, points in planted:
        members = tuple(ring_of[point] for point in points)
        belongs[list(members)] = len(defects)
        middle = centres[list(members)].mean(axis=0)
        probability = round(float(rng.uniform(0.5, 1.0)), 4)
        place = (float(middle[0]), float(middle[1]))
        defects.append(Defect(name, probability, place, census, missing, rings=members))
    for wanted in silicon:
        atom = int(np.argmin(np.linalg.norm(atoms - wanted, axis=1)))
        elements[atom] = "Si"
        place = (float(atoms[atom, 0]), float(atoms[atom, 1]))
        defects.append(Defect("Si-C3", 0.9, place, (), 0, dopants=("Si",)))
    mask = np.zeros(shape, dtype=np.uint8)
    for region, rows, cols in regions:
        mask[rows, cols] = region
    spacing = np.sqrt(3) / 2 * LATTICE_CONSTANT / sampling
    turns = np.radians([angle + 90, angle + 210, angle + 330])
    reciprocal = np.stack([np.sin(turns), np.cos(turns)], axis=1) / spacing
    image = picture(shape, atoms, sampling, noise)
    detection = Detection(
        micrograph=Micrograph(image, sampling=sampling, mode=mode, source=source),
        lattice=Lattice(
            grains=(Grain(reciprocal, 1.0),),
            sampling=sampling,
            sampling_from_lattice=sampling,
            lattice_constant=LATTICE_CONSTANT,
            orientation=angle,
            strain=np.zeros((2, 2)),
            contrast="bright",
            contrast_strength=1.6,
            significance=55.0,
        ),
        mask=Mask(mask),
        atoms=Atoms(atoms, tuple(elements), np.full(len(atoms), 0.95)),
        rings=Rings(
            centres,
            np.array([len(c) for c in corners], dtype=np.int64),
            np.full(len(centres), 0.9),
            tuple(corners),
            belongs,
        ),
        defects=tuple(defects),
        score=np.zeros(shape, dtype=np.float32),
        mode=mode,
        seconds=1.25,
    )
    return replace(detection, **changes)


@pytest.fixture(scope="session")
def make_sheet() -> Callable[..., Detection]:
    return sheet


@pytest.fixture(scope="session")
def perfect() -> Detection:
    """Only sixes."""
    return sheet((128, 160))


@pytest.fixture(scope="session")
def planted() -> Detection:
    """Two Stone-Wales defects (one in contamination), a divacancy and a silicon atom."""
    return sheet(
        rotated=[(80.0, 120.0), (200.0, 60.0)],
        contracted=[(150.0, 190.0)],
        silicon=[(60.0, 200.0)],
        regions=[
            (Region.CONTAMINATION, slice(160, 250), slice(10, 90)),
            (Region.VACUUM, slice(0, 60), slice(0, 50)),
            (Region.BLUR, slice(200, 256), slice(200, 256)),
        ],
        warnings=("The image is small.",),
        settings={"min_probability": 0.5, "detector": "classical"},
    )
