"""Calls of generated methods with arguments made from their type hints."""

from __future__ import annotations

import enum
import inspect
import types
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import msgspec
from msgspec import UnsetType

from minted_async import MintedClient
from minted_async.core.operation import Operation
from tests.recorder import method_of

SAMPLES: dict[Any, object] = {
    str: "sample",
    object: "anything",
    int: 7,
    bool: True,
    Decimal: Decimal("0.125"),
    date: date(1970, 1, 31),
}


def sample(hint: Any) -> object:
    """A value of a type, complete down to its optional fields."""
    if hint in SAMPLES:
        return SAMPLES[hint]
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated or origin is Literal:
        return sample(parts[0]) if origin is Annotated else parts[0]
    if origin in (Union, types.UnionType):
        return sample(next(part for part in parts if part not in (UnsetType, types.NoneType)))
    if origin in (list, Sequence) or (isinstance(origin, type) and issubclass(origin, Sequence)):
        return [sample(parts[0])]
    if issubclass(hint, enum.Enum):
        return next(iter(hint))
    if issubclass(hint, msgspec.Struct):
        hints = get_type_hints(hint, include_extras=True)
        return hint(**{name: sample(hints[name]) for name in hint.__struct_fields__})
    raise NotImplementedError(f"no sample of {hint!r}")


def sample_call(minted: MintedClient, operation: Operation[Any]) -> Awaitable[object]:
    """Call the generated method of an operation with everything that it takes."""
    method = cast("Callable[..., Awaitable[object]]", method_of(minted, operation.id))
    hints = get_type_hints(method, include_extras=True)
    positional: list[object] = []
    named: dict[str, object] = {}
    for parameter in inspect.signature(method).parameters.values():
        value = sample(hints[parameter.name])
        if parameter.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD:
            named[parameter.name] = value
        else:
            positional.append(value)
    return method(*positional, **named)
