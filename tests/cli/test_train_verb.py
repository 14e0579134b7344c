"""``sixring train``, with small models."""

from __future__ import annotations

import csv
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import sixring
from cli_patches import config, labelled, write_labelled
from cli_types import Answer, Run
from patch_files import write_patch
from sixring.models import MODELS

PATIENCE_SECONDS = 120.0
WHOLE = {"CARD.md", "model.json", "model.onnx", "weights.safetensors", "training"}


def listing(folder: str | Path) -> set[str]:
    return {entry.name for entry in Path(folder).iterdir()}


def epochs(folder: Path) -> int:
    with (folder / "training" / "history.csv").open(encoding="utf-8", newline="") as file:
        return len(list(csv.DictReader(file)))


@pytest.fixture
def train(run: Run, folder: Path, patches: Path) -> Run:
    """Train a small classifier in an empty folder."""

    def train(*args: object, data: object = patches, **training: object) -> Answer:
        settings = config(folder / "small.toml", "cnn-a", **{"epochs": 1, **training})
        common = ("--data", data, "--out", "model", "--config", settings)
        return run("train", "cnn-a", *common, *args)

    return train


def refuse(answer: Answer, message: str, *, code: int = 2, left: set[str] | None = None) -> None:
    """Check that it ended with one line, and that there is no model."""
    assert (answer.code, answer.out) == (code, "")
    assert answer.err.count("\n") == 1
    assert re.fullmatch(f"sixring: {message}\n", answer.err), answer.err
    assert not Path("model", "model.json").exists()


class TestTrained:
    def test_a_model_its_card_and_what_it_came_to(self, train: Run, folder: Path) -> None:
        answer = train("--epochs", 2, "--seed", 3, "--no-augment", epochs=7)
        assert answer.code == 0
        assert answer.err.startswith("sixring: the AUC has no interval: ")  # of one micrograph
        assert listing("model") == WHOLE
        assert listing("model/training") == {"history.csv", "last.ckpt"}
        assert epochs(folder / "model") == 2
        described = sixring.load_model("model").saved.description
        assert (described.name, described.seed) == ("cnn-a", 3)
        assert described.training["epochs"] == 2
        assert described.training["batch_size"] == 16
        assert described.config["channels"] == (4, 4, 4)
        assert described.augmentation is None

        title, row, *rest = answer.out.splitlines()
        assert re.split(r" {2,}", title.strip()) == [
            *("model", "score", "best epoch", "perfect", "defect", "validation AUC"),
            "95 % interval",
        ]
        found = described.validation
        assert re.split(r" {2,}", row.strip()) == [
            *("cnn-a", "logit", str(found.epoch), str(found.perfect), str(found.defects)),
            f"{found.auc:.3f}",
        ]
        assert rest == ["model: model", "card: model/CARD.md"]
        card = Path("model/CARD.md").read_text(encoding="utf-8")
        assert "- micrographs or sessions: 4\n" in card
        assert "- sampling: 0.2 A/px\n- dose: 1000 to 4000 e/A^2\n- mode: hrtem\n" in card
        assert f"- ROC-AUC: {found.auc:.3f} (" in card

    def test_the_test_part_is_left_alone(self, train: Run, folder: Path) -> None:
        data = write_labelled(folder / "data")
        train("--quiet", data=data)
        before = sixring.load_model("model").saved
        perfect, defect = labelled()
        counts = before.description.data.perfect, before.description.data.defects
        assert counts == tuple(sum(k % 6 < 4 for k in range(len(p))) for p in (perfect, defect))
        # Files 4 and 5 of each six are the test's.
        for name in ("perfect/4", "defect/5", "perfect/10"):
            write_patch(data / f"{name}.tif", 1 - perfect[0])
        train("--quiet", "--overwrite", data=data)
        assert sixring.load_model("model").saved.weights == before.weights
        write_patch(data / "perfect/0.tif", 1 - perfect[0])
        train("--quiet", "--overwrite", data=data)
        assert sixring.load_model("model").saved.weights != before.weights

    def test_the_parts_are_those_of_the_column(self, train: Run) -> None:
        train("--quiet")
        found = sixring.load_model("model").saved.description.validation
        assert (found.perfect, found.defects) == tuple(
            sum(k % 6 == 3 for k in range(len(patches))) for patches in labelled()
        )

    def test_quiet_prints_nothing(self, train: Run) -> None:
        answer = train("--quiet")
        assert (answer.code, answer.out, answer.err) == (0, "", "")

    def test_perfect_patches_alone(self, run: Run, folder: Path) -> None:
        write_patch(Path("data/perfect/a.npy"), labelled()[0][:12])
        write_patch(Path("data/perfect/b.npy"), labelled()[0][12:24])
        settings = config(folder / "small.toml", "conv-ae", epochs=1)
        answer = run("train", "conv-ae", "--data", "data", "--out", "m", "--config", settings)
        assert answer.code == 0
        assert "not known" in answer.out
        assert answer.err == (
            "sixring: no defects were held out, so there is no AUC, and scores have no "
            "probabilities\n"
        )

    def test_a_table_of_groups(self, train: Run, folder: Path) -> None:
        data = write_labelled(folder / "data", table=False)
        lines = [
            f"{path.parent.name}/{path.name},session-{int(path.stem) % 3}"
            for path in data.glob("*/*.tif")
        ]
        Path("groups.csv").write_text("\n".join(["file,group", *lines]), encoding="utf-8")
        assert train("--groups", "groups.csv", data=data).code == 0
        assert sixring.load_model("model").saved.description.data.groups == 3

    def test_settings_of_augmentation_stand_in_the_file(self, run: Run, patches: Path) -> None:
        settings = config(Path("small.toml"), "cnn-a", epochs=1)
        text = settings.read_text(encoding="utf-8")
        settings.write_text(text + "[augmentation]\ninversion = 0.5\n", encoding="utf-8")
        common = ("--data", patches, "--config", settings, "--quiet")
        for number, (option, inversion) in enumerate(
            (((), 0.5), (("--augment",), 0.5), (("--no-augment",), None))
        ):
            run("train", "cnn-a", *common, "--out", f"m{number}", *option)
            found = sixring.load_model(f"m{number}").saved.description.augmentation
            assert (found and found["inversion"]) == inversion

    @pytest.fixture(autouse=True)
    def _in_an_empty_folder(self, folder: Path) -> None:
        """Every file of these tests is there."""


