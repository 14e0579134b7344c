"""The atoms as extended XYZ, which ASE and OVITO open."""

from __future__ import annotations

import os
from pathlib import Path

from sixring.types import Detection

__all__ = ["write_structure"]

_DEPTH = 10.0
"""Height of the box in angstrom; the sheet lies in its middle."""


def write_structure(path: str | os.PathLike[str], detection: Detection) -> None:
    """Write the atoms that were found as extended XYZ.

    Lengths are angstrom. x points along the columns, y up: a pixel (row, col) becomes
    x = col * sampling, y = -row * sampling, z = 0, so that the axes are right-handed and the
    structure looks like the image. The box is the image, not periodic.

    Parameters
    ----------
    path : str or path
        The file; written plainly, so call this within `file_appears_whole` or
        `folder_appears_whole`.
    detection : Detection
        The result; each atom carries its probability.

    Notes
    -----
    The format is described at https://github.com/libAtoms/extxyz. ``Origin``, the corner of the
    box, is read by OVITO.
    """
    atoms, sampling = detection.atoms, detection.lattice.sampling
    rows, cols = detection.micrograph.image.shape
    width, height = cols * sampling, rows * sampling
    # The image begins half a pixel before the centre of its first pixel.
    left, bottom = -0.5 * sampling, -(rows - 0.5) * sampling
    header = (
        f'Lattice="{width:.6f} 0.0 0.0 0.0 {height:.6f} 0.0 0.0 0.0 {_DEPTH:.1f}" '
        f'Origin="{left:.6f} {bottom:.6f} {-_DEPTH / 2:.1f}" '
        'Properties=species:S:1:pos:R:3:probability:R:1 pbc="F F F" '
        f"sampling_A={sampling:.6f} source={_quoted(detection.micrograph.source)}"
    )
    lines = [
        f"{element:<2} {col * sampling:.4f} {0.0 - row * sampling:.4f} 0.0000 {probability:.4f}"
        for element, (row, col), probability in zip(
            atoms.elements, atoms.positions, atoms.probability, strict=True
        )
    ]
    Path(path).write_text("\n".join([str(len(lines)), header, *lines, ""]), encoding="utf-8")


def _quoted(text: str) -> str:
    """Quote a value of the header, which has to stay on one line."""
    plain = " ".join(text.splitlines())
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
