"""Nothing is written or called gone that a page does not show, and the reason is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from codegen.findings import GeneratorError
from codegen.project import Project
from codegen.spec.yaml import load_yaml
from codegen.sync.changes import Change
from codegen.sync.report import Report
from codegen.sync.writing.draft import Draft
from codegen.sync.writing.plan import plan
from tests.codegen.checkout import REPOSITORY
from tests.codegen.sync.documented import EMPTY, TEXT, endpoint, enveloped, json_content, obj, report

PERSON = {
    "external_id": "abc-1",
    "firstname": "Deniz",
    "card_no": "4111111111111111",
    "limit": 5,
    "weight": 1.5,
}
REFUSABLE = {"data": {"id": 2, "firstname": "Deniz"}, "success": True, "code": 0, "message": ""}
BALANCE = "/partner/balance/customer/{}"


def written(found: Report, name: str) -> Any:
    return load_yaml(found.plan.files[f"openapi/{name}"], name)


def changes(found: Report) -> list[str]:
    return [drift.change.value for drift in found.comparison.drifts]


def only_reason(found: Report) -> str:
    (review,) = found.plan.review
    assert found.plan.applied == ()
    return review.reason


# ---------------------------------------------------------------- empty objects
def test_what_an_empty_schema_leaves_open_its_example_shows(tmp_path: Path) -> None:
    page = endpoint(
        "POST",
        "/partner/vault/open",
        title="Vault - Open",
        requestBody=json_content(EMPTY, PERSON),
        responses={"200": json_content(EMPTY, REFUSABLE)},
    )
    found = report(tmp_path, page)
    assert found.plan.review == ()
    operation = written(found, "paths/vaults.yaml")["open"]["post"]
    assert operation["x-minted-envelope"] is True
    sent = written(found, "schemas/vaults.yaml")["OpenVaultRequest"]
    assert "required" not in sent
    assert list(sent["properties"]) == list(PERSON)
    assert {field["x-minted-source"] for field in sent["properties"].values()} == {"example"}
    assert sent["properties"]["card_no"]["x-minted-secret"] is True
    assert sent["properties"]["weight"]["format"] == "decimal"
    answered = written(found, "schemas/vaults.yaml")["Vault"]
    assert list(answered["properties"]) == ["id", "firstname"]


def test_an_answer_that_nobody_described_can_still_be_a_refusal(tmp_path: Path) -> None:
    found = report(tmp_path, endpoint("GET", "/partner/vault/{id}", responses={"200": json_content(EMPTY)}))
    operation = written(found, "paths/vaults.yaml")["get"]["get"]
    assert operation["x-minted-envelope"] is True
    assert operation["responses"]["200"]["content"]["application/json"]["schema"] == {}


def test_an_empty_schema_takes_nothing_from_a_known_endpoint(tmp_path: Path) -> None:
    example = {"external_id": "abc-1", "firstname": "Deniz", "lastname": "Ornek"}
    page = endpoint(
        "POST",
        "/partner/customer",
        title="Create Customer",
        folder="Customers",
        requestBody=json_content(EMPTY, example),
        responses={"200": json_content(EMPTY, REFUSABLE)},
    )
    assert changes(report(tmp_path, page)) == [Change.PAGE_ID]


def test_a_field_that_only_an_example_has_is_for_a_person(tmp_path: Path) -> None:
    page = endpoint(
        "POST",
        "/partner/customer",
        title="Create Customer",
        folder="Customers",
        requestBody=json_content(EMPTY, {"external_id": "abc-1", "vault": "V"}),
        responses={"200": json_content(EMPTY)},
    )
    found = report(tmp_path, page)
    (review,) = found.plan.review
    assert (review.drift.change, review.drift.at) == (Change.FIELD_ADDED, "body.vault")
    assert review.reason == "only an example shows it"


def test_a_field_without_a_type_is_a_field_whatever_an_example_shows(tmp_path: Path) -> None:
    facts: dict[str, Any] = {"title": "Get Order (Alternative)", "folder": "Partner", "number": 3874525}
    example = {"guid": "A", "order_code": "B", "external_id": "abc-1", "push_hook": 1}
    fields: dict[str, Any] = {name: {} for name in example}
    schema = obj(**fields)
    page = endpoint("POST", "/partner/order", requestBody=json_content(schema, example), data=EMPTY, **facts)
    assert {Change.FIELD_REMOVED, Change.TYPE, Change.FIELD_ADDED}.isdisjoint(changes(report(tmp_path, page)))


# ---------------------------------------------------------------- values in paths
def test_a_value_in_a_path_stands_for_the_parameter(tmp_path: Path) -> None:
    data = {"type": "array", "items": obj(("balance",), balance={"type": "integer"})}
    pages = [endpoint("GET", BALANCE.format(value), data=data) for value in ("1710174559", "{{customer}}")]
    first, second = (report(tmp_path, page) for page in pages)
    assert [drift.methods for drift in first.comparison.drifts] == [("balances.customer",)]
    assert changes(first) == [Change.PAGE_NEW]
    assert changes(second) == [Change.PAGE_NEW]


def test_a_word_in_a_path_is_another_endpoint_than_a_parameter(tmp_path: Path) -> None:
    page = endpoint("GET", BALANCE.format("summary"), folder="Balances", title="Summary")
    assert changes(report(tmp_path, page)) == [Change.ENDPOINT_NEW]


def test_the_page_of_a_known_row_may_show_any_value_in_its_path(tmp_path: Path) -> None:
    page = endpoint(
        "GET", BALANCE.format("my-customer"), number=3717483, title="Customer Balance", folder="Balances"
    )
    assert Change.ENDPOINT_MOVED not in changes(report(tmp_path, page))


@pytest.mark.parametrize(
    "value", ["1710174559", "CST00017101", "17101745-59aa-4bbb-8ccc-1710174559aa", "a@b.c"]
)
def test_a_new_path_that_holds_a_value_is_never_written(tmp_path: Path, value: str) -> None:
    found = report(tmp_path, endpoint("GET", f"/partner/vault/{value}"))
    assert found.plan.files == {}
    assert value not in only_reason(found) or "no path" in only_reason(found)


# ---------------------------------------------------------------- what cannot be sent or read
FILE = {"type": "string", "format": "binary"}
UNION = {"oneOf": [obj(a=TEXT), obj(b=TEXT)]}


UNKNOWN: list[tuple[dict[str, Any], str]] = [
    (
        {"requestBody": {"content": {"multipart/form-data": {"schema": obj(file=FILE)}}}},
        "multipart/form-data",
    ),
    ({"requestBody": {"content": {}}}, "no body, or shows nothing of it"),
    ({"requestBody": None}, "no body, or shows nothing of it"),
    ({"requestBody": json_content(EMPTY)}, "no body, or shows nothing of it"),
    ({"requestBody": json_content(UNION)}, "no object with fields"),
    ({"requestBody": json_content(obj(one=UNION))}, "several forms"),
    ({"requestBody": json_content(obj(one=FILE))}, "binary"),
    ({"parameters": None}, "no parameters, or shows nothing of it"),
    ({"responses": {}}, "no answers, or shows nothing of it"),
    ({"responses": None}, "no answers, or shows nothing of it"),
    ({"responses": {"200": {"content": {"application/pdf": {"schema": FILE}}}}}, "application/pdf"),
    ({"security": [{"bearer": []}]}, "authenticates by bearer"),
    (
        {"parameters": [{"name": "Authorization", "in": "header", "example": "Bearer abc"}]},
        "authenticates by bearer",
    ),
    ({"parameters": [{"name": "otp", "in": "query", "schema": TEXT}]}, "must not stand in a URL"),
]


@pytest.mark.parametrize(("parts", "reason"), UNKNOWN)
def test_what_is_unknown_or_cannot_be_called_is_said_and_not_written(
    tmp_path: Path, parts: dict[str, Any], reason: str
) -> None:
    assert reason in only_reason(report(tmp_path, endpoint("POST", "/partner/vault/open", **parts)))


def test_a_known_endpoint_that_authenticates_otherwise_is_reported(tmp_path: Path) -> None:
    data = {"type": "array", "items": obj(balance={"type": "integer"})}
    facts: dict[str, Any] = {
        "title": "Customer Balance",
        "folder": "Balances",
        "number": 3717483,
        "data": data,
    }
    page = endpoint("GET", BALANCE.format("{id}"), security=[{"bearer": []}], **facts)
    (drift,) = [d for d in report(tmp_path, page).comparison.drifts if d.change is Change.SECURITY]
    assert drift.values == ("bearer",)


@pytest.mark.parametrize("part", ["requestBody", "responses", "parameters"])
def test_a_section_printed_empty_takes_nothing_from_a_known_endpoint(tmp_path: Path, part: str) -> None:
    body = obj(("external_id",), external_id=TEXT)
    facts: dict[str, Any] = {"title": "Get Order (Alternative)", "folder": "Partner", "number": 3874525}
    whole = report(tmp_path, endpoint("POST", "/partner/order", body=body, data=EMPTY, **facts))
    without: dict[str, Any] = {"body": body, "data": EMPTY, part: {}}
    empty = report(tmp_path, endpoint("POST", "/partner/order", **without, **facts))
    assert set(changes(empty)) <= set(changes(whole))


# ---------------------------------------------------------------- several pages, several edits
def metal(name: str, number: int) -> str:
    asked: dict[str, Any] = {"external_id": TEXT, f"field_{name}": TEXT}
    answered: dict[str, Any] = {"serial": TEXT, f"answer_{name}": TEXT}
    return endpoint(
        "POST",
        "/partner/vault/open",
        number=number,
        title=f"Vault ({name})",
        body=obj(("external_id",), **asked),
        data=obj(**answered),
    )


def test_several_pages_of_a_new_endpoint_are_one_endpoint(tmp_path: Path) -> None:
    found = report(tmp_path, metal("Gold", 99000001), metal("Silver", 99000002), metal("Platinum", 99000003))
    assert (changes(found), found.plan.review) == ([Change.ENDPOINT_NEW], ())
    (operation,) = written(found, "paths/vaults.yaml").values()
    assert len(operation["post"]["x-minted-docs"]) == 3
    schemas = written(found, "schemas/vaults.yaml")
    sent = next(schema for name, schema in schemas.items() if name.endswith("Request"))
    assert list(sent["properties"]) == ["external_id", "field_Gold", "field_Silver", "field_Platinum"]
    assert sent["required"] == ["external_id"]
    assert list(schemas["Vault"]["properties"]) == [
        "serial",
        "answer_Gold",
        "answer_Silver",
        "answer_Platinum",
    ]


def test_the_order_of_the_pages_makes_no_difference(tmp_path: Path) -> None:
    words = ("doors", "keys", "walls")
    pages = [
        endpoint("GET", f"/partner/vault/{word}", number=number, title="Vault", data=obj(a=obj(b=TEXT)))
        for number, word in enumerate(words, 99000010)
    ]
    one, other = report(tmp_path, *pages), report(tmp_path, *reversed(pages))
    assert one.plan.files == other.plan.files
    assert len(one.plan.applied) == len(words)


def test_a_new_required_parameter_breaks_callers_and_is_left_for_review(tmp_path: Path) -> None:
    limit = {"name": "limit", "in": "query", "required": True, "schema": {"type": "integer"}}
    data = {"type": "array", "items": obj(balance={"type": "integer"})}
    page = endpoint("GET", BALANCE.format("{id}"), number=3717483, title="Customer Balance",
                    folder="Balances", data=data, parameters=[limit])  # fmt: skip
    found = report(tmp_path, page)
    reasons = {review.drift.change: review.reason for review in found.plan.review}
    assert "calls that work today could fail" in reasons[Change.PARAMETER_ADDED]
    assert "openapi/paths/balances.yaml" not in found.plan.files


def test_one_edit_that_cannot_be_made_does_not_stop_the_others(tmp_path: Path) -> None:
    words = ("doors", "keys", "locks", "walls", "floors")
    pages = [
        endpoint("GET", f"/partner/vault/{word}", number=99000010 + number, title=word.capitalize())
        for number, word in enumerate(words)
    ]

    def no_locks(draft: Draft) -> None:
        if any(path.endswith("locks") for path in draft.paths):
            raise GeneratorError("no locks")

    drifts = report(tmp_path, *pages).comparison.drifts
    made = plan(Project(REPOSITORY), drifts, no_locks)
    assert len(made.applied) == len(words) - 1
    assert [review.drift.pages[0].title for review in made.review] == ["Locks"]
    assert "no locks" in made.review[0].reason


def test_whatever_is_left_for_review_has_its_reason_beside_it(tmp_path: Path) -> None:
    good = endpoint("GET", "/partner/vault", responses={"200": json_content(enveloped(EMPTY))})
    found = report(tmp_path, good, endpoint("GET", "/partner/vault/1710174559"))
    fates = sorted(map(found.outcome, found.plan.fates))
    assert fates[0] == "--write writes it"
    assert fates[1].startswith("left for review: its path holds a value")
