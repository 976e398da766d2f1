"""What edits put on the site that no spec has: schemas, ids and whole pages, all made up."""

from __future__ import annotations

import zlib
from copy import deepcopy

from tests.codegen.site.apidog import Node
from tests.codegen.site.publish import PublishedPage, whole

MADE_UP: Node = {
    "type": "object",
    "properties": {"reason": {"type": "string"}, "count": {"type": "integer"}},
    "x-apidog-orders": ["reason", "count"],
    "required": ["reason"],
}
"""A schema of a body, or of an answer's data."""

MADE_UP_EXAMPLE: Node = {"reason": "none", "count": 3}


def made_up_page(title: str, section: tuple[str, ...], page: str, path: str, verb: str) -> PublishedPage:
    """A page of an endpoint that no spec has: a body unless it only reads, and an answer in the envelope.

    Args:
        title: title of the page.
        section: its place in the menu, from the outermost folder in.
        page: its id.
        path: path of the endpoint.
        verb: HTTP method.
    """
    properties = {
        "data": deepcopy(MADE_UP),
        "success": {"type": "boolean"},
        "code": {"type": "integer"},
        "message": {"type": "string"},
    }
    schema: Node = {"type": "object", "properties": properties, "required": list(properties)}
    example = {"data": deepcopy(MADE_UP_EXAMPLE), "success": True, "code": 0, "message": ""}
    operation: Node = {
        "deprecated": False,
        "description": "",
        "tags": [],
        "parameters": [
            {
                "name": "api-version",
                "in": "header",
                "required": False,
                "example": "2",
                "schema": {"type": "string"},
            },
            {
                "name": "x-client-id",
                "in": "header",
                "required": True,
                "schema": {"type": "string", "default": "web"},
            },
        ],
        "responses": {
            "200": {
                "description": "",
                "content": {"application/json": {"schema": schema, "example": example}},
                "headers": {},
                "x-apidog-name": "OK",
            }
        },
        "security": [{"digest": []}],
        "x-apidog-folder": "",
        "x-apidog-status": "released",
    }
    document = whole(path, verb, operation, {})
    made = PublishedPage(title, section, page, page, None, "2099-01-01 12:00:00", document)
    if verb != "GET":
        add_body(made)
    return made


def label(page: PublishedPage) -> str:
    """How reports name a page."""
    return page.page or " / ".join((*page.section, page.title))


def identifier(*words: str) -> str:
    """A page id that no page has."""
    return f"api-9{zlib.crc32('/'.join(words).encode()):010}"


def add_body(page: PublishedPage) -> None:
    """Give a page a body."""
    media = {"schema": deepcopy(MADE_UP), "example": deepcopy(MADE_UP_EXAMPLE)}
    page.operation["requestBody"] = {"content": {"application/json": media}}
