"""Publishes a spec as a made-up documentation site: a page for each row of the menu."""

from __future__ import annotations

import re
import zlib
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from codegen.emit.samples import Samples
from codegen.project import SCALARS
from codegen.spec import Spec
from codegen.spec.operations import DocsRow, Method, Parameter
from codegen.spec.schemas import SCHEMA_PREFIX
from tests.codegen.site.apidog import Node, PageSchemas, toss
from tests.codegen.site.markdown import page_markdown

PROJECT = "410022"
"""Number of the made-up project at Apidog."""

_HOST = "https://api.staging.mintedconnect.com"


@dataclass
class PublishedPage:
    """A page of the site. Its parts may be changed; what is served follows."""

    title: str
    section: tuple[str, ...]
    """Place in the menu, from the outermost folder in."""
    page: str | None
    """`api-NUMBER`; None for a page that prints no id."""
    slug: str
    """Address of the page below the site's, without `.md`."""
    method: str | None
    """The method of the SDK that it documents; None for an endpoint that the spec does not have."""
    last_modified: str | None
    """As printed, `2024-06-26 12:00:00`."""
    document: Node
    """The OpenAPI 3.0.1 document in the page's fence, without the facts above."""

    @property
    def path(self) -> str:
        """The path as the page writes it, perhaps with double braces."""
        return str(next(iter(self.document["paths"])))

    @property
    def operation(self) -> Node:
        """The one operation of the document."""
        return next(iter(self.document["paths"][self.path].values()))

    @property
    def whole_document(self) -> Node:
        """The document as it is printed: with title, place in the menu and id."""
        document = deepcopy(self.document)
        (operation,) = document["paths"][self.path].values()
        folder = "/".join(level.replace("/", r"\/") for level in self.section)
        facts: Node = {"summary": self.title} | operation | {"tags": [folder], "x-apidog-folder": folder}
        if self.page is not None:
            facts["x-run-in-apidog"] = f"https://app.apidog.com/web/project/{PROJECT}/apis/{self.page}-run"
        operation.clear()
        operation.update(facts)
        return document

    @property
    def markdown(self) -> str:
        """The page as it is served."""
        return page_markdown(self.title, self.whole_document, self.last_modified)

    @property
    def content(self) -> bytes:
        """The page as it travels."""
        return self.markdown.encode()


def publish(spec: Spec, scalars: frozenset[str] | None = None) -> list[PublishedPage]:
    """Publish a spec.

    Args:
        spec: what the pages are to say.
        scalars: the schemas that are hand-written types of ours and plain texts on a page; those of this
            repository by default.

    Returns:
        A page for each row of each operation's `x-minted-docs`, in the order of the spec; one for rows that
        name the same.
    """
    known = SCALARS if scalars is None else scalars
    rows = [(method, row) for method in spec.methods for row in method.docs]
    documented = {row.page for _, row in rows if row.evidence == "documented"} - {None}
    return [
        _page(spec, method, row, known)
        for method, row in rows
        if row.evidence == "documented" or row.page not in documented
    ]


def printed(day: str | None) -> str | None:
    """A date of the spec as a page prints it, with a time."""
    return f"{day} 12:00:00" if day and len(day) == len("2024-06-26") else day


def address(title: str, section: tuple[str, ...], page: str | None) -> str:
    """The address of a page: its id, or where it prints none, its title and a number of its own."""
    if page is not None:
        return page
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return f"{words}-{zlib.crc32('/'.join((*section, title)).encode())}e0"


