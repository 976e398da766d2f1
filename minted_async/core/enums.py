"""Open enums: a value that the documentation does not name is kept, not refused."""

from __future__ import annotations

import enum
from typing import Self, TypeVar, overload

from msgspec import UnsetType

__all__ = ["OpenStrEnum", "enum_value"]


class OpenStrEnum(enum.StrEnum):
    """A string enum that also takes values it does not know.

    An unknown value equals its string, hashes like it, and is sent back as it came; `is_known` is False.
    Compare members with `==`, never with `is`: two unknown members of the same value are equal but not
    identical.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        # Not cached: a hostile answer could otherwise fill the memory with members.
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Self], handler: object) -> object:
        """What pydantic asks for."""
        from minted_async.integrations.pydantic_schema import enum_schema

        return enum_schema(source)

    @property
    def is_known(self) -> bool:
        """Whether the documentation names this value."""
        return self._value_ in type(self)._value2member_map_

    def __repr__(self) -> str:
        """Like any enum's, with a mark for what the documentation does not name."""
        if self.is_known:
            return f"<{type(self).__name__}.{self._name_}: {self._value_!r}>"
        return f"<{type(self).__name__}: {self._value_!r} (unknown)>"

    def __reduce_ex__(self, protocol: object) -> tuple[type[Self], tuple[str]]:
        return type(self), (self._value_,)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


E = TypeVar("E", bound=OpenStrEnum)


@overload
def enum_value(kind: type[E], value: E | str) -> E: ...
@overload
def enum_value(kind: type[E], value: E | str | UnsetType) -> E | UnsetType: ...
@overload
def enum_value(kind: type[E], value: E | str | UnsetType | None) -> E | UnsetType | None: ...
def enum_value(kind: type[E], value: E | str | UnsetType | None) -> E | UnsetType | None:
    """Make an enum member of an argument that may be a plain string.

    What is no string passes through untouched: the check of the whole request names the field that is wrong.
    """
    return kind(value) if isinstance(value, str) else value
