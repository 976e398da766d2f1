"""The page's OpenAPI document as a tree whose every node may be malformed; what is, becomes a remark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final
from urllib.parse import unquote

from codegen.documents import Json, Place
from codegen.findings import pointer, pointer_parts
from codegen.pages.facts import Remark

MAX_REFERENCES: Final = 40
"""References inside references."""
_SCHEMAS: Final = ("components", "schemas")
_QUOTED = 80


@dataclass(frozen=True)
class Node:
    """A place of a document, and what stands there: None where nothing does."""

    value: Json
    root: Json
    """The whole document."""
    remarks: dict[Remark, None]
    """All remarks on the document so far, each once."""
    place: Place = ()
    behind: tuple[Place, ...] = ()
    """Targets of the references that lead to it."""

    @property
    def top(self) -> Node:
        """The whole document, for what leads on from here."""
        return replace(self, value=self.root, place=())

    def __getitem__(self, key: str) -> Node:
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return replace(self, value=value, place=(*self.place, key))

    def __contains__(self, key: str) -> bool:
        return isinstance(self.value, dict) and key in self.value

    def remark(self, message: str) -> None:
        """Remark on this place of the document."""
        self.remarks[Remark(pointer(*self.place) or "/", message)] = None

    # ------------------------------------------------------------------ as what it should be
    def mapping(self) -> dict[str, Node]:
        """What is inside a mapping, by its keys; nothing if it is missing or none."""
        if isinstance(self.value, dict):
            return {key: self[key] for key in self.value}
        self._odd("a mapping")
        return {}

    def sequence(self) -> list[Node]:
        """What is inside a list; nothing if it is missing or none."""
        if isinstance(self.value, list):
            items = enumerate(self.value)
            return [replace(self, value=item, place=(*self.place, index)) for index, item in items]
        self._odd("a list")
        return []

    def text(self) -> str:
        """Text without blanks around it, empty if it is missing; numbers as they are written."""
        if isinstance(self.value, str):
            return self.value.strip()
        if isinstance(self.value, int | float) and not isinstance(self.value, bool):
            return str(self.value)
        self._odd("text")
        return ""

    def flag(self) -> bool | None:
        """True or false, None if it is missing or neither."""
        if isinstance(self.value, bool):
            return self.value
        self._odd("true or false")
        return None

    def _odd(self, expected: str) -> None:
        if self.value is not None:
            self.remark(f"{quoted(self.value)} is not read: this should be {expected}")

    # ------------------------------------------------------------------ references
    @property
    def schema_name(self) -> str | None:
        """The name, if it is a shared schema."""
        return str(self.place[2]) if self.place[:2] == _SCHEMAS and len(self.place) == 3 else None

    def target(self) -> Node:
        """What a `$ref`, which this is, leads to: nothing where it leads nowhere, with a remark.

        Of what leads round to itself, only the type is left.
        """
        reference = self.value
        found = replace(self, value=None)
        if not isinstance(reference, str):
            self.remark(f"{quoted(reference)} is not read: a reference is text")
            return found
        if not reference.startswith("#"):
            self.remark(f"{quoted(reference)} is not read: it leads out of this page")
            return found
        for parts in _spellings(reference[1:]):
            found = reduce(Node.__getitem__, parts, self.top)
            if found.value is not None:
                break
        else:
            self.remark(f"{quoted(reference)} leads nowhere; what it should name is not on this page")
        if found.place in self.behind or len(self.behind) >= MAX_REFERENCES:
            why = "holds itself" if found.place in self.behind else "lies too deep"
            self.remark(f"{quoted(found.schema_name or reference)} {why}; it is cut here")
            declared = found["type"].value
            found = replace(found, value={"type": declared} if declared else {})
        return replace(found, behind=(*self.behind, found.place))

    def resolved(self) -> Node:
        """A parameter, body or answer with its references followed."""
        node = self
        while "$ref" in node:
            node = node["$ref"].target()
        node.mapping()
        return node


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
