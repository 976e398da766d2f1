"""The line of a field list that names a type: `number  | null`, `array[object (Order Item Schema) {9}]`."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from codegen.pages.facts import Shape

_MAX_LENGTH: Final = 300

_ENUM = re.compile(r"enum ?< ?([\w |]{1,60}) ?>(?: ?\(([^<>]{1,200})\))?")
_ARRAY = re.compile(r"array ?(?:\[(.*)\])?(?: ?\{ ?([0-9]{1,6}) ?\})?")
_NAMED = re.compile(
    r"(string|number|integer|boolean|object|any|file)"
    r"(?: ?< ?([\w.-]{1,60}) ?>)?(?: ?\(([^<>]{1,200})\))?(?: ?\{ ?([0-9]{1,6}) ?\})?"
)
_FORMATS = frozenset(
    {"int32", "int64", "float", "double", "decimal", "date", "date-time", "time", "email", "uuid", "uri",
     "url", "binary", "byte", "password", "ipv4", "ipv6", "hostname"}
)  # fmt: skip


class TypeLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a type line says."""

    types: tuple[str, ...] = ()
    nullable: bool = False
    is_enum: bool = False
    format: str | None = None
    schema_name: str | None = None
    count: int | None = None
    """How many fields the object has, `object {9}`."""
    items: TypeLine | None = None
    alternatives: tuple[TypeLine, ...] = ()

    @property
    def holder(self) -> TypeLine | None:
        """The object whose fields can follow in the list: this one, or the one in this array."""
        if "array" in self.types:
            return self.items.holder if self.items else None
        return self if "object" in self.types else None

    def shape(self) -> Shape:
        """The shape that the line describes; fields and values come from other lines."""
        return Shape(
            types=self.types,
            nullable=self.nullable,
            format=self.format,
            schema_name=self.schema_name,
            items=self.items.shape() if self.items else None,
            alternatives=tuple(alternative.shape() for alternative in self.alternatives),
        )


def read_type(text: str) -> TypeLine | None:
    """What a line says as a type line; None if it is none.

    Args:
        text: the line.

    Returns:
        The type.
    """
    if len(text) > _MAX_LENGTH:
        return None
    members = [" ".join(member.split()) for member in _split(text)]
    read = [_single(member) for member in members if member.lower() != "null"]
    found = [member for member in read if member is not None]
    if len(found) < len(read) or not members:
        return None
    nullable = len(found) < len(members)
    if len(found) == 1:
        return msgspec.structs.replace(found[0], nullable=nullable or found[0].nullable)
    if all(member == TypeLine(types=member.types) for member in found):
        types = tuple(dict.fromkeys(name for member in found for name in member.types))
        return TypeLine(types=types, nullable=nullable)
    return TypeLine(nullable=nullable, alternatives=tuple(found))


def _split(text: str) -> list[str]:
    """The members of a union: parts between bars outside of brackets."""
    members = [""]
    depth = 0
    for character in text:
        depth += (character in "[(<{") - (character in "])>}")
        if character == "|" and depth == 0:
            members.append("")
        else:
            members[-1] += character
    return [member for member in members if member.strip()]


def _single(text: str) -> TypeLine | None:
    enum = _ENUM.fullmatch(text)
    if enum:
        inner = read_type(enum[1])
        return inner and msgspec.structs.replace(inner, is_enum=True, schema_name=enum[2])
    array = _ARRAY.fullmatch(text)
    if array:
        items = read_type(array[1]) if array[1] and array[1].strip() else None
        known = items is not None or not (array[1] or "").strip()
        return TypeLine(types=("array",), items=items) if known else None
    named = _NAMED.fullmatch(text)
    return _named(named) if named else None


def _named(found: re.Match[str]) -> TypeLine:
    word, angled, said, count = found.groups()
    said = said.strip() if said else None
    types: dict[str, tuple[str, ...]] = {"any": (), "file": ("string",)}
    is_format = said in _FORMATS
    return TypeLine(
        types=types.get(word, (word,)),
        format=angled or (said if is_format else None) or ("binary" if word == "file" else None),
        schema_name=None if is_format else said,
        count=int(count) if count else None,
    )
