"""Markdown pages: everything that the OpenAPI document of one endpoint says."""

from __future__ import annotations

from typing import Any

import pytest

from codegen.pages.facts import NotAnEndpoint, PageError, PageFacts
from codegen.pages.markdown import read_page
from tests.codegen.pages.examples import read
from tests.codegen.pages.openapi_pages import FENCE, endpoint, page, read_document, read_schema


@pytest.fixture(scope="module")
def order() -> PageFacts:
    return read("get-order.md")


def test_the_page_is_named_by_its_title_place_and_id(order: PageFacts) -> None:
    assert (order.title, order.page) == ("Get Order", "api-3826800")
    assert order.section == ("Buy", "Card / Token")


def test_status_and_date_are_read(order: PageFacts) -> None:
    assert (order.status, order.last_modified, order.deprecated) == ("released", "2024-03-01 10:00:00", False)


def test_double_braces_are_a_path_parameter_that_need_not_be_declared(order: PageFacts) -> None:
    assert order.path == "/partner/order/{external_order_id}"
    assert [(one.name, one.location, one.required) for one in order.parameters] == [
        ("external_order_id", "path", True),
        ("limit", "query", False),
    ]


def test_headers_stand_apart_from_parameters(order: PageFacts) -> None:
    assert [(one.name, one.required) for one in order.headers] == [
        ("api-version", False),
        ("x-client-id", True),
    ]
    assert order.api_version == "2"
    assert order.headers[1].shape.default == "web"


def test_both_kinds_of_examples_are_read(order: PageFacts) -> None:
    limit = order.parameters[1].shape
    assert limit.examples == (25, 50)


def test_answers_are_read_with_unquoted_keys_and_further_answers_of_a_status(order: PageFacts) -> None:
    assert [(answer.status, answer.media_type) for answer in order.answers] == [
        ("200", "*/*"),
        ("400", "application/json"),
        ("200", ""),
    ]


def test_fields_come_in_the_order_in_which_the_site_shows_them(order: PageFacts) -> None:
    shape = order.answers[0].shape
    assert shape is not None
    assert [(field.name, field.required) for field in shape.fields or ()] == [
        ("data", True),
        ("success", False),
    ]


def test_a_date_without_quotes_stays_text(order: PageFacts) -> None:
    shape = order.answers[0].shape
    assert shape is not None
    assert shape.examples == ({"data": {"guid": "a", "order_at": "2023-10-11"}, "success": True},)


def order_field(order: PageFacts, name: str) -> Any:
    shape = order.answers[0].shape
    data = shape.field("data") if shape else None
    field = data.shape.field(name) if data else None
    assert field is not None
    return field.shape


def test_percent_encoded_references_are_followed_and_named(order: PageFacts) -> None:
    assert order_field(order, "guid").pattern == "^[99-99-9999]$"


def test_null_beside_one_member_is_that_member_nullable(order: PageFacts) -> None:
    cost = order_field(order, "payment_cost")
    assert (cost.types, cost.nullable, cost.alternatives) == (("number",), True, ())


def test_a_schema_that_holds_itself_is_cut_with_a_remark(order: PageFacts) -> None:
    parent = order_field(order, "parent")
    assert (parent.schema_name, parent.types, parent.fields) == ("Order Schema", ("object",), None)
    assert any("“Order Schema” holds itself" in str(remark) for remark in order.remarks)


def test_what_all_of_joins_is_one_object(order: PageFacts) -> None:
    item = order_field(order, "items").items
    assert [(field.name, field.required, field.shape.nullable) for field in item.fields] == [
        ("sku", True, False),
        ("note", True, True),
    ]


def test_const_is_an_enum_of_one(order: PageFacts) -> None:
    assert order_field(order, "kind").enum == ("Buy",)


def test_a_folded_description_is_one_line(order: PageFacts) -> None:
    assert order_field(order, "kind").description == "What it is, in one word."


