"""Edits that only add: what `--write` does by itself.

Each function changes the documents of a copy of the spec's files, or raises `UnwritableError` and leaves the
copy to be thrown away.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from codegen.documents import Json
from codegen.pages.facts import Field, Shape
from codegen.spec.names import snake
from codegen.spec.schemas import is_struct, mapping, sequence, text
from codegen.sync.changes import Change, Drift
from codegen.sync.editing import samples
from codegen.sync.editing.endpoints import Endpoint
from codegen.sync.editing.pages import data_of
from codegen.sync.editing.parts import answer_data, docs_row, parameter_entry, plain, request_body
from codegen.sync.editing.rules import UnwritableError
from codegen.sync.editing.shaping import Shaper
from codegen.sync.editing.specfiles import Object, SpecFiles, insert
from codegen.sync.editing.targets import (
    answer_schema,
    followed,
    home_of,
    methods_with,
    newest,
    on_page,
    operation_of,
    row_of,
    strongest,
    target,
)

_BEFORE_PARAMETERS = ("requestBody", "responses")


@dataclass
class Edit:
    """One difference on its way into the files."""

    files: SpecFiles
    drift: Drift
    together: tuple[Drift, ...] = ()
    """All differences that add the same, this one included."""
    notes: list[str] = field(default_factory=list[str])

    def shaper(self, home: str, *, sent: bool, after: str = "") -> Shaper:
        """What writes the schemas of this edit."""
        return Shaper(self.files, home, sent, on_page(self.drift.pages), after)

    def finish(self, shaper: Shaper) -> None:
        """Note what the shaper had to leave out."""
        self.notes.extend(f"left out: {reason}" for reason in shaper.left_out)


def add(edit: Edit) -> None:
    """Make the edit of a difference that only adds.

    Raises:
        UnwritableError: a person has to do it.
    """
    ADDITIONS[edit.drift.change](edit)


def _field(edit: Edit) -> None:
    found, drift = edit.drift.field, edit.drift
    if found is None:
        raise UnwritableError("the page does not show the field")
    owner = followed(target(edit.files, drift))
    schema = owner.object
    if not is_struct(schema) or not owner.schema_name:
        raise UnwritableError("the spec takes what holds this as it comes; giving it fields changes its type")
    properties = mapping(schema.get("properties"))
    if found.name in properties:
        return
    taken = {snake(name): name for name in properties}
    if snake(found.name) in taken:
        raise UnwritableError(f"it would have the same name in Python as {taken[snake(found.name)]}")
    name = owner.schema_name
    around = samples.values_at(drift.pages, drift.at.rpartition(".")[0])
    shaper = edit.shaper(owner.file, sent=drift.sent, after=name)
    written = shaper.property(found, owner.file, name, samples.inside(around, found.name))
    insert(properties, found.name, written, _neighbour(edit, properties))
    schema["properties"] = properties
    users = methods_with(edit.files, name)
    showing = {method for d in edit.together for method in (d.method, *d.methods)}
    others = [method for method in users if method not in showing]
    if others:
        edit.notes.append(f"{name} is shared: {', '.join(others)} has the field too, optional")
    everywhere = all(d.field is not None and d.field.required for d in edit.together)
    if everywhere and not others and (drift.sent or samples.always_has(around, found.name)):
        required = [*sequence(schema.get("required")), found.name]
        put_required(schema, required)
    edit.finish(shaper)


def put_required(schema: Object, required: list[Json]) -> None:
    """Say which properties of an object are required, in the line that is usual."""
    if "required" in schema:
        schema["required"] = required
    else:
        insert(schema, "required", required, "description", ("properties",))


def _neighbour(edit: Edit, properties: Object) -> str:
    """The property behind which the page has the new one, empty for the end."""
    found = edit.drift.field
    for page in edit.drift.pages:
        names = [other.name for other in _fields_around(edit.drift, page.body.shape if page.body else None)]
        if not names:
            names = [n.name for a in page.success for n in _fields_around(edit.drift, a.shape)]
        if found is not None and found.name in names:
            before = names[: names.index(found.name)]
            return next((name for name in reversed(before) if name in properties), "")
    return ""


def _fields_around(drift: Drift, shape: Shape | None) -> tuple[Field, ...]:
    parts = [part for part in drift.at.replace("[]", ".[]").split(".") if part][:-1]
    for part in parts[1:] if drift.sent else parts:
        if shape is None:
            return ()
        inner = shape.field(part)
        shape = shape.items if part == "[]" else inner.shape if inner else None
    return (shape.fields or ()) if shape else ()


def _parameter(edit: Edit) -> None:
    found = edit.drift.parameter
    if found is None or found.location != "query":
        raise UnwritableError("only parameters of the query can be added; a person has to judge others")
    spot = operation_of(edit.files, edit.drift)
    parameters = sequence(spot.operation.get("parameters"))
    known = {text(mapping(p).get("name")) for p in parameters}
    if found.name in known:
        return
    if snake(found.name) in map(snake, known):
        raise UnwritableError("it would have the same name in Python as another parameter")
    shaper = edit.shaper(home_of(spot), sent=True)
    entry = parameter_entry(shaper, found.name, found.shape, found.required is True, spot.file)
    if "parameters" in spot.operation:
        parameters.append(entry)
    else:
        insert(spot.operation, "parameters", [entry], before=_BEFORE_PARAMETERS)


def _enum(edit: Edit) -> None:
    found = followed(target(edit.files, edit.drift))
    schema = found.object
    present = [str(value) for value in sequence(schema.get("enum"))]
    if not present:
        raise UnwritableError("the spec has a plain text here; listing its values changes its type")
    if "x-enum-varnames" in schema:
        raise UnwritableError("the values of this enum have names that a person chose; new ones need theirs")
    if edit.drift.shape is not None and edit.drift.shape.enum_text is not None:
        raise UnwritableError("the page prints the values run together, and how they split is a guess")
    order = list((edit.drift.shape.enum if edit.drift.shape else None) or ())
    for value in edit.drift.values:
        if not value.strip() or not value.isprintable():
            raise UnwritableError("a value of its list is empty or cannot be printed")
        if value not in present:
            before = order[: order.index(value)] if value in order else []
            after = next((known for known in reversed(before) if known in present), None)
            present.insert(present.index(after) + 1 if after else len(present), value)
    schema["enum"] = [*present]
    users = [m for m in methods_with(edit.files, found.schema_name) if m != edit.drift.method]
    if users:
        edit.notes.append(f"{found.schema_name} is shared with {', '.join(users)}")


def _body(edit: Edit) -> None:
    spot = operation_of(edit.files, edit.drift)
    shape = edit.drift.shape
    if "requestBody" in spot.operation or "x-minted-methods" in spot.operation:
        raise UnwritableError("the operation sends something already")
    if shape is None or spot.verb == "get":
        raise UnwritableError("the page does not show a body that can be sent")
    home, name = home_of(spot), text(spot.operation.get("operationId")).partition(".")[2]
    shaper = edit.shaper(home, sent=True)
    body = request_body(shaper, shape, name, spot.file, edit.drift.pages)
    insert(spot.operation, "requestBody", body, before=("responses",))


def _answer(edit: Edit) -> None:
    spot = operation_of(edit.files, edit.drift)
    media, present = answer_schema(spot)
    if present:
        raise UnwritableError("the spec knows the data of this answer already")
    enveloped, data = data_of(edit.drift.shape)
    home, name = home_of(spot), text(spot.operation.get("operationId")).partition(".")[2]
    shaper = edit.shaper(home, sent=False)
    shaper.method = name
    seen = samples.values_at(edit.drift.pages, edit.drift.at or ("data" if enveloped else ""))
    notes: list[str] = []
    schema = answer_data(shaper, data, home, spot.file, seen, notes)
    if not schema:
        raise UnwritableError("; ".join(notes) or "the page does not show what is inside the data")
    edit.notes.extend(notes)
    media["schema"] = schema
    for answer in map(mapping, mapping(spot.operation.get("responses")).values()):
        if mapping(mapping(answer.get("content")).get("application/json")) is media:
            answer["description"] = f"What is answered, as it stands {on_page(edit.drift.pages)}."


def _endpoint(edit: Edit) -> None:
    documented = edit.drift.change is Change.ENDPOINT_DOCUMENTED
    Endpoint(edit.files, edit.drift.pages, edit.notes).write(edit.drift.method or "" if documented else "")


def _page(edit: Edit) -> None:
    spot = operation_of(edit.files, edit.drift)
    several = "x-minted-methods" in spot.operation
    rows = sequence(spot.operation.get("x-minted-docs"))
    for page in edit.drift.pages:
        row = docs_row(page, method=(edit.drift.method or "") if several else "")
        if page.page is None or page.page not in [mapping(known).get("page") for known in rows]:
            rows.append(row)
    strongest(spot.operation)


def _modified(edit: Edit) -> None:
    row = row_of(target(edit.files, edit.drift))
    day = edit.drift.values[0][:10] if edit.drift.values else newest(edit.drift.pages).modified_on
    if not day or not re.fullmatch(r"\d{4}-\d\d-\d\d", day):
        raise UnwritableError("the page prints no date")
    row["last_modified"] = day


def _page_id(edit: Edit) -> None:
    row = row_of(target(edit.files, edit.drift))
    page = newest(edit.drift.pages)
    row["page"] = edit.drift.values[0] if edit.drift.values else page.page
    row["evidence"] = "documented"
    if row.get("last_modified") is None:
        row["last_modified"] = page.modified_on
    strongest(operation_of(edit.files, edit.drift).operation)


def _renamed(edit: Edit) -> None:
    row = row_of(target(edit.files, edit.drift))
    title, *section = map(plain, edit.drift.values)
    if not title:
        raise UnwritableError("the page has no title")
    row["title"] = title
    if any(section):
        row["section"] = " / ".join(section)


def _deprecated(edit: Edit) -> None:
    spot = operation_of(edit.files, edit.drift)
    if not any(page.deprecated for page in edit.drift.pages):
        raise UnwritableError("the page no longer calls it deprecated")
    if spot.operation.get("deprecated") is not True:
        insert(spot.operation, "deprecated", True, "description")


ADDITIONS: dict[Change, Callable[[Edit], None]] = {
    Change.ENDPOINT_NEW: _endpoint,
    Change.ENDPOINT_DOCUMENTED: _endpoint,
    Change.PAGE_NEW: _page,
    Change.PARAMETER_ADDED: _parameter,
    Change.BODY_ADDED: _body,
    Change.ANSWER_ADDED: _answer,
    Change.FIELD_ADDED: _field,
    Change.ENUM_ADDED: _enum,
    Change.DEPRECATED: _deprecated,
    Change.LAST_MODIFIED: _modified,
    Change.RENAMED: _renamed,
    Change.PAGE_ID: _page_id,
}
"""The changes that `--write` makes by itself, with their edits."""
