"""The page's OpenAPI document as a tree whose every node may be malformed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import unquote

from codegen.documents import Json, Place
from codegen.findings import pointer_parts
from codegen.pages.remarks import Remarks, quoted

Mapping: TypeAlias = "dict[str, Json]"

_SCHEMAS: Final = ("components", "schemas")
_MAX_HOPS: Final = 16


@dataclass(frozen=True)
class Target:
    """What a reference means."""

    node: Json
    place: Place

    @property
    def schema_name(self) -> str | None:
        """The name, if it is a shared schema."""
        return str(self.place[2]) if self.place[:2] == _SCHEMAS and len(self.place) == 3 else None


@dataclass(frozen=True)
class Document:
    """A page's OpenAPI document; what is not of the kind that it should be becomes a remark."""

    root: Mapping
    remarks: Remarks

    def mapping(self, node: Json, place: Place) -> Mapping:
        """The node as a mapping, empty if it is missing or none."""
        if isinstance(node, dict):
            return node
        if node is not None:
            self.remarks.at(place, f"{quoted(node)} is not read: this should be a mapping")
        return {}

    def sequence(self, node: Json, place: Place) -> list[Json]:
        """The node as a list, empty if it is missing or none."""
        if isinstance(node, list):
            return node
        if node is not None:
            self.remarks.at(place, f"{quoted(node)} is not read: this should be a list")
        return []

    def text(self, node: Json, place: Place) -> str:
        """The node as text without blanks around it, empty if it is missing; numbers as they are written."""
        if isinstance(node, str):
            return node.strip()
        if isinstance(node, int | float) and not isinstance(node, bool):
            return str(node)
        if node is not None:
            self.remarks.at(place, f"{quoted(node)} is not read: this should be text")
        return ""

    def flag(self, node: Json, place: Place) -> bool | None:
        """The node as true or false, None if it is missing or neither."""
        if isinstance(node, bool):
            return node
        if node is not None:
            self.remarks.at(place, f"{quoted(node)} is not read: this should be true or false")
        return None

    def target(self, reference: Json, place: Place) -> Target | None:
        """What a `$ref` leads to; None, with a remark, where it leads nowhere."""
        here = (*place, "$ref")
        if not isinstance(reference, str):
            self.remarks.at(here, f"{quoted(reference)} is not read: a reference is text")
            return None
        if not reference.startswith("#"):
            self.remarks.at(here, f"{quoted(reference)} is not read: it leads out of this page")
            return None
        for parts in _spellings(reference[1:]):
            found = self.look_up(parts)
            if found is not None:
                return found
        self.remarks.at(here, f"{quoted(reference)} leads nowhere; what it should name is not on this page")
        return None

    def look_up(self, parts: Place) -> Target | None:
        """The node at a place, if there is one."""
        node: Json = self.root
        for part in parts:
            key = str(part)
            if isinstance(node, dict) and key in node:
                node = node[key]
            elif isinstance(node, list) and key.isdecimal() and int(key[:9]) < len(node):
                node = node[int(key[:9])]
            else:
                return None
        return Target(node, parts)

    def resolved(self, node: Json, place: Place) -> tuple[Mapping, Place]:
        """A parameter, body or answer with its references followed; empty if they lead nowhere."""
        for _ in range(_MAX_HOPS):
            mapping = self.mapping(node, place)
            if "$ref" not in mapping:
                return mapping, place
            found = self.target(mapping["$ref"], place)
            if found is None:
                return {}, place
            node, place = found.node, found.place
        self.remarks.at(place, "this reference is not followed: it leads from reference to reference")
        return {}, place


def schema_name_of(reference: Json) -> str | None:
    """The name of the shared schema that a reference means, whether it is there or not."""
    if isinstance(reference, str) and reference.startswith("#/components/schemas/"):
        return _spellings(reference[1:])[-1][-1] or None
    return None


def _spellings(fragment: str) -> list[tuple[str, ...]]:
    """The places that a fragment can mean: as written, percent-decoded, and with slashes inside a name."""
    spellings: list[tuple[str, ...]] = []
    for text in dict.fromkeys((fragment, unquote(fragment))):
        spellings.append(pointer_parts(text))
        if text.startswith("/components/schemas/") and text.count("/") > 3:
            spellings.append((*_SCHEMAS, text.split("/", 3)[3].replace("~1", "/").replace("~0", "~")))
    return spellings
