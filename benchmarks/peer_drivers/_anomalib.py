"""What both models of anomalib have in common: folders of 8-bit files in, raw scores out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch.utils.data import DataLoader

from benchmarks.peer_drivers import LABELS, PNG, TRAINING, VALIDATION, Task, Trained
from benchmarks.peer_drivers._torchvision import declare_operators

declare_operators()

from anomalib.data import Folder, PredictDataset  # noqa: E402 - imports torchvision
from anomalib.engine import Engine  # noqa: E402
from anomalib.post_processing import PostProcessor  # noqa: E402
from lightning.pytorch import seed_everything  # noqa: E402

__all__ = ["trained"]

_BATCH = 32
"""Its default."""


def trained(task: Task, kind: Any, settings: str, **arguments: object) -> Trained:  # noqa: ANN401
    """Train a model on perfect patches.

    Parameters
    ----------
    task : Task
        What is trained on.
    kind : type
        The class of the model.
    settings : str
        How it was trained, in words.
    **arguments
        Of the class, where they aren't its defaults.

    Returns
    -------
    Trained
        With scores as the model gives them: by default they would be cut off at 0 and 1.
    """
    seed_everything(task.request.seed)
    model = kind(
        **arguments,
        pre_trained=False,
        pre_processor=kind.configure_pre_processor(image_size=task.training.shape[1:]),
        post_processor=PostProcessor(enable_normalization=False),
        evaluator=False,
        visualizer=False,
    )
    perfect, defect = LABELS[0], LABELS[1]
    patches = Folder(
        name="patches",
        root=task.folder / PNG,
        normal_dir=f"{TRAINING}/{perfect}",
        normal_test_dir=f"{VALIDATION}/{perfect}",
        abnormal_dir=f"{VALIDATION}/{defect}",
        train_batch_size=_BATCH,
        eval_batch_size=_BATCH,
        num_workers=0,
        val_split_mode="same_as_test",
        seed=task.request.seed,
    )
    engine = Engine(accelerator="cpu", devices=1, logger=False, enable_progress_bar=False)
    engine.fit(model=model, datamodule=patches)

    def score(task: Task) -> NDArray[np.floating]:
        files = PredictDataset(task.test_files)
        loader = DataLoader(files, batch_size=_BATCH, collate_fn=files.collate_fn)
        batches = engine.predict(model=model, dataloaders=loader)
        return np.concatenate([np.asarray(batch.pred_score).ravel() for batch in batches])

    rows, cols = task.training.shape[1:]
    return Trained(score, f"{settings}, random weights, {rows} x {cols} pixels, one pass")
