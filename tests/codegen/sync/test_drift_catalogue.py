"""Each kind of change of a published site is found, alone and together with others, and nothing else is."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.spec import Spec, load_spec
from codegen.sync.changes import Change
from codegen.sync.drift import compare
from tests.codegen.checkout import REPOSITORY
from tests.codegen.site.edits import Edit, catalogue, edit_sets, publish_edited, verdict
from tests.codegen.site.reading import read


@cache
def spec() -> Spec:
    return load_spec(REPOSITORY / "openapi")


def wrong(edits: tuple[Edit, ...]) -> list[str]:
    """What the comparison gets wrong about a site with these edits."""
    pages = read(publish_edited(spec(), edits), spec())
    return verdict(edits, compare(pages, spec(), whole_site=True).drifts)


KINDS = [change for change in Change if change is not Change.PARAMETER_REMOVED]
"""Our spec has no parameter of a query that could go; test_drift.py has one."""


def test_there_is_an_edit_for_every_kind_of_change() -> None:
    assert {edit.change for edit in catalogue(spec())} == set(KINDS)


@pytest.mark.parametrize("change", KINDS)
def test_a_change_is_found_when_it_is_the_only_one(change: Change) -> None:
    edits = [edit for edit in catalogue(spec()) if edit.change is change]
    # The first and the last are about different operations; the sets below draw the others.
    for edit in (edits[0], edits[-1]):
        assert wrong((edit,)) == [], edit


@settings(max_examples=8, deadline=None)
@given(st.deferred(lambda: edit_sets(spec(), max_size=8)))
def test_changes_are_found_when_they_come_together(edits: tuple[Edit, ...]) -> None:
    assert wrong(edits) == []
