from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import benchmarks.speed.__main__ as command
from benchmarks.speed import SIZES, Cost, Limit, check_limits, measure, results_text, time_import

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
    limits = check_limits([cost(2048, 16.0, 1400.0)], 0.1)
    assert limits == [
        Limit("`import sixring`", 0.1, 0.5, "s"),
        Limit("2048 x 2048, results written: time", 16.0, 15.0, "s"),
        Limit("2048 x 2048, results written: peak memory", 1400.0, 1500.0, "MB"),
    ]
    assert [limit.kept for limit in limits] == [True, False, True]


@pytest.mark.parametrize(
    ("seconds", "growth", "kept"), [(4.0, 1.0, True), (4.9, 1.225, True), (6.0, 1.5, False)]
)
def test_four_times_the_area_may_cost_four_times_the_time(
    seconds: float, growth: float, kept: bool
) -> None:
    limit = check_limits([cost(1024, seconds), cost(512, 1.0)], 0.1)[1]
    assert limit.what == "time from 512 to 1024 pixels a side, over the area's growth"
    assert limit.measured == pytest.approx(growth)
    assert limit.kept is kept


def test_the_table_holds_every_size_and_every_limit() -> None:
    costs = [cost(512, 1.0), cost(1024, 2.0, 300.0)]
    limits = [Limit("this", 1.0, 2.0, "s"), Limit("that", 3.0, 2.0, "MB")]
    text = results_text(costs, limits, cores=2, repeats=3)
    assert "The quickest of 3. 2 cores of " in text
    assert "| 512 x 512 | 1800 | 1 | 0.5 | 160 | 1.0 | 200 | 3.81 | 1.00 |" in text
    assert "| 1024 x 1024 | 1800 | 1 | 0.5 | 160 | 2.0 | 300 | 1.91 | 0.50 |" in text
    assert "| this | 1 s | 2 s | yes |" in text
    assert "| that | 3 MB | 2 MB | **no** |" in text
    assert str(Path.home()) not in text


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
    out = tmp_path / "table.md"
    assert command.main(["--repeats", "3", "--out", str(out)]) == code
    assert asked == [(size, 3) for size in SIZES]
    assert out.read_text() == capsys.readouterr().out[:-1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sizes", "2048", "256"], "--sizes must be at least 512, not 256"),
        (["--repeats", "0"], "--repeats must be at least 1, not 0"),
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
