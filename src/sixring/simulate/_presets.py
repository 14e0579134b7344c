"""Specimens and conditions to draw from, by name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import files
from numbers import Integral
from typing import Any, TypeVar, cast, get_args

import numpy as np

from sixring.errors import UsageError
from sixring.simulate._conditions import HRTEM, STEM, Camera, Conditions
from sixring.simulate._distributions import (
    Distribution,
    Value,
    check_distribution,
    draw_value,
    extremes,
)
from sixring.simulate._hrtem import hrtem_reach
from sixring.simulate._stem import stem_reach
from sixring.structures import Plan
from sixring.types import Mode

__all__ = ["Preset", "draw", "preset", "presets", "reach_beyond"]

_MARGIN = 4.0
"""The sheet reaches this much farther beyond the image than atoms that are seen in it, angstrom."""
_LEAST_SIDE = 32
_WIDEST = 2000.0
"""Of a sheet, angstrom: what a plan allows."""
_CONDITIONS: dict[Mode, type[HRTEM] | type[STEM]] = {"hrtem": HRTEM, "stem": STEM}
_OURS = frozenset({"size"})
"""Fields of a plan that follow from the image."""

Built = TypeVar("Built")


@dataclass(frozen=True)
class Preset:
    """What to draw specimens and conditions from.

    Raises
    ------
    UsageError
        If a name is no field of :class:`~sixring.structures.Plan`, of the mode's conditions or
        of :class:`Camera`, or a value that may be drawn isn't allowed there.
    """

    name: str
    """What it is called."""
    description: str
    """What it imitates, in a few words."""
    mode: Mode
    """The kind of microscope."""
    shape: tuple[int, int]
    """Rows and columns of an image."""
    specimen: Mapping[str, Distribution]
    """What the fields of a plan are drawn from; its size follows from the image."""
    conditions: Mapping[str, Distribution]
    """What the fields of the conditions are drawn from, without the camera."""
    camera: Mapping[str, Distribution]
    """What the fields of the camera are drawn from; empty for STEM."""

    def __post_init__(self) -> None:
        if self.mode not in get_args(Mode):
            raise UsageError(f"mode must be 'hrtem' or 'stem', not {self.mode!r}")
        if (
            not isinstance(self.shape, tuple | list)
            or len(self.shape) != 2
            or not all(isinstance(n, Integral) for n in self.shape)
            or min(self.shape) < _LEAST_SIDE
        ):
            raise UsageError(
                f"shape must be rows and columns, at least {_LEAST_SIDE} each and whole numbers, "
                f"not {self.shape}"
            )
        self._check_names()
        self._check_values()

    def changed(
        self,
        *,
        shape: tuple[int, int] | None = None,
        specimen: Mapping[str, Distribution] | None = None,
        conditions: Mapping[str, Distribution] | None = None,
        camera: Mapping[str, Distribution] | None = None,
    ) -> Preset:
        """Return a preset of which some values are drawn from something else.

        Parameters
        ----------
        shape : tuple of int, optional
            Rows and columns.
        specimen, conditions, camera : mapping, optional
            Distributions by field, beside those that stay.

        Returns
        -------
        Preset
            What isn't named is drawn as before, and with the same values from the same seed.

        Raises
        ------
        UsageError
            As for a preset itself.
        """
        return replace(
            self,
            shape=self.shape if shape is None else shape,
            specimen={**self.specimen, **(specimen or {})},
            conditions={**self.conditions, **(conditions or {})},
            camera={**self.camera, **(camera or {})},
        )

    @property
    def samplings(self) -> tuple[float, float]:
        """The smallest and the largest length of a pixel that can be drawn, angstrom."""
        default = _CONDITIONS[self.mode].sampling
        given = [float(cast(float, v)) for f, v in _ends(self.conditions) if f == "sampling"]
        return min(given, default=default), max(given, default=default)

    def _check_names(self) -> None:
        parts = (
            ("specimen", self.specimen, _names(Plan) - _OURS),
            ("conditions", self.conditions, _names(_CONDITIONS[self.mode]) - {"camera"}),
            ("camera", self.camera, _names(Camera) if self.mode == "hrtem" else frozenset[str]()),
        )
        for part, given, known in parts:
            for name, distribution in given.items():
                if name not in known:
                    raise UsageError(
                        f"{self.name}: {part} has no {name!r}: choose from "
                        f"{', '.join(sorted(known)) or 'nothing, as there is no camera'}"
                    )
                check_distribution(distribution, name)

    def _check_values(self) -> None:
        """Build plan and conditions with each end of each distribution."""
        conditions, camera = _first(self.conditions), _first(self.camera)
        for field, value in _ends(self.camera):
            _build(Camera, {**camera, field: value})
        first = self._conditions(conditions, camera)
        for field, value in _ends(self.conditions):
            self._conditions({**conditions, field: value}, camera)
        # The sheet is smallest, and hardest to pack, with the smallest pixels.
        low, high = self.samplings
        self._sheet(replace(first, sampling=high))
        smallest = replace(first, sampling=low)
        specimen = _first(self.specimen)
        self._plan(specimen, smallest)
        for field, value in _ends(self.specimen):
            self._plan({**specimen, field: value}, smallest)

    def _conditions(self, values: Mapping[str, Value], camera: Mapping[str, Value]) -> Conditions:
        if self.mode == "stem":
            return _build(STEM, values)
        return _build(HRTEM, {**values, "camera": _build(Camera, camera)})

    def _plan(self, values: Mapping[str, Value], conditions: Conditions) -> Plan:
        return _build(Plan, {**values, "size": self._sheet(conditions)})

    def _sheet(self, conditions: Conditions) -> tuple[float, float]:
        """Return the width and height of the sheet that covers the image, angstrom."""
        rows, cols = (
            round(n * conditions.sampling + 2 * reach_beyond(conditions, self.shape), 3)
            for n in self.shape
        )
        if max(rows, cols) > _WIDEST:
            raise UsageError(
                f"shape {self.shape[0]} x {self.shape[1]} at a sampling of "
                f"{conditions.sampling:g} A per pixel needs a sheet of {cols:.0f} x {rows:.0f} A, "
                f"and {_WIDEST:.0f} A a side is the most: give a smaller shape or sampling"
            )
        return cols, rows


def draw(preset: Preset, rng: np.random.Generator) -> tuple[Plan, Conditions]:
    """Draw what a specimen shall be like and how it is imaged.

    Parameters
    ----------
    preset : Preset
        What to draw from.
    rng : numpy.random.Generator
        Where the randomness comes from. Each field has a stream of its own, so that a change of
        one leaves the others as they are.

    Returns
    -------
    plan : Plan
        Its size covers the image and what reaches into it.
    conditions : HRTEM or STEM
        The conditions.
    """
    seed = int(rng.integers(2**63))
    conditions = preset._conditions(
        _drawn(preset.conditions, seed, "conditions"), _drawn(preset.camera, seed, "camera")
    )
    return preset._plan(_drawn(preset.specimen, seed, "specimen"), conditions), conditions


def presets() -> tuple[str, ...]:
    """Return the names of the presets that the package carries.

    Returns
    -------
    tuple of str
        Names for :func:`preset`.

    Examples
    --------
    >>> presets()
    ('challenge', 'hrtem', 'stem', 'team-80', 'ulm-80', 'ultrastem-60')
    """
    return tuple(_tables())


@cache
def preset(name: str) -> Preset:
    """Return a preset that the package carries.

    Parameters
    ----------
    name : str
        One of :func:`presets`.

    Returns
    -------
    Preset
        Checked.

    Raises
    ------
    UsageError
        If there is none of this name.
    """
    if name not in _tables():
        raise UsageError(f"there is no preset {name!r}: choose from {', '.join(presets())}")
    table = _tables()[name]
    conditions = dict(table["conditions"])
    camera = conditions.pop("camera", {})
    rows, cols = table["shape"]
    return Preset(
        name=name,
        description=table["description"],
        mode=table["mode"],
        shape=(rows, cols),
        specimen=table["specimen"],
        conditions=conditions,
        camera=camera,
    )


@cache
def _tables() -> Mapping[str, dict[str, Any]]:
    text = files("sixring.simulate").joinpath("presets.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def reach_beyond(conditions: Conditions, shape: tuple[int, int]) -> float:
    """Return how far the sheet has to reach beyond the image, angstrom."""
    if isinstance(conditions, HRTEM):
        return _MARGIN + hrtem_reach(conditions)
    drift = max(abs(conditions.drift_row), abs(conditions.drift_col))
    displaced = drift * shape[0] * conditions.sampling + abs(conditions.flyback)
    return _MARGIN + stem_reach(conditions) + displaced + 3 * conditions.jitter


def _names(kind: type[Plan] | type[HRTEM] | type[STEM] | type[Camera]) -> frozenset[str]:
    return frozenset(field.name for field in fields(kind))


def _build(kind: type[Built], values: Mapping[str, object]) -> Built:
    return kind(**values)


def _first(part: Mapping[str, Distribution]) -> dict[str, Value]:
    return {name: next(extremes(distribution)) for name, distribution in part.items()}


def _ends(part: Mapping[str, Distribution]) -> list[tuple[str, Value]]:
    return [(name, value) for name, given in part.items() for value in extremes(given)]


def _drawn(part: Mapping[str, Distribution], seed: int, stream: str) -> dict[str, Value]:
    return {
        name: draw_value(given, np.random.default_rng([seed, *f"{stream}.{name}".encode()]))
        for name, given in part.items()
    }
