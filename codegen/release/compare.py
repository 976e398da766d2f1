"""Compares two versions: what is gone, what is new, what is required, what has another type."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from functools import partial

from codegen.findings import Kind
from codegen.release.parts import NONE, REQUIRED, Comparison, Difference, Part, Role, Version

TYPED = "is typed now: an entry in `paths=` is not used any more"
LISTED = "is only listed now: it works once `MintedClient(paths=...)` tells its path"
FACTS: dict[str, tuple[bool | str, str]] = {
    "name": (True, "is spelled `{new}` now; it was `{old}`"),
    "awaited": (True, "is {new} now; it was {old}"),
    "kind": (True, "is {new} now; it was {old}"),
    "position": (True, "has another position now"),
    "required": (REQUIRED, "{new} now"),
    "route": (False, "is sent as `{new}` now; it was `{old}`"),
    # The version is the server's own word for a contract that is not the old one.
    "api-version": (True, "asks for version {new} of the API now; it was {old}"),
    "envelope": (False, "has an answer {new} now; it was {old}"),
    # What is repeated raises other errors than what is sent once when the answer is lost.
    "repeated": (True, "is {new} now when the answer is lost; it was {old}"),
    "secret": (True, "is {new} now wherever it is printed; it was {old}"),
    "default": (True, "is `{new}` now when it is left out; it was `{old}`"),
    "deprecated": (False, "is {new} now; it was {old}"),
}
"""The facts of parts: whether another one breaks callers, or the one that does; and how it is told."""

LIMITS: dict[str, Callable[[float, float], bool]] = {
    **dict.fromkeys(("minLength", "minItems", "uniqueItems", "minimum", "exclusiveMinimum"), operator.gt),
    **dict.fromkeys(("maxLength", "maxItems", "maximum", "exclusiveMaximum"), operator.lt),
    "multipleOf": operator.ne,
}
"""The facts that bound what may be sent, and when a new bound is tighter than an old one."""

_FUNCTIONS = (Role.FUNCTION, Role.LISTED)
_VERBS = {Role.FUNCTION: ("returns", "returned"), Role.ARGUMENT: ("takes", "took")}


def compare(old: Version, new: Version) -> Comparison:
    """Compare two versions; what belongs to something that came or went is not reported by itself."""
    found = _differences(old.parts, new.parts)
    ordered = sorted(found, key=lambda each: (each.kind is not Kind.BREAKING, each.name, each.message))
    return Comparison(old.name, new.name, ordered)


def _differences(old: dict[str, Part], new: dict[str, Part]) -> Iterator[Difference]:
    def role(side: dict[str, Part], subject: str) -> Role | None:
        return side[subject].role if subject in side else None

    for subject, part in (old | new).items():
        if role(old, part.owner) is not role(new, part.owner):
            continue
        if subject not in new:
            yield _told(part, True, "presence", "is no longer there", effect="removed")
        elif subject not in old:
            yield _told(part, *_arrival(part), effect="added")
        elif part.role is not old[subject].role:
            yield _told(old[subject], *_recast(old[subject].role, part.role))
        else:
            yield from _changes(old[subject], part)


def _arrival(part: Part) -> tuple[bool, str, str]:
    """What it means that a part is new."""
    if part.implemented:
        return True, "presence", "is new: classes of your own that follow this protocol need it"
    if part.facts.get("required") == REQUIRED:
        return True, "presence", "is new, and must be given"
    text = "is new, and may be left out" if part.role is Role.ARGUMENT else "is new"
    return False, "presence", text


def _recast(old: Role, new: Role) -> tuple[bool, str, str]:
    """What it means that a part became something else altogether."""
    if old in _FUNCTIONS and new in _FUNCTIONS:
        # An operation that is only listed promises nothing but its name: typing it breaks no promise.
        return old is Role.FUNCTION, "listed", TYPED if old is Role.LISTED else LISTED
    now, then = (f"{'an' if role[0] == 'a' else 'a'} {role}" for role in (new, old))
    return True, "kind", f"is {now} now; it was {then}"


def _changes(old: Part, new: Part) -> Iterator[Difference]:
    told = partial(_told, new)
    if old.types and new.types and old.types != new.types:
        verb, past = _VERBS.get(old.role, ("is", "was"))
        text = f"{verb} {_spelled(new.types)} now; it {past} {_spelled(old.types)}"
        yield told(_retyped(old, new), "type", text)
    for base in sorted({*old.bases} - {*new.bases}):
        yield told(True, "base", f"is no `{base}` any more: `except` and `isinstance` of that pass it by")
    # A default or a position that comes or goes is told as what may be left out, or by its kind.
    for fact in old.facts.keys() & new.facts.keys():
        before, after = old.facts[fact], new.facts[fact]
        if before == after:
            continue
        if fact in LIMITS:
            tighter = NONE in (before, after) or LIMITS[fact](float(after), float(before))
            text = f"has the limit {fact} {after} now; it was {before}"
            yield told(after != NONE and tighter, "limits", text)
        else:
            breaks, text = FACTS[fact]
            yield told(breaks in (True, after), fact, text.format(old=before, new=after))


def _retyped(old: Part, new: Part) -> bool:
    """A type that grew breaks who reads it; one that shrank breaks who sends it."""
    before, after = {*old.types}, {*new.types}
    narrower = (old.sent or new.sent) and not before <= after and not after & {"Any", "object"}
    wider = (old.read or new.read) and not after <= before
    return narrower or wider


def _spelled(types: tuple[str, ...]) -> str:
    """A union as it is written, None last."""
    return "`" + " | ".join(sorted(types, key=lambda name: (name == "None", name))) + "`"


def _told(part: Part, breaks: bool, aspect: str, text: str, *, effect: str = "changed") -> Difference:
    name = part.owner if part.label else part.subject
    if part.role in (*_FUNCTIONS, Role.ARGUMENT):
        name = name.removesuffix("()") + "(...)"
    return Difference(
        kind=Kind.BREAKING if breaks else Kind.ADDITIVE,
        effect=effect,
        aspect=aspect,
        name=name,
        message=f"the {part.role} `{part.label}` {text}" if part.label else text,
        pointer=part.pointer,
    )
