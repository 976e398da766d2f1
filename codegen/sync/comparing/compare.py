"""What the documentation says and the spec does not, or the other way round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from codegen.kinds import Kind
from codegen.pages.facts import PageFacts
from codegen.spec import Spec
from codegen.sync.changes import Drift
from codegen.sync.comparing.deviations import Deviation, Deviations
from codegen.sync.comparing.judge import Judge
from codegen.sync.comparing.operations import compare_menu, compare_operations
from codegen.sync.comparing.schemas import compare_node, compare_objects, compare_values
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

    Args:
        pages: what was read.
        spec: the spec.
        deviations: where the two differ on purpose.
        whole_site: whether these are all pages that there are: then what has no page is gone.
        unread: titles, ids and addresses of pages that could not be read. Nothing that one of them may show
            is called gone.
    """
    meant = deviations or Deviations()
    matches = match(pages, spec)
    judge = Judge(spec, meant, matches, whole_site=whole_site, unread=unread)
    views = gather(spec, matches)
    found = [
        *compare_menu(judge, matches, whole_site=whole_site),
        *compare_operations(judge, matches),
        *compare_objects(judge, views),
        *(drift for node in views.nodes.values() for drift in compare_node(judge, node)),
        *compare_values(judge, views.nodes.values()),
    ]
    served = {entry.method.id for entry in matches.served}
    return Comparison(
        drifts=tuple(sorted(found, key=_rank)),
        excused=tuple(entry for entry in meant.entries if entry in meant.used),
        unused=meant.unused if whole_site else (),
        partly=tuple(sorted(served - judge.methods)),
    )


def _rank(drift: Drift) -> tuple[int, str, str, str, str]:
    return _ORDER.index(drift.kind), drift.method or "", drift.at, drift.change, drift.page
