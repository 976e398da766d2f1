"""Compares the values that an enum of the spec lists with those that pages list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codegen.documents import Place
from codegen.kinds import Kind
from codegen.pages.facts import Shape
from codegen.spec.schemas import Schema, sequence
from codegen.sync.changes import Change, Drift
from codegen.sync.comparing.flags import type_words
from codegen.sync.comparing.judge import Judge, present
from codegen.sync.comparing.views import Node, View, inside


def compare_values(judge: Judge, nodes: Iterable[Node]) -> Iterator[Drift]:
    """Every enum value that came or went.

    One enum of the spec can stand for several fields; what one page does not list, another may.

    Args:
        judge: what every comparison needs.
        nodes: all schemas that pages show something of.

    Yields:
        The differences.
    """
    by_enum: dict[Place, tuple[tuple[str, ...], list[View]]] = {}
    for node in nodes:
        place, inner = inside(judge.spec, node.place, node.schema)
        ours = spec_enum(inner)
        views = [view for view in present(node) if set(type_words(view.shape)) <= {"string"}]
        if ours is not None:
            by_enum.setdefault(place, (ours, []))[1].extend(views)
        else:
            yield from _added(judge, node.place, None, views)
    for place, (ours, views) in by_enum.items():
        yield from _added(judge, place, ours, views)
        yield from _removed(judge, place, ours, views)


def spec_enum(schema: Schema) -> tuple[str, ...] | None:
    """The values that a schema of the spec allows, None if it lists none."""
    if "const" in schema:
        return (str(schema["const"]),)
    values = schema.get("enum")
    return (
        tuple(str(value) for value in sequence(values) if value is not None) if values is not None else None
    )


def _added(judge: Judge, place: Place, ours: tuple[str, ...] | None, views: list[View]) -> Iterator[Drift]:
    added: dict[str, list[View]] = {}
    for view in views:
        if _same_text(view.shape, ours):
            continue
        for value in view.shape.enum or ():
            if value not in (ours or ()) and judge.some(Change.ENUM_ADDED, [view], [value]):
                added.setdefault(value, []).append(view)
    if not added:
        return
    showing = list({id(view): view for found in added.values() for view in found}.values())
    words = ", ".join(added)
    if ours is None:
        message = f"the page lists the values, the spec takes any text: {words}"
    else:
        message = f"values on the page that the spec does not have: {words}"
    # Any text could be sent so far; what is answered stays text, whatever it is.
    closes = ours is None and any(view.sent for view in showing)
    yield judge.drift(
        Change.ENUM_ADDED,
        Kind.BREAKING if closes else Kind.ADDITIVE,
        message,
        showing,
        place,
        shape=showing[0].shape,
        values=tuple(added),
        certain=all(view.shape.enum_text is None for view in showing),
    )


def _removed(judge: Judge, place: Place, ours: tuple[str, ...], views: list[View]) -> Iterator[Drift]:
    told = [view for view in views if type_words(view.shape)]
    if any(_same_text(view.shape, ours) for view in told) or not judge.complete(place):
        return
    listed = {value for view in told for value in view.shape.enum or ()}
    gone = tuple(value for value in ours if value not in listed)
    left = judge.every(Change.ENUM_REMOVED, told, gone)
    if not gone or not left:
        return
    words = ", ".join(gone)
    if listed:
        message = f"values of the spec that the page does not list: {words}"
    else:
        message = f"the page takes any text, the spec lists the values: {words}"
    yield judge.drift(
        Change.ENUM_REMOVED,
        Kind.BREAKING,
        message,
        left,
        place,
        values=gone,
        certain=all(view.shape.enum_text is None for view in left),
    )


def _same_text(shape: Shape, ours: tuple[str, ...] | None) -> bool:
    """Whether values that a page prints run together are just those of the spec."""
    return shape.enum_text is not None and ours is not None and shape.enum_text == "".join(ours)
