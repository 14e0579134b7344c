"""A patch model in the style of scikit-learn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from sixring.errors import UsageError
from sixring.evaluate import Calibration
from sixring.models import SavedModel
from sixring.patches import Augmentation
from sixring.train._recipe import Recipe, complete
from sixring.train._watching import Outputs, told_by_outputs

__all__ = ["PatchModel"]


class PatchModel(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Tells patches with a defect from perfect ones.

    Scikit-learn's ``clone``, ``cross_val_score`` and ``GridSearchCV`` work with it. Making and
    training a model needs PyTorch; using one that was loaded doesn't.

    Parameters
    ----------
    name : str
        One of :func:`~sixring.models.model_names`.
    seed : int
        Everything random follows from it.
    score : str, optional
        The score that decides; the model's default where it isn't given.
    augment : bool or Augmentation, optional
        Whether every patch is shown changed at random, differently in each epoch, or how; yes
        where it isn't given, but for models without epochs, to which it means nothing.
    **settings
        Fields of the architecture's settings and of :class:`Training`.

    Raises
    ------
    UsageError
        If there is no such model or setting, a value can't be, or PyTorch isn't installed.

    Attributes
    ----------
    classes_ : ndarray
        0 (perfect) and 1 (defect).
    history_ : list of dict
        After :meth:`fit`: ``epoch, training_loss, validation_loss`` and, where known,
        ``validation_auc``, one row an epoch; empty for a model without epochs.
    """

    def __init__(
        self,
        name: str,
        *,
        seed: int = 0,
        score: str | None = None,
        augment: bool | Augmentation | None = None,
        **settings: object,
    ) -> None:
        self._params = complete(
            {"name": name, "seed": seed, "score": score, "augment": augment, **settings}
        )
        self._model: SavedModel | None = None

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return every parameter by its name; `deep` changes nothing."""
        return dict(self._params)

    def set_params(self, **params: object) -> Self:
        """Change parameters; what was learned is forgotten.

        Raises
        ------
        UsageError
            As when a model is made.
        """
        self._params = complete({**self._params, **params})
        self._model = None
        return self

    def fit(
        self,
        X: ArrayLike,  # noqa: N803 - scikit-learn's name
        y: ArrayLike | None = None,
        groups: ArrayLike | None = None,
        *,
        details: Mapping[str, ArrayLike] | None = None,
        held_out: ArrayLike | None = None,
        folder: str | PathLike[str] | None = None,
        resume: bool = False,
        progress: bool = False,
        on_epoch: Callable[[int, Outputs], None] | None = None,
    ) -> Self:
        """Train the model.

        Parameters
        ----------
        X : array_like, shape (n, rows, cols)
            Patches of any real dtype, as they were recorded.
        y : array_like, shape (n,), optional
            0 perfect, 1 defect. One-class models learn from the perfect ones alone, which all
            are where it isn't given.
        groups : array_like, shape (n,), optional
            Micrograph or session of each patch; none is split between what is learned from and
            what is watched.
        details : mapping, optional
            The columns ``sampling`` (A/px), ``dose`` (e/A^2) and ``mode``, shape (n,) each, for
            the model's card.
        held_out : array_like of bool, shape (n,), optional
            Which patches are held out to watch the training; where it isn't given, a share of
            each class, the setting `validation`, by whole groups.
        folder : str or path, optional
            Where ``last.ckpt`` and ``history.csv`` are written after each epoch; nothing is
            written where it isn't given.
        resume : bool, optional
            Whether to go on from the checkpoint in `folder`, if there is one: the result is
            that of a training that wasn't interrupted. A model without epochs writes none.
        progress : bool, optional
            Whether to show a bar on stderr.
        on_epoch : callable, optional
            Called after each epoch with its number, from 1, and a function that computes the
            outputs of the network as it is then.

        Returns
        -------
        PatchModel
            This model.

        Raises
        ------
        UsageError
            If the patches, labels or groups can't be trained on, `resume` is given without a
            folder, the checkpoint is of another training, or the loss stops being finite.
        ReadError
            If the checkpoint is damaged.
        OutputError
            If the folder can't be written.
        """
        from sixring.train._data import prepare
        from sixring.train._engine import Run
        from sixring.train._fit import fit

        recipe = Recipe.of(self._params)
        run = Run(
            None if folder is None else Path(folder),
            resume,
            progress,
            None if on_epoch is None else told_by_outputs(on_epoch),
        )
        data = prepare(
            X,
            y,
            groups,
            details,
            kind=recipe.entry.kind,
            share=recipe.training.validation,
            seed=recipe.seed,
            counts=recipe.augmentation is not None and recipe.augmentation.counts,
            held_out=held_out,
        )
        fitted = fit(recipe, data, run)
        self._take(fitted.model)
        self.history_ = fitted.history
        return self

    def decision_function(self, X: ArrayLike) -> NDArray[np.float32]:  # noqa: N803
        """Return the deciding score of each patch, shape (n,): higher where a defect is likelier.

        Raises
        ------
        UsageError
            If the model isn't trained, or the patches can't be scored.
        """
        name = self.saved.description.score
        return self.saved.outputs(X, (name,))[name]

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803
        """Return the probability of each patch to be perfect, and to be a defect, shape (n, 2).

        It is calibrated on the validation part, and so for its share of defects.

        Raises
        ------
        UsageError
            If the model isn't trained, saw no defects to calibrate with, or the patches can't
            be scored.
        """
        described = self.saved.description
        if described.calibration is None:
            raise UsageError(
                f"{described.name} was trained without defects, so its scores have no "
                "probabilities: train it with some defect patches, or use decision_function"
            )
        calibration = Calibration.from_document(described.calibration)
        defect = calibration.probability(self.decision_function(X))
        return np.column_stack([1 - defect, defect])

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:  # noqa: N803
        """Return 1 for each patch whose score reaches the threshold, else 0, shape (n,).

        Raises
        ------
        UsageError
            If the model isn't trained, or the patches can't be scored.
        """
        found = self.decision_function(X) >= self.saved.description.threshold
        return found.astype(np.int64)

    @classmethod
    def of_saved(cls, saved: SavedModel) -> Self:
        """Return a trained model; PyTorch isn't needed.

        Raises
        ------
        UsageError, TypeError
            If its description has a calibration or an augmentation that can't be.
        """
        described = saved.description
        if described.calibration is not None:
            Calibration.from_document(described.calibration)
        model = cls.__new__(cls)
        default_score = described.score == described.scores[0]
        model._params = {
            "name": described.name,
            "seed": described.seed,
            "score": None if default_score else described.score,
            "augment": _augment(described.augmentation),
            **described.config,
            **described.training,
        }
        model._take(saved)
        return model

    @property
    def saved(self) -> SavedModel:
        """What was learned: every score and view, and the model's description.

        Raises
        ------
        UsageError
            If the model isn't trained.
        """
        if self._model is None:
            raise UsageError(f"{self._params['name']} isn't trained: call fit, or load a model")
        return self._model

    def save(self, folder: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Write the model as a folder of plain files: it appears whole or not at all.

        Parameters
        ----------
        folder : str or path
            Where it shall appear.
        overwrite : bool, optional
            Whether a folder that is there may be replaced.

        Raises
        ------
        UsageError
            If the model isn't trained.
        OutputError
            If the folder exists and `overwrite` is false, or can't be written.
        """
        self.saved.write(folder, overwrite=overwrite)

    def __sklearn_is_fitted__(self) -> bool:
        """Tell scikit-learn whether the model is trained."""
        return self._model is not None

    def _take(self, model: SavedModel) -> None:
        self._model = model
        self.classes_ = np.array([0, 1])


def _augment(saved: Mapping[str, Any] | None) -> bool | Augmentation:
    """Return the parameter as it was given."""
    if saved is None:
        return False
    augmentation = Augmentation(**saved)
    return augmentation == Augmentation() or augmentation
