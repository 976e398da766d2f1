"""A schema of the page's OpenAPI document, 3.0 or 3.1, read together with its examples, as a `Shape`.

What references and `allOf` join is one schema: of a keyword that several parts have, the last part holds, and
what stands beside a reference comes after what it leads to.

An object without fields, an array without items and a value without a type are what Apidog writes for what
nobody has described: they show nothing, and the examples speak for them. A key that only an example has is
added to the fields. Nothing that the schema does say is changed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from codegen.documents import Json
from codegen.pages.document import Node, listed, quoted
from codegen.pages.examples import distinct, inside, kinds_of
from codegen.pages.examples import items as items_of
from codegen.pages.facts import Field, Shape

MAX_LEVELS: Final = 40
"""Objects and arrays inside each other; no honest page has ten."""
MAX_PARTS: Final = 20_000
"""Parts of all schemas of one page; shared schemas that name each other could unfold without end."""

_TYPES = frozenset({"string", "number", "integer", "boolean", "object", "array", "null"})
_FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")

Values = Sequence[Json] | None
"""What examples show of a value; None where they are not to be read."""


@dataclass
class _Parts:
    """What the parts of one schema say."""

    says: defaultdict[str, list[Node]] = field(default_factory=lambda: defaultdict(list))
    """What stands behind each keyword, the last word last."""
    nullable: bool = False
    union: tuple[Node, ...] = ()
    """The members besides null of a union that has several."""

    def last(self) -> dict[str, Node]:
        """What has the last word on each keyword."""
        return {keyword: nodes[-1] for keyword, nodes in self.says.items() if nodes}


@dataclass
class Schemas:
    """Reads the schemas of one page."""

    spent: int = 0

    def shape(self, node: Node, values: Values = None) -> Shape:
        """What a schema says, references followed, and examples show; the unreadable becomes a remark."""
        return self._shape([node], values, 0)

    def _shape(self, nodes: Sequence[Node], values: Values, level: int) -> Shape:
        if level > MAX_LEVELS:
            if nodes:
                nodes[-1].remark(f"more than {MAX_LEVELS} levels; cut here")
            return Shape()
        found = _Parts()
        names = {self._unfold(node, found) for node in nodes}
        said = found.last()
        types, enum = _types(said), _enum(said)
        flags = [node.flag() for node in found.says["nullable"]]
        shape = Shape(
            types=tuple(dict.fromkeys(name for name in types if name != "null")),
            nullable=found.nullable or any(flags) or "null" in types or None in enum,
            enum=tuple(dict.fromkeys(value for value in enum if value is not None)) or None,
            format=_text(said, "format"),
            pattern=_text(said, "pattern"),
            default=said["default"].value if "default" in said else None,
            examples=distinct(examples_of(said)),
            description=_text(said, "description") or "",
            schema_name=names.pop() if len(names) == 1 else None,
            alternatives=tuple(self._shape([member], None, level + 1) for member in found.union),
            keyed=any(isinstance(node.value, dict) for node in found.says["additionalProperties"]),
        )
        shape = msgspec.structs.replace(shape, examples=(*(values or ()), *shape.examples))
        if values is not None:
            values = [value for value in shape.examples if value is not None]
        if shape.alternatives or shape.keyed:
            values = None  # their values are not of one form
        return self._with_inside(shape, found, values, level)

    def _with_inside(self, shape: Shape, found: _Parts, values: Values, level: int) -> Shape:
        """A shape with its fields and items, and the type that examples show where nothing else is said."""
        properties, members = _properties(found), found.says["items"]
        nothing = Shape(nullable=shape.nullable, examples=shape.examples, description=shape.description)
        by_example = bool(values) and shape == nothing and not properties and not members
        types = kinds_of(values or ()) if by_example else shape.types
        fields = items = None
        if types == ("object",) or properties:
            fields = self._fields(found, properties, values, level)
        if types == ("array",) or members:
            below = None if values is None else items_of(values)
            of = self._shape(members, below, level + 1)
            items = None if of == Shape(examples=of.examples) else of
        return msgspec.structs.replace(shape, types=types, fields=fields, items=items, by_example=by_example)

    def _fields(
        self, found: _Parts, properties: dict[str, list[Node]], values: Values, level: int
    ) -> tuple[Field, ...] | None:
        shown = dict.fromkeys(name for value in values or () if isinstance(value, dict) for name in value)
        if not properties and not all(_FIELD_NAME.fullmatch(name) for name in shown):
            return None  # the keys are data and no names
        required = _required(found)
        orders = [node.value for node in found.says["x-apidog-orders"] if isinstance(node.value, list)]
        first = [name for name in (orders or [[]])[-1] if isinstance(name, str) and name in properties]
        fields: list[Field] = []
        for name in dict.fromkeys((*first, *properties, *shown)):
            below = None if values is None else inside(values, name)
            shape = self._shape(properties.get(name, []), below, level + 1)
            if name in properties:
                is_required = name in required if required is not None else None
                fields.append(Field(name=name, shape=shape, required=is_required))
            else:
                shape = msgspec.structs.replace(shape, by_example=True)
                fields.append(Field(name=name, shape=shape, by_example=True))
        return tuple(fields) or None

    def _unfold(self, node: Node, found: _Parts) -> str | None:
        """Add the parts of one node; the shared schema that it is, if it is one."""
        self.spent += 1
        if self.spent > MAX_PARTS:
            message = f"the page's schemas unfold into more than {MAX_PARTS} parts; the rest is cut"
            node.top.remark(message)
            return None
        if isinstance(node.value, bool):
            return None
        said = node.mapping()
        names = [
            *([self._referred(node["$ref"].target(), found)] if "$ref" in node else ()),
            *(self._unfold(member, found) for member in node["allOf"].sequence()),
            *self._union(node["oneOf"], found),
            *self._union(node["anyOf"], found),
        ]
        for keyword, inside_it in said.items():
            found.says[keyword].append(inside_it)
        return names[0] if len(names) == 1 and "properties" not in node else None

    def _referred(self, target: Node, found: _Parts) -> str | None:
        inner = self._unfold(target, found)
        return target.schema_name or inner

    def _union(self, union: Node, found: _Parts) -> list[str | None]:
        """A union with one member besides null is that member, nullable."""
        members = union.sequence()
        others = [member for member in members if not _is_null(member.value)]
        found.nullable = found.nullable or len(others) < len(members)
        if len(others) == 1:
            return [self._unfold(others[0], found)]
        if others and found.union:
            union.remark("this union is not read: another one stands beside it")
        elif others:
            found.union = tuple(others)
        return []


def _text(said: Mapping[str, Node], keyword: str) -> str | None:
    return said[keyword].text() or None if keyword in said else None


def _types(said: Mapping[str, Node]) -> list[str]:
    """The types, null among them."""
    if "type" not in said:
        return []
    node = said["type"]
    names = node.value if isinstance(node.value, list) else [node.value]
    types = [name for name in names if isinstance(name, str) and name in _TYPES]
    if others := [name for name in names if name not in types]:
        node.remark(f"{listed(others)} is not read: no type of JSON")
    return types


def _enum(said: Mapping[str, Node]) -> list[str | None]:
    """The allowed values that are strings, null among them."""
    node = said.get("const", said.get("enum"))
    if node is None:
        return []
    values = [node.value] if "const" in said else [each.value for each in node.sequence()]
    allowed = [value for value in values if value is None or isinstance(value, str)]
    if others := [value for value in values if value is not None and not isinstance(value, str)]:
        node.remark(f"the values {listed(others)} are not read: they are no strings")
    return allowed


def _properties(found: _Parts) -> dict[str, list[Node]]:
    """The properties, with all that is said of each."""
    properties: dict[str, list[Node]] = {}
    for node in found.says["properties"]:
        for name, schema in node.mapping().items():
            properties.setdefault(name, []).append(schema)
    return properties


def _required(found: _Parts) -> set[str] | None:
    """Names of the required properties; None where the page does not say so readably."""
    nodes = found.says["required"]
    names = [name.value for node in nodes for name in node.sequence()]
    if all(isinstance(name, str) for name in names) and all(isinstance(node.value, list) for node in nodes):
        return {str(name) for name in names}
    nodes[-1].remark(f"{quoted(nodes[-1].value)} is not read: names of properties are expected")
    return None


def examples_of(said: Mapping[str, Node]) -> list[Json]:
    """`example`, then `examples`: a list of values, or a mapping of names to objects with a `value`."""
    values = [said["example"].value] if "example" in said else []
    if "examples" not in said:
        return values
    several = said["examples"]
    if isinstance(several.value, list):
        return [*values, *several.value]
    shown = [example.resolved() for example in several.mapping().values()]
    return [*values, *(example["value"].value for example in shown if "value" in example)]


def _is_null(member: Json) -> bool:
    if not isinstance(member, dict):
        return False
    only_null = member.get("type") in ("null", ["null"])
    return only_null or member.get("enum") == [None] or ("const" in member and member["const"] is None)
