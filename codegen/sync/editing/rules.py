"""Rules by which what a page shows becomes a schema of the spec."""

from __future__ import annotations

import re

from codegen.pages.facts import Field, Shape
from codegen.spec.names import snake
from codegen.spec.schemas import mapping, sequence, types
from codegen.sync.editing.specfiles import Object, SpecFiles, referred

_COUNTS = re.compile(
    r"(?:^|_)(?:ids?|count|ttl|code|seconds?|minutes?|hours?|days?|months?|years?|page|pages|per_page|"
    r"page_size|limit|offset|index|installments?|instalments?|attempts?|version|position)$"
)
_MONEY = frozenset(
    {"amount", "tax", "price", "total", "balance", "cost", "weight", "rate", "fee", "sum", "quantity"}
)


class UnwritableError(Exception):
    """Something that a page shows and that nobody but a person can write into the spec; says why."""


def is_count(name: str) -> bool:
    """Whether an integer of this name counts or identifies; money, weights and all else are decimals."""
    plain = snake(name)
    return _COUNTS.search(plain) is not None and not _MONEY & set(plain.split("_"))


def with_null(schema: Object) -> Object:
    """A schema that lets null through as well."""
    if "$ref" in schema:
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return {"anyOf": [{"$ref": schema["$ref"]}, {"type": "null"}], **rest}
    return {**schema, "type": [*types(schema), "null"]} if types(schema) else schema


def without_null(schema: Object) -> Object:
    """A schema that lets no null through."""
    alternatives = [
        branch for branch in map(mapping, sequence(schema.get("anyOf"))) if branch != {"type": "null"}
    ]
    if len(alternatives) == 1:
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        return {**alternatives[0], **rest}
    named = types(schema)
    return {**schema, "type": named[0]} if len(named) == 1 else schema


def is_alike(files: SpecFiles, name: str, shape: Shape) -> bool:
    """Whether a schema can stand for an object: the same fields, and nothing promised beyond it."""
    schema = files.schema(name)
    properties = mapping(schema.get("properties"))
    fields = {found.name: found for found in shape.fields or ()}
    if not properties or set(properties) != set(fields):
        return False
    required = sequence(schema.get("required"))
    return all(
        (key not in required or fields[key].required is True) and _fits(files, mapping(node), fields[key])
        for key, node in properties.items()
    )


def _fits(files: SpecFiles, node: Object, found: Field) -> bool:
    """Whether a property can hold what a page shows of a field, null included."""
    numbers = {"integer", "number"}
    theirs = {kind for t in found.shape.types for kind in (numbers if t in numbers else {t})}
    target = node
    for branch in map(mapping, sequence(node.get("anyOf"))):
        target = branch if "$ref" in branch else target
    name = referred(target)
    ours = set(types(files.schema(name) if name else target))
    null = "null" in sequence(node.get("type")) or target is not node
    return (not theirs or bool(ours & theirs)) and (null or not found.shape.nullable)
