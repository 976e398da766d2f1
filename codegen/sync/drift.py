"""What the documentation says and the spec does not, or the other way round: the drift between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from codegen.documents import Json, Place
from codegen.kinds import Kind
from codegen.pages.facts import PageFacts
from codegen.spec import Spec
from codegen.sync.changes import Drift
from codegen.sync.comparing.deviations import Deviation, Deviations
from codegen.sync.comparing.fields import compare_objects
from codegen.sync.comparing.flags import compare_node
from codegen.sync.comparing.judge import Judge
from codegen.sync.comparing.matching import Matches, match
from codegen.sync.comparing.menu import compare_menu
from codegen.sync.comparing.operations import compare_operations
from codegen.sync.comparing.values import compare_values
from codegen.sync.comparing.views import gather

_ORDER = tuple(Kind)


@dataclass(frozen=True)
class Comparison:
    """What comparing pages with a spec came to."""

    drifts: tuple[Drift, ...]
    """All differences that are not meant, the breaking ones first."""
    excused: tuple[Deviation, ...]
    """The recorded deviations that covered a difference."""
    unused: tuple[Deviation, ...]
    """Of a whole site: the recorded deviations that covered nothing."""
    partly: tuple[str, ...]
    """Methods of which pages are missing: what is gone from them could not be seen."""


def compare(
    pages: Sequence[PageFacts],
    spec: Spec,
    deviations: Deviations | None = None,
    *,
    whole_site: bool = False,
    unread: Sequence[str] = (),
) -> Comparison:
    """Compare pages with the spec.

    Args:
        pages: what was read.
        spec: the spec.
        deviations: where the two differ on purpose.
        whole_site: whether these are all pages that there are: then what has no page is gone.
        unread: titles, ids and addresses of pages that could not be read. Nothing that one of them may show
            is called gone.

    Returns:
        The differences.
    """
    meant = deviations or Deviations()
    matches = match(pages, spec)
    complete = _Completeness(spec, matches, whole_site=whole_site, unread=tuple(unread))
    judge = Judge(spec, meant, complete.at)
    views = gather(spec, matches)
    found = [
        *compare_menu(judge, matches, whole_site=whole_site),
        *compare_operations(judge, matches),
        *compare_objects(judge, views.objects, views.nodes),
        *(drift for node in views.nodes.values() for drift in compare_node(judge, node)),
        *compare_values(judge, views.nodes.values()),
    ]
    served = {entry.method.id for entry in matches.served}
    return Comparison(
        drifts=tuple(sorted(found, key=_rank)),
        excused=tuple(entry for entry in meant.entries if entry in meant.used),
        unused=meant.unused if whole_site else (),
        partly=tuple(sorted(served - complete.methods)),
    )


def _rank(drift: Drift) -> tuple[int, str, str, str, str]:
    return _ORDER.index(drift.kind), drift.method or "", drift.at, drift.change, drift.page


class _Completeness:
    """Of which methods all pages were read, and so of which places of the spec."""

    def __init__(self, spec: Spec, matches: Matches, *, whole_site: bool, unread: tuple[str, ...]) -> None:
        missing = {
            row.method.id
            for row in matches.unmatched
            if not whole_site or any(_may_be(name, row.page, row.title) for name in unread)
        }
        self.methods = frozenset(method.id for method in spec.methods) - missing
        self._reach: defaultdict[str, set[str]] = defaultdict(set)
        self._of_operation: defaultdict[Place, set[str]] = defaultdict(set)
        for method in spec.methods:
            self._of_operation[method.place].add(method.id)
            body: list[Json] = [{"$ref": f"#/components/schemas/{method.body}"}] if method.body else []
            for name in spec.closure([*body, dict(method.result)]):
                self._reach[name].add(method.id)

    def at(self, place: Place) -> bool:
        """Whether every page that can show a place was read."""
        if place[:2] == ("components", "schemas"):
            return self._reach[str(place[2])] <= self.methods
        return self._of_operation[place[:3]] <= self.methods


def _may_be(unread: str, page: str | None, title: str) -> bool:
    """Whether a page that could not be read may be the one of a row."""
    return title == unread or (page is not None and page.removeprefix("api-") in unread)
