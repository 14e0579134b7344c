"""Sentences about the classifiers: the numbers choose them."""

from __future__ import annotations

from typing import Any

import pytest

from sixring.study._findings import (
    classifier_findings,
    curve_findings,
    imbalance_findings,
    ladder_findings,
)
from sixring.study._phrases import NO_BREAK
from study_documents import LADDER, Key, document, no_interval

REMEDIES: list[Key] = [("imbalance", remedy, "cnn-a") for remedy in ("weights", "focal", "none")]
ALL: Key = ("challenge", "", "cnn-a")


def plain(sentences: list[str]) -> str:
    return " ".join(sentences).replace(NO_BREAK, " ")


def without_intervals(made: dict[str, Any]) -> dict[str, Any]:
    for row in made["results"]:
        row["auc"] = no_interval(row["auc"]["value"])
    return made


def test_the_ladder_names_the_steps_that_count() -> None:
    text = plain(ladder_findings(document()))
    assert text.startswith(
        "When its training is balanced, normalised, augmented, longer and has all patches, the "
        "AUC of cnn-a goes from 0.510 [0.480, 0.540] in the report's experiment to 0.973 [0.943, "
        "1.003], better than chance; at 1 % false alarms it finds 20 % [17 %, 23 %] of the defects."
    )
    assert (
        "'normalised', 'augmented' and 'all patches' raised the AUC by more than chance might "
        "(5 comparisons, corrected for their number after Holm); the largest step was "
        "'normalised' with +0.190 [+0.160, +0.220]."
    ) in text
    assert "lowered" not in text
    assert text.endswith(
        "Of 'balanced' nothing can be said: neither before nor after can the AUC be told from "
        "chance."
    )


def test_a_ladder_that_leads_nowhere() -> None:
    text = plain(ladder_findings(document(dict.fromkeys(LADDER[1:], 0.505))))
    assert "No single step raised the AUC by more than chance might (5 comparisons" in text
    assert "Of 'balanced', 'normalised', 'augmented', 'longer' and 'all patches' nothing" in text
    assert "to 0.505 [0.475, 0.535], which can't be told from chance" in text


def test_a_step_that_harms_is_named() -> None:
    text = plain(ladder_findings(document({("ladder", "augmented", "cnn-a"): 0.6})))
    assert "'augmented' lowered the AUC: −0.1" in text
    assert "'normalised', 'longer' and 'all patches' raised the AUC" in text


def test_the_ladder_with_one_training_at_each_step() -> None:
    _, change = ladder_findings(document(seeds=1))
    text = plain([change])
    assert text.startswith(
        "With a single training to compare, the change is 'balanced' +0.010 [−0.020, +0.040], "
        "'normalised' +0.190"
    )
    assert text.endswith(", which says nothing of other trainings.")


def test_of_the_architecture_nothing_is_said() -> None:
    # The steps change layers as well.
    assert "architecture" not in plain(ladder_findings(document()))


def test_both_classifiers_and_augmentation() -> None:
    first, second, both = (plain([sentence]) for sentence in classifier_findings(document()))
    assert first == (
        "On 2100 patches cnn-a reaches 0.973 [0.943, 1.003], better than chance; at 1 % false "
        "alarms it finds 20 % [17 %, 23 %] of the defects. Augmentation raises the AUC: +0.073 "
        "[+0.043, +0.103]."
    )
    assert "cnn-b reaches 0.958" in second
    assert "cnn-a and cnn-b can't be told apart: +0.015" in both
    assert both.endswith("(3 comparisons, corrected for their number after Holm).")


