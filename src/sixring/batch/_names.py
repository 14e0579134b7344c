"""One folder of results for each input, with a name that a reader can follow back to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count, islice
from pathlib import Path

__all__ = ["folder_names"]

# Besides the folders, these stand in the same place.
_RESERVED = frozenset({"summary.csv", "index.html"})


def folder_names(
    sources: Sequence[Path], known: Mapping[Path, str], taken: Collection[str] = ()
) -> dict[Path, str]:
    """Choose a distinct folder name for each input.

    The stem of the file, and where inputs share it, the stem with the suffix, with the parent
    folder, with both, or with a number: the first of these that tells all of them apart. The
    choice depends only on the arguments, not on what the files hold.

    Parameters
    ----------
    sources : sequence of Path
        The inputs, absolute and without repetition.
    known : mapping of Path to str
        Names that inputs got earlier and keep.
    taken : collection of str
        Names that belong to something else.

    Returns
    -------
    dict of Path to str
        A name for each input, in the order of `sources`. They differ even where upper and
        lower case are one.
    """
    names = {source: known[source] for source in sources if source in known}
    used = {name.casefold() for name in (*taken, *known.values(), *_RESERVED)}
    groups: dict[str, list[Path]] = {}
    for source in sources:
        if source not in known:
            groups.setdefault(source.stem.casefold(), []).append(source)
    for group in groups.values():
        chosen = _distinct(group, used)
        names.update(zip(group, chosen, strict=True))
        used.update(name.casefold() for name in chosen)
    return {source: names[source] for source in sources}


def _distinct(group: Sequence[Path], used: Collection[str]) -> list[str]:
    for names in zip(*map(_spellings, group), strict=True):
        folded = Counter(name.casefold() for name in names)
        if max(folded.values()) == 1 and folded.keys().isdisjoint(used):
            return list(names)
    numbered = (_visible(f"{group[0].stem}-{number}") for number in count(2))
    return list(islice((name for name in numbered if name.casefold() not in used), len(group)))


def _spellings(source: Path) -> Iterator[str]:
    suffix, parent = source.suffix.removeprefix("."), source.parent.name
    yield _visible(source.stem)
    yield _visible(f"{source.stem}-{suffix}")
    yield _visible(f"{parent}-{source.stem}")
    yield _visible(f"{parent}-{source.stem}-{suffix}")


def _visible(name: str) -> str:
    """Take dots from the ends: results aren't hidden, as those that are half-written are."""
    return name.strip(".") or "image"
