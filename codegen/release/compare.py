"""Compares two versions: what is gone, what is new, what is required, what has another type."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.kinds import Kind
from codegen.release.parts import Aspect, Comparison, Difference, Part, Role, Version

UNLISTED = "is typed now: an entry in `paths=` is not used any more"
LISTED = "is only listed now: it works once `MintedClient(paths=...)` tells its path"

_FACTS = {
    Aspect.NAME: (Kind.BREAKING, "is spelled `{new}` now; it was `{old}`"),
    Aspect.AWAITED: (Kind.BREAKING, "is {new} now; it was {old}"),
    Aspect.KIND: (Kind.BREAKING, "is {new} now; it was {old}"),
    Aspect.POSITION: (Kind.BREAKING, "has another position now"),
    Aspect.ROUTE: (Kind.ADDITIVE, "is sent as `{new}` now; it was `{old}`"),
    # The version is the server's own word for a contract that is not the old one.
    Aspect.API_VERSION: (Kind.BREAKING, "asks for version {new} of the API now; it was {old}"),
    Aspect.ENVELOPE: (Kind.ADDITIVE, "has an answer {new} now; it was {old}"),
    # What is repeated raises other errors than what is sent once when the answer is lost.
    Aspect.REPEATED: (Kind.BREAKING, "is {new} now when the answer is lost; it was {old}"),
    Aspect.SECRET: (Kind.BREAKING, "is {new} now wherever it is printed; it was {old}"),
    Aspect.DEFAULT: (Kind.BREAKING, "is `{new}` now when it is left out; it was `{old}`"),
    Aspect.DEPRECATED: (Kind.ADDITIVE, "is {new} now; it was {old}"),
}
_WHAT = {
    Role.METHOD: "a function",
    Role.ARGUMENT: "an argument",
    Role.FIELD: "an attribute",
    Role.VALUE: "a value of an enum",
    Role.NAME: "a class",
}
_VERBS = {Role.METHOD: ("returns", "returned"), Role.ARGUMENT: ("takes", "took")}
_NONE = "None"
_FLOORS = ("minLength", "minItems", "minimum", "exclusiveMinimum")
_CEILINGS = ("maxLength", "maxItems", "maximum", "exclusiveMaximum")


def compare(old: Version, new: Version) -> Comparison:
    """Compare two versions; what belongs to something that came or went is not reported by itself."""
    found = _differences(*({part.subject: part for part in side.parts} for side in (old, new)))
    ordered = sorted(found, key=lambda each: (each.kind is not Kind.BREAKING, each.name, each.message))
    return Comparison(old.name, new.name, ordered)


def _differences(old: dict[str, Part], new: dict[str, Part]) -> Iterator[Difference]:
    both = old.keys() & new.keys()
    unlike = (old.keys() ^ new.keys()) | {each for each in both if _recast(old[each], new[each])}
    for subject, part in old.items():
        if part.owner in unlike:
            continue
        if subject not in new:
            yield _told(part, Kind.BREAKING, Aspect.PRESENCE, "is no longer there", effect="removed")
        elif part.role is not new[subject].role:
            now = f"is {_WHAT[new[subject].role]} now; it was {_WHAT[part.role]}"
            yield _told(part, Kind.BREAKING, Aspect.KIND, now)
        elif subject in unlike:
            # An operation that is only listed promises nothing but its name: typing it breaks no promise.
            typed = Aspect.LISTED not in new[subject].facts
            kind, text = (Kind.ADDITIVE, UNLISTED) if typed else (Kind.BREAKING, LISTED)
            yield _told(part, kind, Aspect.LISTED, text)
        else:
            yield from _changes(part, new[subject])
    for subject, part in new.items():
        if subject not in old and part.owner not in unlike:
            yield _added(part)


def _recast(old: Part, new: Part) -> bool:
    """Whether a part became something else altogether."""
    return old.role is not new.role or (Aspect.LISTED in old.facts) != (Aspect.LISTED in new.facts)


def _added(part: Part) -> Difference:
    if part.implemented:
        text, kind = "is new: classes of your own that follow this protocol need it", Kind.BREAKING
    elif part.sent and part.required:
        text, kind = "is new, and must be given", Kind.BREAKING
    elif part.role is Role.ARGUMENT:
        text, kind = "is new, and may be left out", Kind.ADDITIVE
    else:
        text, kind = "is new", Kind.ADDITIVE
    return _told(part, kind, Aspect.PRESENCE, text, effect="added")


def _changes(old: Part, new: Part) -> Iterator[Difference]:
    sent = old.sent or new.sent
    if sent and old.required != new.required:
        kind = Kind.BREAKING if new.required else Kind.ADDITIVE
        yield _told(new, kind, Aspect.REQUIRED, "is required now" if new.required else "may be left out now")
    if old.types and new.types and old.types != new.types:
        yield _retyped(old, new)
    for base in sorted({*old.bases} - {*new.bases}):
        text = f"is no `{base}` any more: `except` and `isinstance` of that pass it by"
        yield _told(new, Kind.BREAKING, Aspect.BASE, text)
    if sent and old.limits != new.limits:
        kind = Kind.BREAKING if _tighter(old, new) else Kind.ADDITIVE
        yield _told(new, kind, Aspect.LIMITS, f"has the limits {_limits(new)} now; they were {_limits(old)}")
    for aspect, (kind, text) in _FACTS.items():
        before, after = old.facts.get(aspect), new.facts.get(aspect)
        # A default or a position that comes or goes is told as what may be left out, or by its kind.
        if before is not None and after is not None and before != after:
            yield _told(new, kind, aspect, text.format(old=before, new=after))


def _retyped(old: Part, new: Part) -> Difference:
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
    return _told(new, kind, Aspect.TYPE, text)


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


def _told(part: Part, kind: Kind, aspect: Aspect, text: str, *, effect: str = "changed") -> Difference:
    name = part.owner if part.label else part.subject
    if part.role in (Role.METHOD, Role.ARGUMENT):
        name = name.removesuffix("()") + "(...)"
    message = f"the {part.role.value} `{part.label}` {text}" if part.label else text
    return Difference(
        kind=kind, effect=effect, aspect=aspect, name=name, message=message, pointer=part.pointer
    )
