"""Changes of a published site, each with what a comparison with the spec has to find.

`catalogue(spec)` lists them all. `edit_sets(spec)` is a Hypothesis strategy of edits that do not get in each
other's way, `publish_edited(spec, edits)` publishes a site with them. `verdict(edits, drifts)` says which
were not found, and what was found without being there.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import chain

from hypothesis import strategies as st

from codegen.project import Project
from codegen.spec import Spec
from codegen.sync.changes import Change
from tests.codegen.checkout import REPOSITORY
from tests.codegen.site import endpoint_edits, field_edits, flag_edits, page_edits
from tests.codegen.site.expectations import Edit, Expected, Site, verdict
from tests.codegen.site.publish import PublishedPage, publish

__all__ = ["Edit", "Expected", "catalogue", "compatible", "edit_sets", "publish_edited", "verdict"]


def our_scalars() -> frozenset[str]:
    """The schemas that are hand-written types of this repository."""
    return Project(REPOSITORY).scalars


@cache
def catalogue(spec: Spec) -> tuple[Edit, ...]:
    """Every edit that a published spec can be given, in an order that is always the same.

    Args:
        spec: the spec that the site is published from.
    """
    site = Site(spec, our_scalars(), publish(spec))
    return tuple(
        chain(
            endpoint_edits.edits(site),
            page_edits.edits(site),
            field_edits.edits(site),
            flag_edits.edits(site),
        )
    )


def publish_edited(spec: Spec, edits: Iterable[Edit]) -> list[PublishedPage]:
    """Publish a site that differs from its spec.

    Args:
        spec: the spec.
        edits: what differs; none of them may clash with another.
    """
    site = Site(spec, our_scalars(), publish(spec))
    for edit in sorted(edits, key=lambda edit: (edit.order, edit.name)):
        edit.apply(site)
    return site.pages


def compatible(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Those of the edits that do not clash with an earlier one."""
    kept: list[Edit] = []
    for edit in edits:
        if not any(edit.clashes(other) for other in kept):
            kept.append(edit)
    return tuple(kept)


def edit_sets(spec: Spec, max_size: int = 6) -> st.SearchStrategy[tuple[Edit, ...]]:
    """A strategy of edits that can be made together: every kind of change is drawn as often as any other.

    Args:
        spec: the spec that the site is published from.
        max_size: how many edits at most.
    """
    kinds: dict[Change, list[Edit]] = {}
    for edit in catalogue(spec):
        kinds.setdefault(edit.change, []).append(edit)
    one = st.sampled_from(list(kinds)).flatmap(lambda change: st.sampled_from(kinds[change]))
    return st.lists(one, max_size=max_size, unique_by=lambda edit: edit.name).map(compatible)
