"""``sixring classify``, with a small classifier."""

from __future__ import annotations

import csv
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import sixring
from cli_patches import SIDE, WITHOUT_TORCH, labelled
from cli_types import Answer, Run
from patch_files import write_patch
from sixring.io import write_micrograph
from sixring.types import Micrograph

PERFECT, DEFECT = labelled()
EIGHT_BITS = np.rint(
    255 * (DEFECT - DEFECT.min((1, 2), keepdims=True)) / np.ptp(DEFECT, (1, 2), keepdims=True)
).astype(np.uint8)


SAMPLING_UNKNOWN = (
    "sixring: the sampling isn't known, and is taken to be the model's, 0.2 A/px: give it with "
    "--sampling\n"
)


def rows(path: str | Path = "scores.csv") -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def scores(path: str | Path = "scores.csv") -> NDArray[np.float64]:
    return np.array([float(row["score"]) for row in rows(path)])


@pytest.fixture
def classify(run: Run, folder: Path, classifier: Path) -> Run:
    """Score inputs in an empty folder with the classifier."""

    def classify(*inputs: object, out: str = "scores.csv") -> Answer:
        return run("classify", classifier, *inputs, "--out", out)

    return classify


def test_a_row_for_each_patch(classify: Run, classifier: Path) -> None:
    write_patch(Path("in/1.tif"), PERFECT[0])
    write_patch(Path("in/2.npy"), DEFECT[:3])
    answer = classify("in")
    assert (answer.code, answer.err) == (0, SAMPLING_UNKNOWN)
    table = rows()
    assert list(table[0]) == ["file", "index", "score", "probability", "label"]
    assert [(row["file"], row["index"]) for row in table] == [
        ("in/1.tif", "0"),
        ("in/2.npy", "0"),
        ("in/2.npy", "1"),
        ("in/2.npy", "2"),
    ]
    model = sixring.load_model(classifier)
    images = np.concatenate([PERFECT[:1], DEFECT[:3]])
    np.testing.assert_allclose(scores(), model.decision_function(images), rtol=1e-5)
    probabilities = [float(row["probability"]) for row in table]
    np.testing.assert_allclose(probabilities, model.predict_proba(images)[:, 1], rtol=1e-5)
    labels = [["perfect", "defect"][number] for number in model.predict(images)]
    assert [row["label"] for row in table] == labels
    found = labels.count("defect")
    assert answer.out == (
        f"4 patches: {found} defect, {4 - found} perfect\n"
        "2 files, 0 of them with problems\n"
        "table: scores.csv\n"
    )


def test_it_learned_something(classify: Run) -> None:
    np.save("perfect.npy", PERFECT)
    np.save("defect.npy", DEFECT)
    classify("perfect.npy", "defect.npy")
    of_perfect, of_defect = np.split(scores(), [len(PERFECT)])
    assert np.mean(of_defect[:, None] > of_perfect) > 0.6


def test_any_kind_of_file_gives_the_same_scores(classify: Run) -> None:
    for k, patch in enumerate(EIGHT_BITS[:8]):
        write_patch(Path(f"png/{k}.png"), patch)
        write_patch(Path(f"tiff/{k}.tif"), patch.astype(np.uint16) * 257)
        write_patch(Path(f"npy/{k}.npy"), patch.astype(np.float32) * 1e-3 + 7)
    for kind in ("png", "tiff", "npy"):
        assert classify(kind, out=f"{kind}.csv").code == 0
    assert len(scores("png.csv")) == 8
    np.testing.assert_allclose(scores("tiff.csv"), scores("png.csv"), atol=1e-3)
    np.testing.assert_allclose(scores("npy.csv"), scores("png.csv"), atol=1e-3)


