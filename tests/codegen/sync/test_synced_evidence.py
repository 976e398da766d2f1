"""What is written into the spec stands on evidence, as all of it does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from codegen.pages.facts import Answer, Body, Field, PageFacts, Parameter, Remark, Shape
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
from tests.openapi.comparison import compare
from tests.openapi.documents import Spec, as_list
from tests.openapi.evidence import Evidence, Page
from tests.openapi.test_evidence import exceptions

EVIDENCE = Evidence()
SYNCED = "openapi/evidence/synced.yaml"
GET_ORDER_ROW = ("paths", "/partner/order/{external_order_id}", "get", "x-minted-docs", 0)


def facts_of(known: Page, gained: Field, where: str) -> PageFacts:
    """The page that an entry of the evidence was taken from, with a field that it gained."""
    raw = known.raw
    body = fields_of(raw.get("body")) + ((gained,) if where == "body" else ())
    answer = [
        field("data", with_field(data, gained) if where == "data" else data, True)
        for entry in as_list(known.answer.get("schema")) or []
        if entry["name"] == "data"
        for data in [shape_of(entry)]
    ]
    headers = [Parameter(name=h["name"], location="header", shape=Shape(examples=(h["example"],)))
               for h in raw.get("headers", []) if h["name"] == "api-version"]  # fmt: skip
    path = [Parameter(name=p["name"], location="path", shape=TEXT) for p in raw.get("path_params", [])]
    return page(
        page=known.id,
        title=raw["title"],
        section=tuple(raw["section"].split(" / ")),
        method=raw["method"],
        path=raw["path"],
        last_modified=f"{known.last_modified} 10:00:00" if known.last_modified else None,
        headers=tuple(headers),
        parameters=tuple(path),
        body=Body(media_type="application/json", shape=obj(*body)) if body else None,
        answers=(Answer(status="200", shape=obj(*answer, field("success", TEXT))),) if answer else (),
    )


def fields_of(raw: Any) -> tuple[Field, ...]:
    """Fields that a page lists; those that only examples show are not among them."""
    return tuple(
        Field(name=entry["name"], shape=shape_of(entry), required=entry.get("required"))
        for entry in as_list(raw) or []
        if "source" not in entry and not entry["name"].endswith("[]")
    )


def shape_of(raw: dict[str, Any]) -> Shape:
    kind = str(raw.get("type") or "").replace("enum<string>", "string")
    inside = fields_of(raw.get("fields"))
    is_array = kind.startswith("array")
    return Shape(
        types=(kind.partition(" ")[0].partition("[")[0],) if kind else (),
        nullable=bool(raw.get("nullable")),
        enum=tuple(raw["enum"]) if "enum" in raw else None,
        fields=inside if inside and not is_array else None,
        items=obj(*inside) if is_array and inside else None,
    )


def with_field(shape: Shape, gained: Field) -> Shape:
    return obj(*(shape.fields or ()), gained)


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
    change = added(
        "gift", gained.shape, False,
        place=("components", "schemas", component), at=f"{where}.gift", method=method,
        sent=where == "body", pages=(facts_of(entry, gained, where),),
    )  # fmt: skip
    project = written(copy_of_spec(tmp_path), change)
    found = compare(Spec(project.openapi), Evidence(project.openapi / "evidence"))
    assert sorted(set(found) - set(exceptions())) == []
    assert sorted(set(exceptions()) - set(found)) == []


def test_a_field_of_the_spec_that_no_page_has_any_more_is_found(tmp_path: Path) -> None:
    gained = field("gift", TEXT, False)
    (entry,) = [page for page in EVIDENCE.documented if page.id == "api-3874525"]
    project = written(
        copy_of_spec(tmp_path),
        added("gift", TEXT, False, sent=True, at="body.gift", method="orders.find",
              place=("components", "schemas", "FindOrderRequest"),
              pages=(facts_of(entry, gained, "data"),)),
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
        drift(Change.LAST_MODIFIED, place=GET_ORDER_ROW, values=("2026-02-01",), pages=later),
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
        drift(Change.PAGE_ID, method="customers.create", place=place, values=("api-99",), pages=(facts,)),
    )
    evidence = Evidence(project.openapi / "evidence")
    (line,) = [
        row for row in evidence.menu if (row["section"], row["title"]) == ("Customers", "Create Customer")
    ]
    assert line["page"] == "api-99"
    (entry,) = [page for page in evidence.pages if page.id == "api-99"]
    assert entry.last_modified == "2026-01-15"
    assert entry.data is not None
