"""Several pages of one endpoint as one: all that they show, required where all require it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Annotated, Any

import msgspec

from codegen.documents import Json
from codegen.pages.examples import inside, items, merged
from codegen.pages.facts import BODY, Body, PageFacts, Parameter, Shape
from codegen.pages.operation import is_json
from codegen.sync.writing.spec_files import UnwritableError

_Instant = Annotated[datetime, msgspec.Meta(tz=True)]
_MINTED = ("%d-%m-%Y %H:%M", "%Y-%m-%d %H:%M:%S")


def newest(pages: Sequence[PageFacts]) -> PageFacts:
    """The page that was changed last; the first of them where none has a date."""
    return max(pages, key=lambda page: (page.modified_on or "", -pages.index(page)))


def as_one(pages: Sequence[PageFacts]) -> PageFacts:
    """One page that says what all say, named and dated as the newest."""
    return msgspec.structs.replace(
        newest(pages),
        deprecated=all(page.deprecated for page in pages),
        parameters=tuple(_parameters(pages)),
        body=_body([page.body for page in pages if page.body]),
        answers=tuple(answer for page in pages for answer in page.answers),
    )


def _parameters(pages: Sequence[PageFacts]) -> Iterator[Parameter]:
    found: dict[tuple[str, str], list[Parameter]] = {}
    for parameter in (parameter for page in pages for parameter in page.parameters):
        found.setdefault((parameter.location, parameter.name), []).append(parameter)
    for same in found.values():
        shown = next((parameter for parameter in same if parameter.shape.types), same[0])
        required = len(same) == len(pages) and all(parameter.required for parameter in same)
        yield msgspec.structs.replace(shown, required=required)


def _body(bodies: Sequence[Body]) -> Body | None:
    if not bodies:
        return None
    types = [body.media_type for body in bodies]
    shapes = [body.shape for body in bodies if body.shape]
    return Body(
        media_type=next((kind for kind in types if kind and not is_json(kind)), types[0]),
        shape=merged(shapes) if len(shapes) == len(bodies) else None,
        examples=tuple(example for body in bodies for example in body.examples),
    )


def sent(page: PageFacts) -> Shape | None:
    """The shape of what is sent, None where nothing is."""
    if page.body is None:
        return None
    if page.body.media_type and not is_json(page.body.media_type):
        raise UnwritableError(f"it sends {page.body.media_type[:80]}, and the client sends JSON")
    if page.body.shape is None:
        raise UnwritableError("it sends something that the page does not show")
    return page.body.shape


def answered(page: PageFacts) -> tuple[bool, Shape | None]:
    """Whether the answer has the envelope, and the shape of its data; None where that is not known.

    Only an answer that is shown without the envelope's fields has none: one that nobody has described has it,
    so that a refusal in it is raised.
    """
    other = [found.media_type for found in page.success if found.media_type and not is_json(found.media_type)]
    if other:
        raise UnwritableError(f"it answers {other[0][:80]}, and the client reads JSON")
    shapes = [answer.shape for answer in page.success if answer.shape and _shows(answer.shape)]
    if not shapes:
        return True, None
    whole = merged(shapes)
    names = {found.name for found in whole.fields or ()}
    found = whole.field("data")
    if "success" in names and (found or names & {"code", "message"}):
        return True, found.shape if found and _shows(found.shape) else None
    return False, whole


def _shows(shape: Shape) -> bool:
    return bool(shape.fields or shape.items or shape.alternatives or shape.keyed) or (
        shape.types not in ((), ("object",))
    )


# ---------------------------------------------------------------------- examples
def values_at(pages: Iterable[PageFacts], at: str) -> list[Json]:
    """What stands at a place in every example of some pages."""
    parts = [part for part in at.replace("[]", ".[]").split(".") if part]
    sent = parts[:1] == [BODY]
    found: list[Json] = []
    for page in pages:
        found.extend(page.body.examples if sent and page.body else ())
        found.extend(example for answer in page.success for example in answer.examples if not sent)
    for part in parts[1:] if sent else parts:
        found = items(found) if part == "[]" else inside(found, part)
    return found


def always_has(values: Iterable[Json], name: str) -> bool:
    """Whether every object among some values has a key."""
    return all(name in value for value in values if isinstance(value, dict))


def are_dates(values: Iterable[Json]) -> bool:
    """Whether all texts among some values are days, `2024-02-29`."""
    return _are(_texts(values), date)


def are_iso_times(values: Iterable[Json]) -> bool:
    """Whether all texts among some values are times in ISO 8601 with their offset."""
    return _are(_texts(values), _Instant)


def _are(texts: list[str], kind: Any) -> bool:
    try:
        msgspec.convert(texts, list[kind])
    except msgspec.ValidationError:
        return False
    return True


def are_minted_times(values: Iterable[Json]) -> bool:
    """Whether there is a text among some values, and all are times as Minted prints them, without a zone."""
    texts = _texts(values)
    return bool(texts) and all(any(_fits(value, form) for form in _MINTED) for value in texts)


def _texts(values: Iterable[Json]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def _fits(value: str, form: str) -> bool:
    try:
        return datetime.strptime(value, form).strftime(form) == value
    except ValueError:
        return False