def test_a_reference_to_nothing_is_a_remark_with_its_place(order: PageFacts) -> None:
    assert order_field(order, "gone").schema_name == "Gone Schema"
    places = [remark.place for remark in order.remarks if "leads nowhere" in remark.message]
    assert places == ["/components/schemas/Order Schema/properties/gone/$ref"]


@pytest.mark.parametrize(
    "reference", ["#/components/schemas/A B", "#/components/schemas/A%20B", "#/components/schemas/A~0B"]
)
def test_references_are_followed_however_their_names_are_written(reference: str) -> None:
    shape, facts = read_schema({"$ref": reference}, **{"A B": {"type": "string"}, "A~B": {"type": "string"}})
    assert shape.types == ("string",)
    assert facts.remarks == ()


def test_a_name_with_a_slash_is_found() -> None:
    shape, _ = read_schema({"$ref": "#/components/schemas/Buy~1Sell"}, **{"Buy/Sell": {"type": "object"}})
    assert shape.schema_name == "Buy/Sell"


def test_what_stands_beside_a_reference_has_the_last_word() -> None:
    shape, _ = read_schema(
        {"$ref": "#/components/schemas/Bar", "nullable": True, "description": "own"},
        Bar={"type": "object", "description": "shared", "properties": {"sku": {"type": "string"}}},
    )
    assert (shape.schema_name, shape.nullable, shape.description) == ("Bar", True, "own")
    assert shape.field("sku") is not None


def test_one_schema_used_twice_does_not_hold_itself() -> None:
    bar = {"$ref": "#/components/schemas/Bar"}
    both = {"allOf": [bar, {"type": "object", "properties": {"other": bar}}]}
    shape, facts = read_schema(both, Bar={"type": "object", "properties": {"sku": {"type": "string"}}})
    other = shape.field("other")
    assert other is not None
    assert other.shape.field("sku") is not None
    assert facts.remarks == ()


def test_what_a_schema_says_of_a_value_is_taken_as_it_is_printed() -> None:
    shape, _ = read_schema(
        {
            "type": "string",
            "format": "date",
            "pattern": "^ [0-9] $",
            "default": 0,
            "example": 1,
            "examples": [2],
        }
    )
    assert (shape.format, shape.pattern, shape.default, shape.examples) == ("date", "^ [0-9] $", 0, (1, 2))


def test_a_value_without_a_type_is_what_its_example_shows() -> None:
    shape, _ = read_schema(
        {"type": "object", "properties": {"a": {"example": 1}, "b": {"examples": [[{"c": ""}]]}}}
    )
    a, b = shape.field("a"), shape.field("b")
    assert a is not None
    assert b is not None
    assert (a.shape.types, a.shape.by_example, a.by_example) == (("integer",), True, False)
    assert b.shape.items is not None
    assert [field.name for field in b.shape.items.fields or ()] == ["c"]


