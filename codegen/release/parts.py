"""A version of the SDK as a flat set of parts: methods, arguments, classes, fields, values of enums.

A spec and a package both come down to parts with the same keys, so that one comparison serves both.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from codegen.release.differences import Aspect


class Role(StrEnum):
    """What a part is to those who use it."""

    METHOD = "method"
    """Something that is called."""
    ARGUMENT = "argument"
    FIELD = "field"
    """Something that is read from a value, or given when one is made."""
    VALUE = "value"
    """A value of an enum."""
    NAME = "name"
    """A module or a class: there, or not."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part of an interface."""

    subject: str
    """Key: `minted.orders.buy`, `minted.orders.buy(items)`, `models.Order.guid`, `models.Gender(M)`."""
    role: Role
    owner: str = ""
    """Key of the part that it belongs to: without that one, it is not reported by itself."""
    label: str = ""
    """Name of an argument, or value of an enum."""
    pointer: str = ""
    sent: bool = False
    """Whether users give it: what was accepted must stay accepted."""
    read: bool = False
    """Whether users are given it: what comes must be what came."""
    required: bool = False
    types: frozenset[str] = frozenset()
    """What it can be, or for a method what it returns; empty where nobody says."""
    bases: frozenset[str] = frozenset()
    limits: Mapping[str, float] = {}
    implemented: bool = False
    """Whether users write it themselves, as a method of a protocol."""
    traits: Mapping[Aspect, str] = {}
    """Everything else of which a change matters."""

    @property
    def shown(self) -> str:
        """How reports name it."""
        match self.role:
            case Role.METHOD:
                return self.subject.removesuffix("()") + "(...)"
            case Role.ARGUMENT:
                return self.owner.removesuffix("()") + "(...)"
            case Role.VALUE:
                return self.owner
            case _:
                return self.subject

    @property
    def phrase(self) -> str:
        """How a sentence behind its name begins: empty, or `the argument x `."""
        if self.role in (Role.ARGUMENT, Role.VALUE):
            return f"the {self.role.value} `{self.label}` "
        return ""


Parts = Mapping[str, Part]
"""Parts by their key."""


def collected(*parts: Part) -> dict[str, Part]:
    """Parts by their key; of two with the same key, the first."""
    found: dict[str, Part] = {}
    for part in parts:
        found.setdefault(part.subject, part)
    return found
