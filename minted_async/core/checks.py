"""Checking arguments before anything is sent: types, empty ids, and numbers that are none.

msgspec checks what it decodes, not what is put into a struct, so that a wrong type would only be noticed by
the server. The check walks the struct by msgspec's own description of its type.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache, partial
from typing import Any, TypeAlias, TypeVar, cast

import msgspec
from msgspec import inspect

from minted_async.core.decoding import type_info
from minted_async.core.model import Model
from minted_async.errors import ArgumentError

__all__ = ["argument_error", "check_argument", "check_body", "check_path_value", "check_text", "check_values"]

A = TypeVar("A")

Check: TypeAlias = Callable[[Any, str], None]


def argument_error(field: str, problem: str) -> ArgumentError:
    """The error for a value of the right type that cannot be sent."""
    return ArgumentError(f"{field} {problem}", argument=field, problem=problem)


def check_body(body: Model) -> None:
    """Check a request's body, nested models too.

    Raises:
        TypeError: A value has the wrong type; the message names the field.
        ArgumentError: A value of the right type cannot be sent: an empty id, a number that is not finite.
    """
    _check_of(type(body))(body, "")


def check_path_value(name: str, value: object) -> str:
    """Check a value that becomes one segment of the path.

    Raises:
        TypeError: It is no string.
        ArgumentError: It is empty, or a dot segment: RFC 3986 section 6.2.2 makes those another path even
        when encoded.
    """
    text = check_text(value, name)
    if not text:
        raise argument_error(name, "must not be empty")
    if text in (".", ".."):
        raise argument_error(
            name, f"must not be {text!r}: servers take it for another path, percent-encoded or not"
        )
    return text


def check_argument(value: A, name: str, kind: type, low: int | None = None, high: int | None = None) -> A:
    """Check a plain value of the query; one that is left out passes.

    Args:
        value: What was given.
        name: What the argument is called.
        kind: What it must be.
        low: The least that it may be; of a text, its length.
        high: The most.

    Raises:
        TypeError: It has the wrong type.
        ArgumentError: It is out of bounds, or cannot be sent.
    """
    given: object = value
    if given is msgspec.UNSET:
        return value
    _ARGUMENTS.get(kind, partial(_check_instance, kind))(value, name)
    size: Any = len(value) if isinstance(value, str) else value
    if (low is not None and size < low) or (high is not None and size > high):
        if value == "":
            raise argument_error(name, "must not be empty")
        unit = " characters long" if isinstance(value, str) else ""
        match low, high:
            case int(), None:
                bounds = f"at least {low}"
            case None, int():
                bounds = f"at most {high}"
            case _:
                bounds = f"exactly {low}" if low == high else f"from {low} to {high}"
        raise argument_error(name, f"must be {bounds}{unit}, not {size}")
    return value


def check_values(value: object, field: str = "json") -> None:
    """Check plain values (dicts, lists, numbers ...) that are about to be sent as JSON.

    Raises:
        TypeError: Something is no JSON value, or a float, which cannot hold money exactly.
        ArgumentError: A Decimal is not finite, text holds a lone surrogate, or it is nested without end.
    """
    try:
        _check_value(value, field)
    except RecursionError:
        raise argument_error(field, "is nested too deeply, or holds itself") from None


def _check_value(value: object, field: str) -> None:
    match value:
        case None | bool() | int() | datetime.date():
            return
        case str():
            check_text(value, field)
        case Decimal():
            _check_decimal(value, field)
        case Model():
            _check_of(type(value))(value, field)
        case msgspec.Struct():
            set_fields = msgspec.structs.asdict(value).items()
            _check_value({name: item for name, item in set_fields if item is not msgspec.UNSET}, field)
        case Mapping():
            for key, item in cast("Mapping[object, object]", value).items():
                if not isinstance(key, str):
                    raise TypeError(f"{field} has a key that is no str: {key!r}")
                check_text(key, f"a key of {field}")
                _check_value(item, f"{field}.{key}")
        case list() | tuple():
            for index, item in enumerate(cast("Sequence[object]", value)):
                _check_value(item, f"{field}[{index}]")
        case float():
            raise TypeError(
                f"{field} is a float, which cannot hold money exactly: write Decimal({str(value)!r})"
            )
        case _:
            raise TypeError(f"{field} cannot be sent as JSON: {type(value).__name__}")


def check_text(value: object, field: str) -> str:
    """Check that a value is text which can be encoded.

    Raises:
        TypeError: It is no string.
        ArgumentError: It holds a lone surrogate.
    """
    if not isinstance(value, str):
        raise TypeError(f"{field} must be a str, not {type(value).__name__}")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise argument_error(field, "holds a lone surrogate, which is no character") from None
    return value


def _check_decimal(value: object, field: str) -> None:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise argument_error(field, f"must be a finite number, not {value}")
    elif isinstance(value, float):
        raise TypeError(f"{field} must be a Decimal, not a float: write Decimal({str(value)!r})")
    elif isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{field} must be a Decimal, not {type(value).__name__}")


def _check_string(minimum: int, value: object, field: str) -> None:
    if len(check_text(value, field)) < minimum:
        raise argument_error(field, "must not be empty")


def _check_instance(kind: type, value: object, field: str) -> None:
    # bool is an int, and a datetime is a date, to isinstance: neither is to the API.
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
        raise TypeError(f"{field} must be {_a(kind)}, not {type(value).__name__}")
    if isinstance(value, datetime.datetime) and kind is datetime.date:
        raise TypeError(f"{field} must be a date, not a datetime: use .date()")


def _check_custom(kind: type, value: object, field: str) -> None:
    _check_instance(kind, value, field)
    check_values(value, field)


def _check_items(item: Check, value: object, field: str) -> None:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        raise TypeError(f"{field} must be a list, not {type(value).__name__}")
    for index, entry in enumerate(cast("Sequence[object]", value)):
        item(entry, f"{field}[{index}]")


def _check_entries(check: Check, value: object, field: str) -> None:
    if not isinstance(value, dict):
        raise TypeError(f"{field} must be a dict, not {type(value).__name__}")
    for key, entry in cast("dict[object, object]", value).items():
        check(entry, f"{field}.{key}")


def _check_struct(cls: type, fields: Iterable[tuple[str, bool, Check]], value: object, field: str) -> None:
    if not isinstance(value, cls):
        raise TypeError(f"{field} must be {_a(cls)}, not {type(value).__name__}")
    for name, required, check in fields:
        entry = getattr(value, name)
        where = f"{field}.{name}" if field else name
        if entry is not msgspec.UNSET:
            check(entry, where)
        elif required:
            raise TypeError(f"{where} is required and cannot be UNSET")


def _check_literal(values: tuple[object, ...], value: object, field: str) -> None:
    if value not in values:
        raise TypeError(f"{field} must be {' or '.join(map(repr, values))}, not {value!r}")


def _check_union(checks: Sequence[Check], nullable: bool, value: object, field: str) -> None:
    if value is None and nullable:
        return
    for check in checks[:-1]:
        try:
            check(value, field)
        except TypeError:
            continue
        return
    checks[-1](value, field)


@cache
def _check_of(cls: type) -> Check:
    """The check of a struct, made once: describing a type costs far more than checking a value."""
    return _compile(type_info(cls))


def _compile(kind: inspect.Type) -> Check:
    match kind:
        case inspect.StrType(min_length=minimum):
            return lambda value, field: _check_string(minimum or 0, value, field)
        case inspect.DecimalType():
            return _check_decimal
        case inspect.EnumType():
            # Enums are open: any string may be one of their values.
            return lambda value, field: _check_string(1, value, field)
        case inspect.LiteralType(values=values):
            return lambda value, field: _check_literal(values, value, field)
        case inspect.ListType(item_type=item_type):
            item = _compile(item_type)
            return lambda value, field: _check_items(item, value, field)
        case inspect.DictType(value_type=value_type):
            entry_check = _compile(value_type)
            return lambda value, field: _check_entries(entry_check, value, field)
        case inspect.AnyType():
            return check_values
        case inspect.StructType(cls=cls, fields=fields):
            plan = [(entry.name, entry.required, _compile(entry.type)) for entry in fields]
            return lambda value, field: _check_struct(cls, plan, value, field)
        case inspect.UnionType(types=types):
            checks = [_compile(entry) for entry in types if not isinstance(entry, inspect.NoneType)]
            return lambda value, field: _check_union(checks, len(checks) < len(types), value, field)
        case inspect.CustomType(cls=cls):  # `object` is one to msgspec
            return lambda value, field: _check_custom(cls, value, field)
        case _:
            plain = _PLAIN[type(kind)]
            return lambda value, field: _check_instance(plain, value, field)


_PLAIN: dict[type[inspect.Type], type] = {
    inspect.BoolType: bool,
    inspect.IntType: int,
    inspect.DateType: datetime.date,
    inspect.DateTimeType: datetime.datetime,
    inspect.UUIDType: uuid.UUID,
}


_ARGUMENTS: dict[Any, Callable[[object, str], object]] = {str: check_text, Decimal: _check_decimal}


def _a(cls: type) -> str:
    article = "an" if cls.__name__[0] in "AEIOUaeio" else "a"
    return f"{article} {cls.__name__}"
