"""The document of ``result.json``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from importlib.metadata import version
from typing import Any

import numpy as np
import pytest

from sixring.report import CALIBRATED_MEANING, NOISE_MEANING, SCHEMA_VERSION, result_document
from sixring.types import Detection, Findable, Grain, Mask, Region

MOMENT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
KEYS = [
    "schema",
    "created",
    "versions",
    "settings",
    "seconds",
    "input",
    "lattice",
    "areas_nm2",
    "rings",
    "atoms",
    "defects",
    "density",
    "densities",
    "findable",
    "calibrated",
    "probability",
    "warnings",
]


def read_back(detection: Detection) -> dict[str, Any]:
    """Return the document as a reader of the file gets it."""
    text = json.dumps(result_document(detection, MOMENT), allow_nan=False)
    document: dict[str, Any] = json.loads(text)
    return document


def test_the_keys_are_those_that_are_documented(planted: Detection) -> None:
    assert list(result_document(planted, MOMENT)) == KEYS
    assert result_document.__doc__ is not None
    assert all(f"``{key}``" in result_document.__doc__ for key in KEYS)


def test_versions_and_settings_are_told(planted: Detection) -> None:
    document = read_back(planted)
    assert document["schema"] == SCHEMA_VERSION == 1
    assert document["versions"]["sixring"] == version("sixring")
    assert document["versions"]["numpy"] == np.__version__
    assert document["settings"] == {"min_probability": 0.5, "detector": "classical"}
    assert document["probability"] == NOISE_MEANING
    assert document["warnings"] == ["The image is small."]
    assert document["seconds"] == 1.25


def test_the_date_is_utc(planted: Detection) -> None:
    summer = MOMENT.astimezone(timezone(timedelta(hours=2)))
    assert result_document(planted, MOMENT)["created"] == "2026-03-04T05:06:07+00:00"
    assert result_document(planted, summer)["created"] == "2026-03-04T05:06:07+00:00"
    before = datetime.now(UTC).replace(microsecond=0)
    assert datetime.fromisoformat(str(result_document(planted)["created"])) >= before


def test_the_input_is_described(planted: Detection) -> None:
    micrograph = replace(
        planted.micrograph, signal="HAADF", dose=1.5e4, energy=8e4, notes=("First frame.",)
    )
    assert read_back(replace(planted, micrograph=micrograph))["input"] == {
        "file": "sheet.dm4",
        "signal": "HAADF",
        "rows": 256,
        "cols": 256,
        "sampling_A": 0.22,
        "dose_e_per_A2": 1.5e4,
        "energy_eV": 8e4,
        "notes": ["First frame."],
    }


def test_what_is_not_known_is_null(planted: Detection) -> None:
    micrograph = replace(planted.micrograph, sampling=None)
    given = read_back(replace(planted, micrograph=micrograph))["input"]
    assert (given["sampling_A"], given["dose_e_per_A2"], given["energy_eV"]) == (None, None, None)


def test_what_was_understood(planted: Detection) -> None:
    lattice = replace(planted.lattice, strain=np.array([[0.004, -0.001], [-0.001, -0.003]]))
    understood = read_back(replace(planted, lattice=lattice))["lattice"]
    assert understood == {
        "mode": "hrtem",
        "contrast": "bright",
        "contrast_strength": 1.6,
        "sampling_A": 0.22,
        "sampling_from_lattice_A": 0.22,
        "lattice_constant_A": 2.46,
        "orientation_deg": 11.0,
        "strain": {"yy": 0.004, "xx": -0.003, "xy": -0.001},
        "significance": 55.0,
        "grains": [{"orientation_deg": 11.0, "weight": 1.0}],
    }


def reflections(angle: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return first-order reflections of a sheet with zigzag rows along `angle`, degrees."""
    turns = np.radians(angle + 90 + np.array([0, 120, 240]))
    return 0.1 * np.stack([np.sin(turns), np.cos(turns)], axis=1)


