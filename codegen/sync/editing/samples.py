"""What the examples of pages show at a place, so that flags and forms of fields can be held against them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime

from codegen.documents import Json
from codegen.pages.facts import BODY, PageFacts

_MINTED = ("%d-%m-%Y %H:%M", "%Y-%m-%d %H:%M:%S")
_PART = re.compile(r"[^.\[\]]+|\[\]")


def values_at(pages: Iterable[PageFacts], at: str) -> list[Json]:
    """What stands at a place in every example of some pages.

    Args:
        pages: the pages.
        at: a place as differences name it, `data.items[].sku` or `body.items`.

    Returns:
        The values, those of all items where the place lies inside an array.
    """
    parts: list[str] = _PART.findall(at)
    found: list[Json] = []
    for page in pages:
        sent = page.body.examples if page.body else ()
        answered = [example for answer in page.success for example in answer.examples]
        found.extend(sent if parts[:1] == [BODY] else answered)
    for part in parts[1:] if parts[:1] == [BODY] else parts:
        found = items(found) if part == "[]" else inside(found, part)
    return found


def inside(values: Iterable[Json], name: str) -> list[Json]:
    """The values of a key in those that have it."""
    return [value[name] for value in values if isinstance(value, dict) and name in value]


def items(values: Iterable[Json]) -> list[Json]:
    """The items of all lists among some values."""
    return [item for value in values if isinstance(value, list) for item in value]


def always_has(values: Iterable[Json], name: str) -> bool:
    """Whether every object among some values has a key."""
    return all(name in value for value in values if isinstance(value, dict))


def are_dates(values: Iterable[Json]) -> bool:
    """Whether all texts among some values are days, `2024-02-29`."""
    return all(_reads(date.fromisoformat, value) for value in _texts(values))


def are_iso_times(values: Iterable[Json]) -> bool:
    """Whether all texts among some values are times in ISO 8601 with their offset."""
    return all(_reads(_with_offset, value) for value in _texts(values))


def are_minted_times(values: Iterable[Json]) -> bool:
    """Whether there is a text among some values, and all are times as Minted prints them, without a zone."""
    texts = _texts(values)
    return bool(texts) and all(any(_fits(value, form) for form in _MINTED) for value in texts)


def _texts(values: Iterable[Json]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def _with_offset(value: str) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError(value)
    return found


def _fits(value: str, form: str) -> bool:
    try:
        return datetime.strptime(value, form).strftime(form) == value
    except ValueError:
        return False


def _reads(read: Callable[[str], object], value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True
