"""The study as one page that a student can read from top to bottom."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import NamedTuple

from sixring.report.templating import render
from sixring.study._figures import Figure
from sixring.study._findings import (
    classifier_findings,
    curve_findings,
    imbalance_findings,
    ladder_findings,
)
from sixring.study._findings_aims import aim_findings
from sixring.study._findings_latent import (
    code_findings,
    latent_findings,
    pooling_findings,
    score_findings,
)
from sixring.study._findings_report import report_findings, why_so
from sixring.study._phrases import SCORE_MEANINGS, SCORE_NAMES, percent, range_text
from sixring.study._plan import CLASSIFIERS
from sixring.study._reading import Document, find
from sixring.study._results import Kind
from sixring.study._tables import tables

__all__ = ["study_page"]

_SIZE = slice(16, 24)
"""Where a PNG file says how wide and how high it is."""


class _Embedded(NamedTuple):
    """A figure as a part of the page."""

    title: str
    caption: str
    address: str
    """``data:`` and the PNG file."""
    width: int
    """In pixels."""
    height: int


def study_page(document: Document, figures: Sequence[Figure]) -> str:
    """Return the page: one HTML file that opens offline.

    Parameters
    ----------
    document : mapping
        What ``study.json`` holds: every number on the page is from there, and where a sentence
        draws a conclusion, the numbers choose it.
    figures : sequence of Figure
        All figures, in order.

    Returns
    -------
    str
        The page.
    """
    report = find(document, Kind("report", "", CLASSIFIERS[0]))
    return render(
        "study.html",
        document=document,
        figures=[_embedded(figure) for figure in figures],
        tables=tables(document),
        findings=_findings(document),
        seeds=len(report["seeds"]),
        prevalence=report["prevalence"],
        score_names=SCORE_NAMES,
        score_meanings=SCORE_MEANINGS,
        percent=percent,
        range=range_text,
    )


def _findings(document: Document) -> dict[str, list[str]]:
    report, scores = report_findings(document), score_findings(document)
    ladder, latent = ladder_findings(document), latent_findings(document)
    classifiers, aims = classifier_findings(document), aim_findings(document)
    return {
        "short": [*report, *ladder, classifiers[1], scores[0], latent[-1], *aims[:1]],
        "report": report,
        "why": why_so(document),
        "ladder": ladder,
        "classifiers": [*classifiers, *aims],
        "curve": curve_findings(document),
        "imbalance": imbalance_findings(document),
        "code": code_findings(document),
        "scores": scores,
        "pooling": pooling_findings(document),
        "latent": latent,
    }


def _embedded(figure: Figure) -> _Embedded:
    content = figure.path.read_bytes()
    size = content[_SIZE]
    width, height = int.from_bytes(size[:4]), int.from_bytes(size[4:])
    address = f"data:image/png;base64,{base64.b64encode(content).decode('ascii')}"
    return _Embedded(figure.title, figure.caption, address, width, height)
