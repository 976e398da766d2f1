"""A version of the SDK as a flat set of parts: functions, arguments, classes, attributes, values of enums."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from codegen.findings import Kind


class CompareError(Exception):
    """The two versions could not be compared; the message says which side, why, and what to do."""


REQUIRED = "is required"
"""The fact `required` of what must be given."""
NONE = "none"
"""The fact of a limit, or of a version of the API, that there is none."""


class Role(StrEnum):
    """What a part is to those who use it."""

    FUNCTION = "function"
    LISTED = "listed function"
    """Of which only the name is promised: its arguments and its answer are not typed."""
    ARGUMENT = "argument"
    ATTRIBUTE = "attribute"
    """Something that is read from a value, or given when one is made."""
    VALUE = "value"
    """A value of an enum."""
    CLASS = "class"
    """A class or a module: there, or not."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a version."""

    subject: str
    """Key: `minted.orders.buy`, `minted.orders.buy(items)`, `models.Order.guid`, `models.Gender(M)`."""
    role: Role
    owner: str = ""
    """Key of the part that it belongs to: without that one, it is not reported by itself."""
    label: str = ""
    """Name of an argument, or value of an enum."""
    pointer: str = ""
    """File and JSON pointer in the spec; empty for what no spec describes."""
    sent: bool = False
    """Whether users give it: what was accepted must stay accepted."""
    read: bool = False
    """Whether users are given it: what comes must be what came."""
    types: tuple[str, ...] = ()
    """What it can be, or for a function what it returns; empty where nobody says."""
    bases: tuple[str, ...] = ()
    implemented: bool = False
    """Whether users write it themselves, as a method of a protocol."""
    facts: dict[str, str] = {}
    """Everything else of which a change matters: what `compare` has words for."""


class Version(msgspec.Struct, frozen=True):
    """One side of a comparison."""

    name: str
    parts: dict[str, Part]
    """By their subjects."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One difference between two versions, as users meet it."""

    kind: Kind
    effect: str
    """`added`, `removed` or `changed`."""
    aspect: str
    """What it is about: `presence`, `required`, `type`, ... or one of the facts."""
    name: str
    """What differs, as it is shown: `minted.orders.buy(...)`."""
    message: str
    """What is different, in words that go on after the name."""
    pointer: str = ""

    @property
    def sentence(self) -> str:
        """The difference as a line of a changelog."""
        return f"`{self.name}`: {self.message}."


class Comparison(msgspec.Struct, frozen=True):
    """Two versions and what differs, breaking differences first."""

    old: str
    new: str
    differences: list[Difference]

    def of(self, kind: Kind) -> list[Difference]:
        """The differences that break callers, or those that do not."""
        return [each for each in self.differences if each.kind is kind]

    @property
    def summary(self) -> str:
        """The comparison in one line."""
        if not self.differences:
            return f"Nothing that users see differs between {self.old} and {self.new}."
        breaking, additive = len(self.of(Kind.BREAKING)), len(self.of(Kind.ADDITIVE))
        return f"From {self.old} to {self.new}: {breaking} breaking, {additive} additive."
