from __future__ import annotations

from dataclasses import replace

from honeycomb_patches import describe
from sixring.models import Judgement, TrainingData
from sixring.models._card import card


def test_a_card_says_what_is_known() -> None:
    known = replace(
        describe("cnn-a"),
        seed=7,
        config={"kernel": 3},
        data=TrainingData("ab" * 32, 200, 10, 12, (0.2, 0.2), (1e3, 1e4), ("hrtem", "stem")),
        validation=Judgement(40, 2, 9, 0.25, 0.97, 0.91, 0.99, "bootstrap over 12 groups"),
        calibration={"kind": "logistic", "prevalence": 0.2512},
        augmentation={"inversion": 0.5},
    )
    text = card(known)
    for line in (
        "# cnn-a",
        "- patches: 200 perfect, 10 defect",
        "- micrographs or sessions: 12",
        "- sampling: 0.2 A/px",
        "- dose: 1000 to 10000 e/A^2",
        "- mode: hrtem, stem",
        f"- SHA-256 of patches, labels and groups: {'ab' * 32}",
        "- held out: 40 perfect, 2 defect patches",
        "- epoch kept: 9, mean loss 0.25",
        "- ROC-AUC: 0.970, 95 % interval 0.910 to 0.990 (bootstrap over 12 groups)",
        "- score: logit, of logit",
        "- threshold: 0.5: chosen by hand",
        "- probabilities: for a share of defects of 0.25, where no other is given",
        "- seed: 7",
        "- kernel: 3",
        "- augmentation: inversion 0.5",
        "- sixring: 0.1.0",
    ):
        assert line in text.splitlines()


def test_a_card_says_what_is_not_known() -> None:
    unknown = TrainingData("00", 30, 0, None, None, None, ())
    lines = card(replace(describe("vae"), data=unknown)).splitlines()
    for line in (
        "- micrographs or sessions: not known",
        "- sampling: not known",
        "- dose: not known",
        "- mode: not known",
        "- ROC-AUC: not known, no defects were held out",
        "- probabilities: no, no defects were held out",
        "- augmentation: none",
    ):
        assert line in lines


def test_an_auc_without_an_interval_says_why() -> None:
    judged = Judgement(40, 2, 9, 0.25, 0.97, None, None, "no interval: one group")
    text = card(replace(describe("cnn-a"), validation=judged))
    assert "- ROC-AUC: 0.970 (no interval: one group)" in text
