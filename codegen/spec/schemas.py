"""Reading JSON schemas of the bundle: what they refer to, which types they name, whether null passes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from codegen.documents import Json, Place

Schema = Mapping[str, Json]
"""A JSON schema of the bundle: its references point into components/schemas."""

SCHEMA_PREFIX = "#/components/schemas/"


def mapping(node: Json) -> dict[str, Json]:
    """The node if it is a mapping, else an empty one."""
    return node if isinstance(node, dict) else {}


def sequence(node: Json) -> list[Json]:
    """The node if it is a sequence, else an empty one."""
    return node if isinstance(node, list) else []


def text(node: Json) -> str:
    """The node if it is text, stripped, else the empty text."""
    return node.strip() if isinstance(node, str) else ""


def look_up(node: Json, place: Place) -> Json:
    """What is at a place below a node, None if nothing is."""
    found: Json = node
    for part in place:
        if isinstance(found, dict):
            found = found.get(str(part))
        elif isinstance(found, list) and str(part).isdecimal() and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found


def reference(schema: Schema) -> str | None:
    """Name of the schema that a schema refers to, if it is a reference."""
    target = schema.get("$ref")
    return target.removeprefix(SCHEMA_PREFIX) if isinstance(target, str) else None


def references(node: Json) -> Iterator[str]:
    """Names of the schemas that a node refers to, itself or deep inside."""
    if isinstance(node, dict):
        name = reference(node)
        if name is not None:
            yield name
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def reachable(roots: Iterable[str], inside: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Names that lie inside some names, these included, however deep."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in inside and name not in found:
            found.add(name)
            waiting.extend(inside[name])
    return frozenset(found)


def types(schema: Schema) -> tuple[str, ...]:
    """The JSON types that a schema names, without null."""
    declared = schema.get("type")
    names = [declared] if isinstance(declared, str) else sequence(declared)
    return tuple(name for name in names if isinstance(name, str) and name != "null")


def branches(schema: Schema) -> tuple[Schema, ...]:
    """The alternatives of a oneOf or anyOf, without null; empty for a schema that is no union."""
    found = [mapping(branch) for key in ("oneOf", "anyOf") for branch in sequence(schema.get(key))]
    return tuple(branch for branch in found if branch.get("type") != "null")


def nullable(schema: Schema) -> bool:
    """Whether a schema lets null through."""
    found = [mapping(branch) for key in ("oneOf", "anyOf") for branch in sequence(schema.get(key))]
    return "null" in sequence(schema.get("type")) or any(branch.get("type") == "null" for branch in found)


def single(schema: Schema) -> Schema:
    """What `anyOf: [X, null]` is about: X; any other schema as it is."""
    found = branches(schema)
    return found[0] if len(found) == 1 else schema


def is_struct(schema: Schema) -> bool:
    """Whether a schema becomes a class with fields."""
    return "properties" in schema or "allOf" in schema
