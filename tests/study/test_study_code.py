"""What single nodes of a code tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sixring.evaluate import roc_auc
from sixring.models import SavedModel
from sixring.study._code import examine_code
from study_figures import pictured_data, pictured_outcomes

DATA = pictured_data()


def test_nodes_are_judged_the_better_way_round(tmp_path: Path) -> None:
    outcomes = [o for o in pictured_outcomes(tmp_path) if o.job.model == "dense-ae"]
    found = examine_code(outcomes, DATA.test, seed=0)
    assert DATA.test.labels is not None
    code = SavedModel.read(outcomes[0].folder).outputs(DATA.test.images, ("code",))["code"]
    aucs = [max(auc, 1 - auc) for auc in (roc_auc(node, DATA.test.labels) for node in code.T)]
    assert found["nodes"] == code.shape[1]
    # Both trainings are the same one here.
    assert found["each"] == pytest.approx([aucs[0]] * 2)
    assert found["largest"] == pytest.approx([max(aucs)] * 2)
    assert found["auc"]["value"] == pytest.approx(aucs[0])
    assert found["auc"]["low"] < aucs[0] < found["auc"]["high"]
    assert json.loads(json.dumps(found)) == found
    assert examine_code(outcomes, DATA.test, seed=0) == found
