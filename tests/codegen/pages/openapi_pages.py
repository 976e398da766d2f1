"""Markdown pages with the smallest document that is an endpoint, and schemas as the site prints them."""

from __future__ import annotations

import json
from typing import Any

from codegen.pages.facts import PageFacts, Shape
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
