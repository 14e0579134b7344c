from __future__ import annotations

import platform
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

import benchmarks.speed.__main__ as command
import benchmarks.speed._simulation_task as simulation_task
from benchmarks.speed import (
    STREAMS,
    Cost,
    ImageCost,
    Limit,
    PatchesCost,
    StreamCost,
    check_detection,
    check_patches,
    check_simulation,
    detection_text,
    machine_text,
    measure,
    measure_image,
    measure_patches,
    patches_text,
    simulation_text,
    time_import,
)
from benchmarks.speed._simulation_task import Arrival, arriving, between
from sixring.models import shipped_models

COST = Cost(
    pixels=512,
    detection_seconds=0.5,
    detection_peak=160.0,
    seconds=1.0,
    peak=200.0,
    rings=1800,
    defects=1,
)


def cost(pixels: int, seconds: float, peak: float = 200.0) -> Cost:
    return replace(COST, pixels=pixels, seconds=seconds, peak=peak)


def test_the_limits_of_the_promised_size_are_those_of_its_written_results() -> None:
    limits = check_detection([cost(2048, 16.0, 1400.0)], 0.1)
    assert limits == [
        Limit("`import sixring`", 0.1, 0.5, "s"),
        Limit("2048 x 2048, results written: time", 16.0, 15.0, "s"),
        Limit("2048 x 2048, results written: peak memory", 1400.0, 1500.0, "MB"),
    ]
    assert [limit.kept for limit in limits] == [True, False, True]


def test_the_smallest_and_the_largest_have_limits_of_their_own() -> None:
    limits = check_detection([cost(512, 2.5), cost(4096, 39.0, 2100.0)], 0.1)
    assert [(limit.what, limit.limit, limit.kept) for limit in limits[1:5]] == [
        ("512 x 512, results written: time", 2.0, False),
        ("512 x 512, results written: peak memory", 1500.0, True),
        ("4096 x 4096, results written: time", 40.0, True),
        ("4096 x 4096, results written: peak memory", 2000.0, False),
    ]


@pytest.mark.parametrize(
    ("seconds", "growth", "kept"), [(4.0, 1.0, True), (4.9, 1.225, True), (6.0, 1.5, False)]
)
def test_four_times_the_area_may_cost_four_times_the_time(
    seconds: float, growth: float, kept: bool
) -> None:
    limit = check_detection([cost(1024, seconds), cost(512, 1.0)], 0.1)[-1]
    assert limit.what == "time from 512 to 1024 pixels a side, over the area's growth"
    assert limit.measured == pytest.approx(growth)
    assert limit.kept is kept


def test_the_table_holds_every_size_and_every_limit() -> None:
    costs = [cost(512, 1.0), cost(1024, 2.0, 300.0)]
    limits = [Limit("this", 1.0, 2.0, "s"), Limit("that", 3.0, 2.0, "MB")]
    text = detection_text(costs, limits, run="On a machine.")
    assert "\nOn a machine.\n" in text
    assert "| 512 x 512 | 1800 | 1 | 0.5 | 160 | 1.0 | 200 | 3.81 | 1.00 |" in text
    assert "| 1024 x 1024 | 1800 | 1 | 0.5 | 160 | 2.0 | 300 | 1.91 | 0.50 |" in text
    assert "| this | 1 s | at most 2 s | yes |" in text
    assert "| that | 3 MB | at most 2 MB | **no** |" in text


@pytest.mark.parametrize(("load", "state"), [(0.5, "0.5: quiet."), (0.6, "0.6: busy with other")])
def test_the_machine_is_told_without_its_name(load: float, state: str) -> None:
    text = machine_text(2, load, ["numpy"])
    assert text.startswith("2 cores of ")
    assert f"load before it began {state}" in text
    assert f"numpy {version('numpy')}." in text
    assert platform.node() not in text


def stream(preset: str, ratio: float, patches: float, busy: float = 1.9) -> StreamCost:
    return StreamCost(preset, ratio, 2.5, patches, busy)


