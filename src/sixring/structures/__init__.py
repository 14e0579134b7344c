"""Graphene as atoms and bonds: sheets, their defects, and the names of these."""

from sixring.structures._bonds import bonds_of
from sixring.structures._boundary import tilt_boundary
from sixring.structures._catalogue import (
    CatalogueEntry,
    dopant_label,
    load_catalogue,
    name_defect,
)
from sixring.structures._circuit import ring_centres
from sixring.structures._completion import Whole, complete_defect
from sixring.structures._faces import neighbours, planar_faces
from sixring.structures._groups import CHAINS, DefectGroup, group_defects
from sixring.structures._library import library
from sixring.structures._outline import Outline, draw_outline
from sixring.structures._plan import Plan
from sixring.structures._plant import PLANTABLE, plant, rotate_bond
from sixring.structures._relax import relax
from sixring.structures._relaxed import Anchor, OuterGrain, Relaxed
from sixring.structures._sheet import (
    BOND,
    LATTICE_CONSTANT,
    Sheet,
    perfect_sheet,
    remove_atoms,
    substitute,
)
from sixring.structures._specimen import Specimen, grow
from sixring.structures._stamp import Stamp, stamps, variants
from sixring.structures._truth import Truth, truth

__all__ = [
    "BOND",
    "CHAINS",
    "LATTICE_CONSTANT",
    "PLANTABLE",
    "Anchor",
    "CatalogueEntry",
    "DefectGroup",
    "OuterGrain",
    "Outline",
    "Plan",
    "Relaxed",
    "Sheet",
    "Specimen",
    "Stamp",
    "Truth",
    "Whole",
    "bonds_of",
    "complete_defect",
    "dopant_label",
    "draw_outline",
    "group_defects",
    "grow",
    "library",
    "load_catalogue",
    "name_defect",
    "neighbours",
    "perfect_sheet",
    "planar_faces",
    "plant",
    "relax",
    "remove_atoms",
    "ring_centres",
    "rotate_bond",
    "stamps",
    "substitute",
    "tilt_boundary",
    "truth",
    "variants",
]
