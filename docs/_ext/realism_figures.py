"""The directives ``realism-picture`` and ``realism-curves``: simulated images beside real ones.

The real ones aren't part of the repository. Where SIXRING_REAL_DATA names their folder they are
drawn; where it doesn't, the picture has the simulated ones alone, and the curves are left out.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

_ROOT = Path(__file__).parents[2]
_PRESETS = _ROOT / "src" / "sixring" / "simulate" / "presets.toml"
_SEED = 1
_WITHOUT = (
    "Simulated images alone: this documentation was built without the real ones, which aren't "
    "part of the repository. Build it with SIXRING_REAL_DATA naming their folder to see both."
)


class _Drawn(SphinxDirective):
    """What both directives need: where the real images are, and a place for a drawing."""

    def _data(self) -> Path | None:
        """Return the folder of the real images, where it is named."""
        self.env.note_dependency(str(_PRESETS))
        if str(_ROOT) not in sys.path:
            sys.path.insert(0, str(_ROOT))  # for the package of the benchmarks
        named = os.environ.get("SIXRING_REAL_DATA", "")
        if named and not Path(named).is_dir():
            raise self.error(f"SIXRING_REAL_DATA names no folder: {named}")
        return Path(named) if named else None

    def _target(self, name: str) -> Path:
        """Return where a drawing goes: beside what else is kept from build to build."""
        folder = Path(self.env.doctreedir) / "realism"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name

    def _figure(self, drawing: Path, alt: str, caption: str) -> list[nodes.Node]:
        folder = Path(self.env.doc2path(self.env.docname)).parent
        uri = Path(os.path.relpath(drawing, folder)).as_posix()
        return [
            nodes.figure(
                "", nodes.image(uri=uri, alt=alt), nodes.caption("", "", nodes.Text(caption))
            )
        ]


class RealismPicture(_Drawn):
    """Six simulated images, under six real ones where these are there."""

    def run(self) -> list[nodes.Node]:
        """Draw them, and say whose the real ones are."""
        data = self._data()
        from benchmarks.realism import CHOSEN, SETS, draw_picture

        drawing = self._target("picture.png")
        draw_picture(drawing, data, seed=_SEED)
        if data is None:
            return self._figure(drawing, "Six simulated micrographs", _WITHOUT)
        sources = "; ".join(f"{s.title}: {', '.join(CHOSEN[s.folder])} ({s.source})" for s in SETS)
        caption = (
            "Above real images, below the first that the presets "
            f"{', '.join(s.preset for s in SETS)} give for seed {_SEED}; no simulated one was "
            f"chosen. The real ones, from left to right. {sources}."
        )
        return self._figure(drawing, "Six real micrographs above six simulated ones", caption)


class RealismCurves(_Drawn):
    """Spectra and histograms of real and simulated images."""

    option_spec: ClassVar = {"images": directives.positive_int}

    def run(self) -> list[nodes.Node]:
        """Measure as many simulated images as the option says, and draw."""
        data = self._data()
        if data is None:
            return [nodes.paragraph("", "They are drawn where the real images are at hand.")]
        from benchmarks.realism import SETS, draw_curves, measure

        number = self.options.get("images", 12)
        drawing = self._target("curves.png")
        draw_curves(drawing, [measure(data, s, number=number, seed=_SEED) for s in SETS])
        caption = (
            "Medians over images, with bands from quartile to quartile. Left and middle: power "
            "averaged over orientations. Right: intensities of the clear lattice."
        )
        return self._figure(drawing, "Spectra and histograms, real and simulated", caption)


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of the directives."""
    app.add_directive("realism-picture", RealismPicture)
    app.add_directive("realism-curves", RealismCurves)
    return {"parallel_read_safe": True}
