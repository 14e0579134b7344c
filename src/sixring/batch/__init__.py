"""Many files into one folder of results, started again as often as need be."""

from sixring.batch._batch import Batch
from sixring.batch._settings import Settings
from sixring.batch._summary import Row
from sixring.batch._work import Outcome

__all__ = ["Batch", "Outcome", "Row", "Settings"]
