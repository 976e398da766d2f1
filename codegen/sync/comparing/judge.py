"""What every comparison needs: the spec, what is meant to differ, and which pages were read whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from codegen.documents import Place
from codegen.kinds import Kind
from codegen.spec import Spec
from codegen.sync.changes import Change, Drift
from codegen.sync.comparing.deviations import Deviations
from codegen.sync.comparing.views import View
from codegen.sync.matching import Matches, Served, schemas_of

_WORDING = frozenset({
    Change.PAGE_NEW, Change.PAGE_GONE, Change.PAGE_ID, Change.LAST_MODIFIED, Change.RENAMED,
})  # fmt: skip
_ADDITIVE = frozenset({
    Change.ENDPOINT_NEW, Change.ENDPOINT_DOCUMENTED, Change.PARAMETER_ADDED, Change.BODY_ADDED,
    Change.FIELD_ADDED, Change.ENUM_ADDED, Change.DEPRECATED,
})  # fmt: skip
_ADDITIVE_WHERE_SENT = frozenset({Change.OPTIONAL, Change.NULLABLE})
_ADDITIVE_WHERE_ANSWERED = frozenset({Change.REQUIRED, Change.NOT_NULLABLE})


def kind_of(change: Change, *, sent: bool) -> Kind:
    """What a change means to callers, as a rule."""
    if change in _WORDING:
        return Kind.WORDING
    additive = _ADDITIVE | (_ADDITIVE_WHERE_SENT if sent else _ADDITIVE_WHERE_ANSWERED)
    return Kind.ADDITIVE if change in additive else Kind.BREAKING


class Judge:
    """Says what counts as a difference.

    Attributes:
        spec: the spec.
        deviations: where it differs from pages on purpose.
        methods: the methods all of whose pages were read. Only of these can be told what no page shows any
        more.
    """

    def __init__(
        self, spec: Spec, deviations: Deviations, matches: Matches, *, whole_site: bool, unread: Sequence[str]
    ) -> None:
        missing = {
            row.method.id
            for row in matches.unmatched
            if not whole_site or any(_may_be(name, row.page, row.title) for name in unread)
        }
        self.spec = spec
        self.deviations = deviations
        self.methods = frozenset(method.id for method in spec.methods) - missing
        self._reach: defaultdict[str, set[str]] = defaultdict(set)
        self._of_operation: defaultdict[Place, set[str]] = defaultdict(set)
        for method in spec.methods:
            self._of_operation[method.place].add(method.id)
            for name in schemas_of(spec, method):
                self._reach[name].add(method.id)

    def complete(self, place: Place) -> bool:
        """Whether every page was read that can show a place: only then is what no page shows gone."""
        if place[:2] == ("components", "schemas"):
            return self._reach[str(place[2])] <= self.methods
        return self._of_operation[place[:3]] <= self.methods

    def some(self, change: Change, views: Sequence[View], says: Iterable[str] = ()) -> list[View]:
        """Of pages each of which alone shows a difference, those where it is not meant."""
        values = tuple(says)
        return [
            view
            for view in views
            if not self.deviations.excuse(change, view.page, view.method, view.at, values)
        ]

    def shown(
        self,
        change: Change,
        message: str,
        views: Sequence[View],
        place: Place,
        *,
        together: bool = False,
        **rest: Any,
    ) -> Iterator[Drift]:
        """A difference that pages show at a place of the spec, unless it is meant.

        What they only show together is meant if it is for one of them.
        """
        left = self.some(change, views, rest.get("values", ()))
        if left and (not together or len(left) == len(views)):
            yield self.drift(
                change,
                message,
                place,
                pages=tuple({id(view.page): view.page for view in left}.values()),
                methods=tuple(dict.fromkeys(view.method for view in left)),
                at=left[0].at,
                sent=any(view.sent for view in left),
                **rest,
            )

    def of_page(
        self, change: Change, message: str, served: Served, place: Place | None = None, **rest: Any
    ) -> Iterator[Drift]:
        """A difference that is about a whole page or endpoint, unless it is meant."""
        method = served.method
        if not self.deviations.excuse(
            change, served.page, method.id, rest.get("at", ""), rest.get("values", ())
        ):
            place = method.place if place is None else place
            yield self.drift(change, message, place, pages=(served.page,), methods=(method.id,), **rest)

    def drift(self, change: Change, message: str, place: Place, **rest: Any) -> Drift:
        """A difference, with the file and the pointer that its place has."""
        found = self.spec.bundle.finding(place, message)
        told: dict[str, Any] = {
            "kind": kind_of(change, sent=rest.get("sent", False)),
            "file": found.file,
            "pointer": found.place,
        }
        return Drift(change=change, message=message, place=place, **{**told, **rest})


def _may_be(unread: str, page: str | None, title: str) -> bool:
    """Whether a page that could not be read may be the one of a row."""
    return title == unread or (page is not None and page.removeprefix("api-") in unread)
