"""The spec is valid, and keeps the conventions on which the code generator relies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from types import NoneType
from typing import NamedTuple, get_args, get_origin

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from minted_async import Page
from minted_async.core.secret_names import is_secret
from tests.openapi.documents import (
    EVIDENCE,
    ROOT,
    Node,
    Object,
    Operation,
    Spec,
    as_list,
    read_yaml,
    resource_of,
    walk,
)

SPEC = Spec()
METHODS = [method for operation in SPEC.operations for method in operation.entries]
LISTED_ANSWERS = [row["answer"] for row in SPEC.listed if "answer" in row]
RESPONSES = SPEC.reachable(*(operation.data for operation in SPEC.operations), *LISTED_ANSWERS)
REQUESTS = SPEC.reachable(*(body for operation in SPEC.operations for body in operation.bodies.values()))
FORMATS = {"decimal", "date", "date-time", "minted-datetime", "uuid"}

every_operation = pytest.mark.parametrize("operation", SPEC.operations, ids=lambda operation: operation.id)


class Property(NamedTuple):
    component: str
    name: str
    schema: Object
    required: bool


def properties() -> Iterator[Property]:
    for component, schema in SPEC.schemas.items():
        for name, prop in schema.get("properties", {}).items():
            yield Property(component, name, prop, name in schema.get("required", []))


def names(found: list[Property]) -> list[str]:
    return [f"{prop.component}.{prop.name}" for prop in found]


# ---------------------------------------------------------------------- the document
def test_document_is_valid_openapi_3_1() -> None:
    assert SPEC.document["openapi"] == "3.1.0"
    assert [error.message for error in OpenAPIV31SpecValidator(SPEC.document).iter_errors()] == []


def test_root_lists_every_schema_under_its_own_name_and_no_other() -> None:
    listed = {
        name: reference["$ref"]
        for name, reference in read_yaml(ROOT / "minted.yaml")["components"]["schemas"].items()
    }
    written = [
        (name, f"{file.relative_to(ROOT).as_posix()}#/{name}")
        for file in sorted((ROOT / "schemas").rglob("*.yaml"))
        for name in read_yaml(file)
    ]
    assert Counter(name for name, _ in written).most_common(1)[0][1] == 1
    assert listed == dict(written)


def test_every_schema_is_used() -> None:
    parameters = SPEC.reachable(*(operation.raw.get("parameters", []) for operation in SPEC.operations))
    assert REQUESTS | RESPONSES | parameters == set(SPEC.schemas)


def test_every_path_of_the_path_files_is_in_the_root() -> None:
    referred = {reference["$ref"] for reference in read_yaml(ROOT / "minted.yaml")["paths"].values()}
    written = {
        f"{file.relative_to(ROOT).as_posix()}#/{key}"
        for file in (ROOT / "paths").rglob("*.yaml")
        for key in read_yaml(file)
    }
    assert referred == written


def test_schemas_of_a_tab_stand_in_its_folder_and_shared_ones_refer_to_no_tab() -> None:
    files: dict[str, str] = {
        name: reference["$ref"].partition("#")[0].removeprefix("schemas/").rpartition("/")[0]
        for name, reference in read_yaml(ROOT / "minted.yaml")["components"]["schemas"].items()
    }
    assert set(files.values()) == {"", "ecom", "walletable"}
    for name, tab in files.items():
        inside = {files[other] for other in SPEC.reachable(SPEC.schemas[name])}
        assert inside <= {"", tab}, name


def test_authentication_is_digest_except_for_the_webview() -> None:
    schemes = SPEC.document["components"]["securitySchemes"]
    assert SPEC.document["security"] == [{"digest": []}]
    assert {name: scheme["scheme"] for name, scheme in schemes.items()} == {
        "digest": "digest",
        "bearer": "bearer",
    }
    for operation in SPEC.operations:
        asked = [operation.scheme(method) for method in operation.entries]
        wanted = ["bearer" if resource_of(method) == "webview" else "digest" for method in operation.entries]
        assert asked == wanted, operation.id
        of_all: list[Object] = [{scheme: []} for scheme in dict.fromkeys(wanted)]
        assert operation.raw.get("security", SPEC.document["security"]) == of_all, operation.id


def test_every_resource_has_a_described_tag_and_every_tag_a_resource() -> None:
    resources = {resource_of(id_) for id_ in [*METHODS, *(row["id"] for row in SPEC.listed)]}
    resources |= {resource_of(resource) for resource in resources if "." in resource}
    tags = SPEC.document["tags"]
    assert [tag["name"] for tag in tags if not tag["description"]] == []
    assert {tag["name"] for tag in tags} == resources


# ---------------------------------------------------------------------- operations
def test_method_names_are_unique_over_typed_and_listed_ones() -> None:
    ids = [*METHODS, *(row["id"] for row in SPEC.listed)]
    assert [id_ for id_, times in Counter(ids).items() if times > 1] == []
    assert [id_ for id_ in ids if not re.fullmatch(r"([a-z_]+\.){1,2}[a-z0-9_]+", id_)] == []


@every_operation
def test_operation_is_described_and_belongs_to_the_resources_of_its_methods(operation: Operation) -> None:
    assert operation.raw["tags"] == [*dict.fromkeys(map(resource_of, operation.entries))]
    assert operation.raw["summary"].endswith(".")
    assert operation.raw["description"]


@every_operation
def test_operation_says_how_well_it_is_known(operation: Operation) -> None:
    rows = operation.docs
    keys = {"page", "title", "section", "last_modified", "evidence"}
    keys |= {"method"} if "x-minted-methods" in operation.raw else set()
    assert [row for row in rows if set(row) != keys] == []
    assert operation.raw["x-minted-evidence"] == min((row["evidence"] for row in rows), key=EVIDENCE.index)


@every_operation
def test_operation_names_its_api_version_and_its_envelope(operation: Operation) -> None:
    assert re.fullmatch(r"[0-9]+", operation.raw.get("x-minted-api-version", "2"))
    assert operation.raw["x-minted-envelope"] in (True, False)


@every_operation
def test_only_reading_by_get_is_idempotent(operation: Operation) -> None:
    assert operation.raw.get("x-minted-idempotent", False) is (operation.verb == "get")


@every_operation
def test_only_what_the_evidence_calls_a_read_or_a_price_is_harmless(operation: Operation) -> None:
    harmless = {"prices.fix", "ecom.orders.get"}  # "Get Prices" and "a read by POST"
    assert operation.raw.get("x-minted-harmless", False) is (operation.raw["operationId"] in harmless)


@every_operation
def test_what_finds_what_an_operation_makes_reads_by_one_id(operation: Operation) -> None:
    lookup = operation.raw.get("x-minted-lookup")
    if lookup is not None:
        (found,) = (each for each in SPEC.operations if each.raw["operationId"] == lookup)
        assert (found.verb, len(re.findall(r"{external_\w+_id}", found.path))) == ("get", 1)
        assert operation.verb != "get"


@every_operation
def test_parameters_of_the_path_are_ids_that_are_never_empty(operation: Operation) -> None:
    parameters = operation.raw.get("parameters", [])
    in_path = [parameter for parameter in parameters if parameter["in"] == "path"]
    assert [parameter["name"] for parameter in in_path] == re.findall(r"{(\w+)}", operation.path)
    for parameter in in_path:
        assert parameter["required"] is True
        of_text = "$ref" in parameter["schema"] or parameter["schema"]["type"] == "string"
        assert not of_text or parameter["schema"] == {"$ref": "#/components/schemas/ExternalId"}


@every_operation
def test_parameters_are_described_and_stand_in_the_path_or_the_query(operation: Operation) -> None:
    for parameter in operation.raw.get("parameters", []):
        assert parameter["in"] in ("path", "query")
        assert parameter["description"]


@every_operation
def test_methods_of_one_endpoint_have_their_own_bodies_and_docs(operation: Operation) -> None:
    methods = operation.raw.get("x-minted-methods")
    if methods is None:
        assert "oneOf" not in str(operation.raw)
        return
    if "requestBody" in operation.raw:
        body = operation.raw["requestBody"]["content"]["application/json"]["schema"]
        assert body == {"oneOf": [method["body"] for method in methods]}
    assert methods[0]["id"] == operation.id
    assert {row["method"] for row in operation.docs} == set(operation.entries)
    for method in methods:
        assert method["summary"].endswith(".")
        assert method["description"]


@every_operation
def test_an_answer_whose_data_is_unknown_says_so(operation: Operation) -> None:
    (answer,) = operation.raw["responses"].values()
    assert operation.data != {} or "not documented" in answer["description"]


@every_operation
def test_an_operation_whose_body_is_unknown_is_addressed(operation: Operation) -> None:
    unknown = {"$ref": "#/components/schemas/JsonObject"} in operation.bodies.values()
    addressed = operation.raw["x-minted-evidence"] == "addressed"
    # A GET has no body; what else it takes is unknown where only its answers were seen.
    assert unknown is (addressed and operation.verb != "get")


@every_operation
def test_pages_of_rows_are_told_apart_from_other_answers(operation: Operation) -> None:
    schema = SPEC.schemas.get(str(operation.data.get("$ref")).rpartition("/")[2], {})
    paged = bool(schema.get("x-minted-page"))
    assert all(paged is ("x-minted-all" in entry) for entry in operation.entries.values())
    if paged:
        assert {"page", "total"} <= set(operation.parameters("query"))
        assert schema["allOf"] == [{"$ref": "#/components/schemas/Page"}]
        assert [*schema["properties"]] == schema["required"] == ["data"]


@pytest.mark.parametrize("row", SPEC.listed, ids=lambda row: row["id"])
def test_listed_row_has_its_keys_and_a_sentence_of_description(row: Object) -> None:
    keys = [key for key in row if key not in ("also", "answer")]
    assert keys == ["id", "title", "section", "method", "page", "description"]
    assert row["description"].endswith(".")
    for further in row.get("also", []):
        assert list(further) == ["title", "section", "method", "page"]


# ---------------------------------------------------------------------- schemas
def test_everything_is_described() -> None:
    assert [name for name, schema in SPEC.schemas.items() if not schema.get("description")] == []
    assert names([prop for prop in properties() if not prop.schema.get("description")]) == []


def test_every_number_is_a_decimal() -> None:
    numbers = [(at, node) for at, node in walk(SPEC.document) if "number" in types_of(node)]
    assert len(numbers) >= 50
    assert [at for at, node in numbers if node.get("format") != "decimal"] == []


def test_money_and_weights_are_no_integers() -> None:
    integers = [prop for prop in properties() if types_of(prop.schema) - {"null"} == {"integer"}]
    # The total of a page counts its rows.
    integers = [prop for prop in integers if prop.component != "Page"]
    exact = re.compile(r"amount|price|tax|total|balance|weight|rate|fee|cost", re.IGNORECASE)
    assert [prop.name for prop in integers if exact.search(prop.name)] == []


def test_every_format_is_known() -> None:
    formats = {node["format"] for _, node in walk(SPEC.schemas) if isinstance(node.get("format"), str)}
    assert formats <= FORMATS


def test_secrets_are_marked_wherever_they_stand() -> None:
    named = [prop for prop in properties() if is_secret(prop.name)]
    assert len(named) > 10
    assert names([prop for prop in named if "x-minted-secret" not in prop.schema]) == []


def test_what_only_an_example_or_answers_show_is_optional() -> None:
    shown = [prop for prop in properties() if "x-minted-source" in prop.schema]
    sources = {prop.schema["x-minted-source"] for prop in shown}
    assert "example" in sources
    assert sources <= {"example", "observed"}
    # What a request needs beyond the pages has its reason in exceptions.yaml.
    assert names([prop for prop in shown if prop.required and prop.component in RESPONSES]) == []


def test_masks_and_lengths_of_the_pages_are_not_enforced() -> None:
    constraints = {"pattern", "minimum", "maximum", "maxLength"}
    # Of components: what stands in the query is bounded by the parameter.
    assert [
        at for at, node in walk(SPEC.schemas) if not at.endswith("/properties") and constraints & set(node)
    ] == []
    lengths = [at for at, node in walk(SPEC.schemas) if "minLength" in node]
    assert lengths == ["/ExternalId"]


def test_a_default_stands_only_where_a_value_is_always_sent() -> None:
    assert [prop for prop in properties() if "default" in prop.schema and not prop.required] == []


def test_no_object_is_open_and_closed_at_once() -> None:
    assert [
        at for at, node in walk(SPEC.schemas) if {"properties", "additionalProperties"} <= set(node)
    ] == []


def test_requests_and_answers_share_only_schemas_without_optional_fields() -> None:
    shared = {
        name
        for name in REQUESTS & RESPONSES
        if set(SPEC.schemas[name].get("properties", {})) - set(SPEC.schemas[name].get("required", []))
    }
    assert shared == set()


def test_ids_chosen_by_the_partner_are_checked_on_the_way_out_only() -> None:
    assert "ExternalId" in REQUESTS - RESPONSES
    sent = [
        prop
        for prop in properties()
        if prop.component in REQUESTS and re.search(r"external(_customer)?_id$", prop.name)
    ]
    unchecked = [prop for prop in sent if prop.schema.get("$ref") != "#/components/schemas/ExternalId"]
    asked = [
        parameter["schema"].get("$ref")
        for operation in SPEC.operations
        for name, parameter in operation.parameters("query").items()
        if name in ("customer_external_id", "external_customer_id")
    ]
    assert set(asked) == {"#/components/schemas/ExternalId"}
    # An address may go without an id, or with null.
    assert [prop.component for prop in unchecked if "Address" not in prop.component] == []
    assert [prop.component for prop in unchecked if prop.required] == []


def test_an_endpoint_sends_creditcard_and_reads_credit_card() -> None:
    assert SPEC.schemas["BuyWithCardTokenRequest"]["properties"]["payment_type"]["const"] == "creditcard"
    assert SPEC.schemas["PaymentType"]["enum"] == ["cash", "credit-card"]


def types_of(node: Object) -> set[str]:
    declared = node.get("type")
    if isinstance(declared, str):
        return {declared}
    return {str(name) for name in as_list(declared) or []}


# ---------------------------------------------------------------------- what is written by hand
def test_the_page_of_the_package_has_the_fields_of_the_spec() -> None:
    """A page of rows has no generated struct: `minted_async.Page` is one for all of them."""
    schema = SPEC.schemas["Page"]
    kinds = {"integer": int, "string": str, "array": list}
    fields = {field.encode_name: field for field in msgspec.structs.fields(Page)}
    rows = fields.pop("data")
    assert get_origin(rows.type) is list
    assert rows.required
    assert fields.keys() == schema["properties"].keys()
    for name, prop in schema["properties"].items():
        field = fields[name]
        (declared,) = Node(prop).types
        (kind,) = {get_origin(one) or one for one in get_args(field.type) or (field.type,)} - {NoneType}
        assert kind is kinds[declared], name
        assert field.required == (name in schema["required"]), name