def test_the_limits_of_the_simulator() -> None:
    streams = [stream("challenge", 20.0, 400.0), stream("challenge", 1.0, 50.0)]
    streams.append(stream("stem", 20.0, 999.0, busy=1.5))
    limits = check_simulation(streams, [ImageCost("stem", 15.0, 1.0, 2001.0)])
    assert limits == [
        Limit("stream of challenge: patches", 400.0, 300.0, "/s", least=True),
        Limit("stream of challenge: cores busy", 1.9, 1.8, "", least=True),
        Limit("stream of stem: patches", 999.0, 1000.0, "/s", least=True),
        Limit("stream of stem: cores busy", 1.5, 1.8, "", least=True),
        Limit("micrograph of stem: time of the first", 15.0, 15.0, "s"),
        Limit("micrograph of stem: peak memory", 2001.0, 2000.0, "MB"),
    ]
    assert [limit.kept for limit in limits] == [True, True, False, False, True, False]


def test_the_tables_of_the_simulator() -> None:
    streams = [stream("challenge", 20.0, 400.0), stream("challenge", 1.0, 50.0, busy=1.0)]
    images = [ImageCost("stem", 4.56, 1.0, 801.2)]
    limits = [Limit("this", 1.0, 2.0, "/s", least=True)]
    text = simulation_text(streams, images, limits, run="On a machine.")
    assert "\nOn a machine.\n" in text
    assert "| challenge | 20 | 2.50 | 400 | 1.90 | 211 |" in text
    assert "| challenge | 1 | 2.50 | 50 | 1.00 | 50 |" in text
    assert "| stem | 4.6 | 1.0 | 801 |" in text
    assert "| this | 1 /s | at least 2 /s | **no** |" in text


def test_the_limit_of_scoring_is_that_of_the_models_that_come_along() -> None:
    costs = [PatchesCost("default", 0.5, 1999.0, 150.0), PatchesCost("mine", 0.5, 10.0, 150.0)]
    assert check_patches(costs) == [
        Limit("default: patches", 1999.0, 2000.0, "/s", least=True),
    ]
    assert not check_patches(costs)[0].kept


def test_the_table_of_scoring() -> None:
    costs = [PatchesCost("default", 0.512, 2345.6, 150.4)]
    text = patches_text(costs, check_patches(costs), run="On a machine.")
    assert "Patches of 48 x 48 pixels" in text
    assert "\nOn a machine.\n" in text
    assert "| default | 0.51 | 2346 | 150 |" in text
    assert "| default: patches | 2.35e+03 /s | at least 2000 /s | yes |" in text


def test_patches_are_counted_between_the_beginnings_of_two_mixtures() -> None:
    came = [
        *((0, 64, 1.0, 1.0), (0, 64, 1.1, 1.2), (1, 64, 5.0, 9.0), (1, 60, 5.1, 9.1)),
        *((2, 50, 8.0, 14.0), (3, 64, 9.0, 16.0), (3, 64, 9.1, 16.1)),
    ]
    arrivals = [Arrival(*one) for one in came]
    assert between(1, 3, arrivals) == (174, 4.0, 7.0)
    # A mixture that gave less than a batch comes with the next one, which stands for both.
    assert between(2, 4, [arrivals[0], arrivals[5], Arrival(4, 64, 12.0, 20.0)]) == (64, 3.0, 4.0)
    with pytest.raises(ValueError, match="the patches end before those of mixture 4"):
        between(1, 4, arrivals)


def test_arrivals_are_timed_with_the_work_that_was_done() -> None:
    first, second = arriving([(0, 64), (1, 32)])
    assert (first.mixture, first.patches, second.mixture, second.patches) == (0, 64, 1, 32)
    assert first.seconds < second.seconds
    assert 0 < first.processor <= second.processor


