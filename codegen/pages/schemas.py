"""A schema of the page's OpenAPI document, 3.0 or 3.1, as a `Shape`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from codegen.documents import Json, Place
from codegen.pages.facts import Field, Shape
from codegen.pages.nodes import Document
from codegen.pages.parts import Part, Parts, Source, Unfolder
from codegen.pages.remarks import listed, quoted

MAX_LEVELS: Final = 40
"""Objects and arrays inside each other; no honest page has ten."""

_TYPES = frozenset({"string", "number", "integer", "boolean", "object", "array"})
_LIMITS = ("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems")
_READ = frozenset({
    "$ref", "allOf", "oneOf", "anyOf", "type", "nullable", "enum", "const", "format", "pattern", *_LIMITS,
    "default", "example", "examples", "description", "properties", "required", "items",
})  # fmt: skip
_WITHOUT_EFFECT = frozenset({
    "title", "deprecated", "readOnly", "writeOnly", "xml", "externalDocs", "discriminator", "uniqueItems",
    "$schema", "$id", "$comment", "additionalProperties",
})  # fmt: skip
"""Keywords that say nothing of what `Shape` holds; a remark on each would hide the remarks that matter."""


@dataclass
class Schemas:
    """Reads the schemas of one page."""

    document: Document
    unfolder: Unfolder = field(init=False)

    def __post_init__(self) -> None:
        self.unfolder = Unfolder(self.document)

    def shape(self, node: Json, place: Place) -> Shape:
        """What a schema says. Whatever cannot be read becomes a remark.

        Args:
            node: the schema.
            place: where it stands in the document.

        Returns:
            Its shape, references followed.
        """
        return self._shape([Source(node, place)], 0)

    def _shape(self, sources: Sequence[Source], level: int) -> Shape:
        if level > MAX_LEVELS:
            self.document.remarks.at(sources[-1].place, f"more than {MAX_LEVELS} levels; cut here")
            return Shape()
        found = self.unfolder.unfold(sources)
        types, null_type = self._types(found)
        enum, null_value = self._enum(found)
        return Shape(
            types=types,
            nullable=self._nullable(found) or null_type or null_value,
            enum=enum,
            format=self._words(found, "format"),
            pattern=self._pattern(found),
            limits=self._limits(found),
            default=_last(found, "default"),
            examples=self._examples(found),
            description=self._words(found, "description") or "",
            schema_name=found.schema_name,
            fields=self._fields(found, level),
            items=self._items(found, level),
            alternatives=tuple(self._shape([member], level + 1) for member in found.union),
        )

    def _types(self, found: Parts) -> tuple[tuple[str, ...], bool]:
        """The types without null, and whether null is one."""
        part = _part_with(found, "type")
        if part is None:
            return (), False
        declared = part.node["type"]
        names = declared if isinstance(declared, list) else [declared]
        unknown = [name for name in names if not isinstance(name, str) or name not in {*_TYPES, "null"}]
        if unknown:
            message = f"{listed(unknown)} is not read: no type of JSON"
            self.document.remarks.at(part.inner("type").place, message)
        types = [name for name in names if isinstance(name, str) and name in _TYPES]
        return tuple(dict.fromkeys(types)), "null" in names

    def _nullable(self, found: Parts) -> bool:
        flags = [
            self.document.flag(part.node.get("nullable"), part.inner("nullable").place)
            for part in found.parts
        ]
        return found.nullable or any(flags)

    def _enum(self, found: Parts) -> tuple[tuple[str, ...] | None, bool]:
        """The allowed values that are strings, and whether null is one of the values."""
        part = _part_with(found, "enum", "const")
        if part is None:
            return None, False
        place = part.inner("enum").place
        enum = part.node.get("enum")
        values = [part.node["const"]] if "const" in part.node else self.document.sequence(enum, place)
        others = [value for value in values if value is not None and not isinstance(value, str)]
        if others:
            self.document.remarks.at(place, f"the values {listed(others)} are not read: they are no strings")
        strings = tuple(dict.fromkeys(value for value in values if isinstance(value, str)))
        return strings or None, None in values

    def _words(self, found: Parts, keyword: str) -> str | None:
        part = _part_with(found, keyword)
        if part is None:
            return None
        return self.document.text(part.node[keyword], part.inner(keyword).place) or None

    def _pattern(self, found: Parts) -> str | None:
        """As printed, blanks included."""
        part = _part_with(found, "pattern")
        if part is None or not isinstance(part.node["pattern"], str):
            return self._words(found, "pattern")
        return part.node["pattern"]

    def _limits(self, found: Parts) -> dict[str, int | float]:
        limits: dict[str, int | float] = {}
        for keyword in _LIMITS:
            part = _part_with(found, keyword)
            if part is None:
                continue
            value = part.node[keyword]
            if isinstance(value, int | float) and not isinstance(value, bool):
                limits[keyword] = value
            elif value is not None:
                message = f"{quoted(value)} is not read: this should be a number"
                self.document.remarks.at(part.inner(keyword).place, message)
        return limits

    def _examples(self, found: Parts) -> tuple[Json, ...]:
        values: list[Json] = []
        part = _part_with(found, "example", "examples")
        if part is not None and "example" in part.node:
            values.append(part.node["example"])
        if part is not None and "examples" in part.node:
            examples = part.node["examples"]
            values.extend(example_values(examples, part.inner("examples").place, self.document))
        return distinct(values)

    def _fields(self, found: Parts, level: int) -> tuple[Field, ...] | None:
        sources: dict[str, list[Source]] = {}
        shown = False
        for part in found.parts:
            self._remark_on_the_rest(part)
            properties = self.document.mapping(part.node.get("properties"), part.inner("properties").place)
            shown = shown or isinstance(part.node.get("properties"), dict)
            for name in properties:
                sources.setdefault(name, []).append(part.inner("properties", name))
        if not shown:
            return None
        required, known = self._required(found, sources)
        return tuple(
            Field(
                name=name,
                shape=self._shape(sources[name], level + 1),
                required=name in required if known else None,
            )
            for name in self._ordered(found, sources)
        )

    def _required(self, found: Parts, properties: dict[str, list[Source]]) -> tuple[set[str], bool]:
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
                    self.document.remarks.at(place, f"{quoted(name)} is not read: no name of a property")
                    known = False
        strangers = sorted(required - set(properties))
        if strangers:
            message = f"{listed(strangers)} is required, but not among the properties"
            self.document.remarks.at(found.parts[-1].inner("required").place, message)
        return required, known

    def _ordered(self, found: Parts, properties: dict[str, list[Source]]) -> list[str]:
        """The properties in the order in which the site shows them; those that it does not name follow."""
        part = _part_with(found, "x-apidog-orders")
        orders = part.node["x-apidog-orders"] if part else []
        first = [name for name in orders if isinstance(name, str)] if isinstance(orders, list) else []
        return [name for name in dict.fromkeys((*first, *properties)) if name in properties]

    def _items(self, found: Parts, level: int) -> Shape | None:
        sources = [part.inner("items") for part in found.parts if part.node.get("items") is not None]
        if sources and isinstance(sources[-1].node, list):
            self.document.remarks.at(sources[-1].place, "a list of items is not read: one schema is expected")
            return None
        return self._shape(sources, level + 1) if sources else None

    def _remark_on_the_rest(self, part: Part) -> None:
        """Keywords that say something which `Shape` has no place for."""
        for keyword in part.node:
            if keyword not in _READ and keyword not in _WITHOUT_EFFECT and not keyword.startswith("x-"):
                self.document.remarks.at(part.inner(keyword).place, f"{quoted(keyword)} is not read")
        values = part.node.get("additionalProperties")
        if isinstance(values, dict) and values:
            message = "the form of further properties is not read"
            self.document.remarks.at(part.inner("additionalProperties").place, message)
        if part.node.get("x-apidog-refs") and not part.node.get("properties"):
            message = "the schemas that are named here are not read: their properties are not on the page"
            self.document.remarks.at(part.inner("x-apidog-refs").place, message)


def example_values(node: Json, place: Place, document: Document) -> list[Json]:
    """The values of `examples`: a list of values, or a mapping of names to objects with a `value`."""
    if isinstance(node, list):
        return node
    values: list[Json] = []
    for name, example in document.mapping(node, place).items():
        shown, at = document.resolved(example, (*place, name))
        if "value" in shown:
            values.append(shown["value"])
        else:
            document.remarks.at(at, "this example is not read: it has no value")
    return values


def distinct(values: Sequence[Json]) -> tuple[Json, ...]:
    """The values, each once; 1, 1.0 and true are three values."""
    once: dict[str, Json] = {}
    for value in values:
        once.setdefault(json.dumps(value), value)
    return tuple(once.values())


def _part_with(found: Parts, *keywords: str) -> Part | None:
    """The part that has the last word on some keywords."""
    return next((part for part in reversed(found.parts) if any(word in part.node for word in keywords)), None)


def _last(found: Parts, keyword: str) -> Json:
    part = _part_with(found, keyword)
    return part.node[keyword] if part else None
