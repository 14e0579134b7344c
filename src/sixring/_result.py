"""One image in, one result out: what ``sixring.detect`` returns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from html import escape
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sixring.types import Micrograph

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sixring.io import HyperSpySignal
    from sixring.types import Detection, Lattice, Mask, Mode

__all__ = ["Result", "detect", "write_results"]


class Result:
    """What is known about one micrograph.

    Parameters
    ----------
    detection : Detection
        What was found.
    """

    def __init__(self, detection: Detection) -> None:
        self.detection = detection
        """Everything, as the stages of the detection exchange it."""

    @cached_property
    def defects(self) -> pd.DataFrame:
        """The defects: ``id, name, probability, row_px, col_px, y_nm, x_nm, rings, ...``."""
        from sixring.report import defects_table

        return defects_table(self.detection)

    @cached_property
    def rings(self) -> pd.DataFrame:
        """Every ring, sixes too: ``id, size, probability, row_px, ..., defect_id``."""
        from sixring.report import rings_table

        return rings_table(self.detection)

    @cached_property
    def atoms(self) -> pd.DataFrame:
        """Every atom: ``id, element, probability, row_px, col_px, y_nm, x_nm``."""
        from sixring.report import atoms_table

        return atoms_table(self.detection)

    @property
    def lattice(self) -> Lattice:
        """Sampling, orientation, strain and contrast."""
        return self.detection.lattice

    @property
    def mask(self) -> Mask:
        """What could be judged, pixel by pixel."""
        return self.detection.mask

    @property
    def score(self) -> NDArray[np.float32]:
        """Shape (rows, cols), as the image: higher where a defect is likelier."""
        return self.detection.score

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the reader of the result has to know, in plain words."""
        return self.detection.warnings

    def write(self, folder: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Write the tables, the structure, the score map, the overlay and the report.

        Parameters
        ----------
        folder : path
            Where ``defects.csv``, ``rings.csv``, ``atoms.csv``, ``structure.extxyz``,
            ``score.tif``, ``overlay.png``, ``report.html`` and ``result.json`` are put. It
            appears with all of them or not at all.
        overwrite : bool, optional
            Whether a folder that is there already is replaced.

        Raises
        ------
        OutputError
            If `folder` is there already and `overwrite` isn't set, or it can't be written.
        """
        write_results(self.detection, Path(folder), overwrite=overwrite)

    def __repr__(self) -> str:
        found = self.detection
        return (
            f"<sixring.Result of {found.micrograph.source}: "
            f"defects {len(found.defects)}, rings {len(found.rings)}, atoms {len(found.atoms)}>"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>{self.defects.to_html(index=False)}"


def detect(
    source: Micrograph | str | PathLike[str] | NDArray[Any] | HyperSpySignal,
    *,
    sampling: str | float | None = None,
    mode: Mode | None = None,
    detector: str = "learned",
    min_probability: float = 0.5,
    lattice_sampling: bool = False,
) -> Result:
    """Find, name and count the defects in a micrograph of graphene.

    Parameters
    ----------
    source : Micrograph, path, array of shape (rows, cols) or HyperSpy signal
        The image.
    sampling : str or float, optional
        Length of a pixel, such as ``"11.2 pm"``, or a number of angstrom. From `source`, or
        from the lattice, if None.
    mode : {"hrtem", "stem"}, optional
        How the image was recorded; from `source`, or from the image, if None.
    detector : str, optional
        What finds the rings and atoms: ``"learned"``, the network that the package carries;
        ``"classical"``, image analysis without a network; or the folder of another network.
    min_probability : float, optional
        Defects below this probability are left out.
    lattice_sampling : bool, optional
        Whether the sampling that follows from the lattice replaces the one that is given.

    Returns
    -------
    Result
        Tables of the defects, rings and atoms, and what was understood of the image.

    Raises
    ------
    UsageError
        If an argument has a value that it can't have.
    ReadError
        If `source` is a file that can't be read.
    ImageError
        If `source` holds no micrograph.
    Refusal
        If there is no graphene lattice, or not at this sampling.
    """
    from sixring.detection import detect_micrograph

    detection = detect_micrograph(
        _micrograph(source, sampling, mode),
        detector=detector,
        min_probability=min_probability,
        lattice_sampling=lattice_sampling,
    )
    return Result(detection)


def write_results(
    detection: Detection,
    folder: Path,
    *,
    overwrite: bool = False,
    extra: Mapping[str, object] | None = None,
) -> None:
    """Write what :meth:`Result.write` does, with `extra` keys in ``result.json``."""
    from sixring import io, report

    result = Result(detection)
    with io.folder_appears_whole(folder, overwrite=overwrite) as new:
        for name in ("defects", "rings", "atoms"):
            table: pd.DataFrame = getattr(result, name)
            table.to_csv(new / f"{name}.csv", index=False, float_format="%.4f")
        io.write_structure(new / "structure.extxyz", detection)
        io.write_score_tiff(new / "score.tif", detection.score, detection.lattice.sampling)
        report.draw_overlay(detection, new / "overlay.png")
        report.write_report(detection, new / "report.html")
        document = {**report.result_document(detection), **(extra or {})}
        text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
        (new / "result.json").write_text(text + "\n", encoding="utf-8")


def _micrograph(
    source: Micrograph | str | PathLike[str] | NDArray[Any] | HyperSpySignal,
    sampling: str | float | None,
    mode: Mode | None,
) -> Micrograph:
    if not isinstance(source, Micrograph):
        from sixring.io import read

        return read(source, sampling=sampling, mode=mode)
    if sampling is not None:
        from sixring.units import parse_sampling

        source = replace(source, sampling=parse_sampling(sampling))
    return source if mode is None else replace(source, mode=mode)
