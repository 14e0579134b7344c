"""Who is compared: the peers, each with its program, and sixring's own models."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.peers._environment import python_of
from benchmarks.quality import Contender, choose
from sixring.errors import UsageError
from sixring.models import shipped_models

__all__ = ["PEERS", "Contestant", "Peer", "own_models", "peers"]


@dataclass(frozen=True)
class Peer:
    """A model of another tool."""

    title: str
    """What it is called in the tables."""
    kind: str
    """What it has seen before it scores."""
    module: str
    """The program that trains and scores it."""


def _driver(name: str) -> str:
    return f"benchmarks.peer_drivers.{name}"


PEERS: Mapping[str, Peer] = {
    "atomai-classifier": Peer("AtomAI classifier", "supervised", _driver("atomai_classifier")),
    "atomai-vae": Peer("AtomAI VAE", "one-class", _driver("atomai_vae")),
    "anomalib-patchcore": Peer(
        "anomalib PatchCore, random weights", "one-class", _driver("anomalib_patchcore")
    ),
    "anomalib-padim": Peer(
        "anomalib PaDiM, random weights", "one-class", _driver("anomalib_padim")
    ),
    "pyod-autoencoder": Peer("PyOD autoencoder", "one-class", _driver("pyod_autoencoder")),
    "pyod-pca": Peer("PyOD PCA", "one-class", _driver("pyod_pca")),
}
"""Every peer by its name. No hub can be reached from where this runs, so that features which are
learned from photographs can't be had; the titles say so."""


@dataclass(frozen=True)
class Contestant:
    """One row of the table."""

    name: str
    """In file names."""
    title: str
    """In the tables."""
    kind: str
    """What it has seen before it scores."""
    python: Path
    """The interpreter that runs its program."""
    module: str
    """The program that trains and scores it."""
    is_own: bool
    """Whether it is one of sixring's."""
    seeds: bool = True
    """Whether another seed gives another model: not where it was trained before."""
    more: Mapping[str, str] = field(default_factory=dict)
    """What its program alone has to know."""
    identity: str = ""
    """What has to be the same for its scores to be the same."""


def peers(names: Sequence[str], environment: Path) -> list[Contestant]:
    """Return peers.

    Parameters
    ----------
    names : sequence of str
        Of :data:`PEERS`.
    environment : Path
        Where they are installed.

    Returns
    -------
    list of Contestant
        In their order.

    Raises
    ------
    UsageError
        If there is no such peer, or no environment.
    """
    for name in names:
        if name not in PEERS:
            raise UsageError(f"there is no peer {name!r}: choose from {', '.join(PEERS)}")
    if not names:
        return []
    python, constraints = python_of(environment)
    return [
        Contestant(
            name,
            PEERS[name].title,
            PEERS[name].kind,
            python,
            PEERS[name].module,
            is_own=False,
            identity=constraints,
        )
        for name in names
    ]


def own_models(names: Sequence[str]) -> list[Contestant]:
    """Return models of sixring.

    Parameters
    ----------
    names : sequence of str
        Models that can be made, and ``NAME=DIR`` for saved ones.

    Returns
    -------
    list of Contestant
        Those that the package carries first, whether they are named or not.

    Raises
    ------
    UsageError
        If there is no such model, or two have one name.
    """
    wanted = tuple(dict.fromkeys((*shipped_models(), *names)))
    # None at all would mean every model.
    return [_own(contender) for contender in choose(wanted)] if wanted else []


def _own(contender: Contender) -> Contestant:
    folder = contender.folder
    return Contestant(
        contender.name,
        f"sixring {contender.name}",
        contender.kind,
        Path(sys.executable),
        "benchmarks.peers._own_task",
        is_own=True,
        seeds=folder is None,
        more={"model": contender.name, "folder": "" if folder is None else str(folder.resolve())},
        identity="" if folder is None else _digest(folder),
    )


def _digest(folder: Path) -> str:
    found = hashlib.sha256()
    for file in sorted(path for path in folder.iterdir() if path.is_file()):
        found.update(file.read_bytes())
    return found.hexdigest()
