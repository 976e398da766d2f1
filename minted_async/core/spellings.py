"""How the same text is spelled in JSON, HTML and URLs, and in each of them inside another."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from typing import Final

# A text in JSON in HTML in a URL is as deep as it gets.
_DEPTH: Final = 4

_HEX: Final = "[0-9a-f]"
_NEXT: Final = f"%[89ab]{_HEX}"
# Every repetition is possessive or bounded, and none begins inside what it has looked at before: the cost is
# linear in the text.
_ESCAPE: Final = re.compile(
    r"(?<!\\)\\++(?:"
    rf"u(?P<high>d[89ab]{_HEX}{{2}})\\++u(?P<low>d[c-f]{_HEX}{{2}})|u(?P<unit>{_HEX}{{4}})|(?P<control>[bfnrt])|(?P<itself>.)"
    ")?"
    rf"|(?P<url>%[0-7]{_HEX}|%[cd]{_HEX}{_NEXT}|%e{_HEX}(?:{_NEXT}){{2}}|%f{_HEX}(?:{_NEXT}){{3}})"
    r"|&\#(?:(?=[0-9])0*+(?P<decimal>[0-9]{0,7})|x(?=[0-9a-f])0*+(?P<hexadecimal>[0-9a-f]{0,6}));"
    r"|&(?P<named>amp|apos|gt|lt|nbsp|quot);",
    re.IGNORECASE | re.DOTALL,
)
_CONTROLS: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
# As html.unescape does it, whose module would load a table of two thousand names.
_NAMED: Final = {"amp": "&", "apos": "'", "gt": ">", "lt": "<", "nbsp": "\xa0", "quot": '"'}


def readings(text: str) -> Iterator[tuple[str, Sequence[int]]]:
    """The text, and what it says once its escapes are read, then those that appear by that, and so on.

    Backslashes are dropped, and a plus is a blank: a reading is there to be searched, not to be shown.

    Yields:
        A reading, and for each of its characters the place in `text` where it begins (and one for the end).
    """
    places: Sequence[int] = range(len(text) + 1)
    for _ in range(_DEPTH):
        yield text, places
        read, places = _read(text, places)
        if read == text:
            return
        text = read
    yield text, places


def plain(text: str) -> str:
    """The last of the readings."""
    for _ in range(_DEPTH):
        read, _places = _read(text, range(len(text) + 1))
        if read == text:
            break
        text = read
    return text


def _read(text: str, places: Sequence[int]) -> tuple[str, Sequence[int]]:
    spaced = text.replace("+", " ")
    parts: list[str] = []
    begins: list[int] = []
    done = 0
    for match in _ESCAPE.finditer(text):
        start, end = match.span()
        character = _character(match)
        if character is None:
            continue
        parts += spaced[done:start], character
        begins += places[done : start + len(character)]
        done = end
    if not parts:
        return spaced, places
    parts.append(spaced[done:])
    begins += places[done:]
    return "".join(parts), begins


def _character(match: re.Match[str]) -> str | None:
    """The character that an escape stands for: none for a backslash at the end, None if it is no escape."""
    kind = match.lastgroup
    if kind is None:
        return ""
    spelled = match[kind].lower()
    match kind:
        case "itself":
            return match[kind]
        case "low":
            return chr(0x10000 + (int(match["high"], 16) - 0xD800) * 0x400 + int(spelled, 16) - 0xDC00)
        case "control":
            return _CONTROLS[spelled]
        case "url":
            try:
                return bytes.fromhex(spelled.replace("%", "")).decode()
            except UnicodeDecodeError:
                return None
        case "named":
            return _NAMED[spelled]
        case _:
            number = int(spelled or "0", 10 if kind == "decimal" else 16)
            return chr(number) if number <= sys.maxunicode else None
