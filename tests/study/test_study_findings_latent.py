"""Sentences about the autoencoders: the numbers choose them."""

from __future__ import annotations

from typing import Any

import pytest

from sixring.study._findings_latent import (
    code_findings,
    latent_findings,
    pooling_findings,
    reason,
    score_findings,
)
from sixring.study._phrases import NO_BREAK
from study_documents import document, estimate, no_interval, p_value


def plain(sentences: list[str]) -> str:
    return " ".join(sentences).replace(NO_BREAK, " ")


def scored(
    auc: float, *, dose: float = 0.0, micrograph: float = 0.0, within: float | None = None
) -> dict[str, Any]:
    """Return a result that so much else than a defect decides."""
    return {
        "auc": estimate(auc),
        "explained": {
            "dose": dose,
            "micrographs": 21,
            "dose_share": dose**2,
            "micrograph_share": micrograph,
            "auc_within_micrographs": within,
        },
    }


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (scored(0.85, dose=-0.9), "–"),
        # As measured: conditions hide what the score knows, though it falls with the dose.
        (
            scored(0.605, dose=-0.658, micrograph=0.887, within=0.751),
            "hidden by differences between micrographs: 0.75 within them",
        ),
        (
            scored(0.5, dose=-0.7, micrograph=0.96, within=0.52),
            "noise: falls with dose, the dose makes 49 % of it, over 21 micrographs, and even "
            "within them it is 0.52",
        ),
        (
            scored(0.5, dose=-0.7, micrograph=0.96),
            "noise: falls with dose, the dose makes 49 % of it, over 21 micrographs",
        ),
        (
            scored(0.5, dose=0.7, micrograph=0.96, within=0.58),
            "contrast: rises with dose, the dose makes 49 % of it, over 21 micrographs, and even "
            "within them it is 0.58",
        ),
        (
            scored(0.42, dose=0.669, micrograph=0.868, within=0.3),
            "the wrong way round: defects have smaller values (0.30 within micrographs), as a "
            "defect breaks the lattice whose contrast it follows",
        ),
        (scored(0.42), "the wrong way round: defects have smaller values"),
        (scored(0.5, micrograph=0.4), "conditions: the micrograph makes 40 % of it"),
        (
            scored(0.54, micrograph=0.4, within=0.57),
            "rebuilt as well: even within micrographs it is 0.57",
        ),
        (
            scored(0.843, dose=-0.33, micrograph=0.73, within=0.892),
            "hidden by differences between micrographs: 0.89 within them",
        ),
        (
            scored(0.5, dose=0.3, micrograph=0.2),
            "neither dose nor micrograph make much of it, nor do defects: pose and chance",
        ),
    ],
)
def test_what_limits_a_score(row: dict[str, Any], words: str) -> None:
    assert plain([reason(row)]) == words


def test_a_reason_without_measurements() -> None:
    row = scored(0.5)
    row["explained"] = dict.fromkeys(row["explained"])
    assert reason(row).startswith("neither dose nor micrograph")


def test_the_best_score_is_named() -> None:
    text = plain(score_findings(document()))
    assert text.startswith(
        "Of 11 scores of autoencoders, which saw perfect patches alone, the best is the local "
        "residual of conv-ae with an AUC of 0.870 [0.840, 0.900], better than chance; at 1 % false "
        "alarms it finds 20 % [17 %, 23 %] of the defects. It was chosen on the test set"
    )
    # The interval of 0.53 begins at 0.500.
    assert "7 of 11 can't be told from chance." in text
    assert "1 of 11 have a clearly higher AUC if defects are set against perfect" in text
    assert "6 of 11 fall with the dose of the patch: to that extent they measure its noise" in text
    assert "so this rests on 70 doses" in text
    assert "rise with the dose" not in text
    assert "smaller" not in text


def test_scores_that_are_smaller_for_defects_are_a_finding() -> None:
    made = document()
    for row in made["results"]:
        if row["score"] in ("kl", "mahalanobis"):
            row["auc"] = estimate(0.42)
            row["explained"] |= {"dose": 0.67, "dose_share": 0.45}
    text = plain(score_findings(made))
    for name in ("KL term", "Mahalanobis distance"):
        assert (
            f"Defects have a smaller {name} of vae than perfect patches: its AUC is 0.420" in text
        )
    assert "6 of 11 can't be told from chance." in text
    assert "2 of 11 rise with the dose of the patch: to that extent they measure how" in text


def test_no_more_is_said_than_there_is() -> None:
    made = document()
    for row in made["results"]:
        row["auc"] = estimate(0.9)
        row["explained"]["dose_share"] = None
        row["explained"]["auc_within_micrographs"] = None
    assert len(score_findings(made)) == 1


