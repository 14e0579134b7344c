"""``sixring evaluate``, with small models."""

from __future__ import annotations

import csv
import json
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import sixring
from cli_patches import WITHOUT_TORCH, labelled, write_labelled
from cli_types import Answer, Run
from patch_files import write_patch
from sixring.evaluate import average_precision, roc_auc

FILES = {
    *("evaluation.json", "metrics.csv", "by_score.csv", "parts.csv", "roc.csv", "points.csv"),
    *("roc.png", "precision_recall.png", "scores.png"),
}
CALIBRATED = {"reliability.csv", "reliability.png"}


def listing(folder: str | Path) -> set[str]:
    return {entry.name for entry in Path(folder).iterdir()}


def rows(path: str | Path) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def counts(parts: tuple[int, ...]) -> str:
    """Return what is printed of the patches of these of the six micrographs."""
    perfect, defect = (sum(k % 6 in parts for k in range(len(p))) for p in labelled())
    groups = "1 group" if len(parts) == 1 else f"{len(parts)} groups"
    return f"{perfect} perfect and {defect} defect patches of {groups}"


@pytest.fixture(scope="module")
def tested(classifier: Path, patches: Path, tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """Evaluate the classifier once, into the folder that its standard error names."""
    out = tmp_path_factory.mktemp("tested") / "out"
    command = [sys.executable, "-c", WITHOUT_TORCH, "evaluate"]
    answer = subprocess.run(
        [*command, str(classifier), "--data", str(patches), "--out", str(out)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return Answer(answer.returncode, answer.stdout, str(out))


def test_the_test_part_is_evaluated_without_torch(tested: Answer) -> None:
    first, *lines = tested.out.splitlines()
    assert first == counts((4, 5))
    assert lines[-1] == f"tables and plots: {tested.err}"
    assert listing(tested.err) == FILES | CALIBRATED


def test_its_numbers_are_those_of_the_metrics(
    tested: Answer, classifier: Path, patches: Path
) -> None:
    perfect, defect = (p[[k for k in range(len(p)) if k % 6 > 3]] for p in labelled())
    labels = np.repeat([0, 1], [len(perfect), len(defect)])
    scores = sixring.load_model(classifier).decision_function(np.concatenate([perfect, defect]))
    found = json.loads(Path(tested.err, "evaluation.json").read_text(encoding="utf-8"))
    assert found["auc"]["value"] == pytest.approx(roc_auc(scores, labels))
    assert found["average_precision"]["value"] == pytest.approx(average_precision(scores, labels))
    assert found["n_groups"] == 2
    number = r"\d\.\d{3} \[\d\.\d{3}, \d\.\d{3}\]"
    row = re.search(rf"^logit \(decides\) +({number}) +({number}) +({number}) *$", tested.out, re.M)
    assert row is not None
    assert row[1].startswith(f"{roc_auc(scores, labels):.3f} [")
    assert row[2].startswith(f"{average_precision(scores, labels):.3f} [")


def test_it_tells_the_defects_and_doses_apart(tested: Answer) -> None:
    table = rows(Path(tested.err, "parts.csv"))
    assert [(row["column"], row["value"]) for row in table] == [
        ("defect", "SV"),
        ("defect", "SW"),
        ("dose", "5000"),
        ("dose", "6000"),
        ("mode", "hrtem"),
        ("sampling", "0.2"),
    ]
    for start in ("defect ", "SV ", "SW ", "dose (e/A^2) ", "5000 ", "6000 "):
        assert f"\n{start}" in tested.out
    assert "hrtem" not in tested.out  # the same for all


def test_every_score_stands_beside_the_one_that_decides(
    run: Run, folder: Path, autoencoder: Path, patches: Path
) -> None:
    answer = run("evaluate", autoencoder, "--data", patches, "--out", "out", "--split", "all")
    assert answer.code == 0
    assert answer.out.startswith(counts((0, 1, 2, 3, 4, 5)))
    assert "\nlocal (decides) " in answer.out
    assert "\nmean  " in answer.out
    assert listing("out") == FILES
    model = sixring.load_model(autoencoder).saved
    perfect, defect = labelled()
    labels = np.repeat([0, 1], [len(perfect), len(defect)])
    table = [row for row in rows("out/by_score.csv") if row["metric"] == "auc"]
    assert [row["score"] for row in table] == list(model.description.scores)
    for row in table:
        scores = model.scores(np.concatenate([perfect, defect]))[row["score"]]
        assert float(row["value"]) == pytest.approx(roc_auc(scores, labels), abs=1e-6)


@pytest.mark.parametrize(("split", "parts"), [("validation", (3,)), ("train", (0, 1, 2))])
def test_another_part(
    run: Run, folder: Path, classifier: Path, patches: Path, split: str, parts: tuple[int, ...]
) -> None:
    answer = run("evaluate", classifier, "--data", patches, "--out", "out", "--split", split)
    assert answer.code == 0
    assert answer.out.splitlines()[0] == counts(parts)


def test_without_a_table_all_patches_are_taken_and_are_independent(
    run: Run, folder: Path, classifier: Path
) -> None:
    data = write_labelled(folder / "data", table=False)
    args = ("evaluate", classifier, "--data", data)
    answer = run(*args, "--out", "out")
    assert answer.code == 0
    assert "sixring: no groups were given: the patches are taken to be independent" in answer.err
    assert answer.out.startswith("63 perfect and 27 defect patches of 90 groups\n")
    lines = [
        f"{path.parent.name}/{path.name},s{int(path.stem) % 12}" for path in data.glob("*/*.tif")
    ]
    Path("g.csv").write_text("\n".join(["file,group", *lines]), encoding="utf-8")
    answer = run(*args, "--out", "grouped", "--groups", "g.csv")
    assert answer.out.startswith("63 perfect and 27 defect patches of 12 groups\n")
    assert "no groups" not in answer.err
    answer = run(*args, "--out", "again", "--split", "test")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == f"sixring: {data}: the patches have no column split: leave --split out\n"


def test_quiet_and_the_same_seed(
    run: Run, folder: Path, classifier: Path, patches: Path, tested: Answer
) -> None:
    answer = run("evaluate", classifier, "--data", patches, "--out", "out", "--quiet")
    assert (answer.code, answer.out, answer.err) == (0, "", "")
    for name in ("evaluation.json", "parts.csv", "roc.csv"):
        assert Path("out", name).read_bytes() == Path(tested.err, name).read_bytes()


class TestRefused:
    def check(self, answer: Answer, message: str, code: int = 2) -> None:
        assert (answer.code, answer.out) == (code, "")
        assert re.fullmatch(f"sixring: {message}\n", answer.err), answer.err
        assert not Path("out").exists()

    def test_no_defects(self, run: Run, folder: Path, autoencoder: Path) -> None:
        write_labelled(Path("data"), table=False)
        shutil.rmtree("data/defect")
        self.check(
            run("evaluate", autoencoder, "--data", "data", "--out", "out"),
            "data: none of the 63 patches is defect, and without both classes there is nothing to "
            "tell apart",
        )

    def test_another_size(self, run: Run, folder: Path, classifier: Path) -> None:
        for name in ("perfect", "defect"):
            noise = np.random.default_rng(0).normal(size=(4, 48, 48))
            write_patch(Path(f"data/{name}/a.npy"), noise)
        self.check(
            run("evaluate", classifier, "--data", "data", "--out", "out"),
            "the model takes patches of 32x32 pixels, not 48x48",
        )

    def test_no_patch_for_the_test(self, run: Run, folder: Path, classifier: Path) -> None:
        table = write_labelled(Path("data")) / "patches.csv"
        text = table.read_text(encoding="utf-8").replace(",test,", ",train,")
        table.write_text(text, encoding="utf-8")
        self.check(
            run("evaluate", classifier, "--data", "data", "--out", "out"),
            "data: no patch is of the part test: the column split has train, validation",
        )

    def test_a_folder_that_is_there(
        self, run: Run, folder: Path, classifier: Path, patches: Path
    ) -> None:
        Path("out").mkdir()
        args = ("evaluate", classifier, "--data", patches, "--out", "out")
        answer = run(*args)
        assert answer.code == 2
        assert answer.err == (
            "sixring: out exists already: add --overwrite or choose another --out\n"
        )
        assert run(*args, "--overwrite").code == 0
        assert listing("out") == FILES | CALIBRATED

    def test_a_disk_with_room_for_little(
        self, folder: Path, classifier: Path, patches: Path
    ) -> None:
        room = 10_000
        command = [sys.executable, "-m", "sixring", "evaluate", str(classifier)]
        answer = subprocess.run(
            [*command, "--data", str(patches), "--out", "out", "--split", "all"],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
        )
        assert answer.returncode == 1
        assert answer.stderr == (
            "sixring: out: can't be written (file too large): check the folder and the disk\n"
        )
        assert list(folder.iterdir()) == []
