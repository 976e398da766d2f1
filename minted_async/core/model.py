"""The base of all generated models: immutable structs whose `repr` shows no secret."""

from __future__ import annotations

from typing import Any, ClassVar, cast

import msgspec

from minted_async.core.secret_names import MASK, is_secret

__all__ = ["Model", "complete"]


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A message of the API, or a part of one.

    Fields that an answer leaves out, or sends as null, are None. In requests three states differ: a value,
    None (sent as null) and `msgspec.UNSET` (left out).
    """

    __secret_fields__: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """What pydantic asks for, and FastAPI through it; nothing else imports pydantic."""
        from minted_async.integrations.pydantic_schema import model_schema

        return model_schema(source, handler)

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """The fields for rich's pretty printer, secrets masked."""
        fields: list[tuple[str, Any]] = []
        for name, wire in zip(self.__struct_fields__, self.__struct_encode_fields__, strict=True):
            hidden = name in self.__secret_fields__ or is_secret(name) or is_secret(wire)
            fields.append((name, _masked(getattr(self, name), hidden)))
        return fields

    def __repr__(self) -> str:
        """The fields, secrets masked."""
        fields = ", ".join(f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"{type(self).__name__}({fields})"


def complete(*kinds: type[Model]) -> None:
    """Have msgspec read the annotations of a module's models while one thread imports it.

    It would do so when it first meets them; two threads that meet one at once crash (see `decoding`).
    """
    for kind in kinds:
        msgspec.json.Decoder(kind)


def _masked(value: Any, hidden: bool) -> Any:
    """A value without its secrets: what is not documented is a plain object, in which names tell of them."""
    if value is None or value is msgspec.UNSET:
        return value
    if hidden:
        return MASK
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value).items()
        return {name: _masked(each, is_secret(name)) for name, each in entries}
    return (
        [_masked(each, False) for each in cast("list[object]", value)] if isinstance(value, list) else value
    )
