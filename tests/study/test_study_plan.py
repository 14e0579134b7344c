"""Which trainings the study consists of."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from sixring.study import FULL, QUICK, Scale
from sixring.study._plan import (
    AS_REPORTED,
    AUTOENCODERS,
    CLASSIFIERS,
    Job,
    _steps_an_epoch,
    epochs_for,
    plan,
)
from sixring.train import make_model

SCALES = pytest.mark.parametrize("scale", [FULL, QUICK], ids=["full", "quick"])


def chosen(scale: Scale, question: str, variant: str = "") -> list[Job]:
    return [job for job in plan(scale) if (job.question, job.variant) == (question, variant)]


@SCALES
def test_names_are_unlike_and_fit_for_folders(scale: Scale) -> None:
    names = [job.name for job in plan(scale)]
    assert len(set(names)) == len(names)
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz-0123456789") for name in names)


def test_a_name_tells_question_variant_model_and_seed() -> None:
    job = Job("curve", "30-plain", "cnn-a", 2, "defects", 2000, 30)
    assert job.name == "curve-30-plain-cnn-a-2"
    assert replace(job, question="challenge", variant="").name == "challenge-cnn-a-2"


@SCALES
def test_each_training_can_be_made(scale: Scale) -> None:
    for job in plan(scale):
        model = make_model(job.model, seed=job.seed, **job.settings)
        assert model.get_params()["epochs"] == job.settings["epochs"]


@SCALES
@pytest.mark.parametrize("question", ["challenge", "plain", "report"])
def test_both_classifiers_are_trained_with_every_seed(scale: Scale, question: str) -> None:
    trained = Counter(job.model for job in chosen(scale, question))
    assert trained == dict.fromkeys(CLASSIFIERS, scale.seeds)


@SCALES
def test_every_autoencoder_is_trained_with_every_seed(scale: Scale) -> None:
    trained = Counter(job.model for job in chosen(scale, "autoencoder"))
    assert trained == dict.fromkeys(AUTOENCODERS, scale.seeds)


@SCALES
def test_learning_curves_have_every_number_with_and_without_augmentation(scale: Scale) -> None:
    points = [job for job in plan(scale) if job.question == "curve"]
    assert Counter((job.defects, job.settings["augment"]) for job in points) == {
        (defects, augment): scale.curve_seeds
        for defects in scale.curve
        for augment in (True, False)
    }
    assert {job.data for job in points} == {"defects"}
    assert {job.perfect for job in points} == {scale.small[0]}
    for job in points:
        assert job.defects is not None
        steps = job.settings["epochs"] * _steps_an_epoch(scale.small[0] + job.defects)
        assert scale.curve_steps <= steps < 1.06 * scale.curve_steps


@SCALES
@pytest.mark.parametrize("remedy", ["weights", "focal", "none"])
def test_each_remedy_for_rare_defects_is_held_against_balanced_draws(
    scale: Scale, remedy: str
) -> None:
    jobs = chosen(scale, "imbalance", remedy)
    assert len(jobs) == scale.long_seeds
    balanced = make_model("cnn-a", **chosen(scale, "challenge")[0].settings).get_params()
    settings = make_model("cnn-a", **jobs[0].settings).get_params()
    assert (jobs[0].perfect, jobs[0].defects) == (None, None)
    assert balanced["imbalance"] == "balanced"
    assert {key for key in settings if settings[key] != balanced[key]} == {"imbalance"}


def test_the_report_is_repeated_without_what_it_didnt_have() -> None:
    job = chosen(FULL, "report")[0]
    assert (job.perfect, job.defects) == (2000, 100)
    settings = make_model(job.model, **job.settings).get_params()
    assert settings["epochs"] == 50
    assert (settings["augment"], settings["imbalance"]) == (False, "none")
    assert not settings["batch_norm"]
    assert not settings["layer_norm"]
    assert settings["schedule"] == "constant"


def test_each_step_of_the_ladder_changes_one_thing() -> None:
    settings = [
        make_model("cnn-a", **chosen(FULL, question, variant)[0].settings).get_params()
        for question, variant in (
            ("report", ""),
            ("ladder", "balanced"),
            ("ladder", "normalised"),
            ("ladder", "augmented"),
            ("ladder", "longer"),
        )
    ]
    changes = [
        {key for key in before if before[key] != after[key]} for before, after in pairwise(settings)
    ]
    assert changes[0] == {"imbalance"}
    kept = {"augment", "imbalance", "patience", "symmetric", "monitor"}
    assert changes[1] == set(AS_REPORTED) - kept
    assert changes[2] == {"augment", "symmetric", "monitor"}
    assert changes[3] == {"epochs"}
    last = make_model("cnn-a", **chosen(FULL, "challenge")[0].settings).get_params()
    assert {key for key in last if last[key] != settings[-1][key]} == {"epochs"}
    steps = [
        epochs * _steps_an_epoch(patches)
        for epochs, patches in ((settings[-1]["epochs"], 2100), (last["epochs"], FULL.training))
    ]
    assert steps[1] <= steps[0] < 1.01 * steps[1]


@pytest.mark.parametrize("scale", [FULL, QUICK], ids=["full", "quick"])
def test_without_augmentation_the_epoch_that_ranks_best_is_kept(scale: Scale) -> None:
    for job in plan(scale):
        if job.model in CLASSIFIERS:
            augmented = job.settings["augment"]
            assert job.settings.get("monitor", "loss") == ("loss" if augmented else "auc"), job.name
            assert job.settings["patience"] == 0, job.name


def test_the_seed_moves_all_seeds() -> None:
    first, other = plan(QUICK), plan(QUICK, seed=7)
    assert [replace(job, seed=job.seed + 7) for job in first] == other


def test_a_job_can_be_written_down() -> None:
    job = chosen(FULL, "imbalance", "focal")[0]
    assert job.document() == {
        "question": "imbalance",
        "variant": "focal",
        "model": "cnn-a",
        "seed": 0,
        "data": "challenge",
        "perfect": None,
        "defects": None,
        "settings": {
            "epochs": FULL.classifier_epochs,
            "augment": True,
            "patience": 0,
            "imbalance": "focal",
        },
    }


@pytest.mark.parametrize(
    ("steps", "patches", "epochs"), [(25, 2000, 1), (26, 2000, 2), (100, 80, 100), (3, 160, 2)]
)
def test_epochs_that_make_so_many_steps(steps: int, patches: int, epochs: int) -> None:
    # Of 2000 patches 1600 are learned from, in 25 steps of 64.
    assert epochs_for(steps, patches) == epochs
