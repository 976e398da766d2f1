"""New operations: the pages of an endpoint become a typed method, with its path, its schemas, and its rows in
the menu.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from codegen.documents import Json
from codegen.pages.examples import merged
from codegen.pages.facts import Field, PageFacts, Shape
from codegen.pages.operation import is_json, shows_nothing
from codegen.spec.operations import VERBS
from codegen.spec.schemas import mapping, reference, sequence, text, types
from codegen.sync.changes import CLIENT_HEADERS, Drift
from codegen.sync.matching import as_one, looks_like_value, same_section, skeleton
from codegen.sync.writing.draft import Draft, Object, UnwritableError, refuse_if
from codegen.sync.writing.naming import class_name, kind_of, method_name, resource_name, singular, words
from codegen.sync.writing.schemas import SchemaWriter, by_name, on_page, plain, refuse_name, without_null
from minted_async.core.secret_names import is_secret

UNKNOWN_SECTION = "Not given by the page"
UNTITLED = "Untitled"

_PATH = re.compile(r"(?:/(?:[A-Za-z0-9_.~-]+|\{[A-Za-z][A-Za-z0-9_]*\}))+")
_PLACEHOLDER = re.compile(r"\{([^}]*)\}")
_TEXT = Shape(types=("string",))
_VERSION = re.compile(r"[A-Za-z0-9.\-]{1,20}")


@dataclass
class Edit:
    """One difference on its way into the spec."""

    draft: Draft
    drift: Drift
    notes: list[str] = field(default_factory=list[str])

    @cached_property
    def page(self) -> PageFacts:
        """What all its pages say."""
        return as_one(self.drift.pages)

    def writer(self, resource: str, *, sent: bool, method: str = "") -> SchemaWriter:
        """What writes the schemas of this edit."""
        said = on_page(self.page)
        return SchemaWriter(self.draft, resource, sent, said, self.notes, method, self.drift.observed)


def add_endpoint(edit: Edit) -> None:
    """Write a new operation, and take the row out of listed.yaml that it was."""
    _refuse_what_is_unknown(edit)
    page, draft, listed = edit.page, edit.draft, edit.drift.methods
    refuse_if(len(listed) > 1, f"one endpoint is several methods, {', '.join(listed)}: say what each sends")
    verb, path = page.method.lower(), _path(edit)
    refuse_if(verb not in VERBS, f"{page.method[:20]} is no HTTP method that the client sends")
    there = mapping(draft.paths.get(path))
    refuse_if(verb in there, f"the spec has an operation {page.method} {path} already")
    row: Object = {}
    for index, known in enumerate(draft.spec.listed):
        if known.id in listed:
            row = mapping(draft.listed.pop(index))
    refuse_if(listed and not row, f"there is no listed row {''.join(listed)}")
    identifier = listed[0] if listed else _identifier(edit, verb, path)
    resource, _, name = identifier.rpartition(".")
    item = draft.path_item(path, f"paths/{resource.replace('.', '/')}.yaml", name)
    item[verb] = _operation(edit, identifier, verb, path, row)
    tags = sequence(draft.bundle.document.get("tags"))
    if resource not in {text(mapping(tag).get("name")) for tag in tags}:
        section = plain((page.section or ("",))[-1]) or resource
        tags.append({"name": resource, "description": f"What the documentation has under {section}."})


def _refuse_what_is_unknown(edit: Edit) -> None:
    for page in edit.drift.pages:
        gaps, other = " and ".join(page.gaps), page.security and "digest" not in page.security
        refuse_if(
            gaps and not page.operation,
            f"{page.label} has no {gaps}, or shows nothing of it: what is unknown is not written",
        )
        refuse_if(other, f"{page.label} authenticates by {', '.join(page.security)}, and methods by digest")
        edit.notes.extend(
            f"{page.label} requires the header {header.name[:80]}, which no method sends"
            for header in page.headers
            if header.required and header.name.lower() not in CLIENT_HEADERS
        )


def _operation(edit: Edit, identifier: str, verb: str, path: str, row: Object) -> Object:
    resource, _, name = identifier.rpartition(".")
    page, told = edit.page, on_page(edit.page)
    rows = _docs_rows(edit.drift.pages, row)
    operation: Object = {
        "operationId": identifier,
        "tags": [resource],
        "summary": f"{plain(text(row.get('title')) or page.title) or UNTITLED}.",
        "description": f"Written from what is {'seen' if page.operation else 'documented'} {told}; "
        "nobody has described it in our own words yet.",
        **({"deprecated": True} if page.deprecated else {}),
        "x-minted-evidence": _evidence(page),
        "x-minted-docs": rows,
    }
    if page.api_version and _VERSION.fullmatch(page.api_version):
        operation["x-minted-api-version"] = page.api_version
    operation["x-minted-envelope"] = _answered(page)[0]
    if verb == "get":
        operation["x-minted-idempotent"] = True
    writer = edit.writer(resource, sent=True)
    if parameters := _parameters(writer, page, path):
        operation["parameters"] = parameters
    if page.body is not None:
        operation["requestBody"] = request_body(writer, page, verb, name)
    elif page.operation and verb != "get":
        operation["requestBody"] = _json_body("JsonObject")  # what is sent is not known
    operation["responses"] = responses(edit.writer(resource, sent=False, method=name), page)
    return operation


def _path(edit: Edit) -> str:
    """The path as the spec writes it: one that is there already keeps the names of its parameters."""
    given = edit.page.path
    refuse_if(not _PATH.fullmatch(given), f"{given[:120]!r} is no path that can be called")
    values = [part for part in given.strip("/").split("/") if part[:1] != "{" and looks_like_value(part)]
    refuse_if(values, "its path holds a value, such as somebody's id, where a parameter belongs")
    names = _PLACEHOLDER.findall(given)
    refuse_if(len(set(names)) < len(names), f"{given[:120]} has the same parameter twice")
    return next((path for path in edit.draft.paths if skeleton(path) == skeleton(given)), given)


def _identifier(edit: Edit, verb: str, path: str) -> str:
    resource = _resource(edit, path)
    data = _answered(edit.page)[1]
    many = data.types == ("array",) if data and data.types else None
    taken = {entry.id for entry in edit.draft.spec.entries}
    return f"{resource}.{method_name(edit.page.title, verb, path, resource, taken, several=many)}"


def _resource(edit: Edit, path: str) -> str:
    """The resource of what the path is about, or of what stands in the same section."""
    for method in edit.draft.spec.methods:
        if (kind := kind_of(path)) and kind_of(method.path) == kind:
            return method.resource
    section, base = " / ".join(edit.page.section or ()), edit.draft.base
    there = {m.resource for m in base.methods if section in {row.section for row in m.docs}}
    there |= {row.resource for row in base.listed if row.section == section}
    return next(iter(there)) if len(there) == 1 else resource_name(path, plain(section))


def _parameters(writer: SchemaWriter, page: PageFacts, path: str) -> list[Json]:
    said = {each.name: each.shape for each in page.parameters if each.location == "path" and each.shape.types}
    # What the page calls a parameter of the path may have another name in the spec.
    names = zip(_PLACEHOLDER.findall(path), _PLACEHOLDER.findall(page.path), strict=True)
    in_path = [Field(name=ours, shape=said.get(theirs, _TEXT), required=True) for ours, theirs in names]
    query = [each for each in page.parameters if each.location == "query"]
    entries = [parameter_entry(writer, each, location="path") for each in in_path]
    return [*entries, *(parameter_entry(writer, each) for each in query)]


def responses(writer: SchemaWriter, page: PageFacts) -> Object:
    """The answers of an operation, the schema of the good one written."""
    data = _answered(page)[1]
    status = next((answer.status for answer in page.success), "")
    refuse_if(not status, "no page shows the answer of a call that went well")
    schema: Object = {}
    if data is not None:
        name = "_".join(map(singular, words(writer.resource)))
        try:
            schema = without_null(writer.schema(data, name))
        except UnwritableError as reason:
            writer.notes.append(f"the data of the answer comes as it is: {reason}")
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
    refuse_if(other, f"it answers {', '.join(other)[:80]}, and the client reads JSON")
    shapes = [answer.shape for answer in page.success if answer.shape and not shows_nothing(answer.shape)]
    if not shapes:
        return True, None
    whole = merged(shapes)
    data = whole.field("data")
    if whole.field("success") and (data or whole.field("code") or whole.field("message")):
        return True, data.shape if data and not shows_nothing(data.shape) else None
    return False, whole


def parameter_entry(
    writer: SchemaWriter, found: Field, beside: Iterable[str] = (), *, location: str = "query"
) -> Object:
    """A parameter as an operation has it; `beside` are its others."""
    name = found.name
    refuse_name(name, beside)
    refuse_if(is_secret(name), f"{name} has the name of a secret, which must not stand in a URL")
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
    refuse_if(verb == "get", "the page shows a body for a GET")
    other = media_type and not is_json(media_type)
    refuse_if(other, f"it sends {media_type[:80]}, and the client sends JSON")
    if shape is None:
        raise UnwritableError("it sends something that the page does not show")
    if not shape.fields or (shape.types and shape.types != ("object",)) or shape.alternatives:
        raise UnwritableError("the body is no object with fields, so it gives no arguments")
    of = [word for word in map(singular, words(writer.resource)) if word not in method.split("_")]
    described = f"What to send, as it stands {writer.page}."
    made = writer.named_object(shape, [class_name(method, *of) + "Request"], described)
    return _json_body(made)


def _json_body(schema: str) -> Object:
    return {"required": True, "content": {"application/json": {"schema": by_name(schema)}}}


def _evidence(page: PageFacts) -> str:
    """What an operation can claim: who has seen answers knows where it is, and not what it takes."""
    return "addressed" if page.operation else "documented"


def _docs_rows(pages: Sequence[PageFacts], listed: Object) -> list[Json]:
    """The rows of an endpoint's pages; further rows of the menu that the listed one is are their siblings."""
    left = [listed, *map(mapping, sequence(listed.get("also")))] if listed else []
    found: list[Json] = []
    for page in pages:
        own = next((row for row in left if text(row.get("section")) == " / ".join(page.section or ())), None)
        own = own or (left[0] if left else {})
        found.append(docs_row(page, own))
        left = [row for row in left if row is not own]
    siblings = [{key: row[key] for key in ("page", "title", "section")} for row in left]
    evidence = "addressed" if pages[0].operation else "sibling"
    return [*found, *({**row, "last_modified": None, "evidence": evidence} for row in siblings)]


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
        "evidence": _evidence(page),
        **({"method": method} if method else {}),
    }
