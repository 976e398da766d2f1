"""Rules about schemas, whichever way they travel."""

from __future__ import annotations

from codegen.spec.lint.context import Context, Faults
from codegen.spec.names import member_names
from codegen.spec.schemas import branches, is_struct, mapping, sequence, types
from minted_async.core.secret_names import is_secret

_STRING_LIKE_FORMATS = frozenset({"decimal", "date", "date-time", "uuid", "minted-datetime"})


def required_properties_exist(context: Context) -> Faults:
    """A misspelt name in `required` would make the property optional."""
    for node in context.nodes:
        own = mapping(node.schema.get("properties"))
        known = context.spec.properties(node.owner) if node.owner else own
        wanted = sequence(node.schema.get("required")) if is_struct(node.schema) else ()
        for index, name in enumerate(wanted):
            if name not in known:
                said = f"{name} is required and no property; correct the name"
                yield (*node.place, "required", index), said


def enums_are_whole(context: Context) -> Faults:
    """Names of members go with their values, one by one, and no two of them are the same."""
    for node in context.nodes:
        values, names = sequence(node.schema.get("enum")), member_names(node.schema)
        if len({*names}) != len(values):
            said = f"{len(values)} values have {len({*names})} names; give each its own"
            yield (*node.place, "x-enum-varnames"), said


def unions_can_be_read(context: Context) -> Faults:
    """Two alternatives that are both strings on the wire cannot be told apart."""
    for node in context.nodes:
        alternatives = [*branches(node.schema), *({"type": kind} for kind in types(node.schema))]
        meant = [context.spec.resolve(branch)[1] for branch in alternatives]
        texts = [
            schema
            for schema in meant
            if {"string", "number"} & {*types(schema)}
            or "enum" in schema
            or schema.get("format") in _STRING_LIKE_FORMATS
        ]
        if len(texts) > 1:
            said = "two alternatives of this union are text on the wire (string, enum, decimal, date)"
            yield node.place, f"{said}; keep one"


def secrets_are_marked(context: Context) -> Faults:
    """What is marked is masked in `repr`, logs and captured exchanges; a person may say it is harmless."""
    for node in context.nodes:
        if node.key == "properties" and is_secret(node.name) and "x-minted-secret" not in node.schema:
            said = "mark it with `x-minted-secret: true`, or with `false` if everybody may see it"
            yield node.place, f"{node.name} is the name of a secret; {said}"