def test_a_union_keeps_its_members() -> None:
    shape, _ = read_schema({"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]})
    assert [member.types for member in shape.alternatives] == [("string",), ("integer",)]
    assert (shape.types, shape.nullable) == ((), True)


MALFORMED: list[tuple[dict[str, Any], str]] = [
    ({"type": "object", "properties": []}, ""),
    ({"type": "object", "properties": ["a"]}, "should be a mapping"),
    ({"type": "object", "properties": {"a": []}}, "should be a mapping"),
    ({"type": "object", "properties": {"a": {}}, "required": True}, "should be a list"),
    ({"type": "money"}, "no type of JSON"),
    ({"type": [{}]}, "no type of JSON"),
    ({"type": "string", "nullable": "yes"}, "should be true or false"),
    ({"enum": [1, 2]}, "they are no strings"),
    ({"$ref": "other.yaml#/Bar"}, "leads to nothing that this page shares"),
    ({"$ref": 7}, "leads to nothing that this page shares"),
    ({"type": "array", "items": [{}]}, "should be a mapping"),
]


@pytest.mark.parametrize(("schema", "words"), MALFORMED)
def test_a_malformed_schema_is_a_remark_and_the_rest_is_read(schema: object, words: str) -> None:
    shape, facts = read_schema({"type": "object", "properties": {"odd": schema, "good": {"type": "string"}}})
    good = shape.field("good")
    assert good is not None
    assert good.shape.types == ("string",)
    assert any(words in remark.message and "/odd" in remark.place for remark in facts.remarks)


@pytest.mark.parametrize("required", [True, ["a", 1]])
def test_unreadable_required_leaves_it_unsaid(required: object) -> None:
    shape, _ = read_schema({"type": "object", "properties": {"a": {}}, "required": required})
    assert [field.required for field in shape.fields or ()] == [None]


def test_parameters_that_cannot_be_read_are_remarks() -> None:
    parameters = [
        {"in": "query"},
        {"name": "a", "in": "cookie"},
        5,
        {"name": "b", "in": "query", "schema": 5},
    ]
    facts = read_document(endpoint(parameters=parameters))
    assert [parameter.name for parameter in facts.parameters] == ["b"]
    assert {remark.place.rsplit("/", 2)[-2] for remark in facts.remarks} >= {"parameters"}
    assert len(facts.remarks) == 5


def test_parameters_of_the_path_count_where_the_operation_has_no_other() -> None:
    document = endpoint(parameters=[{"name": "a", "in": "query", "required": True}])
    document["paths"]["/vaults"]["parameters"] = [{"name": "a", "in": "query"}, {"name": "b", "in": "header"}]
    facts = read_document(document)
    assert [(one.name, one.required) for one in facts.parameters] == [("a", True)]
    assert [one.name for one in facts.headers] == ["b"]


def test_of_several_media_types_json_is_read_and_the_others_are_remarked_on() -> None:
    content: dict[str, Any] = {
        "multipart/form-data": {"schema": {}},
        "application/json": {"schema": {"type": "string"}},
    }
    facts = read_document(endpoint(requestBody={"content": content}))
    assert facts.body is not None
    assert (facts.body.media_type, facts.body.required) == ("application/json", None)
    assert ["multipart/form-data" in remark.message for remark in facts.remarks] == [True]


def test_a_form_alone_is_the_body() -> None:
    facts = read_document(endpoint(requestBody={"content": {"multipart/form-data": {"schema": {}}}}))
    assert facts.body is not None
    assert facts.body.media_type == "multipart/form-data"


def test_the_tag_is_the_section_where_no_folder_is_given() -> None:
    assert read_document(endpoint(tags=["Buy/Card Payment"])).section == ("Buy", "Card Payment")
    assert read_document(endpoint()).section is None


def test_the_summary_is_the_title_whatever_the_heading_is() -> None:
    assert read_page("vaults.md", page(endpoint(), before="# Vaults \\(new\\)\n")).title == "Vaults"


@pytest.mark.parametrize(
    "after", ["Last modified:2024-01-02 03:04:05", "Modified at\u00a02024-01-02 03:04:05"]
)
def test_the_date_is_taken_from_the_text_after_the_document(after: str) -> None:
    assert read_page("vaults.md", page(endpoint(), after=after)).modified_on == "2024-01-02"


@pytest.mark.parametrize("line_break", [b"\r\n", b"\r"])
def test_line_breaks_of_other_systems_are_read(line_break: bytes) -> None:
    assert read_page("vaults.md", page(endpoint()).replace(b"\n", line_break)).title == "Vaults"


def test_a_byte_order_mark_is_no_part_of_the_page() -> None:
    assert read_page("vaults.md", b"\xef\xbb\xbf" + page(endpoint())).title == "Vaults"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# A\n\n## OpenAPI Specification\n\nnothing", "line 3: no block marked yaml"),
        (f"# A\n\n## OpenAPI Specification\n{FENCE}json\n{{}}\n{FENCE}", "line 3: no block marked yaml"),
        (
            f"# A\n## OpenAPI Specification\n{FENCE}yaml\nopenapi: 3.0.1\n",
            "line 3: the block that begins here",
        ),
        (
            f"## OpenAPI Specification\n{FENCE}yaml\na: 1\n{FENCE}\n{FENCE}yaml\nb: 2\n{FENCE}\n",
            "line 5: a second block",
        ),
        (f"## OpenAPI Specification\n{FENCE}yaml\na: 1\n[\n{FENCE}\n", "line 5: this YAML is not read"),
        (
            f"## OpenAPI Specification\n{FENCE}yaml\na: 1\na: 2\n{FENCE}\n",
            "line 4: this YAML is not read: the key a is there twice",
        ),
        (f"## OpenAPI Specification\n{FENCE}yaml\n- 1\n{FENCE}\n", "no OpenAPI document"),
    ],
)
def test_a_page_without_one_readable_document_is_refused_with_the_line(text: str, words: str) -> None:
    with pytest.raises(PageError) as caught:
        read_page("vaults.md", text.encode())
    assert words in str(caught.value)
    assert not isinstance(caught.value, NotAnEndpoint)


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        ({}, "has no path"),
        ({"/a": {"get": {}}, "/b": {"get": {}}}, "has 2 paths, “/a”, “/b”"),
        ({"/a": {"get": {}, "post": {}}}, "has 2 methods, “get”, “post”"),
        ({"/a": {"summary": "x"}}, "has no method"),
        ({"/a": []}, "should be a mapping: what the path is"),
        ({"/a": {"get": 1}}, "should be a mapping: what the method is"),
    ],
)
def test_a_document_of_no_or_several_operations_is_refused(paths: object, words: str) -> None:
    with pytest.raises(PageError, match=words):
        read_document({"openapi": "3.0.1", "paths": paths})


