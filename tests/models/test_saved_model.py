from __future__ import annotations

import errno
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from honeycomb_patches import describe, honeycomb, untrained
from sixring.errors import OutputError, ReadError, UsageError
from sixring.models import SavedModel, model_names

FILES = ["CARD.md", "model.json", "model.onnx", "weights.safetensors"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    untrained("cnn-a").write(tmp_path / "model")
    return tmp_path / "model"


def refusal(folder: Path) -> str:
    with pytest.raises(ReadError) as caught:
        SavedModel.read(folder)
    message = str(caught.value)
    assert "\n" not in message
    return message


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change model.json."""
    path = folder / "model.json"
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def swap(folder: Path, name: str, content: bytes) -> None:
    """Put another file in place of one, and let model.json vouch for it."""
    (folder / name).write_bytes(content)
    digest = {"size": len(content), "sha256": sha256(content).hexdigest()}
    edit(folder, lambda document: document["files"].update({name: digest}))


@pytest.mark.parametrize("name", model_names())
def test_a_model_comes_back_as_it_was(name: str, tmp_path: Path) -> None:
    saved = untrained(name)
    saved.write(tmp_path / "a" / "model")
    assert sorted(path.name for path in (tmp_path / "a" / "model").iterdir()) == FILES
    back = SavedModel.read(tmp_path / "a" / "model")
    assert back.description == saved.description
    images, _ = honeycomb(3)
    for output, values in back.outputs(images).items():
        np.testing.assert_array_equal(values, saved.outputs(images)[output])


def test_a_saved_model_is_used_without_torch(folder: Path) -> None:
    code = (
        "import sys, numpy as np\n"
        "from sixring.models import SavedModel\n"
        f"model = SavedModel.read({str(folder)!r})\n"
        "model.scores(np.random.default_rng(0).normal(size=(2, 48, 48)))\n"
        "print([n for n in ('torch', 'onnx', 'safetensors', 'lightning') if n in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert (answer.stdout.strip(), answer.stderr) == ("[]", "")


def test_the_same_model_is_saved_as_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    SavedModel.read(folder).write(tmp_path / "again")
    for name in FILES:
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_scores_are_what_the_description_says(folder: Path) -> None:
    images, _ = honeycomb(2)
    model = SavedModel.read(folder)
    assert list(model.scores(images)) == ["logit"]
    vae = untrained("vae")
    assert tuple(vae.scores(images)) == vae.description.scores
    assert list(vae.outputs(images, ("kl", "latent_mean"))) == ["kl", "latent_mean"]
    with pytest.raises(UsageError, match=r"^cnn-a has no output 'kl': choose from logit$"):
        model.outputs(images, ("kl",))


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        (np.zeros((0, 48, 48)), "there are no patches to score: give at least one"),
        (np.zeros((1, 40, 40)), "the model takes patches of 48x48 pixels, not 40x40"),
        (np.zeros((1, 48, 48)), "patch 0 is constant: there is nothing to judge in it"),
    ],
)
def test_patches_that_can_not_be_scored_are_refused(images: np.ndarray, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        untrained("cnn-a").scores(images)
    assert str(caught.value) == sentence


def test_a_folder_is_not_overwritten_unasked(folder: Path) -> None:
    with pytest.raises(OutputError, match="exists already"):
        untrained("cnn-b").write(folder)
    assert SavedModel.read(folder).description.name == "cnn-a"
    untrained("cnn-b").write(folder, overwrite=True)
    assert SavedModel.read(folder).description.name == "cnn-b"


def test_a_disk_that_fills_leaves_no_half_written_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_text = Path.write_text

    def full(self: Path, text: str, encoding: str) -> int:
        if self.name == "CARD.md":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write_text(self, text, encoding)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OutputError, match=r"model: can't be written \(no space left on device\)"):
        untrained("cnn-a").write(tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model"
    sentence = f"{path}: is no folder: name the folder of a saved model"
    assert refusal(path) == sentence
    path.write_text("a file")
    assert refusal(path) == sentence


@pytest.mark.parametrize("name", ["model.json", "model.onnx", "weights.safetensors"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert refusal(folder) == f"{folder / name}: is missing: name the folder of a saved model"


def test_a_pipe_in_place_of_a_file_is_not_waited_for(folder: Path) -> None:
    (folder / "model.json").unlink()
    os.mkfifo(folder / "model.json")
    assert refusal(folder).endswith("model.json: is missing: name the folder of a saved model")


@pytest.mark.parametrize("name", ["model.onnx", "weights.safetensors"])
def test_a_file_of_another_model_is_refused(folder: Path, name: str, tmp_path: Path) -> None:
    untrained("cnn-b").write(tmp_path / "other")
    (folder / name).write_bytes((tmp_path / "other" / name).read_bytes())
    assert refusal(folder) == (
        f"{folder / name}: isn't the file that was saved with model.json: copy the folder again"
    )


@pytest.mark.parametrize("name", ["model.onnx", "weights.safetensors"])
@pytest.mark.parametrize("place", [0.0, 0.5, 0.999])
def test_one_changed_byte_is_noticed(folder: Path, name: str, place: float) -> None:
    content = bytearray((folder / name).read_bytes())
    content[int(place * len(content))] ^= 1
    (folder / name).write_bytes(content)
    assert "isn't the file that was saved with model.json" in refusal(folder)


def test_a_document_too_large_to_be_one_is_not_read(folder: Path) -> None:
    with (folder / "model.json").open("r+b") as file:
        file.truncate(2**20 + 1)
    assert refusal(folder) == f"{folder / 'model.json'}: is larger than any that sixring writes"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: d.update(format=2), "has the format 2, of which this version of sixring knows"),
        (lambda d: d.update(format=0), "(model.json.format can't be 0)"),
        (lambda d: d.update(format="1"), "(model.json.format can't be '1')"),
        (lambda d: d.update(script="x"), "(model.json has 'script', which isn't known)"),
        (lambda d: d.pop("files"), "(model.json lacks 'files')"),
        (lambda d: d["files"].pop("model.onnx"), "isn't the file that was saved with model.json"),
        (lambda d: d["model"].update(name="gpt"), "names the model 'gpt', and this version of"),
        (lambda d: d["model"].update(seed="0"), "(model.json.model.seed can't be '0')"),
        (lambda d: d["model"].update(score="kl"), "(score 'kl' isn't among the scores)"),
        (lambda d: d["model"].update(views=["logit"]), "(an output is named twice)"),
        (lambda d: d["model"].update(shape=[0, 48]), "(shape can't be [0, 48])"),
        (lambda d: d["model"].update(threshold=1e400), "no JSON"),
        (
            lambda d: d["model"].update(shape=[40, 48]),
            "has other inputs or outputs than model.json",
        ),
        (lambda d: d["model"].update(scores=["logit", "x"]), "has other inputs or outputs than"),
        (lambda d: d["model"]["data"].pop("dose"), "(model.json.model.data lacks 'dose')"),
        (
            lambda d: d["model"].update(config={"__reduce__": {"a": 1}}),
            "(model.json.model.config['__reduce__'] can't be {'a': 1})",
        ),
    ],
)
def test_a_document_that_describes_no_model_is_refused(
    folder: Path, change: Callable[[dict[str, Any]], object], sentence: str
) -> None:
    edit(folder, change)
    assert sentence in refusal(folder)


def test_a_threshold_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^threshold isn't finite$"):
        replace(describe("cnn-a"), threshold=float("inf"))


class _Mark:
    """Leaves a mark where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("vouched", [False, True])
def test_nothing_is_unpickled(folder: Path, name: str, vouched: bool, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    payload = pickle.dumps(_Mark(mark))
    if vouched and name not in ("model.json", "CARD.md"):
        swap(folder, name, payload)
    else:
        (folder / name).write_bytes(payload)
    assert name in refusal(folder)
    assert not mark.exists()
    pickle.loads(payload)  # the payload is a live one
    assert mark.is_dir()


@pytest.mark.parametrize("content", [b"\x80\x04K\x01.", b"ELF\0\1", "Grüße".encode("latin-1")])
def test_a_card_that_is_not_text_is_refused(folder: Path, content: bytes) -> None:
    (folder / "CARD.md").write_bytes(content)
    assert refusal(folder) == (
        f"{folder / 'CARD.md'}: isn't text, as a card is: remove it, and mistrust the folder"
    )


def test_a_card_may_be_written_on_or_left_out(folder: Path) -> None:
    with (folder / "CARD.md").open("a", encoding="utf-8") as card:
        card.write("Trained by Zoë on the 5 Å images.\n")
    SavedModel.read(folder)
    (folder / "CARD.md").unlink()
    SavedModel.read(folder)


def test_code_beside_the_model_is_not_run(folder: Path, tmp_path: Path) -> None:
    for name in ("__init__.py", "conftest.py", "onnxruntime.py", "sitecustomize.py"):
        (folder / name).write_text(f"open({str(tmp_path / 'mark')!r}, 'w')")
    SavedModel.read(folder).scores(honeycomb(1)[0])
    assert not (tmp_path / "mark").exists()


def test_a_graph_that_reads_other_files_is_refused_though_vouched_for(folder: Path) -> None:
    model = onnx.load_from_string((folder / "model.onnx").read_bytes())
    model.graph.initializer[0].ClearField("raw_data")
    model.graph.initializer[0].data_location = onnx.TensorProto.EXTERNAL
    model.graph.initializer[0].external_data.add(key="location", value="/etc/passwd")
    swap(folder, "model.onnx", model.SerializeToString())
    assert refusal(folder) == (
        f"{folder / 'model.onnx'}: refused, as sixring writes no such model: "
        "it reads numbers from other files"
    )


def test_a_graph_that_the_runtime_can_not_read_is_refused(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    model = onnx.load_from_string((folder / "model.onnx").read_bytes())
    model.graph.node[0].input[0] = "nowhere"
    swap(folder, "model.onnx", model.SerializeToString())
    message = refusal(folder)
    assert message.startswith(f"{folder / 'model.onnx'}: ONNX Runtime can't read it (")
    assert message.endswith("): train the model again")
    assert capfd.readouterr() == ("", "")


def test_a_graph_in_the_runtimes_own_format_is_refused(folder: Path) -> None:
    swap(folder, "model.onnx", b"\x20\x00\x00\x00ORTM" + bytes(100))
    assert "model.onnx: refused, as sixring writes no such model: " in refusal(folder)


def test_a_file_that_may_not_be_read_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(self: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    assert refusal(folder) == (
        f"{folder / 'model.json'}: can't be read (permission denied): check the file"
    )
