"""HDF5: HyperSpy's, the two kinds of EMD, and any other file with images in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sixring.io._arrays import stated_axes, stated_values
from sixring.io._rosetta import rosetta
from sixring.io._signal import UNCALIBRATED, Signal, describe

if TYPE_CHECKING:
    import h5py

__all__ = ["read_hdf5"]


@dataclass(frozen=True)
class _Dataset:
    """A dataset that is opened only when a part of it is asked for."""

    path: Path
    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def __getitem__(self, index: tuple[int, ...], /) -> object:
        import h5py

        with h5py.File(self.path, "r") as file:
            frame: object = file[self.name][index]
            return frame


def read_hdf5(path: Path) -> list[Signal]:
    """Read an HDF5 file as what its content says it is.

    In a file that is neither HSPY nor EMD every numeric dataset with two or more dimensions is
    a signal. Its attributes, or else those of the root, may state ``sampling`` (angstrom per
    pixel, or text such as ``"11.2 pm"``) or ``pixel_size`` with ``unit``; ``dose`` (electrons
    per square angstrom), ``energy`` (eV) and ``mode``.
    """
    import h5py

    with h5py.File(path, "r") as file:
        if "file_format_version" in file.attrs or "Experiments" in file:
            kind = "hspy"
        elif "Version" in file and "Data" in file:
            kind = "velox"
            # RosettaSciIO reads an image of one piece only whole.
            images = file.get("Data/Image", {}).values()
            in_chunks = all(image["Data"].chunks is not None for image in images)
        elif _is_ncem(file):
            kind = "ncem"
        else:
            return _plain_signals(path, file)
    if kind == "velox":
        # The spectrum images beside the images would be unpacked at great cost.
        return rosetta(path, "emd", lazy_if_large=in_chunks, select_type="images")
    return rosetta(path, "hspy" if kind == "hspy" else "emd")


def _is_ncem(file: h5py.File) -> bool:
    import h5py

    groups = [file, *(item for item in file.values() if isinstance(item, h5py.Group))]
    return any("version_major" in group.attrs for group in groups)


def _plain_signals(path: Path, file: h5py.File) -> list[Signal]:
    import h5py

    signals: list[Signal] = []

    def visit(name: str, item: h5py.HLObject) -> None:
        if not isinstance(item, h5py.Dataset) or item.ndim < 1 or item.dtype.kind not in "biufc":
            return
        stated = {**file.attrs, **item.attrs}
        stack = [UNCALIBRATED] * (item.ndim - 2)
        signals.append(
            describe(
                _Dataset(path, name, item.shape, item.dtype),
                [*stack, *stated_axes(stated)],
                name=name,
                instrument=stated_values(stated),
            )
        )

    file.visititems(visit)
    return signals
