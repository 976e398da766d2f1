"""What the spec has at each place of an answer, for a second look at what msgspec skips without a word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

import msgspec

from minted_async.core.decoding import BOM, SEQUENCES, Envelope
from minted_async.core.enums import OpenStrEnum
from minted_async.core.operation import Operation

LONGEST_BODY: Final = 1024 * 1024
"""Bytes of the longest answer that is looked at: looking must not block the event loop."""

MOST_ITEMS: Final = 200
"""Items of a list that are looked at."""

MOST_NAMES: Final = 1_000
"""Names of an object that are looked at."""

MOST_NEW_NAMES: Final = 32
"""Names in an object that the spec does not know; with more of them, they are taken for data."""

MOST_VALUES: Final = 3_000
"""Values of an answer after which no further item of a list is looked at."""

# A run of digits is that of an id; what begins with a capital is a product (GAU) or somebody (Defne).
_NAME: Final = re.compile(r"(?=.{1,40}$)_?[a-z][A-Za-z_-]*[0-9]{0,2}[A-Za-z_-]*")


class Number(str):
    """A JSON number with a point or an exponent, or beyond 64 bits, as it is written."""

    __slots__ = ()


class Expected(msgspec.Struct):
    """What the spec has at a place; where all of it is None, it does not say.

    Attributes:
        fields: Names of an object, as on the wire, and what stands under them.
        entries: What stands under any name of an object that is a dictionary.
        items: What a list holds.
        values: Values of an enum.
    """

    fields: Mapping[str, Expected] | None = None
    entries: Expected | None = None
    items: Expected | None = None
    values: frozenset[str] | None = None


ANYTHING: Final = Expected()
_PLAIN: Final = msgspec.json.Decoder(object, float_hook=Number)


def expected_answer(operation: Operation[Any], status: int) -> Expected:
    """What the spec says of the answers of an operation with a status: of a refusal, only the envelope."""
    good = 200 <= status < 300
    result: Any = operation.result
    data = _of_answers(result) if good else ANYTHING
    if good and not operation.envelope:
        return data
    return Expected(
        fields={name: data if name == "data" else ANYTHING for name in Envelope.__struct_fields__}
    )


def plain_values(body: bytes) -> object:
    """An answer as plain values, numbers that are no `int` as `Number`.

    Raises:
        ValueError: It is no JSON.
        RecursionError: It is nested too deeply.
    """
    return _PLAIN.decode(body.removeprefix(BOM))


def looks_like_a_name(text: str) -> bool:
    """Whether the key of an object is the name of a field, by its form: not an id, an address, a product."""
    return _NAME.fullmatch(text) is not None


@cache
def _of_answers(kind: Any) -> Expected:
    """What a type says, found out once. Other threads see it when all of it is there, and not before."""
    return _expected(kind, {})


def _expected(kind: Any, structs: dict[Any, Expected]) -> Expected:
    """What a type says of the values that it reads.

    Args:
        kind: The type.
        structs: What is known of the structs in it, or is being found out.
    """
    origin = get_origin(kind) or kind
    if origin in (Union, UnionType):
        said = (_expected(one, structs) for one in get_args(kind))
        return next((one for one in said if one is not ANYTHING), ANYTHING)
    if origin in SEQUENCES:
        return Expected(items=_expected(next(iter(get_args(kind)), object), structs))
    if origin is dict:
        return Expected(entries=_expected(get_args(kind)[1] if get_args(kind) else object, structs))
    if not isinstance(origin, type):
        return ANYTHING
    if issubclass(origin, OpenStrEnum):
        return Expected(values=frozenset(member.value for member in origin))
    if issubclass(origin, msgspec.Struct):
        return _struct(kind, structs)
    return ANYTHING


def _struct(kind: Any, structs: dict[Any, Expected]) -> Expected:
    known = structs.get(kind)
    if known is None:
        fields: dict[str, Expected] = {}
        # Kept before it is filled: a struct may hold others of its own kind.
        known = structs[kind] = Expected(fields=fields)
        for field in msgspec.structs.fields(kind):
            fields[field.encode_name] = _expected(field.type, structs)
    return known
