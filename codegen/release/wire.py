"""What the spec adds to the parts of a package: routes, versions, secrets, limits, and their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from codegen.documents import Place
from codegen.release.parts import Aspect, Part
from codegen.spec import Spec
from codegen.spec.names import snake
from codegen.spec.schemas import Schema, is_struct, sequence

_LIMITS = (
    *("minLength", "maxLength", "minItems", "maxItems", "uniqueItems"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
)
_Described = tuple[str, Place, Schema, dict[Aspect, str]]
"""Key of a part, its place in the spec, its schema or operation there, and what else is known of it."""


def with_spec(parts: Iterable[Part], spec: Spec) -> Iterator[Part]:
    """The parts of a package with what its spec says of them."""
    known = {each[0]: each for each in (*_methods(spec), *_schemas(spec))}
    for part in parts:
        if part.subject not in known:
            yield part
            continue
        _, place, written, facts = known[part.subject]
        found = spec.bundle.finding(place, "")
        yield msgspec.structs.replace(
            part,
            pointer=f"openapi/{found.file}#{found.place}",
            facts=part.facts | facts,
            limits=_limits(spec, written) if part.sent else {},
        )


def _methods(spec: Spec) -> Iterator[_Described]:
    written = dict(spec.operations)
    for method in spec.methods:
        operation = written[method.place]
        yield (
            f"minted.{method.id}",
            method.place,
            operation,
            _flags(operation)
            | {
                Aspect.ROUTE: f"{method.verb} {method.path}",
                Aspect.API_VERSION: method.api_version or "none",
                Aspect.ENVELOPE: "in an envelope" if method.envelope else "without an envelope",
                Aspect.REPEATED: "repeated" if method.idempotent else "not repeated",
            },
        )
        for name, each in spec.arguments(method).items():
            yield f"minted.{method.id}({name})", each.place, each.schema, _flags(each.schema)
    for row in spec.listed:
        yield f"minted.{row.id}", row.place, {}, {}


def _schemas(spec: Spec) -> Iterator[_Described]:
    for name, schema in spec.schemas.items():
        place: Place = ("components", "schemas", name)
        shown = ".".join(filter(None, ("models", spec.folder(name), name)))
        yield shown, place, {}, {}
        for value in sequence(schema.get("enum")):
            yield f"{shown}({value})", (*place, "enum"), {}, {}
        for wire, part in spec.properties(name).items() if is_struct(schema) else ():
            yield f"{shown}.{snake(wire)}", (*place, "properties", wire), part, _flags(part)


def _limits(spec: Spec, schema: Schema) -> dict[str, float]:
    meant = spec.resolve(schema)[1]
    limits = {name: meant.get(name) for name in _LIMITS}
    return {name: float(value) for name, value in limits.items() if isinstance(value, int | float)}


def _flags(written: Schema) -> dict[Aspect, str]:
    return {
        Aspect.SECRET: "masked" if written.get("x-minted-secret") is True else "readable",
        Aspect.DEPRECATED: "deprecated" if written.get("deprecated") is True else "in use",
    }
