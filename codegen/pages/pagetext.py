"""A page as text: what a person gets who selects all of it and copies."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from codegen.documents import Json
from codegen.pages.facts import Answer, Body, Form, NotAnEndpoint, PageError, PageFacts, Parameter
from codegen.pages.headings import Kind, Part
from codegen.pages.lines import Line, page_lines
from codegen.pages.masthead import find_masthead, modified_at
from codegen.pages.menu import section_of
from codegen.pages.outline import outline
from codegen.pages.paths import plain_path, with_path_parameters
from codegen.pages.remarks import Remarks, quoted
from codegen.pages.rowshapes import RowShapes
from codegen.pages.samples import request_sample, strings_by_key
from codegen.pages.schemas import distinct

MAX_CHARACTERS: Final = 512 * 1024
"""Length of a page; the largest known has 60 thousand."""

_SIGNS = re.compile(
    r"(?:Header|Query|Path|Body) Params\b.{0,100}|Responses|Request (?:code )?samples", re.IGNORECASE
)
_MAINTAINER = re.compile(r"Maintainer ?:.*", re.IGNORECASE)


def read_text(
    source: str,
    text: str,
    vocabulary: Collection[str] = (),
    *,
    form: Form = Form.TEXT,
    page: str | None = None,
    title: str = "",
) -> PageFacts:
    """Read a page as text.

    Args:
        source: name of the file, or address of the page.
        text: the page.
        vocabulary: values known to be allowed values of some field.
        form: the form that the text was made from.
        page: the page's id, if it is known otherwise.
        title: the page's title, if it is known otherwise.

    Returns:
        Its facts.

    Raises:
        NotAnEndpoint: nothing on the page is what pages of endpoints have.
        PageError: the page breaks off, or is too large.
    """
    if len(text) > MAX_CHARACTERS:
        message = f"the page has {len(text)} characters of text; more than {MAX_CHARACTERS} are not read"
        raise PageError(source, message)
    lines = page_lines(text)
    masthead = find_masthead(lines)
    if masthead is None:
        raise _no_endpoint(source, lines)
    remarks = Remarks()
    parts = outline(lines, masthead.end, remarks)
    examples = [example for part in parts for example in part.examples]
    shapes = RowShapes(remarks, vocabulary, strings_by_key([*examples, *_request_samples(parts)]))
    path = plain_path(masthead.path, remarks)
    declared = tuple(
        parameter
        for part in parts
        if part.kind in (Kind.PATH, Kind.QUERY)
        for parameter in shapes.parameters(part.lines, part.kind.value)
    )
    headers = tuple(
        parameter
        for part in parts
        if part.kind is Kind.HEADER
        for parameter in shapes.parameters(part.lines, "header")
    )
    for part in parts:
        if part.kind is Kind.COOKIE and part.lines:
            remarks.line(
                part.number, "parameters in cookies are not read: a client of this API sends no cookies"
            )
    body = _body(parts, shapes, remarks)
    answers = tuple(_answer(part, shapes) for part in parts if part.kind is Kind.ANSWER)
    if title and title.split() != masthead.title.split():
        remarks.line(
            lines[masthead.title_index].number,
            f"the title here is {quoted(masthead.title)}, not {quoted(title)}",
        )
    return PageFacts(
        source=source,
        form=form,
        title=masthead.title,
        section=section_of(lines, masthead, remarks),
        page=page,
        last_modified=masthead.last_modified or next(filter(None, map(modified_at, lines)), None),
        status=masthead.status,
        deprecated=masthead.status == "deprecated",
        description=_description(parts),
        method=masthead.method,
        path=path,
        headers=_once(headers, remarks),
        parameters=with_path_parameters(path, _once(declared, remarks), remarks),
        body=body,
        answers=answers,
        schema_names=tuple(sorted(shapes.names)),
        remarks=remarks.sorted(),
    )


def _no_endpoint(source: str, lines: Sequence[Line]) -> PageError:
    sign = next((line for line in lines if _SIGNS.fullmatch(line.text)), None)
    if sign is None:
        return NotAnEndpoint(source, "this page documents no endpoint: it has no method with a path")
    message = "the top of the page is missing, or has no method with a path; copy the whole page"
    return PageError(source, message, f"line {sign.number}")


def _description(parts: Sequence[Part]) -> str:
    lines = [line.text for part in parts if part.kind is Kind.DESCRIPTION for line in part.lines]
    return "\n".join(line for line in lines if not _MAINTAINER.fullmatch(line))


def _request_samples(parts: Sequence[Part]) -> list[Json]:
    samples = [request_sample(part.lines) for part in parts if part.kind is Kind.SAMPLES]
    return [sample for sample in samples if sample is not None]


def _body(parts: Sequence[Part], shapes: RowShapes, remarks: Remarks) -> Body | None:
    bodies = [part for part in parts if part.kind is Kind.BODY and part.media_type.lower() != "none"]
    if not bodies:
        return None
    for other in bodies[1:]:
        remarks.line(other.number, "a second body is not read")
    part = bodies[0]
    examples = distinct([*part.examples, *_request_samples(parts)])
    return Body(
        media_type=part.media_type,
        required=part.required,
        shape=shapes.whole(part.lines, examples),
        examples=examples,
    )


def _answer(part: Part, shapes: RowShapes) -> Answer:
    return Answer(
        status=part.status,
        name=part.name,
        media_type=part.media_type,
        shape=shapes.whole(part.lines, part.examples),
        examples=distinct(part.examples),
    )


def _once(parameters: tuple[Parameter, ...], remarks: Remarks) -> tuple[Parameter, ...]:
    """The parameters, each once."""
    once: dict[tuple[str, str], Parameter] = {}
    for parameter in parameters:
        key = (parameter.location, parameter.name)
        if key in once:
            remarks.page(f"the parameter {quoted(parameter.name)} is listed twice; the first is kept")
        once.setdefault(key, parameter)
    return tuple(once.values())