@pytest.mark.parametrize("angle", [0.0, 0.5, 17.0, 30.0, 45.5, 59.5])
def test_the_orientation_of_a_further_grain(angle: float, planted: Detection) -> None:
    grains = (*planted.lattice.grains, Grain(reflections(angle), 0.3))
    lattice = replace(planted.lattice, grains=grains)
    first, second = read_back(replace(planted, lattice=lattice))["lattice"]["grains"]
    assert first == {"orientation_deg": 11.0, "weight": 1.0}
    assert second["weight"] == 0.3
    assert 0 <= second["orientation_deg"] < 60
    difference = abs(second["orientation_deg"] - angle)
    assert min(difference, 60 - difference) == pytest.approx(0, abs=1e-9)


def test_areas_add_up(planted: Detection) -> None:
    areas = read_back(planted)["areas_nm2"]
    image = areas.pop("image")
    assert set(areas) == {region.name.lower() for region in Region}
    assert image == pytest.approx(256**2 * 0.022**2)
    assert sum(areas.values()) == pytest.approx(image)


def test_counts_and_densities(planted: Detection) -> None:
    document = read_back(planted)
    assert document["rings"]["5"] == {"found": 6, "clear": 4}
    assert document["atoms"] == {"C": len(planted.atoms) - 1, "Si": 1}
    assert document["defects"] == {"found": 4, "counted": 3, "expected_false": None}

    assert document["density"]["count"] == 3
    assert document["density"]["low"] < document["density"]["per_nm2"] < document["density"]["high"]
    assert {name: row["count"] for name, row in document["densities"].items()} == {
        "DV-585": 1,
        "SW": 1,
        "Si-C3": 1,
    }


def test_calibrated_probabilities_say_how_many_are_false(planted: Detection) -> None:
    document = read_back(replace(planted, calibrated=True))
    # The second lies outside the clear area.
    expected = sum(1 - planted.defects[k].probability for k in (0, 2, 3))
    assert document["defects"]["expected_false"] == pytest.approx(expected)
    assert document["probability"] == CALIBRATED_MEANING


def test_what_is_found_at_the_dose(planted: Detection) -> None:
    assert read_back(planted)["findable"] == []
    entries = (Findable("SV", (2e3, 6e3), 40, 10), Findable("SW", (2e3, 6e3), 12, 12))
    vacancy, wales = read_back(replace(planted, findable=entries))["findable"]
    assert (vacancy["name"], vacancy["dose_low"], vacancy["dose_high"]) == ("SV", 2e3, 6e3)
    assert (vacancy["there"], vacancy["found"], vacancy["share"]) == (40, 10, 0.25)
    # Wilson 1927, equation for n = 40 and p = 1/4.
    middle, half = (0.25 + 1.96**2 / 80) / (1 + 1.96**2 / 40), 0.1295
    assert vacancy["low"] == pytest.approx(middle - half, abs=2e-3)
    assert vacancy["high"] == pytest.approx(middle + half, abs=2e-3)
    assert wales["high"] == pytest.approx(1)
    assert 0.7 < wales["low"] < 0.8


def test_no_clear_area_is_no_density(planted: Detection) -> None:
    hidden = Mask(np.full(planted.mask.regions.shape, Region.VACUUM, dtype=np.uint8))
    document = read_back(replace(planted, mask=hidden))
    assert document["density"] == {"count": 0, "per_nm2": None, "low": None, "high": None}
    assert document["densities"] == {}


def test_numbers_that_json_lacks_are_null_and_numpy_is_plain(
    make_sheet: Callable[..., Detection],
) -> None:
    settings = {"limit": float("inf"), "share": np.float64(0.5), "bins": np.int64(3), "on": True}
    detection = make_sheet((64, 64), settings=settings, seconds=float("nan"))
    document = read_back(detection)
    assert document["settings"] == {"limit": None, "share": 0.5, "bins": 3, "on": True}
    assert document["seconds"] is None
