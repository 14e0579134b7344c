"""Files in and out: readers of micrographs, the search for them, and writers of results."""

from sixring.io._formats import INPUT_SUFFIXES
from sixring.io._frames import Frames, read_frames
from sixring.io._hyperspy import HyperSpySignal
from sixring.io._inputs import find_inputs
from sixring.io._micrograph_tiff import write_micrograph
from sixring.io._read import read
from sixring.io._score_tiff import write_score_tiff
from sixring.io._signal import SMALLEST_SIDE
from sixring.io._structure import write_structure
from sixring.io._whole import (
    file_appears_whole,
    folder_appears_whole,
    make_folder,
    remove_unfinished,
)

__all__ = [
    "INPUT_SUFFIXES",
    "SMALLEST_SIDE",
    "Frames",
    "HyperSpySignal",
    "file_appears_whole",
    "find_inputs",
    "folder_appears_whole",
    "make_folder",
    "read",
    "read_frames",
    "remove_unfinished",
    "write_micrograph",
    "write_score_tiff",
    "write_structure",
]
