"""One difference between two versions of the SDK, as its users meet it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from codegen.kinds import Kind

__all__ = ["Aspect", "CompareError", "Difference", "Effect", "Kind", "merge"]


class CompareError(Exception):
    """The two versions could not be compared; the message says which side, why, and what to do."""


class Effect(StrEnum):
    """What happened; the changelog has a section for each."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Aspect(StrEnum):
    """What a difference is about. Spec and package name the same thing by the same aspect."""

    PRESENCE = "presence"
    REQUIRED = "required"
    TYPE = "type"
    RESULT = "result"
    LISTED = "listed"
    """Whether an operation is typed, or only its name is known."""
    NAME = "name"
    """How a member of an enum is spelled in Python."""
    BASE = "base"
    """What a class is, too: what `except` and `isinstance` go by."""
    AWAITED = "awaited"
    KIND = "kind"
    """Function or attribute, positional or keyword."""
    POSITION = "position"
    DEFAULT = "default"
    ROUTE = "route"
    API_VERSION = "api-version"
    ENVELOPE = "envelope"
    REPEATED = "repeated"
    """Whether the client repeats a call by itself (`x-minted-idempotent`)."""
    LIMITS = "limits"
    SECRET = "secret"
    DEPRECATED = "deprecated"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One difference."""

    kind: Kind
    effect: Effect
    aspect: Aspect
    subject: str
    """What differs, as a key that spec and package share: `minted.orders.buy(currency_code)`."""
    name: str
    """What differs, as it is shown: `minted.orders.buy(...)`."""
    message: str
    """What is different, in words that go on after the name."""
    pointer: str = ""
    """File and JSON pointer in the spec, `openapi/paths/orders.yaml#/digital_buy/post`; empty for what no
    spec describes."""

    @property
    def sentence(self) -> str:
        """The difference as a line of a changelog."""
        return f"`{self.name}`: {self.message}."


def merge(
    package: Iterable[Difference], spec: Iterable[Difference], pointers: Mapping[str, str]
) -> list[Difference]:
    """Join what the package shows with what the spec shows, each difference once.

    Args:
        package: differences of the Python interface; their words win, since they are the users' own.
        spec: differences of the spec.
        pointers: the place in the spec of each subject.

    Returns:
        All differences with their places, breaking ones first.
    """
    found: dict[tuple[str, Aspect, Kind], Difference] = {}
    for difference in (*package, *spec):
        found.setdefault((difference.subject, difference.aspect, difference.kind), difference)
    placed = [
        msgspec.structs.replace(difference, pointer=_place(difference.subject, pointers))
        for difference in found.values()
    ]
    return sorted(placed, key=lambda each: (each.kind is not Kind.BREAKING, each.name, each.message))


def _place(subject: str, pointers: Mapping[str, str]) -> str:
    """The place of a subject, or of what it belongs to."""
    return pointers.get(subject) or pointers.get(subject.partition("(")[0], "")