def _page(spec: Spec, method: Method, row: DocsRow, scalars: frozenset[str]) -> PublishedPage:
    section = tuple(row.section.split(" / "))
    slug = address(row.title, section, row.page)
    schemas = PageSchemas(spec, scalars, slug)
    samples = Samples(spec)
    double = toss("braces", slug)
    path = re.sub(r"\{([^}]*)\}", r"{{\1}}", method.path) if double else method.path
    operation: Node = {
        "deprecated": False,
        "description": "" if toss("silent", slug) else method.description,
        "tags": [],
        "parameters": [
            *_headers(method),
            *(
                _parameter(parameter, schemas)
                for parameter in method.parameters
                if parameter.location != "path" or not double
            ),
        ],
    }
    if method.body is not None:
        operation["requestBody"] = _body(method.body, schemas, samples)
    operation |= {
        "responses": _answers(method, schemas, samples),
        "security": [{"bearer" if method.bearer else "digest": []}],
        "x-apidog-folder": "",
        "x-apidog-status": "testing" if toss("status", slug) else "released",
    }
    return PublishedPage(
        title=row.title,
        section=section,
        page=row.page,
        slug=slug,
        method=method.id,
        last_modified=printed(row.last_modified),
        document=whole(path, method.verb, operation, schemas.components),
    )


def whole(path: str, verb: str, operation: Node, components: Node) -> Node:
    """The document around one operation."""
    return {
        "openapi": "3.0.1",
        "info": {"title": "", "description": "", "version": "1.0.0"},
        "paths": {path: {verb.lower(): operation}},
        "components": {
            "schemas": components,
            "securitySchemes": {
                "digest": {"type": "digest", "description": ""},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
        "servers": [{"url": _HOST, "description": "Testing Env"}],
        "security": [],
    }


def _headers(method: Method) -> list[Node]:
    found: list[Node] = []
    if method.api_version is not None:
        found.append(_header("api-version", required=False, example=method.api_version))
    found.append(_header("x-client-id", required=True, default="web", description="Default value: web"))
    found.append(_header("Accept-Language", required=False, default="tr"))
    return found


def _header(
    name: str, *, required: bool, example: str = "", default: str | None = None, description: str = ""
) -> Node:
    schema: Node = {"type": "string"} | ({"default": default} if default is not None else {})
    return {
        "name": name,
        "in": "header",
        "description": description,
        "required": required,
        "example": example,
        "schema": schema,
    }


def _parameter(parameter: Parameter, schemas: PageSchemas) -> Node:
    return {
        "name": parameter.name,
        "in": parameter.location,
        "description": parameter.description,
        "required": parameter.required,
        "schema": schemas.write(parameter.schema),
    }


def _body(name: str, schemas: PageSchemas, samples: Samples) -> Node:
    schema = {"$ref": SCHEMA_PREFIX + name}
    media: Node = {"schema": schemas.write(schema, root=True)}
    media["example"] = plain(samples.value(cast("Any", schema), name, full=True))
    required = {"required": True} if toss("required", schemas.page) else {}
    return {"content": {"application/json": media}} | required


def _answers(method: Method, schemas: PageSchemas, samples: Samples) -> Node:
    """The answer 200, and on some pages another one under a name of its own."""
    schema = _enveloped(method, schemas.write(method.result, root=True))
    kind = "*/*" if toss("media", schemas.page, sides=5) else "application/json"
    found: Node = {"200": _answer("OK", kind, schema, _example(method, samples, full=True))}
    if toss("other", schemas.page, sides=3):
        bare = _example(method, samples, full=False)
        found["x-200:Other example"] = _answer("Other example", kind, deepcopy(schema), bare)
    return found


def _answer(name: str, kind: str, schema: Node, example: Any) -> Node:
    return {
        "description": "",
        "content": {kind: {"schema": schema, "example": example}},
        "headers": {},
        "x-apidog-name": name,
    }


def _enveloped(method: Method, data: Node) -> Node:
    if not method.envelope:
        return data
    properties = {
        "data": data,
        "success": {"type": "boolean"},
        "code": {"type": "integer"},
        "message": {"type": "string"},
    }
    return {
        "type": "object",
        "properties": properties,
        "x-apidog-orders": list(properties),
        "required": list(properties),
        "x-apidog-ignore-properties": [],
    }


def _example(method: Method, samples: Samples, *, full: bool) -> Any:
    data: Any = plain(samples.value(method.result, "data", full=full)) if method.result else {}
    return {"data": data, "success": True, "code": 0, "message": ""} if method.envelope else data


def plain(value: Any) -> Any:
    """A sample as JSON has it, numbers as floats."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [plain(item) for item in cast("list[object]", value)]
    return float(value) if isinstance(value, Decimal) else value
