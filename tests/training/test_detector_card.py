"""What the card of a detector says."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.metadata import version

from detector_networks import drawn_detector
from sixring.detection._description import Learned
from training.detector._card import card_text
from training.detector._learn import Seen
from training.detector._plan import FULL

LEARNED = {"hrtem": Learned((0.12, 0.6), (2e2, 1e6)), "stem": Learned((0.075, 0.2), (5e3, 1e7))}
SCORES = {"odd_f1_hrtem_0": 0.25, "odd_f1_hrtem_1": 0.5, "odd_f1_stem_4": 0.984, "loss": 0.5}


def card() -> str:
    network = drawn_detector(1, (4, 6, 8), (1, 1, 1))
    plan = replace(FULL, pieces=10, specimens=8, exposures=5, watched=24, seed=7)
    return card_text(plan, network, Seen(2400, "abc"), LEARNED, SCORES)


def test_it_says_what_it_learned_from() -> None:
    text = card()
    assert "- HRTEM: 0.12 to 0.6 A per pixel, 200 to 1e+06 electrons per square angstrom\n" in text
    assert "- STEM: 0.075 to 0.2 A per pixel, 5000 to 1e+07 electrons" in text
    assert "- 2400 crops of 80 specimens, each specimen imaged 5 times; every crop was" in text
    assert "- SHA-256 of all crops: abc\n" in text
    assert "`python -m training.detector`, seed 7, makes it again." in text


def test_it_says_what_the_network_is() -> None:
    network = drawn_detector(1, (4, 6, 8), (1, 1, 1))
    parameters, cost = network.cost()
    assert f"\n{parameters} parameters; {cost:.0f} multiplications for each pixel" in card()
    assert f"farther than {network.reach} of these pixels" in card()


def test_it_says_how_it_did_where_it_was_watched() -> None:
    rows = re.findall(r"^\| (HRTEM|STEM) \| (.*) \| (.*) \|$", card(), re.MULTILINE)
    assert rows == [
        ("HRTEM", "0 to 600", "0.250"),
        ("HRTEM", "600 to 2000", "0.500"),
        ("STEM", "2e+06 to inf", "0.984"),
    ]


def test_it_says_what_it_cant_do_and_by_which_programs_it_was_made() -> None:
    text = card()
    assert "Nitrogen and boron are carbon to it" in text
    assert f"- torch: {version('torch')}\n" in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
