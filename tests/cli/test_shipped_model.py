"""``default``, a trained model that the package carries: here a small one stands for it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import sixring
from cli_patches import SIDE, WITHOUT_TORCH, labelled
from cli_types import Run
from sixring.errors import ReadError, UsageError
from sixring.io import write_micrograph
from sixring.models import SavedModel
from sixring.patches import rescaled
from sixring.types import Micrograph

PERFECT, DEFECT = labelled()


SAMPLING_UNKNOWN = (
    "sixring: the sampling isn't known, and is taken to be the model's, 0.2 A/px: give it with "
    "--sampling\n"
)


def wide(side: int) -> NDArray[np.float32]:
    """Return patches with a defect of so many pixels a side."""
    more = side - SIDE
    return np.pad(DEFECT[:3], ((0, 0), (0, more), (0, more)), mode="symmetric")


def rows(path: str | Path = "s.csv") -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestLoaded:
    def test_by_its_name(self, shipped: Path) -> None:
        model, same = sixring.load_model("default"), sixring.load_model(shipped)
        assert model.get_params() == same.get_params()
        scores = model.decision_function(DEFECT)
        np.testing.assert_array_equal(scores, same.decision_function(DEFECT))
        assert model.saved.description.kinds == ("SV", "SW")

    def test_a_folder_of_this_name_is_meant_by_its_path(
        self, shipped: Path, folder: Path, autoencoder: Path
    ) -> None:
        sixring.load_model(autoencoder).save("default")
        assert sixring.load_model("default").saved.description.name == "resnet"
        assert sixring.load_model("./default").saved.description.name == "conv-ae"

    def test_an_installation_without_it(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sixring.models._shipped._HOME", tmp_path / "none")
        message = "^default: is no folder: name the folder of a saved model$"
        with pytest.raises(ReadError, match=message):
            sixring.load_model("default")
        with pytest.raises(UsageError, match=r"^there is no model 'default': choose from dense-ae"):
            sixring.make_model("default")


class TestClassified:
    def test_with_a_column_for_the_kind(self, run: Run, folder: Path, shipped: Path) -> None:
        np.save("a.npy", np.concatenate([PERFECT[:8], DEFECT[:8]]))
        answer = run("classify", "default", "a.npy", "--out", "s.csv")
        assert answer.code == 0
        assert answer.err.startswith("sixring: the sampling isn't known: if this is graphene, its ")
        table = rows()
        assert list(table[0]) == ["file", "index", "score", "probability", "label", "kind"]
        outputs = sixring.load_model("default").saved.outputs(np.load("a.npy"))
        names = np.array(["SV", "SW"])[outputs["kind"].argmax(axis=1)]
        for row, score, name in zip(table, outputs["logit"], names, strict=True):
            assert float(row["score"]) == pytest.approx(score, abs=1e-5)
            assert row["kind"] == (name if row["label"] == "defect" else "")
        assert {row["label"] for row in table} == {"perfect", "defect"}

    def test_a_folder_of_the_same_name_is_mentioned(
        self, run: Run, folder: Path, shipped: Path
    ) -> None:
        np.save("a.npy", DEFECT[:2])
        Path("default").mkdir()
        note = "sixring: default is the model that comes with sixring: the folder is ./default\n"
        answer = run("classify", "default", "a.npy", "--out", "s.csv", "--sampling", "0.2")
        assert answer.err == note + "sixring: the sampling is 0.2 A/px\n"
        quiet = run("classify", "default", "a.npy", "--out", "q.csv", "--quiet")
        assert (quiet.code, quiet.err) == (0, "")
        assert run("classify", "./default", "a.npy", "--out", "n.csv").code == 1

    def test_patches_of_any_size(self, run: Run, folder: Path, shipped: Path) -> None:
        np.save("a.npy", DEFECT[:3])
        np.save("b.npy", np.pad(DEFECT[:3], ((0, 0), (0, 24), (8, 0)), mode="reflect"))
        answer = run("classify", "default", "a.npy", "b.npy", "--out", "s.csv")
        assert (answer.code, answer.err) == (0, SAMPLING_UNKNOWN)
        assert [row["file"] for row in rows()] == ["a.npy"] * 3 + ["b.npy"] * 3

    @pytest.mark.parametrize(
        ("given", "factor", "wanted"),
        [("10 pm", 0.5, 0.2), ("0.2", 1.0, None), ("0.208", 1.0, None), ("0.3 A", 1.5, 0.2)],
    )
    def test_at_another_sampling_patches_are_interpolated(
        self,
        run: Run,
        folder: Path,
        shipped: Path,
        given: str,
        factor: float,
        wanted: float | None,
    ) -> None:
        np.save("a.npy", wide(64))
        answer = run("classify", "default", "a.npy", "--out", "s.csv", "--sampling", given)
        assert answer.code == 0
        said = answer.err.splitlines()
        assert said[0].startswith("sixring: the sampling is 0.")
        assert [line.endswith(f"are interpolated to {wanted} A/px") for line in said[1:]] == (
            [True] if wanted else []
        )
        images = rescaled(wide(64), factor) if wanted else wide(64)
        assert images.shape[1] == 64 * factor
        scores = sixring.load_model("default").decision_function(images)
        np.testing.assert_allclose([float(row["score"]) for row in rows()], scores, rtol=1e-5)

    @pytest.mark.parametrize(("given", "said"), [("0.05", True), ("0.11", False), ("0.8", True)])
    def test_they_are_brought_to_the_middle_of_what_it_knows(
        self, run: Run, folder: Path, shipped: Path, given: str, said: bool
    ) -> None:
        saved = sixring.load_model("default").saved
        described = saved.description
        wider = replace(described, data=replace(described.data, sampling=(0.1, 0.4)))
        SavedModel(wider, saved.graph, saved.weights).write("wider")
        np.save("a.npy", wide(128))
        answer = run("classify", "wider", "a.npy", "--out", "s.csv", "--sampling", given)
        assert answer.code == 0
        assert ("interpolated to 0.2 A/px" in answer.err) == said
        assert "trained at" not in answer.err

    def test_patches_that_show_too_little_are_refused(
        self, run: Run, folder: Path, shipped: Path
    ) -> None:
        np.save("a.npy", DEFECT[:3])
        answer = run("classify", "default", "a.npy", "--out", "s.csv", "--sampling", "0.1")
        assert answer.code == 1
        assert answer.err.endswith(
            "sixring: failed: a.npy: patches of 32x32 pixels show too little at this sampling: cut "
            "them 64 pixels wide or wider\n"
        )

    def test_a_file_that_states_its_sampling_needs_none(
        self, run: Run, folder: Path, shipped: Path
    ) -> None:
        for k, patch in enumerate(wide(64)):
            write_micrograph(f"{k}.tif", Micrograph(patch, sampling=0.12))
        answer = run("classify", "default", "*.tif", "--out", "s.csv")
        assert (answer.code, answer.err) == (
            0,
            "sixring: patches of 0.12 A/px are interpolated to 0.2 A/px\n",
        )
        images = rescaled(wide(64), 0.6)
        scores = sixring.load_model("default").decision_function(images)
        np.testing.assert_allclose([float(row["score"]) for row in rows()], scores, rtol=1e-4)

    def test_a_sampling_far_from_any_use_is_left_alone(
        self, run: Run, folder: Path, shipped: Path
    ) -> None:
        np.save("a.npy", DEFECT[:3])
        answer = run("classify", "default", "a.npy", "--out", "s.csv", "--sampling", "3 nm")
        assert answer.code == 0
        assert answer.err.endswith(
            "warning: the model was trained at 0.2 A/px, not at 30: its scores may mean nothing "
            "here\n"
        )

    def test_without_torch(self, folder: Path, shipped: Path) -> None:
        np.save("a.npy", DEFECT[:2])
        code = WITHOUT_TORCH.replace(
            "from sixring.cli import main",
            "from pathlib import Path; import sixring.models._shipped as s; "
            f"s._HOME = Path({str(shipped.parent)!r}); from sixring.cli import main",
        )
        command = [sys.executable, "-c", code, "classify", "default", "a.npy", "--out", "s.csv"]
        subprocess.run(command, check=True, timeout=60, capture_output=True)
        assert len(rows()) == 2


class TestTrainedFurther:
    def test_from_its_weights_with_short_steps(self, shipped: Path) -> None:
        model = sixring.make_model("default", seed=3)
        parameters = model.get_params()
        known = sixring.load_model("default").get_params()
        assert (parameters["name"], parameters["start"]) == ("resnet", "default")
        assert parameters["kinds"] == known["kinds"] == "SV SW"
        assert parameters["channels"] == known["channels"] == (4, 8)
        assert parameters["learning_rate"] < known["learning_rate"]
        assert parameters["epochs"] == 10
        assert sixring.make_model("default", epochs=3).get_params()["epochs"] == 3

    def test_without_a_step_it_stays_what_it_was(self, shipped: Path) -> None:
        images = np.concatenate([PERFECT, DEFECT])
        labels = np.repeat([0, 1], [len(PERFECT), len(DEFECT)])
        model = sixring.make_model(
            "default", epochs=1, learning_rate=1e-12, weight_decay=0.0, augment=False
        )
        model.fit(images, labels)
        known = sixring.load_model("default").saved.outputs(images)
        found = model.saved.outputs(images)
        # The normalisation follows the patches even so.
        assert np.corrcoef(known["logit"], found["logit"])[0, 1] > 0.9
        of_network = ("stem", "channels", "blocks", "kinds")
        settings: dict[str, Any] = {name: model.get_params()[name] for name in of_network}
        scratch = sixring.make_model("resnet", epochs=1, learning_rate=1e-12, **settings)
        other = scratch.fit(images, labels).saved.outputs(images)
        assert abs(np.corrcoef(known["logit"], other["logit"])[0, 1]) < 0.9

    def test_by_the_command_line(
        self, run: Run, folder: Path, shipped: Path, patches: Path
    ) -> None:
        answer = run("train", "default", "--data", patches, "--out", "m", "--epochs", 1)
        assert answer.code == 0, answer.err
        described = json.loads(Path("m/model.json").read_text(encoding="utf-8"))["model"]
        assert described["name"] == "resnet"
        assert described["training"]["start"] == "default"
        assert described["training"]["epochs"] == 1
        assert "start: default" in Path("m/CARD.md").read_text(encoding="utf-8")
        np.save("a.npy", DEFECT[:2])
        assert run("classify", "m", "a.npy", "--out", "s.csv").code == 0
        assert "kind" in rows()[0]

    def test_a_training_goes_on_from_the_same_weights_alone(
        self, shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        images = np.concatenate([PERFECT, DEFECT])
        labels = np.repeat([0, 1], [len(PERFECT), len(DEFECT)])
        start = tmp_path / "start"
        sixring.load_model("default").save(start)
        of_default: dict[str, Any] = {"start": str(start), "epochs": 1}
        of_default |= {
            name: value
            for name, value in sixring.load_model("default").get_params().items()
            if name in ("stem", "channels", "blocks", "kinds")
        }
        work = tmp_path / "work"
        made = sixring.make_model("resnet", **of_default)
        made.fit(images, labels, folder=work)
        again = sixring.make_model("resnet", **of_default)
        again.fit(images, labels, folder=work, resume=True)
        assert again.saved.weights == made.saved.weights
        made.save(start, overwrite=True)
        message = "is of a training with the first weights = '[0-9a-f]{64}', and now it is '"
        with pytest.raises(UsageError, match=message):
            sixring.make_model("resnet", **of_default).fit(images, labels, folder=work, resume=True)

    def test_from_another_architecture(self, shipped: Path) -> None:
        message = (
            "^start: default is a resnet, and its weights mean nothing to a cnn-a: train a "
            "resnet, or start from another model$"
        )
        with pytest.raises(UsageError, match=message):
            sixring.make_model("cnn-a", start="default").fit(DEFECT, np.arange(len(DEFECT)) % 2)

    def test_from_other_settings(self, shipped: Path) -> None:
        message = "^start: the weights of default don't fit a network with these settings for "
        with pytest.raises(UsageError, match=message):
            sixring.make_model("default", stem=8).fit(DEFECT, np.arange(len(DEFECT)) % 2)

    def test_from_nothing(self, folder: Path) -> None:
        with pytest.raises(ReadError, match=r"^nothing: is no folder: name the folder of a saved"):
            sixring.make_model("resnet", start="nothing").fit(DEFECT, np.arange(len(DEFECT)) % 2)
