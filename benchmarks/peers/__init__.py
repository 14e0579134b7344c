"""sixring's patch models beside those of other tools, on the same patches, judged the same way.

``python -m benchmarks.peers --help`` says how. The other tools live in an environment of their own,
which ``python -m benchmarks.peers.environment FOLDER`` makes; each of their models is trained and
scored by a program in :mod:`benchmarks.peer_drivers`.
"""

from benchmarks.peers._contestants import PEERS, Contestant, Peer, own_models, peers
from benchmarks.peers._data import Course, Split, read_courses
from benchmarks.peers._measure import Plan, measure
from benchmarks.peers._prepare import prepare
from benchmarks.peers._run import Failure, Job, Run, check_kept, do
from benchmarks.peers._tables import results_text

__all__ = [
    "PEERS",
    "Contestant",
    "Course",
    "Failure",
    "Job",
    "Peer",
    "Plan",
    "Run",
    "Split",
    "check_kept",
    "do",
    "measure",
    "own_models",
    "peers",
    "prepare",
    "read_courses",
    "results_text",
]
