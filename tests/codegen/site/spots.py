"""Finds on published pages what stands for a place of the spec: its nodes, and its values in the examples.

One schema of the spec can stand on many pages and several times on one; a change of the API changes them all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from codegen.documents import Place
from codegen.emit.samples import Samples
from codegen.spec import Spec
from codegen.spec.operations import Method
from codegen.spec.schemas import Schema, branches, mapping, reference, sequence, single
from tests.codegen.site.apidog import COMPONENTS, Node
from tests.codegen.site.publish import PublishedPage, plain


@dataclass(frozen=True)
class Spot:
    """One node of one page, and the place of the spec that it stands for."""

    page: PublishedPage
    method: str
    at: str
    """Where on the page, `data.items[].sku`; `body`, `data`, `answer` and `query` are the tops."""
    place: Place
    """The schema of the spec, as it is written where it is used."""
    schema: Schema
    inner_place: Place
    """The schema that says what the value is: references and `anyOf` with null are followed."""
    inner: Schema
    holder: Any
    key: Any
    """`holder[key]` is the node."""
    parent: Node | None = None
    """The object of the page whose field it is."""
    required: bool | None = None
    """Whether the spec requires it, None where that is no question."""

    @property
    def node(self) -> Node:
        """The node as it is written on the page."""
        return cast("Node", self.holder[self.key])

    @property
    def told(self) -> Node:
        """The node that says what the value is, a shared schema perhaps."""
        return followed(self.page, self.node)

    @property
    def name(self) -> str:
        """The last part of where it is."""
        return re.split(r"[.\[\]]+", self.at.rstrip("[]"))[-1]


class Spots:
    """Everything on the pages of a site that stands for something in a spec."""

    def __init__(self, spec: Spec, scalars: frozenset[str], pages: Iterable[PublishedPage]) -> None:
        self._spec = spec
        self._samples = Samples(spec, scalars)
        methods = {method.id: method for method in spec.methods}
        self.all = [
            spot
            for page in pages
            if page.method in methods
            for spot in self._page(page, methods[page.method])
        ]

    def at_place(self, place: Place) -> list[Spot]:
        """All spots that stand for a place."""
        return [spot for spot in self.all if spot.place == place]

    def inside_place(self, place: Place) -> list[Spot]:
        """All spots whose value a place says what it is."""
        return [spot for spot in self.all if spot.inner_place == place]

    def sample(self, schema: Schema, name: str) -> Any:
        """A value for an example, without null."""
        return plain(self._samples.value(schema, name, full=True))

    def _page(self, page: PublishedPage, method: Method) -> Iterator[Spot]:
        if method.body is not None:
            place: Place = ("components", "schemas", method.body)
            for media in media_of(page, "body"):
                top = self._spot(
                    page, method, "body", place, self._spec.schemas[method.body], media, "schema"
                )
                yield from self._below(top, frozenset())
        answer = (*method.place, "responses", "200", "content", "application/json", "schema")
        for media in media_of(page, "data"):
            at, holder, key = "answer", media, "schema"
            if method.envelope:
                at, holder, key = "data", media["schema"].get("properties", {}), "data"
            if method.result and key in holder:
                yield from self._below(
                    self._spot(page, method, at, answer, method.result, holder, key), frozenset()
                )
        for parameter in method.located("query"):
            for entry in page.operation["parameters"]:
                if (entry["in"], entry["name"]) == ("query", parameter.name):
                    at = f"query.{parameter.name}"
                    spot = self._spot(
                        page, method, at, (*parameter.place, "schema"), parameter.schema, entry, "schema"
                    )
                    yield from self._below(replace(spot, required=parameter.required), frozenset())

    def _spot(
        self,
        page: PublishedPage,
        method: Method,
        at: str,
        place: Place,
        schema: Schema,
        holder: Any,
        key: Any,
    ) -> Spot:
        return Spot(page, method.id, at, place, schema, *self._inner(place, schema), holder, key)

    def _below(self, spot: Spot, inside: frozenset[Place]) -> Iterator[Spot]:
        """A spot and all spots inside it; a recursive schema is followed once."""
        yield spot
        if spot.inner_place in inside:
            return
        inside |= {spot.inner_place}
        told = spot.told
        if "items" in spot.inner and "items" in told:
            place, schema = (*spot.inner_place, "items"), mapping(spot.inner["items"])
            yield from self._below(self._part(spot, f"{spot.at}[]", place, schema, told, "items"), inside)
        required = sequence(spot.inner.get("required"))
        for name, below in mapping(spot.inner.get("properties")).items():
            properties = told.get("properties", {})
            if name in properties:
                place = (*spot.inner_place, "properties", name)
                part = self._part(spot, f"{spot.at}.{name}", place, mapping(below), properties, name)
                yield from self._below(replace(part, parent=told, required=name in required), inside)

    def _part(self, spot: Spot, at: str, place: Place, schema: Schema, holder: Any, key: Any) -> Spot:
        inner_place, inner = self._inner(place, schema)
        part = replace(spot, at=at, place=place, schema=schema, inner_place=inner_place, inner=inner)
        return replace(part, holder=holder, key=key, parent=None, required=None)

    def _inner(self, place: Place, schema: Schema) -> tuple[Place, Schema]:
        name = reference(schema)
        if name is not None:
            return self._inner(("components", "schemas", name), self._spec.schemas[name])
        if len(branches(schema)) == 1:
            index = sequence(schema.get("anyOf")).index(dict(single(schema)))
            return self._inner((*place, "anyOf", index), single(schema))
        return place, schema


def media_of(page: PublishedPage, top: str) -> list[Node]:
    """The media types of a page's body, or of all its good answers, the named ones too."""
    if top == "body":
        found: list[Any] = [page.operation.get("requestBody", {"content": {}})]
    else:
        responses = cast("Mapping[str, Any]", page.operation["responses"])
        found = [answer for status, answer in responses.items() if status.removeprefix("x-").startswith("2")]
    return [media for entry in found for media in entry["content"].values()]


