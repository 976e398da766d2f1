"""Every model, filled with anything that is valid."""

from __future__ import annotations

import inspect
import types
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Union, cast, get_args, get_origin

import msgspec
from hypothesis import strategies as st
from msgspec import UNSET, UnsetType

from minted_async import Page, models
from minted_async.core.enums import OpenStrEnum
from minted_async.core.model import Model
from minted_async.core.scalars import (
    ISTANBUL,
    IsoDateTime,
    JsonObject,
    MintedDateTime,
    MintedDateTimeUtc,
)
from minted_async.models import ecom, walletable

MARK = "SECRET-"
"""What every secret value begins with, and no other text has in it."""

MODELS: list[Any] = [
    *dict.fromkeys(
        kind
        for module in (models, ecom, walletable)
        for name in dir(module)
        if inspect.isclass(kind := getattr(module, name)) and issubclass(kind, Model)
    ),
    Page[ecom.Product],
    Page[ecom.EcomOrder],
]

TEXT = st.text(max_size=8).filter(lambda text: MARK not in text)
SECRET = TEXT.map(lambda text: f"{MARK}{text}")
LONG = st.tuples(st.integers(1, 999), st.integers(1, 3000)).map(lambda each: Decimal(str(each[0]) * each[1]))
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False) | LONG
TIMES = st.datetimes(timezones=st.sampled_from([UTC, ISTANBUL]))
LEAVES = st.none() | st.booleans() | TEXT
JSON = st.recursive(
    LEAVES,
    lambda each: st.lists(each, max_size=2) | st.dictionaries(st.sampled_from(["a", "b"]), each, max_size=2),
    max_leaves=4,
)
OBJECTS = st.dictionaries(st.sampled_from(["name", "id", "x"]), JSON, max_size=3)
SECRETIVE = st.fixed_dictionaries({"name": JSON, "cardNumber": SECRET})
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(),
    bool: st.booleans(),
    Decimal: DECIMALS,
    date: st.dates(),
    datetime: TIMES,
    MintedDateTime: TIMES,
    MintedDateTimeUtc: TIMES,
    IsoDateTime: TIMES,
    JsonObject: OBJECTS | SECRETIVE,
    object: JSON,
    type(None): st.none(),
    UnsetType: st.just(UNSET),
}


@cache
def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of the type of a field."""
    if kind in PLAIN:
        return PLAIN[kind]
    model: Any = kind
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return st.one_of(*(any_of(each) for each in arguments))
    if origin is Annotated:
        return any_of(arguments[0]).filter(bool)
    if origin is list:
        return st.lists(any_of(arguments[0]), max_size=2)
    if isinstance(kind, type) and issubclass(kind, OpenStrEnum):
        return (st.sampled_from(list(kind)) | TEXT).map(cast("Any", kind))
    return any_model(model)


@cache
def any_model(kind: Any) -> st.SearchStrategy[Any]:
    """Instances of a model."""
    model: type[Model] = get_origin(kind) or kind
    secrets = model.__secret_fields__
    fields = {
        field.name: SECRET if field.name in secrets else any_of(field.type)
        for field in msgspec.structs.fields(kind)
    }
    return st.builds(kind, **fields)


def with_secrets(value: Any, shown: Any) -> Any:
    """What was shown of a value, with what was left out put back."""
    if isinstance(value, Model):
        fields = zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True)
        named = {wire: getattr(value, name) for wire, name in fields}
    elif isinstance(value, dict):
        named = cast("dict[str, Any]", value)
    elif isinstance(value, list):
        return [with_secrets(*each) for each in zip(cast("list[object]", value), shown, strict=True)]
    else:
        return shown
    return {
        wire: with_secrets(each, shown[wire]) if wire in shown else msgspec.to_builtins(each)
        for wire, each in named.items()
        if each is not UNSET
    }
