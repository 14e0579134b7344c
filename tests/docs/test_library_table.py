"""The tables of the catalogue's page, built by Sphinx as the documentation builds them."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sixring.structures import library

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("myst_parser") is None, reason="needs the extra docs"),
]
EXTENSIONS = Path(__file__).parents[2] / "docs" / "_ext"
PAGE = """# Page

```{library-table} discs
```

```{library-table} strips
```

```{library-potentials}
```
"""


def build(folder: Path, page: str) -> subprocess.CompletedProcess[str]:
    source = folder / "source"
    source.mkdir()
    (source / "index.md").write_text(page, encoding="utf-8")
    (source / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(EXTENSIONS)!r})\n"
        "extensions = ['myst_parser', 'library_table']\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "xml"]
    command += [str(source), str(folder / "out")]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def test_every_entry_has_a_row_with_its_census_and_energy(tmp_path: Path) -> None:
    done = build(tmp_path, PAGE)
    assert done.returncode == 0, done.stderr
    page = ElementTree.parse(tmp_path / "out" / "index.xml")
    bodies = page.findall(".//tbody/row")
    cells = [["".join(entry.itertext()).strip() for entry in row] for row in bodies]
    rows = {row[0]: row for row in cells}
    assert len(rows) == len(cells)
    assert set(rows) == set(library())
    for variant, entry in library().items():
        row = rows[variant]
        assert row[1] == entry.name
        assert row[-1] == f"{entry.energy:.2f}"
        assert "-".join(map(str, entry.census)) in row
    assert rows["Si-C3"][4:6] == ["Si1", "1.8"]
    assert rows["SV"][5] == "flat"
    assert rows["boundary-21.8"][2:4] == ["21.79", "6.51"]
    potentials = ["".join(item.itertext()).strip() for item in page.findall(".//list_item")]
    named = {item.rsplit(": ", 1)[0]: item.rsplit(": ", 1)[1] for item in potentials}
    assert set(named) == {entry.potential for entry in library().values()}
    assert sorted(named.values()) == [
        "B",
        "N",
        "Si-C3, Si-C4, Si-cluster-2, Si-cluster-3",
        "all the others",
    ]


def test_another_table_is_refused(tmp_path: Path) -> None:
    done = build(tmp_path, "# Page\n\n```{library-table} rings\n```\n")
    assert done.returncode != 0
    assert "library-table shows the discs or the strips, not 'rings'" in done.stderr