def test_local_against_mean() -> None:
    made = document()
    text = plain(pooling_findings(made))
    assert (
        "In dense-ae the local residual does better than the mean over the patch: +0.210 "
        "[+0.180, +0.240] (one of" in text
    )
    assert text.count("(one of 3 comparisons, corrected for their number after Holm).") == 3
    for row in made["comparisons"]:
        if row["about"] == "pooling":
            value = {"dense-ae": -0.2, "conv-ae": 0.01, "vae": 0.2}[row["first"]["model"]]
            row |= {"difference": estimate(value), "p_value": p_value(value)}
            if row["first"]["model"] == "vae":
                row |= {"difference": no_interval(value), "p_value": None}
    worse, alike, unknown = pooling_findings(made)
    assert "does worse than the mean over the patch: −0.200" in worse
    assert "neither better nor worse than the mean, as far as can be told" in alike
    assert "neither better nor worse than the mean, as far as can be told: +0.200 (" in unknown


def test_local_against_mean_in_single_trainings() -> None:
    for sentence in pooling_findings(document(seeds=1)):
        assert sentence.endswith("which says nothing of other trainings.")
        assert "better" not in sentence


def test_local_and_mean_that_know_nothing() -> None:
    made = document()
    for row in made["results"]:
        row["auc"] = estimate(0.5)
    assert pooling_findings(made)[0] == (
        "In dense-ae neither the local residual nor the mean can be told from chance."
    )


@pytest.mark.parametrize(
    ("auc", "words"),
    [
        (estimate(0.52), "so that it can't be said to tell the classes apart."),
        (estimate(0.60), "so it tells the classes apart to an extent."),
        (estimate(0.90), "so it tells the classes apart."),
    ],
)
def test_the_first_node_of_the_code(auc: dict[str, Any], words: str) -> None:
    made = document()
    made["code"] |= {"auc": auc, "largest": [0.612, 0.587]}
    first, best = code_findings(made)
    assert words in first
    assert "the way round was chosen on these very test patches" in first
    assert best.startswith("Of all 32 nodes, the one that does best has 0.587 to 0.612: chosen on")


def test_the_latent_distribution_in_numbers() -> None:
    shape, term, apart, region, verdict = (plain([s]) for s in latent_findings(document()))
    assert shape == (
        "1 of 2 dimensions are active. The Gaussian with the mean and covariance of the training "
        "patches' aggregate posterior lies 2.50 nats from N(0, I), and the largest distance of a "
        "dimension from N(0, 1) is 0.30."
    )
    assert "12.5 nats for perfect test patches on average and 12.8 for defects" in term
    assert "with a spread of 1.75" in term
    assert apart == (
        "Between perfect patches and defects, 1 of 2 dimensions are further apart than 0.10, what "
        "19 in 20 stay below if labels are shuffled within each micrograph."
    )
    assert region == (
        "The region that holds 95 % of the perfect training patches leaves out 9.0 % [8.0 %, 10 %] "
        "of the defects, more than of the perfect test patches, of which it leaves out 6.0 % "
        "[5.0 %, 7.0 %]."
    )
    assert "has an AUC of 0.560 [0.530, 0.590], better than chance; at 1 %" in verdict


@pytest.mark.parametrize(
    ("perfect", "defects", "words"),
    [
        (
            estimate(0.06, 0.01),
            estimate(0.09, 0.01),
            "9.0 % [8.0 %, 10 %] of the defects, more than",
        ),
        (estimate(0.06), estimate(0.07), "not certainly more than of the perfect"),
        (estimate(0.09, 0.01), estimate(0.06, 0.01), ", if anything fewer than of the perfect"),
        (estimate(0.06), estimate(0.06), "not certainly more than of the perfect"),
        (no_interval(0.06), no_interval(0.5), "50 % of the defects, not certainly more than"),
    ],
)
def test_whether_more_defects_are_left_out(
    perfect: dict[str, Any], defects: dict[str, Any], words: str
) -> None:
    made = document()
    made["latent"] |= {"outside_perfect": perfect, "outside_defects": defects}
    assert words in plain(latent_findings(made))


def test_one_number_for_the_conformity_of_all_trainings() -> None:
    made = document()
    made["latent"]["auc"] = estimate(0.99)  # of the training that is examined
    assert "has an AUC of 0.560" in plain(latent_findings(made))


def test_a_latent_space_that_was_given_up() -> None:
    made = document()
    usual = latent_findings(made)
    made["latent"]["training"]["active"] = 0
    first, second, *_ = latent_findings(made)
    assert first.startswith("The training gave up the latent space")
    assert second.startswith("0 of 2 dimensions are active.")
    assert len(latent_findings(made)) == len(usual) + 1
