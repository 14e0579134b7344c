"""Training: models in the style of scikit-learn, trained by one engine."""

from sixring.models import model_names
from sixring.train._make import load_model, make_model
from sixring.train._patch_model import PatchModel
from sixring.train._recipe import read_settings
from sixring.train._training import Training
from sixring.train._watching import Outputs

__all__ = [
    "Outputs",
    "PatchModel",
    "Training",
    "load_model",
    "make_model",
    "model_names",
    "read_settings",
]
