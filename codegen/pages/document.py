"""The page's OpenAPI document as a tree whose every node may be malformed; what is, becomes a remark."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from urllib.parse import unquote

from codegen.documents import Json, Place
from codegen.findings import pointer, pointer_parts
from codegen.pages.facts import Remark

Mapping: TypeAlias = "dict[str, Json]"

_SCHEMAS: Final = ("components", "schemas")
_MAX_HOPS: Final = 16
_NUMBER = re.compile(r"([0-9]{1,9})")
_QUOTED = 80


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
    """A page's OpenAPI document, and the remarks on it so far."""

    root: Mapping
    collected: set[Remark] = field(default_factory=set[Remark])

    def remark(self, place: Place, message: str) -> None:
        """Remark on a place of the document."""
        self.collected.add(Remark(pointer(*place) or "/", message))

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """All remarks, each once, by place: item 9 before item 12."""

        def order(remark: Remark) -> tuple[list[tuple[int, str]], str]:
            parts = _NUMBER.split(remark.place)
            numbered = [(int(part), "") if index % 2 else (0, part) for index, part in enumerate(parts)]
            return numbered, remark.message

        return tuple(sorted(self.collected, key=order))

    def mapping(self, node: Json, place: Place) -> Mapping:
        """The node as a mapping, empty if it is missing or none."""
        if isinstance(node, dict):
            return node
        self._odd(node, place, "a mapping")
        return {}

    def sequence(self, node: Json, place: Place) -> list[Json]:
        """The node as a list, empty if it is missing or none."""
        if isinstance(node, list):
            return node
        self._odd(node, place, "a list")
        return []

    def text(self, node: Json, place: Place) -> str:
        """The node as text without blanks around it, empty if it is missing; numbers as they are written."""
        if isinstance(node, str):
            return node.strip()
        if isinstance(node, int | float) and not isinstance(node, bool):
            return str(node)
        self._odd(node, place, "text")
        return ""

    def flag(self, node: Json, place: Place) -> bool | None:
        """The node as true or false, None if it is missing or neither."""
        if isinstance(node, bool):
            return node
        self._odd(node, place, "true or false")
        return None

    def _odd(self, node: Json, place: Place, expected: str) -> None:
        if node is not None:
            self.remark(place, f"{quoted(node)} is not read: this should be {expected}")

    def target(self, reference: Json, place: Place) -> Target | None:
        """What a `$ref` leads to; None, with a remark, where it leads nowhere."""
        here = (*place, "$ref")
        if not isinstance(reference, str):
            self.remark(here, f"{quoted(reference)} is not read: a reference is text")
        elif not reference.startswith("#"):
            self.remark(here, f"{quoted(reference)} is not read: it leads out of this page")
        else:
            for parts in _spellings(reference[1:]):
                found = self._look_up(parts)
                if found is not None:
                    return found
            self.remark(here, f"{quoted(reference)} leads nowhere; what it should name is not on this page")
        return None

    def _look_up(self, parts: Place) -> Target | None:
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
        self.remark(place, "this reference is not followed: it leads from reference to reference")
        return {}, place


def schema_name_of(reference: Json) -> str | None:
    """The name of the shared schema that a reference means, whether it is there or not."""
    if isinstance(reference, str) and reference.startswith("#/components/schemas/"):
        return _spellings(reference[1:])[-1][-1] or None
    return None


def quoted(value: object) -> str:
    """A value of the page as messages show it: short, and on one line."""
    text = " ".join(str(value).split())
    return f"“{text[:_QUOTED]}…”" if len(text) > _QUOTED else f"“{text}”"


def listed(values: Iterable[object]) -> str:
    """Several values of the page as messages show them."""
    shown = [quoted(value) for value in values]
    more = f" and {len(shown) - 5} more" if len(shown) > 5 else ""
    return ", ".join(shown[:5]) + more


def _spellings(fragment: str) -> list[tuple[str, ...]]:
    """The places that a fragment can mean: as written, percent-decoded, and with slashes inside a name."""
    spellings: list[tuple[str, ...]] = []
    for text in dict.fromkeys((fragment, unquote(fragment))):
        spellings.append(pointer_parts(text))
        if text.startswith("/components/schemas/") and text.count("/") > 3:
            spellings.append((*_SCHEMAS, text.split("/", 3)[3].replace("~1", "/").replace("~0", "~")))
    return spellings
