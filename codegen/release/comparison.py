"""Everything that differs between two versions, spec and package together."""

from __future__ import annotations

import msgspec

from codegen.kinds import Kind
from codegen.release.breakages import find_breakages
from codegen.release.compare import compare_parts
from codegen.release.differences import Difference, merge
from codegen.release.python import python_parts
from codegen.release.reach import directions
from codegen.release.sides import Side
from codegen.release.wire import wire_parts


class Comparison(msgspec.Struct, frozen=True):
    """Two versions and what differs."""

    old: str
    new: str
    differences: list[Difference]

    @property
    def breaking(self) -> list[Difference]:
        """What breaks callers."""
        return [each for each in self.differences if each.kind is Kind.BREAKING]

    @property
    def additive(self) -> list[Difference]:
        """What breaks nobody."""
        return [each for each in self.differences if each.kind is not Kind.BREAKING]


def compare(old: Side, new: Side) -> Comparison:
    """Compare two versions.

    Args:
        old: the version that users have.
        new: the version that they will have.

    Returns:
        The differences, each once, with its place in the spec.
    """
    ways = directions(
        (old.interface, new.interface),
        old.spec.requests | new.spec.requests,
        old.spec.responses | new.spec.responses,
    )
    before, after = wire_parts(old.spec, ways), wire_parts(new.spec, ways)
    parts = (python_parts(side.interface, ways) for side in (old, new))
    package = [*compare_parts(*parts), *find_breakages(old.interface, new.interface)]
    pointers = {part.subject: part.pointer for part in (*before.values(), *after.values())}
    return Comparison(old.name, new.name, merge(package, compare_parts(before, after), pointers))
