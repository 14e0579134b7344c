"""The sets, the models, what is kept of them, and the whole command."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import benchmarks.quality.__main__ as command
from benchmarks.quality import (
    CHALLENGE,
    DEFECTS,
    MODES,
    SAMPLINGS,
    SEEDS,
    SERIES,
    Contender,
    Plan,
    _measure,
    choose,
    hold_to,
    learning_set,
    measure,
    results_text,
    scores_of,
    set_settings,
    trained,
)
from quality_cases import LOGISTIC, PLAN, Fake, fake, noise, show
from sixring.errors import ReadError, UsageError
from sixring.models import MODELS, SavedModel
from sixring.patches import PatchSet
from sixring.types import Mode

SMALL = [f"--{name}={value}" for name, value in vars(PLAN).items()]


def refuse(mode: Mode) -> PatchSet:
    """Stand for patches that nothing has to be learned from."""
    raise AssertionError(mode)


def patch_set(n: int = 6, value: float = 1.0) -> PatchSet:
    images = np.full((n, 4, 4), value, np.float32) + np.arange(n, dtype=np.float32)[:, None, None]
    names = tuple(str(k) for k in range(n))
    return PatchSet(images, np.zeros(n, np.int8), np.array(names), names)


def test_no_two_sets_have_one_seed_and_all_are_in_the_range_of_this_benchmark() -> None:
    settings = set_settings(Plan())
    assert len(settings) == 11
    assert {name: found.seed for name, found in settings.items()} == {
        name: seed for name, seed in SEEDS.items() if not name.startswith("ideal")
    }
    assert len(set(SEEDS.values())) == len(SEEDS) == 13
    assert min(SEEDS.values()) == 7100
    assert max(SEEDS.values()) < 7200


def test_the_challenge_is_the_study_s_but_for_its_seed() -> None:
    from sixring.study._data import set_settings as of_study
    from sixring.study._scale import FULL

    ours, theirs = set_settings(Plan())[CHALLENGE], of_study(FULL, 0)["test"]
    assert (ours.ratio, ours.per_defect, ours.side, ours.n) == (20.0, 1, 48, theirs.n)
    assert ours.preset == theirs.preset
    assert ours.seed not in {found.seed for found in of_study(FULL, 0).values()}


def test_the_series_has_one_dose_a_set_and_six_kinds() -> None:
    settings = set_settings(Plan())
    for cell in SERIES:
        found = settings[cell.name]
        assert found.preset.conditions["dose"] == cell.dose
        assert found.preset.specimen["defects"] == list(DEFECTS)
        assert (found.ratio, found.n, found.shares) == (1.0, 2000, (0.0, 0.0, 1.0))
        # One for all patches of a mode, as lattice-fit and the autoencoders need it.
        low, high = found.preset.samplings
        assert low == high == SAMPLINGS[cell.mode]
    assert [cell.name for cell in SERIES][3:5] == ["hrtem-10000", "stem-10000"]


def test_what_is_learned_from_has_the_challenge_s_share_of_defects() -> None:
    settings = set_settings(Plan())
    doses = {"hrtem": [1e3, 1e4], "stem": [1e4, 1e6]}
    for mode in MODES:
        found = settings[learning_set(mode)]
        assert found.preset.mode == mode
        assert found.preset.conditions["dose"] == {"log-uniform": doses[mode]}
        assert (found.ratio, found.shares) == (20.0, (0.8, 0.2, 0.0))


def test_a_folder_is_of_one_plan(tmp_path: Path) -> None:
    hold_to(PLAN, tmp_path / "new")
    hold_to(PLAN, tmp_path / "new")
    with pytest.raises(UsageError) as refused:
        hold_to(Plan(), tmp_path / "new")
    assert str(refused.value) == (
        f"{tmp_path / 'new'}: was made with --challenge 42, and now it is 8400: give that number, "
        "or another --out"
    )


@pytest.mark.parametrize(
    ("name", "value", "least"),
    [("challenge", 41, 42), ("cell", 0, 12), ("conditions", 0, 1), ("epochs", -1, 0)],
)
def test_numbers_that_mean_nothing(name: str, value: int, least: int) -> None:
    with pytest.raises(UsageError, match=f"^{name} must be at least {least}, not {value}$"):
        Plan(**{name: value})


def test_all_models_where_none_is_named() -> None:
    found = {contender.name: contender for contender in choose()}
    assert set(MODELS) <= set(found)
    kinds = {name: contender.kind for name, contender in found.items()}
    assert kinds["lattice-fit"] == "untrained"
    assert kinds["corruption"] == "artificial anomalies"
    assert kinds["vae"] == "one-class"
    assert kinds["cnn-a"] == "supervised"
    assert all(found[name].folder is None for name in MODELS)


def test_what_the_package_carries_is_compared_as_soon_as_it_is_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from benchmarks.quality import _contenders

    monkeypatch.setattr(_contenders, "shipped_models", lambda: ("default",))
    monkeypatch.setattr(_contenders, "saved_folder", lambda name: tmp_path / name)
    assert choose()[0] == Contender("default", "shipped", tmp_path / "default")
    assert choose(["default"]) == [choose()[0]]


def test_models_by_name_and_by_folder(tmp_path: Path) -> None:
    assert choose(["pca", f"mine={tmp_path}"]) == [
        Contender("pca", "one-class", None),
        Contender("mine", "saved", tmp_path),
    ]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["none"], "there is no model 'none': choose from "),
        (["pca", "pca"], "two models are called pca: give one of them another name"),
        (["a=missing"], "a=missing: a saved model is given as NAME=DIR, its folder after ="),
        (["=."], "=.: a saved model is given as NAME=DIR, its folder after ="),
    ],
)
def test_models_that_can_t_be(names: list[str], message: str) -> None:
    with pytest.raises(UsageError) as refused:
        choose(names)
    assert str(refused.value).startswith(message)


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    (contender,) = choose([f"mine={tmp_path}"])
    with pytest.raises(ReadError, match=r"model\.json: is missing"):
        trained(contender, PLAN, refuse, tmp_path, lambda line: None)


def test_a_model_of_other_patches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(SavedModel, "read", lambda folder: fake(any_size=False))
    contender = Contender("mine", "saved", tmp_path)
    with pytest.raises(UsageError) as refused:
        trained(contender, PLAN, refuse, tmp_path, lambda line: None)
    assert str(refused.value) == ("mine: takes patches of 24 x 24 pixels, and these have 48 x 48")


def test_a_saved_model_scores_both_modes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    one = fake()
    monkeypatch.setattr(SavedModel, "read", lambda folder: one)

    found = trained(Contender("mine", "saved", tmp_path), PLAN, refuse, tmp_path, lambda line: None)
    assert found == {"hrtem": one, "stem": one}


def test_a_training_holds_the_validation_part_out_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made: dict[str, Any] = {}

    class Learner:
        def fit(self, images: object, labels: object, groups: object, **given: Any) -> None:  # noqa: ANN401
            made.update(given)

        def save(self, folder: Path) -> None:
            folder.mkdir(parents=True)

    def make(name: str, **settings: object) -> Learner:
        made[name] = [*made.get(name, []), settings]
        return Learner()

    monkeypatch.setattr("sixring.train.make_model", make)
    monkeypatch.setattr(SavedModel, "read", lambda folder: folder)
    patches = replace(patch_set(2), details={"split": np.array(["train", "validation"])})
    for name in ("lattice-fit", "vae"):
        for _ in range(2):  # the second time there is nothing left to do
            found = trained(choose([name])[0], PLAN, lambda mode: patches, tmp_path, print)
            assert str(found["stem"]) == str(tmp_path / f"{name}-stem")
    assert made["lattice-fit"] == [{"seed": 0}, {"seed": 0, "silicon": 4.0}]
    assert made["vae"] == [{"seed": 0, "epochs": 1}] * 2
    assert made["held_out"].tolist() == [False, True]
    assert made["resume"] is True
    assert made["folder"] == tmp_path / "vae-stem.unfinished"


def test_scores_are_kept_until_the_model_changes(tmp_path: Path) -> None:
    model, path = Fake(), tmp_path / "of" / "a.npz"
    patches = patch_set(1200)
    first = scores_of(model, patches, path)  # type: ignore[arg-type]
    np.testing.assert_array_equal(first, np.arange(1200) - 99)
    assert model.scored == [500, 500, 200]
    np.testing.assert_array_equal(scores_of(model, patches, path), first)  # type: ignore[arg-type]
    assert len(model.scored) == 3
    other = Fake(graph=b"another")
    scores_of(other, patches, path)  # type: ignore[arg-type]
    assert len(other.scored) == 3
    scores_of(other, patch_set(10), path)  # type: ignore[arg-type]
    assert other.scored[-1] == 10


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Compare two models that know nothing, one with probabilities."""
    folder = tmp_path_factory.mktemp("quality")
    models = {"plain": fake(), "sure": fake(calibration=LOGISTIC)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            _measure, "trained", lambda one, *rest: dict.fromkeys(MODES, models[one.name])
        )
        contenders = [Contender(name, "saved", folder) for name in models]
        return measure(PLAN, contenders, folder, make=noise, show=show)


