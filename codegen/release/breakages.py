"""What griffe finds in signatures: arguments that moved, are passed otherwise, or have another default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import griffe

from codegen.kinds import Kind
from codegen.release.differences import Aspect, Difference, Effect
from codegen.release.interface import Interface
from codegen.release.python import is_listed, is_record, shown_class

_Found = griffe.BreakageKind


def find_breakages(old: Interface, new: Interface) -> Iterator[Difference]:
    """Compare the signatures of two interfaces.

    Args:
        old: the older one.
        new: the newer one.

    Yields:
        What breaks callers. What is gone or new, and types, are left to the comparison of parts.
    """
    for name in sorted(old.classes.keys() & new.classes.keys()):
        before, after = old.classes[name], new.classes[name]
        for breakage in griffe.find_breaking_changes(before, after):
            label = breakage.obj.name
            if label == "__init__":
                # Fields are compared as fields; that they moved is seen here only.
                moved = breakage.kind is _Found.PARAMETER_MOVED
                if not name.startswith("minted.") and (moved or not is_record(after)):
                    yield from _told(f"{name}()", breakage)
            elif not _was_listed(before, label):
                yield from _told(f"{shown_class(name)}.{label}", breakage)
    for name in sorted(old.functions.keys() & new.functions.keys()):
        alone = _alone(old.functions[name]), _alone(new.functions[name])
        for breakage in griffe.find_breaking_changes(*alone):
            yield from _told(name, breakage)


def _alone(function: griffe.Function) -> griffe.Module:
    """A module with nothing but a function: griffe compares what has members."""
    module = griffe.Module("alone")
    module.members["function"] = griffe.Alias("function", function, parent=module)
    return module


def _was_listed(owner: griffe.Class, label: str) -> bool:
    member = owner.all_members.get(label)
    return isinstance(member, griffe.Function) and is_listed(member)


def _told(subject: str, breakage: griffe.Breakage) -> Iterator[Difference]:
    old: Any = breakage.old_value
    new: Any = breakage.new_value
    match breakage.kind:
        case _Found.PARAMETER_MOVED:
            aspect, text = Aspect.POSITION, "has another position now"
        case _Found.PARAMETER_CHANGED_KIND:
            aspect, text = Aspect.KIND, f"is {new.kind.value} now; it was {old.kind.value}"
        case _Found.PARAMETER_CHANGED_DEFAULT:
            aspect, text = (
                Aspect.DEFAULT,
                f"is `{new.default}` now when it is left out; it was `{old.default}`",
            )
        case _:
            return
    yield Difference(
        kind=Kind.BREAKING,
        effect=Effect.CHANGED,
        aspect=aspect,
        subject=f"{subject}({new.name})",
        name=subject.removesuffix("()") + "(...)",
        message=f"the argument `{new.name}` {text}",
    )
