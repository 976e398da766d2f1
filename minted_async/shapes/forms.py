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
# In the order in which they are tried.
_FORMS: Final = tuple(
    (name, re.compile(pattern, re.ASCII))
    for name, pattern in (
        ("HH:mm", r"\d\d:\d\d"),
        ("HH:mm:ss", r"\d\d:\d\d:\d\d"),
        ("uuid", r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
        ("digits", r"\d+"),
        ("decimal", r"[+-]?\d*\.\d+|-\d+"),
        ("decimal comma", r"[+-]?\d*,\d+"),
        ("phone", r"\+[\d ]+"),
        ("hex", r"[0-9A-Fa-f]{16,}"),
        ("email", r"[^\s@]+@[^\s@]+"),
        ("url", r"[A-Za-z][A-Za-z0-9+.-]*://\S*"),
    )
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_CODE: Final = re.compile(r"[\w.-]+")
_LENGTHS: Final = (8, 16, 32, 64, 256)
_MOST_DIGITS: Final = 20
# A longer text is none of those that have a form, and would take long to search.
_LONGEST: Final = 512


def form_of(text: str) -> str:
    """The form of a text that is not empty, such as `"YYYY-MM-DD"`, `"uuid"`, `"word"` or `"text"`."""
    if len(text) > _LONGEST:
        return "text"
    if moment := _MOMENT.fullmatch(text):
        return _form_of_moment(moment)
    for name, pattern in _FORMS:
        if pattern.fullmatch(text):
            return name
    if _WORD.fullmatch(text):
        return "word"
    return "code" if _CODE.fullmatch(text) else "text"


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
    with contextlib.suppress(InvalidOperation):
        value = Decimal(number)
        if value.is_finite():
            return _digits(value)
    return "more", "more", str(number).startswith("-")  # an exponent that no Decimal holds


def _digits(value: Decimal) -> tuple[str, str, bool]:
    _, digits, exponent = value.as_tuple()
    behind = max(0, -int(exponent))
    before = max(1, len(digits) + int(exponent))
    return _class(before), _class(behind), value < 0


def _class(digits: int) -> str:
    return str(digits) if digits <= _MOST_DIGITS else "more"