def test_everything_is_measured(document: dict[str, Any]) -> None:
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    names = [CHALLENGE, *(cell.name for cell in SERIES)]
    assert sorted(document["ideal"]) == sorted(names)
    assert [one["name"] for one in document["models"]] == ["plain", "sure"]
    for one in document["models"]:
        assert list(one["parts"]) == names
        assert set(one["parts"]["stem-10000"]) <= {"any", *DEFECTS}
        auc = one["parts"]["hrtem-300"]["any"]["auc"]
        assert auc["low"] <= auc["value"] <= auc["high"]
    assert document["sets"][CHALLENGE]["perfect"] == 40
    assert sum(document["sets"][CHALLENGE]["defects"].values()) == 2
    assert sum(document["sets"]["stem-30000"]["defects"].values()) == 6
    assert document["plan"] == vars(PLAN)


def test_probabilities_are_judged_where_there_are_some(document: dict[str, Any]) -> None:
    plain, sure = document["models"]
    assert plain["reliability"] == {}
    assert list(sure["reliability"]) == [CHALLENGE, *MODES]
    found = sure["reliability"]["stem"]
    assert found["prevalence"] == 0.5
    assert sum(found["patches"]) == 4 * PLAN.cell


def test_the_tables_hold_every_model_and_every_kind(document: dict[str, Any]) -> None:
    text = results_text(document)
    for heading in (
        "# Patch models",
        "## The standard challenge",
        "### STEM 1e6",
        "## Reliability",
    ):
        assert f"\n{heading}\n" in f"\n{text}"
    assert text.count("\n| plain | ") == 1 + 1 + 1 + len(SERIES)
    assert text.count("| *ideal, place known* |") == 1 + len(SERIES)
    assert "| challenge | 7100 | " in text
    assert "42 patches of the challenge, 12 for each mode and dose" in text
    assert "\n| sure | STEM | 0.500 | " in text
    for line in text.splitlines():
        assert "nan" not in line.lower()
        assert "none" not in line.lower().replace("or none", "").replace("none of these", "")


