"""The result as one document that JSON can hold."""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sixring.report.statistics import (
    Density,
    clear_area,
    counted_defects,
    densities,
    density,
    expected_false,
    region_area,
    ring_census,
    wilson,
)
from sixring.report.wording import probability_meaning
from sixring.types import Region

if TYPE_CHECKING:
    from sixring.types import Detection, Findable, Grain

__all__ = ["SCHEMA_VERSION", "JsonValue", "result_document"]

SCHEMA_VERSION = 1
"""Goes up when a key changes its meaning or disappears; new keys may come without."""

JsonValue: TypeAlias = (
    "str | float | int | bool | Mapping[str, JsonValue] | Sequence[JsonValue] | None"
)


def result_document(detection: Detection, created: datetime | None = None) -> dict[str, JsonValue]:
    """Describe a detection in a document for ``result.json``.

    Lengths are angstrom, areas nm^2 and densities per nm^2, as the keys say. What isn't known,
    and what isn't finite, is ``null``.

    Parameters
    ----------
    detection : Detection
        What was found.
    created : datetime, optional
        When; now, if None.

    Returns
    -------
    dict
        With the keys

        ``schema``
            :data:`SCHEMA_VERSION`.
        ``created``
            Date and time in UTC, ISO 8601.
        ``versions``
            Of ``sixring``, ``python`` and ``numpy``.
        ``settings``
            The settings that made the result.
        ``seconds``
            How long it took.
        ``input``
            ``file, signal, rows, cols, sampling_A, dose_e_per_A2, energy_eV, notes``: what the
            file and the user said.
        ``lattice``
            ``mode, contrast, contrast_strength, sampling_A, sampling_from_lattice_A,
            lattice_constant_A, orientation_deg, strain, significance, grains``: what was
            understood. ``strain`` has ``yy, xx, xy``; each of ``grains`` has
            ``orientation_deg, weight``.
        ``areas_nm2``
            ``image``, and each of :class:`~sixring.types.Region` in small letters.
        ``rings``
            Of each size (a string), ``found`` in the image and ``clear``, in the clear area.
        ``atoms``
            Of each element, how many were found.
        ``defects``
            ``found`` in the image and ``counted``, in the clear area; of these are
            ``expected_false`` so many, if the probabilities are calibrated.
        ``density``
            Of all that was counted: ``count, per_nm2, low, high``, the limits those of the 95 %
            Poisson interval.
        ``densities``
            The same for each name.
        ``findable``
            What the detector finds at the dose of the image: ``name, dose_low, dose_high, there,
            found, share, low, high`` of simulated defects, the limits those of the 95 % interval
            of Wilson; empty where the dose isn't known, or what is found at it.
        ``calibrated``
            Whether of the defects of a probability that share is there.
        ``probability``
            How to read the probabilities of the tables.
        ``warnings``
            In plain words.
    """
    moment = created if created is not None else datetime.now(UTC)
    area = clear_area(detection)
    counted = int(np.count_nonzero(counted_defects(detection)))
    elements = sorted(set(detection.atoms.elements))
    document: dict[str, JsonValue] = {
        "schema": SCHEMA_VERSION,
        "created": moment.astimezone(UTC).isoformat(timespec="seconds"),
        "versions": {
            "sixring": version("sixring"),
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
        "settings": dict(detection.settings),
        "seconds": detection.seconds,
        "input": _input(detection),
        "lattice": _lattice(detection),
        "areas_nm2": {
            "image": detection.mask.regions.size * detection.lattice.sampling**2 / 100,
            **{region.name.lower(): region_area(detection, region) for region in Region},
        },
        "rings": {str(size): count._asdict() for size, count in ring_census(detection).items()},
        "atoms": {element: detection.atoms.elements.count(element) for element in elements},
        "defects": {
            "found": len(detection.defects),
            "counted": counted,
            "expected_false": expected_false(detection),
        },
        "density": _density(counted, density(counted, area)),
        "densities": {
            name: _density(count, found) for name, (count, found) in densities(detection).items()
        },
        "findable": [_findable(entry) for entry in detection.findable],
        "calibrated": detection.calibrated,
        "probability": probability_meaning(detection),
        "warnings": list(detection.warnings),
    }
    return {key: _plain(value) for key, value in document.items()}


def _findable(entry: Findable) -> JsonValue:
    low, high = wilson(entry.found, entry.there)
    return {
        "name": entry.name,
        "dose_low": entry.dose[0],
        "dose_high": entry.dose[1],
        "there": entry.there,
        "found": entry.found,
        "share": entry.found / entry.there,
        "low": low,
        "high": high,
    }


def _input(detection: Detection) -> dict[str, JsonValue]:
    micrograph = detection.micrograph
    rows, cols = micrograph.image.shape
    return {
        "file": micrograph.source,
        "signal": micrograph.signal,
        "rows": rows,
        "cols": cols,
        "sampling_A": micrograph.sampling,
        "dose_e_per_A2": micrograph.dose,
        "energy_eV": micrograph.energy,
        "notes": list(micrograph.notes),
    }


def _lattice(detection: Detection) -> dict[str, JsonValue]:
    lattice = detection.lattice
    strain = lattice.strain
    first, *others = lattice.grains
    return {
        "mode": detection.mode,
        "contrast": lattice.contrast,
        "contrast_strength": lattice.contrast_strength,
        "sampling_A": lattice.sampling,
        "sampling_from_lattice_A": lattice.sampling_from_lattice,
        "lattice_constant_A": lattice.lattice_constant,
        "orientation_deg": lattice.orientation,
        "strain": {"yy": strain[0, 0], "xx": strain[1, 1], "xy": strain[0, 1]},
        "significance": lattice.significance,
        "grains": [
            {"orientation_deg": lattice.orientation, "weight": first.weight},
            *({"orientation_deg": _orientation(g), "weight": g.weight} for g in others),
        ],
    }


def _orientation(grain: Grain) -> float:
    """Return the direction of a zigzag row, degrees in [0, 60).

    A zigzag row runs along a lattice vector, at right angles to a first-order reflection; the
    six reflections agree modulo 60 degrees, and their mean is taken on the circle.
    """
    angles = np.arctan2(grain.reciprocal[:, 0], grain.reciprocal[:, 1]) + np.pi / 2
    mean = float(np.degrees(np.angle(np.exp(6j * angles).mean()) / 6)) % 60
    # A hair below zero is rounded up to 60 by the remainder.
    return 0.0 if mean == 60 else mean


def _density(count: int, found: Density | None) -> dict[str, JsonValue]:
    return {
        "count": count,
        "per_nm2": found.value if found else None,
        "low": found.low if found else None,
        "high": found.high if found else None,
    }


def _plain(value: JsonValue | np.generic) -> JsonValue:
    """Return a value in Python's own types, None for numbers that JSON has no word for."""
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
