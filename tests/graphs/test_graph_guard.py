from __future__ import annotations

import pickle
from collections.abc import Callable

import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper

from honeycomb_patches import untrained
from sixring.errors import ReadError
from sixring.graphs import OPERATORS, check_graph
from sixring.models import model_names


def changed(change: Callable[[onnx.ModelProto], object]) -> bytes:
    model = onnx.load_from_string(untrained("cnn-a").graph)
    change(model)
    content: bytes = model.SerializeToString()
    return content


def refusal(graph: bytes) -> str:
    with pytest.raises(ReadError) as caught:
        check_graph(graph, "m/model.onnx")
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize("name", model_names())
def test_what_sixring_writes_passes(name: str) -> None:
    check_graph(untrained(name).graph, "model.onnx")


def test_every_operator_that_is_allowed_is_one_of_onnx() -> None:
    assert {schema.name for schema in onnx.defs.get_all_schemas()} >= OPERATORS


@pytest.mark.parametrize("operator", ["Loop", "If", "Scan", "PyOp", "SequenceMap"])
def test_an_operator_that_is_not_known_is_refused(operator: str) -> None:
    def change(model: onnx.ModelProto) -> None:
        model.graph.node[0].op_type = operator

    prefix = "m/model.onnx: refused, as sixring writes no such model: "
    assert refusal(changed(change)) == f"{prefix}it has the operator '{operator}'"


@pytest.mark.parametrize("domain", ["com.microsoft", "ai.onnx.ml", "evil\nline"])
def test_operators_of_another_domain_are_refused(domain: str) -> None:
    def in_node(model: onnx.ModelProto) -> None:
        model.graph.node[0].domain = domain

    def in_imports(model: onnx.ModelProto) -> None:
        model.opset_import.append(helper.make_opsetid(domain, 1))

    for change in (in_node, in_imports):
        assert refusal(changed(change)).endswith(f"it has operators of the domain {domain!r}")


@pytest.mark.parametrize("location", ["/etc/passwd", "../weights", "weights.bin"])
def test_numbers_from_other_files_are_refused(location: str) -> None:
    def in_weights(model: onnx.ModelProto) -> None:
        tensor = model.graph.initializer[0]
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value=location)

    def without_saying_so(model: onnx.ModelProto) -> None:
        model.graph.initializer[0].external_data.add(key="location", value=location)

    def in_a_constant(model: onnx.ModelProto) -> None:
        tensor = onnx.TensorProto(data_location=onnx.TensorProto.EXTERNAL)
        node = model.graph.node.add(op_type="Constant")
        node.attribute.append(helper.make_attribute("value", tensor))

    def in_a_list(model: onnx.ModelProto) -> None:
        tensor = onnx.TensorProto(data_location=onnx.TensorProto.EXTERNAL)
        model.graph.node[0].attribute.append(helper.make_attribute("values", [tensor]))

    for change in (in_weights, without_saying_so, in_a_constant, in_a_list):
        assert refusal(changed(change)).endswith("it reads numbers from other files")


def test_graphs_within_and_functions_are_refused() -> None:
    inner = helper.make_graph([], "inner", [], [])

    def graph(model: onnx.ModelProto) -> None:
        model.graph.node[0].attribute.append(helper.make_attribute("body", inner))

    def graphs(model: onnx.ModelProto) -> None:
        model.graph.node[0].attribute.append(helper.make_attribute("bodies", [inner]))

    def function(model: onnx.ModelProto) -> None:
        model.functions.add(name="f", domain="")

    def training(model: onnx.ModelProto) -> None:
        model.training_info.add()

    assert refusal(changed(graph)).endswith("it has graphs within (field 6 of an attribute)")
    assert refusal(changed(graphs)).endswith("it has graphs within (field 11 of an attribute)")
    assert refusal(changed(function)).endswith(
        "it has functions or other parts (field 25 of the model)"
    )
    assert refusal(changed(training)).endswith(
        "it has functions or other parts (field 20 of the model)"
    )


def test_parts_that_are_not_known_are_refused() -> None:
    def sparse(model: onnx.ModelProto) -> None:
        model.graph.sparse_initializer.add()

    def overload(model: onnx.ModelProto) -> None:
        model.graph.node[0].overload = "x"

    assert refusal(changed(sparse)).endswith(
        "it has parts that aren't known (field 15 of the graph)"
    )
    assert refusal(changed(overload)).endswith("it has parts that aren't known (field 8 of a node)")


@pytest.mark.parametrize(
    ("graph", "reason"),
    [
        (b"", "0 graphs in it"),
        (untrained("cnn-a").graph[:-30], "field 7 ends beyond the message"),
        (untrained("cnn-a").graph * 2, "2 graphs in it"),
        (b"\x38\x05", "a number stands where a message is expected"),
    ],
)
def test_what_is_no_graph_is_refused(graph: bytes, reason: str) -> None:
    message = refusal(graph)
    assert message.startswith("m/model.onnx: is no ONNX model (")
    assert message.endswith("): train the model again")
    assert reason in message


def test_a_pickle_is_no_graph() -> None:
    assert refusal(pickle.dumps({"a": 1})).startswith("m/model.onnx: ")


@settings(max_examples=50)
@given(st.binary(max_size=300))
def test_no_bytes_pass_that_are_no_graph(content: bytes) -> None:
    model = onnx.ModelProto()
    try:
        model.ParseFromString(content)
        known = model.HasField("graph")
    except Exception:
        known = False
    if not known:
        assert refusal(content)
