"""Patches: folders, files and arrays of them, splits by group, order and changes in training."""

from sixring.patches._augmentation import Augmentation
from sixring.patches._balance import balanced_order
from sixring.patches._patch_set import DEFECT, PERFECT, PatchSet
from sixring.patches._period import lattice_period
from sixring.patches._read import read_inputs, read_patches
from sixring.patches._rescale import rescaled
from sixring.patches._split import split_groups
from sixring.patches._stack import varied

__all__ = [
    "DEFECT",
    "PERFECT",
    "Augmentation",
    "PatchSet",
    "balanced_order",
    "lattice_period",
    "read_inputs",
    "read_patches",
    "rescaled",
    "split_groups",
    "varied",
]
