"""The OpenAPI document of a page as facts: what is sent, what is answered, and how the page is named."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

import msgspec

from codegen.documents import Json, Place
from codegen.findings import pointer
from codegen.pages.document import Document, Mapping, listed, quoted
from codegen.pages.examples import distinct, with_examples
from codegen.pages.facts import Answer, Body, PageError, PageFacts, Parameter, Shape
from codegen.pages.schemas import Schemas, examples_of

METHODS: Final = ("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE")

_PAGE_ID = re.compile(r"/apis/(api-[0-9]{1,20})-run(?![0-9A-Za-z])")
_LEVELS = re.compile(r"(?<!\\)/")
_VARIABLE = re.compile(r"\{\{([^{}]{1,200})\}\}")
_PARAMETER = re.compile(r"\{([^{}/]{1,200})\}")
_HOST = re.compile(r"https?://[^/\s]{1,300}", re.IGNORECASE)
_LEADING_VARIABLE = re.compile(r"\{[^{}/]{1,200}\}(?=/)")
_STATUS = re.compile(r"(?:x-)?([1-5][0-9][0-9])(?::.*)?", re.DOTALL)
_LOCATIONS = ("path", "query", "header")


@dataclass(frozen=True)
class Surroundings:
    """What the page says around its document."""

    source: str
    title: str = ""
    last_modified: str | None = None


def read_operation(root: Json, around: Surroundings) -> PageFacts:
    """Read the document of one endpoint.

    Raises:
        PageError: it is no OpenAPI document of exactly one operation.
    """
    if not isinstance(root, dict):
        raise PageError(around.source, "the page's YAML is no OpenAPI document: a mapping is expected", "/")
    document = Document(root)
    written, item, path_place = _only_path(document, around.source)
    method, operation, place = _only_method(item, path_place, around.source)
    return _Operation(document, operation, place, Schemas(document)).facts(around, method, written, item)


def _only_path(document: Document, source: str) -> tuple[str, Mapping, Place]:
    paths = document.root.get("paths")
    found = [key for key in paths if not key.startswith("x-")] if isinstance(paths, dict) else []
    if not isinstance(paths, dict) or not found:
        raise PageError(source, "the page's OpenAPI document has no path; download the page again", "/paths")
    if len(found) > 1:
        message = f"the page's OpenAPI document has {len(found)} paths, {listed(found)}; a page has one"
        raise PageError(source, message, "/paths")
    place: Place = ("paths", found[0])
    if not isinstance(paths[found[0]], dict):
        raise PageError(source, "this should be a mapping of methods", pointer(*place))
    return found[0], document.resolved(paths[found[0]], place)[0], place


def _only_method(item: Mapping, place: Place, source: str) -> tuple[str, Mapping, Place]:
    found = [key for key in item if key.upper() in METHODS]
    if len(found) != 1:
        which = f"{len(found)} methods, {listed(found)}" if found else "no method"
        raise PageError(source, f"the path has {which}; a page documents one", pointer(*place))
    operation = item[found[0]]
    place = (*place, found[0])
    if not isinstance(operation, dict):
        raise PageError(source, "this should be a mapping that describes the endpoint", pointer(*place))
    return found[0].upper(), operation, place


@dataclass(frozen=True)
class _Operation:
    """The one operation of a page."""

    document: Document
    operation: Mapping
    place: Place
    schemas: Schemas
    gaps: list[str] = field(default_factory=list[str])

    def facts(self, around: Surroundings, method: str, written: str, item: Mapping) -> PageFacts:
        if "parameters" in self.operation and not isinstance(self.operation["parameters"], list):
            self._gap("parameters")
        own = self._parameters(self.operation.get("parameters"), (*self.place, "parameters"))
        shared = self._parameters(item.get("parameters"), (*self.place[:-1], "parameters"))
        keys = {(parameter.location, parameter.name) for parameter in own}
        parameters = [*own, *(other for other in shared if (other.location, other.name) not in keys)]
        path = self._path(written)
        status = self._text("x-apidog-status").lower() or None
        deprecated = self.document.flag(self.operation.get("deprecated"), (*self.place, "deprecated"))
        headers = tuple(parameter for parameter in parameters if parameter.location == "header")
        found = PageFacts(
            source=around.source,
            title=self._title(around.title),
            section=self._section(),
            page=self._page_id(),
            last_modified=around.last_modified,
            status=status,
            deprecated=bool(deprecated) or status == "deprecated",
            method=method,
            path=path,
            headers=headers,
            parameters=self._with_path(path, [p for p in parameters if p.location != "header"]),
            body=self._body(),
            answers=self._answers(),
            security=self._security(headers),
        )
        return msgspec.structs.replace(found, gaps=tuple(self.gaps), remarks=self.document.remarks)

    def _text(self, key: str) -> str:
        return self.document.text(self.operation.get(key), (*self.place, key))

    def _gap(self, section: str) -> None:
        self.gaps.append(section)
        message = f"the section of its {section} is empty or missing: what it holds is unknown"
        self.document.remark(self.place, message)

    # ------------------------------------------------------------------ names
    def _title(self, heading: str) -> str:
        """The summary; the page's heading where there is none."""
        summary = self._text("summary")
        if summary and heading and summary.split() != heading.split():
            message = f"the title here is {quoted(summary)}, above the document it is {quoted(heading)}"
            self.document.remark((*self.place, "summary"), message)
        if not summary and not heading:
            self.document.remark((*self.place, "summary"), "the page has no title")
        return summary or heading

    def _section(self) -> tuple[str, ...] | None:
        """Levels of the menu: from `x-apidog-folder`, where a slash in a name is escaped, else from the
        tag.
        """
        tags = self.document.sequence(self.operation.get("tags"), (*self.place, "tags"))
        if "x-apidog-folder" in self.operation:
            folder = self._text("x-apidog-folder")
        elif tags:
            folder = self.document.text(tags[0], (*self.place, "tags", 0))
        else:
            return None
        levels = (level.replace("\\/", "/").strip() for level in _LEVELS.split(folder))
        return tuple(level for level in levels if level)

    def _page_id(self) -> str | None:
        address = self._text("x-run-in-apidog")
        found = _PAGE_ID.search(address)
        if address and not found:
            message = f"the page's id is not read: none in {quoted(address)}"
            self.document.remark((*self.place, "x-run-in-apidog"), message)
        return found[1] if found else None

    def _security(self, headers: tuple[Parameter, ...]) -> tuple[str, ...]:
        """The ways to authenticate: those of the operation, else of the document, else of an example
        header.
        """
        used = self.operation if "security" in self.operation else self.document.root
        place = (*self.place, "security") if used is self.operation else ("security",)
        components = self.document.mapping(self.document.root.get("components"), ("components",))
        at = ("components", "securitySchemes")
        schemes = self.document.mapping(components.get("securitySchemes"), at)
        found: list[str] = []
        for index, need in enumerate(self.document.sequence(used.get("security"), place)):
            for name in self.document.mapping(need, (*place, index)):
                scheme = self.document.mapping(schemes.get(name), (*at, name))
                kind = self.document.text(scheme.get("type"), (*at, name, "type")) or name
                if kind.lower() == "http":
                    kind = self.document.text(scheme.get("scheme"), (*at, name, "scheme")) or name
                found.append(kind.lower())
        for header in headers:
            values = [str(value).split()[:1] for value in (*header.shape.examples, header.shape.default)]
            if header.name.lower() == "authorization" and not found:
                found += [word[0].lower() for word in values if word and word != ["None"]]
        return tuple(dict.fromkeys(found))

    # ------------------------------------------------------------------ path and parameters
    def _path(self, written: str) -> str:
        """The path with single braces and without host: `{{id}}` is `{id}`."""
        path = _VARIABLE.sub(lambda found: "{" + found[1].strip() + "}", written.strip())
        path = _HOST.sub("", path, count=1) if _HOST.match(path) else path
        host = _LEADING_VARIABLE.match(path)
        if host:
            message = f"{quoted(host[0])} before the path {quoted(path)} is taken for a host and left out"
            self.document.remark(self.place, message)
            path = path[host.end() :]
        path, question, query = path.partition("?")
        if question:
            self.document.remark(self.place, f"the query {quoted(query)} in the path is not read")
        return path if path.startswith("/") else "/" + path

    def _with_path(self, path: str, declared: list[Parameter]) -> tuple[Parameter, ...]:
        """Path parameters in the order of the path, those that stand in the path only too; then the
        others.
        """
        names = list(dict.fromkeys(_PARAMETER.findall(path)))
        said = {parameter.name: parameter for parameter in declared if parameter.location == "path"}
        for name in said:
            if name not in names:
                message = f"the path parameter {quoted(name)} does not stand in the path {quoted(path)}"
                self.document.remark(self.place, message)
        bare = (Parameter(name=name, location="path", shape=Shape(), required=True) for name in names)
        in_path = [said.get(parameter.name, parameter) for parameter in bare]
        return (*in_path, *(p for p in declared if p.name not in names or p.location != "path"))

    def _parameters(self, node: Json, place: Place) -> list[Parameter]:
        """All parameters of a list, headers among them."""
        read: dict[tuple[str, str], Parameter] = {}
        for index, item in enumerate(self.document.sequence(node, place)):
            parameter = self._parameter(item, (*place, index))
            if parameter is None:
                continue
            # Headers are the same in small and capital letters.
            name = parameter.name.lower() if parameter.location == "header" else parameter.name
            if (parameter.location, name) in read:
                message = f"{quoted(parameter.name)} is there twice; the first is kept"
                self.document.remark((*place, index), message)
            read.setdefault((parameter.location, name), parameter)
        return list(read.values())

    def _parameter(self, node: Json, place: Place) -> Parameter | None:
        mapping, place = self.document.resolved(node, place)
        name = self.document.text(mapping.get("name"), (*place, "name"))
        location = mapping.get("in")
        if not name:
            self.document.remark(place, "this parameter is not read: it has no name")
            return None
        if location not in _LOCATIONS:
            message = f"the parameter {quoted(name)} is not read: it stands in {quoted(location)}"
            self.document.remark(place, message)
            return None
        required = self.document.flag(mapping.get("required"), (*place, "required"))
        if "required" not in mapping:
            required = location == "path"
        shape = Shape()
        if "schema" in mapping:
            shape = self.schemas.shape(mapping["schema"], (*place, "schema"))
        elif "content" in mapping:
            shape = self._media(mapping["content"], (*place, "content"))[1] or shape
        words = self.document.text(mapping.get("description"), (*place, "description"))
        examples = distinct([*examples_of(mapping, place, self.document), *shape.examples])
        shape = msgspec.structs.replace(shape, description=words or shape.description, examples=examples)
        return Parameter(name=name, location=str(location), shape=shape, required=required)

    # ------------------------------------------------------------------ body and answers
    def _body(self) -> Body | None:
        """What is sent; None if the page has no such section."""
        if "requestBody" not in self.operation:
            return None
        mapping, place = self.document.resolved(self.operation["requestBody"], (*self.place, "requestBody"))
        media_type, shape, examples = self._media(mapping.get("content"), (*place, "content"))
        if not media_type or (is_json(media_type) and _shows_nothing(shape)):
            self._gap("body")
        required = self.document.flag(mapping.get("required"), (*place, "required"))
        return Body(media_type=media_type, required=required, shape=shape, examples=examples)

    def _answers(self) -> tuple[Answer, ...]:
        """All answers, those under keys such as `x-200:Out of stock` too."""
        place = (*self.place, "responses")
        read: list[Answer] = []
        for key, item in self.document.mapping(self.operation.get("responses"), place).items():
            found = _STATUS.fullmatch(key)
            if found:
                read.append(self._answer(item, (*place, key), found[1]))
            elif not key.startswith("x-"):
                message = "this answer is not read: its key is no status of three digits"
                self.document.remark((*place, key), message)
        if not read:
            self._gap("answers")
        return tuple(read)

    def _answer(self, node: Json, place: Place, status: str) -> Answer:
        mapping, place = self.document.resolved(node, place)
        media_type, shape, examples = self._media(mapping.get("content"), (*place, "content"))
        return Answer(status=status, media_type=media_type, shape=shape, examples=examples)

    def _media(self, node: Json, place: Place) -> tuple[str, Shape | None, tuple[Json, ...]]:
        """Type, shape and examples of the content to go by: JSON where there is JSON, else the first."""
        content = self.document.mapping(node, place)
        if not content:
            return "", None, ()
        chosen = next((name for name in content if is_json(name)), next(iter(content)))
        others = [name for name in content if name != chosen]
        if others:
            self.document.remark(place, f"{listed(others)} is not read; {quoted(chosen)} is")
        here = (*place, chosen)
        mapping = self.document.mapping(content[chosen], here)
        shape = self.schemas.shape(mapping["schema"], (*here, "schema")) if "schema" in mapping else Shape()
        examples = distinct(examples_of(mapping, here, self.document))
        if is_json(chosen):
            shape = with_examples(shape, examples)
        return chosen, None if shape == Shape() else shape, examples


def _shows_nothing(shape: Shape | None) -> bool:
    """Whether nobody has described a value: it has no form, or is an object of which nothing is known."""
    if shape is None or shape.types not in ((), ("object",)):
        return shape is None
    return not (shape.fields or shape.items or shape.alternatives or shape.enum or shape.keyed)


def is_json(media_type: str) -> bool:
    """Whether a media type can be JSON: with a charset, `application/problem+json`, and `*/*` too."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence in ("application/json", "*/*") or essence.endswith("+json")
