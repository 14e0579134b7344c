from __future__ import annotations

import json
import pickle
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from honeycomb_patches import untrained
from sixring.errors import ReadError
from sixring.models import model_names
from sixring.models._weights import check_weights


def refusal(content: bytes) -> str:
    with pytest.raises(ReadError) as caught:
        check_weights(content, "m/weights.safetensors")
    return str(caught.value)


def packed(header: object, numbers: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + numbers


def tensor(**changes: object) -> dict[str, Any]:
    return {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **changes}


@pytest.mark.parametrize("name", model_names())
def test_what_sixring_writes_passes(name: str) -> None:
    check_weights(untrained(name).weights, "weights.safetensors")


def test_what_safetensors_writes_passes() -> None:
    arrays: dict[str, np.ndarray] = {
        "a": np.zeros((2, 3)),
        "b": np.zeros(4, np.float32),
        "c": np.zeros((), np.int64),
    }
    check_weights(save(arrays, metadata={"made": "here"}), "weights.safetensors")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "its header ends beyond the file"),
        (b"\xff" * 20, "its header ends beyond the file"),
        (pickle.dumps([1, 2, 3]), "its header ends beyond the file"),
        ((3).to_bytes(8, "little") + b"abc", "it is no JSON"),
        (packed([1]), "its header is no object"),
        (packed({"w": 5}), "'w' is no tensor of numbers"),
        (packed({"w": tensor(dtype="PICKLE")}, bytes(8)), "'w' is no tensor of numbers"),
        (packed({"w": tensor(shape=[-2])}, bytes(8)), "'w' is no tensor of numbers"),
        (packed({"w": tensor(shape=[3])}, bytes(8)), "'w' is no tensor of numbers"),
        (packed({"w": tensor(shape=["2"])}, bytes(8)), "'w' is no tensor of numbers"),
        (
            packed({"w": tensor(data_offsets=[4, 12])}, bytes(12)),
            "'w' doesn't begin where the tensor before it ends",
        ),
        (
            packed({"v": tensor(), "w": tensor()}, bytes(8)),
            "'w' doesn't begin where the tensor before it ends",
        ),
        (packed({"w": tensor()}, bytes(8) + b"payload"), "its tensors don't fill it"),
        (packed({"w": tensor()}, bytes(4)), "its tensors don't fill it"),
    ],
)
def test_what_is_no_file_of_numbers_is_refused(content: bytes, reason: str) -> None:
    message = refusal(content)
    assert message.startswith(f"m/weights.safetensors: is no safetensors file ({reason}")
    assert message.endswith("): train the model again")


def test_cut_weights_are_refused() -> None:
    assert "its tensors don't fill it" in refusal(untrained("cnn-a").weights[:-1])