def test_the_whole_command(
    document: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given: list[Any] = []

    def known(plan: Plan, contenders: list[Contender], out: Path, **rest: object) -> dict[str, Any]:
        given.extend([plan, contenders, out, rest["jobs"]])
        return document

    monkeypatch.setattr(command, "measure", known)
    arguments = ["--out", "here", "--models", "pca,vae", "--tables", str(tmp_path), "--jobs", "2"]
    assert command.main([*arguments, *SMALL]) == 0
    assert given == [PLAN, choose(["pca", "vae"]), Path("here"), 2]
    written = (tmp_path / "RESULTS.md").read_text()
    assert written in capsys.readouterr().out
    numbers = json.loads((tmp_path / "results.json").read_text())
    assert results_text(numbers) == written


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--jobs", "0"], "--jobs must be at least 1, not 0"),
        (["--tables", "no-such-folder"], "--tables must be a folder that is there, not no-such"),
        (["--cell", "1"], "cell must be at least 12, not 1"),
        (["--models", "none"], "there is no model 'none'"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        command.main(["--out", "here", *arguments])
    assert refused.value.code == 2
    assert message in capsys.readouterr().err


def test_another_plan_is_refused_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hold_to(Plan(), tmp_path)
    assert command.main(["--out", str(tmp_path), "--models", "pca", *SMALL]) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"benchmarks.quality: {tmp_path}: was made with --challenge 8400, and")


@pytest.mark.slow
def test_a_model_is_trained_once_and_compared(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "measure", partial(measure, make=noise, show=show))
    tables, kept = tmp_path / "tables", tmp_path / "kept"
    tables.mkdir()
    first = ["--out", str(kept), "--tables", str(tables), "--models"]
    assert command.main([*first, "pca", *SMALL]) == 0
    told = capsys.readouterr().err
    assert "training pca for hrtem\n" in told
    assert "simulating 42 patches: challenge\n" in told
    # Taken as a saved model, it gives what it gave.
    folder = kept / "models" / "pca-hrtem"
    assert command.main([*first, f"pca,again={folder}", *SMALL]) == 0
    told = capsys.readouterr().err
    assert "training" not in told
    assert "simulating" not in told
    assert "ideal observer" not in told
    pca, again = json.loads((tables / "results.json").read_text())["models"]
    assert pca["challenge"] == again["challenge"]
    assert again["kind"] == "saved"
