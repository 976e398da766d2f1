"""Reads the query of a request field by field, with the errors of a request body."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from typing import Final
from urllib.parse import parse_qsl

from minted_async.sandbox.messages import ErrorCode, FieldError, RefusedError
from minted_async.sandbox.request_body import Body

_WHOLE: Final = re.compile(r"-?[0-9]{1,18}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Query(Body):
    """The query parameters of a request; an empty one counts as missing, as in the documented samples."""

    def integer(
        self, name: str, *, default: int | None = None, minimum: int | None = None, maximum: int | None = None
    ) -> int | None:
        """A whole number within its bounds."""
        value = self.optional_text(name)
        if value is None:
            return default
        if not _WHOLE.fullmatch(value):
            self.note(name, FieldError.NOT_WHOLE)
            return default
        number = int(value)
        if (minimum is not None and number < minimum) or (maximum is not None and number > maximum):
            self.note(name, FieldError.OUT_OF_RANGE)
            return default
        return number

    def require(self, *names: str) -> None:
        """Note each parameter that is missing."""
        for name in names:
            if not self.has(name):
                self.note(name, FieldError.REQUIRED)

    def day(self, name: str) -> date | None:
        """A date as `YYYY-MM-DD`."""
        value = self.optional_text(name)
        if value is None:
            return None
        try:
            if _DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.note(name, FieldError.NOT_A_DATE)
        return None

    def choices(self, name: str, known: Collection[str]) -> Sequence[str]:
        """A comma list of known words; nothing if it is missing."""
        value = self.optional_text(name)
        words = [] if value is None else [word.strip() for word in value.split(",")]
        if all(word in known for word in words):
            return words
        self.note(name, FieldError.UNKNOWN_VALUE)
        return []


def read_query(target: str) -> Query:
    """Read the query of a request target.

    Raises:
        RefusedError: It is not UTF-8 (400), or names a parameter twice (422).
    """
    values: dict[str, object] = {}
    try:
        pairs = parse_qsl(target.partition("?")[2], keep_blank_values=True, errors="strict")
    except ValueError:  # UnicodeDecodeError, and too many fields
        raise RefusedError(ErrorCode.BAD_ADDRESS) from None
    for name, value in pairs:
        if name in values:
            raise RefusedError(ErrorCode.INVALID, {name: [FieldError.GIVEN_TWICE]})
        values[name] = value or None
    return Query(values)
