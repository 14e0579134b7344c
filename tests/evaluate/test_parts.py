"""Results apart for defects, doses and modes."""

from __future__ import annotations

import numpy as np
import pytest

from scored_patches import normals
from sixring.errors import UsageError
from sixring.evaluate import Part, efficiency, evaluate, recall_at, roc_auc


def by_value(parts: tuple[Part, ...], column: str) -> dict[str, Part]:
    return {part.value: part for part in parts if part.column == column}


def test_a_kind_of_defect_is_set_against_all_perfect_patches() -> None:
    case = normals(40, 200, 1.5)
    defect = np.array(["SV"] * 25 + ["flower"] * 15 + [""] * 200)
    found = by_value(
        evaluate(*case[:2], groups=case.groups, details={"defect": defect}, resamples=100).parts,
        "defect",
    )
    assert list(found) == ["SV", "flower"]
    flower = found["flower"]
    assert (flower.n_defect, flower.n_perfect) == (15, 200)
    chosen = (defect == "flower") | (case.labels == 0)
    assert flower.auc.value == pytest.approx(roc_auc(case.scores[chosen], case.labels[chosen]))
    assert flower.recall.value == pytest.approx(recall_at(case.scores[chosen], case.labels[chosen]))
    assert flower.auc.low is not None


def test_average_precision_keeps_the_prevalence_of_all_patches() -> None:
    case = normals(40, 200, 1.5)
    defect = np.array(["SV"] * 25 + ["flower"] * 15 + [""] * 200)
    whole = evaluate(*case[:2], details={"defect": defect}, resamples=100)
    # The recall of all defects is the mean of the kinds, and so is average precision nearly.
    parts = by_value(whole.parts, "defect")
    mean = np.average(
        [part.average_precision.value for part in parts.values()],
        weights=[part.n_defect for part in parts.values()],
    )
    assert whole.average_precision.value == pytest.approx(mean, abs=0.1)
    assert whole.prevalence == 40 / 240


def test_the_hits_at_a_threshold_add_up() -> None:
    case = normals(40, 200, 1.5)
    mode = np.tile(["hrtem", "stem"], 120)
    whole = evaluate(*case[:2], details={"mode": mode}, threshold=1.0, resamples=100)
    assert whole.confusion is not None
    parts = by_value(whole.parts, "mode")
    hits = sum(p.hits.value * p.n_defect for p in parts.values() if p.hits)
    alarms = sum(p.false_alarms.value * p.n_perfect for p in parts.values() if p.false_alarms)
    assert hits == pytest.approx(whole.confusion.hits)
    assert alarms == pytest.approx(whole.confusion.false_alarms)


def test_a_dose_series_is_judged_dose_by_dose() -> None:
    case = normals(40, 200, 1.5)
    dose = np.tile([300.0, 1000.0, 3000.0, 10_000.0], 60)
    parts = by_value(evaluate(*case[:2], details={"dose": dose}, resamples=100).parts, "dose")
    assert list(parts) == ["300", "1000", "3000", "10000"]
    chosen = dose == 1000
    assert parts["1000"].n_defect + parts["1000"].n_perfect == 60
    assert parts["1000"].auc.value == pytest.approx(
        roc_auc(case.scores[chosen], case.labels[chosen])
    )


def test_doses_at_random_are_judged_by_half_decades() -> None:
    case = normals(100, 500, 1.5)
    dose = 10 ** np.random.default_rng(0).uniform(2.5, 4, size=600)
    dose[7] = np.nan
    parts = by_value(evaluate(*case[:2], details={"dose": dose}, resamples=100).parts, "dose")
    assert list(parts) == ["300 to 1000", "1000 to 3000", "3000 to 10000"]
    chosen = (dose >= 1000) & (dose < 3000)
    assert parts["1000 to 3000"].n_defect == np.sum(chosen & (case.labels == 1))
    assert sum(part.n_defect + part.n_perfect for part in parts.values()) == 599


def test_doses_that_end_on_an_edge() -> None:
    case = normals(100, 500, 1.5)
    dose = np.geomspace(1000, 10_000, 600)
    dose[0], dose[-1] = 1000, 10_000
    parts = by_value(evaluate(*case[:2], details={"dose": dose}, resamples=100).parts, "dose")
    # All defects are among the lower doses here.
    assert list(parts) == ["1000 to 3000"]


