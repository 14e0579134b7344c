"""What ``study.json`` holds, made by hand: every number is known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

__all__ = ["AUCS", "Key", "document", "estimate", "no_interval", "p_value"]

Key = tuple[str, str, str]
"""Question, variant and model."""

DEFECTS = ("DV-555777", "DV-585", "SV", "SW", "Si-C3", "flower")
DOSES = ("1000 to 3000", "3000 to 1e+04")
AUCS: Mapping[Key, float] = {
    ("report", "", "cnn-a"): 0.51,
    ("report", "", "cnn-b"): 0.55,
    ("ladder", "balanced", "cnn-a"): 0.52,
    ("ladder", "normalised", "cnn-a"): 0.71,
    ("ladder", "augmented", "cnn-a"): 0.86,
    ("ladder", "longer", "cnn-a"): 0.88,
    ("imbalance", "weights", "cnn-a"): 0.963,
    ("imbalance", "focal", "cnn-a"): 0.913,
    ("imbalance", "none", "cnn-a"): 0.853,
    ("challenge", "", "cnn-a"): 0.973,
    ("challenge", "", "cnn-b"): 0.958,
    ("plain", "", "cnn-a"): 0.90,
    ("plain", "", "cnn-b"): 0.85,
    ("curve", "100", "cnn-a"): 0.91,
    ("curve", "100-plain", "cnn-a"): 0.70,
    ("curve", "10", "cnn-a"): 0.60,
    ("curve", "10-plain", "cnn-a"): 0.52,
}
SCORES: Mapping[str, Mapping[str, float]] = {
    "dense-ae": {"local": 0.72, "mean": 0.51},
    "conv-ae": {"local": 0.87, "mean": 0.50},
    "vae": {
        "local": 0.70,
        "mean": 0.505,
        "mahalanobis": 0.56,
        "kl": 0.53,
        "reconstruction_error": 0.504,
        "negative_elbo": 0.503,
        "nll": 0.502,
    },
}
HALF = 0.03
"""Half the width of every interval."""
LADDER: tuple[Key, ...] = (
    ("report", "", "cnn-a"),
    ("ladder", "balanced", "cnn-a"),
    ("ladder", "normalised", "cnn-a"),
    ("ladder", "augmented", "cnn-a"),
    ("ladder", "longer", "cnn-a"),
    ("challenge", "", "cnn-a"),
)


def estimate(value: float, half: float = HALF) -> dict[str, Any]:
    """Return a value with an interval to either side."""
    return {"value": value, "low": value - half, "high": value + half, "how": "by hand"}


def no_interval(value: float) -> dict[str, Any]:
    """Return a value whose interval isn't known."""
    return {"value": value, "low": None, "high": None, "how": "no interval: one group"}


def document(aucs: Mapping[Key, float] | None = None, seeds: int = 2) -> dict[str, Any]:
    """Return all numbers of a study.

    Parameters
    ----------
    aucs : mapping, optional
        Replaces some of :data:`AUCS`.
    seeds : int, optional
        Trainings of each kind.
    """
    of_kind = {**AUCS, **(aucs or {})}
    return {
        "sixring": "9.8.7",
        "scale": "full",
        "seed": 3,
        "data": {
            "challenge": contents(7600, 380, 60),
            "defects": contents(2000, 1000, 40),
            "test": contents(8000, 400, 70),
        },
        "trainings": trainings(of_kind, seeds),
        "results": results(of_kind, seeds),
        "comparisons": comparisons(of_kind),
        "code": {"nodes": 32, "auc": estimate(0.52), "each": [0.52] * seeds, "largest": [0.61]},
        "latent": latent(),
    }


