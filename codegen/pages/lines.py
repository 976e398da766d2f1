"""Page text as lines: what people copy from a browser, on any system."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

_BREAKS = re.compile("[\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_BLANKS = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile("[\u00ad\u200c-\u200f\u2060\ufeff\ufe0f]")

SEAM: Final = "\u200b"
"""Zero-width space: where the HTML reader saw one element end and the next begin without a blank between."""


class Line(msgspec.Struct, frozen=True):
    """One line of a page."""

    number: int
    """From 1."""
    text: str
    """Without blanks around it; every kind of blank is a space."""
    indent: int = 0
    seamed: str = ""
    """The text with its seams."""


def page_lines(text: str) -> list[Line]:
    """The lines of a page, empty ones too."""
    return [_line(number, raw) for number, raw in enumerate(_BREAKS.split(text), 1)]


def _line(number: int, raw: str) -> Line:
    seamed = _INVISIBLE.sub("", _BLANKS.sub(" ", raw))
    plain = seamed.replace(SEAM, "")
    text = plain.strip()
    return Line(number, text, len(plain) - len(plain.lstrip()), seamed.strip(SEAM + " "))


def next_filled(lines: Sequence[Line], index: int) -> int:
    """The index of the first line from here on that is not empty; the number of lines if there is none."""
    while index < len(lines) and not lines[index].text:
        index += 1
    return index
