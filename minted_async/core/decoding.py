"""JSON into types: exact in any decimal context, finite, and with one error for all that cannot be read."""

from __future__ import annotations

import decimal
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar, cast

import msgspec

from minted_async.core.scalars import decode_scalar, exact

T = TypeVar("T")

_NULL: Final = msgspec.Raw(b"null")


class Envelope(msgspec.Struct):
    """What every answer is wrapped in: `data` is left as it came until `success` is known.

    Lenient in everything but `success`: an error must be readable even if it is written oddly.
    """

    success: bool
    data: msgspec.Raw = _NULL
    code: msgspec.Raw = _NULL
    message: msgspec.Raw = _NULL
    errors: msgspec.Raw = _NULL


class UndecodableError(Exception):
    """JSON that does not fit its type, or is none.

    Attributes:
        text: Why.
        place: Where, such as `.items[0].price`; empty for all of it.
    """

    def __init__(self, text: str, place: str) -> None:
        super().__init__(text, place)
        self.text = text
        self.place = place


_ENVELOPE: Final = msgspec.json.Decoder(Envelope)
_PLAIN: Final = msgspec.json.Decoder(object, float_hook=Decimal)
_DECODERS: Final[dict[Any, msgspec.json.Decoder[Any]]] = {}
# In a context that does not trap, a number that no Decimal holds would become NaN without a word.
_TRAPPING: Final = decimal.Context(traps=[InvalidOperation])
_LOWER_CASE: Final = bytes(range(256)).lower()
_PLACE: Final = re.compile(r"(.*) - at `\$(.*)`", re.DOTALL)
# What msgspec raises: DecodeError, and for numbers beyond what an int, a Decimal or a date holds, bytes that
# are no text, and bottomless nesting, whatever Python does.
_UNREADABLE: Final = (ValueError, ArithmeticError, RecursionError)


def decode_envelope(body: bytes) -> Envelope:
    """Read the envelope of an answer, its data unread.

    Raises:
        UndecodableError: It is none.
    """
    try:
        return _ENVELOPE.decode(body)
    except _UNREADABLE as problem:
        raise _undecodable(problem) from None


def decode(result: type[T], data: bytes | msgspec.Raw) -> T:
    """Read JSON as a type; as plain values, every number a Decimal, if that is `object`.

    Raises:
        UndecodableError: It does not fit, or a number in it is not finite.
    """
    outer = decimal.getcontext()
    decimal.setcontext(_TRAPPING)
    try:
        if result is object:
            return cast("T", exact(_PLAIN.decode(data)))
        value: T = _decoder(result).decode(data)
    except _UNREADABLE as problem:
        raise _undecodable(problem) from None
    finally:
        decimal.setcontext(outer)
    if _may_be_non_finite(bytes(data)):
        for place in _non_finite(value, ""):
            raise UndecodableError("Expected a finite number", place)
    return value


def _decoder(result: Any) -> msgspec.json.Decoder[Any]:
    """The decoder of a type, made once: making one costs a hundred times what decoding with it does."""
    decoder = _DECODERS.get(result)
    if decoder is None:
        decoder = _DECODERS[result] = msgspec.json.Decoder(result, dec_hook=decode_scalar, float_hook=Decimal)
    return decoder


def _undecodable(problem: Exception) -> UndecodableError:
    if isinstance(problem, ArithmeticError):
        return UndecodableError("a number is out of range", "")
    if isinstance(problem, RecursionError):
        return UndecodableError("it is nested too deeply", "")
    match = _PLACE.fullmatch(str(problem))
    return UndecodableError(match[1], match[2]) if match else UndecodableError(str(problem), "")


def _may_be_non_finite(data: bytes) -> bool:
    """Whether there may be a "NaN" or an "Infinity", of which msgspec makes a Decimal where one is expected.

    Decimal reads them in any case and with underscores anywhere, and JSON can spell a letter as a number. A
    name such as "Sinan" costs a closer look; looking at each number always would cost more.
    """
    letters = data.translate(_LOWER_CASE, b"_")
    return b"nan" in letters or b"inf" in letters or b"\\u00" in letters


def _non_finite(value: object, place: str) -> Iterator[str]:
    """Places of Decimals that are no finite numbers."""
    match value:
        case Decimal():
            if not value.is_finite():
                yield place
        case msgspec.Struct():
            for field in msgspec.structs.fields(value):
                yield from _non_finite(getattr(value, field.name), f"{place}.{field.encode_name}")
        case list() | tuple():
            for index, item in enumerate(cast("Sequence[object]", value)):
                yield from _non_finite(item, f"{place}[{index}]")
        case dict():
            for key, item in cast("dict[object, object]", value).items():
                yield from _non_finite(item, f"{place}.{key}")
        case _:
            return
