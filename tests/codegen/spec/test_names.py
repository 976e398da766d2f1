"""Names in Python for names on the wire."""

from __future__ import annotations

import pytest

from codegen.spec.names import argument_names, is_method_name, snake


@pytest.mark.parametrize(
    ("wire", "python"),
    [
        ("minWeight", "min_weight"),
        ("min-weight", "min_weight"),
        ("HTTPCode", "http_code"),
        ("class", "class_"),
        ("3d", "value_3d"),
        ("external_id", "external_id"),
        ("--", "value"),
    ],
)
def test_a_parameter_gets_a_python_name(wire: str, python: str) -> None:
    assert snake(wire) == python


def test_arguments_of_the_same_name_are_told_apart() -> None:
    wanted = [("path", "id"), ("query", "id"), ("body", "id"), ("body", "id")]
    assert argument_names(wanted) == ["id", "query_id", "body_id", "body_id_"]


def test_arguments_do_not_hide_what_the_method_uses() -> None:
    assert argument_names([("body", "self"), ("body", "models"), ("body", "str")]) == [
        "self_",
        "models_",
        "str_",
    ]


@pytest.mark.parametrize("name", ["import", "Buy", "buy-more", "_buy", "buy_", "1buy", "buy__more", ""])
def test_a_name_that_python_or_a_reader_would_stumble_over_is_no_method(name: str) -> None:
    assert not is_method_name(name)
