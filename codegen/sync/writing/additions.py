"""Edits that only add to what is there: what `--write` does by itself.

Each function changes the documents of a copy of the spec's files, or raises `UnwritableError` and leaves the
copy to be thrown away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from codegen.documents import Json
from codegen.pages.examples import inside
from codegen.spec.names import snake
from codegen.spec.schemas import is_struct, mapping, sequence, text
from codegen.sync.changes import Change, Drift
from codegen.sync.writing import several
from codegen.sync.writing.endpoints import Endpoint, docs_row, parameter_entry, request_body
from codegen.sync.writing.schemas import SchemaWriter, on_page, plain
from codegen.sync.writing.spec_files import OperationSpot, SpecFiles, UnwritableError, insert


@dataclass
class Edit:
    """One difference on its way into the files."""

    files: SpecFiles
    drift: Drift
    notes: list[str] = field(default_factory=list[str])

    def writer(self, resource: str, after: str = "") -> SchemaWriter:
        """What writes the schemas of this edit."""
        told = on_page(several.newest(self.drift.pages))
        return SchemaWriter(self.files, resource, self.drift.sent, told, after)


def _field(edit: Edit) -> None:
    found, drift = edit.drift.field, edit.drift
    if found is None:
        raise UnwritableError("the page does not show the field")
    owner, schema = edit.files.schema_at(drift)
    if not is_struct(schema) or not owner:
        raise UnwritableError("the spec takes what holds this as it comes; giving it fields changes its type")
    properties = mapping(schema.get("properties"))
    if found.name in properties:
        return
    taken = {snake(name): name for name in properties}
    if snake(found.name) in taken:
        raise UnwritableError(f"it would have the same name in Python as {taken[snake(found.name)]}")
    around = several.values_at(drift.pages, drift.at.rpartition(".")[0])
    resource = edit.files.schema_file(owner).removeprefix("schemas/").removesuffix(".yaml")
    writer = edit.writer(resource, owner)
    written = writer.property(found, owner, inside(around, found.name))
    edit.notes.extend(f"left out: {reason}" for reason in writer.left_out)
    # Fields of an older form come last.
    older = tuple(name for name, node in properties.items() if "x-minted-older" in mapping(node))
    after = next((name for name in reversed(drift.before) if name in properties), "")
    insert(properties, found.name, written, "" if after in older else after, older)
    schema["properties"] = properties
    others = [method for method in edit.files.methods_with(owner) if method not in drift.methods]
    if others:
        edit.notes.append(f"{owner} is shared: {', '.join(others)} has the field too, optional")
    elif found.required and not drift.sent and several.always_has(around, found.name):
        required = [*sequence(schema.get("required")), found.name]
        insert(schema, "required", required, "description", ("properties",))


def _parameter(edit: Edit) -> None:
    found = edit.drift.parameter
    if found is None or found.location != "query":
        raise UnwritableError("only parameters of the query can be added; a person has to judge others")
    spot = edit.files.operation(edit.drift)
    parameters = sequence(spot.operation.get("parameters"))
    if snake(found.name) in {snake(text(mapping(known).get("name"))) for known in parameters}:
        raise UnwritableError("it would have the same name in Python as another parameter")
    entry = parameter_entry(edit.writer(spot.resource), found.name, found.shape, required=False)
    new: list[Json] = [*parameters, entry]
    insert(spot.operation, "parameters", new, _before(spot, "parameters"), ("requestBody", "responses"))


def _before(spot: OperationSpot, key: str) -> str:
    """The key that stands before another one, which is to stay where it is."""
    keys = list(spot.operation)
    return keys[keys.index(key) - 1] if key in keys else ""


def _enum(edit: Edit) -> None:
    name, schema = edit.files.schema_at(edit.drift)
    present = [str(value) for value in sequence(schema.get("enum"))]
    if not present:
        raise UnwritableError("the spec has a plain text here; listing its values changes its type")
    if "x-enum-varnames" in schema:
        raise UnwritableError("the values of this enum have names that a person chose; new ones need theirs")
    order = list((edit.drift.shape.enum if edit.drift.shape else None) or ())
    for value in edit.drift.values:
        if not value.strip() or not value.isprintable():
            raise UnwritableError("a value of its list is empty or cannot be printed")
        before = order[: order.index(value)] if value in order else []
        after = next((known for known in reversed(before) if known in present), None)
        present.insert(present.index(after) + 1 if after else len(present), value)
    schema["enum"] = [*present]
    users = [method for method in edit.files.methods_with(name) if method not in edit.drift.methods]
    if users:
        edit.notes.append(f"{name} is shared with {', '.join(users)}")


def _body(edit: Edit) -> None:
    spot, shape = edit.files.operation(edit.drift), edit.drift.shape
    if shape is None or spot.verb == "get":
        raise UnwritableError("the page does not show a body that can be sent")
    several.sent(several.as_one(edit.drift.pages))
    name = spot.id.rpartition(".")[2]
    body = request_body(edit.writer(spot.resource), shape, name, edit.drift.pages)
    insert(spot.operation, "requestBody", body, before=("responses",))


def _endpoint(edit: Edit) -> None:
    Endpoint(edit.files, edit.drift.pages, edit.notes).write(edit.drift.methods)


def _page(edit: Edit) -> None:
    spot = edit.files.operation(edit.drift)
    method = (edit.drift.method or "") if "x-minted-methods" in spot.operation else ""
    rows = sequence(spot.operation.get("x-minted-docs"))
    rows.extend(docs_row(page, method=method) for page in edit.drift.pages)
    _claim(spot)


def _modified(edit: Edit) -> None:
    edit.files.node(edit.drift)["last_modified"] = edit.drift.values[0]


def _page_id(edit: Edit) -> None:
    row = edit.files.node(edit.drift)
    row["page"], row["evidence"] = edit.drift.values[0], "documented"
    row["last_modified"] = row.get("last_modified") or edit.drift.pages[0].modified_on
    _claim(edit.files.operation(edit.drift))


def _renamed(edit: Edit) -> None:
    row = edit.files.node(edit.drift)
    title, *section = map(plain, edit.drift.values)
    if not title:
        raise UnwritableError("the page has no title")
    row["title"] = title
    if any(section):
        row["section"] = " / ".join(section)


def _deprecated(edit: Edit) -> None:
    if not any(page.deprecated for page in edit.drift.pages):
        raise UnwritableError("the page's status says so; the page itself is not marked as deprecated")
    insert(edit.files.operation(edit.drift).operation, "deprecated", True, "description")


def _claim(spot: OperationSpot) -> None:
    """Let an operation claim what the best of its rows is."""
    rows = [text(mapping(row).get("evidence")) for row in sequence(spot.operation.get("x-minted-docs"))]
    spot.operation["x-minted-evidence"] = "documented" if "documented" in rows else "sibling"


ADDITIONS: dict[Change, Callable[[Edit], None]] = {
    Change.ENDPOINT_NEW: _endpoint,
    Change.ENDPOINT_DOCUMENTED: _endpoint,
    Change.PAGE_NEW: _page,
    Change.PARAMETER_ADDED: _parameter,
    Change.BODY_ADDED: _body,
    Change.FIELD_ADDED: _field,
    Change.ENUM_ADDED: _enum,
    Change.DEPRECATED: _deprecated,
    Change.LAST_MODIFIED: _modified,
    Change.RENAMED: _renamed,
    Change.PAGE_ID: _page_id,
}
"""The changes that `--write` makes by itself where they break nothing, with their edits."""
