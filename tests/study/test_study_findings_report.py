"""Sentences about the report's own experiment: the numbers choose them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sixring.study._findings_report import report_findings, start_loss, why_so
from sixring.study._phrases import NO_BREAK
from study_documents import document

DEFECT_SHARE = 100 / 2100


def plain(sentences: list[str]) -> str:
    return " ".join(sentences).replace(NO_BREAK, " ")


def ended(training: list[float], validation: float, auc: float | None) -> dict[str, Any]:
    """Return a study whose report's trainings of either model ended so."""
    made = document(seeds=len(training))
    for row in made["trainings"]:
        if row["question"] == "report":
            row["training_loss"] = training[row["seed"]]
            row["validation_loss"] = validation
            row["training_auc"] = auc
    return made


def test_the_reports_experiment_in_numbers() -> None:
    first, second = report_findings(document())
    assert plain([first]) == (
        "Trained as the report describes it, as far as it says, on 2000 perfect and 100 defect "
        "patches, of which 80 are learned from, for 50 epochs, cnn-a reaches an AUC of 0.510 "
        "[0.480, 0.540] on the test set, which can't be told from chance; at 1 % false alarms it "
        "finds 20 % [17 %, 23 %] of the defects."
    )
    assert "cnn-b reaches an AUC of 0.550" in second
    assert "better than chance; at 1" in second


def test_trainings_of_different_length_are_given_as_a_range() -> None:
    made = document()
    made["trainings"][0]["epochs"] = 31
    made["trainings"][0]["learned_defects"] = 77
    text = report_findings(made)[0]
    assert "for 31 to 50 epochs, cnn-a" in text
    assert "of which 77 to 80 are learned from" in text


def test_the_loss_of_knowing_nothing_is_the_entropy() -> None:
    row = document()["trainings"][0]
    labels = np.repeat([0, 1], [2000, 100])
    losses = -np.log([1 - DEFECT_SHARE, DEFECT_SHARE])[labels]
    assert start_loss(row) == pytest.approx(losses.mean())


def test_overfitting_is_seen_in_the_losses() -> None:
    first, second, third = why_so(ended([0.0012, 0.003], 0.85, 0.997))
    assert first == (
        "A network that knows nothing but how rare defects are has a loss of 0.191, the entropy "
        "of the classes."
    )
    assert second == (
        "cnn-a: in both trainings the loss was 0.150 on the patches learned from and 0.188 on "
        "those held out at the epoch that was kept, and 0.00120 to 0.00300 and 0.850 at the end. "
        "The network that was kept ranks the patches that it learned from with an AUC of 0.997. "
        "The loss on the patches learned from ended below the entropy, that on the others above "
        "it: the network learned what is peculiar to its own patches, which is overfitting."
    )
    assert third.startswith("cnn-b: in both trainings")


def test_a_network_that_ranks_its_own_patches_has_left_its_start() -> None:
    # As it was in a study: the loss is near the entropy still.
    text = plain(why_so(ended([0.186], 0.195, 0.866)))
    assert "left its start" not in text
    assert text.count("which is overfitting") == 2


def test_never_away_from_the_start() -> None:
    text = plain(why_so(ended([0.19, 0.19, 0.19], 0.192, 0.52)))
    assert "cnn-b: in all 3 trainings the loss was 0.150" in text
    assert text.count("hasn't left its start") == 2
    assert "overfitting" not in text


@pytest.mark.parametrize(
    ("training", "validation", "auc", "words"),
    [
        (0.1, 0.15, 0.9, "holds for other patches"),
        (0.25, 0.3, 0.9, "can't be told from that"),
        (0.25, 0.1, 0.9, "can't be told from that"),
        (0.19, 0.192, None, "an AUC of unknown. Whether what the network learned"),
    ],
)
def test_other_ends(training: float, validation: float, auc: float | None, words: str) -> None:
    assert plain(why_so(ended([training], validation, auc))).count(words) == 2


def test_a_loss_that_is_not_known() -> None:
    made = ended([0.1], 0.1, 0.9)
    for row in made["trainings"]:
        row["validation_loss"] = None
    assert "and 0.100 and unknown at the end" in plain(why_so(made))


def test_trainings_that_ended_differently_are_told_apart() -> None:
    text = plain(why_so(ended([0.001, 0.19, 0.1], 0.5, 0.55)))
    for end in ("0.00100 to 0.100 and 0.500 at the end", "0.190 and 0.500 at the end"):
        assert text.count(end) == 2, end
    assert text.count("in 2 of 3 trainings") == text.count("in 1 of 3 trainings") == 2
