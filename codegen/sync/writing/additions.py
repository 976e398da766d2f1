"""Edits that only add to what is there: what `--write` does by itself.

Each function changes a copy of the spec, or raises `UnwritableError` and leaves the copy to be thrown away.
"""

from __future__ import annotations

from collections.abc import Callable

from codegen.documents import Json
from codegen.pages.facts import Field
from codegen.spec.schemas import is_struct, mapping, sequence, text
from codegen.sync.changes import Change
from codegen.sync.writing.draft import Object, UnwritableError, insert, refuse_if
from codegen.sync.writing.endpoints import (
    Edit,
    add_endpoint,
    docs_row,
    parameter_entry,
    request_body,
    responses,
)
from codegen.sync.writing.schemas import refuse_unprintable

_OF_A_ROW = {
    Change.PAGE_ID: ("page", "last_modified", "evidence"),
    Change.LAST_MODIFIED: ("last_modified",),
    Change.RENAMED: ("title", "section"),
}
"""What a row of `x-minted-docs` learns from its page."""


def _operation(edit: Edit) -> Object:
    """The operation that a difference is about."""
    return edit.draft.at(edit.drift.place[:3])


def _names(edit: Edit) -> tuple[str, str]:
    """Resource and method of that operation."""
    resource, _, method = text(_operation(edit).get("operationId")).rpartition(".")
    return resource, method


def _shown(edit: Edit) -> Field:
    """What is added."""
    if edit.drift.field is None:
        raise UnwritableError("the page does not show it")
    return edit.drift.field


def _sharing(edit: Edit) -> str:
    """The other methods that have the schema of a difference."""
    users = edit.draft.base.users.get(str(edit.drift.place[-1]), frozenset())
    return ", ".join(sorted(users - {*edit.drift.methods}))


def _field(edit: Edit) -> None:
    found, drift, schema = _shown(edit), edit.drift, edit.draft.at(edit.drift.place)
    owner, file = str(drift.place[-1]), edit.draft.bundle.origins.get(drift.place, ("", ()))[0]
    if not is_struct(schema) or not file:
        raise UnwritableError("the spec takes what holds this as it comes; giving it fields changes its type")
    properties = mapping(schema.setdefault("properties", {}))
    if found.name in properties:
        return
    resource = file.removeprefix("schemas/").removesuffix(".yaml").replace("/", ".")
    written = edit.writer(resource, sent=drift.sent).property(found, owner, properties)
    # Fields of an older form come last.
    older = [name for name, node in properties.items() if "x-minted-older" in mapping(node)]
    ahead = drift.order[: drift.order.index(found.name)] if found.name in drift.order else ()
    last = next((name for name in reversed(ahead) if name in properties), None)
    insert(properties, found.name, written, behind=[last] if last and last not in older else [], before=older)
    if _sharing(edit):
        edit.notes.append(f"{owner} is shared: {_sharing(edit)} has the field too, optional")
    elif found.required and not drift.sent:
        required = [*sequence(schema.get("required")), found.name]
        insert(schema, "required", required, before=["properties"])


def _parameter(edit: Edit) -> None:
    other = not edit.drift.at.startswith("query.")
    refuse_if(other, "only parameters of the query can be added; a person has to judge others")
    parameters = sequence(_operation(edit).get("parameters"))
    beside = [text(mapping(known).get("name")) for known in parameters]
    entry: Json = parameter_entry(edit.writer(_names(edit)[0], sent=True), _shown(edit), beside)
    if parameters:
        parameters.append(entry)
    else:
        insert(_operation(edit), "parameters", [entry], before=["requestBody", "responses"])


