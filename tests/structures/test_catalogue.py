import pytest

from sixring.structures import CatalogueEntry, dopant_label, load_catalogue, name_defect

PUBLIC = {
    "SV",
    "SV-open",
    "DV-585",
    "DV-555777",
    "DV-5555-6-7777",
    "SW",
    "flower",
    "dislocation-57",
    "grain-boundary",
    "Si-C3",
    "Si-C4",
    "Si-cluster",
    "N",
    "B",
    "hole",
    "edge",
}


def test_the_names_are_the_public_ones() -> None:
    # `unknown` is what isn't in the table.
    assert {entry.name for entry in load_catalogue()} == PUBLIC


def test_every_row_says_where_it_comes_from() -> None:
    for entry in load_catalogue():
        assert entry.rule in {"exact", "pairs", "chain", "large ring", "dopants", "edge"}
        assert entry.circuit in {"", "open", "closed"}
        assert list(entry.census) == sorted(entry.census)
        assert entry.source


def test_no_two_exact_rows_are_the_same() -> None:
    keys = [
        (e.census, e.missing_atoms, e.dopants, e.dopant_neighbours)
        for e in load_catalogue()
        if e.rule == "exact"
    ]
    assert len(keys) == len(set(keys)) == 11


@pytest.mark.parametrize("entry", [e for e in load_catalogue() if e.rule == "exact"])
def test_every_exact_row_names_itself_with_and_without_the_count(
    entry: CatalogueEntry,
) -> None:
    dopants = [entry.dopants.rstrip("1")] if entry.dopants else []
    neighbours = [] if entry.dopant_neighbours is None else [entry.dopant_neighbours]
    for missing in (entry.missing_atoms, None):
        for burgers in (0.0, None):
            found = name_defect(
                entry.census[::-1],
                missing_atoms=missing,
                dopants=dopants,
                dopant_neighbours=neighbours,
                burgers=burgers,
            )
            assert found == entry.name


@pytest.mark.parametrize(
    ("census", "extra", "name"),
    [
        # The census of one defect with the atoms of another is neither.
        ((5, 5, 7, 7), {"missing_atoms": 1}, "unknown"),
        ((5, 9), {"missing_atoms": 2}, "unknown"),
        ((5, 5, 9), {}, "unknown"),
        ((), {}, "unknown"),
        # Dislocations and their chains.
        ((5, 7), {"burgers": 1.0}, "dislocation-57"),
        ((5, 7), {"burgers": 0.0, "missing_atoms": 0}, "unknown"),
        ((5, 5, 7, 7), {"burgers": 2.0}, "dislocation-57"),
        ((5, 5, 5, 7, 7, 7), {"burgers": 3.0}, "grain-boundary"),
        ((5,) * 12 + (7,) * 12, {"burgers": 0.0, "missing_atoms": 0}, "grain-boundary"),
        ((5, 5, 7), {"burgers": 1.0}, "unknown"),
        ((5, 7, 8), {"burgers": 1.0}, "unknown"),
        # Holes and the border.
        ((14,), {"missing_atoms": 2}, "hole"),
        ((5, 5, 18), {"missing_atoms": 7}, "hole"),
        ((9,), {}, "unknown"),
        ((5, 8), {"at_edge": True}, "edge"),
        ((5, 9), {"at_edge": True}, "edge"),
        ((), {"dopants": ["Si"], "dopant_neighbours": [3], "at_edge": True}, "Si-C3"),
        # Dopants.
        ((), {"dopants": ["Si"], "dopant_neighbours": [3]}, "Si-C3"),
        ((), {"dopants": ["Si"], "dopant_neighbours": [2]}, "unknown"),
        ((5, 5), {"dopants": ["Si"], "dopant_neighbours": [4]}, "Si-C4"),
        ((5, 5), {"dopants": ["Si"], "dopant_neighbours": [3]}, "unknown"),
        ((), {"dopants": ["Si", "Si"], "dopant_neighbours": [3, 3]}, "Si-cluster"),
        ((5, 7, 12), {"dopants": ["Si"] * 3}, "Si-cluster"),
        ((), {"dopants": ["N", "Si"]}, "unknown"),
        ((5, 9), {"dopants": ["N"], "missing_atoms": 1}, "unknown"),
        ((14,), {"dopants": ["N"]}, "unknown"),
        ((5, 7), {"dopants": ["N"], "burgers": 1.0}, "unknown"),
    ],
)
def test_names(census: tuple[int, ...], extra: dict[str, object], name: str) -> None:
    assert name_defect(census, **extra) == name  # type: ignore[arg-type]


def test_labels_of_dopants() -> None:
    assert dopant_label([]) == ""
    assert dopant_label(["Si"]) == "Si1"
    assert dopant_label(["Si", "N", "Si"]) == "N1 Si2"


@pytest.mark.parametrize(
    ("census", "name"),
    [
        ((5, 5, 5, 7, 7, 7), "grain-boundary"),
        ((5, 5, 5, 5, 7, 7, 7), "grain-boundary"),
        ((5,) * 8 + (7,) * 8 + (8, 4), "grain-boundary"),
        ((5, 5, 7), "edge"),
        ((5, 5, 5, 5, 5, 7, 7, 7), "edge"),
        ((5, 5, 5, 7, 7, 7, 8, 8), "edge"),
    ],
    ids=["pairs", "one five more", "others hide in a long chain", "short", "lopsided", "mixed"],
)
def test_a_chain_may_be_cut_off(census: tuple[int, ...], name: str) -> None:
    assert name_defect(census, at_edge=True) == name


def test_a_dopant_at_the_edge_keeps_its_name() -> None:
    at_edge = name_defect([5, 5], dopants=["Si"], dopant_neighbours=[4], at_edge=True)
    assert at_edge == "Si-C4"
    assert name_defect([5, 9], at_edge=True) == "edge"
