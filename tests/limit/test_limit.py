"""The limit of small cases: what it says, that it is the same again, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sixring.errors import UsageError
from sixring.evaluate import efficiency
from sixring.limit import DefectLimit, Limit, limit
from sixring.models import SavedModel
from sixring.simulate import HRTEM, STEM, preset
from trained_models import SIDE, trained


def model() -> SavedModel:
    """Return a classifier of patches as small as those of the limit here."""
    return trained("cnn-a").saved


@pytest.fixture(scope="module")
def both() -> Limit:
    return limit(["SV", "flower"], sampling=0.3, side=24, draws=300, doses=[300.0, 100.0])


@pytest.fixture(scope="module")
def beside() -> Limit:
    return limit(["DV-585"], sampling="30 pm", draws=600, model=model())


def test_what_is_said_of_the_conditions(both: Limit, beside: Limit) -> None:
    assert (both.mode, both.preset, both.side, both.draws, both.seed) == (
        *("hrtem", "challenge", 24),
        *(300, 0),
    )
    assert isinstance(both.conditions, HRTEM)
    assert (both.conditions.sampling, both.conditions.defocus) == (0.3, -70.0)
    assert 0.02 < both.contrast < 0.1
    assert 0 <= both.orientation < 60
    assert (both.model, both.nuisances) == (None, False)
    assert (beside.model, beside.side, beside.conditions.sampling) == ("cnn-a", SIDE, 0.3)


def test_each_defect_and_any_of_them(both: Limit) -> None:
    one, other, any_ = both.defects
    assert [found.defect for found in both.defects] == ["SV", "flower", "any"]
    assert any_.hypotheses == one.hypotheses + other.hypotheses
    assert any_.per_nm2 == pytest.approx(one.per_nm2 + other.per_nm2)
    # The flower is seen sooner, and what may be either lies between.
    assert other.known < any_.known < one.known
    for found in both.defects:
        assert [point.dose for point in found.curve] == [100.0, 300.0]


def test_what_is_not_known_costs_electrons(both: Limit, beside: Limit) -> None:
    for found in (*both.defects, *beside.defects):
        assert found.known < found.unknown.value
        assert found.unknown.low is not None
        assert found.unknown.high is not None
        assert found.unknown.low < found.unknown.value < found.unknown.high
        assert found.in_view < found.search.value
        # A patch cuts a part off where the middle of a wider window doesn't.
        assert found.in_view < found.known
        for point in found.curve:
            assert point.unknown.value <= point.known + 4 * point.error + 0.01
            assert 0.5 - 4 * point.error < point.unknown.value <= 1


def test_an_auc_grows_with_the_dose(beside: Limit) -> None:
    (found,) = beside.defects
    known = [point.known for point in found.curve]
    assert known == sorted(known)
    assert known[0] < 0.8
    assert known[-1] > 0.999
    for one, other in zip(found.curve, found.curve[1:], strict=False):
        assert other.unknown.value >= one.unknown.value - 4 * one.error
    doses = [point.dose for point in found.curve]
    assert doses[0] < found.known < found.unknown.value < doses[-1] * 1.5


def test_no_model_is_better_than_the_best(beside: Limit) -> None:
    (found,) = beside.defects
    for point in found.curve:
        assert point.model is not None
        assert point.model.low is not None
        assert point.unknown.high is not None
        assert point.model.low <= point.unknown.high
        if point.efficiency is not None:
            expected = efficiency(point.model.value, point.unknown.value)
            assert point.efficiency == expected


def test_a_model_that_looks_at_noise_alone_is_at_chance() -> None:
    # Half an electron a pixel: nobody sees a vacancy there.
    found = limit(["SV"], sampling=0.3, draws=600, doses=[5.0], model=model())
    (point,) = found.defects[0].curve
    assert point.model is not None
    assert point.model.low is not None
    assert point.model.low < 0.56


def test_what_is_asked_for_beside_it_changes_nothing(both: Limit) -> None:
    alone = limit(["flower"], sampling=0.3, side=24, draws=300, doses=[100.0, 300.0])
    assert alone.defects == (both.defects[1],)
    assert alone.orientation == both.orientation


def test_another_seed_is_another_lattice_and_noise(both: Limit) -> None:
    other = limit(["flower"], sampling=0.3, side=24, draws=300, doses=[100.0, 300.0], seed=1)
    assert other.orientation != both.orientation
    one, again = both.defects[1], other.defects[0]
    assert one != again
    assert again.unknown.value == pytest.approx(one.unknown.value, rel=0.5)


def test_nuisances_cost_electrons_in_the_patches(both: Limit) -> None:
    free = limit(["flower"], sampling=0.3, side=24, draws=300, doses=[100.0], nuisances=True)
    found, usual = free.defects[0], both.defects[1]
    assert free.nuisances
    assert found.known > usual.known
    assert found.unknown.value > usual.unknown.value
    # The search and the defect in full view know all of that.
    assert (found.in_view, found.search) == (usual.in_view, usual.search)


def test_a_scan() -> None:
    found = limit(["Si-C3"], sampling=0.25, side=24, draws=200, doses=[1e4], preset="stem")
    assert isinstance(found.conditions, STEM)
    assert found.mode == "stem"
    assert 1000 < found.defects[0].in_view < 10_000
    assert found.defects[0].curve[0].unknown.value > 0.7


def test_a_preset_of_ones_own() -> None:
    blurred = replace(preset("challenge").changed(conditions={"vibration": 0.6}), name="blurred")
    usual = limit(["flower"], sampling=0.3, side=24, draws=100, doses=[100.0])
    found = limit(["flower"], sampling=0.3, side=24, draws=100, doses=[100.0], preset=blurred)
    assert found.preset == "blurred"
    assert found.contrast < usual.contrast
    assert found.defects[0].known > usual.defects[0].known


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    limit(
        ["flower"],
        sampling=0.3,
        side=16,
        draws=100,
        doses=[100.0],
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"defects": []}, "defects: name at least one, such as SV"),
        ({"defects": "SV"}, "defects must be a sequence of names, not 'SV' alone"),
        ({"defects": ["SV", "SW", "SV"]}, "defects: SV is named twice"),
        ({"defects": ["SV", "XV"]}, "the defect 'XV' has no structure of its own: choose from"),
        ({"mode": "tem"}, "mode must be 'hrtem' or 'stem', not 'tem'"),
        ({"preset": "nothing"}, "there is no preset 'nothing': choose from"),
        (
            {"preset": "stem", "mode": "hrtem"},
            "the preset stem is of mode stem, not hrtem: leave one out",
        ),
        ({"sampling": "20 apples"}, "unknown unit of length 'apples'"),
        ({"sampling": 3.0}, "sampling must be at least 0.02 and at most 0.6 A per pixel, not 3"),
        ({"side": 47}, "side must be an even number of at least 8, not 47"),
        ({"side": 6}, "side must be an even number of at least 8, not 6"),
        ({"doses": [100.0, 0.0]}, "doses: electrons per angstrom^2 above 0 are needed, not 0"),
        ({"doses": [np.inf]}, "doses: electrons per angstrom^2 above 0 are needed, not inf"),
        ({"seed": -1}, "seed must be a whole number of at least 0, not -1"),
        ({"draws": 99}, "draws must be a whole number of at least 100, not 99"),
    ],
)
def test_what_is_refused_before_any_work(
    changed: dict[str, Any], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sixring.limit._scene.Scene.image", None)
    given: dict[str, Any] = {"defects": ["SV"], "sampling": 0.2, **changed}
    with pytest.raises(UsageError) as raised:
        limit(given.pop("defects"), **given)
    assert str(raised.value).startswith(message)


def test_a_model_of_other_patches() -> None:
    saved = model()
    odd = replace(saved.description, shape=(24, 30))
    with pytest.raises(
        UsageError,
        match=r"^model: its patches have 24 x 30 pixels, and the limit is that of squares with an",
    ):
        limit(["SV"], sampling=0.2, model=SavedModel(odd, saved.graph, saved.weights))


def test_a_limit_is_plain_data(both: Limit) -> None:
    assert all(isinstance(found, DefectLimit) for found in both.defects)
    assert both == replace(both)
    assert hash(both.defects[0])
