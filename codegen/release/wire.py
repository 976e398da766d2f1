"""The parts of a spec: its methods with their arguments, its schemas with their fields and values."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.documents import Json, Place
from codegen.release.differences import Aspect
from codegen.release.parts import Part, Role, collected
from codegen.release.reach import Directions
from codegen.spec import Spec
from codegen.spec.bundle import LISTED_FILE
from codegen.spec.names import argument_names, snake
from codegen.spec.operations import Method
from codegen.spec.schemas import Schema, is_struct, mapping, reference, sequence, single, text, types

_LIMITS = (
    *("minLength", "maxLength", "minItems", "maxItems", "uniqueItems"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
)
_FORMATS = {
    **{name: name for name in ("date", "decimal", "uuid")},
    **dict.fromkeys(("date-time", "minted-datetime"), "datetime"),
}
"""Formats that make another type of a value; the others are for people to read."""


def wire_parts(spec: Spec, directions: Directions) -> dict[str, Part]:
    """Flatten a spec.

    Args:
        spec: the spec.
        directions: which models are sent, and which are read, in either version.

    Returns:
        Its parts by the names that they have in Python, each with its place in the spec's files.
    """
    return collected(*_resources(spec), *_methods(spec), *_listed(spec), *_schemas(spec, directions))


def _resources(spec: Spec) -> Iterator[Part]:
    for resource in spec.resources:
        yield Part(subject=f"minted.{resource.name}", role=Role.NAME)


def _methods(spec: Spec) -> Iterator[Part]:
    for method in spec.methods:
        name = f"minted.{method.id}"
        yield Part(
            subject=name,
            role=Role.METHOD,
            owner=f"minted.{method.resource}",
            pointer=_pointer(spec, method.place),
            read=True,
            types=_types(spec, method.result),
            traits={
                Aspect.ROUTE: f"{method.verb} {method.path}",
                Aspect.API_VERSION: method.api_version or "none",
                Aspect.ENVELOPE: "in an envelope" if method.envelope else "without an envelope",
                Aspect.REPEATED: "repeated" if method.idempotent else "not repeated",
                **_flags(mapping(_node(spec, method.place))),
            },
        )
        yield from _arguments(spec, method, name)


def _arguments(spec: Spec, method: Method, owner: str) -> Iterator[Part]:
    wanted: list[tuple[str, str, bool, Schema, Place]] = [
        (location, entry.name, entry.required, entry.schema, entry.place)
        for location in ("path", "query")
        for entry in method.located(location)
    ]
    if method.body is not None and is_struct(spec.schemas[method.body]):
        required = spec.required(method.body)
        wanted += [
            ("body", wire, wire in required, field, _property(method.body, wire))
            for wire, field in spec.properties(method.body).items()
            if "const" not in field
        ]
    elif method.body is not None:
        whole: Schema = {"$ref": f"#/components/schemas/{method.body}"}
        wanted.append(("body", "body", True, whole, ("components", "schemas", method.body)))
    names = argument_names([(location, snake(wire)) for location, wire, *_ in wanted])
    for name, (_, _, required_here, schema, place) in zip(names, wanted, strict=True):
        yield Part(
            subject=f"{owner}({name})",
            role=Role.ARGUMENT,
            owner=owner,
            label=name,
            pointer=_pointer(spec, place),
            sent=True,
            required=required_here,
            types=_types(spec, schema) | _plain(spec, schema),
            limits=_limits(spec, schema),
            traits=_flags(schema),
        )


def _plain(spec: Spec, schema: Schema) -> frozenset[str]:
    """Methods take plain text where an enum is sent."""
    return frozenset(("string",) if "enum" in spec.resolve(single(schema))[1] else ())


def _listed(spec: Spec) -> Iterator[Part]:
    for row in spec.listed:
        yield Part(
            subject=f"minted.{row.id}",
            role=Role.METHOD,
            owner=f"minted.{row.resource}",
            pointer=f"openapi/{LISTED_FILE}#/{row.index}",
            traits={Aspect.LISTED: "listed"},
        )


def _schemas(spec: Spec, directions: Directions) -> Iterator[Part]:
    for name, schema in spec.schemas.items():
        owner = f"models.{name}"
        place: Place = ("components", "schemas", name)
        values = schema.get("enum")
        if not is_struct(schema) and not isinstance(values, list):
            continue
        yield Part(subject=owner, role=Role.NAME, pointer=_pointer(spec, place))
        for value in sequence(values):
            yield Part(
                subject=f"{owner}({value})",
                role=Role.VALUE,
                owner=owner,
                label=str(value),
                pointer=_pointer(spec, (*place, "enum")),
            )
        yield from _fields(spec, name, *directions.of(owner))


def _fields(spec: Spec, name: str, sent: bool, read: bool) -> Iterator[Part]:
    owner = f"models.{name}"
    required = spec.required(name)
    for wire, field in spec.properties(name).items() if is_struct(spec.schemas[name]) else ():
        there = wire in required
        yield Part(
            subject=f"{owner}.{snake(wire)}",
            role=Role.FIELD,
            owner=owner,
            pointer=_pointer(spec, _property(name, wire)),
            sent=sent,
            read=read,
            required=there,
            # What an answer may leave out is None for those who read it.
            types=_types(spec, field) | frozenset(() if sent or there else ("null",)),
            limits=_limits(spec, field),
            traits=_flags(field),
        )


def _types(spec: Spec, schema: Schema) -> frozenset[str]:
    """What a value can be: names of structs and enums, JSON types, `null`."""
    name = reference(schema)
    if name is not None:
        meant = spec.schemas[name]
        return frozenset({name}) if is_struct(meant) or "enum" in meant else _types(spec, meant)
    if "const" in schema:
        return frozenset({repr(schema["const"])})
    found: set[str] = set()
    for key in ("oneOf", "anyOf"):
        for branch in sequence(schema.get(key)):
            found |= _types(spec, mapping(branch))
    for kind in types(schema):
        if kind == "array":
            inside = " or ".join(sorted(_types(spec, mapping(schema.get("items")))))
            found.add(f"array of {inside}")
        elif kind == "object" and isinstance(schema.get("additionalProperties"), dict):
            found.add("map of " + " or ".join(sorted(_types(spec, mapping(schema["additionalProperties"])))))
        else:
            found.add(_FORMATS.get(text(schema.get("format")), kind))
    declared = schema.get("type")
    if declared == "null" or "null" in sequence(declared):
        found.add("null")
    return frozenset(found or {"anything"})


def _limits(spec: Spec, schema: Schema) -> dict[str, float]:
    meant = spec.resolve(schema)[1]
    limits = {name: meant.get(name) for name in _LIMITS}
    return {name: float(value) for name, value in limits.items() if isinstance(value, int | float)}


def _flags(schema: Schema) -> dict[Aspect, str]:
    return {
        Aspect.SECRET: "masked" if schema.get("x-minted-secret") is True else "readable",
        Aspect.DEPRECATED: "deprecated" if schema.get("deprecated") is True else "in use",
    }


def _property(name: str, wire: str) -> Place:
    return ("components", "schemas", name, "properties", wire)


def _node(spec: Spec, place: Place) -> Json:
    node: Json = spec.document
    for part in place:
        node = mapping(node).get(str(part))
    return node


def _pointer(spec: Spec, place: Place) -> str:
    found = spec.bundle.finding(place, "")
    return f"openapi/{found.file}#{found.place}"
