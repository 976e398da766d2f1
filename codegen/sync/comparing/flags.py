"""Compares one schema of the spec with what pages show of it: required, type, null."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.kinds import Kind
from codegen.pages.facts import Shape
from codegen.spec.schemas import Schema, branches, is_struct, types
from codegen.sync.changes import Change, Drift
from codegen.sync.comparing.judge import Judge, present, sent
from codegen.sync.comparing.views import Node, View, inside, lets_null_through, says_something


def compare_node(judge: Judge, node: Node) -> Iterator[Drift]:
    """Everything in which one schema differs from the pages, but for the fields inside it.

    Args:
        judge: what every comparison needs.
        node: the schema and its views.

    Yields:
        The differences.
    """
    yield from _required(judge, node)
    views = present(node)
    if not views:
        return
    yield from _type(judge, node, views)
    yield from _null(judge, node, views)


def type_words(shape: Shape) -> tuple[str, ...]:
    """The JSON types that a page prints, those of a union's members together."""
    found = [*shape.types, *(name for member in shape.alternatives for name in type_words(member))]
    if not found and shape.enum is not None:
        found = ["string"]
    return tuple(sorted(set(found)))


def spec_types(judge: Judge, schema: Schema) -> frozenset[str]:
    """The JSON types that the spec allows."""
    _, inner = inside(judge.spec, (), schema)
    members = branches(inner)
    if members:
        return frozenset[str]().union(*(spec_types(judge, member) for member in members))
    declared = types(inner)
    if not declared and is_struct(inner):
        return frozenset({"object"})
    return frozenset(declared or (("string",) if "enum" in inner or "const" in inner else ()))


def _required(judge: Judge, node: Node) -> Iterator[Drift]:
    if node.required is None:
        return
    if node.required:
        views = [view for view in node.views if view.required is False]
        views = judge.some(Change.OPTIONAL, views)
        # A property that no page has at all is not optional but gone.
        if views and present(node):
            kind = Kind.ADDITIVE if sent(node) else Kind.BREAKING
            message = "optional on the page, required in the spec"
            yield judge.drift(Change.OPTIONAL, kind, message, views, node.place)
        return
    demanded = bool(node.views) and all(view.required for view in node.views)
    if demanded and judge.complete(node.place) and not _left_out_of_examples(node):
        views = judge.every(Change.REQUIRED, node.views)
        if views:
            kind = Kind.BREAKING if sent(node) else Kind.ADDITIVE
            message = "required on the page, optional in the spec"
            yield judge.drift(Change.REQUIRED, kind, message, views, node.place)


def _left_out_of_examples(node: Node) -> bool:
    """Whether an answer's example lacks it: then it is optional, whatever the flags say."""
    return not sent(node) and any(view.left_out for view in node.views)


def _type(judge: Judge, node: Node, views: list[View]) -> Iterator[Drift]:
    ours = spec_types(judge, node.schema)
    # Amounts are integers on some pages and numbers on others: a number reads both.
    accepted = ours | {"integer"} if "number" in ours else ours
    by_types: dict[tuple[str, ...], list[View]] = {}
    for view in views:
        theirs = type_words(view.shape)
        if not theirs or (not ours and not says_something(view.shape)):
            continue
        if not set(theirs) <= accepted or _free_object_is_shown(judge, node.schema, view.shape):
            by_types.setdefault(theirs, []).append(view)
    for theirs, found in by_types.items():
        left = judge.some(Change.TYPE, found, theirs)
        if left:
            said, written = " or ".join(theirs), " or ".join(sorted(ours)) or "anything"
            message = f"{said} on the page, {written} in the spec"
            if set(theirs) <= accepted:
                message = "the page shows the fields of what is any object in the spec"
            yield judge.drift(
                Change.TYPE, Kind.BREAKING, message, left, node.place, shape=left[0].shape, values=theirs
            )


def _free_object_is_shown(judge: Judge, schema: Schema, shape: Shape) -> bool:
    """Whether the spec takes any object where the page shows its fields."""
    _, inner = inside(judge.spec, (), schema)
    return types(inner) == ("object",) and not is_struct(inner) and bool(shape.fields)


def _null(judge: Judge, node: Node, views: list[View]) -> Iterator[Drift]:
    told = [view for view in views if type_words(view.shape)]
    nulls = [view for view in told if view.shape.nullable or None in view.examples]
    if lets_null_through(judge.spec, node.schema):
        if told and not nulls and judge.complete(node.place):
            left = judge.every(Change.NOT_NULLABLE, told)
            kind = Kind.BREAKING if sent(node) else Kind.ADDITIVE
            if left:
                message = "never null on the page, null in the spec too"
                yield judge.drift(Change.NOT_NULLABLE, kind, message, left, node.place, shape=left[0].shape)
        return
    if not spec_types(judge, node.schema):
        return  # takes anything, null too
    left = judge.some(Change.NULLABLE, [view for view in nulls if view.shape.nullable])
    if left:
        kind = Kind.ADDITIVE if sent(node) else Kind.BREAKING
        message = "can be null on the page, not in the spec"
        yield judge.drift(Change.NULLABLE, kind, message, left, node.place, shape=left[0].shape)
