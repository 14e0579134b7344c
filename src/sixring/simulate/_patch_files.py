"""Patches and their table, as folders of images or as one array file."""

from __future__ import annotations

import itertools
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sixring.io import file_appears_whole, folder_appears_whole, write_micrograph
from sixring.simulate._cut import Cuts
from sixring.simulate._folder import table_appears_whole
from sixring.simulate._parts import Part
from sixring.simulate._quotas import Taken
from sixring.types import Micrograph

__all__ = ["COLUMNS", "LABELS", "PatchFormat", "write_patch_files"]

PatchFormat: TypeAlias = Literal["folder", "array"]
COLUMNS = (
    "file",
    "index",
    "label",
    "micrograph",
    "split",
    "defect",
    "dose",
    "sampling_A",
    "mode",
    "row_px",
    "col_px",
    "reason",
)
"""Of ``patches.csv``; a row without a file is a place that was looked at and rejected."""
LABELS = ("perfect", "defect")
"""By number."""
_ARRAYS = "patches.npz"
_IN_ARRAYS = ("micrograph", "split", "defect", "dose", "sampling_A", "mode", "row_px", "col_px")

Row = dict[str, Any]
"""A value for some of the columns."""
Put = Callable[[Row, Micrograph], tuple[str, int]]
"""Stores a patch; returns its file and its place in it."""


def write_patch_files(
    folder: Path,
    parts: Iterable[tuple[str, Taken, Part]],
    form: PatchFormat,
    *,
    number: int,
    side: int,
) -> None:
    """Write patches, ``patches.csv`` and ``conditions.json``, each of which appears whole.

    Parameters
    ----------
    folder : Path
        Where.
    parts : iterable
        Name of each micrograph, what is taken of it, and its patches.
    form : {"folder", "array"}
        How the patches are stored.
    number : int
        Patches in all.
    side : int
        Rows and columns of a patch.
    """
    drawn: dict[str, Any] = {}
    rejected = itertools.count()
    with (
        _storing(folder, form, number, side) as put,
        table_appears_whole(folder / "patches.csv", COLUMNS) as write_row,
    ):
        for name, taken, part in parts:
            drawn[name] = part.drawn
            common: Row = {
                "micrograph": name,
                "split": taken.split,
                "dose": _six_figures(part.dose),
                "sampling_A": _six_figures(part.sampling),
                "mode": part.mode,
            }
            for row, image in _chosen(taken, part.cuts):
                patch = Micrograph(
                    image, part.sampling, part.mode, dose=part.dose, energy=part.energy
                )
                file, index = put({**common, **row}, patch)
                write_row({**common, **row, "file": file, "index": index})
            for corner, reason in zip(part.cuts.rejected, part.cuts.reasons, strict=True):
                place = {"row_px": int(corner[0]), "col_px": int(corner[1])}
                # Numbered, because a file's name and an index tell rows apart.
                write_row({**common, **place, "index": next(rejected), "reason": str(reason)})
    with file_appears_whole(folder / "conditions.json", overwrite=True) as new:
        new.write_text(json.dumps(drawn, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def _chosen(taken: Taken, cuts: Cuts) -> Iterator[tuple[Row, NDArray[np.float32]]]:
    """Yield the first so many patches of each kind."""
    for label, number in ((1, taken.defect), (0, taken.perfect)):
        for k in np.flatnonzero(cuts.labels == label)[:number]:
            row: Row = {
                "label": LABELS[label],
                "defect": str(cuts.defects[k]),
                "row_px": int(cuts.corners[k, 0]),
                "col_px": int(cuts.corners[k, 1]),
            }
            yield row, cuts.images[k]


def _storing(
    folder: Path, form: PatchFormat, number: int, side: int
) -> AbstractContextManager[Put]:
    return _in_folders(folder) if form == "folder" else _in_arrays(folder, number, side)


@contextmanager
def _in_folders(folder: Path) -> Iterator[Put]:
    with (
        folder_appears_whole(folder / "perfect", overwrite=True) as perfect,
        folder_appears_whole(folder / "defect", overwrite=True) as defect,
    ):
        folders = dict(zip(LABELS, (perfect, defect), strict=True))
        names: dict[str, Iterator[int]] = {}

        def put(row: Row, patch: Micrograph) -> tuple[str, int]:
            number = next(names.setdefault(row["micrograph"], itertools.count()))
            name = f"{row['micrograph']}-{number:04d}.tif"
            write_micrograph(folders[row["label"]] / name, patch)
            return f"{row['label']}/{name}", 0

        yield put


@contextmanager
def _in_arrays(folder: Path, number: int, side: int) -> Iterator[Put]:
    """Write the images as they come, so that they needn't all be in memory."""
    columns: dict[str, list[Any]] = {name: [] for name in ("labels", *_IN_ARRAYS)}
    with (
        file_appears_whole(folder / _ARRAYS, overwrite=True) as new,
        zipfile.ZipFile(new, "w") as archive,
    ):
        with archive.open("images.npy", "w", force_zip64=True) as images:
            np.lib.format.write_array_header_1_0(
                images, {"descr": "<f4", "fortran_order": False, "shape": (number, side, side)}
            )

            def put(row: Row, patch: Micrograph) -> tuple[str, int]:
                images.write(np.ascontiguousarray(patch.image, dtype="<f4").tobytes())
                columns["labels"].append(LABELS.index(row["label"]))
                for name in _IN_ARRAYS:
                    columns[name].append(row[name])
                return _ARRAYS, len(columns["labels"]) - 1

            yield put
        for name, column in columns.items():
            with archive.open(f"{name}.npy", "w") as file:
                np.lib.format.write_array(file, np.array(column), allow_pickle=False)


def _six_figures(value: float) -> float:
    return float(f"{value:.6g}")
