"""The OpenAPI document of a Markdown page as facts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from codegen.documents import Json, Place
from codegen.findings import pointer
from codegen.pages.exchange import Exchange
from codegen.pages.facts import Form, PageError, PageFacts
from codegen.pages.nodes import Document, Mapping
from codegen.pages.paths import METHODS, plain_path, with_path_parameters
from codegen.pages.remarks import Remarks, listed, quoted
from codegen.pages.schemas import Schemas

_PAGE_ID = re.compile(r"/apis/(api-[0-9]{1,20})-run(?![0-9A-Za-z])")
_LEVELS = re.compile(r"(?<!\\)/")


@dataclass(frozen=True)
class Surroundings:
    """What the page says around its document."""

    source: str
    title: str = ""
    last_modified: str | None = None


def read_document(root: Json, around: Surroundings, remarks: Remarks) -> PageFacts:
    """Read the document of one endpoint.

    Args:
        root: the document.
        around: what the page says around it.
        remarks: collects what cannot be read; the facts hold all of them.

    Returns:
        The page's facts.

    Raises:
        PageError: it is no OpenAPI document of exactly one operation.
    """
    if not isinstance(root, dict):
        raise PageError(around.source, "the page's YAML is no OpenAPI document: a mapping is expected", "/")
    document = Document(root, remarks)
    written, item, place = _only_path(document, around.source)
    method, operation, place = _only_method(document, item, place, around.source)
    schemas = Schemas(document)
    exchange = Exchange(document, schemas)
    shared = exchange.parameters(item.get("parameters"), (*place[:-1], "parameters"))
    own = exchange.parameters(operation.get("parameters"), (*place, "parameters"))
    keys = {(parameter.location, parameter.name) for parameter in own}
    parameters = [*own, *(other for other in shared if (other.location, other.name) not in keys)]
    path = plain_path(written, remarks)
    declared = tuple(parameter for parameter in parameters if parameter.location != "header")
    status = document.text(operation.get("x-apidog-status"), (*place, "x-apidog-status")).lower() or None
    deprecated = document.flag(operation.get("deprecated"), (*place, "deprecated"))
    body = exchange.body(operation.get("requestBody"), (*place, "requestBody"))
    answers = exchange.answers(operation.get("responses"), (*place, "responses"))
    return PageFacts(
        source=around.source,
        form=Form.MARKDOWN,
        title=_title(document, operation, place, around.title),
        section=_section(document, operation, place),
        page=_page_id(document, operation, place),
        last_modified=around.last_modified,
        status=status,
        deprecated=bool(deprecated) or status == "deprecated",
        description=document.text(operation.get("description"), (*place, "description")),
        method=method,
        path=path,
        headers=tuple(parameter for parameter in parameters if parameter.location == "header"),
        parameters=with_path_parameters(path, declared, remarks),
        body=body,
        answers=answers,
        schema_names=tuple(sorted(schemas.unfolder.names)),
        remarks=remarks.sorted(),
    )


def _only_path(document: Document, source: str) -> tuple[str, Mapping, Place]:
    place: Place = ("paths",)
    paths = document.root.get("paths")
    found = [key for key in paths if not key.startswith("x-")] if isinstance(paths, dict) else []
    if not isinstance(paths, dict) or not found:
        raise PageError(source, "the page's OpenAPI document has no path; download the page again", "/paths")
    if len(found) > 1:
        message = f"the page's OpenAPI document has {len(found)} paths, {listed(found)}; a page has one"
        raise PageError(source, message, "/paths")
    place = ("paths", found[0])
    item = paths[found[0]]
    if not isinstance(item, dict):
        raise PageError(source, "this should be a mapping of methods", pointer(*place))
    return found[0], document.resolved(item, place)[0], place


def _only_method(document: Document, item: Mapping, place: Place, source: str) -> tuple[str, Mapping, Place]:
    found = [key for key in item if key.upper() in METHODS]
    if len(found) != 1:
        which = f"{len(found)} methods, {listed(found)}" if found else "no method"
        raise PageError(source, f"the path has {which}; a page documents one", pointer(*place))
    operation = item[found[0]]
    place = (*place, found[0])
    if not isinstance(operation, dict):
        raise PageError(source, "this should be a mapping that describes the endpoint", pointer(*place))
    return found[0].upper(), operation, place


def _title(document: Document, operation: Mapping, place: Place, heading: str) -> str:
    """The summary; the page's heading where there is none."""
    here = (*place, "summary")
    summary = document.text(operation.get("summary"), here)
    if summary and heading and summary.split() != heading.split():
        message = f"the title here is {quoted(summary)}, above the document it is {quoted(heading)}"
        document.remarks.at(here, message)
    if not summary and not heading:
        document.remarks.at(here, "the page has no title")
    return summary or heading


def _section(document: Document, operation: Mapping, place: Place) -> tuple[str, ...] | None:
    """Levels of the menu: from `x-apidog-folder`, where a slash in a name is escaped, else from the tag."""
    if "x-apidog-folder" in operation:
        folder = document.text(operation["x-apidog-folder"], (*place, "x-apidog-folder"))
        return _levels(folder)
    tags = document.sequence(operation.get("tags"), (*place, "tags"))
    return _levels(document.text(tags[0], (*place, "tags", 0))) if tags else None


def _levels(folder: str) -> tuple[str, ...]:
    levels = (level.replace("\\/", "/").strip() for level in _LEVELS.split(folder))
    return tuple(level for level in levels if level)


def _page_id(document: Document, operation: Mapping, place: Place) -> str | None:
    here = (*place, "x-run-in-apidog")
    address = document.text(operation.get("x-run-in-apidog"), here)
    found = _PAGE_ID.search(address)
    if address and not found:
        document.remarks.at(here, f"the page's id is not read: none in {quoted(address)}")
    return found[1] if found else None
