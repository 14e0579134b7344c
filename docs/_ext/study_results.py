"""The directives that show what ``docs/study`` holds: the numbers and figures of the study.

``study-results`` shows a table, ``study-findings`` sentences, ``study-figure`` a figure, and
``study-source`` says which study it is. Nothing is typed on the pages: with the files of another
study, everything follows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from study_findings import FINDINGS, worth
from study_tables import OF_MODEL, tables
from table_nodes import table

from sixring.models import MODELS
from sixring.study._phrases import NO_BREAK
from sixring.study._reading import Document

_FOLDER, _NUMBERS = "study", "study.json"


class _OfTheStudy(SphinxDirective):
    """What all have in common: the numbers."""

    def _document(self) -> Document:
        path = Path(self.env.srcdir) / _FOLDER / _NUMBERS
        self.env.note_dependency(str(path))
        try:
            document: Document = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise self.error(f"{path} can't be read: make it with 'make study'") from error
        return document

    def _among(self, name: str, known: Iterable[str]) -> str:
        """Return a name, or refuse it."""
        names = list(known)
        if name not in names:
            raise self.error(f"{self.name} has no {name!r}: choose from {', '.join(names)}")
        return name


class StudyResults(_OfTheStudy):
    """A table about the model that is the argument, or about all without one."""

    optional_arguments = 1
    option_spec: ClassVar = {"table": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Take the table from the numbers."""
        document = self._document()
        wanted = self.options.get("table", "reached")
        if self.arguments:
            model = self._among(self.arguments[0], MODELS)
            shown = OF_MODEL[self._among(wanted, OF_MODEL)](document, model)
        else:
            made = tables(document)
            shown = made[self._among(wanted, made)]
        rows = [[cell.replace(f"{NO_BREAK}[", " [") for cell in row] for row in shown.rows]
        return [table(shown.headings, rows)]


class StudyFindings(_OfTheStudy):
    """What the numbers say of a subject; with a model, only what they say of that."""

    required_arguments = 1
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Let the numbers choose the sentences."""
        document = self._document()
        subject = self._among(self.arguments[0], ("worth", *FINDINGS))
        model = self._among(self.arguments[1], MODELS) if len(self.arguments) > 1 else None
        if subject != "worth":
            found = FINDINGS[subject](document)
            sentences = [one for one in found if model is None or model in one]
        elif model is not None:
            sentences = worth(document, model)
        else:
            raise self.error("'worth' is said of a model: name it")
        return [nodes.paragraph("", " ".join(sentences))]


class StudyFigure(_OfTheStudy):
    """The figure with the number that is the argument, with its caption."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Show it."""
        captions = {str(figure["number"]): figure for figure in self._document()["figures"]}
        figure = captions[self._among(self.arguments[0], captions)]
        name = f"Figure {figure['number']}. {figure['title']}."
        # Sphinx takes a path that begins with a slash from the folder of the sources.
        image = nodes.image(
            uri=f"/{_FOLDER}/figure-{figure['number']}.png", alt=figure["title"], width="100%"
        )
        caption = nodes.caption("", "", nodes.strong("", name), nodes.Text(f" {figure['caption']}"))
        return [nodes.figure("", image, caption)]


class StudySource(_OfTheStudy):
    """Which study the numbers of a page are of."""

    def run(self) -> list[nodes.Node]:
        """Say it, and warn of one that isn't the full one."""
        document = self._document()
        trainings = len(document["trainings"])
        several = max(len(row["seeds"]) for row in document["results"]) > 1
        drawn = "micrographs and trainings" if several else "micrographs"
        text = (
            f"All numbers here are those of the {document['scale']} study with seed "
            f"{document['seed']}, made by sixring {document['sixring']} in {trainings} trainings. "
            f"Behind a number stands its 95 % interval, made by drawing {drawn} again and again."
        )
        shown: list[nodes.Node] = [nodes.paragraph("", text)]
        if document["scale"] != "full":
            less = (
                "It has few patches, few epochs and few trainings: the numbers of the full study "
                "are others."
            )
            shown.append(nodes.warning("", nodes.paragraph("", less)))
        return shown


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of the directives."""
    app.add_directive("study-results", StudyResults)
    app.add_directive("study-findings", StudyFindings)
    app.add_directive("study-figure", StudyFigure)
    app.add_directive("study-source", StudySource)
    return {"parallel_read_safe": True}
