from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sixring.batch._names import folder_names

PARTS = st.text("aAb.-1", min_size=1, max_size=3).filter(lambda text: text.strip("."))
SOURCES = st.lists(
    st.tuples(PARTS, PARTS, st.sampled_from([".tif", ".png"])).map(
        lambda parts: Path("/data", parts[0], parts[1] + parts[2])
    ),
    unique=True,
    max_size=8,
)


def names(
    *sources: str, known: dict[str, str] | None = None, taken: tuple[str, ...] = ()
) -> list[str]:
    paths = [Path(source) for source in sources]
    earlier = {Path(source): name for source, name in (known or {}).items()}
    chosen = folder_names(paths, earlier, taken)
    assert list(chosen) == paths
    return list(chosen.values())


def test_stem_where_nothing_is_in_the_way() -> None:
    assert names("/d/a.tif", "/d/b.ome.tif") == ["a", "b.ome"]


def test_same_stem_of_two_kinds_shows_the_kind() -> None:
    assert names("/d/a.tif", "/d/a.png", "/d/b.png") == ["a-tif", "a-png", "b"]


def test_same_name_in_two_folders_shows_the_folder() -> None:
    assert names("/monday/a.tif", "/friday/a.tif") == ["monday-a", "friday-a"]


def test_both_where_one_is_not_enough() -> None:
    assert names("/x/a.tif", "/x/a.png", "/y/a.tif") == ["x-a-tif", "x-a-png", "y-a-tif"]


def test_numbers_where_nothing_else_differs() -> None:
    assert names("/1/x/a.tif", "/2/x/a.tif") == ["a-2", "a-3"]


def test_no_folder_is_hidden() -> None:
    assert names("/x/.a.tif", "/x/...tif") == ["a", "image"]


def test_upper_and_lower_case_are_one() -> None:
    assert names("/x/a.tif", "/y/A.tif") == ["x-a", "y-A"]


def test_a_name_from_before_is_kept() -> None:
    assert names("/x/a.png", "/x/a.tif", known={"/x/a.tif": "a"}) == ["a-png", "a"]


def test_a_name_of_an_input_that_is_not_here_now_stays_its_own() -> None:
    assert names("/x/a.png", known={"/x/a.tif": "a"}) == ["a-png"]


def test_what_is_there_already_is_left_alone() -> None:
    assert names("/x/a.tif", taken=("A", "a-tif")) == ["x-a"]


def test_the_files_of_the_batch_are_left_alone() -> None:
    assert names("/x/summary.csv.tif", "/x/index.html.png") == ["summary.csv-tif", "index.html-png"]


@given(SOURCES, SOURCES, st.lists(PARTS))
def test_all_differ_whatever_the_inputs(
    sources: list[Path], earlier: list[Path], taken: list[str]
) -> None:
    known = folder_names(earlier, {})
    chosen = folder_names(sources, known, taken)
    assert list(chosen) == sources
    assert not any(name.startswith(".") for name in chosen.values())
    folded = [name.casefold() for name in chosen.values()]
    assert len(set(folded)) == len(sources)
    for source, name in chosen.items():
        if source in known:
            assert name == known[source]
        else:
            assert name.casefold() not in {other.casefold() for other in taken}
            assert name.casefold() not in {other.casefold() for other in known.values()}
    assert folder_names(sources, {**known, **chosen}, taken) == chosen
