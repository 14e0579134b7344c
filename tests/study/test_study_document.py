"""The numbers of a study whose trainings were made by hand."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any

import numpy as np
import pytest

from sixring.errors import UsageError
from sixring.evaluate import compare_repeats, evaluate_repeats, roc_auc
from sixring.study._document import study_document
from sixring.study._results import LADDER, Kind, kinds_of
from sixring.study._training import Outcome
from study_outcomes import hand_data, outcome

DATA = hand_data()
assert DATA.test.labels is not None
LABELS = DATA.test.labels
SEEDS = (0, 1, 2)


def autoencoder(model: str, seed: int) -> Outcome:
    """Return a training with a local score that is good and a mean one that is noise."""
    generator = np.random.default_rng([7, seed])
    local = generator.normal(size=len(LABELS)) + 1.5 * LABELS
    mean = 1000 / np.asarray(DATA.test.details["dose"], float)
    return outcome(
        "autoencoder",
        model,
        0.0,
        seed=seed,
        scores={"local": local.astype(np.float32), "mean": mean.astype(np.float32)},
        history=[{"epoch": 1, "training_loss": 40.0, "validation_loss": float("nan")}],
    )


def outcomes() -> list[Outcome]:
    kinds = [
        ("challenge", "", "cnn-a", 3.0),
        ("challenge", "", "cnn-b", 2.0),
        ("plain", "", "cnn-a", 1.0),
        ("plain", "", "cnn-b", 0.8),
        ("report", "", "cnn-a", 0.0),
        ("report", "", "cnn-b", 0.1),
        ("ladder", "balanced", "cnn-a", 0.3),
        ("ladder", "normalised", "cnn-a", 0.6),
        ("ladder", "augmented", "cnn-a", 1.5),
        ("ladder", "longer", "cnn-a", 1.7),
        ("imbalance", "weights", "cnn-a", 1.4),
        ("imbalance", "focal", "cnn-a", 1.4),
        ("imbalance", "none", "cnn-a", 1.2),
        ("curve", "10", "cnn-a", 0.5),
        ("curve", "10-plain", "cnn-a", 0.2),
    ]
    made = [
        outcome(question, model, distance, variant=variant, seed=seed)
        for question, variant, model, distance in kinds
        for seed in SEEDS
    ]
    return made + [autoencoder(m, s) for m in ("dense-ae", "conv-ae", "vae") for s in SEEDS]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return study_document(outcomes(), DATA, None, scale="quick", seed=4)


def find(document: dict[str, Any], *kind: str, score: str = "logit") -> dict[str, Any]:
    rows = [
        row
        for row in document["results"]
        if (row["question"], row["variant"], row["model"]) == kind and row["score"] == score
    ]
    assert len(rows) == 1
    row: dict[str, Any] = rows[0]
    return row


def test_it_is_the_same_when_read_again(document: dict[str, Any]) -> None:
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["sixring"] == version("sixring")
    assert (document["scale"], document["seed"], document["latent"]) == ("quick", 4, None)


def test_the_same_trainings_give_the_same_numbers(document: dict[str, Any]) -> None:
    assert study_document(outcomes(), DATA, None, scale="quick", seed=4) == document


def test_what_the_sets_hold(document: dict[str, Any]) -> None:
    assert list(document["data"]) == ["challenge", "defects", "test"]
    test = document["data"]["test"]
    assert (test["perfect"], test["defects"], test["micrographs"]) == (180, 60, 12)
    assert test["kinds"] == {"SV": 20, "SW": 20, "flower": 20}
    assert test["shape"] == [8, 8]
    assert test["dose"] == pytest.approx([1000, 9900])
    assert test["sampling"] == [0.2, 0.2]


def test_every_training_has_its_row(document: dict[str, Any]) -> None:
    rows, made = document["trainings"], outcomes()
    assert [row["name"] for row in rows] == [one.job.name for one in made]
    first = rows[0]
    assert first == {
        "name": "challenge-cnn-a-0",
        "question": "challenge",
        "variant": "",
        "model": "cnn-a",
        "seed": 0,
        "perfect": 120,
        "defects": 30,
        "learned_defects": 20,
        "epochs": 2,
        "best_epoch": 1,
        "settings": {"epochs": 2, "channels": [4, 8]},
        "training_loss": 0.3,
        "validation_loss": 0.65,
        "validation_auc": 0.75,
        "kept_training_loss": 0.5,
        "kept_validation_loss": 0.6,
        "training_auc": 1.0,
        "auc": {"logit": roc_auc(made[0].scores["logit"], LABELS)},
    }
    # What isn't known, or isn't a number, is None.
    last = rows[-1]
    assert (last["training_loss"], last["validation_loss"]) == (40.0, None)
    assert last["validation_auc"] is None
    assert list(last["auc"]) == ["local", "mean"]
    assert last["learned_defects"] == 0


def test_a_training_on_all_patches_says_how_many() -> None:
    made = outcome("curve", "cnn-a", 1.0, data="defects", perfect=None, defects=None)
    row = study_document([made], DATA, None, scale="full", seed=0)["trainings"][0]
    assert (row["perfect"], row["defects"]) == (60, 20)


def test_a_training_on_one_class_has_no_auc_of_its_own() -> None:
    perfect = np.zeros(50, np.int8)
    made = outcome(
        "report", "cnn-a", 1.0, training_labels=perfect, training_scores=perfect.astype(float)
    )
    row = study_document([made], DATA, None, scale="full", seed=0)["trainings"][0]
    assert row["training_auc"] is None


def test_a_result_is_that_of_all_its_trainings(document: dict[str, Any]) -> None:
    row = find(document, "challenge", "", "cnn-a")
    scores = [one.scores["logit"] for one in outcomes()[:3]]
    expected = evaluate_repeats(
        scores, LABELS, groups=DATA.test.groups, details=DATA.test.details, seed=4
    )
    assert row["seeds"] == [0, 1, 2]
    assert row["each"] == list(expected.each)
    for name in ("auc", "average_precision", "recall"):
        estimate = getattr(expected, name)
        assert row[name] == {
            "value": estimate.value,
            "low": estimate.low,
            "high": estimate.high,
            "how": estimate.how,
        }
    assert [(part["column"], part["value"]) for part in row["parts"]] == [
        (part.column, part.value) for part in expected.parts
    ]
    assert row["parts"][0]["auc"]["value"] == expected.parts[0].auc.value
    assert row["decides"] is True


def test_results_apart_where_they_are_wanted(document: dict[str, Any]) -> None:
    apart = {row["question"] for row in document["results"] if row["parts"]}
    assert apart == {"challenge", "plain", "autoencoder"}


def test_every_score_of_an_autoencoder_has_its_row_and_reason(document: dict[str, Any]) -> None:
    local = find(document, "autoencoder", "", "vae", score="local")
    mean = find(document, "autoencoder", "", "vae", score="mean")
    assert (local["decides"], mean["decides"]) == (True, False)
    assert local["auc"]["value"] > 0.8
    assert mean["auc"]["value"] == pytest.approx(0.5, abs=0.1)
    assert mean["explained"]["dose"] == pytest.approx(-1)
    assert abs(local["explained"]["dose"]) < 0.3


def test_what_is_compared(document: dict[str, Any]) -> None:
    def name(side: dict[str, Any]) -> str:
        parts = (side["question"], side["variant"], side["model"], side["score"])
        return "/".join(part for part in parts if part)

    listed = [
        (row["about"], name(row["first"]), name(row["second"])) for row in document["comparisons"]
    ]
    logit = "cnn-a/logit"
    assert listed == [
        ("model", f"challenge/{logit}", "challenge/cnn-b/logit"),
        ("model", f"plain/{logit}", "plain/cnn-b/logit"),
        ("model", f"report/{logit}", "report/cnn-b/logit"),
        ("augmentation", f"challenge/{logit}", f"plain/{logit}"),
        ("augmentation", "challenge/cnn-b/logit", "plain/cnn-b/logit"),
        ("augmentation", f"curve/10/{logit}", f"curve/10-plain/{logit}"),
        ("ladder", f"ladder/balanced/{logit}", f"report/{logit}"),
        ("ladder", f"ladder/normalised/{logit}", f"ladder/balanced/{logit}"),
        ("ladder", f"ladder/augmented/{logit}", f"ladder/normalised/{logit}"),
        ("ladder", f"ladder/longer/{logit}", f"ladder/augmented/{logit}"),
        ("ladder", f"challenge/{logit}", f"ladder/longer/{logit}"),
        ("imbalance", f"challenge/{logit}", f"imbalance/weights/{logit}"),
        ("imbalance", f"challenge/{logit}", f"imbalance/focal/{logit}"),
        ("imbalance", f"challenge/{logit}", f"imbalance/none/{logit}"),
        ("pooling", "autoencoder/dense-ae/local", "autoencoder/dense-ae/mean"),
        ("pooling", "autoencoder/conv-ae/local", "autoencoder/conv-ae/mean"),
        ("pooling", "autoencoder/vae/local", "autoencoder/vae/mean"),
    ]


def test_a_comparison_is_paired_by_micrograph(document: dict[str, Any]) -> None:
    row = document["comparisons"][3]
    kinds = kinds_of(outcomes())
    first, second = (
        [one.scores["logit"] for one in kinds[Kind(question, "", "cnn-a")]]
        for question in ("challenge", "plain")
    )
    expected = compare_repeats(first, second, LABELS, DATA.test.groups, seed=4)
    assert row["first"]["auc"] == expected.first
    assert row["second"]["auc"] == expected.second
    assert row["difference"]["value"] == expected.difference.value
    assert row["difference"]["low"] == expected.difference.low
    assert row["p_value"] == expected.p_value
    assert row["difference"]["low"] > 0


def test_what_was_not_trained_is_not_compared() -> None:
    made = [outcome("challenge", "cnn-a", 2.0), outcome("report", "cnn-a", 0.0)]
    found = study_document(made, DATA, None, scale="quick", seed=0)
    assert found["comparisons"] == []
    assert [row["question"] for row in found["results"]] == ["challenge", "report"]


def test_the_ladder_climbs_from_the_report_to_the_challenge() -> None:
    assert LADDER[0] == Kind("report", "", "cnn-a")
    assert LADDER[-1] == Kind("challenge", "", "cnn-a")
    assert {kind.model for kind in LADDER} == {"cnn-a"}


def test_scores_of_other_patches_are_refused() -> None:
    short = outcome("report", "cnn-a", 1.0, scores={"logit": np.zeros(10, np.float32)})
    with pytest.raises(UsageError, match="10 scores need 10 labels, not an array of"):
        study_document([short], DATA, None, scale="quick", seed=0)
