"""AtomAI's Segmentor beside the learned detector: the same crops, the same time, the same images.

Both learn from the first pieces of the stream of :mod:`training.detector`. The Segmentor gets each
crop between 0 and 1, and a mask with a disc round each atom, which is what its documentation uses
it for. (Given a class for each size of ring instead, it found the sixes after 50 minutes, and no
other ring in any image: its loss weighs all pixels alike, and six in a thousand were of another
class.) Then it is asked for the atoms of the fixed set of :mod:`benchmarks.simulated`, at the
sampling of the crops. Atoms within 1.9 angstrom are bonded, as they are in the truth, the faces of
that graph are its rings, and those other than six are matched as ours are. It has no mask of what
it can't judge: so its rings count where ours are judged, and, in another column, on all that truly
is a clean sheet.
"""

from benchmarks.peers.segmentor._exam import Paper, exam_papers, examined, marked
from benchmarks.peers.segmentor._lessons import Lessons, lessons, unit
from benchmarks.peers.segmentor._tables import Row, results_text

__all__ = [
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
