"""Reads a request body field by field and collects all that is wrong with it, as the 422 answer lists it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal, DecimalException
from typing import cast

import msgspec

from minted_async.sandbox.messages import Flaw, Reason, RefusedError

MAX_NUMBER = Decimal(1_000_000_000)
"""The largest number of grams or money that a request may hold."""

MAX_DECIMALS = 8
"""The most decimals that an amount of metal or money may have."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|([0-9]{2})-([0-9]{2})-([0-9]{4})")
_DECODER = msgspec.json.Decoder(float_hook=Decimal)


def decode(body: bytes) -> Body:
    """Read a JSON object; numbers with a point or an exponent become exact decimals.

    Raises:
        RefusedError: Not JSON (400), or JSON that is not an object (422).
    """
    try:
        value = _DECODER.decode(body)
    except (ValueError, DecimalException, RecursionError):  # msgspec.DecodeError is a ValueError
        raise RefusedError(Reason.INVALID_JSON) from None
    if not isinstance(value, dict):
        raise RefusedError(Reason.INVALID)
    return Body(cast("dict[str, object]", value))


class Body:
    """A JSON object being read.

    A method that finds something wrong notes it and returns an empty value; call `check` before using what
    was read. A null counts as missing.
    """

    __slots__ = ("_errors", "_prefix", "_values")

    def __init__(
        self,
        values: Mapping[str, object],
        prefix: str = "",
        errors: dict[str, list[Flaw]] | None = None,
    ) -> None:
        self._values = values
        self._prefix = prefix
        self._errors: dict[str, list[Flaw]] = {} if errors is None else errors

    def note(self, name: str, flaw: Flaw) -> None:
        """Note what is wrong with a field."""
        self._errors.setdefault(self._prefix + name, []).append(flaw)

    def refuse(self, name: str, flaw: Flaw, reason: Reason = Reason.INVALID) -> RefusedError:
        """The refusal for one field, to be raised."""
        return RefusedError(reason, {self._prefix + name: [flaw]})

    def check(self) -> None:
        """Raise what was noted, here and in the objects read from this one.

        Raises:
            RefusedError: 422 with every field that is wrong.
        """
        if self._errors:
            raise RefusedError(Reason.INVALID, self._errors)

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._values.get(name) is not None

    def optional_text(self, name: str) -> str | None:
        """A string, or nothing."""
        return self.text(name, required=False)

    def required_text(self, name: str) -> str:
        """A string that is not empty."""
        return self.text(name, required=True) or ""

    def text(self, name: str, *, required: bool) -> str | None:
        """A string, which may not be empty if it is required."""
        value = self._values.get(name)
        if isinstance(value, str) and (value or not required):
            return value
        if value is not None and value != "":
            self.note(name, Flaw.NOT_TEXT)
        elif required:
            self.note(name, Flaw.REQUIRED)
        return None

    def optional_choice(self, name: str, choices: Collection[str]) -> str | None:
        """One of some strings, or nothing."""
        value = self.optional_text(name)
        if value is None or value in choices:
            return value
        self.note(name, Flaw.UNKNOWN_VALUE)
        return None

    def email(self, name: str, *, required: bool) -> str | None:
        """An e-mail address; an at sign makes it one."""
        value = self.text(name, required=required)
        if value is None or "@" in value:
            return value
        self.note(name, Flaw.NOT_AN_EMAIL)
        return None

    def optional_date(self, name: str) -> str | None:
        """A date as `YYYY-MM-DD`, given like that or as `DD-MM-YYYY`; the documentation has both."""
        value = self.optional_text(name)
        if value is None:
            return None
        match = _DATE.fullmatch(value)
        try:
            if match is not None:
                day_first = match[1] is not None
                iso = f"{match[3]}-{match[2]}-{match[1]}" if day_first else value
                return date.fromisoformat(iso).isoformat()
        except ValueError:
            pass
        self.note(name, Flaw.NOT_A_DATE)
        return None

    def optional_boolean(self, name: str) -> bool | None:
        """True, false or nothing."""
        value = self._values.get(name)
        if value is None or isinstance(value, bool):
            return value
        self.note(name, Flaw.NOT_BOOLEAN)
        return None

    def optional_number(self, name: str) -> Decimal | None:
        """A positive number up to `MAX_NUMBER` with at most `MAX_DECIMALS` decimals, or nothing."""
        value = self._values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.note(name, Flaw.NOT_A_NUMBER)
            return None
        if not 0 < value <= MAX_NUMBER:
            self.note(name, Flaw.OUT_OF_RANGE)
            return None
        number = plain(Decimal(value))
        if -cast(int, number.as_tuple().exponent) > MAX_DECIMALS:
            self.note(name, Flaw.OUT_OF_RANGE)
            return None
        return number

    def required_number(self, name: str) -> Decimal:
        """A number as `optional_number` takes it."""
        if not self.has(name):
            self.note(name, Flaw.REQUIRED)
        return self.optional_number(name) or Decimal(0)

    def required_object(self, name: str) -> Body:
        """A nested object; its errors are noted here, under `name.`."""
        value = self._values.get(name)
        if isinstance(value, dict):
            return Body(cast("dict[str, object]", value), f"{self._prefix}{name}.", self._errors)
        self.note(name, Flaw.REQUIRED if value is None else Flaw.NOT_AN_OBJECT)
        return Body({}, f"{self._prefix}{name}.", {})

    def required_objects(self, name: str) -> Iterator[Body]:
        """An array of objects that is not empty; errors are noted under `name.0.` and so on."""
        value = self._values.get(name)
        if not isinstance(value, list):
            self.note(name, Flaw.REQUIRED if value is None else Flaw.NOT_AN_ARRAY)
            return
        if not value:
            self.note(name, Flaw.REQUIRED)
        for index, item in enumerate(cast("list[object]", value)):
            if isinstance(item, dict):
                prefix = f"{self._prefix}{name}.{index}."
                yield Body(cast("dict[str, object]", item), prefix, self._errors)
            else:
                self.note(f"{name}.{index}", Flaw.NOT_AN_OBJECT)


def plain(number: Decimal) -> Decimal:
    """The same number without trailing zeros or an exponent: `2940`, not `2940.0000` or `2.94E+3`."""
    number = number.normalize()
    return number.quantize(Decimal(1)) if cast(int, number.as_tuple().exponent) > 0 else number
