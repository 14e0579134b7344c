"""What README and the first steps tell people to type, typed."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from honeycomb_patches import honeycomb
from patch_files import write_classes
from sixring.simulate import demo_path
from typed_commands import commands, typed

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/index.md", "docs/tutorial.md")
BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
# The examples name these; the demonstration micrograph stands for all of them.
IMAGES = ("image.dm4", "image.png", "monday/1.tif", "monday/2.tif", "tuesday/1.tif")


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return [block["text"] for block in BLOCK.finditer(text) if block["language"] == language]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    images, labels = honeycomb(40)
    write_classes(
        tmp_path / "patches", perfect=images[labels == 0], defect=images[labels == 1], suffix=".tif"
    )
    shutil.copytree(tmp_path / "patches" / "defect", tmp_path / "patches" / "unknown")
    for name in IMAGES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(demo_path(), tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_commands(page: str, folder: Path) -> None:
    told = commands(ROOT / page)
    assert told
    used = set()
    for number, command in enumerate(told):
        verb = shlex.split(command)[1:]
        if "--out" in verb:
            place = verb.index("--out") + 1
            if verb[place] in used:  # each example stands for itself
                verb[place] += str(number)
            used.add(verb[place])
        answer = typed(shlex.join(["sixring", *verb]), folder)
        last = answer.stdout.splitlines()[-1]
        assert Path(last.rpartition(": ")[2]).exists(), last  # the report, table or card


@pytest.mark.slow
def test_python_of_the_readme(folder: Path) -> None:
    [code] = blocks("README.md", "python")
    exec(compile(code, "README.md", "exec"), {})
    assert (folder / "results" / "image" / "report.html").exists()


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(((?!https?:)[^)#]+)\)", text)
    assert [
        target for target in targets if not (ROOT / page).parent.joinpath(target).exists()
    ] == []


def test_the_makefile_has_what_the_pages_name() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for page in (*PAGES, "CONTRIBUTING.md"):
        named = re.findall(r"(?:`|\$ )make ([a-z-]+)", (ROOT / page).read_text(encoding="utf-8"))
        for target in named:
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{page}: make {target}"
