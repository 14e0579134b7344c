"""A small writer of DigitalMicrograph files, for the tests: tag trees in either version."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Tree = Mapping[str, Any]

# NumPy type: DigitalMicrograph's codes of the image and of its elements in the tag.
_TYPES = {
    "uint16": (10, 4),
    "int16": (1, 2),
    "float32": (2, 6),
    "uint8": (6, 10),
    "complex64": (3, 6),
}


def dm_image(
    pixels: NDArray[Any],
    scales: Sequence[float],
    units: Sequence[str],
    name: str = "image",
    tags: Tree | None = None,
) -> dict[str, Any]:
    """Return the tree of one image; scales and units in the order x, y, z."""
    return {
        "ImageData": {
            "Calibrations": {
                "Brightness": {"Origin": 0.0, "Scale": 1.0, "Units": ""},
                "Dimension": {
                    str(axis): {"Origin": 0.0, "Scale": float(scale), "Units": unit}
                    for axis, (scale, unit) in enumerate(zip(scales, units, strict=True))
                },
            },
            "Data": pixels,
            "DataType": _TYPES[pixels.dtype.name][0],
            "Dimensions": {str(axis): size for axis, size in enumerate(pixels.shape[::-1])},
            "PixelDepth": pixels.dtype.itemsize,
        },
        "ImageTags": dict(tags or {}),
        "Name": name,
    }


def write_dm(
    path: Path, images: Sequence[Tree], *, version: int = 4, thumbnail: int | None = None
) -> Path:
    """Write a DM3 or DM4 file with these images."""
    root: dict[str, Any] = {"ImageList": {str(i): image for i, image in enumerate(images)}}
    if thumbnail is not None:
        root["Thumbnails"] = {"0": {"ImageIndex": thumbnail}}
    body = _group(root, version, root=True)
    path.write_bytes(
        struct.pack(">I", version)
        + _number(len(body), version)
        + struct.pack(">I", 1)
        + body
        + b"\0" * 8
    )
    return path


def _number(value: int, version: int) -> bytes:
    return struct.pack(">Q" if version == 4 else ">I", value)


def _group(tree: Tree, version: int, *, root: bool = False) -> bytes:
    # Entries of a list have no names.
    tags = b"".join(
        _tag("" if key.isdigit() else key, value, version) for key, value in tree.items()
    )
    counted = _number(len(tree), version) + tags
    size = _number(len(counted), version) if version == 4 and not root else b""
    return b"\1\0" + size + counted


def _tag(name: str, value: object, version: int) -> bytes:
    kind = 20 if isinstance(value, Mapping) else 21
    head = struct.pack(">BH", kind, len(name)) + name.encode()
    if isinstance(value, Mapping):
        return head + _group(value, version)
    data = b"%%%%" + _data(value, version)
    return head + (_number(len(data), version) if version == 4 else b"") + data


def _data(value: object, version: int) -> bytes:
    def info(*numbers: int) -> bytes:
        return b"".join(_number(number, version) for number in (len(numbers), *numbers))

    if isinstance(value, str):
        return info(20, 4, len(value)) + value.encode("utf-16-le")
    if isinstance(value, np.ndarray):
        code = _TYPES[value.dtype.name][1]
        # A complex number is a structure of two fields.
        element = (15, 0, 2, 0, code, 0, code) if value.dtype.kind == "c" else (code,)
        return info(20, *element, value.size) + value.tobytes()
    if isinstance(value, float):
        return info(7) + struct.pack("<d", value)
    return info(5) + struct.pack("<I", value)
