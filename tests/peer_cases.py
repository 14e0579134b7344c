"""A course of a few patches, and contestants whose programs train nothing."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmarks.peers import Contestant, Course, Job, Split
from honeycomb_patches import honeycomb
from sixring.patches import PatchSet

__all__ = ["contestant", "course", "job", "patch_set", "write_patch_file"]


def patch_set(n: int, seed: int, *, doses: tuple[float, ...] = (1e3,)) -> PatchSet:
    """Return patches with a dark spot in every third, two from each micrograph."""
    images, labels = honeycomb(n, seed=seed, side=32)
    names = tuple(map(str, range(n)))
    return PatchSet(
        images + 10,
        labels.astype(np.int8),
        np.array([f"m{k // 2}" for k in range(n)]),
        names,
        {"dose": np.resize(doses, n)},
    )


def course(folder: Path, *, by_dose: bool = False, n: int = 60) -> Course:
    """Return a course with two test sets, one of two doses."""
    held_out = np.arange(30) >= 20
    return Course(
        "hrtem",
        Split(patch_set(30, 1), held_out, folder),
        {"challenge": patch_set(n, 2, doses=(1e3, 1e4)), "hrtem-300": patch_set(n, 3)},
        by_dose=by_dose,
    )


def contestant(
    name: str = "fake",
    does: str = "score",
    *,
    is_own: bool = False,
    identity: str = "",
    seeds: bool = True,
    more: Mapping[str, str] | None = None,
) -> Contestant:
    """Return one whose program does what it is told."""
    return Contestant(
        name,
        name.title(),
        "one-class",
        Path(sys.executable),
        "tests.fake_peer",
        is_own=is_own,
        identity=identity,
        seeds=seeds,
        more={"does": does, **(more or {})},
    )


def job(one: Contestant, where: Course, *, seed: int = 0, epochs: int = 0) -> Job:
    """Return one training of a contestant."""
    return Job(one, where, where.digest, seed, epochs, threads=2)


def write_patch_file(folder: Path, splits: tuple[str, ...], each: int = 12) -> None:
    """Write patches as one array file, their parts in turn."""
    patches = patch_set(each * len(splits), 4)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(
        folder / "patches.npz",
        images=patches.images,
        labels=np.asarray(patches.labels),
        micrograph=patches.groups,
        split=np.repeat(splits, each),
        dose=patches.details["dose"],
    )
