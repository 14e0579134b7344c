"""The report of one micrograph: one HTML file that needs nothing else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from sixring.report.document import result_document
from sixring.report.drawing import defect_rows, dopant_places, mask_shapes, odd_rings, page_data
from sixring.report.palette import DOPANT_COLOUR, SIX_COLOUR, ring_style, text_on
from sixring.report.raster import display_levels, image_data_uri
from sixring.report.scalebar import scale_bar
from sixring.report.templating import render
from sixring.report.wording import finding_text

if TYPE_CHECKING:
    from sixring.types import Detection

__all__ = ["write_report"]

_MOST_SIXES_AT_ONCE = 6000


def write_report(detection: Detection, path: Path, created: datetime | None = None) -> None:
    """Write the report of a detection as one HTML file that opens offline.

    Parameters
    ----------
    detection : Detection
        What was found.
    path : Path
        The file to write; an existing one is replaced.
    created : datetime, optional
        The date of the report; now, if None.
    """
    defects = defect_rows(detection)
    rings = odd_rings(detection)
    rows, cols = detection.micrograph.image.shape
    page = render(
        "report.html",
        name=PurePath(detection.micrograph.source).name,
        document=result_document(detection, created),
        finding=finding_text(detection),
        image=image_data_uri(display_levels(detection)),
        rows=rows,
        cols=cols,
        bar=scale_bar(cols * detection.lattice.sampling),
        mask=mask_shapes(detection),
        rings=rings,
        dopants=dopant_places(detection),
        defects=defects,
        sixes_shown=len(detection.rings) - len(rings) <= _MOST_SIXES_AT_ONCE,
        data=page_data(detection, defects),
        ring_style=ring_style,
        text_on=text_on,
        six_colour=SIX_COLOUR,
        dopant_colour=DOPANT_COLOUR,
    )
    path.write_text(page, encoding="utf-8")
