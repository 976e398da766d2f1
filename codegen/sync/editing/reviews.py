"""Edits that change or take away: never made by `--write`, but ready as patches for a person to apply.

Each function changes the documents of a copy of the spec's files; what comes of it is handed over as a patch.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from codegen.documents import Json
from codegen.spec.bundle import ROOT_FILE
from codegen.spec.operations import VERBS
from codegen.spec.schemas import mapping, nullable, sequence, text
from codegen.sync.changes import Change
from codegen.sync.editing import samples
from codegen.sync.editing.additions import ADDITIONS, Edit, put_required
from codegen.sync.editing.rules import UnwritableError, with_null, without_null
from codegen.sync.editing.specfiles import Object, OperationSpot, insert
from codegen.sync.editing.targets import (
    Target,
    answer_schema,
    followed,
    home_of,
    newest,
    operation_of,
    row_of,
    strongest,
    target,
)

_PLACEHOLDER = re.compile(r"\{([^}]*)\}")


def change(edit: Edit, scalars: frozenset[str]) -> None:
    """Make the edit of any difference.

    Args:
        edit: the difference and the copy of the files.
        scalars: names of the schemas that are hand-written types; they stay, used or not.

    Raises:
        UnwritableError: it takes more than an edit that can be made ready.
    """
    kind = edit.drift.change
    if kind is Change.DEPRECATED and not any(page.deprecated for page in edit.drift.pages):
        operation_of(edit.files, edit.drift).operation.pop("deprecated", None)
    elif kind in ADDITIONS:
        ADDITIONS[kind](edit)
    elif kind in CHANGES:
        CHANGES[kind](edit)
        edit.files.prune(scalars)
    else:
        raise UnwritableError("there is no ready edit for this kind of difference")


def _retype(edit: Edit) -> None:
    found, shape = target(edit.files, edit.drift), edit.drift.shape
    if shape is None:
        raise UnwritableError("the page does not show what it is now")
    old = found.object
    if "const" in old:
        raise UnwritableError("the spec sends a constant here")
    if not {"type", "$ref", "anyOf", "oneOf"} & old.keys():
        raise UnwritableError("its place in the spec is no schema")
    owner = found.schema_name
    home = found.file if owner else home_of(operation_of(edit.files, edit.drift))
    shaper = edit.shaper(home, sent=edit.drift.sent, after=owner)
    seen = samples.values_at(edit.drift.pages, edit.drift.at)
    new = shaper.schema(shape, found.name, found.file, owner=owner, seen=seen)
    marks = {key: value for key, value in old.items() if key in ("x-minted-secret", "description")}
    if "description" in old and len(found.place) == 1:
        raise UnwritableError(f"{owner} itself is of another type; write it anew by hand")
    found.put({**new, **marks})
    edit.finish(shaper)


def _require(edit: Edit) -> None:
    found = target(edit.files, edit.drift)
    if "in" in mapping(found.node):
        insert(found.object, "required", True, "in")
        return
    schema = _owner_of(found).object
    required = sequence(schema.get("required"))
    if found.name not in required:
        order = list(mapping(schema.get("properties")))
        names = sorted([*map(str, required), found.name], key=order.index)
        put_required(schema, [*names])


def _free(edit: Edit) -> None:
    found = target(edit.files, edit.drift)
    node = mapping(found.node)
    if "in" in node:
        if node["in"] == "path":
            raise UnwritableError("a parameter of the path is always required")
        node.pop("required", None)
        return
    if "const" in node:
        raise UnwritableError("the spec sends a constant here, which is always required")
    _not_required(_owner_of(found).object, found.name)


def _nullable(edit: Edit) -> None:
    found = target(edit.files, edit.drift)
    if not nullable(found.object):
        found.put(with_null(found.object))


def _not_nullable(edit: Edit) -> None:
    found = target(edit.files, edit.drift)
    found.put(without_null(found.object))


def _remove_field(edit: Edit) -> None:
    found = target(edit.files, edit.drift)
    schema = _owner_of(found).object
    properties = mapping(schema.get("properties"))
    if len(properties) == 1:
        raise UnwritableError("it is the only field of its object; decide what becomes of that")
    properties.pop(found.name, None)
    _not_required(schema, found.name)


def _remove_parameter(edit: Edit) -> None:
    found = target(edit.files, edit.drift)
    if found.object.get("in") == "path":
        raise UnwritableError("it stands in the path; the path has to change with it")
    holder = found.parent.node
    if not isinstance(holder, list):
        raise UnwritableError("its place is no parameter")
    del holder[int(found.name)]
    if not holder:
        found.parent.parent.object.pop("parameters")


def _remove_values(edit: Edit) -> None:
    schema = followed(target(edit.files, edit.drift)).object
    left = [value for value in sequence(schema.get("enum")) if value not in edit.drift.values]
    if not left or "x-enum-varnames" in schema:
        raise UnwritableError("no value would be left; enums are open, so it can also stay as it is")
    schema["enum"] = left


def _remove_body(edit: Edit) -> None:
    spot = operation_of(edit.files, edit.drift)
    _single(spot)
    spot.operation.pop("requestBody", None)


def _remove_answer(edit: Edit) -> None:
    media, _ = answer_schema(operation_of(edit.files, edit.drift))
    media["schema"] = {}


def _remove_endpoint(edit: Edit) -> None:
    spot = operation_of(edit.files, edit.drift)
    _single(spot)
    _take_out(edit, spot)
    tags = sequence(edit.files.root.get("tags"))
    left = {other.resource for other in edit.files.operations()}
    left |= {text(mapping(row).get("id")).partition(".")[0] for row in edit.files.listed}
    if spot.resource not in left:
        tags[:] = [tag for tag in tags if mapping(tag).get("name") != spot.resource]


def _move_endpoint(edit: Edit) -> None:
    spot, page = operation_of(edit.files, edit.drift), newest(edit.drift.pages)
    verb, path = page.method.lower(), page.path
    old, new = _PLACEHOLDER.findall(spot.path), _PLACEHOLDER.findall(path)
    if verb not in VERBS or len(old) != len(new) or not path.startswith("/"):
        raise UnwritableError("the parameters of the two paths do not correspond")
    if any(other.path == path and other.verb == verb for other in edit.files.operations()):
        raise UnwritableError(f"the spec has an operation {verb.upper()} {path} already")
    for parameter in map(mapping, sequence(spot.operation.get("parameters"))):
        if parameter.get("in") == "path" and parameter.get("name") in old:
            parameter["name"] = new[old.index(str(parameter["name"]))]
    if verb != "get":
        spot.operation.pop("x-minted-idempotent", None)
    elif "x-minted-idempotent" not in spot.operation:
        insert(spot.operation, "x-minted-idempotent", True, "x-minted-envelope")
    item = mapping(mapping(edit.files.documents[spot.file])[spot.key])
    paths = mapping(edit.files.root.get("paths"))
    if path == spot.path or (len(item) == 1 and path not in paths):
        renamed = {verb if key == spot.verb else key: value for key, value in item.items()}
        item.clear()
        item.update(renamed)
        lines = [(path if key == spot.path else key, value) for key, value in paths.items()]
        paths.clear()
        paths.update(lines)
        return
    _move_out(edit, spot, verb, path)


def _move_out(edit: Edit, spot: OperationSpot, verb: str, path: str) -> None:
    """Give an operation that shares its path item with others an item of its own, or one that is there."""
    paths = mapping(edit.files.root.get("paths"))
    operation = spot.operation
    line = text(mapping(paths.get(path)).get("$ref"))
    if line and line.partition("#/")[0] != spot.file:
        raise UnwritableError("the new path is in another file; move the operation there by hand")
    document = mapping(edit.files.documents[spot.file])
    name = text(operation.get("operationId")).partition(".")[2]
    while not line and name in document:
        name += "_moved"
    key = line.partition("#/")[2] or name
    if not line:
        insert(document, key, {}, spot.key)
        insert(paths, path, {"$ref": f"{spot.file}#/{key}"}, spot.path)
    mapping(document[key])[verb] = operation
    _take_out(edit, spot)


def _version(edit: Edit) -> None:
    spot = operation_of(edit.files, edit.drift)
    if not edit.drift.values or not edit.drift.values[0].isprintable():
        raise UnwritableError("the page gives no version")
    insert_or_set(spot.operation, "x-minted-api-version", edit.drift.values[0], "x-minted-docs")


def _remove_page(edit: Edit) -> None:
    found = target(edit.files, edit.drift)
    row_of(found)
    operation = operation_of(edit.files, edit.drift).operation
    holder = found.parent.node
    if not isinstance(holder, list) or len(holder) < 2:
        raise UnwritableError("it is the only page of its operation; see whether the endpoint is gone")
    del holder[int(found.name)]
    strongest(operation)


CHANGES: dict[Change, Callable[[Edit], None]] = {
    Change.ENDPOINT_GONE: _remove_endpoint,
    Change.ENDPOINT_MOVED: _move_endpoint,
    Change.PAGE_GONE: _remove_page,
    Change.PARAMETER_REMOVED: _remove_parameter,
    Change.BODY_REMOVED: _remove_body,
    Change.ANSWER_REMOVED: _remove_answer,
    Change.FIELD_REMOVED: _remove_field,
    Change.TYPE: _retype,
    Change.REQUIRED: _require,
    Change.OPTIONAL: _free,
    Change.NULLABLE: _nullable,
    Change.NOT_NULLABLE: _not_nullable,
    Change.ENUM_REMOVED: _remove_values,
    Change.API_VERSION: _version,
}
"""The changes that a person has to look at, with the edits that their patches make."""


def insert_or_set(document: Object, key: str, value: Json, after: str) -> None:
    """Give a key its value, where it stands or behind another one."""
    if key in document:
        document[key] = value
    else:
        insert(document, key, value, after)


def _owner_of(found: Target) -> Target:
    """The object schema that a property belongs to.

    Raises:
        UnwritableError: its place is no property.
    """
    if found.place[-2:-1] != ("properties",):
        raise UnwritableError("its place in the spec is no property of an object")
    return found.parent.parent


def _not_required(schema: Object, name: str) -> None:
    left = [other for other in sequence(schema.get("required")) if other != name]
    if left:
        schema["required"] = left
    else:
        schema.pop("required", None)


def _single(spot: OperationSpot) -> None:
    several = sequence(spot.operation.get("x-minted-methods"))
    if several:
        raise UnwritableError(f"the operation becomes {len(several)} methods; take this one out by hand")


def _take_out(edit: Edit, spot: OperationSpot) -> None:
    """Take an operation out of its path item, and the item out of the spec when it is empty."""
    document = mapping(edit.files.documents[spot.file])
    item = mapping(document[spot.key])
    item.pop(spot.verb)
    if set(item) - {"parameters"}:
        return
    document.pop(spot.key)
    mapping(mapping(edit.files.documents[ROOT_FILE])["paths"]).pop(spot.path)
    if not document:
        edit.files.documents.pop(spot.file)