def _enum(edit: Edit) -> None:
    name, schema = str(edit.drift.place[-1]), edit.draft.at(edit.drift.place)
    present = [str(value) for value in sequence(schema.get("enum"))]
    refuse_if(not present, "the spec has a plain text here; listing its values changes its type")
    named = "x-enum-varnames" in schema
    refuse_if(named, "the values of this enum have names that a person chose; new ones need theirs")
    refuse_unprintable(edit.drift.values)
    order = edit.drift.order
    for value in edit.drift.values:
        before = order[: order.index(value)] if value in order else ()
        after = next((known for known in reversed(before) if known in present), None)
        present.insert(present.index(after) + 1 if after else len(present), value)
    schema["enum"] = [*present]
    if edit.drift.observed:
        _mark(schema, *edit.drift.values)
    if _sharing(edit):
        edit.notes.append(f"{name} is shared with {_sharing(edit)}")


def _null(edit: Edit) -> None:
    schema = edit.draft.at(edit.drift.place)
    kind, target = schema.get("type"), schema.get("$ref")
    if target is not None:
        insert(schema, "anyOf", [{"$ref": target}, {"type": "null"}], before=["$ref"])
        del schema["$ref"]
    elif isinstance(kind, str) and not {"enum", "const"} & schema.keys():
        schema["type"] = [kind, "null"]
    else:
        raise UnwritableError("a person has to say where null belongs in it")
    _mark(schema, None)
    edit.notes.append("programs have to expect None here from now on")


def _mark(schema: Object, *values: Json) -> None:
    """Say what of a schema only answers show."""
    known = [*sequence(schema.get("x-minted-observed")), *values]
    insert(schema, "x-minted-observed", known, before=["description"])


def _answer(edit: Edit) -> None:
    resource, method = _names(edit)
    writer = edit.writer(resource, sent=False, method=method)
    _operation(edit)["responses"] = responses(writer, edit.page)
    edit.notes.append("its answer was seen and is not documented: read what was written")


def _body(edit: Edit) -> None:
    resource, method = _names(edit)
    writer = edit.writer(resource, sent=True)
    body = request_body(writer, edit.page, str(edit.drift.place[2]), method)
    insert(_operation(edit), "requestBody", body, before=["responses"])


def _page(edit: Edit) -> None:
    method = (edit.drift.method or "") if "x-minted-methods" in _operation(edit) else ""
    rows = sequence(_operation(edit).get("x-minted-docs"))
    rows.extend(docs_row(page, method=method) for page in edit.drift.pages)
    _claim(edit)


def _row(edit: Edit) -> None:
    row = edit.draft.at(edit.drift.place)
    now = docs_row(edit.drift.pages[0], row)
    row.update({key: now[key] for key in _OF_A_ROW[edit.drift.change]})
    _claim(edit)


def _deprecated(edit: Edit) -> None:
    if not any(page.deprecated for page in edit.drift.pages):
        raise UnwritableError("the page's status says so; the page itself is not marked as deprecated")
    insert(_operation(edit), "deprecated", True, behind=["description"])


def _claim(edit: Edit) -> None:
    """Let an operation claim what the best of its rows is."""
    rows = [text(mapping(row).get("evidence")) for row in sequence(_operation(edit).get("x-minted-docs"))]
    _operation(edit)["x-minted-evidence"] = "documented" if "documented" in rows else "sibling"


ADDITIONS: dict[Change, Callable[[Edit], None]] = {
    Change.ENDPOINT_NEW: add_endpoint,
    Change.ENDPOINT_DOCUMENTED: add_endpoint,
    Change.PAGE_NEW: _page,
    Change.PARAMETER_ADDED: _parameter,
    Change.BODY_ADDED: _body,
    Change.FIELD_ADDED: _field,
    Change.ENUM_ADDED: _enum,
    Change.DEPRECATED: _deprecated,
    Change.LAST_MODIFIED: _row,
    Change.RENAMED: _row,
    Change.PAGE_ID: _row,
}
"""The changes that `--write` makes by itself where they break nothing, with their edits."""
FROM_ANSWERS: dict[Change, Callable[[Edit], None]] = {
    Change.ENDPOINT_DOCUMENTED: add_endpoint,
    Change.ANSWER_ADDED: _answer,
    Change.FIELD_ADDED: _field,
    Change.ENUM_ADDED: _enum,
    Change.NULLABLE: _null,
}
"""Those that it makes because answers are so: without them they cannot be read, or not to the last field."""
