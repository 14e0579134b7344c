"""What the simulator costs, in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.markdown import markdown_table
from benchmarks.speed._limits import Limit
from benchmarks.speed._simulation import ImageCost, StreamCost
from benchmarks.speed._tables import limits_table

__all__ = ["simulation_text"]

_NOTE = """\
**Streams** are those of `stream_patches` with two workers and patches of 48 x 48 pixels, cut from
micrographs of 512 x 512 pixels; *ratio* is that of perfect patches to defect patches, 20 where
nothing is said. They are counted once 32 micrographs have been made, so that imports, structures
and profiles of atoms are behind, over the next 64. *Cores busy* is the processor time of the stream
and its workers for each second meanwhile, 2 at most; where it is less, others had the rest. *For
each core* is what a core gives that is there for the stream alone: patches over processor time.

**Micrographs** have 1024 x 1024 pixels of 0.20 A (HRTEM) or 0.15 A (STEM) and 30 defects, in a
process of their own: the first one with the import of abTEM and the profiles of atoms, the next
one without. Contamination is in them as the presets draw it.
"""


def simulation_text(
    streams: Sequence[StreamCost],
    images: Sequence[ImageCost],
    limits: Sequence[Limit],
    *,
    run: str,
) -> str:
    """Write the tables of what the simulator costs.

    Parameters
    ----------
    streams : sequence of StreamCost
        One for each preset and ratio.
    images : sequence of ImageCost
        One for each preset.
    limits : sequence of Limit
        What was held against the promises.
    run : str
        On which machine it was measured.

    Returns
    -------
    str
        Markdown.
    """
    parts = [
        "# Speed and memory of the simulator\n",
        f"{_NOTE}\n{run}\n",
        _streams(streams),
        _images(images),
        limits_table(limits),
    ]
    return "\n".join(parts)


def _streams(streams: Sequence[StreamCost]) -> str:
    heads = ("stream", "ratio", "micrographs/s", "patches/s", "cores busy", "for each core, /s")
    rows = (
        (
            stream.preset,
            f"{stream.ratio:g}",
            f"{stream.micrographs:.2f}",
            f"{stream.patches:.0f}",
            f"{stream.busy:.2f}",
            f"{stream.patches / stream.busy:.0f}",
        )
        for stream in streams
    )
    return markdown_table(heads, rows)


def _images(images: Sequence[ImageCost]) -> str:
    rows = (
        (image.preset, f"{image.first:.1f}", f"{image.next:.1f}", f"{image.peak:.0f}")
        for image in images
    )
    return markdown_table(("micrograph", "first, s", "next, s", "peak, MB"), rows)
