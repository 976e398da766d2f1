"""Edits of fields and query parameters: they come and go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codegen.documents import Place
from codegen.spec.schemas import types
from codegen.sync.changes import Change
from tests.codegen.site.apidog import Node, toss
from tests.codegen.site.expectations import Edit, Expected, Site
from tests.codegen.site.spots import Spot, on_examples, on_nodes, value_at

NEW_FIELDS: dict[str, tuple[Node, Any]] = {
    "made_up_text": ({"type": "string", "description": "Nobody knows."}, "made up"),
    "made_up_number": ({"type": "number", "nullable": True}, 12.5),
    "made_up_flag": ({"type": "boolean"}, True),
    "made_up_kind": ({"type": "string", "enum": ["first", "second-best", "Third Of All"]}, "first"),
    "made_up_object": (
        {
            "type": "object",
            "properties": {"reason": {"type": "string"}, "since": {"type": "string", "nullable": True}},
            "x-apidog-orders": ["reason", "since"],
            "required": ["reason"],
        },
        {"reason": "none", "since": None},
    ),
    "made_up_list": (
        {
            "type": "array",
            "items": {"type": "object", "properties": {"id": {"type": "integer"}}, "x-apidog-orders": ["id"]},
        },
        [{"id": 7}],
    ),
}
"""Name, schema and example of fields that no spec has."""


def edits(site: Site) -> Iterator[Edit]:
    """Every field that can come or go."""
    spots = site.spots().all
    objects = {
        spot.inner_place: spot for spot in spots if "properties" in spot.inner and "properties" in spot.told
    }
    for place in objects:
        yield from _added(place, [spot for spot in spots if spot.inner_place == place])
    fields = {spot.place: spot for spot in spots if spot.parent is not None}
    for place in fields:
        yield from _removed(place, [spot for spot in spots if spot.place == place])
    parameters = {
        spot.place: spot for spot in spots if spot.at.startswith("query.") and "." not in spot.at[6:]
    }
    for place in parameters:
        yield _parameter_removed(place, [spot for spot in spots if spot.place == place])
    for method in dict.fromkeys(page.method for page in site.pages if page.method):
        yield _parameter_added(site, method, "query", "made_up_filter", required=toss(method))
        yield _parameter_added(site, method, "header", "x-made-up", required=False)


def _added(place: Place, spots: list[Spot]) -> Iterator[Edit]:
    """A new field, on all pages that show the object and on one of them only."""
    for name in NEW_FIELDS:
        for required in (True, False):
            alone = spots[0].page.slug if toss(place, name, required) else None
            yield _field_added(place, spots, name, alone, required=required)


def _field_added(place: Place, spots: list[Spot], name: str, alone: str | None, *, required: bool) -> Edit:
    schema, example = NEW_FIELDS[name]

    def write(spot: Spot) -> None:
        told = spot.told
        told["properties"][name] = schema
        told.setdefault("x-apidog-orders", []).append(name)
        if required:
            told.setdefault("required", []).append(name)

    def apply(site: Site) -> None:
        found = shown(site.spots().inside_place(place), alone)
        on_nodes_inside(found, write)
        on_examples(found, lambda container, key: _set_in(value_at(container, key), name, example))

    def below(found: list[Spot]) -> frozenset[tuple[str | None, str]]:
        return frozenset((spot.method, f"{spot.at}.{name}") for spot in found)

    return Edit(
        name=f"add {'required' if required else 'optional'} {name} {scope(place, alone)}",
        apply=apply,
        expected=(Expected(Change.FIELD_ADDED, below(shown(spots, alone))),),
        claims=below(spots) | page_claim(alone),
    )


def _set_in(value: Any, name: str, example: Any) -> None:
    if isinstance(value, dict):
        value[name] = example


def _removed(place: Place, spots: list[Spot]) -> Iterator[Edit]:
    """A field that goes from every page. An object that loses its last field says nothing, so one stays."""
    if any(len(spot.parent["properties"]) < 2 for spot in spots if spot.parent):
        return

    def drop(spot: Spot) -> None:
        del spot.holder[spot.key]
        if spot.parent is not None:
            spot.parent["x-apidog-orders"].remove(spot.key)
            set_required(spot.parent, spot.key, required=False)

    def apply(site: Site) -> None:
        found = site.spots().at_place(place)
        on_examples(found, lambda container, key: container.pop(key, None))
        on_nodes(found, drop)

    # One field of an object at a time, so that some always stay.
    siblings = frozenset((spot.method, f"{spot.at.rpartition('.')[0]}.-") for spot in spots)
    yield Edit(
        name=f"remove {scope(place, None)}",
        apply=apply,
        expected=(Expected(Change.FIELD_REMOVED, places(spots)),),
        claims=places(spots) | siblings,
        hides=True,
    )


def _parameter_removed(place: Place, spots: list[Spot]) -> Edit:
    def drop(spot: Spot) -> None:
        spot.page.operation["parameters"].remove(spot.holder)

    return Edit(
        name=f"remove {scope(place, None)}",
        apply=lambda site: on_nodes(site.spots().at_place(place), drop),
        expected=(Expected(Change.PARAMETER_REMOVED, places(spots)),),
        claims=places(spots),
        hides=True,
    )


def _parameter_added(site: Site, method: str, location: str, name: str, *, required: bool) -> Edit:
    entry: Node = {
        "name": name,
        "in": location,
        "description": "",
        "required": required,
        "example": "some",
        "schema": {"type": "string"},
    }
    operation = next(each.place for each in site.spec.methods if each.id == method)
    siblings = [each.id for each in site.spec.methods if each.place == operation]

    def apply(site: Site) -> None:
        for page in site.of(method):
            page.operation["parameters"].append(dict(entry))

    return Edit(
        name=f"add {location} parameter {name} to {method}",
        apply=apply,
        expected=(Expected(Change.PARAMETER_ADDED, frozenset({(method, f"{location}.{name}")})),),
        claims=frozenset((each, f"{location}.{name}") for each in siblings),
    )


def shown(spots: list[Spot], alone: str | None) -> list[Spot]:
    """All spots, or those of one page."""
    return [spot for spot in spots if alone in (None, spot.page.slug)]


def places(spots: list[Spot]) -> frozenset[tuple[str | None, str]]:
    """Where on the pages of which methods the spots are."""
    return frozenset((spot.method, spot.at) for spot in spots)


def page_claim(alone: str | None) -> frozenset[tuple[str | None, str]]:
    """The claim of an edit that one page shows: the page has to stay."""
    return frozenset({(f"page {alone}", "content")}) if alone else frozenset()


def scope(place: Place, alone: str | None) -> str:
    """The place, and the page if only one is edited, for the name of an edit."""
    path = "/".join(str(part) for part in place)
    return f"{path} on {alone} only" if alone else path


def on_nodes_inside(spots: list[Spot], change: Any) -> None:
    """Change each object once, though several spots lead to it."""
    seen: set[int] = set()
    for spot in spots:
        if id(spot.told) not in seen:
            seen.add(id(spot.told))
            change(spot)


def set_required(parent: Node, name: str, *, required: bool) -> None:
    """Make a field of an object required or optional."""
    names = [other for other in parent.get("required", []) if other != name]
    if required:
        names.append(name)
    if names:
        parent["required"] = names
    else:
        parent.pop("required", None)


def type_of(spot: Spot) -> str | None:
    """The one JSON type that the spec gives a spot, None where it is a union or not known."""
    names = types(spot.inner)
    return names[0] if len(names) == 1 else None
