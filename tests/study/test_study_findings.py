"""Sentences about the classifiers: the numbers choose them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sixring.study._findings import (
    classifier_findings,
    curve_findings,
    imbalance_findings,
    ladder_findings,
    report_findings,
    start_loss,
    why_so,
)
from sixring.study._phrases import NO_BREAK
from study_documents import Key, document, no_interval

DEFECT_SHARE = 100 / 2100


def plain(sentences: list[str]) -> str:
    return " ".join(sentences).replace(NO_BREAK, " ")


def with_losses(training: list[float], validation: float = 0.85) -> dict[str, Any]:
    """Return a study whose report's trainings of either model ended so."""
    made = document(seeds=len(training))
    for row in made["trainings"]:
        if row["question"] == "report":
            row["training_loss"] = training[row["seed"]]
            row["validation_loss"] = validation
    return made


def test_the_reports_experiment_in_numbers() -> None:
    first, second = report_findings(document())
    assert plain([first]) == (
        "Trained as in the report, on 2000 perfect and 100 defect patches for 50 epochs, cnn-a "
        "reaches an AUC of 0.510 [0.480, 0.540] on the test set: no better than chance."
    )
    assert "cnn-b reaches an AUC of 0.550" in second
    assert second.endswith("hardly better than chance.")


def test_trainings_of_different_length_are_given_as_a_range() -> None:
    made = document()
    made["trainings"][0]["epochs"] = 31
    assert "for 31 to 50 epochs, cnn-a" in report_findings(made)[0]


def test_the_loss_of_knowing_nothing_is_the_entropy() -> None:
    row = document()["trainings"][0]
    labels = np.repeat([0, 1], [2000, 100])
    losses = -np.log([1 - DEFECT_SHARE, DEFECT_SHARE])[labels]
    assert start_loss(row) == pytest.approx(losses.mean())


def test_learned_by_heart() -> None:
    text = plain(why_so(with_losses([0.0012, 0.003])))
    assert text.startswith(
        "A network that knows nothing but how rare defects are has a loss of 0.191. "
        "cnn-a: in both trainings the loss on the training patches fell to 0.0012 to 0.0030, "
        "and on the patches held out it ended at 0.85."
    )
    assert text.count("for other patches that is worse than knowing nothing.") == 2
    assert "never got away" not in text
    assert "something was learned" not in text


def test_learned_by_heart_and_not_in_vain() -> None:
    text = plain(why_so(with_losses([0.001], 0.1)))
    assert "in the only training" in text
    assert "for other patches that is of less use." in text
    assert "worse than knowing nothing" not in text


def test_never_away_from_the_start() -> None:
    text = plain(why_so(with_losses([0.19, 0.19, 0.19])))
    assert "cnn-b: in all 3 trainings the loss on the training patches was still 0.19" in text
    assert "by heart" not in text


def test_trainings_that_ended_differently_are_told_apart() -> None:
    text = plain(why_so(with_losses([0.001, 0.19, 0.1])))
    for end in ("fell to 0.0010", "was still 0.19 at the end", "ended at 0.10 and on the"):
        assert text.count(end) == 2, end
    assert text.count("in 1 of 3 trainings") == 6


def test_the_ladder_names_the_steps_that_count() -> None:
    text = plain(ladder_findings(document()))
    assert text.startswith(
        "From 0.510 [0.480, 0.540] in the report's experiment the AUC of cnn-a goes to 0.973 "
        "[0.943, 1.003] when its training is balanced, normalised, augmented and has all patches: "
        "reliable."
    )
    assert (
        "'normalised', 'augmented' and 'all patches' raised the AUC by more than chance might; "
        "the largest step was 'normalised' with +0.190 [+0.160, +0.220]."
    ) in text
    assert "lowered" not in text
    assert "not of its architecture" in text


def test_a_ladder_that_leads_nowhere() -> None:
    kinds: list[Key] = [
        ("ladder", "balanced", "cnn-a"),
        ("ladder", "normalised", "cnn-a"),
        ("ladder", "augmented", "cnn-a"),
        ("challenge", "", "cnn-a"),
    ]
    text = plain(ladder_findings(document(dict.fromkeys(kinds, 0.505))))
    assert "No single step raised the AUC by more than chance might." in text
    assert "architecture" not in text
    assert text.count("no better than chance") == 1


def test_a_step_that_harms_is_named() -> None:
    text = plain(ladder_findings(document({("ladder", "augmented", "cnn-a"): 0.6})))
    assert "'augmented' lowered the AUC." in text
    assert "'normalised' and 'all patches' raised the AUC" in text


def test_without_intervals_the_architecture_is_not_cleared() -> None:
    made = document()
    for row in made["results"]:
        row["auc"] = no_interval(row["auc"]["value"])
    assert "architecture" not in plain(ladder_findings(made))


def test_both_classifiers_and_augmentation() -> None:
    first, second, both = (plain([sentence]) for sentence in classifier_findings(document()))
    assert first == (
        "On 2100 patches cnn-a reaches 0.973 [0.943, 1.003], reliable; augmentation raises it: "
        "+0.073 [+0.043, +0.103]."
    )
    assert "cnn-b reaches 0.958" in second
    assert "cnn-a and cnn-b can't be told apart: +0.015" in both


@pytest.mark.parametrize(
    ("aucs", "words"),
    [
        ({("plain", "", "cnn-a"): 0.99}, "augmentation changes it by no more than chance might"),
        ({("plain", "", "cnn-b"): 0.999}, "augmentation lowers it: −0.041"),
        ({("challenge", "", "cnn-b"): 0.9}, "With augmentation cnn-a is better than cnn-b"),
        ({("challenge", "", "cnn-a"): 0.8}, "With augmentation cnn-b is better than cnn-a"),
    ],
)
def test_other_numbers_choose_other_words(aucs: dict[Key, float], words: str) -> None:
    assert words in plain(classifier_findings(document(aucs)))


def test_how_many_defects_it_takes() -> None:
    augmented, not_augmented = (plain([s]) for s in curve_findings(document()))
    assert augmented == (
        "With augmentation, 10 defect patches give 0.600 [0.570, 0.630] and 100 give 0.910 "
        "[0.880, 0.940]; 0.9 is reached with 100."
    )
    assert not_augmented.startswith("Without augmentation, 10 defect patches give 0.520")
    assert not_augmented.endswith("0.9 isn't reached.")


def test_the_default_remedy_among_the_others() -> None:
    sentences = [plain([sentence]) for sentence in imbalance_findings(document())]
    assert sentences == [
        "Balanced sampling is better than focal loss (+0.060 [+0.030, +0.090]).",
        "Balanced sampling is worse than nothing (−0.080 [−0.110, −0.050]).",
        "Balanced sampling can't be told from class weights (+0.010 [−0.020, +0.040]).",
    ]


def test_remedies_that_are_all_alike() -> None:
    kinds: list[Key] = [("imbalance", remedy, "cnn-a") for remedy in ("weights", "focal", "none")]
    (sentence,) = imbalance_findings(document(dict.fromkeys(kinds, 0.86)))
    assert sentence.startswith("Balanced sampling can't be told from class weights (")
    assert sentence.count("(") == 3
