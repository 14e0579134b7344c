from __future__ import annotations

from typing import Any

import pytest

from sixring.io._instrument import stated_instrument, stated_mode, value_at


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("HAADF", "stem"),
        ("2x MAADF 60 kV", "stem"),
        ("LAADF", "stem"),
        ("ADF-STEM", "stem"),
        ("STEM NANOPROBE", "stem"),
        ("DF4", "stem"),
        ("iDPC", "stem"),
        ("BM-Ceta", "hrtem"),
        ("Gatan K3", "hrtem"),
        ("HRTEM", "hrtem"),
        ("hrtem", "hrtem"),
        ("BF", None),
        ("TEM", None),
        ("system", None),
        ("Shadfield", None),
        ("", None),
    ],
)
def test_words(text: str, mode: str | None) -> None:
    assert stated_mode(text) == mode


def test_paths_go_over_spaces_and_underscores() -> None:
    tree = {"Microscope Info": {"Probe Current (nA)": 3, "none": None}}
    assert value_at(tree, "Microscope_Info.Probe Current (nA)") == 3
    assert value_at(tree, "Microscope Info.none.deeper") is None
    assert value_at(tree, "Microscope Info.absent") is None


@pytest.mark.parametrize(
    ("tem", "mode", "energy"),
    [
        ({"acquisition_mode": "STEM", "beam_energy": 60.0}, "stem", 60e3),
        ({"acquisition_mode": "TEM", "beam_energy": "80"}, "hrtem", 80e3),
        ({"acquisition_mode": "TEM", "dwell_time": 1e-6}, "stem", None),
        ({"beam_energy": 0.0}, None, None),
        ({"beam_energy": "-"}, None, None),
        ({"beam_energy": float("nan")}, None, None),
        ({}, None, None),
    ],
)
def test_tree_of_hyperspy(tem: dict[str, Any], mode: str | None, energy: float | None) -> None:
    instrument = stated_instrument({"Acquisition_instrument": {"TEM": tem}})
    assert (instrument.mode, instrument.energy, instrument.dose) == (mode, energy, None)


def test_sem_has_an_energy_but_no_mode() -> None:
    sem = {"beam_energy": 5.0, "dwell_time": 1e-6, "acquisition_mode": "SEM"}
    instrument = stated_instrument({"Acquisition_instrument": {"SEM": sem}})
    assert (instrument.mode, instrument.energy) == (None, 5e3)


def test_mapping_of_rosettasciio() -> None:
    original = {"Optics": {"Volts": "60000", "Odd": []}}
    mapping = {
        "Optics.Volts": ("Acquisition_instrument.TEM.beam_energy", lambda text: float(text) / 1e3),
        "Optics.Odd": ("Acquisition_instrument.TEM.acquisition_mode", lambda text: text.upper()),
        "Optics.Absent": ("Acquisition_instrument.TEM.dwell_time", None),
        "Optics": ("General.title", None),
    }
    instrument = stated_instrument({}, original, mapping)
    assert (instrument.mode, instrument.energy) == (None, 60e3)


def test_the_detector_goes_before_the_state_of_the_microscope() -> None:
    metadata = {
        "General": {"title": "HAADF"},
        "Acquisition_instrument": {"TEM": {"acquisition_mode": "TEM"}},
    }
    assert stated_instrument(metadata).mode == "stem"
    camera = {"DetectorMetadata": {"DetectorType": "ImagingDetector"}}
    assert stated_instrument(metadata, camera).mode == "hrtem"
