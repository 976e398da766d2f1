"""What the rules look at: every schema of the spec with its place, and a short way to make findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from codegen.documents import Json, Place
from codegen.findings import Finding
from codegen.spec import Spec
from codegen.spec.schemas import Schema, look_up, mapping, sequence


@dataclass(frozen=True)
class Node:
    """A schema, wherever it stands."""

    place: Place
    schema: Schema
    owner: str | None
    """Name of the component that it is or is part of; None inside an operation."""
    key: str
    """What it is to its parent: `properties`, `items`, `allOf`, ..., empty for a component itself."""

    @property
    def name(self) -> str:
        """The last part of its place: for a property, its name."""
        return str(self.place[-1])


@dataclass(frozen=True, eq=False)
class Context:
    """The spec under scrutiny."""

    spec: Spec
    scalars: frozenset[str]

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every schema of the spec: components, parameters, bodies and answers, and all inside them."""
        return tuple(self._nodes())

    @cached_property
    def operations(self) -> tuple[tuple[Place, dict[str, Json]], ...]:
        """Every operation as written, with its place."""
        return self.spec.operations

    def at(self, place: Place, message: str) -> Finding:
        """A finding about a place of the bundle, in terms of the spec's files."""
        return self.spec.bundle.finding(place, message)

    def _nodes(self) -> Iterator[Node]:
        for name, schema in self.spec.schemas.items():
            yield from _inside(Node(("components", "schemas", name), schema, name, ""))
        for method in self.spec.methods:
            for parameter in method.parameters:
                yield from _inside(Node((*parameter.place, "schema"), parameter.schema, None, "parameter"))
        for place, operation in self.operations:
            media = ("content", "application/json")
            body = (*place, "requestBody", *media, "schema")
            answers = [
                (*place, "responses", status, *media, "schema")
                for status in mapping(operation.get("responses"))
            ]
            for where in (body, *answers):
                found = look_up(operation, where[len(place) :])
                if isinstance(found, dict):
                    yield from _inside(Node(where, found, None, "body" if where == body else "answer"))


def _inside(node: Node) -> Iterator[Node]:
    yield node
    for name, schema in mapping(node.schema.get("properties")).items():
        yield from _inside(Node((*node.place, "properties", name), mapping(schema), node.owner, "properties"))
    for key in ("items", "additionalProperties"):
        if isinstance(node.schema.get(key), dict):
            yield from _inside(Node((*node.place, key), mapping(node.schema[key]), node.owner, key))
    for key in ("allOf", "anyOf", "oneOf"):
        for index, schema in enumerate(sequence(node.schema.get(key))):
            yield from _inside(Node((*node.place, key, index), mapping(schema), node.owner, key))
