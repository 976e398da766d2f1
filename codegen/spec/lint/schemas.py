"""Rules about one schema, whichever way it travels."""

from __future__ import annotations

import itertools

from codegen.spec.lint.context import Context, Faults, Node, schema_rule
from codegen.spec.schemas import branches, is_struct, mapping, reference, sequence, text, types
from minted_async.core.secret_names import is_secret

_FORMATS = {
    "string": frozenset({"date", "uuid", "email", "uri"}),
    "number": frozenset({"decimal"}),
    "integer": frozenset({"int32", "int64"}),
}
_STRING_LIKE_FORMATS = frozenset({"decimal", "date", "date-time", "uuid", "minted-datetime"})


@schema_rule
def numbers_are_decimal(_context: Context, node: Node) -> Faults:
    """A number without a format would become a float."""
    if "number" in types(node.schema) and node.schema.get("format") != "decimal":
        said = "a number needs `format: decimal`, or it would become a float; add it (or `type: integer`)"
        yield node.place, said


@schema_rule
def formats_are_known(context: Context, node: Node) -> Faults:
    """An unknown format would be ignored in silence."""
    found = node.schema.get("format")
    if found is None or (not node.key and node.owner in context.scalars):
        return
    if found in ("date-time", "minted-datetime"):
        said = f"`format: {found}` stands here inline; refer to IsoDateTime, MintedDateTime or another"
        yield node.place, said
    elif not any(found in _FORMATS.get(kind, ()) for kind in types(node.schema)):
        known = ", ".join(sorted(name for names in _FORMATS.values() for name in names))
        said = f"`format: {found}` is not known for this type; use one of {known}, or leave it out"
        yield node.place, said


@schema_rule
def older_fields_come_last(_context: Context, node: Node) -> Faults:
    """A comment stands above the first of them in the generated class: it must be true of all below."""
    fields = mapping(node.schema.get("properties")).items()
    marks = [(name, mapping(field).get("x-minted-older") is True) for name, field in fields]
    for (_, older), (name, follows) in itertools.pairwise(marks):
        if older and not follows:
            said = f"{name} stands behind fields of the older form; move it before them, or mark it too"
            yield (*node.place, "properties", name), said


@schema_rule
def types_are_named(_context: Context, node: Node) -> Faults:
    """A schema without a type would be an `object` to everyone; only an answer may be unknown."""
    typed = {"type", "$ref", "allOf", "anyOf", "oneOf", "const"} & node.schema.keys()
    if not typed and node.key != "answer":
        said = "this schema has no type; give it one, or refer to JsonObject where nothing is known"
        yield node.place, said


@schema_rule
def objects_are_closed_or_maps(_context: Context, node: Node) -> Faults:
    """The extra keys of a struct are dropped, so a schema must not promise them."""
    if "properties" in node.schema and "additionalProperties" in node.schema:
        said = "properties beside additionalProperties: the extra keys would be dropped; remove one of them"
        yield node.place, said


@schema_rule
def required_properties_exist(context: Context, node: Node) -> Faults:
    """A misspelt name in `required` would make the property optional."""
    own = mapping(node.schema.get("properties"))
    known = context.spec.properties(node.owner) if node.owner else own
    for index, name in enumerate(sequence(node.schema.get("required")) if is_struct(node.schema) else ()):
        if name not in known:
            yield (*node.place, "required", index), f"{name} is required and no property; correct the name"


@schema_rule
def enums_are_whole(_context: Context, node: Node) -> Faults:
    """Names of members go with their values, one by one, and null is no value."""
    values, names = node.schema.get("enum"), node.schema.get("x-enum-varnames")
    if not isinstance(values, list):
        return
    if None in values:
        said = "an enum cannot hold null; write `anyOf: [{$ref: ...}, {type: 'null'}]` where it is used"
        yield (*node.place, "enum"), said
    if isinstance(names, list) and len(names) != len(values):
        said = f"{len(names)} names for {len(values)} values would shift silently; give each value its name"
        yield (*node.place, "x-enum-varnames"), said


@schema_rule
def parts_are_named(_context: Context, node: Node) -> Faults:
    """Structs and enums are components, so that their classes have names that somebody chose."""
    inline = node.key and node.key != "allOf" and reference(node.schema) is None
    if inline and (is_struct(node.schema) or "enum" in node.schema):
        kind = "enum" if "enum" in node.schema else "object"
        yield node.place, f"this {kind} has no name; move it to openapi/schemas, list it, and refer to it"


@schema_rule
def unions_can_be_read(context: Context, node: Node) -> Faults:
    """Two alternatives that are both strings on the wire cannot be told apart."""
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
        said = "two alternatives of this union are text on the wire (string, enum, decimal, date); keep one"
        yield node.place, said


@schema_rule
def everything_is_described(_context: Context, node: Node) -> Faults:
    """Descriptions become docstrings."""
    if text(node.schema.get("description")):
        return
    if node.key == "properties":
        yield node.place, f"the property {node.name} has no description; say what it is, with its unit"
    elif not node.key:
        yield node.place, f"the schema {node.owner} has no description; say what it is"


@schema_rule
def secrets_are_marked(_context: Context, node: Node) -> Faults:
    """What is marked is masked in `repr`, logs and captured exchanges; a person may say it is harmless."""
    marked = node.schema.get("x-minted-secret")
    if marked is not None and not isinstance(marked, bool):
        yield (*node.place, "x-minted-secret"), "this is true or false; correct it"
    elif marked is None and node.key == "properties" and is_secret(node.name):
        said = "mark it with `x-minted-secret: true`, or with `false` if everybody may see it"
        yield node.place, f"{node.name} is the name of a secret; {said}"
