"""AtomAI's Segmentor beside the learned detector: the same crops, the same time, the same images.

Both learn from the first pieces of the stream of :mod:`training.detector`. The Segmentor gets each
crop between 0 and 1, and a mask in which a disc round the centre of each ring has the ring's size
for its class, with the background last, as its documentation has atoms. Then it is asked for the
rings of the fixed set of :mod:`benchmarks.simulated`, at the sampling of the crops, and its rings
other than six are matched as ours are. It has no mask of what it can't judge: so its rings count
where ours are judged, and, in another column, on all that truly is a clean sheet.
"""

from benchmarks.peers.segmentor._exam import Paper, exam_papers, examined, marked
from benchmarks.peers.segmentor._lessons import BACKGROUND, Lessons, lessons, unit
from benchmarks.peers.segmentor._tables import Row, results_text

__all__ = [
    "BACKGROUND",
    "Lessons",
    "Paper",
    "Row",
    "exam_papers",
    "examined",
    "lessons",
    "marked",
    "results_text",
    "unit",
]
