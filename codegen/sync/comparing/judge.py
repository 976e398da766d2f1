"""Judges what pages show against what the spec says, place by place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from codegen.documents import Place
from codegen.kinds import Kind
from codegen.pages.facts import Field, PageFacts, Parameter, Shape
from codegen.spec import Spec
from codegen.sync.changes import Change, Drift
from codegen.sync.comparing.deviations import Deviations
from codegen.sync.comparing.matching import Served
from codegen.sync.comparing.views import Node, View


@dataclass(frozen=True)
class Judge:
    """What every comparison needs: the spec, what is meant, and which pages were read whole."""

    spec: Spec
    deviations: Deviations
    complete: Callable[[Place], bool]
    """Whether every page was read that can show a place of the spec: only then is what no page shows gone."""

    def some(self, change: Change, views: Sequence[View], says: Iterable[str] = ()) -> list[View]:
        """Of pages each of which alone shows a difference, those where it is not meant."""
        values = tuple(says)
        return [
            view
            for view in views
            if not self.deviations.excuse(change, view.page, view.method, view.at, values)
        ]

    def every(self, change: Change, views: Sequence[View], says: Iterable[str] = ()) -> list[View]:
        """Of pages that only together show a difference: all, or none if it is meant for one of them."""
        return list(views) if len(self.some(change, views, says)) == len(views) else []

    def drift(
        self,
        change: Change,
        kind: Kind,
        message: str,
        views: Sequence[View],
        place: Place,
        *,
        field: Field | None = None,
        shape: Shape | None = None,
        values: tuple[str, ...] = (),
        certain: bool = True,
    ) -> Drift:
        """A difference that pages show at a place of the spec."""
        first = views[0]
        found = self.difference(
            change,
            kind,
            message,
            place,
            pages=tuple({id(view.page): view.page for view in views}.values()),
            method=first.method,
            at=first.at,
            sent=any(view.sent for view in views),
            field=field,
            shape=shape,
            values=values,
            certain=certain,
        )
        return msgspec.structs.replace(found, methods=tuple(dict.fromkeys(view.method for view in views)))

    def difference(
        self,
        change: Change,
        kind: Kind,
        message: str,
        place: Place,
        *,
        pages: tuple[PageFacts, ...] = (),
        method: str | None = None,
        at: str = "",
        sent: bool = False,
        field: Field | None = None,
        parameter: Parameter | None = None,
        shape: Shape | None = None,
        values: tuple[str, ...] = (),
        certain: bool = True,
    ) -> Drift:
        """A difference with the file and the pointer that its place has."""
        found = self.spec.bundle.finding(place, message)
        return Drift(
            change=change,
            kind=kind,
            message=message,
            pages=pages,
            method=method,
            at=at,
            place=place,
            file=found.file,
            pointer=found.place,
            sent=sent,
            field=field,
            parameter=parameter,
            shape=shape,
            values=values,
            certain=certain,
        )

    def of_page(
        self,
        change: Change,
        kind: Kind,
        message: str,
        served: Served,
        place: Place,
        *,
        at: str = "",
        sent: bool = False,
        parameter: Parameter | None = None,
        shape: Shape | None = None,
        values: tuple[str, ...] = (),
    ) -> Iterator[Drift]:
        """A difference that is about a whole page or endpoint, unless it is meant."""
        method = served.method.id
        if not self.deviations.excuse(change, served.page, method, at, values):
            yield self.difference(
                change,
                kind,
                message,
                place,
                pages=(served.page,),
                method=method,
                at=at,
                sent=sent,
                parameter=parameter,
                shape=shape,
                values=values,
            )


def present(node: Node) -> list[View]:
    """The views that show a node."""
    return [view for view in node.views if view.present]


def sent(node: Node) -> bool:
    """Whether a node travels to the server."""
    return any(view.sent for view in node.views)
