"""What pydantic is told of models, open enums and scalars, when it asks: FastAPI and others ask.

What comes in is checked field by field and becomes a struct. What goes out has the documented names, decimals
as text, and never a field that is a secret. What is refused is quoted with its secrets masked.
"""

from __future__ import annotations

import ast
import inspect
import sys
import types
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Union, cast, get_args, get_origin

import msgspec
from msgspec import UNSET, UnsetType
from pydantic import Field, ValidationError
from pydantic_core import InitErrorDetails, PydanticSerializationUnexpectedValue, core_schema

from minted_async.core.forks import lock_of_module
from minted_async.core.masking import mask_json
from minted_async.core.secret_names import MASK, is_secret
from minted_async.integrations.shown import fields_shown, public_fields

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler

    from minted_async.core.enums import OpenStrEnum
    from minted_async.core.model import Model

__all__ = ["enum_schema", "model_schema", "object_schema", "time_schema"]

_LIMITS: Final = ("min_length", "max_length", "pattern", "ge", "gt", "le", "lt", "multiple_of")
_PARSING: Final = lock_of_module()
_FLOAT_DIGITS: Final = sys.float_info.dig
"""Digits that a float keeps of any number: of one with more, some may have been lost before we see it."""


def model_schema(source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
    """The schema of a model.

    Args:
        source: The model, or a generic one with its arguments.
        handler: Makes the schemas of the fields.
    """
    cls: type[Model] = get_origin(source) or source
    public = dict(public_fields(cls))
    texts = _field_texts(cls)
    names: dict[str, str] = {}
    incoming: dict[str, core_schema.TypedDictField] = {}
    outgoing: dict[str, core_schema.TypedDictField] = {}
    for field in msgspec.structs.fields(source):
        if get_origin(field.type) is Callable:  # such as the clock of a quote: no data
            continue
        wire = field.encode_name
        schema = handler.generate_schema(_as_pydantic(field.type))
        text = texts.get(field.name)
        updates = {"pydantic_js_updates": {"description": text}} if text else None
        incoming[wire] = core_schema.typed_dict_field(schema, required=field.required, metadata=updates)
        if field.name in public:
            always = field.default is not UNSET
            outgoing[wire] = core_schema.typed_dict_field(schema, required=always, metadata=updates)
        names[wire] = field.name

    def read(value: Any, check: core_schema.ValidatorFunctionWrapHandler) -> Model:
        if isinstance(value, cls):
            return value
        try:
            values = check(value)
        except ValidationError as refused:
            masked = [_masked(error) for error in refused.errors(include_url=False)]
            raise ValidationError.from_exception_data(title, masked) from None
        return cls(**{names[wire]: each for wire, each in values.items()})

    def show(value: Any, write: core_schema.SerializerFunctionWrapHandler) -> Any:
        if value is None:  # a default that the type does not have: pydantic warns, and writes null
            raise PydanticSerializationUnexpectedValue(f"expected {title}, got None")
        if not isinstance(value, cls):  # an item of a union, or none of ours: nothing of it is shown
            raise ValueError(f"expected {title}, got {type(value).__name__}")
        return write(dict(fields_shown(value)))

    def describe(schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        described = handler(schema if handler.mode == "validation" else public_dict)
        handler.resolve_ref_schema(described).update(title=title, description=inspect.getdoc(cls))
        return described

    title = _title(source)
    read.__name__ = title  # by which pydantic tells the members of a union apart
    public_dict = core_schema.typed_dict_schema(outgoing)
    return core_schema.no_info_wrap_validator_function(
        read,
        core_schema.typed_dict_schema(incoming),
        ref=f"{cls.__module__}.{title}:{'-'.join(str(id(each)) for each in (cls, *get_args(source)))}",
        metadata={"pydantic_js_functions": [describe]},
        serialization=core_schema.wrap_serializer_function_ser_schema(show, schema=public_dict),
    )


def enum_schema(source: type[OpenStrEnum]) -> core_schema.CoreSchema:
    """The schema of an open enum: any text, of which the documented ones are examples."""
    return core_schema.no_info_after_validator_function(
        source,
        core_schema.str_schema(),
        serialization=core_schema.to_string_ser_schema(),
        metadata={"pydantic_js_updates": {"examples": [each.value for each in source]}},
    )


def time_schema(read: Callable[[str], datetime]) -> core_schema.CoreSchema:
    """The schema of a time: the API's forms come in, ISO 8601 goes out."""

    def check(value: Any) -> datetime:
        # A time without a zone is in that of the API, be it text or not.
        text = value.isoformat() if isinstance(value, datetime) else value
        try:
            return read(text)
        except ValueError:  # which quotes the text
            raise ValueError("a time is text in ISO 8601, such as 2026-01-31T12:00:00+03:00") from None

    return core_schema.no_info_before_validator_function(check, core_schema.datetime_schema())


def object_schema() -> core_schema.CoreSchema:
    """The schema of an object of which nothing is documented: its numbers are Decimals, as in an answer, and
    what has the name of a secret never goes out.
    """
    return core_schema.no_info_before_validator_function(
        lambda value: {} if value == [] else _exact(value),
        core_schema.dict_schema(core_schema.str_schema(), core_schema.any_schema()),
        serialization=_without_secrets(
            core_schema.dict_schema(core_schema.str_schema(), core_schema.any_schema())
        ),
    )


class _Anything:
    """Any JSON value."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(
            _exact,
            core_schema.any_schema(),
            serialization=_without_secrets(core_schema.any_schema()),
        )


class _Exactly:
    """A decimal, of which the JSON schema promises text."""

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(_exact_number, handler(source))

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: object, handler: object) -> dict[str, object]:
        return {"type": "string", "format": "decimal", "examples": ["4260.9438"]}


def _without_secrets(schema: core_schema.CoreSchema) -> core_schema.SerSchema:
    return core_schema.wrap_serializer_function_ser_schema(
        lambda value, write: write(_public(value)), schema=schema
    )


def _public(value: Any) -> Any:
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        return {name: _public(each) for name, each in items if not is_secret(name)}
    return [_public(each) for each in cast("list[object]", value)] if isinstance(value, list) else value


def _exact(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _exact(each) for name, each in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_exact(each) for each in cast("list[object]", value)]
    return _exact_number(value)


def _exact_number(value: Any) -> Any:
    """A number as a Decimal; anything else as it is.

    Raises:
        ValueError: It is not finite, or may have had more digits before a parser made a float of it.
    """
    if type(value) is int:
        return Decimal(value)
    if not isinstance(value, float):
        return value
    number = Decimal(repr(value))
    if not number.is_finite():
        raise ValueError("a number must be finite")
    if len(number.as_tuple().digits) > _FLOAT_DIGITS:
        raise ValueError(f"a number of more than {_FLOAT_DIGITS} digits loses some in JSON: send it as text")
    return number


def _masked(error: Any) -> InitErrorDetails:
    """An error as pydantic wants it back: it quotes scalars, secrets masked, and of all else names the type.

    A number that is none is quoted as text: no JSON can hold it, and FastAPI answers in JSON.
    """
    value = error["input"]
    if any(isinstance(part, str) and is_secret(part) for part in error["loc"]):
        quoted = MASK
    elif value is None or isinstance(value, str | int | Decimal):
        quoted = mask_json(value)
    else:
        quoted = repr(value) if isinstance(value, float) else type(value).__name__
    details = InitErrorDetails(type=error["type"], loc=error["loc"], input=quoted)
    if "ctx" in error:
        details["ctx"] = error["ctx"]
    return details


def _title(kind: Any) -> str:
    """The name of a type, with those of its arguments: `Page_list_Order`."""
    name = getattr(get_origin(kind) or kind, "__name__", "Any")
    return "_".join((name, *(_title(argument) for argument in get_args(kind))))


@cache
def _field_texts(cls: type) -> dict[str, str]:
    """What stands below each field in the source, where there is a source."""
    texts: dict[str, str] = {}
    for kind in reversed(cls.__mro__[:-2]):
        texts |= _module_texts(kind.__module__).get(kind.__qualname__, {})
    return texts


def _parsed(source: str) -> ast.Module:
    """Python 3.11 counts for all threads at once how deep it parses, and fails when two do (gh-106905)."""
    with _PARSING:
        for _ in range(10):  # other code of the program may be parsing too
            with suppress(SystemError):
                return ast.parse(source)
    return ast.parse(source)


@cache
def _module_texts(name: str) -> dict[str, dict[str, str]]:
    """The texts below the fields of all classes of a module: reading the source once is enough."""
    try:
        source = _parsed(inspect.getsource(sys.modules[name]))
    except (OSError, TypeError, KeyError):
        return {}
    found: dict[str, dict[str, str]] = {}
    for kind in source.body:
        if isinstance(kind, ast.ClassDef):
            texts = found.setdefault(kind.name, {})
            for field, text in zip(kind.body, kind.body[1:], strict=False):
                match field, text:
                    case (
                        ast.AnnAssign(target=ast.Name(id=own)),
                        ast.Expr(value=ast.Constant(value=str(written))),
                    ):
                        texts[own] = inspect.cleandoc(written)
                    case _:
                        pass
    return found


def _as_pydantic(annotation: Any) -> Any:
    """The type of a field in words that pydantic knows: what may be left out is no part of a type there, and
    limits are its own.
    """
    origin: Any = get_origin(annotation)
    arguments = get_args(annotation)
    if annotation is Decimal:
        return Annotated[Decimal, _Exactly]
    if annotation is object:
        return _Anything
    if origin in (Union, types.UnionType):
        kept = tuple(_as_pydantic(each) for each in arguments if each is not UnsetType)
        return cast("Any", Union)[kept]
    if origin is Annotated:
        metas = [each for each in arguments[1:] if isinstance(each, msgspec.Meta)]
        limits = {
            name: each for meta in metas for name in _LIMITS if (each := getattr(meta, name)) is not None
        }
        return Annotated[_as_pydantic(arguments[0]), Field(**cast("Any", limits))]
    if isinstance(origin, type) and not issubclass(origin, msgspec.Struct):
        return cast("Any", origin)[tuple(_as_pydantic(each) for each in arguments)]
    return annotation
