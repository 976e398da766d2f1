"""A schema of the page's OpenAPI document, 3.0 or 3.1, as a `Shape`.

What references and `allOf` join is one schema: of a keyword that several parts have, the last part holds, and
what stands beside a reference comes after what it leads to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from codegen.documents import Json
from codegen.pages.document import Node, listed, quoted
from codegen.pages.examples import distinct
from codegen.pages.facts import Field, Shape

MAX_LEVELS: Final = 40
"""Objects and arrays inside each other; no honest page has ten."""
MAX_PARTS: Final = 20_000
"""Parts of all schemas of one page; shared schemas that name each other could unfold without end."""

_TYPES = frozenset({"string", "number", "integer", "boolean", "object", "array"})


@dataclass
class _Parts:
    """What one schema consists of."""

    parts: list[Node] = field(default_factory=list[Node])
    nullable: bool = False
    union: tuple[Node, ...] = ()
    """The members besides null of a union that has several."""

    def said(self, *keywords: str) -> Node | None:
        """The keyword, of some, that has the last word."""
        return next((part[key] for part in reversed(self.parts) for key in keywords if key in part), None)

    def text(self, keyword: str) -> str | None:
        """The text of a keyword."""
        found = self.said(keyword)
        return found.text() or None if found else None


@dataclass
class Schemas:
    """Reads the schemas of one page."""

    spent: int = 0

    def shape(self, node: Node) -> Shape:
        """What a schema says, references followed. Whatever cannot be read becomes a remark."""
        return self._shape([node], 0)

    def _shape(self, nodes: Sequence[Node], level: int) -> Shape:
        if level > MAX_LEVELS:
            nodes[-1].remark(f"more than {MAX_LEVELS} levels; cut here")
            return Shape()
        found = _Parts()
        names = {self._unfold(node, found) for node in nodes}
        types, null_type = _types(found)
        enum, null_value = _enum(found)
        default, pattern = found.said("default"), found.said("pattern")
        flags = [part["nullable"].flag() for part in found.parts]
        return Shape(
            types=types,
            nullable=found.nullable or any(flags) or null_type or null_value,
            enum=enum,
            format=found.text("format"),
            # As printed, blanks included.
            pattern=pattern.value if pattern and isinstance(pattern.value, str) else found.text("pattern"),
            default=default.value if default else None,
            examples=_examples(found),
            description=found.text("description") or "",
            schema_name=names.pop() if len(names) == 1 else None,
            fields=self._fields(found, level),
            items=self._items(found, level),
            alternatives=tuple(self._shape([member], level + 1) for member in found.union),
            keyed=any(isinstance(part["additionalProperties"].value, dict) for part in found.parts),
        )

    # ------------------------------------------------------------------ parts
    def _unfold(self, node: Node, found: _Parts) -> str | None:
        """Add the parts of one node; the shared schema that it is, if it is one."""
        self.spent += 1
        if self.spent > MAX_PARTS:
            message = f"the page's schemas unfold into more than {MAX_PARTS} parts; the rest is cut"
            node.document.top.remark(message)
            return None
        if isinstance(node.value, bool):
            return None
        node.mapping()
        names = [
            *([self._referred(node["$ref"].target(), found)] if "$ref" in node else ()),
            *(self._unfold(member, found) for member in node["allOf"].sequence()),
            *self._union(node["oneOf"], found),
            *self._union(node["anyOf"], found),
        ]
        found.parts.append(node)
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

    # ------------------------------------------------------------------ inside
    def _fields(self, found: _Parts, level: int) -> tuple[Field, ...] | None:
        sources: dict[str, list[Node]] = {}
        for part in found.parts:
            for name, node in part["properties"].mapping().items():
                sources.setdefault(name, []).append(node)
        if not sources:
            return None
        required, known = _required(found)
        order = found.said("x-apidog-orders")
        shown = order.value if order and isinstance(order.value, list) else []
        first = [name for name in shown if isinstance(name, str) and name in sources]
        return tuple(
            Field(
                name=name,
                shape=self._shape(sources[name], level + 1),
                required=name in required if known else None,
            )
            for name in dict.fromkeys((*first, *sources))
        )

    def _items(self, found: _Parts, level: int) -> Shape | None:
        sources = [part["items"] for part in found.parts if part["items"].value is not None]
        if sources and isinstance(sources[-1].value, list):
            sources[-1].remark("a list of items is not read: one schema is expected")
            return None
        shape = self._shape(sources, level + 1) if sources else None
        return None if shape == Shape() else shape


# ---------------------------------------------------------------------- keywords
def _types(found: _Parts) -> tuple[tuple[str, ...], bool]:
    """The types without null, and whether null is one."""
    node = found.said("type")
    if node is None:
        return (), False
    names = node.value if isinstance(node.value, list) else [node.value]
    unknown = [name for name in names if not isinstance(name, str) or name not in {*_TYPES, "null"}]
    if unknown:
        node.remark(f"{listed(unknown)} is not read: no type of JSON")
    types = [name for name in names if isinstance(name, str) and name in _TYPES]
    return tuple(dict.fromkeys(types)), "null" in names


def _enum(found: _Parts) -> tuple[tuple[str, ...] | None, bool]:
    """The allowed values that are strings, and whether null is one of the values."""
    node = found.said("const", "enum")
    if node is None:
        return None, False
    values = [node.value] if node.place[-1] == "const" else [value.value for value in node.sequence()]
    others = [value for value in values if value is not None and not isinstance(value, str)]
    if others:
        node.remark(f"the values {listed(others)} are not read: they are no strings")
    strings = tuple(dict.fromkeys(value for value in values if isinstance(value, str)))
    return strings or None, None in values


def _examples(found: _Parts) -> tuple[Json, ...]:
    part = next((part for part in reversed(found.parts) if "example" in part or "examples" in part), None)
    return distinct(examples_of(part)) if part else ()


def _required(found: _Parts) -> tuple[set[str], bool]:
    """Names of the required properties, and whether the page says so readably."""
    required: set[str] = set()
    known = True
    for part in found.parts:
        node = part["required"]
        known = known and (node.value is None or isinstance(node.value, list))
        for name in node.sequence():
            if isinstance(name.value, str):
                required.add(name.value)
            else:
                node.remark(f"{quoted(name.value)} is not read: no name of a property")
                known = False
    return required, known


def examples_of(node: Node) -> list[Json]:
    """`example`, then `examples`: a list of values, or a mapping of names to objects with a `value`."""
    values = [node["example"].value] if "example" in node else []
    several = node["examples"]
    if isinstance(several.value, list):
        return [*values, *several.value]
    shown = [example.resolved() for example in several.mapping().values()]
    return [*values, *(example["value"].value for example in shown if "value" in example)]


def _is_null(member: Json) -> bool:
    if not isinstance(member, dict):
        return False
    only_null = member.get("type") in ("null", ["null"])
    return only_null or member.get("enum") == [None] or ("const" in member and member["const"] is None)