def test_prose_is_no_endpoint() -> None:
    with pytest.raises(NotAnEndpoint, match="documents no endpoint"):
        read_page("overview.md", b"# Overview\n\nHow to begin.\n\n```json\n{}\n```\n")


def test_an_example_of_yaml_in_prose_is_no_endpoint() -> None:
    with pytest.raises(NotAnEndpoint):
        read_page("overview.md", b"# Overview\n\n```yaml\nname: sample\n```\n\n```yaml\nb: 1\n```\n")


# ---------------------------------------------------------------- the page of a real endpoint
def test_a_real_page_is_read_whole() -> None:
    facts = read("card-payment-get-order.md")
    assert (facts.method, facts.path) == ("GET", "/partner/order/{external_order_id}")
    assert (facts.api_version, facts.security, facts.modified_on) == ("2", ("digest",), "2023-10-11")
    assert (facts.remarks, facts.gaps) == ((), ())
    (answer,) = facts.success
    data = answer.shape.field("data") if answer.shape else None
    assert data is not None
    assert len(data.shape.listed) == 17
    status = data.shape.field("status_name")
    assert status is not None
    assert status.shape.enum is not None
    assert status.shape.enum[-1] == "Payment Confirmed"


def test_what_only_the_example_of_a_page_has_is_marked() -> None:
    (answer,) = read("card-payment-get-order.md").success
    data = answer.shape.field("data") if answer.shape else None
    assert data is not None
    shown = {field.name: field.shape for field in data.shape.fields or () if field.by_example}
    assert shown["order_at"].types == ("string",)
    payment, item = data.shape.field("payment"), data.shape.field("items")
    assert payment is not None
    assert item is not None
    # The page names the schema and unfolds none of its fields.
    assert payment.shape.listed == ()
    assert [field.name for field in payment.shape.fields or ()][:2] == ["token", "transaction_id"]
    assert item.shape.items is not None
    assert [field.name for field in item.shape.items.listed] == ["product_id", "sku"]