def followed(page: PublishedPage, node: Node) -> Node:
    """The node that a reference, or a union with null, is about."""
    if "$ref" in node:
        shared = page.document["components"]["schemas"][node["$ref"].removeprefix(COMPONENTS)]
        return followed(page, shared)
    members = [member for member in node.get("oneOf", []) if member.get("type") != "null"]
    return followed(page, members[0]) if len(members) == 1 else node


def on_nodes(spots: Iterable[Spot], change: Callable[[Spot], None]) -> None:
    """Change each node once, though a shared schema can be found at several spots of its page."""
    seen: set[tuple[int, Any]] = set()
    for spot in spots:
        known = (id(spot.holder), spot.key)
        if known not in seen:
            seen.add(known)
            change(spot)


def on_examples(spots: Iterable[Spot], change: Callable[[Node, str], None]) -> None:
    """Change the value of each spot in the examples: called with the object that has it, or may have it."""
    for spot in spots:
        for container, key in _slots(spot.page, spot.at):
            change(container, key)


def _slots(page: PublishedPage, at: str) -> Iterator[tuple[Node, str]]:
    """The objects in a page's examples that hold what is at a place, with its key there."""
    top, *parts = re.findall(r"\[\]|[^.\[\]]+", at)
    if top == "query":
        return
    for media in media_of(page, top):
        container, key = (media["example"], "data") if top == "data" else (media, "example")
        yield from _follow(container, key, parts)


def _follow(container: Any, key: Any, parts: list[str]) -> Iterator[tuple[Any, Any]]:
    if not parts:
        yield container, key
        return
    value = value_at(container, key)
    if parts[0] == "[]" and isinstance(value, list):
        for index in range(len(cast("list[object]", value))):
            yield from _follow(value, index, parts[1:])
    elif parts[0] != "[]" and isinstance(value, dict):
        yield from _follow(value, parts[0], parts[1:])


def value_at(container: Any, key: Any) -> Any:
    """What an object or an array of an example holds, None where it holds nothing."""
    if isinstance(container, list):
        return cast("list[object]", container)[key]
    return container.get(key)
