"""What a text or a number looks like, in a few words that say nothing of what it is."""

from __future__ import annotations

import contextlib
import re
from decimal import Decimal, InvalidOperation
from typing import Final

from minted_async.core.expected import Number

_DATES: Final = (
    ("YYYY-MM-DD", r"\d{4}-\d\d-\d\d"),
    ("DD-MM-YYYY", r"\d\d-\d\d-\d{4}"),
    ("DD.MM.YYYY", r"\d\d\.\d\d\.\d{4}"),
    ("DD/MM/YYYY", r"\d\d/\d\d/\d{4}"),
    ("YYYY/MM/DD", r"\d{4}/\d\d/\d\d"),
)
_MOMENT: Final = re.compile(
    "(?:" + "|".join(f"({pattern})" for _, pattern in _DATES) + ")"
    r"(?:([T ])\d\d:\d\d(:\d\d(?:(\.)\d{1,9})?)?(?:(Z)|([+-]\d\d:\d\d)|([+-]\d{4}))?)?",
    re.ASCII,
)
# The first one that fits; one pattern is quicker than one for each form.
_FORM: Final = re.compile(
    r"(?P<digits>[0-9]+)"
    r"|(?P<hex>[0-9A-Fa-f]{16,})"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<decimal>[+-]?[0-9]*\.[0-9]+|-[0-9]+)"
    r"|(?P<comma>[+-]?[0-9]*,[0-9]+)"
    r"|(?P<phone>\+[0-9 ]+)"
    r"|(?P<uuid>[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})"
    r"|(?P<code>[\w.-]+)"
    r"|(?P<minutes>[0-9]{2}:[0-9]{2})"
    r"|(?P<seconds>[0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"|(?P<email>[^\s@]+@[^\s@]+)"
    r"|(?P<url>[A-Za-z][A-Za-z0-9+.-]*://\S*)"
)
_NAMES: Final = {"comma": "decimal comma", "minutes": "HH:mm", "seconds": "HH:mm:ss"}
_LENGTHS: Final = (8, 16, 32, 64, 256)
_MOST_DIGITS: Final = 20
# A longer text is none of those that have a form, and would take long to search.
_LONGEST: Final = 512


def form_of(text: str) -> str:
    """The form of a text that is not empty, such as `"YYYY-MM-DD"`, `"uuid"`, `"word"` or `"text"`."""
    if len(text) > _LONGEST:
        return "text"
    if text[0].isdigit() and (moment := _MOMENT.fullmatch(text)):
        return _form_of_moment(moment)
    match = _FORM.fullmatch(text)
    name = match.lastgroup if match else None
    return "text" if name is None else _NAMES.get(name, name)


def _form_of_moment(moment: re.Match[str]) -> str:
    *dates, between, seconds, fraction, utc, offset, plain_offset = moment.groups()
    form = next(name for (name, _), found in zip(_DATES, dates, strict=True) if found)
    if between:
        form += f"{between}HH:mm"
    if seconds:
        form += ":ss"
    if fraction:
        form += ".f"
    if utc:
        form += "Z"
    if offset:
        form += "+hh:mm"
    return form + "+hhmm" if plain_offset else form


def length_of(text: str) -> str:
    """The class of a text's length."""
    below = 1
    for upto in _LENGTHS:
        if len(text) <= upto:
            return f"{below}-{upto}"
        below = upto + 1
    return f"{below}-"


def digits_of(number: int | Number) -> tuple[str, str, bool]:
    """Digits before and behind the point of a number, and whether it is below zero."""
    written = str(number)
    negative = written.startswith("-")
    before, _, behind = written.lstrip("-").partition(".")
    if behind.isdigit() or not (behind or "e" in before.lower()):
        return _class(len(before)), _class(len(behind)), negative
    with contextlib.suppress(InvalidOperation):
        value = Decimal(written)
        if value.is_finite():
            _, digits, exponent = value.as_tuple()
            return _class(max(1, len(digits) + int(exponent))), _class(max(0, -int(exponent))), negative
    return "more", "more", negative  # an exponent that no Decimal holds


def _class(digits: int) -> str:
    return str(digits) if digits <= _MOST_DIGITS else "more"
