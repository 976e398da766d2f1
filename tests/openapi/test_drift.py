"""The evidence, taken for pages of the site, differs from the spec only where deviations.yaml says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from codegen.pages.facts import Answer, Body, Field, PageFacts, Parameter, Shape
from codegen.spec import load_spec
from codegen.sync.comparing.compare import compare
from codegen.sync.comparing.deviations import load_deviations
from tests.codegen.sync.making import shown
from tests.openapi.documents import ROOT, Object, as_list
from tests.openapi.evidence import Evidence, Page

TYPES = ("object", "string", "integer", "number", "boolean")


def shape(raw: Object) -> Shape:
    printed = str(raw.get("type") or "")
    inside = None if raw.get("truncated") else fields(raw.get("fields") or [])
    families = {"enum": "string", "array": "array", **{name: name for name in TYPES}}
    names = tuple(name for family, name in families.items() if printed.startswith(family))[:1]
    of_array = names == ("array",)
    return Shape(
        types=names,
        nullable="| null" in printed or raw.get("nullable") is True,
        enum=tuple(raw["enum"]) if raw.get("enum") else None,
        fields=None if of_array else inside,
        items=Shape(types=("object",), fields=inside) if of_array and inside else None,
    )


def fields(raw: Iterable[Object]) -> tuple[Field, ...] | None:
    """The fields that the page's own list has; None where it shows none."""
    listed = [
        one for one in raw if one.get("source", "schema") == "schema" and not one["name"].endswith("[]")
    ]
    found = tuple(Field(name=one["name"], required=one.get("required"), shape=shape(one)) for one in listed)
    return found or None


def whole(raw: Any, examples: Iterable[Any]) -> Shape | None:
    found = fields(raw) if as_list(raw) else None
    return shown(Shape(types=("object",), fields=found), *examples) if found else None


def facts(page: Page) -> PageFacts:
    """An entry of the evidence as a page would have been read."""
    raw, answer = page.raw, page.answer
    headers = [header for header in raw.get("headers", []) if header.get("example")]
    return PageFacts(
        source=page.label,
        title=raw["title"],
        section=tuple(raw["section"].split(" / ")),
        page=page.id,
        last_modified=raw["last_modified"],
        method=raw["method"],
        path=raw["path"],
        headers=tuple(
            Parameter(name=one["name"], location="header", shape=Shape(examples=(one["example"],)))
            for one in headers
        ),
        parameters=tuple(
            Parameter(
                name=one["name"],
                location=location,
                shape=Shape(examples=(one.get("example"),)) if "source" in one else shape(one),
                required=one.get("required"),
            )
            for location, key in (("path", "path_params"), ("query", "query"))
            for one in raw.get(key, [])
        ),
        body=Body(
            media_type="application/json",
            shape=whole(raw["body"], page.request_examples),
        )
        if as_list(raw.get("body"))
        else None,
        answers=(
            Answer(
                status="200",
                shape=whole(answer.get("schema"), answer.get("examples", ())),
            ),
        ),
    )


def test_the_evidence_differs_from_the_spec_only_on_purpose() -> None:
    pages = [facts(page) for page in Evidence().documented]
    found = compare(pages, load_spec(ROOT), load_deviations(ROOT))
    said = [
        f"{drift.method} {drift.at} {drift.change}: {drift.page}" for drift in found.drifts if drift.certain
    ]
    assert said == []
    assert len(found.excused) > 5
