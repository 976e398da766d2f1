"""What several pages of one endpoint say together: all that they show, required where all require it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

import msgspec

from codegen.documents import Json
from codegen.pages.examples import inside, items
from codegen.pages.facts import BODY, Field, PageFacts, Parameter, Shape
from codegen.pages.operation import is_json
from codegen.sync.writing.spec_files import UnwritableError

_MINTED = ("%d-%m-%Y %H:%M", "%Y-%m-%d %H:%M:%S")


def newest(pages: Sequence[PageFacts]) -> PageFacts:
    """The page that was changed last; the first of them where none has a date."""
    return max(pages, key=lambda page: (page.modified_on or "", -pages.index(page)))


def query(pages: Sequence[PageFacts]) -> list[Parameter]:
    """The parameters of the query."""
    found: dict[str, Parameter] = {}
    for page in pages:
        for parameter in page.parameters:
            if parameter.location == "query":
                found.setdefault(parameter.name, parameter)
    return [
        msgspec.structs.replace(
            found[name],
            required=all(
                any(p.name == name and p.location == "query" and p.required for p in page.parameters)
                for page in pages
            ),
        )
        for name in found
    ]


def path_shape(pages: Sequence[PageFacts], name: str) -> Shape:
    """What a parameter of the path is; text where no page says."""
    for page in pages:
        for parameter in page.parameters:
            if parameter.location == "path" and parameter.name == name and parameter.shape.types:
                return parameter.shape
    return Shape(types=("string",))


def body(pages: Sequence[PageFacts]) -> Shape | None:
    """The shape of what is sent, None where nothing is.

    Raises:
        UnwritableError: something is sent that is no JSON, or that no page shows.
    """
    bodies = [page.body for page in pages if page.body]
    other = [found.media_type for found in bodies if found.media_type and not is_json(found.media_type)]
    if other:
        raise UnwritableError(f"it sends {other[0][:80]}, and the client sends JSON")
    shapes = [found.shape for found in bodies if found.shape]
    if len(shapes) < len(bodies):
        raise UnwritableError("it sends something that the page does not show")
    return merged(shapes) if shapes else None


def data(pages: Sequence[PageFacts]) -> tuple[bool, Shape | None]:
    """Whether the answer has the envelope, and the shape of its data; None where that is not known.

    Only an answer that is shown without the envelope's fields has none: one that nobody has described has it,
    so that a refusal in it is raised.

    Raises:
        UnwritableError: what is answered is no JSON.
    """
    answers = [answer for page in pages for answer in page.success]
    other = [found.media_type for found in answers if found.media_type and not is_json(found.media_type)]
    if other:
        raise UnwritableError(f"it answers {other[0][:80]}, and the client reads JSON")
    shapes = [answer.shape for answer in answers if answer.shape and _shows(answer.shape)]
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


def merged(shapes: Sequence[Shape]) -> Shape:
    """One shape with the fields of all; a field is required where every shape requires it."""
    first = shapes[0]
    shapes = [shape for shape in shapes if shape.fields]
    found: dict[str, list[Field]] = {}
    for shape in shapes:
        for each in shape.fields or ():
            found.setdefault(each.name, []).append(each)
    if len(shapes) < 2:
        return shapes[0] if shapes else first
    fields = tuple(
        msgspec.structs.replace(
            same[0],
            shape=merged([each.shape for each in sorted(same, key=lambda each: each.by_example)]),
            by_example=all(each.by_example for each in same),
            required=len(same) == len(shapes) and all(each.required for each in same),
        )
        for same in found.values()
    )
    return msgspec.structs.replace(shapes[0], fields=fields)


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
    return all(_reads(date.fromisoformat, value) for value in _texts(values))


def are_iso_times(values: Iterable[Json]) -> bool:
    """Whether all texts among some values are times in ISO 8601 with their offset."""
    return all(_reads(_with_offset, value) for value in _texts(values))


def are_minted_times(values: Iterable[Json]) -> bool:
    """Whether there is a text among some values, and all are times as Minted prints them, without a zone."""
    texts = _texts(values)
    return bool(texts) and all(any(_fits(value, form) for form in _MINTED) for value in texts)


def _texts(values: Iterable[Json]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def _with_offset(value: str) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError(value)
    return found


def _fits(value: str, form: str) -> bool:
    return _reads(lambda text: datetime.strptime(text, form), value) and (
        datetime.strptime(value, form).strftime(form) == value
    )


def _reads(read: Callable[[str], object], value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True
