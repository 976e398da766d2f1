"""The page's OpenAPI document as a tree whose every node may be malformed; what is, becomes a remark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeVar, cast
from urllib.parse import unquote

from codegen.documents import Json, Place
from codegen.findings import pointer
from codegen.pages.facts import Remark

MAX_REFERENCES: Final = 40
"""References inside references."""
_SCHEMAS: Final = ("components", "schemas")
_QUOTED = 80
_Kind = TypeVar("_Kind")


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

    def mapping(self) -> dict[str, Node]:
        """What is inside a mapping, by its keys; nothing if it is missing or none."""
        found = cast("dict[str, Json]", self._read(dict, "a mapping") or {})
        return {key: self[key] for key in found}

    def sequence(self) -> list[Node]:
        """What is inside a list; nothing if it is missing or none."""
        found = cast("list[Json]", self._read(list, "a list") or [])
        return [replace(self, value=item, place=(*self.place, index)) for index, item in enumerate(found)]

    def text(self) -> str:
        """Text without blanks around it, empty if it is missing; numbers as they are written."""
        number = isinstance(self.value, int | float) and not isinstance(self.value, bool)
        return str(self.value) if number else (self._read(str, "text") or "").strip()

    def flag(self) -> bool | None:
        """True or false, None if it is missing or neither."""
        return self._read(bool, "true or false")

    def _read(self, kind: type[_Kind], expected: str) -> _Kind | None:
        if isinstance(self.value, kind):
            return self.value
        if self.value is not None:
            self.remark(f"{quoted(self.value)} is not read: this should be {expected}")
        return None

    @property
    def schema_name(self) -> str | None:
        """The name, if it is a shared schema."""
        return str(self.place[2]) if self.place[:2] == _SCHEMAS and len(self.place) == 3 else None

    def target(self) -> Node:
        """What a `$ref`, which this is, leads to: nothing where it leads nowhere, with a remark.

        Of what leads round to itself, only the type is left.
        """
        reference = self.value
        kind, _, written = str(reference).removeprefix("#/components/").partition("/")
        if not str(reference).startswith("#/components/") or not written:
            self.remark(f"{quoted(reference)} is not read: it leads to nothing that this page shares")
            return replace(self, value=None)
        # Sites write names as they are, percent-encoded, or as a JSON pointer has them.
        shared = self.top["components"][kind]
        names = [name.replace("~1", "/").replace("~0", "~") for name in (written, unquote(written))]
        found = next((shared[name] for name in (written, *names) if name in shared), shared[names[0]])
        if found.value is None:
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
    return ", ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")
