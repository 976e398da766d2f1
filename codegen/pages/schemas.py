"""A schema of the page's OpenAPI document, 3.0 or 3.1, as a `Shape`.

What references and `allOf` join is one schema: of a keyword that several parts have, the last part holds, and
what stands beside a reference comes after what it leads to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from codegen.documents import Json, Place
from codegen.pages.document import Document, Mapping, listed, quoted, schema_name_of
from codegen.pages.examples import distinct
from codegen.pages.facts import Field, Shape

MAX_LEVELS: Final = 40
"""Objects and arrays inside each other; no honest page has ten."""
MAX_PARTS: Final = 20_000
"""Parts of all schemas of one page; shared schemas that name each other could unfold without end."""
MAX_REFERENCES: Final = 40
"""References inside references."""

_TYPES = frozenset({"string", "number", "integer", "boolean", "object", "array"})
_READ = frozenset({
    "$ref", "allOf", "oneOf", "anyOf", "type", "nullable", "enum", "const", "format", "pattern",
    "default", "example", "examples", "description", "properties", "required", "items",
    "additionalProperties",
})  # fmt: skip
_WITHOUT_EFFECT = frozenset({
    "title", "deprecated", "readOnly", "writeOnly", "xml", "externalDocs", "discriminator", "uniqueItems",
    "$schema", "$id", "$comment", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems",
})  # fmt: skip
"""Keywords that say nothing of what `Shape` holds; a remark on each would hide the remarks that matter."""


@dataclass(frozen=True)
class _Source:
    """A node that should be a schema."""

    node: Json
    place: Place
    behind: tuple[Place, ...] = ()
    """Targets of the references that lead to it."""

    def below(self, node: Json, *keys: str | int) -> _Source:
        return _Source(node, (*self.place, *keys), self.behind)


@dataclass(frozen=True)
class _Part:
    """One mapping of keywords."""

    node: Mapping
    source: _Source

    def inner(self, *keys: str) -> _Source:
        node: Json = self.node
        for key in keys:
            node = node.get(key) if isinstance(node, dict) else None
        return self.source.below(node, *keys)


@dataclass
class _Parts:
    """What one schema consists of."""

    parts: list[_Part] = field(default_factory=list[_Part])
    schema_name: str | None = None
    nullable: bool = False
    union: tuple[_Source, ...] = ()
    """The members besides null of a union that has several."""

    def having(self, *keywords: str) -> _Part | None:
        """The part that has the last word on some keywords."""
        return next((part for part in reversed(self.parts) if any(k in part.node for k in keywords)), None)


@dataclass
class Schemas:
    """Reads the schemas of one page."""

    document: Document
    spent: int = 0

    def shape(self, node: Json, place: Place) -> Shape:
        """What a schema says, references followed. Whatever cannot be read becomes a remark."""
        return self._shape([_Source(node, place)], 0)

    def _shape(self, sources: Sequence[_Source], level: int) -> Shape:
        if level > MAX_LEVELS:
            self.document.remark(sources[-1].place, f"more than {MAX_LEVELS} levels; cut here")
            return Shape()
        found = _Parts()
        names = {self._unfold(source, found) for source in sources}
        found.schema_name = names.pop() if len(names) == 1 else None
        types, null_type = self._types(found)
        enum, null_value = self._enum(found)
        default = found.having("default")
        flags = [self.document.flag(p.node.get("nullable"), p.inner("nullable").place) for p in found.parts]
        return Shape(
            types=types,
            nullable=found.nullable or any(flags) or null_type or null_value,
            enum=enum,
            format=self._words(found, "format"),
            pattern=self._pattern(found),
            default=default.node["default"] if default else None,
            examples=self._examples(found),
            description=self._words(found, "description") or "",
            schema_name=found.schema_name,
            fields=self._fields(found, level),
            items=self._items(found, level),
            alternatives=tuple(self._shape([member], level + 1) for member in found.union),
            keyed=any(isinstance(part.node.get("additionalProperties"), dict) for part in found.parts),
        )

    # ------------------------------------------------------------------ parts
    def _unfold(self, source: _Source, found: _Parts) -> str | None:
        """Add the parts of one node; the shared schema that it is, if it is one."""
        self.spent += 1
        if self.spent > MAX_PARTS:
            message = f"the page's schemas unfold into more than {MAX_PARTS} parts; the rest is cut"
            self.document.remark((), message)
            return None
        if isinstance(source.node, bool):
            return None
        mapping = self.document.mapping(source.node, source.place)
        members = self.document.sequence(mapping.get("allOf"), (*source.place, "allOf"))
        names = [
            *([self._reference(mapping["$ref"], source, found)] if "$ref" in mapping else ()),
            *(self._unfold(source.below(member, "allOf", i), found) for i, member in enumerate(members)),
            *self._union(mapping, "oneOf", source, found),
            *self._union(mapping, "anyOf", source, found),
        ]
        found.parts.append(_Part(mapping, source))
        return names[0] if len(names) == 1 and "properties" not in mapping else None

    def _reference(self, reference: Json, source: _Source, found: _Parts) -> str | None:
        target = self.document.target(reference, source.place)
        if target is None:
            return schema_name_of(reference)
        name = target.schema_name
        if target.place in source.behind or len(source.behind) >= MAX_REFERENCES:
            why = "holds itself" if target.place in source.behind else "lies too deep"
            self.document.remark(
                (*source.place, "$ref"), f"{quoted(name or reference)} {why}; it is cut here"
            )
            declared = target.node.get("type") if isinstance(target.node, dict) else None
            cut: Mapping = {"type": declared} if isinstance(declared, str) else {}
            found.parts.append(_Part(cut, _Source(cut, target.place)))
            return name
        inner = self._unfold(_Source(target.node, target.place, (*source.behind, target.place)), found)
        return name or inner

    def _union(self, mapping: Mapping, keyword: str, source: _Source, found: _Parts) -> list[str | None]:
        """A union with one member besides null is that member, nullable."""
        members = self.document.sequence(mapping.get(keyword), (*source.place, keyword))
        others = [source.below(m, keyword, i) for i, m in enumerate(members) if not _is_null(m)]
        found.nullable = found.nullable or len(others) < len(members)
        if len(others) == 1:
            return [self._unfold(others[0], found)]
        if others and found.union:
            message = "this union is not read: another one stands beside it"
            self.document.remark((*source.place, keyword), message)
        elif others:
            found.union = tuple(others)
        return []

    # ------------------------------------------------------------------ keywords
    def _types(self, found: _Parts) -> tuple[tuple[str, ...], bool]:
        """The types without null, and whether null is one."""
        part = found.having("type")
        if part is None:
            return (), False
        declared = part.node["type"]
        names = declared if isinstance(declared, list) else [declared]
        unknown = [name for name in names if not isinstance(name, str) or name not in {*_TYPES, "null"}]
        if unknown:
            self.document.remark(part.inner("type").place, f"{listed(unknown)} is not read: no type of JSON")
        types = [name for name in names if isinstance(name, str) and name in _TYPES]
        return tuple(dict.fromkeys(types)), "null" in names

    def _enum(self, found: _Parts) -> tuple[tuple[str, ...] | None, bool]:
        """The allowed values that are strings, and whether null is one of the values."""
        part = found.having("enum", "const")
        if part is None:
            return None, False
        place = part.inner("enum").place
        const = "const" in part.node
        values = [part.node["const"]] if const else self.document.sequence(part.node.get("enum"), place)
        others = [value for value in values if value is not None and not isinstance(value, str)]
        if others:
            self.document.remark(place, f"the values {listed(others)} are not read: they are no strings")
        strings = tuple(dict.fromkeys(value for value in values if isinstance(value, str)))
        return strings or None, None in values

    def _words(self, found: _Parts, keyword: str) -> str | None:
        part = found.having(keyword)
        return self.document.text(part.node[keyword], part.inner(keyword).place) or None if part else None

    def _pattern(self, found: _Parts) -> str | None:
        """As printed, blanks included."""
        part = found.having("pattern")
        printed = part.node["pattern"] if part else None
        return printed if isinstance(printed, str) else self._words(found, "pattern")

    def _examples(self, found: _Parts) -> tuple[Json, ...]:
        part = found.having("example", "examples")
        return distinct(examples_of(part.node, part.source.place, self.document)) if part else ()

    # ------------------------------------------------------------------ inside
    def _fields(self, found: _Parts, level: int) -> tuple[Field, ...] | None:
        sources: dict[str, list[_Source]] = {}
        for part in found.parts:
            self._remark_on_the_rest(part)
            properties = self.document.mapping(part.node.get("properties"), part.inner("properties").place)
            for name in properties:
                sources.setdefault(name, []).append(part.inner("properties", name))
        if not sources:
            return None
        required, known = self._required(found, sources)
        orders = found.having("x-apidog-orders")
        shown = orders.node["x-apidog-orders"] if orders else None
        first = [name for name in shown if isinstance(name, str)] if isinstance(shown, list) else []
        return tuple(
            Field(
                name=name,
                shape=self._shape(sources[name], level + 1),
                required=name in required if known else None,
            )
            for name in dict.fromkeys((*first, *sources))
            if name in sources
        )

    def _required(self, found: _Parts, properties: dict[str, list[_Source]]) -> tuple[set[str], bool]:
        """Names of the required properties, and whether the page says so readably."""
        required: set[str] = set()
        known = True
        for part in found.parts:
            place = part.inner("required").place
            node = part.node.get("required")
            known = known and (node is None or isinstance(node, list))
            for name in self.document.sequence(node, place):
                if isinstance(name, str):
                    required.add(name)
                else:
                    self.document.remark(place, f"{quoted(name)} is not read: no name of a property")
                    known = False
        strangers = sorted(required - set(properties))
        if strangers:
            message = f"{listed(strangers)} is required, but not among the properties"
            self.document.remark(found.parts[-1].inner("required").place, message)
        return required, known

    def _items(self, found: _Parts, level: int) -> Shape | None:
        sources = [part.inner("items") for part in found.parts if part.node.get("items") is not None]
        if sources and isinstance(sources[-1].node, list):
            self.document.remark(sources[-1].place, "a list of items is not read: one schema is expected")
            return None
        shape = self._shape(sources, level + 1) if sources else None
        return None if shape == Shape() else shape

    def _remark_on_the_rest(self, part: _Part) -> None:
        """Keywords that say something which `Shape` has no place for."""
        for keyword in part.node:
            if keyword not in _READ and keyword not in _WITHOUT_EFFECT and not keyword.startswith("x-"):
                self.document.remark(part.inner(keyword).place, f"{quoted(keyword)} is not read")
        values = part.node.get("additionalProperties")
        if isinstance(values, dict) and values:
            place = part.inner("additionalProperties").place
            self.document.remark(place, "the form of further properties is not read")
        if part.node.get("x-apidog-refs") and not part.node.get("properties"):
            message = "the schemas that are named here are not read: their properties are not on the page"
            self.document.remark(part.inner("x-apidog-refs").place, message)


def examples_of(mapping: Mapping, place: Place, document: Document) -> list[Json]:
    """`example`, then `examples`: a list of values, or a mapping of names to objects with a `value`."""
    values = [mapping["example"]] if "example" in mapping else []
    node, place = mapping.get("examples"), (*place, "examples")
    if isinstance(node, list):
        return [*values, *node]
    for name, example in document.mapping(node, place).items():
        shown, at = document.resolved(example, (*place, name))
        if "value" in shown:
            values.append(shown["value"])
        else:
            document.remark(at, "this example is not read: it has no value")
    return values


def _is_null(member: Json) -> bool:
    if not isinstance(member, dict):
        return False
    only_null = member.get("type") in ("null", ["null"])
    return only_null or member.get("enum") == [None] or ("const" in member and member["const"] is None)
