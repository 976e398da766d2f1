"""New operations: the pages of an endpoint become a typed method, with its path, its schemas, and its rows in
the menu.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from codegen.documents import Json
from codegen.pages.facts import PageFacts, Shape
from codegen.spec.operations import VERBS
from codegen.spec.schemas import mapping, sequence, text, types
from codegen.sync.changes import CLIENT_HEADERS
from codegen.sync.matching import looks_like_value, skeleton
from codegen.sync.writing import several
from codegen.sync.writing.naming import (
    class_name,
    is_wire_name,
    kind_of,
    method_name,
    resource_name,
    singular,
    words,
)
from codegen.sync.writing.schemas import SchemaWriter, by_name, on_page, plain, without_null
from codegen.sync.writing.spec_files import Object, SpecFiles, UnwritableError, insert, referred
from minted_async.core.secret_names import is_secret

UNKNOWN_SECTION = "Not given by the page"
UNTITLED = "Untitled"

_PATH = re.compile(r"(?:/(?:[A-Za-z0-9_.~-]+|\{[A-Za-z][A-Za-z0-9_]*\}))+")
_PLACEHOLDER = re.compile(r"\{([^}]*)\}")
_VERSION = re.compile(r"[A-Za-z0-9.\-]{1,20}")


@dataclass
class Endpoint:
    """A new operation on its way into the files."""

    files: SpecFiles
    pages: tuple[PageFacts, ...]
    notes: list[str] = field(default_factory=list[str])

    @cached_property
    def page(self) -> PageFacts:
        """What all its pages say."""
        return several.as_one(self.pages)

    def write(self, listed: Sequence[str] = ()) -> None:
        """Write the operation."""
        self._refuse_what_is_unknown()
        if len(listed) > 1:
            raise UnwritableError(
                f"one endpoint is several methods, {', '.join(listed)}: say what each sends"
            )
        verb, path = self.page.method.lower(), self._path()
        if verb not in VERBS:
            raise UnwritableError(f"{self.page.method[:20]} is no HTTP method that the client sends")
        if any((spot.path, spot.verb) == (path, verb) for spot in self.files.operations()):
            raise UnwritableError(f"the spec has an operation {self.page.method} {path} already")
        row = self._take_listed(listed[0]) if listed else {}
        identifier = listed[0] if listed else self._identifier(verb, path)
        resource, _, name = identifier.rpartition(".")
        self._path_item(path, resource, name)[verb] = self._operation(identifier, verb, path, row)
        tags = sequence(self.files.root.get("tags"))
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
        resource, _, name = identifier.rpartition(".")
        page, told = self.page, on_page(self.page)
        envelope, data = several.answered(page)
        body = several.sent(page)
        rows = _docs_rows(self.pages, row)
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
        operation["x-minted-envelope"] = envelope
        if verb == "get":
            operation["x-minted-idempotent"] = True
        writer = SchemaWriter(self.files, resource, True, told)
        parameters = self._parameters(writer, path)
        if parameters:
            operation["parameters"] = parameters
        if body is not None and verb == "get":
            raise UnwritableError("the page shows a body for a GET")
        if body is not None:
            operation["requestBody"] = request_body(writer, body, name, self.pages)
        answers = SchemaWriter(self.files, resource, False, told, method=name)
        operation["responses"] = self._responses(answers, data, "data" if envelope else "")
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
        known = mapping(self.files.root.get("paths"))
        return next((path for path in known if skeleton(path) == skeleton(given)), given)

    def _identifier(self, verb: str, path: str) -> str:
        resource = self._resource(path)
        data = several.answered(self.page)[1]
        many = data.types == ("array",) if data and data.types else None
        taken = self.files.methods()
        return f"{resource}.{method_name(self.page.title, verb, path, resource, taken, several=many)}"

    def _resource(self, path: str) -> str:
        """The resource of what the path is about, or of what stands in the same section."""
        for spot in self.files.operations():
            if (kind := kind_of(path)) and kind_of(spot.path) == kind:
                return spot.resource
        section = " / ".join(self.page.section or ())
        base = self.files.base
        there = {m.resource for m in base.methods if section in {row.section for row in m.docs}}
        there |= {row.resource for row in base.listed if row.section == section}
        return next(iter(there)) if len(there) == 1 else resource_name(path, plain(section))

    def _path_item(self, path: str, resource: str, name: str) -> Object:
        """The path item that an operation belongs to; made where there is none."""
        paths = mapping(self.files.root.get("paths"))
        line = text(mapping(paths.get(path)).get("$ref"))
        if line:
            file, _, key = line.partition("#/")
            return mapping(mapping(self.files.own(file))[key])
        file = f"paths/{resource.replace('.', '/')}.yaml"
        document = mapping(self.files.own(file))
        numbered = (f"{name}_{number}" for number in range(2, len(document) + 3))
        key = next(key for key in (name, *numbered) if key not in document)
        item: Object = {}
        document[key] = item
        near = [known for known in paths if text(mapping(paths[known]).get("$ref")).startswith(f"{file}#")]
        insert(paths, path, {"$ref": f"{file}#/{key}"}, (near or [""])[-1])
        return item

    def _take_listed(self, identifier: str) -> Object:
        """Take a row out of listed.yaml."""
        rows = self.files.listed
        for index, row in enumerate(map(mapping, rows)):
            if row.get("id") == identifier:
                del rows[index]
                return row
        raise UnwritableError(f"there is no listed row {identifier}")

    # ------------------------------------------------------------------ what is sent and answered
    def _parameters(self, writer: SchemaWriter, path: str) -> list[Json]:
        said = {(each.location, each.name): each for each in self.page.parameters}
        found: list[Json] = []
        theirs = _PLACEHOLDER.findall(self.page.path)
        for name, printed in zip(_PLACEHOLDER.findall(path), theirs, strict=True):
            known = said.get(("path", printed))
            shape = known.shape if known and known.shape.types else Shape(types=("string",))
            found.append(parameter_entry(writer, name, shape, location="path", required=True))
        for (location, name), each in said.items():
            if location == "query":
                found.append(parameter_entry(writer, name, each.shape, required=each.required is True))
        return found

    def _responses(self, writer: SchemaWriter, data: Shape | None, at: str) -> Object:
        status = next((answer.status for answer in self.page.success), "")
        if not status:
            raise UnwritableError("no page shows the answer of a call that went well")
        schema: Object = {}
        if data is not None:
            seen = several.values_at(self.pages, at)
            name = "_".join(map(singular, words(writer.resource)))
            try:
                schema = without_null(writer.schema(data, name, seen=seen))
            except UnwritableError as reason:
                writer.forget(set())
                self.notes.append(f"the data of the answer comes as it is: {reason}")
        self.notes.extend(f"left out: {reason}" for reason in writer.left_out)
        unknown = "It went well. What `data` holds is not documented."
        return {
            status: {
                "description": f"What is answered, as it stands {writer.page}." if schema else unknown,
                "content": {"application/json": {"schema": schema}},
            }
        }


def parameter_entry(
    writer: SchemaWriter, name: str, shape: Shape, *, location: str = "query", required: bool
) -> Object:
    """A parameter as an operation has it."""
    if not is_wire_name(name):
        raise UnwritableError(f"{name[:80]!r} cannot be the name of a parameter")
    if is_secret(name):
        raise UnwritableError(f"{name} has the name of a secret, which must not stand in a URL")
    schema = without_null(writer.schema(shape, name))
    if types(schema) in (("array",), ("object",)) or referred(schema) == "JsonObject" or "anyOf" in schema:
        raise UnwritableError(f"{name} is no single value, and the client sends no lists in a URL")
    if types(schema) == ("string",) and location == "path":
        # A path with an empty part would be another path; this scalar is never empty.
        schema = by_name("ExternalId")
    entry: Object = {"name": name, "in": location}
    if required:
        entry["required"] = True
    entry["description"], entry["schema"] = writer.described(shape, name), schema
    return entry


def request_body(writer: SchemaWriter, shape: Shape, method: str, pages: Sequence[PageFacts]) -> Object:
    """The request body of an operation, its schema written."""
    if not shape.fields or (shape.types and shape.types != ("object",)) or shape.alternatives:
        raise UnwritableError("the body is no object with fields, so it gives no arguments")
    of = [word for word in map(singular, words(writer.resource)) if word not in method.split("_")]
    described = f"What to send, as it stands {writer.page}."
    seen = several.values_at(pages, "body")
    made = writer.named_object(shape, [class_name(method, *of) + "Request"], described, seen=seen)
    return {"required": True, "content": {"application/json": {"schema": by_name(made)}}}


def _docs_rows(pages: Sequence[PageFacts], listed: Object) -> list[Json]:
    """The rows of an endpoint's pages; further rows of the menu that the listed one is are their siblings."""
    left = [listed, *map(mapping, sequence(listed.get("also")))] if listed else []
    found: list[Json] = []
    for page in pages:
        own = next((row for row in left if _section(row) == page.section), left[0] if left else {})
        found.append(docs_row(page, own))
        left = [row for row in left if row is not own]
    keys = ("page", "title", "section")
    siblings = [{key: row[key] for key in keys} for row in left]
    return [*found, *({**row, "last_modified": None, "evidence": "sibling"} for row in siblings)]


def _section(row: Object) -> tuple[str, ...]:
    return tuple(text(row.get("section")).split(" / "))


def docs_row(page: PageFacts, listed: Object | None = None, method: str = "") -> Object:
    """The row of `x-minted-docs` for a page."""
    row = listed or {}
    section = " / ".join(plain(part) for part in page.section or ())
    return {
        "page": page.page or row.get("page"),
        "title": text(row.get("title")) or plain(page.title) or UNTITLED,
        "section": text(row.get("section")) or section or UNKNOWN_SECTION,
        "last_modified": page.modified_on,
        "evidence": "documented",
        **({"method": method} if method else {}),
    }