def contents(perfect: int, defects: int, micrographs: int) -> dict[str, Any]:
    return {
        "perfect": perfect,
        "defects": defects,
        "micrographs": micrographs,
        "shape": [48, 48],
        "kinds": dict.fromkeys(DEFECTS, defects // len(DEFECTS)),
        "dose": [1003.2, 9987.6],
        "sampling": [0.2, 0.2],
    }


def trainings(aucs: Mapping[Key, float], seeds: int) -> list[dict[str, Any]]:
    kinds = [(key, {"logit": auc}) for key, auc in aucs.items()]
    kinds += [(("autoencoder", "", model), dict(scores)) for model, scores in SCORES.items()]
    return [
        {
            "name": "-".join(part for part in (*key, str(seed)) if part),
            "question": key[0],
            "variant": key[1],
            "model": key[2],
            "seed": seed,
            "perfect": 2000,
            "defects": defects_of(key),
            "learned_defects": 0 if key[0] == "autoencoder" else defects_of(key) * 4 // 5,
            "epochs": 50,
            "best_epoch": 7,
            "settings": {"epochs": 50, "augment": False},
            "training_loss": 0.0012,
            "validation_loss": 0.85,
            "validation_auc": None if key[0] == "autoencoder" else 0.5,
            "kept_training_loss": 0.15,
            "kept_validation_loss": 0.188,
            "training_auc": 0.997,
            "auc": scores,
        }
        for key, scores in kinds
        for seed in range(seeds)
    ]


def defects_of(key: Key) -> int:
    """Return how many defect patches a training of a kind gets."""
    question, variant, _ = key
    return int(variant.removesuffix("-plain")) if question == "curve" else 100


def results(aucs: Mapping[Key, float], seeds: int) -> list[dict[str, Any]]:
    rows = [result(key, "logit", auc, seeds) for key, auc in aucs.items()]
    for model, scores in SCORES.items():
        for place, (score, auc) in enumerate(scores.items()):
            row = result(("autoencoder", "", model), score, auc, seeds)
            noisy = score not in ("local", "mahalanobis", "kl")
            explained = {
                "dose": -0.97 if noisy else -0.31,
                "micrographs": 70,
                "dose_share": 0.94 if noisy else 0.1,
                "micrograph_share": 0.95 if noisy else 0.4,
                "auc_within_micrographs": auc + 0.2 if score == "kl" else auc,
            }
            rows.append(row | {"decides": place == 0, "explained": explained})
    return rows


def result(key: Key, score: str, auc: float, seeds: int) -> dict[str, Any]:
    question, variant, model = key
    parts = [
        {"column": column, "value": value, "n_defect": 20, "n_perfect": 400, "auc": estimate(auc)}
        for column, values in (("defect", DEFECTS), ("dose", DOSES))
        for value in values
    ]
    return {
        "question": question,
        "variant": variant,
        "model": model,
        "score": score,
        "decides": True,
        "seeds": list(range(seeds)),
        "auc": estimate(auc),
        "each": [auc + 0.01 * (seed - 0.5) for seed in range(seeds)],
        "average_precision": estimate(0.3),
        "recall": estimate(0.2),
        "prevalence": 1 / 21,
        "false_alarm_rate": 0.01,
        "parts": parts if question in ("challenge", "plain", "autoencoder") else [],
        "explained": {
            "dose": None,
            "micrographs": 70,
            "dose_share": None,
            "micrograph_share": None,
            "auc_within_micrographs": None,
        },
    }


def comparisons(aucs: Mapping[Key, float]) -> list[dict[str, Any]]:
    def difference(about: str, first: Key, second: Key) -> dict[str, Any]:
        return compare(about, (first, "logit", aucs[first]), (second, "logit", aucs[second]))

    rows = [
        difference("model", (question, "", "cnn-a"), (question, "", "cnn-b"))
        for question in ("challenge", "plain", "report")
    ]
    for model in ("cnn-a", "cnn-b"):
        rows.append(difference("augmentation", ("challenge", "", model), ("plain", "", model)))
    for number in ("10", "100"):
        kinds = (("curve", number, "cnn-a"), ("curve", f"{number}-plain", "cnn-a"))
        rows.append(difference("augmentation", *kinds))
    rows += [difference("ladder", after, before) for before, after in pairwise(LADDER)]
    for remedy in ("weights", "focal", "none"):
        rows.append(difference("imbalance", LADDER[-1], ("imbalance", remedy, "cnn-a")))
    for model, scores in SCORES.items():
        key = ("autoencoder", "", model)
        local, mean = scores["local"], scores["mean"]
        rows.append(compare("pooling", (key, "local", local), (key, "mean", mean)))
    return rows


def compare(
    about: str, first: tuple[Key, str, float], second: tuple[Key, str, float]
) -> dict[str, Any]:
    def side(key: Key, score: str, auc: float) -> dict[str, Any]:
        return {
            "question": key[0],
            "variant": key[1],
            "model": key[2],
            "score": score,
            "auc": auc,
        }

    return {
        "about": about,
        "first": side(*first),
        "second": side(*second),
        "difference": estimate(first[2] - second[2]),
        "p_value": p_value(first[2] - second[2]),
    }


def p_value(value: float, half: float = HALF) -> float:
    """Return the p-value that goes with a value and half the width of its interval."""
    return math.erfc(1.96 * abs(value) / half / math.sqrt(2))


def latent() -> dict[str, Any]:
    def posterior(patches: int, term: float) -> dict[str, Any]:
        return {
            "patches": patches,
            "mean": [0.1, -0.2],
            "variance": [1.1, 0.9],
            "divergence": 2.5,
            "distances": [0.3, 0.001],
            "chance": 0.02,
            "active": 1,
            "kl_term": term,
            "kl_term_spread": 1.75,
        }

    return {
        "dimensions": 2,
        "training": posterior(7600, 12.25),
        "perfect": posterior(8000, 12.5),
        "defects": posterior(400, 12.75),
        "apart": [0.03, 0.2],
        "apart_by_chance": 0.1,
        "conforming": 0.95,
        "radius": 4.5,
        "outside_perfect": estimate(0.06, 0.01),
        "outside_defects": estimate(0.09, 0.01),
        "auc": estimate(0.56),
        "explained": [0.7, 0.3],
    }
