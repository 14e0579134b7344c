"""Trained networks as files: ONNX graphs, how they are run, and the documents beside them."""

from sixring.graphs._files import Digest, content_of
from sixring.graphs._guard import OPERATORS, check_graph
from sixring.graphs._runtime import ANY_SIZE, INPUT, OUTPUT_PREFIX, Runtime
from sixring.graphs._schema import SchemaError, read_json, read_record, shown

__all__ = [
    "ANY_SIZE",
    "INPUT",
    "OPERATORS",
    "OUTPUT_PREFIX",
    "Digest",
    "Runtime",
    "SchemaError",
    "check_graph",
    "content_of",
    "read_json",
    "read_record",
    "shown",
]
