"""Scalars of the API that msgspec cannot read by itself: odd times and objects of unknown content.

To a type checker they are plain `datetime`, `str` and `dict`, and so are the values at run time. At run time
the names are marker classes whose `isinstance` check accepts the plain type, so that msgspec calls
`decode_scalar` for them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, cast

import msgspec

__all__ = [
    "ISTANBUL",
    "ExternalId",
    "IsoDateTime",
    "JsonObject",
    "MintedDateTime",
    "MintedDateTimeUtc",
    "decode_scalar",
    "exact",
    "is_scalar",
    "read_datetime",
]

# Türkiye has kept +03:00 all the year since 2016, so that no time zone database is needed for the API's
# dates.
ISTANBUL = timezone(timedelta(hours=3), "Europe/Istanbul")

ExternalId: TypeAlias = Annotated[str, msgspec.Meta(min_length=1)]

if TYPE_CHECKING:
    MintedDateTime: TypeAlias = datetime
    MintedDateTimeUtc: TypeAlias = datetime
    IsoDateTime: TypeAlias = datetime
    JsonObject: TypeAlias = dict[str, Any]
else:

    class _Standin(type):
        """A class that counts instances of another one as its own."""

        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, cls.plain)

        def __get_pydantic_core_schema__(cls, source: object, handler: object) -> object:
            """What pydantic asks for."""
            from minted_async.integrations.pydantic_schema import object_schema, time_schema

            if cls.plain is dict:
                return object_schema()
            return time_schema(lambda text: decode_scalar(cls, text))

    class MintedDateTime(metaclass=_Standin):
        """`13-10-2023 11:10` or `2023-05-31 03:16:45`; without a zone it is Istanbul time."""

        plain = datetime

    class MintedDateTimeUtc(metaclass=_Standin):
        """The same forms; without a zone it is UTC."""

        plain = datetime

    class IsoDateTime(metaclass=_Standin):
        """ISO 8601 with an offset; without one it is Istanbul time."""

        plain = datetime

    class JsonObject(metaclass=_Standin):
        """An object whose content no documentation page shows; every number in it is a Decimal."""

        plain = dict


def read_datetime(text: str, zone: timezone = ISTANBUL) -> datetime:
    """Read any of the API's forms of a time; the result is always aware.

    Args:
        text: `DD-MM-YYYY HH:mm`, `YYYY-MM-DD HH:mm:ss`, or ISO 8601 with or without an offset.
        zone: The zone of a time that names none.

    Raises:
        ValueError: The text is no such time.
    """
    if text[2:3] == "-" == text[5:6]:
        text = f"{text[6:10]}-{text[3:5]}-{text[:2]}{text[10:]}"
    moment = datetime.fromisoformat(text)
    # `replace` would cost five times as much.
    return moment if moment.tzinfo is not None else datetime.combine(moment, moment.time(), zone)


def exact(value: Any) -> Any:
    """Plain JSON values with every number as a Decimal (integers too: a balance of 10 divides exactly like
    one of 10.5).
    """
    if type(value) is int:
        return Decimal(value)
    if isinstance(value, dict):
        return {key: exact(item) for key, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [exact(item) for item in cast("list[object]", value)]
    return value


def is_scalar(kind: object) -> bool:
    """Whether `decode_scalar` reads it."""
    return kind in frozenset[object]((MintedDateTime, MintedDateTimeUtc, IsoDateTime, JsonObject, object))


def decode_scalar(kind: type, value: Any) -> Any:
    """Msgspec's `dec_hook` for the scalars of this module."""
    # The stand-ins are no real types to a type checker, hence no match statement.
    if kind is object:  # an item of a list of which nothing is known
        return exact(value)
    if kind is JsonObject:
        # Some servers write an object without entries as an empty list.
        return exact({} if value == [] else value)
    if kind in (MintedDateTime, IsoDateTime, MintedDateTimeUtc):
        if not isinstance(value, str):
            raise ValueError(f"Expected a time as text, got {type(value).__name__}")
        return read_datetime(value, UTC if kind is MintedDateTimeUtc else ISTANBUL)
    raise NotImplementedError(f"no scalar of the API: {kind!r}")
