"""New operations: the pages of an endpoint become a typed method, with its path, its schemas, and its rows in
the menu.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from codegen.documents import Json
from codegen.pages.examples import merged
from codegen.pages.facts import Field, PageFacts, Shape
from codegen.pages.operation import is_json, shows_nothing
from codegen.spec.operations import VERBS
from codegen.spec.schemas import mapping, reference, sequence, text, types
from codegen.sync.changes import CLIENT_HEADERS
from codegen.sync.matching import looks_like_value, same_section, skeleton
from codegen.sync.several import as_one
from codegen.sync.writing.draft import Draft, Object, UnwritableError
from codegen.sync.writing.naming import (
    class_name,
    is_wire_name,
    method_name,
    resource_name,
    segments,
    singular,
)
from codegen.sync.writing.schemas import SchemaWriter, by_name, on_page, plain, without_null
from minted_async.core.secret_names import is_secret

UNKNOWN_SECTION = "Not given by the page"
UNTITLED = "Untitled"

_PATH = re.compile(r"(?:/(?:[A-Za-z0-9_.~-]+|\{[A-Za-z][A-Za-z0-9_]*\}))+")
_PLACEHOLDER = re.compile(r"\{([^}]*)\}")
_VERSION = re.compile(r"[A-Za-z0-9.\-]{1,20}")


@dataclass
class Endpoint:
    """A new operation on its way into the spec."""

    draft: Draft
    pages: tuple[PageFacts, ...]
    notes: list[str] = field(default_factory=list[str])

    @cached_property
    def page(self) -> PageFacts:
        """What all its pages say."""
        return as_one(self.pages)

    def write(self, listed: Sequence[str] = ()) -> None:
        """Write the operation; `listed` are the rows of listed.yaml that it is."""
        self._refuse_what_is_unknown()
        if len(listed) > 1:
            raise UnwritableError(
                f"one endpoint is several methods, {', '.join(listed)}: say what each sends"
            )
        verb, path = self.page.method.lower(), self._path()
        if verb not in VERBS:
            raise UnwritableError(f"{self.page.method[:20]} is no HTTP method that the client sends")
        if verb in mapping(self.draft.paths.get(path)):
            raise UnwritableError(f"the spec has an operation {self.page.method} {path} already")
        row = self._take_listed(listed[0]) if listed else {}
        identifier = listed[0] if listed else self._identifier(verb, path)
        resource, _, name = identifier.partition(".")
        item = self.draft.path_item(path, f"paths/{resource}.yaml", name)
        item[verb] = self._operation(identifier, verb, path, row)
        tags = sequence(self.draft.bundle.document.get("tags"))
        if resource not in {text(mapping(tag).get("name")) for tag in tags}:
            section = plain((self.page.section or ("",))[-1]) or resource
            tags.append({"name": resource, "description": f"What the documentation has under {section}."})

    def _refuse_what_is_unknown(self) -> None:
        for page in self.pages:
            if page.gaps:
                gaps = " and ".join(page.gaps)
                raise UnwritableError(
                    f"{page.label} has no {gaps}, or shows nothing of it: what is unknown is not written"
                )
            if page.security and "digest" not in page.security:
                how = ", ".join(page.security)
                raise UnwritableError(f"{page.label} authenticates by {how}, and methods by digest")

    def _operation(self, identifier: str, verb: str, path: str, row: Object) -> Object:
        resource, _, name = identifier.partition(".")
        page, told = self.page, on_page(self.page)
        rows: list[Json] = [docs_row(each, row) for each in self.pages]
        operation: Object = {
            "operationId": identifier,
            "tags": [resource],
            "summary": f"{plain(text(row.get('title')) or page.title) or UNTITLED}.",
            "description": f"Written from what is documented {told}; "
            "nobody has described it in our own words yet.",
            **({"deprecated": True} if page.deprecated else {}),
            "x-minted-evidence": "documented",
            "x-minted-docs": rows,
        }
        if page.api_version and _VERSION.fullmatch(page.api_version):
            operation["x-minted-api-version"] = page.api_version
        envelope, data = _answered(page)
        operation["x-minted-envelope"] = envelope
        if verb == "get":
            operation["x-minted-idempotent"] = True
        writer = SchemaWriter(self.draft, resource, True, told, self.notes)
        if parameters := self._parameters(writer, path):
            operation["parameters"] = parameters
        if page.body is not None:
            operation["requestBody"] = request_body(writer, page, verb, name)
        writer = SchemaWriter(self.draft, resource, False, told, self.notes, method=name)
        operation["responses"] = self._responses(writer, data)
        self.notes.extend(
            f"{each.label} requires the header {header.name[:80]}, which no method sends"
            for each in self.pages
            for header in each.headers
            if header.required and header.name.lower() not in CLIENT_HEADERS
        )
        return operation

    # ------------------------------------------------------------------ name and place
    def _path(self) -> str:
        """The path as the spec writes it: one that is there already keeps the names of its parameters."""
        given = self.page.path
        if not _PATH.fullmatch(given):
            raise UnwritableError(f"{given[:120]!r} is no path that can be called")
        if any(looks_like_value(part) for part in given.strip("/").split("/") if not part.startswith("{")):
            raise UnwritableError("its path holds a value, such as somebody's id, where a parameter belongs")
        names = _PLACEHOLDER.findall(given)
        if len(set(names)) < len(names):
            raise UnwritableError(f"{given[:120]} has the same parameter twice")
        return next((path for path in self.draft.paths if skeleton(path) == skeleton(given)), given)

    def _identifier(self, verb: str, path: str) -> str:
        resource = self._resource(path)
        data = _answered(self.page)[1]
        many = data.types == ("array",) if data and data.types else None
        taken = {entry.id for entry in self.draft.spec.entries}
        return f"{resource}.{method_name(self.page.title, verb, path, resource, taken, several=many)}"

    def _resource(self, path: str) -> str:
        """The resource of what begins with the same word of the path, or stands in the same section."""
        start = segments(path)[:1]
        for method in self.draft.spec.methods:
            if start and segments(method.path)[:1] == start:
                return method.resource
        section = " / ".join(self.page.section or ())
        base = self.draft.base
        there = {m.resource for m in base.methods if section in {row.section for row in m.docs}}
        there |= {row.resource for row in base.listed if row.section == section}
        return next(iter(there)) if len(there) == 1 else resource_name(path, plain(section))

    def _take_listed(self, identifier: str) -> Object:
        """Take a row out of listed.yaml."""
        for row in self.draft.spec.listed:
            if row.id == identifier:
                return mapping(self.draft.listed.pop(row.index))
        raise UnwritableError(f"there is no listed row {identifier}")

    # ------------------------------------------------------------------ what is sent and answered
    def _parameters(self, writer: SchemaWriter, path: str) -> list[Json]:
        said = {(each.location, each.name): each for each in self.page.parameters}
        found: list[Json] = []
        theirs = _PLACEHOLDER.findall(self.page.path)
        for name, printed in zip(_PLACEHOLDER.findall(path), theirs, strict=True):
            known = said.get(("path", printed))
            shape = known.shape if known and known.shape.types else Shape(types=("string",))
            entry = Field(name=name, shape=shape, required=True)
            found.append(parameter_entry(writer, entry, location="path"))
        query = [each for each in self.page.parameters if each.location == "query"]
        return [*found, *(parameter_entry(writer, each) for each in query)]

    def _responses(self, writer: SchemaWriter, data: Shape | None) -> Object:
        status = next((answer.status for answer in self.page.success), "")
        if not status:
            raise UnwritableError("no page shows the answer of a call that went well")
        schema: Object = {}
        if data is not None:
            name = "_".join(map(singular, writer.resource.split("_")))
            try:
                schema = without_null(writer.schema(data, name))
            except UnwritableError as reason:
                self.notes.append(f"the data of the answer comes as it is: {reason}")
        unknown = "It went well. What `data` holds is not documented."
        return {
            status: {
                "description": f"What is answered, as it stands {writer.page}." if schema else unknown,
                "content": {"application/json": {"schema": schema}},
            }
        }


def _answered(page: PageFacts) -> tuple[bool, Shape | None]:
    """Whether the answer has the envelope, and the shape of its data; None where that is not known.

    Only an answer that is shown without the envelope's fields has none: one that nobody has described has it,
    so that a refusal in it is raised.
    """
    other = [found.media_type for found in page.success if found.media_type and not is_json(found.media_type)]
    if other:
        raise UnwritableError(f"it answers {other[0][:80]}, and the client reads JSON")
    shapes = [answer.shape for answer in page.success if answer.shape and not shows_nothing(answer.shape)]
    if not shapes:
        return True, None
    whole = merged(shapes)
    data = whole.field("data")
    if whole.field("success") and (data or whole.field("code") or whole.field("message")):
        return True, data.shape if data and not shows_nothing(data.shape) else None
    return False, whole


def parameter_entry(writer: SchemaWriter, found: Field, *, location: str = "query") -> Object:
    """A parameter as an operation has it."""
    name = found.name
    if not is_wire_name(name):
        raise UnwritableError(f"{name[:80]!r} cannot be the name of a parameter")
    if is_secret(name):
        raise UnwritableError(f"{name} has the name of a secret, which must not stand in a URL")
    schema = without_null(writer.schema(found.shape, name))
    composed = types(schema) in (("array",), ("object",)) or reference(schema) == "JsonObject"
    if composed or "anyOf" in schema:
        raise UnwritableError(f"{name} is no single value, and the client sends no lists in a URL")
    if types(schema) == ("string",) and location == "path":
        # A path with an empty part would be another path; this scalar is never empty.
        schema = by_name("ExternalId")
    needed: Object = {"required": True} if found.required else {}
    described = writer.described(found.shape, name)
    return {"name": name, "in": location, **needed, "description": described, "schema": schema}


def request_body(writer: SchemaWriter, page: PageFacts, verb: str, method: str) -> Object:
    """The request body of an operation, its schema written."""
    media_type, shape = (page.body.media_type, page.body.shape) if page.body else ("", None)
    if verb == "get":
        raise UnwritableError("the page shows a body for a GET")
    if media_type and not is_json(media_type):
        raise UnwritableError(f"it sends {media_type[:80]}, and the client sends JSON")
    if shape is None:
        raise UnwritableError("it sends something that the page does not show")
    if not shape.fields or (shape.types and shape.types != ("object",)) or shape.alternatives:
        raise UnwritableError("the body is no object with fields, so it gives no arguments")
    of = [word for word in map(singular, writer.resource.split("_")) if word not in method.split("_")]
    described = f"What to send, as it stands {writer.page}."
    made = writer.named_object(shape, [class_name(method, *of) + "Request"], described)
    return {"required": True, "content": {"application/json": {"schema": by_name(made)}}}


def docs_row(page: PageFacts, known: Object | None = None, method: str = "") -> Object:
    """The row of `x-minted-docs` for a page; what the page does not say stays as it is known."""
    row = known or {}
    section = text(row.get("section")) or UNKNOWN_SECTION
    if page.section and not same_section(page.section, section):
        section = " / ".join(map(plain, page.section))
    return {
        "page": page.page or row.get("page"),
        "title": plain(page.title) or text(row.get("title")) or UNTITLED,
        "section": section,
        "last_modified": page.modified_on or row.get("last_modified"),
        "evidence": "documented",
        **({"method": method} if method else {}),
    }
