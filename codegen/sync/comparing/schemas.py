"""Judges places of the spec by what pages show of them: fields that came or went, type, null, required,
values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from codegen.documents import Place
from codegen.pages.examples import merged
from codegen.pages.facts import Field, Shape
from codegen.sync.changes import Change, Drift, View
from codegen.sync.comparing.deviations import Deviations
from codegen.sync.comparing.views import Known, Node, says_something


def judge(nodes: Iterable[Node], meant: Deviations) -> Iterator[Drift]:
    """Every difference that is about something inside what is sent or answered."""
    schemas: dict[Place, tuple[Known, list[View]]] = {}
    for node in nodes:
        if any(view.field for view in node.stated):
            yield from _required(node)
            yield from _type(node)
            yield from _null(node)
        elif node.stated:
            yield from _removed(node)
        # One schema of the spec can stand for several places; what one page does not list, another may.
        shared = node.known.enum is not None or node.known.fields is not None
        place = node.known.place if shared else node.place
        schemas.setdefault(place, (node.known, []))[1].extend(node.views)
    for place, (ours, views) in schemas.items():
        if ours.fields is not None:
            yield from _added(ours, [view for view in views if view.shape.fields])
        else:
            yield from _values(place, ours, [view for view in views if _types(view) == ("string",)], meant)


def _added(ours: Known, views: Sequence[View]) -> Iterator[Drift]:
    names = dict.fromkeys(field.name for view in views for field in view.shape.fields or ())
    for name in (name for name in names if name not in (ours.fields or ())):
        having = [(view, field) for view in views if (field := view.shape.field(name))]
        listing = [(view, field) for view, field in having if not field.by_example]
        showing = listing or having
        promised = all(
            field.required and (view.sent or view.shape.always_has(name)) for view, field in showing
        )
        required = promised and len(showing) == len(views)
        shape = merged([field.shape for _, field in showing])
        if having[0][0].observed:  # what one operation answers, another may answer otherwise
            kinds = {kind for _, field in showing for kind in field.shape.types}
            same = len({field.shape.format for _, field in showing}) == 1
            kinds -= {"integer"} if "number" in kinds else set()
            shape = msgspec.structs.replace(
                shape, types=tuple(sorted(kinds)), format=shape.format if same else None
            )
        weak = ", too few of them" if having[0][0].observed else ", in an example and in no field list"
        yield Drift(
            Change.FIELD_ADDED,
            tuple(
                View(view.page, view.method, f"{view.at}.{name}", view.sent, field) for view, field in showing
            ),
            ours.place,
            ("required" if required else "optional", "" if listing else weak, described(shape)),
            field=Field(name=name, shape=shape, required=required),
            order=tuple(field.name for field in showing[0][0].shape.fields or ()),
            demands=required and showing[0][0].sent,
            certain=bool(listing),
        )


def _removed(node: Node) -> Iterator[Drift]:
    change = Change.FIELD_REMOVED if node.place[-2] == "properties" else Change.PARAMETER_REMOVED
    if not node.uncertain:
        yield Drift(change, tuple(node.stated), node.place)


def described(shape: Shape) -> str:
    """The form of a value in a few words."""
    words = " or ".join(shape.types) or "of no stated type"
    if shape.items is not None:
        words = f"array of {described(shape.items)}"
    if shape.enum is not None:
        words += f" ({', '.join(shape.enum)})"
    return words + (" or null" if shape.nullable else "")


def _required(node: Node) -> Iterator[Drift]:
    optional = tuple(view for view in node.stated if view.field is None or view.field.required is False)
    if node.required and optional:
        yield Drift(Change.OPTIONAL, optional, node.place)
    elif node.required is False and all(view.field and view.field.required for view in node.stated):
        yield Drift(Change.REQUIRED, tuple(node.stated), node.place)


def _types(view: View) -> tuple[str, ...]:
    """The JSON types that a page prints of a value; none where only an example shows it."""
    by_example = view.shape.by_example or (view.field is not None and view.field.by_example)
    return () if by_example else _printed(view.shape)


def _printed(shape: Shape) -> tuple[str, ...]:
    """The JSON types of a shape, those of a union's members together."""
    found = {*shape.types, *(name for member in shape.alternatives for name in _printed(member))}
    return tuple(sorted(found or ({"string"} if shape.enum is not None else ())))


def _type(node: Node) -> Iterator[Drift]:
    ours = node.known.types
    # Amounts are integers on some pages and numbers on others: a number reads both.
    accepted = ours | {"integer"} if "number" in ours else ours
    free = ours == frozenset({"object"}) and node.known.fields is None
    by_types: dict[tuple[str, ...], list[View]] = {}
    for view in node.views:
        theirs = _types(view)
        if not theirs or (not ours and not says_something(view.shape)):
            continue
        if not set(theirs) <= accepted or (free and view.shape.listed):
            by_types.setdefault(theirs, []).append(view)
    for theirs, found in by_types.items():
        said = (" or ".join(theirs), " or ".join(sorted(ours)) or "anything")
        if set(theirs) <= accepted:
            said = ("an object with fields", "any object")
        yield Drift(Change.TYPE, tuple(found), node.place, said, values=theirs)


def _null(node: Node) -> Iterator[Drift]:
    told = tuple(view for view in node.views if _types(view) or (view.observed and view.shape.nullable))
    nulls = tuple(view for view in told if view.shape.nullable)
    if node.known.null:
        meant = None in node.known.observed or any(None in view.shape.examples for view in told)
        if told and not nulls and not meant:
            yield Drift(Change.NOT_NULLABLE, told, node.place)
    elif nulls and node.known.types:  # else it takes anything, null too
        certain = not all(None in view.shape.rare for view in nulls)
        yield Drift(Change.NULLABLE, nulls, node.place, certain=certain)


def _values(place: Place, known: Known, views: Sequence[View], meant: Deviations) -> Iterator[Drift]:
    ours = known.enum
    added: dict[str, None] = {}
    showing: list[View] = []
    for view in views:
        unknown = [value for value in view.shape.enum or () if value not in (ours or ())]
        new = [value for value in unknown if not meant.excuse(Change.ENUM_ADDED, view, [value])]
        showing += [view] if new else []
        added.update(dict.fromkeys(new))
    if showing:
        # Any text could be sent so far; what is answered stays text, whatever it is.
        closes = ours is None and any(view.sent for view in showing)
        said = ("that the spec does not have" if ours else "where the spec takes any text", ", ".join(added))
        yield Drift(
            Change.ENUM_ADDED,
            tuple(showing),
            place,
            said,
            order=() if showing[0].observed else showing[0].shape.enum or (),  # answers have none
            values=tuple(added),
            demands=closes,
            certain=not added.keys() & showing[0].shape.rare,
        )
    listed = {value for view in views for value in view.shape.enum or ()}
    gone = tuple(value for value in ours or () if value not in (*listed, *known.observed))
    if gone and views:
        said = ("that the page does not list" if listed else "where the page takes any text", ", ".join(gone))
        yield Drift(Change.ENUM_REMOVED, tuple(views), place, said, values=gone)
