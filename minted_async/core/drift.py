"""Drift in production: what answers have that the documentation behind this release does not name.

msgspec skips unknown fields without a word, which is what a client needs, and so nobody would ever hear of
them. Some answers are therefore looked at twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, Literal, TypeAlias, cast

from minted_async.core.config import is_number, shown
from minted_async.core.expected import (
    LONGEST_BODY,
    MOST_ITEMS,
    MOST_NAMES,
    MOST_NEW_NAMES,
    MOST_VALUES,
    Expected,
    expected_answer,
    looks_like_a_name,
    plain_values,
)
from minted_async.core.logs import Log
from minted_async.core.operation import Operation
from minted_async.core.protocol import Request, Response
from minted_async.core.said import MOST_TEXT, asked, is_said, public_words, scalars, words_of
from minted_async.core.watching import Emitter
from minted_async.errors import ConfigurationError
from minted_async.events import DriftSeen

logger: Final = Log("minted_async.drift")

_EVERY: Final = 1_000
_MOST_PLACES: Final = 500
"""Places that are kept and logged: a server that sends ids as names must not fill memory and log."""

_MOST_NAMES_IN_ALL: Final = 10_000
"""Names of an answer's objects that are looked at: looking must not block the event loop."""

_Kind: TypeAlias = Literal["field", "value"]
_SAYS: Final[dict[_Kind, str]] = {
    "field": "a field that this release does not know",
    "value": "a value that this release does not know",
}


class Drift:
    """Looks at the first answer of each operation and status, and then at one in so many.

    Args:
        every: Of how many answers one is looked at.
        events: Is told of what is found.

    Attributes:
        counts: What was found, and in how many of the answers that were looked at.
    """

    def __init__(self, every: int, events: Emitter | None) -> None:
        self._every = every
        self._events = events
        # Answers until the next one that is looked at.
        self._left: dict[tuple[str, int], int] = {}
        self.counts: dict[DriftSeen, int] = {}

    @classmethod
    def of(cls, option: object, events: Emitter | None) -> Drift | None:
        """What the argument `drift` of a client asks for.

        Raises:
            ConfigurationError: It is neither `"log"` nor `"off"` nor a share.
        """
        if option == "off":
            return None
        if option == "log":
            return cls(_EVERY, events)
        if is_number(option) and 1e-9 <= option <= 1:
            return cls(round(1 / option), events)
        raise ConfigurationError(
            'drift must be "log", "off", or the share of answers that are looked at, such as 0.01; not '
            f"{shown(option)}"
        )

    def see(self, operation: Operation[Any], request: Request, response: Response) -> None:
        """Count an answer, and look at it when it is its turn. Never raises."""
        key = operation.id, response.status
        if left := self._left.get(key):
            self._left[key] = left - 1
            return
        if operation.written_out:
            return  # its id may hold ids, and the spec knows nothing of it
        self._left[key] = self._every - 1
        try:
            self._look(operation, request, response)
        except Exception as problem:
            # Without its text, which may quote the answer.
            name = type(problem).__name__
            logger.error("%s: an answer could not be looked at for drift (%s)", operation.id, name)

    def _look(self, operation: Operation[Any], request: Request, response: Response) -> None:
        if len(response.body) > LONGEST_BODY:
            return
        try:
            value = plain_values(response.body)
        except (ValueError, RecursionError):
            return  # whoever reads it says so
        expected = expected_answer(operation, response.status)
        said = _Said(operation, request, value)
        found: dict[tuple[str, _Kind], None] = {}
        for place, new, kind in dict.fromkeys(_unknown(value, expected)):
            found[said.without(place, new), kind] = None
        for place, kind in found:
            seen = DriftSeen(operation=operation.id, status=response.status, place=place, kind=kind)
            if seen not in self.counts:
                if len(self.counts) >= _MOST_PLACES:
                    continue
                logger.info("%s: HTTP %d has %s at %s", operation.id, response.status, _SAYS[kind], place)
            self.counts[seen] = self.counts.get(seen, 0) + 1
            if self._events is not None:
                self._events.emit(seen)


class _Said:
    """What a question and its answer say: a new name that repeats it is somebody's, and is not shown."""

    def __init__(self, operation: Operation[Any], request: Request, answer: object) -> None:
        self._operation = operation
        self._request = request
        self._answer = answer
        self._words: tuple[frozenset[str], frozenset[str]] | None = None
        self._searchable = True

    def without(self, place: str, new: str) -> str:
        """The place of a new name, which is `*` if it must not be shown."""
        if not new:
            return place
        if self._words is None:
            values = list(scalars(self._answer, _MOST_NAMES_IN_ALL))
            texts = [text for text in values if isinstance(text, str)]
            texts += asked(self._request)
            self._searchable = len(values) < _MOST_NAMES_IN_ALL // 2 and sum(map(len, texts)) <= MOST_TEXT
            self._words = words_of(texts if self._searchable else ()), public_words(self._operation)
        shown_name = "*" if not self._searchable or is_said(new, *self._words) else new
        return f"{place}.{shown_name}" if place else shown_name


def _unknown(answer: object, expected: Expected) -> Iterator[tuple[str, str, _Kind]]:
    """Places at which there is what the spec does not name, and what is new there; never a value."""
    names = iter(range(_MOST_NAMES_IN_ALL))
    pending: list[tuple[str, object, Expected]] = [("", answer, expected)]
    for number, (place, value, known) in enumerate(pending):  # which grows on the way
        if number > MOST_VALUES:
            return
        match value:
            case dict():
                new: list[str] = []
                fields = islice(cast("dict[str, object]", value).items(), MOST_NAMES)
                for (name, item), _ in zip(fields, names, strict=False):
                    inside = known.entries if known.fields is None else known.fields.get(name)
                    if inside is not None:
                        below = name if known.fields is not None else "*"
                        pending.append((f"{place}.{below}" if place else below, item, inside))
                    elif known.fields is not None:
                        new.append(name if looks_like_a_name(name) else "*")
                if len(new) > MOST_NEW_NAMES:
                    new = ["*"]
                for name in new:
                    yield place, name, "field"
            case list() if known.items is not None:
                items = cast("list[object]", value)[:MOST_ITEMS]
                pending += [(f"{place}[]", item, known.items) for item in items]
            case str() if known.values is not None and value not in known.values:
                yield place, "", "value"
            case _:
                pass
