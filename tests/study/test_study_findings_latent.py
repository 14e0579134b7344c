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
from study_documents import document, estimate, no_interval


def plain(sentences: list[str]) -> str:
    return " ".join(sentences).replace(NO_BREAK, " ")


def scored(
    auc: float, *, dose: float = 0.0, micrograph: float = 0.0, within: float | None = None
) -> dict[str, Any]:
    """Return a result that so much else than a defect decides."""
    return {
        "auc": estimate(auc),
        "explained": {
            "dose": dose**0.5,
            "dose_share": dose,
            "micrograph_share": micrograph,
            "auc_within_micrographs": within,
        },
    }


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (scored(0.85, dose=0.9), "–"),
        (scored(0.5, dose=0.94, micrograph=0.96, within=0.8), "noise: the dose makes 94 % of it"),
        (scored(0.5, micrograph=0.4), "conditions: the micrograph makes 40 % of it"),
        (scored(0.5, micrograph=0.4, within=0.52), "conditions: the micrograph makes 40 % of it"),
        (
            scored(0.5, micrograph=0.4, within=0.6),
            "conditions: the micrograph makes 40 % of it and hides defects",
        ),
        (
            scored(0.5, dose=0.1, micrograph=0.2),
            "neither dose nor micrograph make much of it, nor do defects: pose and chance",
        ),
    ],
)
def test_why_a_score_fails(row: dict[str, Any], words: str) -> None:
    assert plain([reason(row)]) == words


def test_a_reason_without_measurements() -> None:
    row = scored(0.5)
    row["explained"] = dict.fromkeys(row["explained"])
    assert reason(row).startswith("neither dose nor micrograph")


def test_the_best_score_is_named() -> None:
    text = plain(score_findings(document()))
    assert text.startswith(
        "Of 11 scores of autoencoders, which saw perfect patches alone, the best is the local "
        "residual of conv-ae with an AUC of 0.870 [0.840, 0.900]: useful, with mistakes."
    )
    # The interval of 0.53 ends at 0.500: it isn't better than chance either.
    assert "7 of 11 aren't better than chance." in text
    assert "6 go with the dose of the patch" in text


def test_no_more_is_said_than_there_is() -> None:
    made = document()
    for row in made["results"]:
        row["auc"] = estimate(0.9)
        row["explained"]["dose_share"] = None
    assert len(score_findings(made)) == 1


def test_local_against_mean() -> None:
    made = document()
    text = plain(pooling_findings(made))
    assert (
        "In dense-ae the local residual does better than the mean over the patch: +0.210 "
        "[+0.180, +0.240]." in text
    )
    for row in made["comparisons"]:
        if row["about"] == "pooling":
            row["difference"] = {
                "dense-ae": estimate(-0.2),
                "conv-ae": estimate(0.01),
                "vae": no_interval(0.2),
            }[row["first"]["model"]]
    worse, alike, unknown = pooling_findings(made)
    assert "does worse than the mean over the patch: −0.200" in worse
    assert "neither better nor worse than the mean, as far as can be told" in alike
    assert "neither better nor worse than the mean, as far as can be told: +0.200." in unknown


@pytest.mark.parametrize(
    ("auc", "words"),
    [
        (estimate(0.52), "so it doesn't tell the classes apart."),
        (estimate(0.60), "so it tells the classes apart to an extent."),
        (estimate(0.90), "so it tells the classes apart."),
    ],
)
def test_the_first_node_of_the_code(auc: dict[str, Any], words: str) -> None:
    made = document()
    made["code"] |= {"auc": auc, "largest": [0.612, 0.587]}
    first, best = code_findings(made)
    assert first.endswith(words)
    assert best == (
        "Of all 32 nodes, the one that does best on these very patches has 0.587 to 0.612."
    )


def test_the_latent_distribution_in_numbers() -> None:
    shape, term, apart, region, verdict = (plain([s]) for s in latent_findings(document()))
    assert shape == (
        "1 of 2 dimensions are active. The Gaussian with the mean and covariance of the training "
        "patches' aggregate posterior lies 2.50 nats from N(0, I), and 1 of its dimensions are "
        "further from N(0, 1) than chance would have them."
    )
    assert "12.5 nats for perfect test patches on average and 12.8 for defects" in term
    assert "with a spread of 1.75" in term
    assert apart.startswith("Between perfect patches and defects, 1 of 2 dimensions differ")
    assert region == (
        "The region that holds 95 % of the perfect training patches leaves out 9.0 % [8.0 %, 10 %] "
        "of the defects, more than of the perfect test patches, of which it leaves out 6.0 % "
        "[5.0 %, 7.0 %]."
    )
    assert verdict.endswith("has an AUC of 0.560 [0.530, 0.590]: hardly better than chance.")


@pytest.mark.parametrize(
    ("perfect", "defects", "words"),
    [
        (estimate(0.06), estimate(0.07), "not certainly more than of the perfect"),
        (estimate(0.09, 0.01), estimate(0.06, 0.01), "not certainly more than of the perfect"),
        (no_interval(0.06), no_interval(0.5), "50 % of the defects, not certainly more than"),
    ],
)
def test_whether_more_defects_are_left_out(
    perfect: dict[str, Any], defects: dict[str, Any], words: str
) -> None:
    made = document()
    made["latent"] |= {"outside_perfect": perfect, "outside_defects": defects}
    assert words in plain(latent_findings(made))


def test_a_latent_space_that_was_given_up() -> None:
    made = document()
    usual = latent_findings(made)
    made["latent"]["training"]["active"] = 0
    first, second, *_ = latent_findings(made)
    assert first.startswith("The training gave up the latent space")
    assert second.startswith("0 of 2 dimensions are active.")
    assert len(latent_findings(made)) == len(usual) + 1
