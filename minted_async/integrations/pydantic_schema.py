"""What pydantic is told of models, open enums and scalars, when it asks: FastAPI and others ask.

What comes in is checked field by field and becomes a struct. What goes out has the documented names, decimals
as text, and never a field that is marked as a secret.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Union, cast, get_args, get_origin

import msgspec
from msgspec import UNSET, UnsetType
from pydantic import Field
from pydantic_core import core_schema

from minted_async.core.secret_names import is_secret

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler

    from minted_async.core.enums import OpenStrEnum
    from minted_async.core.model import Model

__all__ = ["enum_schema", "model_schema", "object_schema", "time_schema"]


def model_schema(source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
    """The schema of a model.

    Args:
        source: The model, or a generic one with its arguments.
        handler: Makes the schemas of the fields.
    """
    cls: type[Model] = get_origin(source) or source
    names: dict[str, str] = {}
    incoming: dict[str, core_schema.TypedDictField] = {}
    outgoing: dict[str, core_schema.TypedDictField] = {}
    for field in msgspec.structs.fields(source):
        wire = field.encode_name
        schema = handler.generate_schema(_as_pydantic(field.type))
        incoming[wire] = core_schema.typed_dict_field(schema, required=field.required)
        if field.name not in cls.__secret_fields__:
            always = field.default is not UNSET
            outgoing[wire] = core_schema.typed_dict_field(schema, required=always)
        names[wire] = field.name

    def build(values: dict[str, Any]) -> Model:
        return cls(**{names[wire]: value for wire, value in values.items()})

    def plain(model: Model) -> dict[str, Any]:
        shown = ((wire, getattr(model, names[wire])) for wire in outgoing)
        return {wire: value for wire, value in shown if value is not UNSET}

    title = "_".join(kind.__name__ for kind in (cls, *get_args(source)))
    return core_schema.no_info_wrap_validator_function(
        lambda value, read: value if isinstance(value, cls) else build(read(value)),
        core_schema.typed_dict_schema(incoming, cls_name=title),
        ref=f"{cls.__module__}.{title}:{id(cls)}",
        metadata={"pydantic_js_updates": {"description": inspect.getdoc(cls)}},
        serialization=core_schema.plain_serializer_function_ser_schema(
            plain, return_schema=core_schema.typed_dict_schema(outgoing, cls_name=title)
        ),
    )


def enum_schema(source: type[OpenStrEnum]) -> core_schema.CoreSchema:
    """The schema of an open enum: any text, of which the documented ones are examples."""
    return core_schema.no_info_after_validator_function(
        source,
        core_schema.str_schema(
            metadata={"pydantic_js_updates": {"examples": [each.value for each in source]}}
        ),
        serialization=core_schema.to_string_ser_schema(),
    )


def time_schema(read: Callable[[str], datetime]) -> core_schema.CoreSchema:
    """The schema of a time: the API's forms come in, ISO 8601 goes out."""
    return core_schema.no_info_wrap_validator_function(
        lambda value, check: value if isinstance(value, datetime) else read(check(value)),
        core_schema.str_schema(),
        serialization=core_schema.plain_serializer_function_ser_schema(
            datetime.isoformat, return_schema=core_schema.str_schema()
        ),
        metadata={"pydantic_js_updates": {"format": "date-time"}},
    )


def object_schema() -> core_schema.CoreSchema:
    """The schema of an object that is not documented; what has the name of a secret never goes out."""
    anything = core_schema.dict_schema(core_schema.str_schema(), core_schema.any_schema())
    return core_schema.dict_schema(
        core_schema.str_schema(),
        core_schema.any_schema(),
        serialization=core_schema.plain_serializer_function_ser_schema(_shown, return_schema=anything),
    )


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        return {name: _shown(each) for name, each in items if not is_secret(name)}
    return [_shown(each) for each in cast("list[Any]", value)] if isinstance(value, list) else value


def _as_pydantic(annotation: Any) -> Any:
    """The type of a field in words that pydantic knows: what may be left out is no part of a type there, and
    limits are its own.
    """
    origin: Any = get_origin(annotation)
    arguments = get_args(annotation)
    if origin in (Union, types.UnionType):
        return reduce(or_, (_as_pydantic(each) for each in arguments if each is not UnsetType))
    if origin is Annotated:
        meta = next(each for each in arguments[1:] if isinstance(each, msgspec.Meta))
        limits = {name: getattr(meta, name) for name in ("min_length", "max_length", "ge", "le")}
        return Annotated[
            arguments[0], Field(**{name: each for name, each in limits.items() if each is not None})
        ]
    if origin is not None and isinstance(origin, type) and not issubclass(origin, msgspec.Struct):
        return origin[tuple(_as_pydantic(each) for each in arguments)]
    return annotation
