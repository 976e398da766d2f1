"""What is written down of answers: counts, and how two records become one.

These structs are the file, and the counts in memory too. All counts that are 0 are left out. A file can come
from anybody: what is said here of its values is checked when it is read.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeAlias, cast

import msgspec
from msgspec import Meta

from minted_async.core.expected import MOST_NEW_NAMES

FORMAT: Final = "minted-async shapes"
VERSION: Final = 1

MOST_OPERATIONS: Final = 200
MOST_STATUSES: Final = 12
MOST_PLACES: Final = 500
MOST_WORDS: Final = 60
"""Entries of a dictionary of words: values of an enum, names of headers, codes."""


Count: TypeAlias = Annotated[int, Meta(ge=0)]
Words: TypeAlias = dict[Annotated[str, Meta(max_length=200)], Count]
Kind: TypeAlias = Annotated[str, Meta(pattern=r"\A(null|boolean|integer|number|string|object|array)\Z")]
Day: TypeAlias = Annotated[str, Meta(pattern=r"\A(\d{4}-\d\d-\d\d)?\Z")]


class Counts(msgspec.Struct, omit_defaults=True, kw_only=True):
    """The base of all records."""

    def add(self, other: Any) -> None:
        """Add the counts of another record of the same kind."""
        for name in self.__struct_fields__:
            mine, others = getattr(self, name), getattr(other, name)
            if isinstance(mine, dict):
                _add_to(cast("dict[str, Any]", mine), others)
            elif isinstance(mine, bool):
                setattr(self, name, mine or others)
            elif isinstance(mine, int):
                setattr(self, name, mine + others)


class Place(Counts, omit_defaults=True, kw_only=True):
    """What stood at one place of the answers.

    Attributes:
        seen: How often it was there.
        missing: How often its object was there without it; made when a file is written.
        known: Whether the spec has this place.
        types: How often it was which type of JSON; numbers are `integer` or `number`.
        empty: How many were `""`, `[]` or `{}`.
        forms: Forms of the texts.
        lengths: Classes of their lengths.
        digits: Digits of the numbers before the point.
        decimals: Digits behind the point.
        negative: How many numbers were below zero.
        values: Values, where the spec has an enum.
        unnamed_values: How many further values of an enum were met that could not be written down.
        unnamed: How many names were met in the object that could not be written down.
    """

    seen: Count = 0
    missing: Count = 0
    known: bool = False
    types: dict[Kind, Count] = {}
    empty: Count = 0
    forms: Words = {}
    lengths: Words = {}
    digits: Words = {}
    decimals: Words = {}
    negative: Count = 0
    values: Words = {}
    unnamed_values: Count = 0
    unnamed: Count = 0


class Answers(Counts, omit_defaults=True, kw_only=True):
    """The answers of an operation with one status.

    Attributes:
        count: How many there were.
        first: Date of the first one, ISO.
        last: Date of the last one.
        bodies: What the bodies were: `json`, `empty`, `html`, `long`, `other`.
        codes: The envelope's codes.
        unnamed_codes: How many further codes were met that could not be written down.
        headers: Names of headers, in lower case.
        unnamed_headers: How many further headers were met whose names could not be written down.
        places: What stood where.
        dropped: How often a place was met that was one too many.
    """

    count: Count = 0
    first: Day = ""
    last: Day = ""
    bodies: Words = {}
    codes: Words = {}
    unnamed_codes: Count = 0
    headers: Words = {}
    unnamed_headers: Count = 0
    places: dict[str, Place] = {}
    dropped: Count = 0

    def add(self, other: Answers) -> None:
        """Add the counts of another record."""
        places, other.places = other.places, {}
        super().add(other)
        other.places = places
        for name, place in places.items():
            mine = self.place(name)
            if mine is not None:
                mine.add(place)
        self.first = min(filter(None, (self.first, other.first)), default="")
        self.last = max(self.last, other.last)

    def place(self, name: str) -> Place | None:
        """The counts of a place; None if it is one too many."""
        place = self.places.get(name)
        if place is None:
            if len(self.places) >= MOST_PLACES:
                self.dropped += 1
                return None
            place = self.places[name] = Place()
        return place

    def collapse(self, parent: str) -> None:
        """Take the unknown names of an object for data: what stood below them is one place from now on."""
        start = below(parent, "")
        moved: dict[str, Place] = {}
        for name in [name for name in self.places if name.startswith(start)]:
            rest = name[len(start) :]
            head = _first_name(rest)
            if name != "$" and head not in ("", "*") and not self._is_known(f"{start}{head}"):
                moved[name] = self.places.pop(name)
        for name, place in moved.items():
            rest = name[len(start) :]
            target = self.place(f"{start}*{rest[len(_first_name(rest)) :]}")
            if target is not None:
                target.add(place)

    def settle(self) -> None:
        """Make what follows from the counts: dictionaries, and how often a name was missing."""
        unknown: dict[str, int] = {}
        for name, place in self.places.items():
            if not place.known and name[-1] not in "]*":
                parent = parent_of(name)
                unknown[parent] = unknown.get(parent, 0) + 1
        for parent, count in unknown.items():
            if count > MOST_NEW_NAMES:
                self.collapse(parent)
        for name, place in self.places.items():
            named = name != "$" and name[-1] not in "]*"
            parent_place = self.places.get(parent_of(name)) if named else None
            objects = 0 if parent_place is None else parent_place.types.get("object", 0)
            place.missing = max(0, objects - place.seen)

    def _is_known(self, name: str) -> bool:
        place = self.places.get(name)
        return place is not None and place.known


class Seen(msgspec.Struct, omit_defaults=True, kw_only=True):
    """An operation, and its answers by status."""

    method: Annotated[str, Meta(pattern=r"\A(GET|POST|PUT|PATCH|DELETE)\Z")]
    path: Annotated[str, Meta(max_length=300)]
    answers: dict[Annotated[str, Meta(pattern=r"\A[1-5]\d\d\Z")], Answers] = {}


class Record(msgspec.Struct, kw_only=True):
    """All that was seen: the file."""

    format: str = ""
    version: int = 0
    sdk: str = ""
    operations: dict[Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_.]{1,80}\Z")], Seen] = {}

    def answers(self, operation: str, method: str, path: str, status: str) -> Answers | None:
        """The counts of an operation and status; None if they are one too many."""
        seen = self.operations.get(operation)
        if seen is None:
            if len(self.operations) >= MOST_OPERATIONS:
                return None
            seen = self.operations[operation] = Seen(method=method, path=path)
        answers = seen.answers.get(status)
        if answers is None:
            if len(seen.answers) >= MOST_STATUSES:
                return None
            answers = seen.answers[status] = Answers()
        return answers

    def add(self, other: Record) -> None:
        """Add what another record has seen."""
        for operation, seen in other.operations.items():
            for status, answers in seen.answers.items():
                mine = self.answers(operation, seen.method, seen.path, status)
                if mine is not None:
                    mine.add(answers)
            if operation in self.operations:  # the latest release, or the latest `paths`, is right
                self.operations[operation].method, self.operations[operation].path = seen.method, seen.path


def below(parent: str, name: str) -> str:
    """The place of a name in an object."""
    return name if parent == "$" else f"{parent}.{name}"


def parent_of(place: str) -> str:
    """The place that holds another one; no name has a point or a bracket in it."""
    if place.endswith("[]"):
        return place[:-2] or "$"
    return place.rpartition(".")[0] or "$"


def _first_name(rest: str) -> str:
    return rest.partition(".")[0].partition("[")[0]


def _add_to(mine: dict[str, Any], others: dict[str, Any]) -> None:
    for name, count in others.items():
        if name in mine:
            mine[name] += count
        elif len(mine) < MOST_WORDS:
            mine[name] = count
