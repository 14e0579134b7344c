"""Pages built by Sphinx with the directives of the documentation."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

__all__ = ["build", "page", "table"]

EXTENSIONS = Path(__file__).parents[1] / "docs" / "_ext"


def build(
    folder: Path, text: str, *extensions: str, builder: str = "xml"
) -> subprocess.CompletedProcess[str]:
    """Build a page from what the folder ``source`` holds beside it; warnings are errors."""
    source = folder / "source"
    source.mkdir(exist_ok=True)
    (source / "index.md").write_text(text, encoding="utf-8")
    (source / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(EXTENSIONS)!r})\n"
        f"extensions = ['myst_parser', *{list(extensions)!r}]\n"
        "myst_enable_extensions = ['dollarmath']\n"
        "html_math_renderer = 'mathml' if 'mathml' in extensions else 'mathjax'\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", builder]
    command += [str(source), str(folder / "out")]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def page(folder: Path) -> ElementTree.Element:
    """Return a page that was built as XML."""
    return ElementTree.parse(folder / "out" / "index.xml").getroot()


def table(element: ElementTree.Element) -> tuple[list[str], list[list[str]]]:
    """Return the headings and the cells of a table."""
    head, *body = ([_text(entry) for entry in row] for row in element.iter("row"))
    return head, body


def _text(element: ElementTree.Element) -> str:
    return "".join(element.itertext()).strip()
