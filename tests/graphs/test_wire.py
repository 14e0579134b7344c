from __future__ import annotations

from contextlib import suppress

import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixring.graphs._wire import WireError, fields


def read(content: bytes) -> list[tuple[int, int | bytes]]:
    return [
        (number, value if isinstance(value, int) else bytes(value))
        for number, value in fields(memoryview(content))
    ]


def test_a_message_worked_out_by_hand() -> None:
    # Field 1: 150; field 2: "testing"; field 3, 32 bits; field 4, 64 bits.
    content = b"\x08\x96\x01" + b"\x12\x07testing" + b"\x1dabcd" + b"\x21abcdefgh"
    assert read(content) == [(1, 150), (2, b"testing"), (3, b"abcd"), (4, b"abcdefgh")]


@given(name=st.text(), version=st.integers(0, 2**63 - 1), dims=st.lists(st.integers(0, 2**40)))
def test_what_protobuf_writes_is_read(name: str, version: int, dims: list[int]) -> None:
    tensor = onnx.TensorProto(name=name, dims=dims)
    model = onnx.ModelProto(ir_version=version, doc_string=name)
    read_back = dict(read(model.SerializeToString()))
    assert read_back.get(1, 0) == version
    assert read_back.get(6, b"") == name.encode()
    written = [value for number, value in read(tensor.SerializeToString()) if number == 1]
    assert written == dims or not dims


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x08", "it ends within a number"),
        (b"\x08\x80", "it ends within a number"),
        (b"\x12\x05abc", "field 2 ends beyond the message"),
        (b"\x1dabc", "field 3 ends beyond the message"),
        (b"\x0b", "field 1 has the unknown type 3"),
        (b"\x08" + b"\xff" * 11, "a number is too long"),
    ],
)
def test_what_is_no_message_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(WireError) as caught:
        read(content)
    assert str(caught.value) == sentence


@given(st.binary(max_size=200))
def test_no_bytes_bring_it_down(content: bytes) -> None:
    with suppress(WireError):
        assert all(number >= 0 for number, _ in read(content))
