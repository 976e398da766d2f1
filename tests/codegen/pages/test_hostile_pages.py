"""Broken, odd and hostile pages: a page's facts or a PageError, soon, and nothing else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.pages.facts import PageError, PageFacts
from codegen.pages.hostile_yaml import load_hostile_yaml
from codegen.pages.markdown import MAX_BYTES, read_page
from tests.codegen.pages.examples import FOLDER
from tests.codegen.pages.openapi_pages import endpoint, page, read_document, read_schema

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
CHAIN = "a0: &a0 [x]\n" + "".join(f"a{level}: &a{level} [*a{level - 1}]\n" for level in range(1, 101))


def refused(content: bytes) -> str:
    with pytest.raises(PageError) as caught:
        read_page("odd", content)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the page is empty"),
        (b"\xef\xbb\xbf \n", "the page is empty"),
        (b"# A\n\xff", "byte 4: this is no Markdown page"),
        ("# Ö\n".encode("latin-1"), "byte 2: this is no Markdown page"),
        ("# A".encode("utf-16"), "byte 0: this is no Markdown page"),
        ("# A".encode("utf-16-le"), "this is no Markdown page"),
        (b"\x00# A\n", "this is no Markdown page"),
        (b'{"success": false, "errorMessage": "gone"}', "this is no Markdown page"),
        (b"a" * (MAX_BYTES + 1), "more than 4194304 are not read"),
        (b"Get Order\nTesting\nGET\n/partner/order\n", "at the page's address with .md at the end"),
        (b"<!doctype html><title>Get Order</title>", "at the page's address with .md at the end"),
        (b"openapi: 3.0.1\npaths: {}\n", "this is no Markdown page"),
        (b"# Minted\nopenapi: 3.0.1\npaths: {}\n", "this is no Markdown page"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value[:30],
)
def test_what_is_no_page_is_refused_by_name(content: bytes, words: str) -> None:
    assert words in refused(content)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOMB, "with those that aliases repeat"),
        ("a: &a [*a]", "more than 100 levels"),
        ("a: &a [1]\nb: &a [*a]", "line 2: this YAML is not read: found duplicate anchor"),
        ("a: *b", "line 1: this YAML is not read: found undefined alias"),
        (CHAIN, "more than 100 levels"),
        ("[" * 500, "more than 100 levels"),
        ("[" * 50_000, "this YAML is not read"),
        ("{a: " * 50_000, "more than 100 levels"),
        ("- " * 50_000, "more than 100 levels"),
        (
            "a: !!python/object:os.system x",
            "the tag tag:yaml.org,2002:python/object:os.system is not allowed",
        ),
        ("a: !own x", "the tag !own is not allowed"),
        ("a: 1\nb: 2\na: 3", "the key a is there twice"),
        ("? [1]\n: 2", "is no key"),
        ("a: 1\n---\nb: 1", "another document"),
        ('a: "\\UFFFFFFFF"', "this YAML is not read"),
        ('a: "\\ud800"', "this YAML is not read"),
        ("a: \x01", "this YAML is not read"),
    ],
    ids=lambda value: value[:20],
)
def test_hostile_yaml_is_refused(text: str, words: str) -> None:
    with pytest.raises(PageError) as caught:
        load_hostile_yaml(text, "odd")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2023-10-11", "2023-10-11"),
        ("2023-10-11 19:12:51", "2023-10-11 19:12:51"),
        ("0.10", 0.1),
        ("1e400", "1e400"),
        (".nan", ".nan"),
        ("-.inf", "-.inf"),
        ("9" * 5000, "9" * 5000),
        ("0x1F", 31),
        ("no", "no"),
        ("~", None),
        ("'1'", "1"),
        ("!!str 1", "1"),
        ("{200: a, null: b}", {"200": "a", "null": "b"}),
        ("[&a {x: 1}, *a]", [{"x": 1}, {"x": 1}]),
    ],
    ids=lambda value: str(value)[:20],
)
def test_yaml_is_read_by_the_core_schema_and_what_json_lacks_stays_text(text: str, value: object) -> None:
    assert load_hostile_yaml(text, "a") == value


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text("aä:#-{}[]'\"\n 1.", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab<1: ", max_size=4), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(json_values)
def test_json_is_read_as_what_it_is(value: object) -> None:
    assert load_hostile_yaml(json.dumps(value), "a") == value


def test_schemas_that_multiply_are_cut_with_a_remark() -> None:
    shared = {
        f"S{index}": {
            "type": "object",
            "properties": {side: {"$ref": f"#/components/schemas/S{index + 1}"} for side in ("a", "b", "c")},
        }
        for index in range(30)
    }
    shape, facts = read_schema({"$ref": "#/components/schemas/S0"}, **shared)
    assert shape.fields
    assert any("unfold into more than" in remark.message for remark in facts.remarks)


def test_a_long_chain_of_references_is_cut_with_a_remark() -> None:
    shared = {f"S{index}": {"$ref": f"#/components/schemas/S{index + 1}"} for index in range(2000)}
    _, facts = read_schema({"$ref": "#/components/schemas/S0"}, **shared)
    assert any("lies too deep" in remark.message for remark in facts.remarks)


def test_a_reference_that_leads_round_in_a_circle_is_no_end_of_the_page() -> None:
    document = endpoint(parameters=[{"$ref": "#/components/parameters/A"}])
    document["components"] = {"parameters": {"A": {"$ref": "#/components/parameters/A"}}}
    facts = read_document(document)
    assert any("holds itself" in remark.message for remark in facts.remarks)


def outcome(content: bytes) -> PageFacts | PageError:
    try:
        return read_page("any", content)
    except PageError as error:
        return error


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_facts_or_an_error(content: bytes) -> None:
    assert isinstance(outcome(content), PageFacts | PageError)


@given(st.sampled_from(["get-order.md", "card-payment-get-order.md"]), st.data())
def test_a_page_with_a_part_missing_or_twice_is_facts_or_an_error(name: str, data: st.DataObject) -> None:
    lines = (FOLDER / name).read_text("utf-8").split("\n")
    begin, end = sorted(data.draw(st.integers(0, len(lines))) for _ in range(2))
    part = data.draw(st.sampled_from(["cut", "twice", "shuffled"]))
    middle = {"cut": [], "twice": lines[begin:end] * 2, "shuffled": lines[begin:end][::-1]}[part]
    assert isinstance(
        outcome("\n".join(lines[:begin] + middle + lines[end:]).encode()), PageFacts | PageError
    )


@given(json_values)
def test_any_document_is_facts_or_an_error(value: object) -> None:
    assert isinstance(
        outcome(page({"openapi": "3.0.1", "paths": {"/a": {"get": value}}})), PageFacts | PageError
    )
    assert isinstance(outcome(page({"openapi": "3.0.1", "paths": value})), PageFacts | PageError)


@given(json_values, st.sampled_from(["parameters", "requestBody", "responses", "tags", "x-apidog-folder"]))
def test_any_part_of_an_operation_is_facts_or_remarks(value: object, key: str) -> None:
    assert isinstance(read_document(endpoint(**{key: value})), PageFacts)


keywords = st.sampled_from(
    [
        "type",
        "properties",
        "required",
        "items",
        "allOf",
        "oneOf",
        "enum",
        "nullable",
        "examples",
        "$ref",
        "maxLength",
    ]
)


@given(st.dictionaries(keywords, json_values, max_size=5))
def test_any_schema_is_a_shape_and_remarks(schema: dict[str, object]) -> None:
    shape, _ = read_schema({"type": "object", "properties": {"it": schema}})
    assert shape.field("it")
