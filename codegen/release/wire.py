"""What the spec adds to the parts of a package: routes, versions, secrets, limits, and their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from codegen.documents import Place
from codegen.release.compare import LIMITS
from codegen.release.parts import NONE, Part
from codegen.spec import Spec
from codegen.spec.names import snake
from codegen.spec.schemas import Schema, is_struct, sequence


def with_spec(parts: Iterable[Part], spec: Spec) -> Iterator[Part]:
    """The parts of a package with what its spec says of them."""
    known = {subject: (place, written) for subject, place, written in _described(spec)}
    calls = {f"minted.{method.id}": method for method in spec.methods}
    for part in parts:
        if part.subject not in known:
            yield part
            continue
        place, written = known[part.subject]
        facts = dict(part.facts)
        if written:
            facts["secret"] = "masked" if written.get("x-minted-secret") is True else "readable"
            facts["deprecated"] = "deprecated" if written.get("deprecated") is True else "in use"
        if method := calls.get(part.subject):
            facts["route"] = f"{method.verb} {method.path}"
            facts["api-version"] = method.api_version or NONE
            facts["envelope"] = "in an envelope" if method.envelope else "without an envelope"
            facts["repeated"] = "repeated" if method.idempotent else "not repeated"
        if part.sent:
            schema = spec.resolve(written)[1]
            facts |= {name: f"{schema[name]:.15g}" if name in schema else NONE for name in LIMITS}
        found = spec.bundle.finding(place, "")
        yield msgspec.structs.replace(part, pointer=f"openapi/{found.file}#{found.place}", facts=facts)


def _described(spec: Spec) -> Iterator[tuple[str, Place, Schema]]:
    """Keys of parts, their places in the spec, and the schemas or operations there."""
    operations = dict(spec.operations)
    for method in spec.methods:
        yield f"minted.{method.id}", method.place, operations[method.place]
        for name, argument in spec.arguments(method).items():
            yield f"minted.{method.id}({name})", argument.place, argument.schema
    for row in spec.listed:
        yield f"minted.{row.id}", row.place, {}
    for name, schema in spec.schemas.items():
        place: Place = ("components", "schemas", name)
        shown = ".".join(filter(None, ("models", spec.folder(name), name)))
        yield shown, place, {}
        for value in sequence(schema.get("enum")):
            yield f"{shown}({value})", (*place, "enum"), {}
        for wire, part in spec.properties(name).items() if is_struct(schema) else ():
            yield f"{shown}.{snake(wire)}", (*place, "properties", wire), part
