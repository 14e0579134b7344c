"""The formats that are read: one row each, and the choice between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sixring.errors import ReadError
from sixring.io._arrays import read_npy, read_npz
from sixring.io._hdf5 import read_hdf5
from sixring.io._raster import read_raster
from sixring.io._rosetta import read_digital_micrograph, read_mrc, read_tia
from sixring.io._signal import Signal
from sixring.io._tiff import read_tiff

__all__ = ["FORMATS", "INPUT_SUFFIXES", "Format", "find_format"]

_HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"
_TIFF_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_LONGEST_MAGIC = 8


@dataclass(frozen=True)
class Format:
    """A kind of file."""

    name: str
    """What messages call it."""
    suffixes: tuple[str, ...]
    """In lower case, with the dot."""
    magic: tuple[bytes, ...]
    """What such a file begins with; none where the format has no mark."""
    read: Callable[[Path], list[Signal]]


FORMATS = (
    Format("DM3", (".dm3",), (b"\0\0\0\x03",), read_digital_micrograph),
    Format("DM4", (".dm4",), (b"\0\0\0\x04",), read_digital_micrograph),
    Format("SER", (".ser",), (b"II\x97\x01",), read_tia),
    Format("EMI", (".emi",), (), read_tia),
    Format("MRC", (".mrc", ".mrcs"), (), read_mrc),
    Format("TIFF", (".tif", ".tiff"), _TIFF_MAGIC, read_tiff),
    Format("PNG", (".png",), (b"\x89PNG\r\n\x1a\n",), read_raster),
    Format("JPEG", (".jpg", ".jpeg"), (b"\xff\xd8\xff",), read_raster),
    Format("NPY", (".npy",), (b"\x93NUMPY",), read_npy),
    Format("NPZ", (".npz",), (b"PK\x03\x04", b"PK\x05\x06"), read_npz),
    # The content says which of the three it is, whatever the name.
    Format("HDF5", (".h5", ".hdf5", ".hdf"), (_HDF5_MAGIC,), read_hdf5),
    Format("EMD", (".emd",), (_HDF5_MAGIC,), read_hdf5),
    Format("HSPY", (".hspy",), (_HDF5_MAGIC,), read_hdf5),
)

INPUT_SUFFIXES = frozenset(suffix for form in FORMATS for suffix in form.suffixes)
"""The suffixes, in lower case, of the files that a search in a folder takes."""


def find_format(path: Path, source: str) -> tuple[Format, list[str]]:
    """Find out what kind of file this is: by its name, and by how it begins.

    Parameters
    ----------
    path : Path
        The file.
    source : str
        The same as the user named it.

    Returns
    -------
    form : Format
        The format of the content.
    notes : list of str
        Says so where the name is that of another format.

    Raises
    ------
    ReadError
        If there is no such file, it can't be opened or is empty, the name is of no known
        format, or the content is of none.
    """
    head = _head(path, source)
    suffix = path.suffix.lower()
    named = next((form for form in FORMATS if suffix in form.suffixes), None)
    if named is None:
        raise ReadError(
            f"{source}: unknown kind of file {path.suffix!r}: "
            f"the kinds that are read are {' '.join(sorted(INPUT_SUFFIXES))}"
        )
    if not named.magic or head.startswith(named.magic):
        return named, []
    actual = next((form for form in FORMATS if form.magic and head.startswith(form.magic)), None)
    if actual is None:
        raise ReadError(
            f"{source}: isn't a {named.name} file, it begins with {head!r}: "
            "give the file that the microscope or program saved"
        )
    return actual, [f"the file is called {path.suffix} but is {actual.name}, and was read as that"]


def _head(path: Path, source: str) -> bytes:
    try:
        if path.is_dir():
            raise ReadError(f"{source}: is a folder, not a file: give a file in it")
        with path.open("rb") as file:
            head = file.read(_LONGEST_MAGIC)
    except FileNotFoundError as error:
        raise ReadError(f"{source}: no such file: check the name and the folder") from error
    except PermissionError as error:
        raise ReadError(
            f"{source}: no permission to read it: change its permissions, or copy it"
        ) from error
    except (OSError, ValueError) as error:
        raise ReadError(f"{source}: can't be opened ({error}): check the name") from error
    if not head:
        raise ReadError(f"{source}: the file is empty: copy or export it again")
    return head
