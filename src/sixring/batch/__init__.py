"""Many files into one folder or table of results, started again as often as need be."""

from sixring.batch._batch import Batch
from sixring.batch._classify import Classified, classify_files
from sixring.batch._settings import Settings
from sixring.batch._summary import Row
from sixring.batch._work import Outcome

__all__ = ["Batch", "Classified", "Outcome", "Row", "Settings", "classify_files"]
