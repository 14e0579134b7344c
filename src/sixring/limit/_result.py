"""The limit of detection of some defects under one microscope."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any

from sixring.evaluate import Estimate
from sixring.simulate import Conditions
from sixring.types import Mode

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DefectLimit", "Limit", "LimitPoint"]


@dataclass(frozen=True)
class LimitPoint:
    """What can be seen at one dose, as the area under the ROC curve."""

    dose: float
    """Electrons per angstrom^2."""
    known: float
    """Of the best detector that knows place, orientation and kind."""
    unknown: Estimate
    """Of the best one that knows none of them, but the lattice."""
    error: float
    """Standard error of `unknown`."""
    model: Estimate | None
    """Of the trained model; None without one."""
    efficiency: float | None
    """Share of the electrons from which the best detector does as well as the model does with
    all of them; None without a model, or where an AUC of 1 leaves it open."""


@dataclass(frozen=True)
class DefectLimit:
    """At which dose a defect can be seen."""

    defect: str
    """Its name, or ``"any"`` for one of several, of which it isn't known which."""
    hypotheses: int
    """Images that a patch with it may show."""
    per_nm2: float
    """Ways in which it can lie in a square nanometre of the lattice."""
    curve: tuple[LimitPoint, ...]
    """By rising dose."""
    in_view: float
    """Dose for an AUC of 0.99 where it is known to lie in the middle of a window of 16 angstrom,
    electrons per angstrom^2."""
    known: float
    """The same for a patch in which its place and orientation are known, averaged over all that
    make it a patch with a defect; some of them cut a part off."""
    unknown: Estimate
    """The same where place and orientation, and the kind for ``"any"``, aren't known."""
    search: Estimate
    """Dose for one false alarm in 100 nm^2 where 95 % of the defects are found."""


@dataclass(frozen=True)
class Limit:
    """What the electrons allow, whatever the detector."""

    mode: Mode
    """The kind of microscope."""
    preset: str
    """Of which the conditions are the middle."""
    conditions: Conditions
    """Of all images, at a dose of 1 electron per angstrom^2."""
    contrast: float
    """Of the perfect lattice: the standard deviation of its image over the mean."""
    side: int
    """Rows and columns of a patch."""
    orientation: float
    """Of the lattice: direction of a zigzag row in degrees."""
    nuisances: bool
    """Whether shift, strain, turn, gain and offset count as unknown in the patches."""
    draws: int
    """Images of each class at each dose."""
    seed: int
    """What all randomness followed from."""
    model: str | None
    """Name of the trained model beside the best detector."""
    defects: tuple[DefectLimit, ...]
    """In the order asked for, then ``"any"`` if there are several."""

    def table(self) -> pd.DataFrame:
        """Return the curves, a row a defect and dose."""
        from sixring.limit._document import curve_table

        return curve_table(self)

    def doses(self) -> pd.DataFrame:
        """Return the doses at which each defect can be seen, a row a defect."""
        from sixring.limit._document import dose_table

        return dose_table(self)

    def document(self) -> dict[str, Any]:
        """Return everything as plain data that JSON can hold."""
        from sixring.limit._document import limit_document

        return limit_document(self)

    def write(self, folder: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Write the curves, all numbers and a figure.

        Parameters
        ----------
        folder : path
            Where ``limit.csv``, ``limit.json`` and ``limit.png`` are put. It appears with all of
            them or not at all.
        overwrite : bool, optional
            Whether a folder that is there already is replaced.

        Raises
        ------
        OutputError
            If `folder` is there already and `overwrite` isn't set, or it can't be written.
        """
        from sixring.limit._write import write_limit

        write_limit(self, folder, overwrite=overwrite)
