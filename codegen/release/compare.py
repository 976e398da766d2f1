"""Compares two sets of parts: what is gone, what is new, what is required, what has another type."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.kinds import Kind
from codegen.release.differences import Aspect, Difference, Effect
from codegen.release.parts import Part, Parts, Role

UNLISTED = "is typed now: `paths=` must not name it any more"
LISTED = "is only listed now: it works once `MintedClient(paths=...)` tells its path"

_TRAITS = {
    Aspect.NAME: (Kind.BREAKING, "is spelled `{new}` now; it was `{old}`"),
    Aspect.AWAITED: (Kind.BREAKING, "is {new} now; it was {old}"),
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


def compare_parts(old: Parts, new: Parts) -> Iterator[Difference]:
    """Compare two versions.

    Args:
        old: the parts of the older version.
        new: the parts of the newer one.

    Yields:
        The differences. What belongs to something that came or went is not reported by itself.
    """
    unlike = set(old.keys() ^ new.keys())
    unlike |= {subject for subject in old.keys() & new.keys() if _recast(old[subject], new[subject])}
    for subject, part in old.items():
        if part.owner in unlike:
            continue
        if subject not in new:
            yield _told(part, Kind.BREAKING, Effect.REMOVED, Aspect.PRESENCE, "is no longer there")
        elif part.role is not new[subject].role:
            text = f"is {_WHAT[new[subject].role]} now; it was {_WHAT[part.role]}"
            yield _told(part, Kind.BREAKING, Effect.CHANGED, Aspect.KIND, text)
        elif subject in unlike:
            yield _listed(part, new[subject])
        else:
            yield from _changes(part, new[subject])
    for subject, part in new.items():
        if subject not in old and part.owner not in unlike:
            yield _added(part)


def _recast(old: Part, new: Part) -> bool:
    """Whether a part became something else altogether."""
    return old.role is not new.role or old.traits.get(Aspect.LISTED) != new.traits.get(Aspect.LISTED)


def _listed(old: Part, new: Part) -> Difference:
    """An operation that is only listed promises nothing but its name: typing it breaks no promise."""
    typed = Aspect.LISTED not in new.traits
    kind = Kind.ADDITIVE if typed else Kind.BREAKING
    return _told(old, kind, Effect.CHANGED, Aspect.LISTED, UNLISTED if typed else LISTED)


def _added(part: Part) -> Difference:
    if part.implemented:
        text, kind = "is new: classes of your own that follow this protocol need it", Kind.BREAKING
    elif part.sent and part.required:
        text, kind = "is new, and must be given", Kind.BREAKING
    elif part.role is Role.ARGUMENT:
        text, kind = "is new, and may be left out", Kind.ADDITIVE
    else:
        text, kind = "is new", Kind.ADDITIVE
    return _told(part, kind, Effect.ADDED, Aspect.PRESENCE, text)


def _changes(old: Part, new: Part) -> Iterator[Difference]:
    if old.sent and old.required != new.required:
        kind = Kind.BREAKING if new.required else Kind.ADDITIVE
        text = "is required now" if new.required else "may be left out now"
        yield _told(old, kind, Effect.CHANGED, Aspect.REQUIRED, text)
    if old.types and new.types and old.types != new.types:
        yield _retyped(old, new)
    for base in sorted(old.bases - new.bases):
        text = f"is no `{base}` any more: `except` and `isinstance` of that pass it by"
        yield _told(old, Kind.BREAKING, Effect.CHANGED, Aspect.BASE, text)
    if old.sent and old.limits != new.limits:
        kind = Kind.BREAKING if _tighter(old, new) else Kind.ADDITIVE
        text = f"has the limits {_limits(new)} now; they were {_limits(old)}"
        yield _told(old, kind, Effect.CHANGED, Aspect.LIMITS, text)
    for aspect, (kind, text) in _TRAITS.items():
        before, after = old.traits.get(aspect, ""), new.traits.get(aspect, "")
        # A default that comes or goes is told as what may be left out.
        if before != after and (aspect is not Aspect.DEFAULT or (before and after)):
            yield _told(old, kind, Effect.CHANGED, aspect, text.format(old=before, new=after))


def _retyped(old: Part, new: Part) -> Difference:
    """A type that grew breaks who reads it; one that shrank breaks who sends it."""
    grew, shrank = new.types >= old.types, new.types <= old.types
    anything = bool(new.types & {"Any", "object", "anything"})
    breaks = (old.sent and not grew and not anything) or (old.read and not shrank)
    kind = Kind.BREAKING if breaks else Kind.ADDITIVE
    aspect = Aspect.RESULT if old.role is Role.METHOD else Aspect.TYPE
    return _told(old, kind, Effect.CHANGED, aspect, _type_words(old, new))


def _type_words(old: Part, new: Part) -> str:
    verb, past = {Role.METHOD: ("returns", "returned"), Role.ARGUMENT: ("takes", "took")}.get(
        old.role, ("is", "was")
    )
    if old.read and new.types - old.types <= _NONE and old.types < new.types:
        return "can be None now" if verb == "is" else f"{verb[:-1]}s None too now"
    if old.read and old.types - new.types <= _NONE and new.types < old.types:
        return "is never None any more" if verb == "is" else f"never {verb} None any more"
    return f"{verb} {spelled(new.types)} now; it {past} {spelled(old.types)}"


def spelled(types: frozenset[str]) -> str:
    """A union as it is written, None last."""
    return "`" + " | ".join(sorted(types, key=lambda name: (name in _NONE, name))) + "`"


_NONE = frozenset({"None", "null"})
_FLOORS = ("minLength", "minItems", "minimum", "exclusiveMinimum")
_CEILINGS = ("maxLength", "maxItems", "maximum", "exclusiveMaximum")


def _tighter(old: Part, new: Part) -> bool:
    """Whether something that was within the old limits can be outside the new ones."""
    for name, value in new.limits.items():
        before = old.limits.get(name)
        if before is None or (name in _FLOORS and value > before) or (name in _CEILINGS and value < before):
            return True
        if name not in (*_FLOORS, *_CEILINGS) and value != before:
            return True
    return False


def _limits(part: Part) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in part.limits.items()) or "none"


def _told(part: Part, kind: Kind, effect: Effect, aspect: Aspect, text: str) -> Difference:
    return Difference(
        kind=kind,
        effect=effect,
        aspect=aspect,
        subject=part.subject,
        name=part.shown,
        message=part.phrase + text,
    )
