"""Plain values of models for the outside: what a web page, a JSON answer or a log may have.

`msgspec.json.encode`, and every framework that uses it, writes all fields of a model, as requests to Minted
need them. What goes to anybody else goes through `shown`.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any, cast
from uuid import UUID

import msgspec
from msgspec import UNSET

from minted_async.core.secret_names import is_secret

__all__ = ["fields_shown", "shown"]


def shown(value: object) -> Any:
    """Plain JSON values of a model, or of anything that holds models, without what is secret.

    Args:
        value: A model or another struct, a dataclass, a list or a mapping of them, or a scalar. Answers of
            which nothing is documented are plain mappings, so that names count in those of your own too: a
            `token` that you mean to give away does not come through here.

    Returns:
        Dicts with the documented names, lists, and scalars. Decimals are text, so that no digit is lost on
        the way, and times are ISO 8601. Fields that are marked as secret, have the name of a secret, or are
        kept out of the `repr` of a dataclass, are left out, and so is `UNSET`.

    Raises:
        TypeError: There is something in it of which it is not known how to show it.
    """
    match value:
        case enum.Enum():
            return value.value
        case None | str() | bool() | int() | float():
            return value
        case Decimal() | UUID():
            return str(value)
        case date() | time():  # a datetime is a date
            return value.isoformat()
        case msgspec.Struct():
            return {name: shown(each) for name, each in fields_shown(value)}
        case Mapping():
            items = cast("Mapping[object, object]", value).items()
            return {str(name): shown(each) for name, each in items if not is_secret(str(name))}
        case list() | tuple() | set() | frozenset():
            return [shown(each) for each in cast("list[object]", value)]
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            names = (field.name for field in dataclasses.fields(value) if field.repr)
            return {name: shown(getattr(value, name)) for name in names if not is_secret(name)}
        case _:
            raise TypeError(f"a {type(value).__name__} cannot be shown: give its values as plain ones")


def fields_shown(value: msgspec.Struct) -> Iterator[tuple[str, Any]]:
    """The fields of a struct that are no secrets and have a value, by their documented names."""
    for name, wire in public_fields(type(value)):
        each = getattr(value, name)
        if each is not UNSET and not callable(each):  # the clock of a quote is nothing to show
            yield wire, each


@cache
def public_fields(kind: type[msgspec.Struct]) -> tuple[tuple[str, str], ...]:
    """Name and documented name of each field that is no secret."""
    marked: frozenset[str] = getattr(kind, "__secret_fields__", frozenset())
    names = zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True)
    return tuple(
        (name, wire)
        for name, wire in names
        if name not in marked and not is_secret(name) and not is_secret(wire)
    )