def test_bad_files_never_stop_the_others(classify: Run) -> None:
    write_patch(Path("in/01.npy"), PERFECT[0])
    Path("in/02.npy").touch()
    Path("in/03.tif").write_text("a note", encoding="utf-8")
    not_finite = PERFECT[0].copy()
    not_finite[3, 4] = np.nan
    write_patch(Path("in/04.npy"), not_finite)
    write_patch(Path("in/05.npy"), np.ones((48, 48)) * np.arange(48))
    write_patch(Path("in/06.npy"), np.full((SIDE, SIDE), 7.0))
    write_patch(Path("in/07.npy"), PERFECT[0].astype(np.complex64))
    stack = PERFECT[:5].copy()
    stack[[1, 3]] = 2
    write_patch(Path("in/08.npy"), stack)
    Path("in/09.npy").write_bytes(b"\x80\x04cos\nsystem\n(S'touch mark'\ntR.")
    np.save("in/10.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    write_patch(Path("in/11.npy"), PERFECT[1])

    answer = classify("in")
    assert answer.code == 1
    assert [(row["file"], row["index"]) for row in rows()] == [
        ("in/01.npy", "0"),
        ("in/08.npy", "0"),
        ("in/08.npy", "2"),
        ("in/08.npy", "4"),
        ("in/11.npy", "0"),
    ]
    expected = [
        r"02\.npy: the file is empty: .*",
        r"03\.tif: isn't a TIFF file.*",
        r"04\.npy: .*1 .*finite.*",
        r"05\.npy: the model takes patches of 32x32 pixels, not 48x48",
        r"06\.npy: the patch is constant: there is nothing to judge in it",
        r"07\.npy: .*complex.*",
        r"08\.npy: 2 of its 5 patches are constant, the first is that of index 1: there is "
        r"nothing to judge in them",
        r"09\.npy: .*",
        r"10\.npy: .*",
    ]
    first, *lines = answer.err.splitlines()
    assert re.fullmatch("sixring: the sampling isn't known: .* its lattice says 0.2.. A/px", first)
    assert len(lines) == len(expected)
    for line, pattern in zip(lines, expected, strict=True):
        assert re.fullmatch(f"sixring: failed: in/{pattern}", line), line
    assert "11 files, 9 of them with problems\n" in answer.out
    assert not Path("mark").exists()


def test_a_mistake_of_a_reader_is_one_line_too(
    run: Run, folder: Path, classifier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("sixring.patches.read_inputs", fail)
    np.save("a.npy", PERFECT[0])
    args = ("classify", classifier, "a.npy", "--out", "s.csv")
    answer = run(*args)
    assert answer.code == 1
    assert answer.err == "sixring: failed: a.npy: unexpected ZeroDivisionError: by zero\n"
    answer = run(*args, "--overwrite", "--debug")
    assert answer.err.startswith("Traceback (most recent call last)")


def test_quiet_prints_problems_alone(run: Run, folder: Path, classifier: Path) -> None:
    np.save("a.npy", PERFECT[0])
    Path("b.npy").touch()
    answer = run("classify", classifier, "a.npy", "b.npy", "--out", "s.csv", "--quiet")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("sixring: failed: b.npy: the file is empty")
    assert answer.err.count("\n") == 1


def test_a_prevalence_moves_the_probability_and_nothing_else(
    run: Run, classify: Run, classifier: Path
) -> None:
    np.save("a.npy", DEFECT[:3])
    classify("a.npy")
    answer = run("classify", classifier, "a.npy", "--out", "rare.csv", "--prevalence", "0.001")
    assert answer.code == 0
    for usual, rare in zip(rows(), rows("rare.csv"), strict=True):
        assert float(rare["probability"]) < float(usual["probability"])
        assert (rare["score"], rare["label"]) == (usual["score"], usual["label"])


@pytest.mark.parametrize("value", ["0", "1", "-3", "nan"])
def test_a_prevalence_that_is_none(run: Run, folder: Path, classifier: Path, value: str) -> None:
    np.save("a.npy", DEFECT[0])
    answer = run("classify", classifier, "a.npy", "--out", "s.csv", f"--prevalence={value}")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("sixring: prevalence: a share between 0 and 1 is needed")
    assert not Path("s.csv").exists()


def test_a_model_without_defects_gives_no_probability(
    run: Run, folder: Path, autoencoder: Path
) -> None:
    np.save("a.npy", DEFECT[:2])
    answer = run("classify", autoencoder, "a.npy", "--out", "s.csv")
    assert answer.code == 0
    assert [row["probability"] for row in rows("s.csv")] == ["", ""]
    assert {row["label"] for row in rows("s.csv")} <= {"perfect", "defect"}
    answer = run("classify", autoencoder, "a.npy", "--out", "t.csv", "--prevalence", "0.1")
    assert answer.code == 2
    assert answer.err == (
        "sixring: conv-ae was trained without defects, so its scores have no probabilities that "
        "a prevalence could change: leave it out\n"
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("20 pm", "sixring: the sampling is 0.2 A/px\n"),
        ("0.209", "sixring: the sampling is 0.209 A/px\n"),
        (
            "0.03 nm",
            "sixring: the sampling is 0.3 A/px\n"
            "sixring: warning: the model was trained at 0.2 A/px, not at 0.3: its scores may "
            "mean nothing here\n",
        ),
    ],
)
def test_the_sampling_is_compared(
    run: Run, folder: Path, classifier: Path, given: str, said: str
) -> None:
    np.save("a.npy", DEFECT[0])
    answer = run("classify", classifier, "a.npy", "--out", "s.csv", "--sampling", given)
    assert (answer.code, answer.err) == (0, said)


def test_the_sampling_of_the_files_is_used_where_none_is_given(
    run: Run, folder: Path, classifier: Path
) -> None:
    Path("in").mkdir()
    for k, sampling in enumerate((0.2, 0.4, 0.4, None)):
        write_micrograph(f"in/{k}.tif", Micrograph(DEFECT[k], sampling=sampling))
    answer = run("classify", classifier, "in", "--out", "s.csv")
    assert (answer.code, answer.err) == (
        0,
        "sixring: warning: the model was trained at 0.2 A/px, not at 0.4: its scores may mean "
        "nothing here\n" + SAMPLING_UNKNOWN,
    )
    quiet = run("classify", classifier, "in", "--out", "q.csv", "--quiet")
    assert quiet.err == answer.err.removesuffix(SAMPLING_UNKNOWN)
    assert quiet.out == ""
    given = run("classify", classifier, "in", "--out", "g.csv", "--sampling", "0.2")
    assert (given.code, given.err) == (0, "sixring: the sampling is 0.2 A/px\n")
    assert rows("g.csv") == rows("s.csv")


@pytest.mark.parametrize("options", [(), ("--quiet",)])
def test_another_lattice_is_warned_of_once(
    run: Run, folder: Path, classifier: Path, options: tuple[str, ...]
) -> None:
    for k, patch in enumerate(PERFECT[:12]):
        write_patch(Path(f"in/{k}.npy"), patch)
    answer = run("classify", classifier, "in", "--out", "s.csv", "--sampling", "0.3", *options)
    assert answer.code == 0
    *notes, warning = answer.err.splitlines()
    assert notes == ([] if options else ["sixring: the sampling is 0.3 A/px"])
    found = re.fullmatch(
        r"sixring: warning: the patches' lattice constant is (\S+) A at this sampling, graphene's "
        "is 2.46 A: the sampling is another, or this is no graphene, and the scores mean nothing",
        warning,
    )
    assert found is not None
    # The patches have 0.2 A/px.
    assert float(found[1]) == pytest.approx(1.5 * 2.46, rel=0.05)


def test_a_sampling_that_is_none(run: Run, folder: Path, classifier: Path) -> None:
    np.save("a.npy", DEFECT[0])
    answer = run("classify", classifier, "a.npy", "--out", "s.csv", "--sampling", "3 kg")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "sixring: unknown unit of length 'kg' in '3 kg': use A, pm or nm\n"


def test_a_table_is_replaced_only_when_told(run: Run, classify: Run, classifier: Path) -> None:
    np.save("a.npy", DEFECT[0])
    Path("scores.csv").write_text("mine\n", encoding="utf-8")
    answer = classify("a.npy")
    assert answer.code == 1
    assert answer.err == (
        "sixring: scores.csv: exists already: choose another name, or pass --overwrite\n"
    )
    assert Path("scores.csv").read_text(encoding="utf-8") == "mine\n"
    answer = run("classify", classifier, "a.npy", "--out", "scores.csv", "--overwrite")
    assert answer.code == 0
    assert len(rows()) == 1


def test_inputs_that_are_not_there(classify: Run) -> None:
    answer = classify("a.npy")
    assert (answer.code, answer.err) == (
        2,
        "sixring: a.npy: no such file or folder: check the name\n",
    )
    assert not Path("scores.csv").exists()


def test_an_interrupt_leaves_no_table(
    classify: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sixring.models import SavedModel

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(SavedModel, "outputs", interrupt)
    np.save("a.npy", DEFECT[0])
    assert classify("a.npy").code == 130
    assert [path.name for path in folder.iterdir()] == ["a.npy"]


def test_a_disk_with_room_for_little_leaves_no_table(folder: Path, classifier: Path) -> None:
    np.save("a.npy", np.concatenate([DEFECT] * 20))
    room = 10_000
    answer = subprocess.run(
        [sys.executable, "-m", "sixring", "classify", str(classifier), "a.npy", "--out", "s.csv"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )
    assert answer.returncode == 1
    assert answer.stderr == (
        "sixring: s.csv: can't be written (file too large): check the folder and the disk\n"
    )
    assert [path.name for path in folder.iterdir()] == ["a.npy"]


def test_it_needs_no_torch(folder: Path, classifier: Path) -> None:
    np.save("a.npy", DEFECT[0])
    command = [sys.executable, "-c", WITHOUT_TORCH, "classify", str(classifier), "a.npy"]
    subprocess.run([*command, "--out", "s.csv"], check=True, timeout=60, capture_output=True)
    assert len(rows("s.csv")) == 1


class TestBadModels:
    """A model that isn't one, or that might do more than compute: nothing of it is run."""

    def check(self, run: Run, folder: Path, message: str) -> None:
        np.save("a.npy", DEFECT[0])
        for verb in (
            ("classify", "model", "a.npy", "--out", "s.csv"),
            ("evaluate", "model", "--data", "data", "--out", "e"),
        ):
            answer = run(*verb)
            assert (answer.code, answer.out) == (1, "")
            assert answer.err.count("\n") == 1
            assert re.fullmatch(f"sixring: model{message}\n", answer.err), answer.err
        assert {path.name for path in folder.iterdir()} <= {"a.npy", "model"}

    def test_is_missing(self, run: Run, folder: Path) -> None:
        self.check(run, folder, ": is no folder: name the folder of a saved model")

    def test_is_another_folder(self, run: Run, folder: Path) -> None:
        Path("model").mkdir()
        self.check(run, folder, r"/model\.json: is missing: name the folder of a saved model")

    @pytest.mark.parametrize("name", ["model.json", "model.onnx", "weights.safetensors"])
    def test_has_a_file_that_would_leave_a_mark(
        self, run: Run, folder: Path, classifier: Path, name: str
    ) -> None:
        shutil.copytree(classifier, "model")
        hostile = b"cos\nsystem\n(S'touch " + str(folder / "mark").encode() + b"'\ntR."
        Path("model", name).write_bytes(hostile)
        self.check(run, folder, f"/{re.escape(name)}: .*")
        assert not Path("mark").exists()

    @pytest.mark.parametrize("name", ["model.json", "model.onnx", "weights.safetensors"])
    def test_has_a_file_that_is_cut_off(
        self, run: Run, folder: Path, classifier: Path, name: str
    ) -> None:
        shutil.copytree(classifier, "model")
        whole = Path("model", name).read_bytes()
        Path("model", name).write_bytes(whole[: len(whole) // 2])
        self.check(run, folder, f"/{re.escape(name)}: .*")
