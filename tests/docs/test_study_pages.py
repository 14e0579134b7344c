"""The pages on the study and the models: what they tell people to type, and what they show."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from sixring.cli import main
from sixring.models import MODELS
from sixring.simulate import PatchSettings
from sixring.study import FULL
from sixring.study._data import set_settings
from sixring.study._plan import AUTOENCODERS, CLASSIFIERS
from typed_commands import commands

DOCS = Path(__file__).parents[2] / "docs"
STUDY = DOCS / "study.md"
STUDIED = (*AUTOENCODERS, *CLASSIFIERS)
PAGES = {name: DOCS / "models" / f"{name}.md" for name in STUDIED}


def test_the_commands_make_the_sets_of_the_full_study(monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, PatchSettings] = {}

    def note(settings: PatchSettings, folder: Path, **_: Any) -> None:  # noqa: ANN401
        made[str(folder)] = settings

    monkeypatch.setattr("sixring.simulate.write_patches", note)
    for command in commands(STUDY):
        if " simulate " in command:
            with pytest.raises(SystemExit, match=r"^0$"):
                main(shlex.split(command)[1:])
    assert made == set_settings(FULL, 0)


def test_the_study_is_started_as_its_help_says(capsys: pytest.CaptureFixture[str]) -> None:
    (command,) = [command for command in commands(STUDY) if " study " in command]
    with pytest.raises(SystemExit, match=r"^0$"):
        main(["study", "--help"])
    assert command in " ".join(capsys.readouterr().out.split())


def test_every_figure_that_is_shown_is_there_and_small() -> None:
    numbers = [int(n) for n in re.findall(r"\{study-figure\} (\d+)", STUDY.read_text("utf-8"))]
    document = json.loads((DOCS / "study" / "study.json").read_text(encoding="utf-8"))
    assert numbers == [figure["number"] for figure in document["figures"]]
    for number in numbers:
        assert (DOCS / "study" / f"figure-{number}.png").stat().st_size < 120_000


@pytest.mark.parametrize("name", STUDIED)
def test_a_model_has_a_page_with_everything_on_it(name: str) -> None:
    text = PAGES[name].read_text(encoding="utf-8")
    wanted = [f"{{model-layers}} {name}", f"{{study-findings}} worth {name}", "{settings-table}"]
    wanted += [f"{{study-results}} {name}\n:table: {one}" for one in ("parts", "trained")]
    wanted += [f"{{study-results}} {name}\n```", "{study-source}", "$$" if "-b" not in name else ""]
    if MODELS[name].kind == "one-class":
        wanted.append(f"{{study-results}} {name}\n:table: reasons")
    assert [part for part in wanted if part not in text] == []


@pytest.mark.parametrize("page", [STUDY, DOCS / "models" / "index.md", *PAGES.values()])
def test_no_result_is_typed(page: Path) -> None:
    text = re.sub(r"\]\([^)]*\)|\[(arXiv:)?10?[\d.]+/?[^\]]*\]", "", page.read_text("utf-8"))
    text = re.sub(r"arXiv:\d{4}\.\d{5}", "", text)
    assert re.findall(r"\b0\.\d+|\d %", text) == []
