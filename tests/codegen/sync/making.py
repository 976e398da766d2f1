"""Pages and differences made by hand, and a spec to write them into."""

from __future__ import annotations

import difflib
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from codegen.documents import Place
from codegen.pages.examples import inside, items
from codegen.pages.facts import Answer, Body, Field, PageFacts, Parameter, Shape
from codegen.project import Project
from codegen.spec import Spec, load_spec
from codegen.sync.changes import Change, Drift, View
from codegen.sync.writing.draft import Draft
from codegen.sync.writing.plan import Plan, plan
from tests.codegen.checkout import REPOSITORY

TEXT = Shape(types=("string",))
NUMBER = Shape(types=("number",))
INTEGER = Shape(types=("integer",))
BOOLEAN = Shape(types=("boolean",))

ORDER: Place = ("components", "schemas", "Order")
GET_ORDER: Place = ("paths", "/partner/order/{external_order_id}", "get")
BALANCE: Place = ("paths", "/partner/balance/customer/{customer_external_id}", "get")
UPDATE_CUSTOMER: Place = ("paths", "/partner/customer/{external_customer_id}", "patch")


def text(**rest: Any) -> Shape:
    return Shape(types=("string",), **rest)


def obj(*fields: Field, **rest: Any) -> Shape:
    return Shape(types=("object",), fields=fields, **rest)


def array(items: Shape | None, **rest: Any) -> Shape:
    return Shape(types=("array",), items=items, **rest)


def nullable(shape: Shape) -> Shape:
    return msgspec.structs.replace(shape, nullable=True)


def field(name: str, shape: Shape, required: bool | None = None) -> Field:
    return Field(name=name, shape=shape, required=required)


def query(name: str, shape: Shape, required: bool | None = None) -> Parameter:
    return Parameter(name=name, location="query", shape=shape, required=required)


def shown(shape: Shape, *examples: Any) -> Shape:
    """A shape with the values of examples, each at its place."""
    fields = [
        msgspec.structs.replace(field, shape=shown(field.shape, *inside(examples, field.name)))
        for field in shape.fields or ()
    ]
    of = shape.items and shown(shape.items, *items(examples))
    values = (*examples, *shape.examples)
    return msgspec.structs.replace(shape, examples=values, fields=tuple(fields) or None, items=of)


def enveloped(data: Shape, *examples: Any) -> tuple[Answer, ...]:
    """A successful answer with its data in the envelope."""
    shape = obj(
        field("data", data, True),
        field("success", BOOLEAN, True),
        field("code", INTEGER, True),
        field("message", TEXT, True),
    )
    whole = tuple({"data": data, "success": True, "code": 0, "message": ""} for data in examples)
    return (Answer(status="200", media_type="application/json", shape=shown(shape, *whole)),)


def sent(shape: Shape | None, *examples: Any) -> Body:
    shape = shown(shape, *examples) if shape else None
    return Body(media_type="application/json", required=True, shape=shape)


def page(**rest: Any) -> PageFacts:
    """The page of Get Order, or with other facts another one."""
    facts: dict[str, Any] = {
        "source": "page.md",
        "title": "Get Order",
        "section": ("Partner",),
        "page": "api-3652432",
        "method": "GET",
        "path": "/partner/order/{external_order_id}",
        "last_modified": "2026-01-15 10:00:00",
        "answers": (Answer(status="200"),),
    }
    return PageFacts(**{**facts, **rest})


def drift(
    change: Change,
    *,
    pages: tuple[PageFacts, ...] = (),
    method: str = "orders.get",
    at: str = "",
    sent: bool = False,
    **rest: Any,
) -> Drift:
    """A difference about orders.get, or with other facts about something else."""
    views = tuple(View(one, method, at, sent) for one in pages or (page(),))
    place = rest.pop("place", GET_ORDER)
    return Drift(change, views, place, ("", "", ""), **rest)


def added(name: str, shape: Shape, required: bool | None = None, **rest: Any) -> Drift:
    """A field that Order gained, or what `place` and `at` name."""
    found = field(name, shape, required)
    facts: dict[str, Any] = {"place": ORDER, "at": f"data.{name}", "field": found}
    return drift(Change.FIELD_ADDED, **(facts | rest))


def new_page(**rest: Any) -> Drift:
    """A new endpoint with one page."""
    return drift(Change.ENDPOINT_NEW, pages=(page(**rest),), method="")


def copy_of_spec(root: Path) -> Project:
    """A checkout with the spec and the settings only."""
    shutil.copytree(REPOSITORY / "openapi", root / "openapi")
    shutil.copyfile(REPOSITORY / "pyproject.toml", root / "pyproject.toml")
    return Project(root)


def added_lines(made: Plan, name: str) -> str:
    """The lines that a plan adds to a file of the spec; it must take none out."""
    before = (REPOSITORY / name).read_text("utf-8") if (REPOSITORY / name).exists() else ""
    lines = list(difflib.ndiff(before.splitlines(keepends=True), made.files[name].splitlines(keepends=True)))
    assert [line for line in lines if line.startswith("- ")] == []
    return "".join(line[2:] for line in lines if line.startswith("+ "))


def planned(*drifts: Drift) -> Plan:
    """The plan for this checkout."""
    return plan(Project(REPOSITORY), drifts, draft=_draft())


@cache
def _draft() -> Draft:
    return Draft.read(REPOSITORY / "openapi")


def spec_of(made: Plan, root: Path) -> Spec:
    """The spec that a plan leads to, validated."""
    project = copy_of_spec(root)
    for name, content in made.files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(content, "utf-8")
    return load_spec(project.openapi)
