"""Markdown pages with the smallest document that is an endpoint, and schemas as the site prints them."""

from __future__ import annotations

import json
from typing import Any

from codegen.pages.facts import Field, PageFacts, Shape
from codegen.pages.markdown import read_page

FENCE = "```"


def page(document: object, *, before: str = "# Vaults\n\n", after: str = "") -> bytes:
    """A page with a document; JSON is YAML too."""
    text = document if isinstance(document, str) else json.dumps(document, indent=1)
    return f"{before}## OpenAPI Specification\n\n{FENCE}yaml\n{text}\n{FENCE}\n{after}".encode()


def endpoint(**operation: Any) -> dict[str, Any]:
    """The document of an endpoint that answers something, or with other parts."""
    parts = {"summary": "Vaults", "responses": {"200": {"description": ""}}, **operation}
    return {"openapi": "3.0.1", "paths": {"/vaults": {"get": parts}}}


def read_document(document: object) -> PageFacts:
    return read_page("vaults.md", page(document))


def read_schema(schema: object, **shared: object) -> tuple[Shape, PageFacts]:
    """What a schema says, as the answer of an endpoint, and the page's facts."""
    answer = {"description": "", "content": {"application/json": {"schema": schema}}}
    document = {**endpoint(responses={"200": answer}), "components": {"schemas": shared}}
    facts = read_document(document)
    shape = facts.answers[0].shape
    assert shape is not None
    return shape, facts


def rendered(shape: Shape) -> dict[str, Any]:
    """A shape as a schema of OpenAPI 3.0."""
    schema: dict[str, Any] = {"type": shape.types[0]} if len(shape.types) == 1 else {}
    if len(shape.types) > 1:
        schema["type"] = list(shape.types)
    if shape.nullable:
        schema["nullable"] = True
    named = {"enum": shape.enum, "format": shape.format, "pattern": shape.pattern, "default": shape.default}
    schema |= {key: value for key, value in named.items() if value is not None}
    if shape.description:
        schema["description"] = shape.description
    if shape.examples:
        schema["example"] = shape.examples[0]
        schema["examples"] = list(shape.examples)
    if shape.fields is not None:
        schema |= _fields(shape.fields)
    if shape.items is not None:
        schema["items"] = rendered(shape.items)
    if shape.alternatives:
        schema["oneOf"] = [rendered(member) for member in shape.alternatives]
    return schema


def _fields(fields: tuple[Field, ...]) -> dict[str, Any]:
    return {
        # The order of the properties is that of x-apidog-orders, not that of the mapping.
        "properties": {
            field.name: rendered(field.shape) for field in sorted(fields, key=lambda one: one.name)
        },
        "required": [field.name for field in fields if field.required],
        "x-apidog-orders": [field.name for field in fields],
    }
