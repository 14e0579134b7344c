"""The results that the repository shows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks.quality import SEEDS, results_text
from benchmarks.quality.__main__ import RESULTS


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    path = RESULTS / "results.json"
    if not path.exists():
        pytest.skip(f"{path.name} isn't there: python -m benchmarks.quality makes it")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_the_tables_are_those_of_the_numbers(results: dict[str, Any]) -> None:
    assert (RESULTS / "RESULTS.md").read_text(encoding="utf-8") == results_text(results)


def test_they_are_of_the_sets_that_the_code_has(results: dict[str, Any]) -> None:
    assert results["seeds"] == dict(SEEDS)


def test_no_model_is_better_than_the_best_that_can_be(results: dict[str, Any]) -> None:
    """More than the ideal observer reaches would be a leak."""
    compared = 0
    for one in results["models"]:
        for name, parts in one["parts"].items():
            for kind, found in parts.items():
                best = results["ideal"][name][kind]["unknown"]
                compared += 1
                assert found["auc"]["low"] <= best["high"], (one["name"], name, kind)
    assert compared >= 9 * len(results["models"]) > 0
