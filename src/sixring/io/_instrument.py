"""Imaging mode, beam energy and dose, where the metadata state them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sixring.io._signal import Instrument
from sixring.types import Mode

__all__ = ["stated_instrument", "stated_mode", "value_at"]

# Words in the names of detectors and signals. BF alone says nothing: both modes have it.
_STEM_WORDS = re.compile(r"(?<![A-Z])(?:STEM|[HML]?AADF|ADF|ABF|DF\d|[DI]DPC|DPC)(?![A-Z])", re.I)
_CAMERA_WORDS = re.compile(
    r"(?<![A-Z])(?:HR-?TEM|CETA|FALCON|ONEVIEW|ORIUS|ULTRASCAN|GATAN K[23])(?![A-Z])", re.I
)
_DETECTOR_KINDS: dict[str, Mode] = {"ScanningDetector": "stem", "ImagingDetector": "hrtem"}
_LEAVES = tuple(
    f"{microscope}.{leaf}"
    for microscope in ("TEM", "SEM")
    for leaf in ("beam_energy", "acquisition_mode", "dwell_time")
)


def value_at(tree: object, path: str) -> object:
    """Return the leaf of nested mappings at a dotted path, or None.

    Keys are compared with spaces and other signs as underscores, as HyperSpy does.
    """
    node = tree
    for part in path.split("."):
        if not isinstance(node, Mapping):
            return None
        wanted = _plain(part)
        node = next((node[key] for key in node if _plain(str(key)) == wanted), None)
    return node


def _plain(key: str) -> str:
    return re.sub(r"\W", "_", key)


def stated_mode(text: str) -> Mode | None:
    """Return the mode that the name of a mode, a detector or a signal implies, or None."""
    if _STEM_WORDS.search(text):
        return "stem"
    return "hrtem" if _CAMERA_WORDS.search(text) else None


def _mapped(
    original: Mapping[str, Any], mapping: Mapping[str, Any]
) -> Iterator[tuple[str, object]]:
    """Yield the leaves that RosettaSciIO would copy from the file's own metadata."""
    for path, (target, convert) in mapping.items():
        leaf = target.removeprefix("Acquisition_instrument.")
        value = value_at(original, path) if leaf in _LEAVES else None
        if value is None:
            continue
        try:
            yield leaf, convert(value) if convert else value
        except (TypeError, ValueError, AttributeError):
            # Instruments write '', '-' or a list where they know no value: nothing is stated.
            continue


def stated_instrument(
    metadata: Mapping[str, Any],
    original: Mapping[str, Any] | None = None,
    mapping: Mapping[str, Any] | None = None,
) -> Instrument:
    """Read mode and beam energy from metadata as HyperSpy and RosettaSciIO lay them out.

    Parameters
    ----------
    metadata : mapping
        The tree with `Acquisition_instrument`, beam energy in keV.
    original : mapping, optional
        The file's own metadata.
    mapping : mapping, optional
        RosettaSciIO's table from paths in `original` to paths in `metadata` and converters.

    Returns
    -------
    Instrument
        With None for everything that isn't stated.
    """
    original = original or {}
    leaves: dict[str, object] = dict(_mapped(original, mapping or {}))
    for leaf in _LEAVES:
        value = value_at(metadata, f"Acquisition_instrument.{leaf}")
        if value is not None:
            leaves[leaf] = value
    return Instrument(mode=_mode(leaves, metadata, original), energy=_energy(leaves))


def _energy(leaves: Mapping[str, object]) -> float | None:
    kilovolts = leaves.get("TEM.beam_energy", leaves.get("SEM.beam_energy"))
    try:
        energy = float(str(kilovolts)) * 1e3 if kilovolts is not None else math.nan
    except ValueError:
        return None
    return energy if math.isfinite(energy) and energy > 0 else None


def _mode(
    leaves: Mapping[str, object], metadata: Mapping[str, Any], original: Mapping[str, Any]
) -> Mode | None:
    # The detector comes before the state of the microscope: some write 'TEM' into every file.
    kind = str(value_at(original, "DetectorMetadata.DetectorType"))
    if kind in _DETECTOR_KINDS:
        return _DETECTOR_KINDS[kind]
    named = stated_mode(str(value_at(metadata, "General.title") or ""))
    if named is not None:
        return named
    # A time for each position means that the image was scanned.
    acquisition = str(leaves.get("TEM.acquisition_mode", "")).upper()
    if "STEM" in acquisition or "TEM.dwell_time" in leaves:
        return "stem"
    return "hrtem" if acquisition == "TEM" else None
