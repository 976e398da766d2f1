"""Schemas of the spec turned back into the OpenAPI 3.0.1 that Apidog prints on a page.

A page knows nothing of what is ours: hand-written types, secrets, decimals, fields known from an example.
Where Apidog has two ways to say the same, the page's name decides, so that both occur and every run prints
the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from codegen.documents import Json
from codegen.spec import Spec
from codegen.spec.schemas import (
    Schema,
    branches,
    is_struct,
    mapping,
    nullable,
    reference,
    sequence,
    single,
    types,
)

Node: TypeAlias = "dict[str, Any]"
"""A mapping of a page's document, to be edited at will."""

COMPONENTS = "#/components/schemas/"

_COPIED = (
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "default",
)
_OUR_FORMATS = ("decimal", "minted-datetime")


def toss(*parts: object, sides: int = 2) -> bool:
    """A coin that falls the same way for the same words, in every process."""
    # No checksum: those fall alike for words of one length.
    return int.from_bytes(hashlib.blake2s("/".join(map(str, parts)).encode()).digest()) % sides == 0


def spaced(name: str) -> str:
    """`OrderItem` as people name a shared schema: `Order Item`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)


@dataclass
class PageSchemas:
    """The schemas of one page, the shared ones collected as they are named."""

    spec: Spec
    scalars: frozenset[str]
    page: str
    """What the coin is tossed for."""
    components: dict[str, Node] = field(default_factory=dict[str, Node])

    def write(self, schema: Schema, inside: tuple[str, ...] = (), *, root: bool = False) -> Node:
        """The schema as the page prints it.

        Args:
            schema: a schema of the bundle.
            inside: names of the schemas that it is part of, so that a recursive one is shared.
            root: whether it is a whole body, which people rarely share.
        """
        core = single(schema)
        name = reference(core)
        if name is None:
            return _nullable(self._inline(core, inside), nullable(schema), core)
        target = self.spec.schemas[name]
        described = schema.get("description") or core.get("description")
        if name in inside or (name not in self.scalars and self._shared(name, target, root=root)):
            return self._reference(self._share(name, target), described, null=nullable(schema))
        node = self.write(target, (*inside, name))
        if isinstance(described, str):
            node["description"] = described
        return _nullable(node, nullable(schema), target)

    def _shared(self, name: str, target: Schema, *, root: bool) -> bool:
        if is_struct(target):
            return (
                toss("shared", self.page, name, sides=4)
                if root
                else not toss("inline", self.page, name, sides=3)
            )
        return toss("shared", self.page, name, sides=3)

    def _share(self, name: str, target: Schema) -> str:
        title = f"{spaced(name)} Schema" if is_struct(target) else spaced(name)
        if title not in self.components:
            self.components[title] = {}  # a recursive schema meets itself here
            self.components[title].update(self._inline(target, (name,)))
            self.components[title]["x-apidog-folder"] = ""
        return title

    def _reference(self, title: str, described: Json, *, null: bool) -> Node:
        node: Node = {"$ref": COMPONENTS + title}
        if null:
            node = {"oneOf": [node, {"type": "null"}]}
        if isinstance(described, str) and (null or toss("beside", self.page, title, described)):
            node["description"] = described
        return node

    def _inline(self, schema: Schema, inside: tuple[str, ...]) -> Node:
        node = self._form(schema, inside)
        for key in _COPIED:
            if key in schema and schema[key] not in _OUR_FORMATS:
                node[key] = schema[key]
        described = schema.get("description")
        if isinstance(described, str) and not toss("silent", self.page, described, sides=4):
            node["description"] = described
        return node

    def _form(self, schema: Schema, inside: tuple[str, ...]) -> Node:
        if is_struct(schema):
            return self._object(_properties(self.spec, schema), _required(self.spec, schema), inside)
        if branches(schema):
            return {"oneOf": [self.write(branch, inside) for branch in branches(schema)]}
        if "const" in schema:
            return {"type": "string", "enum": [schema["const"]]}
        names = types(schema)
        if len(names) > 1:
            return {"oneOf": [{"type": name} for name in names]}
        if names == ("array",):
            return {"type": "array", "items": self.write(mapping(schema.get("items")), inside)}
        if names == ("object",):
            return self._map(mapping(schema.get("additionalProperties")), inside)
        node: Node = {"type": names[0]} if names else {}
        if "enum" in schema:
            node["enum"] = list(sequence(schema["enum"]))
        return node

    def _object(
        self, properties: Mapping[str, Schema], required: Iterable[str], inside: tuple[str, ...]
    ) -> Node:
        shown = {
            name: self.write(schema, inside)
            for name, schema in properties.items()
            if schema.get("x-minted-source") != "example"
        }
        node: Node = {"type": "object", "properties": shown, "x-apidog-orders": list(shown)}
        names = [name for name in required if name in shown]
        if names:
            node["required"] = names
        return node | {"x-apidog-ignore-properties": []}

    def _map(self, values: Schema, inside: tuple[str, ...]) -> Node:
        """An object whose fields the page does not show: Apidog lists none, or leaves the list out."""
        node: Node = {"type": "object"}
        if values:
            node["additionalProperties"] = self.write(values, inside)
        if toss("empty", self.page, *inside):
            node |= {"properties": {}, "x-apidog-orders": [], "x-apidog-ignore-properties": []}
        return node


def _nullable(node: Node, null: bool, schema: Schema) -> Node:
    if not null and not nullable(schema):
        return node
    if "oneOf" in node:
        node["oneOf"].append({"type": "null"})
        return node
    return node | {"nullable": True}


def _properties(spec: Spec, schema: Schema) -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for part in map(mapping, sequence(schema.get("allOf"))):
        found |= _properties(spec, spec.resolve(part)[1])
    return found | {name: mapping(value) for name, value in mapping(schema.get("properties")).items()}


def _required(spec: Spec, schema: Schema) -> list[str]:
    found = [
        name
        for part in map(mapping, sequence(schema.get("allOf")))
        for name in _required(spec, spec.resolve(part)[1])
    ]
    return found + [name for name in sequence(schema.get("required")) if isinstance(name, str)]
