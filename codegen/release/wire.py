"""What the spec adds to the parts of a package: routes, versions, secrets, limits, and their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import msgspec

from codegen.documents import Json, Place
from codegen.release.parts import Aspect, Part
from codegen.spec import Spec
from codegen.spec.bundle import LISTED_FILE
from codegen.spec.names import argument_names, snake
from codegen.spec.operations import Method
from codegen.spec.schemas import Schema, is_struct, mapping, sequence

_LIMITS = (
    *("minLength", "maxLength", "minItems", "maxItems", "uniqueItems"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
)


@dataclass(frozen=True)
class _Described:
    subject: str
    place: Place
    facts: dict[Aspect, str] = field(default_factory=dict[Aspect, str])
    limits: dict[str, float] = field(default_factory=dict[str, float])


def with_spec(parts: Iterable[Part], spec: Spec) -> Iterator[Part]:
    """The parts of a package with what its spec says of them."""
    known = {entry.subject: entry for entry in (*_methods(spec), *_schemas(spec))}
    listed = {f"minted.{row.id}": f"openapi/{LISTED_FILE}#/{row.index}" for row in spec.listed}
    for part in parts:
        said = known.get(part.subject)
        if said is None:
            yield msgspec.structs.replace(part, pointer=listed.get(part.subject, ""))
            continue
        found = spec.bundle.finding(said.place, "")
        yield msgspec.structs.replace(
            part,
            pointer=f"openapi/{found.file}#{found.place}",
            facts=part.facts | said.facts,
            limits=said.limits if part.sent else {},
        )


def _methods(spec: Spec) -> Iterator[_Described]:
    for method in spec.methods:
        written: Json = spec.document
        for part in method.place:
            written = mapping(written).get(str(part))
        facts = {
            Aspect.ROUTE: f"{method.verb} {method.path}",
            Aspect.API_VERSION: method.api_version or "none",
            Aspect.ENVELOPE: "in an envelope" if method.envelope else "without an envelope",
            Aspect.REPEATED: "repeated" if method.idempotent else "not repeated",
        }
        yield _Described(f"minted.{method.id}", method.place, facts | _flags(mapping(written)))
        yield from _arguments(spec, method)


def _arguments(spec: Spec, method: Method) -> Iterator[_Described]:
    wanted: list[tuple[str, str, Schema, Place]] = [
        (location, entry.name, entry.schema, entry.place)
        for location in ("path", "query")
        for entry in method.located(location)
    ]
    if method.body is not None and is_struct(spec.schemas[method.body]):
        wanted += [
            ("body", wire, schema, ("components", "schemas", method.body, "properties", wire))
            for wire, schema in spec.properties(method.body).items()
            if "const" not in schema
        ]
    names = argument_names([(location, snake(wire)) for location, wire, *_ in wanted])
    for name, (_, _, schema, place) in zip(names, wanted, strict=True):
        yield _Described(f"minted.{method.id}({name})", place, _flags(schema), _limits(spec, schema))


def _schemas(spec: Spec) -> Iterator[_Described]:
    for name, schema in spec.schemas.items():
        place: Place = ("components", "schemas", name)
        yield _Described(f"models.{name}", place)
        for value in sequence(schema.get("enum")):
            yield _Described(f"models.{name}({value})", (*place, "enum"))
        for wire, part in spec.properties(name).items() if is_struct(schema) else ():
            here = (*place, "properties", wire)
            yield _Described(f"models.{name}.{snake(wire)}", here, _flags(part), _limits(spec, part))


def _limits(spec: Spec, schema: Schema) -> dict[str, float]:
    meant = spec.resolve(schema)[1]
    limits = {name: meant.get(name) for name in _LIMITS}
    return {name: float(value) for name, value in limits.items() if isinstance(value, int | float)}


def _flags(schema: Schema) -> dict[Aspect, str]:
    return {
        Aspect.SECRET: "masked" if schema.get("x-minted-secret") is True else "readable",
        Aspect.DEPRECATED: "deprecated" if schema.get("deprecated") is True else "in use",
    }
