"""What `observe=Shapes(...)` saw of answers: each operation is read as a page that shows nothing else.

Nothing is required because it was always there, and nothing is gone because it was not seen. What fewer than
`ENOUGH` answers show is reported, and not written. The file can come from anybody: its form, its size and its
names are checked before anything is made of it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from codegen.findings import GeneratorError
from codegen.pages.facts import ENOUGH, Answer, Field, PageFacts, Remark, Shape
from codegen.spec import Spec
from codegen.sync.matching import skeleton
from codegen.terminal import one_line
from minted_async.errors import ConfigurationError
from minted_async.shapes.file import read
from minted_async.shapes.record import Answers, Place, Seen

DEEPEST: Final = 40
"""Steps to a place; the SDK looks at 16 levels."""
ENOUGH_TEXTS: Final = 10
"""Answers with a text from which on its form is its format: a text in another form could not be read."""

_FORMATS = {
    "YYYY-MM-DD": "date",
    "uuid": "uuid",
    "DD-MM-YYYY HH:mm": "minted-datetime",
    "YYYY-MM-DD HH:mm:ss": "minted-datetime",
    **{f"YYYY-MM-DDTHH:mm:ss{end}": "date-time" for end in ("Z", "+hh:mm", ".fZ", ".f+hh:mm")},
}
"""The forms of texts that can be read in one way only."""
_ENVELOPE = {
    "data": None, "success": {"boolean"}, "code": {"integer"}, "message": {"string"}, "errors": {"object"},
}  # fmt: skip
"""The fields that every answer can have, and the types that the client expects of them."""
_STEP = r"(?:[^.\[\]*$\x00-\x20\x7f]{1,60}|\*)"
_PLACE = re.compile(rf"\$|(?:{_STEP}|\[\])(?:\[\]|\.{_STEP})*")

_Steps: TypeAlias = tuple[str, ...]


def read_observed(path: Path) -> list[PageFacts]:
    """Read a file of shapes.

    Raises:
        GeneratorError: it cannot be read, or is none.
    """
    try:
        path.stat()  # none is no empty one
        return [_facts(path.name, *entry) for entry in sorted(read(path).operations.items())]
    except OSError as error:
        raise GeneratorError(f"{path} cannot be read: {error.strerror or error}") from None
    except (ConfigurationError, ValueError) as error:
        raise GeneratorError(one_line(str(error), 400)) from None


def not_of(seen: PageFacts, spec: Spec) -> str:
    """Why what was seen cannot be compared with a spec; empty if it can be."""
    ours = {row.id: "" for row in spec.listed} | {one.id: f"{one.verb} {one.path}" for one in spec.methods}
    if seen.operation not in ours:
        return "there is no such operation; the answers were seen by another release"
    known = ours[seen.operation]
    moved = known and skeleton(known) != skeleton(seen.endpoint)
    return f"it was asked by {seen.endpoint}, and is {known} in the spec" if moved else ""


def _facts(source: str, name: str, seen: Seen) -> PageFacts:
    good = {status: each for status, each in seen.answers.items() if status.startswith("2")}
    counted = (good or seen.answers).values()
    days = sorted(day for each in counted for day in (each.first, each.last)) or [""]
    return PageFacts(
        source=source,
        title="",
        operation=name,
        answered=sum(answers.bodies.get("json", 0) for answers in counted),
        days=(days[0], days[-1]),
        method=seen.method,
        path=seen.path,
        answers=tuple(
            Answer(status=status, media_type="application/json", shape=_Tree(answers).shape())
            for status, answers in good.items()
            if "$" in answers.places
        ),
        gaps=("parameters", "body"),
        remarks=tuple(
            Remark(f"HTTP {status}", said) for status, each in seen.answers.items() for said in _remarks(each)
        ),
    )


def _remarks(answers: Answers) -> Iterator[str]:
    """What is worth knowing of the answers with one status, and has no place in the spec."""
    for kind in answers.bodies.keys() - {"json", "empty"}:
        yield f"{answers.bodies[kind]} times the answer was no JSON that can be read: {kind}"
    for name, place in answers.places.items() if "success" in answers.places else ():
        expected, kinds = _ENVELOPE.get(name, set[str]()), place.types.keys() - {"null"}
        if expected == set() and not re.search(r"[.\[$]", name):
            yield f"{name} stands beside `data`, and the client does not know it"
        elif expected and not kinds <= expected:
            yield f"{name} is {' or '.join(sorted(kinds))}, and the client expects {' or '.join(expected)}"
    if answers.dropped:
        yield f"{answers.dropped} more places were met than the file holds"


@dataclass
class _Tree:
    """The places of the answers with one status, each below the one that holds it."""

    answers: Answers

    def __post_init__(self) -> None:
        self.places = {_steps(name): place for name, place in self.answers.places.items()}
        self.inside: defaultdict[_Steps, list[str]] = defaultdict(list)
        # What the spec knows comes first: what is new goes behind it.
        for steps in sorted(self.places, key=lambda steps: (not self.places[steps].known, steps)):
            if steps:
                self.inside[steps[:-1]].append(steps[-1])

    def shape(self, at: _Steps = ()) -> Shape:
        """The form of what was seen at a place."""
        place = self.places[at]
        kinds = {kind: count for kind, count in place.types.items() if count}
        nulls = kinds.pop("null", 0)
        if "number" in kinds:
            kinds.pop("integer", 0)  # a number without a point
        names = [name for name in self.inside[at] if name not in ("[]", "*")]
        keyed = "*" in self.inside[at] and not any(self.places[*at, name].known for name in names)
        counts = [(None, nulls), *place.values.items()]
        return Shape(
            types=tuple(kinds),
            nullable=nulls > 0,
            enum=tuple(value for value, count in place.values.items() if count) or None,
            format=self._format(place),
            fields=None if keyed else tuple(self._field((*at, name)) for name in names) or None,
            items=self.shape((*at, "[]")) if "[]" in self.inside[at] else None,
            keyed=keyed,
            rare=frozenset(value for value, count in counts if self._few(count)),
        )

    def _field(self, at: _Steps) -> Field:
        place = self.places[at]
        return Field(
            name=at[-1],
            shape=self.shape(at),
            required=False if place.known and place.missing else None,
            by_example=not place.known and self._few(place.seen),
        )

    def _few(self, count: int, enough: int = ENOUGH) -> bool:
        """Whether a count is of too few answers: one answer can have many items."""
        return min(count, self.answers.bodies.get("json", 0)) < enough

    def _format(self, place: Place) -> str | None:
        formats, texts = {_FORMATS.get(form) for form in place.forms}, place.types.get("string", 0)
        whole = sum(place.forms.values()) == texts and not self._few(texts, ENOUGH_TEXTS)
        return formats.pop() if whole and len(formats) == 1 else None


def _steps(name: str) -> _Steps:
    """The way to a place: `data.items[].sku` is `data`, `items`, `[]`, `sku`."""
    steps = tuple(re.findall(r"\[\]|[^.\[\]$]+", name))
    if not _PLACE.fullmatch(name) or len(steps) > DEEPEST:
        raise ValueError(f"{name[:80]!r} is no place of an answer: this is no file of shapes")
    return steps
