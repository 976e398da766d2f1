"""What the rules look at. A rule is a function that yields places, and what is wrong there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from codegen.documents import Place
from codegen.spec import Spec
from codegen.spec.schemas import Schema, look_up, mapping, sequence

Faults: TypeAlias = Iterator[tuple[Place, str]]
"""Places of the bundle, each with what is wrong there and what to do about it."""


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

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every schema of the spec: components, parameters, bodies and answers, and all inside them."""
        return tuple(self._nodes())

    def sent(self, node: Node) -> bool:
        """Whether a schema travels in requests."""
        return node.owner in self.spec.requests or node.key in ("parameter", "body")

    def answered(self, node: Node) -> bool:
        """Whether a schema travels in answers."""
        return node.owner in self.spec.responses or node.key == "answer"

    def always_there(self, node: Node) -> bool:
        """Whether a schema is that of a required property."""
        owner = node.owner if node.key == "properties" else None
        return owner is not None and node.name in self.spec.required(owner)

    def _nodes(self) -> Iterator[Node]:
        for name, schema in self.spec.schemas.items():
            yield from _inside(Node(("components", "schemas", name), schema, name, ""))
        for method in self.spec.methods:
            for parameter in method.parameters:
                yield from _inside(Node((*parameter.place, "schema"), parameter.schema, None, "parameter"))
        for place, operation in self.spec.operations:
            media = ("content", "application/json")
            body = (*place, "requestBody", *media, "schema")
            statuses = mapping(operation.get("responses"))
            for where in (body, *((*place, "responses", status, *media, "schema") for status in statuses)):
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


Rule: TypeAlias = Callable[[Context], Faults]
