"""The labelled patches of a verb: read, with what had to be decided, and the part that is meant."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sixring.cli._console import print_note
from sixring.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sixring.patches import PatchSet

__all__ = ["SPLIT", "Data", "Groups", "known_groups", "read_labelled", "take_parts"]

SPLIT = "split"
"""The column that says to which part of the data a patch belongs."""
_PARTS = ("train", "validation", "test")

Data = Annotated[
    Path,
    typer.Option(
        "--data",
        metavar="DIR",
        help="Folder with the patches in DIR/perfect and DIR/defect, or in DIR/patches.npz.",
    ),
]
Groups = Annotated[
    Path | None,
    typer.Option(
        "--groups",
        metavar="FILE.csv",
        help="Table with the columns file, index (where a file has several patches) and group: "
        "the micrograph or session of each patch.",
    ),
]


def read_labelled(data: Path, groups: Path | None, *, quiet: bool) -> PatchSet:
    """Read patches with their labels, and print what had to be decided.

    Raises
    ------
    UsageError, InputError
        As :func:`sixring.patches.read_patches` does; and if a patch is constant.
    """
    import numpy as np

    from sixring.patches import read_patches

    patches = read_patches(data, groups=groups)
    flat = patches.images.reshape(len(patches), -1)
    constant = np.flatnonzero(flat.min(axis=1) == flat.max(axis=1))
    if len(constant):
        more = f" and {len(constant) - 1} more" if len(constant) > 1 else ""
        raise UsageError(
            f"{data}: constant, all pixels are the same: {patches.names[constant[0]]}{more}: "
            "take them out"
        )
    if not quiet:
        for note in patches.notes:
            print_note(note)
    return patches


def take_parts(patches: PatchSet, parts: Sequence[str], data: Path) -> PatchSet:
    """Return the patches of some parts of the data, which have the column ``split``.

    Raises
    ------
    UsageError
        If a patch is in no part that is known, or none is in these.
    """
    import numpy as np

    column = patches.details[SPLIT]
    for name in np.unique(column):
        if name not in _PARTS:
            raise UsageError(
                f"{data}: the column split has {str(name)!r}: write {', '.join(_PARTS[:-1])} or "
                f"{_PARTS[-1]} for each patch, or leave the column out"
            )
    chosen = np.isin(column, parts)
    if not chosen.any():
        raise UsageError(
            f"{data}: no patch is of the part {' or '.join(parts)}: the column split has "
            f"{', '.join(np.unique(column))}"
        )
    return patches.take(chosen)


def known_groups(patches: PatchSet) -> NDArray[np.str_] | None:
    """Return the group of each patch; None where nothing is known and each is its own file."""
    import numpy as np

    alone = len(np.unique(patches.groups)) == len(patches)
    return None if alone else patches.groups
