"""The models: what they are, and trained ones that score patches without PyTorch."""

from sixring.models._description import Calibration, Description, Judgement, Setting, TrainingData
from sixring.models._images import SMALLEST_PATCH, as_patches
from sixring.models._registry import (
    MODELS,
    Kind,
    ModelEntry,
    find_model,
    model_names,
    network_class,
)
from sixring.models._saved import SavedModel
from sixring.models._scaling import Scaling, scaling
from sixring.models._settings import (
    Settings,
    choice,
    flag,
    number,
    refuse_unknown,
    text,
    whole,
    wholes,
    words,
)
from sixring.models._shipped import saved_folder, shipped_models

__all__ = [
    "MODELS",
    "SMALLEST_PATCH",
    "Calibration",
    "Description",
    "Judgement",
    "Kind",
    "ModelEntry",
    "SavedModel",
    "Scaling",
    "Setting",
    "Settings",
    "TrainingData",
    "as_patches",
    "choice",
    "find_model",
    "flag",
    "model_names",
    "network_class",
    "number",
    "refuse_unknown",
    "saved_folder",
    "scaling",
    "shipped_models",
    "text",
    "whole",
    "wholes",
    "words",
]
