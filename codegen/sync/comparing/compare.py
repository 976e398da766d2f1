"""What the documentation says and the spec does not, or the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from codegen.documents import Place
from codegen.findings import Kind
from codegen.pages.facts import PageFacts
from codegen.spec import Spec
from codegen.spec.operations import DocsRow
from codegen.sync.changes import BY_ABSENCE, Drift
from codegen.sync.comparing.deviations import Deviation, Deviations
from codegen.sync.comparing.operations import compare_menu, compare_operations
from codegen.sync.comparing.schemas import judge
from codegen.sync.comparing.views import gather
from codegen.sync.matching import match

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

    What has no page is gone if these are the pages of the whole site, unless one that could not be read, of
    which `unread` has titles, ids and addresses, may show it.
    """
    meant = deviations or Deviations()
    matches = match(pages, spec)
    missing = {
        method.id
        for row, method in matches.unmatched
        if not whole_site or any(_may_be(name, row) for name in unread)
    }
    found = [
        *compare_menu(spec, matches),
        *compare_operations(spec, matches),
        *judge(gather(spec, matches).values(), meant),
    ]
    left = [
        drift
        for one in found
        if one.change not in BY_ABSENCE or not _methods_at(spec, one.place) & missing
        for drift in _not_meant(one, spec, meant)
    ]
    served = {entry.method.id for entry in matches.served if not entry.page.operation}
    return Comparison(
        drifts=tuple(sorted(left, key=_rank)),
        excused=tuple(entry for entry in meant.entries if entry in meant.used),
        unused=tuple(entry for entry in meant.entries if whole_site and entry not in meant.used),
        partly=tuple(sorted(served & missing)),
    )


def _may_be(unread: str, row: DocsRow) -> bool:
    """Whether a page that could not be read may be the one of a row."""
    return row.title == unread or (row.page is not None and row.page.removeprefix("api-") in unread)


def _methods_at(spec: Spec, place: Place) -> frozenset[str]:
    """The methods whose pages can show a place."""
    if place[:2] == ("components", "schemas"):
        return spec.users[str(place[2])]
    return frozenset(method.id for method in spec.methods if method.place == place[:3])


def _not_meant(drift: Drift, spec: Spec, meant: Deviations) -> Iterator[Drift]:
    """A difference with its place in the files, as far as pages show it where it is not meant.

    What they only show together is meant if it is for one of them.
    """
    left = tuple(view for view in drift.views if not meant.excuse(drift.change, view, drift.values))
    if left and (drift.change not in BY_ABSENCE or len(left) == len(drift.views)):
        spot = spec.bundle.finding(drift.place, "")
        yield replace(drift, views=left, file=spot.file, pointer=spot.place)


def _rank(drift: Drift) -> tuple[int, str, str, str, str]:
    return _ORDER.index(drift.kind), drift.method or "", drift.at, drift.change, drift.page
