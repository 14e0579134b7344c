"""A small writer of Velox EMD files, for the tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class VeloxImage:
    """One image of a Velox file."""

    pixels: NDArray[Any]
    """Shape (rows, cols) or (frames, rows, cols)."""
    detector: str
    kind: str = "ScanningDetector"
    pixel: float = 1.12e-11
    unit: str = "m"


def write_velox(
    path: Path, images: list[VeloxImage], volts: float = 60e3, *, chunked: bool = True
) -> Path:
    """Write images as Velox 11 does: frames last, the metadata a column of bytes each."""
    with h5py.File(path, "w") as file:
        version = json.dumps({"format": "Velox", "version": "11"}).encode()
        file.create_dataset(
            "Version", data=np.array([version], dtype=object), dtype=h5py.string_dtype()
        )
        for number, image in enumerate(images):
            stack = image.pixels.reshape(-1, *image.pixels.shape[-2:])
            group = file.create_group(f"Data/Image/{number:032x}")
            group.create_dataset(
                "Data",
                data=np.moveaxis(stack, 0, -1),
                chunks=(*stack.shape[1:], 1) if chunked else None,
            )
            text = json.dumps(_metadata(image, volts)).encode()
            column = np.zeros((len(text) + 16, len(stack)), dtype=np.uint8)
            column[: len(text)] = np.frombuffer(text, dtype=np.uint8)[:, None]
            group.create_dataset("Metadata", data=column)
    return path


def _metadata(image: VeloxImage, volts: float) -> dict[str, Any]:
    return {
        "Acquisition": {"AcquisitionStartDatetime": {"DateTime": "1700000000"}},
        "BinaryResult": {
            "PixelSize": {"width": str(image.pixel), "height": str(image.pixel)},
            "PixelUnitX": image.unit,
            "PixelUnitY": image.unit,
            "Offset": {"x": "0", "y": "0"},
            "Detector": image.detector,
            "DetectorIndex": "0",
        },
        "Detectors": {
            "Detector-0": {
                "DetectorName": image.detector,
                "DetectorType": image.kind,
                "ExposureTime": "1.0",
            }
        },
        "Optics": {"AccelerationVoltage": str(volts)},
        "Scan": {"FrameTime": "2.0"},
        "CustomProperties": {},
        "Instrument": {"InstrumentClass": "Titan"},
        "Stage": {"AlphaTilt": "0", "BetaTilt": "0", "Position": {"x": "0", "y": "0", "z": "0"}},
    }
