"""Rules about one schema, whichever way it travels."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from codegen.findings import Finding
from codegen.spec.lint.context import Context
from codegen.spec.schemas import branches, is_struct, mapping, reference, sequence, text, types
from minted_async.core.secret_names import is_secret

_FORMATS = {
    "string": frozenset({"date", "uuid", "email", "uri"}),
    "number": frozenset({"decimal"}),
    "integer": frozenset({"int32", "int64"}),
}
_STRING_LIKE_FORMATS = frozenset({"decimal", "date", "date-time", "uuid", "minted-datetime"})


def numbers_are_decimal(context: Context) -> Iterator[Finding]:
    """A number without a format would become a float."""
    for node in context.nodes:
        if "number" in types(node.schema) and node.schema.get("format") != "decimal":
            yield context.at(
                node.place,
                "a number needs `format: decimal`, or it would become a float; add it (or `type: integer`)",
            )


def formats_are_known(context: Context) -> Iterator[Finding]:
    """An unknown format would be ignored in silence."""
    for node in context.nodes:
        found = node.schema.get("format")
        if found is None or (not node.key and node.owner in context.scalars):
            continue
        if found in ("date-time", "minted-datetime"):
            yield context.at(
                node.place,
                f"`format: {found}` stands here inline; refer to IsoDateTime, MintedDateTime or another",
            )
        elif not any(found in _FORMATS.get(kind, ()) for kind in types(node.schema)):
            known = ", ".join(sorted(name for names in _FORMATS.values() for name in names))
            yield context.at(
                node.place,
                f"`format: {found}` is not known for this type; use one of {known}, or leave it out",
            )


def older_fields_come_last(context: Context) -> Iterator[Finding]:
    """A comment stands above the first of them in the generated class: it must be true of all below."""
    for node in context.nodes:
        marks = [
            (name, mapping(field).get("x-minted-older") is True)
            for name, field in mapping(node.schema.get("properties")).items()
        ]
        for (_, older), (name, follows) in itertools.pairwise(marks):
            if older and not follows:
                yield context.at(
                    (*node.place, "properties", name),
                    f"{name} stands behind fields of the older form; move it before them, or mark it too",
                )


def types_are_named(context: Context) -> Iterator[Finding]:
    """A schema without a type would be an `object` to everyone; only an answer may be unknown."""
    for node in context.nodes:
        typed = {"type", "$ref", "allOf", "anyOf", "oneOf", "const"} & node.schema.keys()
        if not typed and node.key != "answer":
            yield context.at(
                node.place,
                "this schema has no type; give it one, or refer to JsonObject where nothing is known",
            )


def objects_are_closed_or_maps(context: Context) -> Iterator[Finding]:
    """The extra keys of a struct are dropped, so a schema must not promise them."""
    for node in context.nodes:
        if "properties" in node.schema and "additionalProperties" in node.schema:
            yield context.at(
                node.place,
                "properties beside additionalProperties: the extra keys would be dropped; remove one of them",
            )


def required_properties_exist(context: Context) -> Iterator[Finding]:
    """A misspelt name in `required` would make the property optional."""
    for node in context.nodes:
        if not is_struct(node.schema):
            continue
        known = (
            set(context.spec.properties(node.owner))
            if node.owner
            else set(mapping(node.schema.get("properties")))
        )
        for index, name in enumerate(sequence(node.schema.get("required"))):
            if name not in known:
                yield context.at(
                    (*node.place, "required", index), f"{name} is required and no property; correct the name"
                )


def enums_are_whole(context: Context) -> Iterator[Finding]:
    """Names of members go with their values, one by one, and null is no value."""
    for node in context.nodes:
        values = node.schema.get("enum")
        if not isinstance(values, list):
            continue
        if None in values:
            yield context.at(
                (*node.place, "enum"),
                "an enum cannot hold null; write `anyOf: [{$ref: ...}, {type: 'null'}]` where it is used",
            )
        names = node.schema.get("x-enum-varnames")
        if isinstance(names, list) and len(names) != len(values):
            yield context.at(
                (*node.place, "x-enum-varnames"),
                f"{len(names)} names for {len(values)} values would shift silently; give each value its name",
            )


def parts_are_named(context: Context) -> Iterator[Finding]:
    """Structs and enums are components, so that their classes have names that somebody chose."""
    for node in context.nodes:
        inline = node.key and node.key != "allOf" and reference(node.schema) is None
        if inline and ("properties" in node.schema or "enum" in node.schema or "allOf" in node.schema):
            kind = "enum" if "enum" in node.schema else "object"
            yield context.at(
                node.place, f"this {kind} has no name; move it to openapi/schemas, list it, and refer to it"
            )


def unions_can_be_read(context: Context) -> Iterator[Finding]:
    """Two alternatives that are both strings on the wire cannot be told apart."""
    for node in context.nodes:
        alternatives = [*branches(node.schema), *({"type": kind} for kind in types(node.schema))]
        if len(alternatives) < 2:
            continue
        meant = [context.spec.resolve(branch)[1] for branch in alternatives]
        strings = ["string" in types(schema) or "enum" in schema for schema in meant]
        decimals = [
            "number" in types(schema) or schema.get("format") in _STRING_LIKE_FORMATS for schema in meant
        ]
        if sum(a or b for a, b in zip(strings, decimals, strict=True)) > 1:
            yield context.at(
                node.place,
                "two alternatives of this union are text on the wire (string, enum, decimal, date); keep one",
            )


def everything_is_described(context: Context) -> Iterator[Finding]:
    """Descriptions become docstrings."""
    for node in context.nodes:
        if node.key == "properties" and not text(node.schema.get("description")):
            yield context.at(
                node.place, f"the property {node.name} has no description; say what it is, with its unit"
            )
        elif not node.key and not text(node.schema.get("description")):
            yield context.at(node.place, f"the schema {node.owner} has no description; say what it is")


def secrets_are_marked(context: Context) -> Iterator[Finding]:
    """What is marked is masked in `repr`, logs and captured exchanges; a person may say it is harmless."""
    for node in context.nodes:
        marked = node.schema.get("x-minted-secret")
        if marked is not None and not isinstance(marked, bool):
            yield context.at((*node.place, "x-minted-secret"), "this is true or false; correct it")
        elif marked is None and node.key == "properties" and is_secret(node.name):
            yield context.at(
                node.place,
                f"{node.name} is the name of a secret; mark it with `x-minted-secret: true`, or with `false` "
                "if everybody may see it",
            )
