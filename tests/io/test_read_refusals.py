"""Files that can't be opened at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sixring.errors import ReadError
from sixring.io import INPUT_SUFFIXES, read


def message_of(source: Path | str) -> str:
    with pytest.raises(ReadError) as caught:
        read(source)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_missing_file_is_named_as_the_user_named_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert message_of("sub/../a.dm4") == "sub/../a.dm4: no such file: check the name and the folder"


def test_folder(tmp_path: Path) -> None:
    assert message_of(tmp_path) == f"{tmp_path}: is a folder, not a file: give a file in it"


@pytest.mark.parametrize("suffix", sorted(INPUT_SUFFIXES))
def test_empty_file(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"a{suffix}"
    file.touch()
    assert message_of(file) == f"{file}: the file is empty: copy or export it again"


@pytest.mark.parametrize("suffix", sorted(INPUT_SUFFIXES))
def test_text_with_the_suffix_of_an_image(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"a{suffix}"
    file.write_text("row,col\n1,2\n" * 500)
    message = message_of(file)
    assert message.startswith(f"{file}: ")
    assert "isn't a" in message or "can't be read as" in message


@pytest.mark.parametrize("name", ["a.docx", "a", "a.zip"])
def test_unknown_suffix(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(b"something")
    assert message_of(file) == (
        f"{file}: unknown kind of file {file.suffix!r}: the kinds that are read are "
        ".dm3 .dm4 .emd .emi .h5 .hdf .hdf5 .hspy .jpeg .jpg .mrc .mrcs .npy .npz .png .ser "
        ".tif .tiff"
    )


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.tif"
    file.write_bytes(b"II*\0")
    file.chmod(0)
    if os.access(file, os.R_OK):
        # Root may read everything, so what the system would do is put in its place.
        def refuse(self: Path, *_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied", str(self))

        monkeypatch.setattr(Path, "open", refuse)
    assert message_of(file) == (
        f"{file}: no permission to read it: change its permissions, or copy it"
    )


def test_name_that_no_system_has() -> None:
    assert message_of("a\0b.tif").endswith("can't be opened (embedded null byte): check the name")


def test_read_error_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Path, *_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    file = tmp_path / "a.tif"
    file.write_bytes(b"II*\0")
    monkeypatch.setattr(Path, "open", fail)
    assert message_of(file) == (
        f"{file}: can't be opened ([Errno 5] Input/output error): check the name"
    )
