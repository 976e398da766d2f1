"""Edits of what stands at a place: its type, whether it is required, whether null passes, its values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from codegen.documents import Place
from codegen.spec import Spec
from codegen.spec.schemas import nullable, reference, sequence
from codegen.sync.changes import Change
from tests.codegen.site.apidog import Node, toss
from tests.codegen.site.expectations import Edit, Expected, Site
from tests.codegen.site.field_edits import page_claim, places, scope, set_required, shown, type_of
from tests.codegen.site.spots import Spot, on_examples, on_nodes

RETYPED = {
    "string": ("boolean", True),
    "number": ("string", "12,50"),
    "integer": ("string", "A7"),
    "boolean": ("string", "yes"),
    "array": ("string", "a, b"),
    "object": ("string", "all in one"),
}
"""What a type becomes, and an example of that."""

NEW_VALUES = ("Made Up", "made-up")


def edits(site: Site) -> Iterator[Edit]:
    """Every type, flag and enum that can change."""
    spots = site.spots().all
    by_place: dict[Place, list[Spot]] = {}
    by_enum: dict[Place, list[Spot]] = {}
    for spot in spots:
        by_place.setdefault(spot.place, []).append(spot)
        if "enum" in spot.inner or "const" in spot.inner:
            by_enum.setdefault(spot.inner_place, []).append(spot)
    for place, found in by_place.items():
        yield from _flags(site.spec, place, found)
    for place, found in by_enum.items():
        yield from _values(place, found)


def _flags(spec: Spec, place: Place, spots: list[Spot]) -> Iterator[Edit]:
    first = spots[0]
    alone = first.page.slug if toss(place) else None
    kind = type_of(first)
    if kind is not None and first.at != "body":
        yield _retyped(place, spots, alone, kind)
        if not _lets_null(spec, first):
            yield _edit(Change.NULLABLE, place, spots, alone, _let_null)
        elif _written_null(first):
            yield _edit(Change.NOT_NULLABLE, place, spots, None, _refuse_null, example=_without_null)
    if first.required is False:
        yield _edit(Change.REQUIRED, place, spots, None, _require, example=_always)
    elif first.required:
        yield _edit(Change.OPTIONAL, place, spots, alone, _make_optional)
    if (
        kind == "string"
        and not first.at.endswith("]")
        and not {"enum", "const", "format"} & first.inner.keys()
    ):
        yield _edit(
            Change.ENUM_ADDED,
            place,
            spots,
            alone,
            lambda spot: _set_values(spot, NEW_VALUES),
            values=NEW_VALUES,
        )


Example = Callable[[Any, Any, Any], None]
"""Called with a container, a key and a value that is not null."""


def _leave(container: Any, key: Any, value: Any) -> None:
    """Let the examples be as they are."""


def _edit(
    change: Change,
    place: Place,
    spots: list[Spot],
    alone: str | None,
    write: Callable[[Spot], None],
    *,
    example: Example = _leave,
    values: tuple[str, ...] | None = None,
) -> Edit:
    def apply(site: Site) -> None:
        everything = site.spots()
        found = shown(everything.at_place(place), alone)
        on_nodes(found, write)
        value = everything.sample(found[0].schema, found[0].name)
        on_examples(found, lambda container, key: example(container, key, value))

    return Edit(
        name=f"{change} {scope(place, alone)}",
        apply=apply,
        expected=(Expected(change, places(shown(spots, alone)), values),),
        claims=places(spots) | page_claim(alone),
    )


def _retyped(place: Place, spots: list[Spot], alone: str | None, kind: str) -> Edit:
    new, value = RETYPED[kind]

    def write(spot: Spot) -> None:
        kept = {key: spot.node[key] for key in ("description", "nullable") if key in spot.node}
        if {"type": "null"} in spot.node.get("oneOf", ()):
            kept["nullable"] = True
        spot.holder[spot.key] = {"type": new} | kept

    def apply(site: Site) -> None:
        found = shown(site.spots().at_place(place), alone)
        on_examples(found, lambda container, key: _replace(container, key, value))
        on_nodes(found, write)

    return Edit(
        name=f"{Change.TYPE} {scope(place, alone)}",
        apply=apply,
        expected=(Expected(Change.TYPE, places(shown(spots, alone)), (new,)),),
        claims=places(spots) | page_claim(alone),
        hides=True,
    )


def _replace(container: Any, key: Any, value: Any) -> None:
    if isinstance(container, list) or container.get(key) is not None:
        container[key] = value


def _lets_null(spec: Spec, spot: Spot) -> bool:
    """Whether null passes, at the place or in what it refers to."""
    name = reference(spot.schema)
    return nullable(spot.schema) or (name is not None and nullable(spec.schemas[name]))


def _written_null(spot: Spot) -> bool:
    return nullable(spot.schema)


def _let_null(spot: Spot) -> None:
    node = spot.node
    if "$ref" in node:
        spot.holder[spot.key] = {"oneOf": [node, {"type": "null"}]}
    elif "oneOf" in node:
        node["oneOf"].append({"type": "null"})
    else:
        node["nullable"] = True


def _refuse_null(spot: Spot) -> None:
    node = spot.node
    node.pop("nullable", None)
    if "oneOf" in node:
        node["oneOf"] = [member for member in node["oneOf"] if member != {"type": "null"}]


def _without_null(container: Any, key: Any, value: Any) -> None:
    if isinstance(container, list) or key in container:
        container[key] = value if container[key] is None else container[key]


def _require(spot: Spot) -> None:
    _flag(spot, required=True)


def _make_optional(spot: Spot) -> None:
    _flag(spot, required=False)


def _flag(spot: Spot, *, required: bool) -> None:
    if spot.parent is not None:
        set_required(spot.parent, spot.key, required=required)
    else:
        spot.holder["required"] = required


def _always(container: Any, key: Any, value: Any) -> None:
    """Let every example have it: what an answer's example lacks is optional, whatever the flag says."""
    container.setdefault(key, value)


def _values(place: Place, spots: list[Spot]) -> Iterator[Edit]:
    """Values that come on one page or all, and that go from all."""
    alone = spots[0].page.slug if toss(place) else None
    known = [str(value) for value in spots[0].told["enum"]]
    more = (*known, *NEW_VALUES)
    yield _enum_edit(Change.ENUM_ADDED, place, spots, alone, more, NEW_VALUES)
    if len(known) > 1:
        yield _enum_edit(Change.ENUM_REMOVED, place, spots, None, tuple(known[:-1]), tuple(known[-1:]))
        if "const" not in spots[0].inner:
            yield _enum_edit(Change.ENUM_REMOVED, place, spots, None, (), tuple(known))


def _enum_edit(
    change: Change,
    place: Place,
    spots: list[Spot],
    alone: str | None,
    left: tuple[str, ...],
    values: tuple[str, ...],
) -> Edit:
    def apply(site: Site) -> None:
        on_nodes(shown(site.spots().inside_place(place), alone), lambda spot: _set_values(spot, left))

    return Edit(
        name=f"{change} {', '.join(values)} {scope(place, alone)}",
        apply=apply,
        expected=(Expected(change, places(shown(spots, alone)), values),),
        claims=places(spots) | page_claim(alone),
    )


def _set_values(spot: Spot, values: tuple[str, ...]) -> None:
    told: Node = spot.told
    if values:
        told["enum"] = list(sequence(list(values)))
    else:
        told.pop("enum", None)
