"""Figure 13: both classifiers, with and without augmentation, by defect and by dose."""

from __future__ import annotations

from sixring.report.wording import significant
from sixring.study._figures._canvas import DEFECT, PERFECT, SMALL, Plate, dress, new_canvas
from sixring.study._figures._estimates import chance_line, draw_estimate
from sixring.study._reading import Document, find
from sixring.study._results import Kind

__all__ = ["classifiers_in_parts"]

_SERIES = (
    ("cnn-a", "challenge", PERFECT, False),
    ("cnn-a", "plain", PERFECT, True),
    ("cnn-b", "challenge", DEFECT, False),
    ("cnn-b", "plain", DEFECT, True),
)
"""Model, question, colour, and whether the dot is hollow."""
_APART = 0.17


def classifiers_in_parts(document: Document) -> Plate:
    """Draw the AUC of both classifiers for each defect and each range of the dose."""
    canvas = new_canvas(3.6)
    shares = [max(len(_parts(document, column)), 1) for column in ("defect", "dose")]
    panels = canvas.subplots(1, 2, sharey=True, width_ratios=shares)
    for axes, column, title in zip(
        panels, ("defect", "dose"), ("By defect", "By dose, e/Å²"), strict=True
    ):
        dress(axes, "", "AUC on the test set" if column == "defect" else "", title)
        names = _parts(document, column)
        for series, (model, question, colour, hollow) in enumerate(_SERIES):
            of_value = {
                part["value"]: part
                for part in find(document, Kind(question, "", model))["parts"]
                if part["column"] == column
            }
            for place, name in enumerate(names):
                at = place + (series - 1.5) * _APART
                label = f"{model}, {'not augmented' if hollow else 'augmented'}"
                draw_estimate(
                    axes,
                    at,
                    of_value[name]["auc"],
                    colour,
                    hollow=hollow,
                    label=None if place else label,
                )
        chance_line(axes, label="chance" if column == "dose" else "")
        axes.set_xticks(range(len(names)), [_words(name, column) for name in names], fontsize=SMALL)
        axes.set_xlim(-0.55, len(names) - 0.45)
    handles, labels = panels[0].get_legend_handles_labels()
    canvas.legend(
        handles,
        labels,
        loc="outside lower center",
        ncols=4,
        fontsize=SMALL,
        frameon=False,
        columnspacing=1.2,
        handletextpad=0.3,
    )
    return Plate(
        "Both classifiers, with and without augmentation",
        "The AUC on the test set with its 95 % interval, for each kind of defect against all "
        "perfect patches, and for each range of the dose. Full dots: trained with augmentation; "
        "hollow ones: without.",
        canvas,
    )


def _parts(document: Document, column: str) -> list[str]:
    """Return the values of a column that results are given for."""
    model, question, *_ = _SERIES[0]
    row = find(document, Kind(question, "", model))
    return [part["value"] for part in row["parts"] if part["column"] == column]


def _words(value: str, column: str) -> str:
    """Write a name or a range on two lines, and numbers as people do."""
    if column == "defect":
        return value.replace("-", "-\n", 1)
    return " to\n".join(significant(float(end)) for end in value.split(" to "))
