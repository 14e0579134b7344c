from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from patch_files import grey_patches, write_patch
from sixring.errors import ImageError, ReadError, UsageError
from sixring.io import write_micrograph
from sixring.patches import read_inputs
from sixring.types import Micrograph

PATCHES = grey_patches(4)


def test_files_folders_and_globs(tmp_path: Path) -> None:
    write_patch(tmp_path / "folder" / "b.png", PATCHES[0])
    write_patch(tmp_path / "folder" / "a.tif", PATCHES[1])
    write_patch(tmp_path / "stack.npy", PATCHES[2:])
    patches = read_inputs([tmp_path / "folder", str(tmp_path / "*.npy")])
    np.testing.assert_array_equal(patches.images, PATCHES[[1, 0, 2, 3]])
    assert patches.labels is None
    stack = str(tmp_path / "stack.npy")
    files = [str(tmp_path / "folder" / name) for name in ("a.tif", "b.png")]
    assert patches.names == (*files, f"{stack}[0]", f"{stack}[1]")
    assert patches.groups.tolist() == [*files, stack, stack]
    assert patches.details["file"].tolist() == [*files, stack, stack]
    assert patches.details["index"].tolist() == [0, 0, 0, 1]
    assert np.isnan(patches.details["sampling"]).all()


def test_the_sampling_of_each_file(tmp_path: Path) -> None:
    for name, sampling in (("a.tif", 0.08), ("b.tif", None), ("c.tif", 0.2)):
        image = PATCHES[0].astype(np.float32)
        write_micrograph(tmp_path / name, Micrograph(image, sampling=sampling))
    found = read_inputs([tmp_path]).details["sampling"]
    np.testing.assert_allclose(found, [0.08, np.nan, 0.2], rtol=1e-6)


def test_one_patch_is_enough(tmp_path: Path) -> None:
    write_patch(tmp_path / "a.png", PATCHES[0])
    assert len(read_inputs([tmp_path / "a.png"])) == 1


def test_nothing_and_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no input: give files, folders or globs"):
        read_inputs([])
    with pytest.raises(UsageError, match=r"gone\.png: no such file or folder"):
        read_inputs([tmp_path / "gone.png"])


def test_mixed_sizes(tmp_path: Path) -> None:
    write_patch(tmp_path / "a.npy", PATCHES)
    write_patch(tmp_path / "b.npy", grey_patches(2, size=64))
    with pytest.raises(ImageError) as caught:
        read_inputs([tmp_path])
    assert str(caught.value) == (
        f"{tmp_path / 'b.npy'}: 64 by 64 pixels, but {tmp_path / 'a.npy'} has 40 by 40: "
        "all patches must be of one size"
    )


def test_another_kind_of_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    with pytest.raises(ReadError, match=r"a\.txt: unknown kind of file '\.txt'"):
        read_inputs([tmp_path / "a.txt"])
