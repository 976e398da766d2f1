"""How an answer differs from the type that the spec gives it: all of it, where decoding stops at the first.

What is found has names of the spec only. A field that the spec does not know is counted, not named: a name
may be an id.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, cast

import msgspec
from msgspec import inspect

from minted_async.core.expected import MOST_VALUES
from minted_async.core.scalars import JsonObject, decode_scalar
from minted_async.doctor.report import Word

__all__ = ["Kind", "Misfit", "misfits"]


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


def misfits(result: Any, data: object) -> list[Misfit]:
    """All differences of an answer's data from its type; of a long answer, those of its beginning.

    Args:
        result: The type.
        data: Plain values, numbers as int or Decimal.
    """
    if result is object:
        return []
    return list(dict.fromkeys(_walk(inspect.type_info(result), data, Word("data"), iter(range(MOST_VALUES)))))


def _walk(kind: inspect.Type, value: object, place: Word, budget: Iterator[int]) -> Iterator[Misfit]:
    options = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    if value is None:
        if not any(isinstance(option, inspect.NoneType | inspect.AnyType) for option in options):
            yield Misfit(Kind.NULL, place, breaks=True)
        return
    options = tuple(option for option in options if not isinstance(option, inspect.NoneType))
    # Of several types the first that takes the value; what none takes is told of the first.
    found = [list(_walk_one(option, value, place, budget)) for option in options]
    yield from next((each for each in found if not any(item.breaks for item in each)), found[0])


def _walk_one(kind: inspect.Type, value: object, place: Word, budget: Iterator[int]) -> Iterator[Misfit]:
    match kind:
        case inspect.StructType():
            if isinstance(value, dict):
                yield from _fields(kind, cast("dict[str, object]", value), place, budget)
                return
        case inspect.ListType():
            if isinstance(value, list):
                for item, _ in zip(cast("Sequence[object]", value), budget, strict=False):
                    yield from _walk(kind.item_type, item, Word.joined((place, "[]"), ""), budget)
                return
        case inspect.DictType():
            if isinstance(value, dict):
                for item, _ in zip(cast("dict[str, object]", value).values(), budget, strict=False):
                    yield from _walk(kind.value_type, item, Word.joined((place, "{}"), ""), budget)
                return
        case inspect.EnumType():
            if isinstance(value, str):
                if value not in [member.value for member in kind.cls]:
                    yield Misfit(Kind.UNKNOWN_VALUE, place, breaks=False)
                return
        case inspect.CustomType() if kind.cls is not JsonObject:
            if isinstance(value, str) and not _reads(kind.cls, value):
                yield Misfit(Kind.TIME, place, breaks=True)
                return
        case inspect.DecimalType():
            if isinstance(value, str) and _is_number(value):
                yield Misfit(Kind.TEXT, place, breaks=False)
                return
        case _:
            pass
    if not _takes(kind, value):
        yield Misfit(_how(kind, value), place, breaks=True)


def _fields(
    kind: inspect.StructType, value: dict[str, object], place: Word, budget: Iterator[int]
) -> Iterator[Misfit]:
    known = {field.encode_name: field for field in kind.fields}
    for name, field in known.items():
        where = Word.joined((place, Word(name)), ".")
        if name in value:
            yield from _walk(field.type, value[name], where, budget)
        elif field.required:
            yield Misfit(Kind.MISSING, where, breaks=True)
    if not value.keys() <= known.keys():
        yield Misfit(Kind.UNKNOWN_FIELD, place, breaks=False)


def _takes(kind: inspect.Type, value: object) -> bool:
    """Whether a value has the JSON type of a type without parts."""
    match kind:
        case inspect.AnyType() | inspect.RawType():
            return True
        case inspect.BoolType():
            return isinstance(value, bool)
        case inspect.IntType():
            return not isinstance(value, bool) and (
                isinstance(value, int) or (isinstance(value, Decimal) and value == value.to_integral_value())
            )
        case inspect.DecimalType() | inspect.FloatType():
            return isinstance(value, int | Decimal) and not isinstance(value, bool)
        case inspect.DateType():
            return isinstance(value, str) and _is_date(value)
        case inspect.CustomType():
            plain: Any = dict if kind.cls is JsonObject else str
            return isinstance(value, plain) or (kind.cls is JsonObject and value == [])
        case inspect.StrType():
            return isinstance(value, str)
        case _:
            return False


def _how(kind: inspect.Type, value: object) -> Kind:
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if isinstance(kind, inspect.DateType) or (
        isinstance(kind, inspect.CustomType) and kind.cls is not JsonObject
    ):
        return Kind.TIME
    if isinstance(kind, inspect.StrType | inspect.EnumType) and number:
        return Kind.NUMBER
    if isinstance(kind, inspect.IntType | inspect.DecimalType) and isinstance(value, str):
        return Kind.TEXT
    return Kind.OTHER


def _reads(kind: Any, value: str) -> bool:
    try:
        decode_scalar(kind, value)
    except ValueError:
        return False
    return True


def _is_date(value: str) -> bool:
    try:
        msgspec.convert(value, date)
    except msgspec.ValidationError:
        return False
    return True


def _is_number(value: str) -> bool:
    try:
        return Decimal(value).is_finite()
    except ArithmeticError:
        return False
