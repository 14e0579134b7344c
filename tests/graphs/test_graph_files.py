"""Files of trained networks, and the runtime that computes them."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path

import numpy as np
import pytest

from honeycomb_patches import honeycomb, untrained
from sixring.errors import ReadError
from sixring.graphs import Digest, Runtime, content_of


def refusal(path: Path) -> str:
    with pytest.raises(ReadError) as caught:
        content_of(path, largest=10, what="a saved thing")
    return str(caught.value)


def test_a_digest_is_that_of_the_bytes() -> None:
    assert Digest.of(b"abc") == Digest(3, hashlib.sha256(b"abc").hexdigest())
    assert Digest.of(b"abc") != Digest.of(b"abd")


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    assert content_of(path, largest=10, what="a saved thing") == b"0123456789"


def test_a_missing_file(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        assert refusal(path) == f"{path}: is missing: name the folder of a saved thing"


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(11))
    assert refusal(path) == f"{path}: is larger than any that sixring writes"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(self: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied")

    path = tmp_path / "file"
    path.write_bytes(b"1")
    monkeypatch.setattr(Path, "read_bytes", denied)
    assert refusal(path) == f"{path}: can't be read (permission denied): check the file"


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return Runtime(untrained("cnn-a").graph, "model.onnx")


class TestRuntime:
    def test_what_goes_in_and_comes_out(self, runtime: Runtime) -> None:
        ((name, kind, shape),), outputs = runtime.signature
        assert (name, kind, shape[1:]) == ("images", "tensor(float)", (48, 48))
        assert all(output.startswith("output.") for output in outputs)

    @pytest.mark.parametrize("number", [1, 64, 65])
    def test_batches_make_no_difference(self, runtime: Runtime, number: int) -> None:
        patches = np.resize(honeycomb(3)[0], (number, 48, 48)).astype(np.float32)
        name = runtime.signature[1][0].removeprefix("output.")
        found = runtime.run(patches, (name,))[name]
        assert len(found) == number
        np.testing.assert_allclose(found, np.resize(found[:3], number), rtol=1e-4, atol=1e-6)
