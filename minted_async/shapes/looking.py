"""An answer becomes counts. What it says stays here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from types import NoneType
from typing import Any, Final, cast

from minted_async.core.decoding import BOM
from minted_async.core.expected import (
    ANYTHING,
    LONGEST_BODY,
    MOST_ITEMS,
    MOST_NAMES,
    MOST_NEW_NAMES,
    MOST_VALUES,
    Expected,
    Number,
    expected_answer,
    looks_like_a_name,
    plain_values,
)
from minted_async.core.operation import Operation
from minted_async.core.protocol import Request, Response
from minted_async.core.said import MOST_TEXT, asked, is_said, public_words, words_of
from minted_async.shapes import naming
from minted_async.shapes.forms import digits_of, form_of, length_of
from minted_async.shapes.record import MOST_WORDS, Answers, Place, below, parent_of

_TYPES: Final[dict[type, str]] = {
    NoneType: "null",
    bool: "boolean",
    int: "integer",
    str: "string",
    list: "array",
    dict: "object",
}
_DEEPEST: Final = 16


class Look:
    """The answers of one operation and status, as far as they are not written down yet.

    Attributes:
        answers: Their counts, those of words that still wait included.
    """

    def __init__(self) -> None:
        self.answers = Answers()
        self._naming = naming.Naming()
        # Objects whose names are data, and how many unknown names those have that are not.
        self._dictionaries: set[str] = set()
        self._names: dict[str, set[str]] = {}
        self._expected: Expected | None = None
        self._public: frozenset[str] = frozenset()

    def see(self, operation: Operation[Any], request: Request, response: Response) -> None:
        """Count an answer."""
        answers = self.answers
        today = datetime.now(UTC).date().isoformat()
        answers.count += 1
        answers.first = answers.first or today
        answers.last = today
        # What may be written down only if it waits: its key, the word, and what counts it meanwhile.
        waiting: list[tuple[str, str]] = []
        texts: list[str] = []
        self._headers(response, waiting)
        if self._expected is None:
            self._expected = expected_answer(operation, response.status)
            self._public = public_words(operation)
        kind, value = _read(response.body)
        answers.bodies[kind] = answers.bodies.get(kind, 0) + 1
        if kind == "json":
            if operation.envelope or not 200 <= response.status < 300:
                self._code(value, waiting)
            self._walk(value, self._expected, waiting, texts)
        if waiting and sum(map(len, texts)) <= MOST_TEXT:
            told = asked(request)
            question = naming.question_of(told, response)
            named = naming.named_by(told)
            said = words_of((*texts, *told))
            for key, word in waiting:
                if not is_said(word, said, self._public):
                    self._naming.met(key, question, named)
        self._count_unnamed(waiting)

    def take(self) -> Answers:
        """The counts so far, which are then forgotten; what still waits is kept."""
        taken, self.answers = self.answers, Answers()
        taken.codes, self.answers.codes = self._split("code", taken.codes)
        taken.headers, self.answers.headers = self._split("header", taken.headers)
        for name in list(taken.places):
            place = taken.places[name]
            if not self._may_be_written(name):
                self.answers.places[name] = taken.places.pop(name)
                continue
            place.values, waiting = self._split(name, place.values)
            if waiting:
                self.answers.places[name] = Place(known=place.known, values=waiting)
        return taken

    def _walk(
        self, answer: object, expected: Expected, waiting: list[tuple[str, str]], texts: list[str]
    ) -> None:
        pending: list[tuple[str, object, Expected, bool, int]] = [("$", answer, expected, True, 0)]
        looked_at = 0
        while pending and looked_at < 2 * MOST_VALUES:
            name, value, known, in_spec, depth = pending.pop()
            # What an item holds is looked at before the next one, so that none is looked at by half.
            if looked_at >= MOST_VALUES and name.endswith("[]"):
                continue
            looked_at += 1
            if not in_spec and name[-1] not in "]*" and parent_of(name) in self._dictionaries:
                name = below(parent_of(name), "*")  # it has become one since
            place = self.answers.place(name)
            if place is None:
                continue
            place.seen += 1
            if in_spec:
                place.known = True
                self._naming.allow(name)
            kind = _TYPES.get(type(value)) or _type_of_number(cast("Number", value))
            place.types[kind] = place.types.get(kind, 0) + 1
            if kind == "string":
                text = cast("str", value)
                if known.values is not None:
                    place.unnamed_values += self._word(
                        name, text, place.values, text in known.values, self._could_be_value, waiting
                    )
                elif name != "code":  # which waits itself
                    texts.append(text)
                _count_text(place, text)
            elif kind in ("integer", "number"):
                _count_number(place, cast("int | Number", value))
            elif kind == "array":
                items = cast("list[object]", value)
                place.empty += not items
                inside = "[]" if name == "$" else f"{name}[]"
                if depth < _DEEPEST:
                    for item in reversed(items[:MOST_ITEMS]):
                        pending.append(
                            (inside, item, known.items or ANYTHING, known.items is not None, depth + 1)
                        )
            elif kind == "object":
                fields = cast("dict[str, object]", value)
                place.empty += not fields
                if depth < _DEEPEST:
                    for key, item in islice(fields.items(), MOST_NAMES):
                        inside, expected_inside, is_known = self._inside(name, place, key, known, waiting)
                        pending.append((inside, item, expected_inside, is_known, depth + 1))

    def _inside(
        self, parent: str, place: Place, key: str, known: Expected, waiting: list[tuple[str, str]]
    ) -> tuple[str, Expected, bool]:
        """The place of a name in an object, what the spec has there, and whether it has it."""
        if known.fields is not None and key in known.fields:
            return below(parent, key), known.fields[key], True
        if known.entries is not None:
            return below(parent, "*"), known.entries, True
        if parent in self._dictionaries or not looks_like_a_name(key):
            place.unnamed += 1
            return below(parent, "*"), ANYTHING, False
        inside = below(parent, key)
        if not self._naming.allows(inside):
            names = self._names.setdefault(parent, set())
            names.add(key)
            if len(names) > MOST_NEW_NAMES:
                del self._names[parent]
                self._dictionaries.add(parent)
                self.answers.collapse(parent)
                place.unnamed += 1
                return below(parent, "*"), ANYTHING, False
            waiting.append((inside, key))
        return inside, ANYTHING, False

    def _could_be_value(self, text: str) -> bool:
        return naming.could_be_value(text, self._public)

    def _code(self, envelope: object, waiting: list[tuple[str, str]]) -> None:
        code = cast("dict[str, object]", envelope).get("code") if isinstance(envelope, dict) else None
        if not isinstance(code, int | str) or isinstance(code, bool | Number):
            return
        known, counted = naming.is_small_code(str(code)), self.answers.codes
        self.answers.unnamed_codes += self._word(
            "code", str(code), counted, known, naming.could_be_code, waiting
        )

    def _headers(self, response: Response, waiting: list[tuple[str, str]]) -> None:
        for name in {name.lower() for name in response.headers}:
            known, counted = naming.is_common_header(name), self.answers.headers
            unnamed = self._word("header", name, counted, known, naming.could_be_header, waiting)
            self.answers.unnamed_headers += unnamed

    def _word(
        self,
        place: str,
        word: str,
        counted: dict[str, int],
        known: bool,
        could_be: Callable[[str], bool],
        waiting: list[tuple[str, str]],
    ) -> bool:
        """Count a word, which waits unless it is known; whether it cannot be written down."""
        key = f"{place}={word}"
        if known:
            self._naming.allow(key)
        elif not self._naming.allows(key):
            if not could_be(word):
                return True
            waiting.append((key, word))
        if word not in counted and len(counted) >= MOST_WORDS:
            return True
        counted[word] = counted.get(word, 0) + 1
        return False

    def _count_unnamed(self, waiting: list[tuple[str, str]]) -> None:
        for key, _ in waiting:
            if self._naming.allows(key):
                continue
            name, is_word, _ = key.partition("=")
            if not is_word:
                place = self.answers.places.get(parent_of(name))
                if place is not None:
                    place.unnamed += 1
            elif name == "code":
                self.answers.unnamed_codes += 1
            elif name == "header":
                self.answers.unnamed_headers += 1
            elif name in self.answers.places:
                self.answers.places[name].unnamed_values += 1

    def _may_be_written(self, name: str) -> bool:
        while name != "$":
            if name[-1] not in "]*" and not self._naming.allows(name):
                return False
            name = parent_of(name)
        return True

    def _split(self, name: str, words: dict[str, int]) -> tuple[dict[str, int], dict[str, int]]:
        """Words that may be written down, and those that wait."""
        good = {word: count for word, count in words.items() if self._naming.allows(f"{name}={word}")}
        return good, {word: count for word, count in words.items() if word not in good}


def _read(body: bytes) -> tuple[str, object]:
    if len(body) > LONGEST_BODY:
        return "long", None
    body = body.removeprefix(BOM).strip()
    if not body:
        return "empty", None
    try:
        return "json", plain_values(body)
    except RecursionError:
        return "long", None
    except ValueError:
        return "html" if body.startswith(b"<") else "other", None


def _type_of_number(number: Number) -> str:
    return "number" if any(mark in number for mark in ".eE") else "integer"


def _count_number(place: Place, value: int | Number) -> None:
    before, behind, negative = digits_of(value)
    place.digits[before] = place.digits.get(before, 0) + 1
    place.decimals[behind] = place.decimals.get(behind, 0) + 1
    place.negative += negative


def _count_text(place: Place, text: str) -> None:
    if not text:
        place.empty += 1
        return
    form, length = form_of(text), length_of(text)
    place.forms[form] = place.forms.get(form, 0) + 1
    place.lengths[length] = place.lengths.get(length, 0) + 1
