"""Compares two versions: what is gone, what is new, what is required, what has another type."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from codegen.kinds import Kind
from codegen.release.parts import Comparison, Difference, Part, Role, Version

TYPED = "is typed now: an entry in `paths=` is not used any more"
LISTED = "is only listed now: it works once `MintedClient(paths=...)` tells its path"
FACTS = {
    "name": (Kind.BREAKING, "is spelled `{new}` now; it was `{old}`"),
    "awaited": (Kind.BREAKING, "is {new} now; it was {old}"),
    "kind": (Kind.BREAKING, "is {new} now; it was {old}"),
    "position": (Kind.BREAKING, "has another position now"),
    "route": (Kind.ADDITIVE, "is sent as `{new}` now; it was `{old}`"),
    # The version is the server's own word for a contract that is not the old one.
    "api-version": (Kind.BREAKING, "asks for version {new} of the API now; it was {old}"),
    "envelope": (Kind.ADDITIVE, "has an answer {new} now; it was {old}"),
    # What is repeated raises other errors than what is sent once when the answer is lost.
    "repeated": (Kind.BREAKING, "is {new} now when the answer is lost; it was {old}"),
    "secret": (Kind.BREAKING, "is {new} now wherever it is printed; it was {old}"),
    "default": (Kind.BREAKING, "is `{new}` now when it is left out; it was `{old}`"),
    "deprecated": (Kind.ADDITIVE, "is {new} now; it was {old}"),
}
"""The facts of parts: whether another one breaks callers, and how it is told."""

_FUNCTIONS = (Role.FUNCTION, Role.LISTED)
_VERBS = {Role.FUNCTION: ("returns", "returned"), Role.ARGUMENT: ("takes", "took")}
_NONE = "None"
_FLOORS = ("minLength", "minItems", "minimum", "exclusiveMinimum")
_CEILINGS = ("maxLength", "maxItems", "maximum", "exclusiveMaximum")


def compare(old: Version, new: Version) -> Comparison:
    """Compare two versions; what belongs to something that came or went is not reported by itself."""
    found = _differences(*({part.subject: part for part in side.parts} for side in (old, new)))
    ordered = sorted(found, key=lambda each: (each.kind is not Kind.BREAKING, each.name, each.message))
    return Comparison(old.name, new.name, ordered)


def _differences(old: dict[str, Part], new: dict[str, Part]) -> Iterator[Difference]:
    def role(side: dict[str, Part], subject: str) -> Role | None:
        return side[subject].role if subject in side else None

    for subject, part in (old | new).items():
        if role(old, part.owner) is not role(new, part.owner):
            continue
        if subject not in new:
            yield _told(part, Kind.BREAKING, "presence", "is no longer there", effect="removed")
        elif subject not in old:
            yield _told(part, *_arrival(part), effect="added")
        elif part.role is not old[subject].role:
            yield _told(old[subject], *_recast(old[subject].role, part.role))
        else:
            yield from _changes(old[subject], part)


def _arrival(part: Part) -> tuple[Kind, str, str]:
    """What it means that a part is new."""
    if part.implemented:
        text = "is new: classes of your own that follow this protocol need it"
        return Kind.BREAKING, "presence", text
    if part.sent and part.required:
        return Kind.BREAKING, "presence", "is new, and must be given"
    text = "is new, and may be left out" if part.role is Role.ARGUMENT else "is new"
    return Kind.ADDITIVE, "presence", text


def _recast(old: Role, new: Role) -> tuple[Kind, str, str]:
    """What it means that a part became something else altogether."""
    if old in _FUNCTIONS and new in _FUNCTIONS:
        # An operation that is only listed promises nothing but its name: typing it breaks no promise.
        typed = old is Role.LISTED
        return (Kind.ADDITIVE, "listed", TYPED) if typed else (Kind.BREAKING, "listed", LISTED)
    now, then = (f"{'an' if role[0] == 'a' else 'a'} {role}" for role in (new, old))
    return Kind.BREAKING, "kind", f"is {now} now; it was {then}"


def _changes(old: Part, new: Part) -> Iterator[Difference]:
    told = partial(_told, new)
    sent = old.sent or new.sent
    if sent and old.required != new.required:
        kind = Kind.BREAKING if new.required else Kind.ADDITIVE
        yield told(kind, "required", "is required now" if new.required else "may be left out now")
    if old.types and new.types and old.types != new.types:
        yield told(*_retyped(old, new))
    for base in sorted({*old.bases} - {*new.bases}):
        text = f"is no `{base}` any more: `except` and `isinstance` of that pass it by"
        yield told(Kind.BREAKING, "base", text)
    if sent and old.limits != new.limits:
        kind = Kind.BREAKING if _tighter(old, new) else Kind.ADDITIVE
        yield told(kind, "limits", f"has the limits {_limits(new)} now; they were {_limits(old)}")
    # A default or a position that comes or goes is told as what may be left out, or by its kind.
    for fact in old.facts.keys() & new.facts.keys():
        before, after = old.facts[fact], new.facts[fact]
        if before != after:
            kind, text = FACTS[fact]
            yield told(kind, fact, text.format(old=before, new=after))


def _retyped(old: Part, new: Part) -> tuple[Kind, str, str]:
    """A type that grew breaks who reads it; one that shrank breaks who sends it."""
    before, after = {*old.types}, {*new.types}
    narrower = (old.sent or new.sent) and not before <= after and not after & {"Any", "object"}
    wider = (old.read or new.read) and not after <= before
    kind = Kind.BREAKING if narrower or wider else Kind.ADDITIVE
    verb, past = _VERBS.get(old.role, ("is", "was"))
    if old.read and after - before == {_NONE} and before < after:
        text = "can be None now" if verb == "is" else f"{verb} None too now"
    elif old.read and before - after == {_NONE} and after < before:
        text = "is never None any more" if verb == "is" else f"never {verb} None any more"
    else:
        text = f"{verb} {_spelled(new)} now; it {past} {_spelled(old)}"
    return kind, "type", text


def _spelled(part: Part) -> str:
    """A union as it is written, None last."""
    return "`" + " | ".join(sorted(part.types, key=lambda name: (name == _NONE, name))) + "`"


def _tighter(old: Part, new: Part) -> bool:
    """Whether something that was within the old limits can be outside the new ones."""

    def tightened(name: str, value: float) -> bool:
        before = old.limits.get(name)
        grown, shrunk = before is None or value > before, before is None or value < before
        return (grown and name not in _CEILINGS) or (shrunk and name not in _FLOORS)

    return any(tightened(name, value) for name, value in new.limits.items())


def _limits(part: Part) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in part.limits.items()) or "none"


def _told(part: Part, kind: Kind, aspect: str, text: str, *, effect: str = "changed") -> Difference:
    name = part.owner if part.label else part.subject
    if part.role in (*_FUNCTIONS, Role.ARGUMENT):
        name = name.removesuffix("()") + "(...)"
    message = f"the {part.role} `{part.label}` {text}" if part.label else text
    return Difference(
        kind=kind, effect=effect, aspect=aspect, name=name, message=message, pointer=part.pointer
    )
