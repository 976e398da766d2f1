"""The base of all generated models: immutable structs whose `repr` shows no secret."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

__all__ = ["Model"]


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
        for name in self.__struct_fields__:
            value = getattr(self, name)
            hidden = name in self.__secret_fields__ and value is not None and value is not msgspec.UNSET
            fields.append((name, "***" if hidden else value))
        return fields

    def __repr__(self) -> str:
        """The fields, secrets masked."""
        fields = ", ".join(f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"{type(self).__name__}({fields})"
