"""Several pages of one endpoint as one: all that they show, required where all require it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from codegen.pages.examples import merged
from codegen.pages.facts import Body, PageFacts, Parameter
from codegen.pages.operation import is_json


def as_one(pages: Sequence[PageFacts]) -> PageFacts:
    """One page that says what all say, named and dated as the newest, or as the first if none has a date."""
    return msgspec.structs.replace(
        max(pages, key=lambda page: page.modified_on or ""),
        deprecated=all(page.deprecated for page in pages),
        headers=tuple(_parameters([page.headers for page in pages])),
        parameters=tuple(_parameters([page.parameters for page in pages])),
        body=_body([page.body for page in pages if page.body]),
        answers=tuple(answer for page in pages for answer in page.answers),
    )


def _parameters(pages: Sequence[Sequence[Parameter]]) -> Iterator[Parameter]:
    found: dict[tuple[str, str], list[Parameter]] = {}
    for parameter in (parameter for page in pages for parameter in page):
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
    )
