"""A limit as a folder of plain files."""

from __future__ import annotations

import json
from os import PathLike
from typing import TYPE_CHECKING

from sixring.io import folder_appears_whole
from sixring.limit._figure import limit_figure

if TYPE_CHECKING:
    from sixring.limit._result import Limit

__all__ = ["write_limit"]


def write_limit(limit: Limit, folder: str | PathLike[str], *, overwrite: bool) -> None:
    """Do what :meth:`Limit.write` does."""
    # All is made before anything is written: what is left can fail by the disk alone.
    text = json.dumps(limit.document(), indent=1, ensure_ascii=False, allow_nan=False)
    table, figure = limit.table(), limit_figure(limit)
    with folder_appears_whole(folder, overwrite=overwrite) as new:
        table.to_csv(new / "limit.csv", index=False, float_format="%.6g")
        (new / "limit.json").write_text(text + "\n", encoding="utf-8")
        figure.savefig(new / "limit.png", format="png", metadata={"Software": None})