def test_samplings_at_random_are_judged_by_quarters() -> None:
    case = normals(100, 500, 1.5)
    sampling = np.random.default_rng(0).uniform(0.08, 0.30, size=600)
    whole = evaluate(*case[:2], details={"sampling": sampling}, resamples=100)
    parts = by_value(whole.parts, "sampling")
    assert len(parts) == 4
    assert [part.n_defect + part.n_perfect for part in parts.values()] == [150] * 4
    assert next(iter(parts)).startswith("0.0801 to 0.1")


def test_one_dose_below_the_first_decade() -> None:
    case = normals(50, 50, 1.0)
    dose = np.linspace(1.1, 2.9, 100)
    dose = np.r_[dose[::2], dose[1::2]]
    parts = by_value(evaluate(*case[:2], details={"dose": dose}, resamples=100).parts, "dose")
    assert list(parts) == ["1 to 3"]


def test_what_lacks_a_class_is_left_out_and_said() -> None:
    scores, labels = np.arange(8.0), np.repeat([0, 1], 4)
    details: dict[str, list[str] | list[float]] = {
        "mode": ["hrtem"] * 4 + ["stem"] * 4,
        "dose": [100.0, 100, 1000, 1000, 1000, 1000, 1000, 1000],
        "defect": [""] * 4 + ["SV", "SV", "", "nan"],
    }
    found = evaluate(scores, labels, details=details, resamples=100)
    assert [(part.column, part.value, part.n_defect) for part in found.parts] == [
        ("defect", "SV", 2),
        ("dose", "1000", 4),
    ]
    assert found.notes[-3:] == (
        "dose 100: left out, it has no defect patches",
        "mode hrtem: left out, it has no defect patches",
        "mode stem: left out, it has no perfect patches",
    )


def test_other_columns_are_left_alone() -> None:
    found = evaluate([0.0, 1.0], [0, 1], details={"colour": ["red"]}, resamples=100)
    assert found.parts == ()


def test_a_part_of_one_group_says_why_it_has_no_interval() -> None:
    case = normals(20, 60, 1.5)
    mode = np.where(case.groups == "m1", "stem", "hrtem")
    parts = by_value(
        evaluate(*case[:2], groups=case.groups, details={"mode": mode}, resamples=100).parts, "mode"
    )
    assert parts["hrtem"].auc.low is not None
    if "stem" in parts:
        assert parts["stem"].auc.how.startswith("no interval: all patches")


def test_the_ideal_observer_stands_beside_the_parts_of_which_it_is_known() -> None:
    case = normals(40, 200, 1.5)
    defect = np.array(["SV"] * 25 + ["flower"] * 15 + [""] * 200)
    dose = np.tile([300.0, 1000.0], 120)
    whole = evaluate(
        *case[:2],
        details={"defect": defect, "dose": dose},
        ideal={"defect": {"SV": 0.99, "SW": 0.999}, "dose": {"1000": 1.0}},
        resamples=100,
    )
    kinds, doses = by_value(whole.parts, "defect"), by_value(whole.parts, "dose")
    assert kinds["SV"].ideal == 0.99
    assert kinds["SV"].efficiency == efficiency(kinds["SV"].auc.value, 0.99)
    assert (kinds["flower"].ideal, kinds["flower"].efficiency) == (None, None)
    # What has no end can't be divided by.
    assert (doses["1000"].ideal, doses["1000"].efficiency) == (1.0, None)
    assert "defect SW: the ideal observer's AUC is given, and there is no such part" in whole.notes
    table = whole.tables()["parts"]
    row = table[table["value"] == "SV"].iloc[0]
    assert (row["ideal"], row["efficiency"]) == (0.99, kinds["SV"].efficiency)
    assert whole.document()["parts"][0]["ideal"] == 0.99


def test_the_table_has_no_column_for_an_ideal_observer_that_isn_t_there() -> None:
    case = normals(10, 20, 1.5)
    defect = np.array(["SV"] * 10 + [""] * 20)
    table = evaluate(*case[:2], details={"defect": defect}, resamples=100).tables()["parts"]
    assert not {"ideal", "efficiency"} & set(table.columns)


@pytest.mark.parametrize(
    ("ideal", "message"),
    [
        ({"colour": {"red": 0.9}}, "parts aren't made by 'colour': choose from defect, dose,"),
        ({"defect": {"SV": 1.1}}, "the AUC of defect SV must be between 0 and 1, not 1.1"),
        ({"dose": {"300": np.nan}}, "the AUC of dose 300 must be between 0 and 1, not nan"),
    ],
)
def test_what_no_ideal_observer_reaches(ideal: dict[str, dict[str, float]], message: str) -> None:
    case = normals(10, 20, 1.5)
    with pytest.raises(UsageError, match=f"^ideal: {message}"):
        evaluate(*case[:2], ideal=ideal, resamples=100)