@pytest.mark.parametrize(("seconds", "code"), [(14.0, 0), (20.0, 1)])
def test_the_command_says_whether_the_limits_are_kept(
    seconds: float,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = []

    def measured(pixels: int, *, repeats: int) -> Cost:
        asked.append((pixels, repeats))
        return cost(pixels, seconds * (pixels / 2048) ** 2)

    monkeypatch.setattr(command, "measure", measured)
    monkeypatch.setattr(command, "time_import", lambda: 0.1)
    monkeypatch.setattr(command, "_keep_to", lambda cores: cores)
    sizes = ("--sizes", "512", "1024", "2048")
    assert command.main(["detection", *sizes, "--repeats", "3", "--out", str(tmp_path)]) == code
    assert asked == [(512, 3), (1024, 3), (2048, 3)]
    assert (tmp_path / "RESULTS.md").read_text() == capsys.readouterr().out[:-1]
    assert not (tmp_path / "SIMULATION.md").exists()


@pytest.mark.parametrize(("patches", "code"), [(1000.0, 0), (999.0, 1)])
def test_all_parts_are_measured_where_none_is_named(
    patches: float,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = []

    def streamed(preset: str, ratio: float) -> StreamCost:
        asked.append((preset, ratio))
        return stream(preset, ratio, patches)

    monkeypatch.setattr(command, "measure", lambda pixels, **_: cost(pixels, 1.0))
    monkeypatch.setattr(command, "time_import", lambda: 0.1)
    monkeypatch.setattr(command, "measure_stream", streamed)
    monkeypatch.setattr(command, "measure_image", lambda preset: ImageCost(preset, 9.0, 1.0, 900.0))
    monkeypatch.setattr(
        command, "measure_patches", lambda model: PatchesCost(model, 0.5, 2 * patches, 150.0)
    )
    monkeypatch.setattr(command, "_keep_to", lambda cores: cores)
    assert command.main(["--sizes", "512", "--out", str(tmp_path)]) == code
    assert asked == list(STREAMS)
    printed = capsys.readouterr().out
    assert (tmp_path / "RESULTS.md").read_text() in printed
    assert (tmp_path / "SIMULATION.md").read_text() in printed
    assert (tmp_path / "PATCHES.md").read_text() in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sizes", "2048", "256"], "--sizes must be at least 512, not 256"),
        (["--repeats", "0"], "--repeats must be at least 1, not 0"),
        (["speed"], "PART must be detection, simulation or patches, not speed"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        command.main(arguments)
    assert refused.value.code == 2
    assert message in capsys.readouterr().err


def test_importing_is_timed_in_another_process() -> None:
    assert 0 < time_import(repeats=1) < 5


@pytest.mark.slow
def test_a_million_pixels_cost_neither_long_nor_much_memory() -> None:
    # Generous, for busy machines: some 2 s and 360 MB where nothing else runs.
    found = measure(1024)
    assert found.detection_seconds < 15
    assert found.detection_peak < 600
    assert found.peak < 800
    assert 7000 < found.rings < 8000
    assert found.defects >= 3


@pytest.mark.slow
def test_a_large_micrograph_costs_neither_long_nor_much_memory() -> None:
    found = measure_image("stem")
    assert 0 < found.next < found.first < 60
    assert found.peak < 2000


@pytest.mark.slow
@pytest.mark.skipif("default" not in shipped_models(), reason="no model comes along yet")
def test_scoring_is_counted() -> None:
    found = measure_patches("default", patches=256)
    assert found.rate > 100  # where nothing else runs, thousands
    assert 0 < found.first < 60
    assert found.peak < 1000


@pytest.mark.slow
def test_a_stream_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, few in (("MIXED", 2), ("WARM_UP", 1), ("MEASURED", 2)):
        monkeypatch.setattr(simulation_task, name, few)
    found = simulation_task.stream("challenge", 20.0)
    assert found["patches"] > found["micrographs"] > 0
    assert 0 < found["busy"] < 3
