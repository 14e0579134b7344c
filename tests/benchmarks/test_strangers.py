"""Images that a detector doesn't know, and the table of what it says to them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import benchmarks.strangers.__main__ as program
from benchmarks.strangers import IMAGES, KINDS, Answer, Kind, answer, results_text
from sixring.types import Micrograph

CHEAP = [kind for kind in KINDS if "graphene" not in kind.name and "layers" not in kind.name]


def kind_of(mode: str, start: str) -> Kind:
    (found,) = [kind for kind in KINDS if kind.mode == mode and kind.name.startswith(start)]
    return found


def test_every_kind_has_a_name_of_its_own() -> None:
    names = [(kind.mode, kind.name) for kind in KINDS]
    assert len(set(names)) == len(names)
    assert {mode for mode, _ in names} == {"hrtem", "stem"}


@pytest.mark.parametrize("kind", CHEAP, ids=lambda kind: f"{kind.mode} {kind.name}")
def test_an_image_is_the_same_for_the_same_number(kind: Kind) -> None:
    one, again, other = (kind.image(number) for number in (0, 0, 1))
    np.testing.assert_array_equal(one.image, again.image)
    assert (one.image != other.image).mean() > 0.5
    assert one.image.shape == (512, 512)
    assert one.mode == kind.mode
    assert one.dose is not None
    assert one.sampling is not None
    assert one.image.mean() == pytest.approx(one.dose * one.sampling**2, rel=0.05)


def test_the_stated_samplings_are_wrong_by_as_much_as_the_name_says() -> None:
    image = kind_of("hrtem", "graphene, sampling stated 15 %").image(0)
    # Graphene's first reflections are the strongest in the spectrum, at 2.13 angstrom.
    power = np.abs(np.fft.rfft2(image.image - image.image.mean())) ** 2
    radius = np.hypot(np.fft.fftfreq(512)[:, None], np.fft.rfftfreq(512))
    power[radius < 0.03] = 0
    spacing = 1 / radius.ravel()[power.argmax()]
    assert spacing * image.sampling == pytest.approx(2.13 * 1.15, rel=0.03)


@pytest.mark.parametrize(
    ("start", "spacing"), [("fringes", 2.13), ("hexagonal lattice of 3.16", 2.737)]
)
def test_the_waves_have_their_spacing(start: str, spacing: float) -> None:
    image = kind_of("stem", start).image(3)
    power = np.abs(np.fft.rfft2(image.image - image.image.mean())) ** 2
    radius = np.hypot(np.fft.fftfreq(512)[:, None], np.fft.rfftfreq(512))
    assert image.sampling / radius.ravel()[power.argmax()] == pytest.approx(spacing, rel=0.02)


@pytest.mark.parametrize("mode", ["hrtem", "stem"])
@pytest.mark.parametrize("start", ["noise", "fringes", "square", "hexagonal lattice of 3.16"])
def test_what_is_no_graphene_is_refused(mode: str, start: str) -> None:
    said = answer(kind_of(mode, start).image(0), "learned")
    assert said.refused
    assert (said.judged, said.defects, said.area) == (0.0, 0, 0.0)


def test_the_answer_to_graphene() -> None:
    said = answer(kind_of("hrtem", "graphene, as the detector").image(0), "learned")
    assert not said.refused
    assert said.judged > 0.7
    assert said.defects > 0
    assert 20 < said.area < 250


def test_the_table() -> None:
    first, second = KINDS[:2]
    calm = Answer("", (), 0.9, 3, 60.0)
    warned = Answer("", ("It is dim.", "It is small."), 0.5, 1, 40.0)
    refused = Answer("no lattice", (), 0.0, 0, 0.0)
    text = results_text({first: [warned, calm, refused], second: [refused, refused]}, "learned")
    lines = text.splitlines()
    assert f"| HRTEM | {first.name} | 1 | 1 | 1 | 70 % | 4 |" in lines
    assert f"| HRTEM | {second.name} | 2 | 0 | 0 |  |  |" in lines
    assert f"- HRTEM, {first.name}: It is dim. It is small." in lines
    assert f"- HRTEM, {second.name}: no lattice" in lines


def test_the_program_writes_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def say(micrograph: Micrograph, detector: str) -> Answer:
        asked.append(detector)
        return Answer("", (), 1.0, 0, 1.0)

    def only(kinds: Sequence[Kind]) -> None:
        monkeypatch.setattr(program, "KINDS", kinds)

    only([kind_of("hrtem", "noise")])
    monkeypatch.setattr(program, "answer", say)
    monkeypatch.setattr(program, "__file__", str(tmp_path / "__main__.py"))
    assert program.main(["--detector", "classical"]) == 0
    assert asked == ["classical"] * IMAGES
    written = (tmp_path / "CLASSICAL.md").read_text(encoding="utf-8")
    assert "| HRTEM | noise | 0 | 0 | 10 | 100 % | 0 |" in written
    assert written in capsys.readouterr().out
