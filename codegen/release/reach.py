"""Which classes users give to the SDK, and which ones it gives to them.

A new field that must be given breaks calls, but nobody who only reads; a field that can be None breaks those
who read it, but no calls.
"""

from __future__ import annotations

from collections.abc import Iterable

import griffe
import msgspec

from codegen.release.annotations import names
from codegen.release.interface import Interface, members


class Directions(msgspec.Struct, frozen=True):
    """Names of classes, without modules, by the way that they travel."""

    requests: frozenset[str]
    """Models that are part of requests, as the spec has it: methods take the fields of a request one by one,
    so that annotations do not show it."""
    answers: frozenset[str]
    sent: frozenset[str]
    """What annotations show to be given by users."""
    read: frozenset[str]

    def of(self, name: str) -> tuple[bool, bool]:
        """Whether a class is sent, and whether it is read; both, for a class that nothing mentions.

        Args:
            name: the class as users write it, `models.Order`. Other modules may have an `Order` too.
        """
        module, _, short = name.rpartition(".")
        ways = (self.requests, self.answers) if module == "models" else (self.sent, self.read)
        sent, read = (short in names for names in ways)
        return (sent, read) if sent or read else (True, True)


def directions(
    interfaces: Iterable[Interface], requests: frozenset[str], answers: frozenset[str]
) -> Directions:
    """Follow the annotations of everything that can be called.

    Args:
        interfaces: both versions: what was sent once is sent.
        requests: names of models that are part of requests, in either version.
        answers: names of models that are part of answers, in either version.

    Returns:
        The names of the classes.
    """
    given, gotten, inside = set[str](), set[str](), dict[str, set[str]]()
    for interface in interfaces:
        functions = [*interface.functions.values()]
        for name, owner in interface.classes.items():
            fields = inside.setdefault(name.rpartition(".")[2], set())
            for base in owner.bases:
                fields |= names(str(base))
            for _, member in members(owner):
                if isinstance(member, griffe.Function):
                    functions.append(member)
                else:
                    fields |= names(str(member.annotation))
        for function in functions:
            gotten |= names(str(function.returns))
            for parameter in function.parameters:
                given |= names(str(parameter.annotation))
    return Directions(requests, answers, _closure(given, inside), _closure(gotten, inside))


def _closure(roots: set[str], inside: dict[str, set[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [name for name in roots if name in inside]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(inner for inner in inside[name] if inner in inside)
    return frozenset(found)
