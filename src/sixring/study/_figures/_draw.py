"""All figures of the study, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sixring.models import SavedModel
from sixring.study._data import StudyData
from sixring.study._figures._architecture import architectures
from sixring.study._figures._canvas import Figure, Plate, save
from sixring.study._figures._classifiers import classifiers_in_parts
from sixring.study._figures._code import code_histogram
from sixring.study._figures._curves import learning_curves
from sixring.study._figures._history import histories
from sixring.study._figures._ladder import imbalance_remedies, ladder
from sixring.study._figures._latent import latent_distributions
from sixring.study._figures._patches import labelled_patches, two_patches
from sixring.study._figures._reconstructions import (
    conv_reconstruction,
    dense_reconstructions,
    reproductions_over_epochs,
)
from sixring.study._figures._roc import roc_curves
from sixring.study._figures._scores import autoencoder_scores
from sixring.study._findings_report import start_loss
from sixring.study._plan import AUTOENCODERS, CLASSIFIERS
from sixring.study._reading import Document, trainings_of
from sixring.study._results import Kind
from sixring.study._training import Outcome

if TYPE_CHECKING:
    from sixring.study._latent import Latent

__all__ = ["draw_figures"]


def draw_figures(
    outcomes: Sequence[Outcome],
    data: StudyData,
    latent: Latent,
    document: Document,
    folder: Path,
) -> list[Figure]:
    """Draw every figure of the study and write it as PNG.

    Parameters
    ----------
    outcomes : sequence of Outcome
        All trainings.
    data : StudyData
        The patches.
    latent : Latent
        What the first variational autoencoder makes of them.
    document : mapping
        What ``study.json`` will hold.
    folder : Path
        Gets ``figure-1.png`` and so on; made if it isn't there, existing files are replaced.

    Returns
    -------
    list of Figure
        In order; the first eight are those of the founding report.

    Raises
    ------
    OutputError
        If a file can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    figures = []
    for number, plate in enumerate(_plates(outcomes, data, latent, document), start=1):
        path = folder / f"figure-{number}.png"
        save(plate.canvas, path)
        figures.append(Figure(number, plate.title, plate.caption, path))
    return figures


def _plates(
    outcomes: Sequence[Outcome], data: StudyData, latent: Latent, document: Document
) -> Iterator[Plate]:
    firsts = {name: _first(outcomes, name) for name in AUTOENCODERS}
    report = [outcome for outcome in outcomes if outcome.job.question == "report"]
    yield two_patches(data)
    yield labelled_patches(data)
    yield architectures({name: SavedModel.read(first.folder) for name, first in firsts.items()})
    yield code_histogram(firsts["dense-ae"], data)
    yield dense_reconstructions(firsts["dense-ae"], data)
    yield conv_reconstruction(firsts["conv-ae"], data)
    yield reproductions_over_epochs(firsts["vae"], data)
    yield roc_curves(report, data)
    yield latent_distributions(latent, data)
    yield autoencoder_scores(document)
    yield ladder(document)
    yield histories(
        report, start_loss(trainings_of(document, Kind("report", "", CLASSIFIERS[0]))[0])
    )
    yield classifiers_in_parts(document)
    yield learning_curves(document)
    yield imbalance_remedies(document)


def _first(outcomes: Sequence[Outcome], model: str) -> Outcome:
    """Return the training of an autoencoder that has the least seed."""
    own = [o for o in outcomes if (o.job.question, o.job.model) == ("autoencoder", model)]
    return min(own, key=lambda outcome: outcome.job.seed)
