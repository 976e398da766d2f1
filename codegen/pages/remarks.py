"""Collects what could not be read of one page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from codegen.documents import Place
from codegen.findings import pointer
from codegen.pages.facts import Remark

_NUMBER = re.compile(r"([0-9]{1,9})")
_QUOTED = 80


@dataclass
class Remarks:
    """The remarks of a page so far."""

    collected: set[Remark] = field(default_factory=set[Remark])

    def at(self, place: Place, message: str) -> None:
        """Remark on a place of the page's OpenAPI document."""
        self.collected.add(Remark(pointer(*place) or "/", message))

    def line(self, number: int, message: str) -> None:
        """Remark on a line, counted from 1."""
        self.collected.add(Remark(f"line {number}", message))

    def page(self, message: str) -> None:
        """Remark on the page as a whole."""
        self.collected.add(Remark("", message))

    def sorted(self) -> tuple[Remark, ...]:
        """All remarks, each once, by place: line 9 before line 12."""
        return tuple(sorted(self.collected, key=_order))


def quoted(value: object) -> str:
    """A value of the page as messages show it: short, and on one line."""
    text = " ".join(str(value).split())
    return f"“{text[:_QUOTED]}…”" if len(text) > _QUOTED else f"“{text}”"


def listed(values: Iterable[object]) -> str:
    """Several values of the page as messages show them."""
    shown = [quoted(value) for value in values]
    more = f" and {len(shown) - 5} more" if len(shown) > 5 else ""
    return ", ".join(shown[:5]) + more


def _order(remark: Remark) -> tuple[list[tuple[int, str]], str]:
    parts = _NUMBER.split(remark.place)
    return [(int(part), "") if index % 2 else (0, part) for index, part in enumerate(parts)], remark.message
