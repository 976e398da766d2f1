"""JSON into types: exact in any decimal context, finite, and with one error for all that cannot be read."""

from __future__ import annotations

import contextlib
import decimal
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final, TypeVar, cast

import msgspec
from msgspec import UNSET, UnsetType, inspect

from minted_async.core.forks import lock_of_module
from minted_async.core.scalars import decode_scalar, exact, is_scalar

T = TypeVar("T")

_NULL: Final = msgspec.Raw(b"null")


class Words(msgspec.Struct, kw_only=True):
    """What an answer may say of itself, each as it came: an error must be readable even if it is odd."""

    data: msgspec.Raw = _NULL
    code: msgspec.Raw = _NULL
    message: msgspec.Raw = _NULL
    errors: msgspec.Raw = _NULL


class Envelope(Words, kw_only=True):
    """What every answer is wrapped in, by the documentation."""

    success: bool


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
_WORDS: Final = msgspec.json.Decoder(Words)
_PLAIN: Final = msgspec.json.Decoder(object, float_hook=Decimal)
BOM: Final = b"\xef\xbb\xbf"
"""A byte order mark, which some servers put before their JSON."""

# msgspec reads the annotations of a struct when it first meets it, and other threads see them half read: that
# ends the process (msgspec 0.22, by a segmentation fault). A fork would keep them half read for good.
_BUILDING: Final = lock_of_module()

_ENVELOPES: Final[dict[Any, type[msgspec.Struct]]] = {}
_DECODERS: Final[dict[Any, msgspec.json.Decoder[Any]]] = {}
# In a context that does not trap, a number that no Decimal holds would become NaN without a word.
_TRAPPING: Final = decimal.Context(traps=[InvalidOperation])
SEQUENCES: Final = frozenset({list, tuple, set, frozenset})
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


def decode_words(body: bytes) -> Words | None:
    """Read what a refusal says, in the envelope or without; nothing if it is no JSON object."""
    for decoder in (_ENVELOPE, _WORDS):
        with contextlib.suppress(*_UNREADABLE):
            return decoder.decode(body)
    return None


def decode_success(result: type[T], body: bytes) -> T | UnsetType:
    """Read the data of a successful answer in a single pass, which costs a fifth less than two.

    Returns:
        The data; UNSET if the answer does not read so, and its envelope has to tell why.
    """
    try:
        whole = decode(_whole(result), body)
    except UndecodableError:
        return UNSET
    return cast("T | UnsetType", whole.data) if whole.success else UNSET


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
    if not _finite(value):
        raise UndecodableError("Expected a finite number", next(_non_finite(value, "")))
    return value


def convert(value: object, kind: type[T]) -> T:
    """Plain values as a type.

    Raises:
        msgspec.ValidationError: They do not fit.
    """
    with _BUILDING:
        return msgspec.convert(value, kind)  # noqa: TID251


def type_info(kind: Any) -> inspect.Type:
    """What a type is made of."""
    with _BUILDING:
        return inspect.type_info(kind)  # noqa: TID251


def check_result(result: Any) -> None:
    """Make sure that JSON can be read as a type, before a call is made whose answer is to be read so.

    Raises:
        TypeError: It cannot.
    """
    try:
        pending: list[object] = [type_info(result)]
        _decoder(_whole(result))
    except Exception as problem:  # whatever msgspec makes of what is no type
        raise TypeError(
            f"result must be a type that JSON can be read as, not {result!r}: {problem}"
        ) from None
    seen: set[int] = set()
    for part in pending:  # which grows on the way
        if isinstance(part, inspect.CustomType) and not is_scalar(part.cls):
            raise TypeError(f"result must be a type that JSON can be read as, and {part.cls!r} is none")
        if isinstance(part, tuple):
            pending += cast("tuple[object, ...]", part)
        elif isinstance(part, msgspec.Struct) and id(part) not in seen:
            seen.add(id(part))
            pending += msgspec.structs.astuple(part)


def _whole(result: Any) -> Any:
    """The envelope around data of a type, made once."""
    whole = _ENVELOPES.get(result)
    if whole is None:
        fields: list[Any] = [("success", bool), ("data", result | UnsetType, UNSET)]
        whole = _ENVELOPES.setdefault(result, msgspec.defstruct("Whole", fields))
    return whole


def _decoder(result: Any) -> msgspec.json.Decoder[Any]:
    """The decoder of a type, made once: making one costs a hundred times what decoding with it does."""
    decoder = _DECODERS.get(result)
    if decoder is None:
        with _BUILDING:
            decoder = msgspec.json.Decoder(result, dec_hook=decode_scalar, float_hook=Decimal)
            _DECODERS[result] = decoder
    return decoder


def _undecodable(problem: Exception) -> UndecodableError:
    if isinstance(problem, ArithmeticError):
        return UndecodableError("a number is out of range", "")
    if isinstance(problem, RecursionError):
        return UndecodableError("it is nested too deeply", "")
    match = _PLACE.fullmatch(str(problem))
    return UndecodableError(match[1], match[2]) if match else UndecodableError(str(problem), "")


def _finite(value: object) -> bool:
    """Whether every Decimal in it is a number: msgspec makes one of the text "NaN" too.

    Flat, and by exact types: `isinstance` of a struct asks an abstract base class, and costs ten times that.
    """
    pending: list[Any] = [value]
    for item in pending:  # which grows on the way
        if item is None:
            continue
        kind: Any = type(item)  # pyright: ignore[reportUnknownVariableType]
        if kind is str:
            continue
        if kind is Decimal:
            if not item.is_finite():
                return False
        elif kind in SEQUENCES:
            pending += item
        elif kind is dict:
            pending += item.values()
        elif _is_struct(kind):
            pending += msgspec.structs.astuple(item)
    return True


@cache
def _is_struct(kind: Any) -> bool:
    return issubclass(kind, msgspec.Struct)


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
