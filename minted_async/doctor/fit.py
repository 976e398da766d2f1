"""How an answer differs from the type that the spec gives it: all of it, where decoding stops at the first.

What is found has names of the spec only. A field that the spec does not know is counted, not named: a name
may be an id.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, NamedTuple, TypeAlias, Union, get_args, get_origin

import msgspec
from msgspec import UnsetType

from minted_async.core.decoding import UndecodableError, decode
from minted_async.core.enums import OpenStrEnum
from minted_async.core.expected import MOST_VALUES
from minted_async.core.scalars import ExternalId, IsoDateTime, MintedDateTime, MintedDateTimeUtc
from minted_async.doctor.report import Word

__all__ = ["Kind", "Misfit", "misfits"]

_Plain: TypeAlias = dict[str, Any] | list[Any] | str | int | Decimal | None

_TIMES: Final[tuple[object, ...]] = (date, MintedDateTime, MintedDateTimeUtc, IsoDateTime)
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


class Kind(enum.Enum):
    """What can be different."""

    UNKNOWN_FIELD = "a field that the SDK does not know"
    UNKNOWN_VALUE = "a value that the SDK does not know"
    NULL = "null"
    MISSING = "missing"
    TEXT = "a text in the place of a number"
    NUMBER = "a number in the place of a text"
    TIME = "a time in another form"
    OTHER = "another type"


class Misfit(NamedTuple):
    """One difference.

    Attributes:
        kind: What is different.
        place: Where, in names of the spec, such as `data.items[].price`.
        breaks: Whether the SDK cannot read the answer because of it.
    """

    kind: Kind
    place: Word
    breaks: bool


def misfits(result: Any, data: Any) -> list[Misfit]:
    """All differences of an answer's data from its type; of a long answer, those of its beginning.

    Args:
        result: The type.
        data: Plain values, numbers as int or Decimal.
    """
    return list(dict.fromkeys(_walk(result, data, Word("data"), iter(range(MOST_VALUES)))))


def _walk(kind: Any, value: _Plain, place: Word, budget: Iterator[int]) -> Iterator[Misfit]:
    if value is None:
        if not _reads(kind, value):
            yield Misfit(Kind.NULL, place, breaks=True)
        return
    options = [kind]
    if get_origin(kind) in (Union, UnionType):
        options = [option for option in get_args(kind) if option not in (NoneType, UnsetType)]
    # Of several types the first that takes the value; what none takes is told of the first.
    found = [list(_walk_one(option, value, place, budget)) for option in options]
    yield from next((each for each in found if not any(item.breaks for item in each)), found[0])


def _walk_one(kind: Any, value: _Plain, place: Word, budget: Iterator[int]) -> Iterator[Misfit]:
    origin = get_origin(kind) or kind
    if isinstance(value, dict) and _is_a(origin, msgspec.Struct):
        yield from _walk_fields(kind, value, place, budget)
    elif isinstance(value, dict) and origin is dict:
        for item, _ in zip(value.values(), budget, strict=False):
            yield from _walk(get_args(kind)[1], item, Word.joined((place, "{}"), ""), budget)
    elif isinstance(value, list) and origin is list:
        for item, _ in zip(value, budget, strict=False):
            yield from _walk(get_args(kind)[0], item, Word.joined((place, "[]"), ""), budget)
    elif not _reads(kind, value):
        yield Misfit(_how(kind, value), place, breaks=True)
    elif isinstance(value, str) and kind is Decimal:
        yield Misfit(Kind.TEXT, place, breaks=False)
    elif _is_a(kind, OpenStrEnum) and not kind(value).is_known:
        yield Misfit(Kind.UNKNOWN_VALUE, place, breaks=False)


def _walk_fields(kind: Any, value: dict[str, Any], place: Word, budget: Iterator[int]) -> Iterator[Misfit]:
    known = _fields(kind)
    for name, field in known.items():
        where = Word.joined((place, Word(name)), ".")
        if name in value:
            yield from _walk(field.type, value[name], where, budget)
        elif field.required:
            yield Misfit(Kind.MISSING, where, breaks=True)
    if not value.keys() <= known.keys():
        yield Misfit(Kind.UNKNOWN_FIELD, place, breaks=False)


@cache
def _fields(kind: Any) -> dict[str, msgspec.structs.FieldInfo]:
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


def _reads(kind: Any, value: _Plain) -> bool:
    """Whether the SDK reads a value so: asked of what it reads answers with."""
    try:
        decode(kind, _ENCODER.encode(value))
    except (UndecodableError, RecursionError):
        return False
    return True


def _how(kind: Any, value: _Plain) -> Kind:
    """In which way a value is none of a type without parts."""
    if kind in _TIMES:
        return Kind.TIME
    if kind in (int, Decimal) and isinstance(value, str):
        return Kind.TEXT
    is_text = kind in (str, ExternalId) or _is_a(kind, OpenStrEnum)
    if is_text and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Kind.NUMBER
    return Kind.OTHER


def _is_a(kind: object, base: type) -> bool:
    return isinstance(kind, type) and issubclass(kind, base)