class TestFolder:
    def test_holds_a_model(self, train: Run) -> None:
        train("--quiet")
        before = Path("model/weights.safetensors").read_bytes()
        answer = train("--seed", 1)
        assert (answer.code, answer.out) == (2, "")
        assert answer.err == (
            "sixring: model holds a trained model: add --overwrite or choose another --out\n"
        )
        assert Path("model/weights.safetensors").read_bytes() == before
        assert train("--seed", 1, "--overwrite").code == 0
        assert Path("model/weights.safetensors").read_bytes() != before

    def test_holds_a_finished_training_that_is_resumed(self, train: Run) -> None:
        first = train()
        before = {name: Path("model", name).read_bytes() for name in WHOLE - {"training"}}
        again = train("--resume")
        assert (again.code, again.out) == (0, first.out)
        for name, content in before.items():
            assert Path("model", name).read_bytes() == content

    def test_holds_a_training_with_other_settings(self, train: Run) -> None:
        train("--quiet")
        answer = train("--resume", "--seed", 1)
        assert (answer.code, answer.out) == (2, "")
        assert answer.err == (
            "sixring: model/training/last.ckpt: is of a training with seed = 0, and now it is 1: "
            "name another folder, or train without resuming\n"
        )

    def test_holds_a_training_that_was_stopped(self, train: Run) -> None:
        train("--quiet")
        Path("model/model.json").unlink()
        refuse(
            train(),
            "model holds a training that was stopped: add --resume to go on with it, "
            "--overwrite to begin again, or choose another --out",
        )
        assert train("--resume").code == 0
        assert listing("model") == WHOLE

    def test_holds_a_damaged_checkpoint(self, train: Run) -> None:
        train("--quiet")
        Path("model/model.json").unlink()
        checkpoint = Path("model/training/last.ckpt")
        content = checkpoint.read_bytes()
        mark = b"cos\nsystem\n(S'touch mark'\ntR."
        for damaged in (b"", content[: len(content) // 2], mark):
            checkpoint.write_bytes(damaged)
            refuse(
                train("--resume"),
                "model/training/last.ckpt: is damaged, or no checkpoint of sixring's: "
                "remove it, and train from the beginning",
                code=1,
            )
        assert not Path("mark").exists()
        assert train("--overwrite").code == 0

    def test_holds_something_else(self, train: Run) -> None:
        Path("model").mkdir()
        Path("model/thesis.tex").touch()
        for option in ((), ("--overwrite",), ("--resume",)):
            refuse(train(*option), "model holds files that are no model's: choose another --out")
        assert listing("model") == {"thesis.tex"}

    def test_is_a_file(self, train: Run) -> None:
        Path("model").touch()
        refuse(
            train(),
            r"can't write to the output folder model \(File exists\): choose another --out",
        )

    def test_is_to_be_gone_on_with_and_replaced(self, train: Run) -> None:
        refuse(
            train("--resume", "--overwrite"),
            "--resume goes on with a training and --overwrite begins again: leave one out",
        )
        assert not Path("model").exists()


class TestSettings:
    def test_no_such_model(self, run: Run, folder: Path) -> None:
        refuse(
            run("train", "cnn-c", "--data", "data", "--out", "model"),
            f"there is no model 'cnn-c': choose from {', '.join(MODELS)}",
        )

    def test_no_torch(self, train: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        def absent(name: str) -> object:
            return None if name in ("torch", "onnx") else find_spec(name)

        monkeypatch.setattr("sixring.cli._needs.find_spec", absent)
        refuse(
            train(), r'cnn-a can\'t be trained without torch, onnx: pip install "sixring\[train\]"'
        )

    def test_a_file_for_another_model(self, run: Run, folder: Path, patches: Path) -> None:
        config(folder / "a.toml", "conv-ae")
        refuse(
            run("train", "cnn-a", "--data", patches, "--out", "model", "--config", "a.toml"),
            "a.toml: is for conv-ae, not cnn-a: name that model, or another file",
        )

    @pytest.mark.parametrize(
        ("text", "message", "code"),
        [
            (None, r"a\.toml: can't be read \(no such file or directory\): name a TOML file", 1),
            ("name = ", r"a\.toml: is no TOML \(.*\): correct it", 1),
            ("seed = 1", r"a\.toml: names no model: .*", 2),
            ('name = "cnn-a"\n[training]\nepoch = 3', ".*epoch.*epochs.*", 2),
            ('name = "cnn-a"\n[training]\nepochs = 0', ".*epochs.*at least 1.*", 2),
            ('name = "cnn-a"\n[optimizer]\nlr = 3', r"a\.toml: has the table \[optimizer\]: .*", 2),
        ],
    )
    def test_a_file_that_is_none(
        self, run: Run, folder: Path, patches: Path, text: str | None, message: str, code: int
    ) -> None:
        if text is not None:
            Path("a.toml").write_text(text, encoding="utf-8")
        answer = run("train", "cnn-a", "--data", patches, "--out", "model", "--config", "a.toml")
        refuse(answer, message, code=code)
        assert not Path("model").exists()

    @pytest.mark.parametrize(
        ("option", "message"),
        [
            (("--epochs", "0"), "epochs .*at least 1.*"),
            (("--epochs", "many"), ".*'--epochs'.*: see sixring --help"),
            (("--seed", "-1"), "seed must be a whole number of at least 0, not -1"),
        ],
    )
    def test_an_option_that_can_not_be(
        self, train: Run, option: tuple[str, str], message: str
    ) -> None:
        refuse(train(*option), message)
        assert not Path("model").exists()


class TestData:
    """Every kind of data that can't be trained on: one line, a code, no model."""

    def test_no_such_folder(self, train: Run) -> None:
        refuse(train(data="nowhere"), "nowhere: no such folder: check the name")

    def test_a_wrong_label_folder(self, train: Run) -> None:
        write_labelled(Path("data"), table=False)
        Path("data/defect").rename("data/defects")
        refuse(
            train(data="data"),
            "data: its folder 'defects' isn't read, but looks like 'defect': rename it",
        )

    def test_an_empty_class(self, train: Run) -> None:
        write_labelled(Path("data"), table=False)
        shutil.rmtree("data/defect")
        refuse(
            train(data="data"),
            r"none of the 63 patches is defect \(y == 1\), and a supervised model learns from "
            "both classes",
        )
        Path("data/defect").mkdir()
        refuse(train(data="data"), "data/defect: no image in this folder .*")

    def test_one_single_patch(self, train: Run) -> None:
        write_patch(Path("data/perfect/a.tif"), labelled()[0][0])
        refuse(train(data="data"), "data: number of perfect patches 1: at least 2 are needed")

    def test_mixed_sizes(self, train: Run) -> None:
        write_labelled(Path("data"), table=False)
        write_patch(Path("data/defect/x.npy"), np.ones((48, 48)) * np.arange(48))
        refuse(
            train(data="data"),
            "data/defect/x.npy: 48 by 48 pixels, but data/perfect/0.tif has 32 by 32: all patches "
            "must be of one size",
            code=1,
        )

    def test_not_finite(self, train: Run) -> None:
        data = write_labelled(Path("data"), table=False)
        patch = labelled()[1][0].copy()
        patch[2, 2] = np.nan
        write_patch(data / "defect" / "3.tif", patch)
        refuse(train(data="data"), r"data/defect/3\.tif: .*1 .*finite.*", code=1)

    def test_a_constant_patch(self, train: Run) -> None:
        write_labelled(Path("data"), table=False)
        for name in ("defect/3", "defect/4"):
            write_patch(Path(f"data/{name}.tif"), np.ones((32, 32), np.float32))
        refuse(
            train(data="data"),
            r"data: constant, all pixels are the same: defect/3\.tif and 1 more: take them out",
        )

    def test_patches_of_one_micrograph(self, train: Run) -> None:
        write_patch(Path("data/perfect/a.npy"), labelled()[0])
        write_patch(Path("data/defect/b.npy"), labelled()[1])
        refuse(
            train(data="data"),
            "all perfect patches are of one group, 'perfect/a.npy', which can't be split: give "
            "patches of another micrograph, or a table of groups",
        )

    def test_a_part_that_is_not_known(self, train: Run) -> None:
        table = write_labelled(Path("data")) / "patches.csv"
        text = table.read_text(encoding="utf-8")
        table.write_text(text.replace(",validation,", ",val,"), encoding="utf-8")
        refuse(
            train(data="data"),
            "data: the column split has 'val': write train, validation or test for each patch, "
            "or leave the column out",
        )
        text = text.replace(",train,", ",test,").replace(",validation,", ",test,")
        table.write_text(text, encoding="utf-8")
        refuse(
            train(data="data"),
            "data: no patch is of the part train or validation: the column split has test",
        )
        table.write_text(text.replace(",test,", ",train,"), encoding="utf-8")
        refuse(
            train(data="data"),
            "no perfect patch is held out: choose held_out so that there is at least one",
        )

    def test_a_table_of_groups_that_is_not_there(self, train: Run) -> None:
        refuse(train("--groups", "g.csv"), r"g\.csv: no such table: check the name", code=1)

    @pytest.mark.slow
    def test_a_disk_with_room_for_little(self, folder: Path, patches: Path) -> None:
        settings = config(folder / "a.toml", "cnn-a", epochs=1)
        room = 10_000  # bytes in a file: enough for the history, too little for a checkpoint
        command = [sys.executable, "-m", "sixring", "train", "cnn-a", "--data", str(patches)]
        answer = subprocess.run(
            [*command, "--out", "model", "--config", settings],
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
        )
        assert answer.returncode == 1
        assert answer.stderr == (
            "sixring: model/training/last.ckpt: can't be written (file too large): "
            "check the folder and the disk\n"
        )
        assert listing("model") == {"training"}
        assert listing("model/training") == {"history.csv"}


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_training_goes_on_and_ends_as_if_nothing_had_been(
    folder: Path, patches: Path, how: signal.Signals
) -> None:
    settings = config(folder / "a.toml", "cnn-a", epochs=30, patience=0)
    command = [sys.executable, "-m", "sixring", "train", "cnn-a", "--data", str(patches)]
    command += ["--config", str(settings), "--out"]
    subprocess.run([*command, "whole"], check=True, timeout=PATIENCE_SECONDS, capture_output=True)

    killed = subprocess.Popen([*command, "model"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    end = time.monotonic() + PATIENCE_SECONDS
    while not Path("model/training/last.ckpt").exists() and time.monotonic() < end:
        time.sleep(0.005)
    killed.send_signal(how)
    _, err = killed.communicate(timeout=PATIENCE_SECONDS)
    if how == signal.SIGINT:
        assert killed.returncode == 130
        assert err == (
            b"sixring: interrupted: the same command with --resume goes on after the last whole "
            b"epoch\n"
        )
    assert listing("model") == {"training"}
    assert epochs(Path("model")) < 30

    again = [*command, "model", "--resume"]
    subprocess.run(again, check=True, timeout=PATIENCE_SECONDS, capture_output=True)
    assert epochs(Path("model")) == 30
    for name in WHOLE - {"training"}:
        assert Path("model", name).read_bytes() == Path("whole", name).read_bytes()
    assert (
        Path("model/training/history.csv").read_bytes()
        == Path("whole/training/history.csv").read_bytes()
    )