@pytest.mark.parametrize(
    ("aucs", "words"),
    [
        ({("plain", "", "cnn-a"): 0.99}, "Augmentation changes the AUC by no more than chance"),
        ({("plain", "", "cnn-b"): 0.999}, "Augmentation lowers the AUC: −0.041"),
        ({("challenge", "", "cnn-b"): 0.9}, "With augmentation cnn-a is better than cnn-b"),
        ({ALL: 0.8}, "With augmentation cnn-b is better than cnn-a"),
        ({ALL: 0.51, ("plain", "", "cnn-a"): 0.5}, "Neither with augmentation nor without can"),
        (
            {ALL: 0.51, ("challenge", "", "cnn-b"): 0.5},
            "With augmentation neither cnn-a nor cnn-b can be told from chance",
        ),
    ],
)
def test_other_numbers_choose_other_words(aucs: dict[Key, float], words: str) -> None:
    assert words in plain(classifier_findings(document(aucs)))


def test_single_classifiers_are_not_compared_as_methods() -> None:
    sentences = classifier_findings(document(seeds=1))
    assert all(
        sentence.endswith("which says nothing of other trainings.") for sentence in sentences
    )
    text = plain(sentences)
    assert "The trainings with augmentation and without differ by +0.073 [+0.043, +0.103]" in text
    assert "these trainings of cnn-a and cnn-b differ by +0.015" in text
    assert "raises" not in text


def test_how_many_defects_it_takes() -> None:
    augmented, not_augmented, limits = (plain([s]) for s in curve_findings(document()))
    assert augmented == (
        "With augmentation, 10 defect patches (8 to learn from) give 0.600 [0.570, 0.630], better "
        "than chance; 100 defect patches (80 to learn from) give 0.910 [0.880, 0.940], better "
        "than chance; 0.9 is reached with 100."
    )
    assert not_augmented.startswith(
        "Without augmentation, 10 defect patches (8 to learn from) give 0.520 [0.490, 0.550], "
        "which can't be told from chance;"
    )
    assert not_augmented.endswith("0.9 isn't reached.")
    assert limits.startswith("All trainings of a curve have about as many steps of the optimiser")
    for sentence in curve_findings(document(seeds=1))[:2]:
        assert sentence.endswith("; these are single trainings, which say nothing of others.")


def test_the_default_remedy_among_the_others() -> None:
    sentences = [plain([sentence]) for sentence in imbalance_findings(document())]
    assert sentences == [
        "Balanced sampling is better than focal loss (+0.060 [+0.030, +0.090]), nothing (+0.120 "
        "[+0.090, +0.150]).",
        "Balanced sampling can't be told from class weights (+0.010 [−0.020, +0.040]).",
        "These are 3 comparisons, corrected for their number after Holm.",
    ]


def test_a_remedy_that_is_better_than_the_default() -> None:
    text = plain(imbalance_findings(document({ALL: 0.8})))
    assert "Balanced sampling is worse than class weights (−0.163" in text


def test_remedies_that_are_all_alike() -> None:
    first, _ = imbalance_findings(document(dict.fromkeys(REMEDIES, 0.973)))
    assert first.startswith("Balanced sampling can't be told from class weights (")
    assert first.count("(") == 3


def test_remedies_that_learned_nothing_are_not_ranked() -> None:
    # Far apart and each of them within chance, as trainings that never left their start are.
    made = document({ALL: 0.52, **dict(zip(REMEDIES, (0.52, 0.46, 0.40), strict=True))})
    (sentence,) = imbalance_findings(made)
    assert sentence.startswith("With none of these 4 can the AUC be told from chance:")
    assert len(imbalance_findings(without_intervals(document()))) == 1


def test_remedies_of_which_one_learned() -> None:
    aucs = dict(zip(REMEDIES, (0.9, 0.50, 0.49), strict=True))
    text = plain(imbalance_findings(document({ALL: 0.52, **aucs})))
    assert (
        "The AUC with balanced sampling can't be told from chance, nor that with focal loss or "
        "nothing: nothing can be said of which is better."
    ) in text
    assert "Balanced sampling is worse than class weights (−0.380" in text


def test_single_trainings_with_remedies() -> None:
    (sentence,) = imbalance_findings(document(seeds=1))
    text = plain([sentence])
    assert text.startswith(
        "With a single training to compare, balanced sampling differs from class weights (+0.010"
    )
    assert text.endswith("which says nothing of other trainings.")
