"""The OpenAPI document of a page as facts: what is sent, what is answered, and how the page is named."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import msgspec

from codegen.documents import Json
from codegen.findings import pointer
from codegen.pages.document import Node, listed, quoted
from codegen.pages.examples import distinct
from codegen.pages.facts import Answer, Body, PageError, PageFacts, Parameter, Shape
from codegen.pages.schemas import Schemas, examples_of

METHODS: Final = ("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE")

_PAGE_ID = re.compile(r"/apis/(api-[0-9]{1,20})-run(?![0-9A-Za-z])")
_LEVELS = re.compile(r"(?<!\\)/")
_VARIABLE = re.compile(r"\{\{([^{}]{1,200})\}\}")
_PARAMETER = re.compile(r"\{([^{}/]{1,200})\}")
_HOST = re.compile(r"https?://[^/\s]{1,300}|(\{[^{}/]{1,200}\})(?=/)", re.IGNORECASE)
_STATUS = re.compile(r"(?:x-)?([1-5][0-9][0-9])(?::.*)?", re.DOTALL)
_LOCATIONS = ("path", "query", "header")


def read_operation(root: Json, source: str, heading: str, last_modified: str | None) -> PageFacts:
    """Read the document of one endpoint, with what the page has around it.

    Raises:
        PageError: it is no OpenAPI document of exactly one operation.
    """
    if not isinstance(root, dict):
        raise PageError(source, "the page's YAML is no OpenAPI document: a mapping is expected", "/")
    document = Node(root, root, {})
    path, item = _only(document["paths"], "path", lambda key: not key.startswith("x-"), source)
    method, node = _only(item.resolved(), "method", lambda key: key.upper() in METHODS, source)
    operation = _Operation(node)
    own = operation.parameters(node["parameters"], is_section="parameters" in node)
    parameters = {**operation.parameters(item["parameters"]), **own}
    headers = tuple(parameter for parameter in parameters.values() if parameter.location == "header")
    others = [parameter for parameter in parameters.values() if parameter.location != "header"]
    path = operation.path(path)
    page = _PAGE_ID.search(node["x-run-in-apidog"].text())
    status = node["x-apidog-status"].text().lower() or None
    found = PageFacts(
        source=source,
        title=node["summary"].text() or heading,
        section=operation.section(),
        page=page[1] if page else None,
        last_modified=last_modified,
        status=status,
        deprecated=bool(node["deprecated"].flag()) or status == "deprecated",
        method=method.upper(),
        path=path,
        headers=headers,
        parameters=operation.with_path(path, others),
        body=operation.body(),
        answers=operation.answers(),
        security=operation.security(headers),
    )
    return msgspec.structs.replace(found, gaps=tuple(operation.gaps), remarks=tuple(document.remarks))


def _only(node: Node, what: str, wanted: Callable[[str], bool], source: str) -> tuple[str, Node]:
    """The one path of a page, or the one method of its path."""
    found = [key for key in node.mapping() if wanted(key)]
    if len(found) != 1:
        which = f"{len(found)} {what}s, {listed(found)}" if found else f"no {what}"
        message = f"the page's OpenAPI document has {which}; a page documents one endpoint"
        raise PageError(source, message, pointer(*node.place))
    inside = node[found[0]]
    if not isinstance(inside.value, dict):
        raise PageError(source, f"this should be a mapping: what the {what} is", pointer(*inside.place))
    return found[0], inside


@dataclass(frozen=True)
class _Operation:
    """The one operation of a page."""

    node: Node
    schemas: Schemas = field(default_factory=Schemas)
    gaps: list[str] = field(default_factory=list[str])

    def _gap(self, section: str) -> None:
        self.gaps.append(section)
        self.node.remark(f"the section of its {section} is empty or missing: what it holds is unknown")

    def section(self) -> tuple[str, ...] | None:
        """The menu's levels: of `x-apidog-folder`, where a slash in a name is escaped, else of the tag."""
        tags = [tag.text() for tag in self.node["tags"].sequence()]
        folder = self.node["x-apidog-folder"].text() or (tags or [""])[0]
        levels = (level.replace("\\/", "/").strip() for level in _LEVELS.split(folder))
        return tuple(level for level in levels if level) or None

    def security(self, headers: tuple[Parameter, ...]) -> tuple[str, ...]:
        """The ways to authenticate: of the operation, else of the document, else of an example header."""
        top = self.node.top
        needs = self.node["security"] if "security" in self.node else top["security"]
        found: list[str] = []
        for name in (name for need in needs.sequence() for name in need.mapping()):
            scheme = top["components"]["securitySchemes"][name]
            kind = scheme["type"].text().lower()
            if kind == "http":
                kind = scheme["scheme"].text().lower()
            found.append(kind or name.lower())
        if not found:
            shapes = [header.shape for header in headers if header.name.lower() == "authorization"]
            shown = [value for shape in shapes for value in (*shape.examples, shape.default) if value]
            found = [str(value).split(maxsplit=1)[0].lower() for value in shown if str(value).strip()]
        return tuple(dict.fromkeys(found))

    def path(self, written: str) -> str:
        """The path with single braces and without host: `{{id}}` is `{id}`."""
        path = _VARIABLE.sub(lambda found: "{" + found[1].strip() + "}", written.strip())
        if host := _HOST.match(path):
            path = path[host.end() :]
            if host[1]:
                message = f"{quoted(host[1])} before the path {quoted(path)} is taken for a host and left out"
                self.node.remark(message)
        path, question, query = path.partition("?")
        if question:
            self.node.remark(f"the query {quoted(query)} in the path is not read")
        return path if path.startswith("/") else "/" + path

    def with_path(self, path: str, declared: list[Parameter]) -> tuple[Parameter, ...]:
        """The path's parameters in its order, whether they are declared or not; then the others."""
        in_path = {
            name: Parameter(name=name, location="path", shape=Shape(), required=True)
            for name in _PARAMETER.findall(path)
        }
        in_path |= {each.name: each for each in declared if each.location == "path" and each.name in in_path}
        return (*in_path.values(), *(each for each in declared if each is not in_path.get(each.name)))

    def parameters(self, node: Node, *, is_section: bool = False) -> dict[tuple[str, str], Parameter]:
        """All parameters of a list, headers among them, by location and name."""
        if is_section and not isinstance(node.value, list):
            self._gap("parameters")
        read: dict[tuple[str, str], Parameter] = {}
        for item in node.sequence():
            parameter = self._parameter(item.resolved())
            if parameter is None:
                continue
            # Headers are the same in small and capital letters.
            name = parameter.name.lower() if parameter.location == "header" else parameter.name
            read.setdefault((parameter.location, name), parameter)
        return read

    def _parameter(self, node: Node) -> Parameter | None:
        name, location = node["name"].text(), node["in"].value
        if not name:
            node.remark("this parameter is not read: it has no name")
            return None
        if location not in _LOCATIONS:
            node.remark(f"the parameter {quoted(name)} is not read: it stands in {quoted(location)}")
            return None
        required = node["required"].flag() if "required" in node else location == "path"
        shape = self.schemas.shape(node["schema"])
        words = node["description"].text() or shape.description
        examples = distinct([*examples_of(node.mapping()), *shape.examples])
        shape = msgspec.structs.replace(shape, description=words, examples=examples)
        return Parameter(name=name, location=str(location), shape=shape, required=required)

    def body(self) -> Body | None:
        """What is sent; None if the page has no such section."""
        if "requestBody" not in self.node:
            return None
        node = self.node["requestBody"].resolved()
        media_type, shape = self._media(node["content"])
        if not media_type or (is_json(media_type) and shows_nothing(shape)):
            self._gap("body")
        return Body(media_type=media_type, required=node["required"].flag(), shape=shape)

    def answers(self) -> tuple[Answer, ...]:
        """All answers, those under keys such as `x-200:Out of stock` too."""
        read: list[Answer] = []
        for key, node in self.node["responses"].mapping().items():
            found = _STATUS.fullmatch(key)
            if found:
                media_type, shape = self._media(node.resolved()["content"])
                read.append(Answer(status=found[1], media_type=media_type, shape=shape))
            elif not key.startswith("x-"):
                node.remark("this answer is not read: its key is no status of three digits")
        if not read:
            self._gap("answers")
        return tuple(read)

    def _media(self, node: Node) -> tuple[str, Shape | None]:
        """Type and shape of the content to go by: JSON where there is JSON, else the first."""
        content = node.mapping()
        if not content:
            return "", None
        chosen = next((name for name in content if is_json(name)), next(iter(content)))
        others = [name for name in content if name != chosen]
        if others:
            node.remark(f"{listed(others)} is not read; {quoted(chosen)} is")
        shown = content[chosen]
        examples = distinct(examples_of(shown.mapping())) if is_json(chosen) else None
        shape = self.schemas.shape(shown["schema"], examples)
        return chosen, None if shape == Shape() else shape


def shows_nothing(shape: Shape | None) -> bool:
    """Whether nobody has described a value: it has no form, or is an object of which nothing is known."""
    if shape is None or shape.types not in ((), ("object",)):
        return shape is None
    return not (shape.fields or shape.items or shape.alternatives or shape.enum or shape.keyed)


def is_json(media_type: str) -> bool:
    """Whether a media type can be JSON: with a charset, `application/problem+json`, and `*/*` too."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence in ("application/json", "*/*") or essence.endswith("+json")
