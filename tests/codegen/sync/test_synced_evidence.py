"""What is written into the spec stands on evidence, as all of it does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from codegen.pages.facts import Parameter, Remark, Shape
from codegen.project import Project
from codegen.spec.schemas import sequence
from codegen.spec.yaml import load_yaml, read_yaml
from codegen.sync.changes import Change, Drift
from codegen.sync.writing.plan import plan
from tests.codegen.sync.making import (
    TEXT,
    added,
    copy_of_spec,
    drift,
    enveloped,
    field,
    nullable,
    obj,
    page,
    planned,
    text,
)
from tests.codegen.sync.test_drift import plus, with_body, with_data
from tests.openapi.comparison import compare
from tests.openapi.documents import Spec
from tests.openapi.evidence import Evidence
from tests.openapi.test_drift import facts
from tests.openapi.test_evidence import exceptions

EVIDENCE = Evidence()
SYNCED = "openapi/evidence/synced.yaml"
GET_ORDER_ROW = ("paths", "/partner/order/{external_order_id}", "get", "x-minted-docs", 0)


def written(project: Project, *drifts: Drift) -> Project:
    made = plan(project, drifts)
    assert [review.reason for review in made.review] == []
    for name, content in made.files.items():
        (project.root / name).write_text(content, "utf-8")
    return project


@pytest.mark.parametrize(
    ("known", "where", "component", "method"),
    [
        ("api-3652432", "data", "Order", "orders.get"),
        ("api-3874525", "body", "FindOrderRequest", "orders.find"),
    ],
)
def test_a_spec_with_a_field_that_a_page_gained_differs_from_no_evidence(
    tmp_path: Path, known: str, where: str, component: str, method: str
) -> None:
    (entry,) = [page for page in EVIDENCE.documented if page.id == known]
    gained = field("gift", nullable(TEXT), False)
    shown = (with_body if where == "body" else with_data)(facts(entry), plus(gained))
    place, at = ("components", "schemas", component), f"{where}.gift"
    change = added(
        "gift", gained.shape, False, place=place, at=at, method=method, sent=where == "body", pages=(shown,)
    )
    project = written(copy_of_spec(tmp_path), change)
    found = compare(Spec(project.openapi), Evidence(project.openapi / "evidence"))
    assert [finding for finding in found if finding.at.endswith("gift")] == []
    assert sorted(set(exceptions()) - set(found)) == []


def test_a_field_of_the_spec_that_no_page_has_any_more_is_found(tmp_path: Path) -> None:
    gained = field("gift", TEXT, False)
    (entry,) = [page for page in EVIDENCE.documented if page.id == "api-3874525"]
    project = written(
        copy_of_spec(tmp_path),
        added("gift", TEXT, False, sent=True, at="body.gift", method="orders.find",
              place=("components", "schemas", "FindOrderRequest"),
              pages=(with_data(facts(entry), plus(gained)),)),
    )  # fmt: skip
    found = compare(Spec(project.openapi), Evidence(project.openapi / "evidence"))
    assert ("FindOrderRequest", "gift", "claim") in {(each.page, each.at, each.rule) for each in found}


def test_an_entry_says_what_the_page_says_and_has_no_examples() -> None:
    shape = obj(
        field("external_id", nullable(TEXT), True),
        field("kind", Shape(types=("string",), enum=("a", "b"))),
        field("amount", Shape(types=("integer",))),
    )
    facts = page(
        headers=(Parameter(name="api-version", location="header", shape=text(examples=("2",))),),
        answers=enveloped(shape, {"external_id": "PERSONAL", "amount": 5}),
        remarks=(Remark("line 7", "this line could not be read"),),
    )
    made = planned(added("kind", Shape(types=("string",), enum=("a", "b")), pages=(facts,)))
    (entry,) = sequence(load_yaml(made.files[SYNCED], SYNCED))
    flags = {"required": True, "nullable": False}
    assert entry == {
        "page": "api-3652432",
        "section": "Partner",
        "title": "Get Order",
        "last_modified": "2026-01-15 10:00:00",
        "method": "GET",
        "path": "/partner/order/{external_order_id}",
        "headers": [{"name": "api-version", "type": "string", "nullable": False, "example": "2"}],
        "responses": {
            "200": {
                "content_type": "application/json",
                "schema": [
                    {
                        "name": "data",
                        "type": "object",
                        **flags,
                        "fields": [
                            {"name": "external_id", "type": "string", "required": True, "nullable": True},
                            {"name": "kind", "type": "string", "nullable": False, "enum": ["a", "b"]},
                            {"name": "amount", "type": "number-or-integer", "nullable": False},
                        ],
                    },
                    {"name": "success", "type": "boolean", **flags},
                    {"name": "code", "type": "integer", **flags},
                    {"name": "message", "type": "string", **flags},
                ],
            }
        },
        "evidence": "partial",
        "gaps": ["line 7: this line could not be read"],
    }


def test_an_older_entry_of_the_same_page_is_replaced(tmp_path: Path) -> None:
    project = written(
        copy_of_spec(tmp_path), added("gift", TEXT), added("other", TEXT, pages=(page(page="api-1"),))
    )
    later = (page(last_modified="2026-02-01 10:00:00"),)
    written(
        project,
        drift(Change.LAST_MODIFIED, place=GET_ORDER_ROW, pages=later),
    )
    entries: Any = read_yaml(project.root / SYNCED, SYNCED)
    assert {entry["page"]: entry["last_modified"] for entry in entries} == {
        "api-1": "2026-01-15 10:00:00",
        "api-3652432": "2026-02-01 10:00:00",
    }


def test_a_row_that_learns_its_page_and_date_agrees_with_the_menu(tmp_path: Path) -> None:
    place = ("paths", "/partner/customer", "post", "x-minted-docs", 0)
    facts = page(
        page="api-99",
        title="Create Customer",
        section=("Customers",),
        method="POST",
        path="/partner/customer",
    )
    project = written(
        copy_of_spec(tmp_path),
        drift(Change.PAGE_ID, method="customers.create", place=place, pages=(facts,)),
    )
    evidence = Evidence(project.openapi / "evidence")
    (line,) = [
        row for row in evidence.menu if (row["section"], row["title"]) == ("Customers", "Create Customer")
    ]
    assert line["page"] == "api-99"
    (entry,) = [page for page in evidence.pages if page.id == "api-99"]
    assert entry.last_modified == "2026-01-15"
    assert entry.data is not None
