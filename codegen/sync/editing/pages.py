"""What several pages of one endpoint say together: all that they show, required where all require it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from codegen.pages.facts import Field, PageFacts, Parameter, Shape

_JSON = ("application/json", "*/*", "")


def query(pages: Sequence[PageFacts]) -> list[Parameter]:
    """The parameters of the query."""
    found: dict[str, Parameter] = {}
    for page in pages:
        for parameter in page.parameters:
            if parameter.location == "query":
                found.setdefault(parameter.name, parameter)
    return [
        msgspec.structs.replace(parameter, required=all(_requires(page, name) for page in pages))
        for name, parameter in found.items()
    ]


def path_shape(pages: Sequence[PageFacts], name: str) -> Shape:
    """What a parameter of the path is; text where no page says."""
    for page in pages:
        for parameter in page.parameters:
            if parameter.location == "path" and parameter.name == name:
                return parameter.shape
    return Shape(types=("string",))


def body(pages: Sequence[PageFacts]) -> Shape | None:
    """The shape of the body, None where no page shows one."""
    shapes = [page.body.shape for page in pages if page.body and page.body.shape]
    return merged(shapes) if shapes else None


def has_hidden_body(pages: Sequence[PageFacts]) -> bool:
    """Whether something is sent that no page shows, or that is no JSON."""
    bodies = [page.body for page in pages if page.body]
    odd = any(not found.media_type.startswith(_JSON[:2]) and found.media_type for found in bodies)
    return odd or (bool(bodies) and body(pages) is None)


def answer(pages: Sequence[PageFacts]) -> Shape | None:
    """The shape of the answer of a call that went well, envelope included; None where no page shows it."""
    return next((a.shape for page in pages for a in page.success if a.shape is not None), None)


def data_of(shape: Shape | None) -> tuple[bool, Shape | None]:
    """Whether an answer has the envelope, and the shape of its data; None where that is not known."""
    if shape is None:
        return True, None
    names = {found.name for found in shape.fields or ()}
    data = shape.field("data")
    if data is not None and "success" in names:
        return True, data.shape
    if "success" in names and names & {"code", "message"}:
        return True, None
    return False, shape


def merged(shapes: Sequence[Shape]) -> Shape:
    """One shape with the fields of all; a field is required where every shape requires it."""
    first = shapes[0]
    found: dict[str, list[Field]] = {}
    for shape in shapes:
        for each in shape.fields or ():
            found.setdefault(each.name, []).append(each)
    if len(shapes) == 1 or not found:
        return first
    fields = tuple(
        msgspec.structs.replace(same[0], required=len(same) == len(shapes) and all(f.required for f in same))
        for same in found.values()
    )
    return msgspec.structs.replace(first, fields=fields)


def _requires(page: PageFacts, name: str) -> bool:
    return any(p.name == name and p.location == "query" and p.required is True for p in page.parameters)
