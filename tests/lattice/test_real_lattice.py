"""Real micrographs; see SIXRING_REAL_DATA. Figures by session date, for sessions differ."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lattice_images import analyse, covered, overlap
from sixring.errors import Refusal
from sixring.io import read
from sixring.lattice import find_lattice
from sixring.types import Micrograph, Region

REAL_DATA = os.environ.get("SIXRING_REAL_DATA", "")

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not REAL_DATA, reason="SIXRING_REAL_DATA names no folder"),
]

FLOWER = Path(REAL_DATA) / "hrtem_flower" / "graphene_flower_raw.tif"
CONTAMINATED = Path(REAL_DATA) / "hrtem_contamination"
NOT_GRAPHENE = Path(REAL_DATA) / "not_graphene"


def test_contamination_by_session() -> None:
    sessions: dict[str, list[float]] = defaultdict(list)
    for label in sorted(CONTAMINATED.glob("*_LABEL.png")):
        micrograph = read(label.with_name(label.name.replace("_LABEL", "")))
        dirty = covered(analyse(micrograph).mask, Region.CONTAMINATION)
        with Image.open(label) as image:
            truth = np.asarray(image.convert("L")) == 255
        sessions[label.name[:9]].append(overlap(dirty, truth))
    every = [value for values in sessions.values() for value in values]
    by_session = "; ".join(
        f"{date}: {np.mean(values):.2f} ({len(values)})" for date, values in sessions.items()
    )
    report = f"mean IoU {np.mean(every):.3f} over {len(every)} images, by session {by_session}"
    assert len(every) == 59
    assert np.mean(every) >= 0.6, report
    # No session may hang on the others.
    assert min(np.mean(values) for values in sessions.values()) >= 0.4, report


@pytest.mark.parametrize("given", [None, 0.22])
def test_the_flower(given: float | None) -> None:
    image = read(FLOWER).image
    found = analyse(Micrograph(image, given, "hrtem"))
    assert found.lattice.sampling_from_lattice == pytest.approx(0.22, rel=0.02)
    # Ring centres are bright, as the authors say.
    assert found.lattice.contrast == "dark"
    # The edge of the hole and what lies on it are at the left; from column 60 on it is clean.
    assert covered(found.mask, Region.CONTAMINATION, Region.VACUUM)[:, :25].mean() > 0.7
    assert not covered(found.mask, Region.CONTAMINATION, Region.VACUUM)[:, 70:].any()


def test_molybdenum_disulphide_is_refused_by_its_lattice_constant() -> None:
    (file,) = NOT_GRAPHENE.glob("*.npy")
    with pytest.raises(Refusal) as caught:
        find_lattice(Micrograph(read(file).image, 0.137, "stem"))
    seen = re.search(r"the lattice constant seen is (\d\.\d\d) A", str(caught.value))
    assert seen is not None
    # Drift has stretched the image: its three spacings give 3.1 to 3.5.
    assert float(seen[1]) == pytest.approx(3.3, abs=0.2)
