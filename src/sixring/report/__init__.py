"""Tables, statistics, figures and HTML from a detection.

Every function takes what :mod:`sixring.types` defines and computes nothing about the image
itself: what a report says is what the detection holds.
"""

from sixring.report.document import SCHEMA_VERSION, result_document
from sixring.report.index import write_index
from sixring.report.overlay import draw_overlay
from sixring.report.page import write_report
from sixring.report.statistics import (
    SUMMARY_COLUMNS,
    Density,
    clear_area,
    density,
    ring_census,
    summary,
)
from sixring.report.tables import atoms_table, defects_table, rings_table
from sixring.report.wording import CALIBRATED_MEANING, NOISE_MEANING

__all__ = [
    "CALIBRATED_MEANING",
    "NOISE_MEANING",
    "SCHEMA_VERSION",
    "SUMMARY_COLUMNS",
    "Density",
    "atoms_table",
    "clear_area",
    "defects_table",
    "density",
    "draw_overlay",
    "result_document",
    "ring_census",
    "rings_table",
    "summary",
    "write_index",
    "write_report",
]
