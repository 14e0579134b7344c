"""A look through an ONNX graph before the runtime gets it.

A graph can name files to be read (external data), operators that a library would bring (other
domains), and loops without end. Nothing that sixring writes has any of it, so what isn't known
to be harmless is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from sixring.errors import ReadError
from sixring.graphs._schema import shown
from sixring.graphs._wire import WireError, fields

__all__ = ["OPERATORS", "check_graph"]

OPERATORS = frozenset(
    (
        *("Abs", "Add", "Clip", "Div", "Elu", "Exp", "Log", "Mul", "Neg", "Pow", "Relu", "Sigmoid"),
        *("Sqrt", "Sub", "Tanh", "AveragePool", "Conv", "ConvTranspose", "Gemm", "MatMul"),
        *("MaxPool", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum"),
        *("Concat", "Constant", "Flatten", "Reshape", "Slice", "Split", "Squeeze", "Transpose"),
        *("Unsqueeze", "LayerNormalization", "ArgMax", "Atan", "Cast", "Cos", "Einsum", "Expand"),
        *("Gather", "GatherND", "Greater", "GridSample", "IsNaN", "Less", "Min", "Reciprocal"),
        *("Resize", "Round", "Shape", "Sin", "Where"),
    )
)
"""What a graph may compute; no control flow, so every graph ends."""
_DOMAINS = (b"", b"ai.onnx")

# Field numbers of onnx.proto3: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
_MODEL_GRAPH, _MODEL_OPSET = 7, 8
_OPSET_DOMAIN = 1
_GRAPH_NODE, _GRAPH_TENSOR = 1, 5
_NODE_OPERATOR, _NODE_ATTRIBUTE, _NODE_DOMAIN = 4, 5, 7
_ATTRIBUTE_TENSOR, _ATTRIBUTE_TENSORS = 5, 10
_TENSOR_EXTERNAL, _TENSOR_LOCATION = 13, 14
_HARMLESS_IN_MODEL = frozenset({1, 2, 3, 4, 5, 6, 14})  # versions, names, comments
_HARMLESS_IN_GRAPH = frozenset({2, 10, 11, 12, 13, 16})  # names, comments, shapes
_HARMLESS_IN_NODE = frozenset({1, 2, 3, 6, 9})  # names, comments
_HARMLESS_IN_ATTRIBUTE = frozenset({1, 2, 3, 4, 7, 8, 9, 13, 20})  # numbers and strings


def check_graph(graph: bytes, source: str) -> None:
    """Refuse a graph that might do more than compute.

    Parameters
    ----------
    graph : bytes
        A serialised ONNX model.
    source : str
        The file, for the message.

    Raises
    ------
    ReadError
        If it isn't an ONNX model, reads other files, or has an operator, a domain or a part that
        isn't known to be harmless.
    """
    try:
        _check_model(memoryview(graph), source)
    except WireError as error:
        raise ReadError(f"{source}: is no ONNX model ({error}): train the model again") from error


def _check_model(model: memoryview, source: str) -> None:
    graphs = 0
    for number, value in fields(model):
        if number == _MODEL_GRAPH:
            graphs += 1
            _check_parts(_message(value), source)
        elif number == _MODEL_OPSET:
            for _, domain in _pick(_message(value), _OPSET_DOMAIN):
                _check_domain(domain, source)
        elif number not in _HARMLESS_IN_MODEL:
            raise _refusal(source, f"it has functions or other parts (field {number} of the model)")
    if graphs != 1:
        raise WireError(f"{graphs} graphs in it")


def _check_parts(graph: memoryview, source: str) -> None:
    for number, value in fields(graph):
        if number == _GRAPH_NODE:
            _check_node(_message(value), source)
        elif number == _GRAPH_TENSOR:
            _check_tensor(_message(value), source)
        elif number not in _HARMLESS_IN_GRAPH:
            raise _refusal(source, f"it has parts that aren't known (field {number} of the graph)")


def _check_node(node: memoryview, source: str) -> None:
    for number, value in fields(node):
        if number == _NODE_OPERATOR:
            operator = bytes(_message(value)).decode("utf-8", "replace")
            if operator not in OPERATORS:
                raise _refusal(source, f"it has the operator {shown(operator)}")
        elif number == _NODE_DOMAIN:
            _check_domain(_message(value), source)
        elif number == _NODE_ATTRIBUTE:
            _check_attribute(_message(value), source)
        elif number not in _HARMLESS_IN_NODE:
            raise _refusal(source, f"it has parts that aren't known (field {number} of a node)")


def _check_attribute(attribute: memoryview, source: str) -> None:
    for number, value in fields(attribute):
        if number in (_ATTRIBUTE_TENSOR, _ATTRIBUTE_TENSORS):
            _check_tensor(_message(value), source)
        elif number not in _HARMLESS_IN_ATTRIBUTE:
            raise _refusal(source, f"it has graphs within (field {number} of an attribute)")


def _check_tensor(tensor: memoryview, source: str) -> None:
    for number, value in fields(tensor):
        if number == _TENSOR_EXTERNAL or (number == _TENSOR_LOCATION and value != 0):
            raise _refusal(source, "it reads numbers from other files")


def _check_domain(domain: memoryview, source: str) -> None:
    if bytes(domain) not in _DOMAINS:
        name = bytes(domain).decode("utf-8", "replace")
        raise _refusal(source, f"it has operators of the domain {shown(name)}")


def _pick(message: memoryview, wanted: int) -> Iterator[tuple[int, memoryview]]:
    return ((number, _message(value)) for number, value in fields(message) if number == wanted)


def _message(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise WireError("a number stands where a message is expected")
    return value


def _refusal(source: str, reason: str) -> ReadError:
    return ReadError(f"{source}: refused, as sixring writes no such model: {reason}")
