"""Which classes users give to the SDK, and which ones it gives to them.

A new field that must be given breaks calls, but nobody who only reads; a field that can be None breaks those
who read it, but no calls.
"""

from __future__ import annotations

from dataclasses import dataclass

import griffe

from codegen.release.annotations import names
from codegen.release.interface import Interface, members
from codegen.spec import Spec


@dataclass(frozen=True)
class Directions:
    """Names of classes, without modules, by the way that they travel."""

    spec: Spec
    """Says which models are part of requests: methods take the fields of a request one by one, so that
    annotations do not show it."""
    sent: frozenset[str]
    """What annotations show to be given by users."""
    read: frozenset[str]

    def of(self, name: str) -> tuple[bool, bool]:
        """Whether a class is sent, and whether it is read; both, for a class that nothing mentions."""
        module, _, short = name.rpartition(".")
        ways = (self.spec.requests, self.spec.responses) if module == "models" else (self.sent, self.read)
        sent, read = (short in found for found in ways)
        return (sent, read) if sent or read else (True, True)


def directions(interface: Interface, spec: Spec) -> Directions:
    """Follow the annotations of everything that can be called."""
    given, gotten, inside = set[str](), set[str](), dict[str, set[str]]()
    functions = [*interface.functions.values()]
    for name, owner in interface.classes.items():
        fields = inside.setdefault(name.rpartition(".")[2], set())
        fields |= {part for base in owner.bases for part in names(base)}
        for _, member in members(owner):
            if isinstance(member, griffe.Function):
                functions.append(member)
            else:
                fields |= names(member.annotation)
    for function in functions:
        gotten |= names(function.returns)
        given |= {part for parameter in function.parameters for part in names(parameter.annotation)}
    return Directions(spec, _closure(given, inside), _closure(gotten, inside))


def _closure(roots: set[str], inside: dict[str, set[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [name for name in roots if name in inside]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(inner for inner in inside[name] if inner in inside)
    return frozenset(found)
