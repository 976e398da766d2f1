"""Unfolds a schema into its parts: the mappings behind references and `allOf` that together are one schema.

What stands beside a reference comes after what the reference leads to: of a keyword that several parts have,
the last one holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from codegen.documents import Json, Place
from codegen.pages.nodes import Document, Mapping, schema_name_of
from codegen.pages.remarks import quoted

MAX_PARTS: Final = 20_000
"""Parts of all schemas of one page; shared schemas that name each other could unfold without end."""
MAX_REFERENCES: Final = 40
"""References inside references."""


@dataclass(frozen=True)
class Source:
    """A node that should be a schema."""

    node: Json
    place: Place
    behind: tuple[Place, ...] = ()
    """Targets of the references that lead to it."""

    def below(self, node: Json, *keys: str | int) -> Source:
        """A schema inside this one."""
        return Source(node, (*self.place, *keys), self.behind)


@dataclass(frozen=True)
class Part:
    """One mapping of keywords."""

    node: Mapping
    source: Source

    def inner(self, *keys: str | int) -> Source:
        """A schema inside this part."""
        node: Json = self.node
        for key in keys:
            node = node.get(str(key)) if isinstance(node, dict) else None
        return self.source.below(node, *keys)


@dataclass
class Parts:
    """What one schema consists of."""

    parts: list[Part] = field(default_factory=list[Part])
    schema_name: str | None = None
    """The shared schema that this is, if it is one."""
    nullable: bool = False
    union: tuple[Source, ...] = ()
    """The members besides null of a union that has several."""


@dataclass
class Unfolder:
    """Unfolds the schemas of one page."""

    document: Document
    names: set[str] = field(default_factory=set[str])
    """Shared schemas that were met."""
    spent: int = 0

    def unfold(self, sources: Sequence[Source]) -> Parts:
        """The parts of the schema that several nodes together describe.

        A reference that leads back to where it stands is cut there, with a remark.
        """
        found = Parts()
        names = {self._member(source, found) for source in sources}
        found.schema_name = names.pop() if len(names) == 1 else None
        return found

    def _member(self, source: Source, found: Parts) -> str | None:
        """Add the parts of one node; the shared schema that it is, if it is one."""
        self.spent += 1
        if self.spent > MAX_PARTS:
            self.document.remarks.page(
                f"its schemas unfold into more than {MAX_PARTS} parts; the rest is cut"
            )
            return None
        if isinstance(source.node, bool):
            return None
        mapping = self.document.mapping(source.node, source.place)
        names = [
            *([self._reference(mapping["$ref"], source, found)] if "$ref" in mapping else ()),
            *self._all_of(mapping, source, found),
            *self._union(mapping, "oneOf", source, found),
            *self._union(mapping, "anyOf", source, found),
        ]
        found.parts.append(Part(mapping, source))
        return names[0] if len(names) == 1 and "properties" not in mapping else None

    def _reference(self, reference: Json, source: Source, found: Parts) -> str | None:
        target = self.document.target(reference, source.place)
        name = target.schema_name if target else schema_name_of(reference)
        if name is not None:
            self.names.add(name)
        if target is None:
            return name
        if target.place in source.behind or len(source.behind) >= MAX_REFERENCES:
            why = "holds itself" if target.place in source.behind else "lies too deep"
            message = f"{quoted(name or reference)} {why}; it is cut here"
            self.document.remarks.at((*source.place, "$ref"), message)
            declared = target.node.get("type") if isinstance(target.node, dict) else None
            cut: Mapping = {"type": declared} if isinstance(declared, str) else {}
            found.parts.append(Part(cut, Source(cut, target.place)))
            return name
        inner = self._member(Source(target.node, target.place, (*source.behind, target.place)), found)
        return name or inner

    def _all_of(self, mapping: Mapping, source: Source, found: Parts) -> list[str | None]:
        members = self.document.sequence(mapping.get("allOf"), (*source.place, "allOf"))
        return [
            self._member(source.below(member, "allOf", index), found) for index, member in enumerate(members)
        ]

    def _union(self, mapping: Mapping, keyword: str, source: Source, found: Parts) -> list[str | None]:
        """A union with one member besides null is that member, nullable."""
        members = self.document.sequence(mapping.get(keyword), (*source.place, keyword))
        others = [
            source.below(member, keyword, index)
            for index, member in enumerate(members)
            if not _is_null(member)
        ]
        found.nullable = found.nullable or len(others) < len(members)
        if len(others) == 1:
            return [self._member(others[0], found)]
        if others and found.union:
            message = "this union is not read: another one stands beside it"
            self.document.remarks.at((*source.place, keyword), message)
        elif others:
            found.union = tuple(others)
        return []


def _is_null(member: Json) -> bool:
    if not isinstance(member, dict):
        return False
    only_null = member.get("type") in ("null", ["null"])
    return only_null or member.get("enum") == [None] or ("const" in member and member["const"] is None)
