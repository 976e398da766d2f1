"""Sample values for tests: made up from names and types, the same in every run."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias, cast

from codegen.project import SCALARS
from codegen.spec import Spec
from codegen.spec.schemas import Schema, branches, is_struct, mapping, nullable, reference, single, types

Value: TypeAlias = "dict[str, Value] | list[Value] | str | int | Decimal | bool | None"
"""A JSON value with its numbers exact."""

UNKNOWN: Value = {"anything": [Decimal("1.50"), "text", None, True]}
"""What an answer may hold of which nothing is known."""

_UUID = "0d5cbb0a-6f3e-4b6e-9a0b-1f2e3d4c5b6a"
_SCALARS: dict[str, Value] = {
    "MintedDateTime": "13-10-2023 11:10",
    "MintedDateTimeUtc": "2023-05-31 03:16:45",
    "IsoDateTime": "2030-01-31T18:05:00+03:00",
    "JsonObject": UNKNOWN,
}
_STRINGS = {"email": "ayse@example.com", "phone": "+905550000000", "birthdate": "1990-05-17"}


@dataclass(frozen=True)
class Samples:
    """Makes up values for the schemas of a spec."""

    spec: Spec

    def value(self, schema: Schema, name: str, *, full: bool, inside: tuple[str, ...] = ()) -> Value:
        """A JSON value that fits a schema, made of a name, as it travels: numbers as Decimal.

        A full one has all optional fields and no null, another one required fields only and null where it
        may be. `inside` are the structs that it is part of, so that a recursive one ends.
        """
        if nullable(schema) and not full:
            return None
        if "default" in schema and not full:
            return cast("Value", schema["default"])
        schema = single(schema)
        reached = reference(schema)
        if reached in SCALARS:
            return _SCALARS.get(reached or "", f"{name}/1 ü")
        _, schema = self.spec.resolve(schema)
        if branches(schema):
            return self.value(branches(schema)[0], name, full=full, inside=inside)
        if reached is not None and is_struct(schema):
            return self._struct(reached, full=full, inside=(*inside, reached))
        return self._plain(schema, name, full=full, inside=inside)

    def utc(self, schema: Schema) -> list[str]:
        """Which fields of an answer, as `Order.order_at`, are in UTC though their text names no zone."""
        found = [
            f"{name}.{wire}"
            for name in self.spec.closure([dict(schema)])
            if is_struct(self.spec.schemas[name])
            for wire, field in self.spec.properties(name).items()
            if self._reached(field) == "MintedDateTimeUtc"
        ]
        return sorted(found)

    def _struct(self, name: str, *, full: bool, inside: tuple[str, ...]) -> Value:
        fields = self.spec.properties(name)
        # Even the barest value has a key: an empty object would be a poor witness.
        required = self.spec.required(name) or list(fields)[:1]
        return {
            wire: self.value(field, wire, full=full, inside=inside)
            for wire, field in fields.items()
            if (full and self._reached(field) not in inside) or wire in required
        }

    @staticmethod
    def _reached(schema: Schema) -> str | None:
        return reference(single(schema)) or reference(mapping(schema.get("items")))

    def _plain(self, schema: Schema, name: str, *, full: bool, inside: tuple[str, ...]) -> Value:
        if "const" in schema or "enum" in schema:
            values = schema.get("enum")
            chosen = values[0] if isinstance(values, list) else schema["const"]
            return chosen if isinstance(chosen, str | int | bool) else str(chosen)
        number = zlib.crc32(name.encode())
        match types(schema)[:1]:
            case ("array",):
                item = mapping(schema.get("items"))
                count = 1 if reference(item) else 2
                return [self.value(item, f"{name}{i or ''}", full=full, inside=inside) for i in range(count)]
            case ("object",):
                values = mapping(schema.get("additionalProperties"))
                return {"TRY": self.value(values, name, full=full, inside=inside)} if values else UNKNOWN
            case ("number",):
                return Decimal(f"{number % 9000 + 1}.{number % 9 + 1}0")
            case ("integer",):
                low, high = schema.get("minimum"), schema.get("maximum")
                number = number % 900 + 100
                number = min(number, high) if isinstance(high, int) else number
                return max(number, low) if isinstance(low, int) else number
            case ("boolean",):
                return True
            case ("string",):
                return _text(schema, name)
            case _:
                return UNKNOWN


def _text(schema: Schema, name: str) -> str:
    formats = {"date": "2024-02-29", "uuid": _UUID}
    shortest, longest = schema.get("minLength"), schema.get("maxLength")
    text = _STRINGS.get(name, f"{name}-1")[: longest if isinstance(longest, int) else None]
    text = text.ljust(shortest, "x") if isinstance(shortest, int) else text
    return formats.get(str(schema.get("format")), text)
