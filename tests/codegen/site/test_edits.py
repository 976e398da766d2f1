"""The edits of a published site do what they say, and together no more than each alone."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.kinds import Kind
from codegen.spec import Spec, load_spec
from codegen.sync.changes import Change, Drift
from tests.codegen.checkout import REPOSITORY, TORTURE
from tests.codegen.site.edits import Edit, Expected, catalogue, edit_sets, publish_edited, verdict
from tests.codegen.site.publish import PublishedPage


@cache
def our_spec() -> Spec:
    return load_spec(REPOSITORY / "openapi")


@cache
def torture_spec() -> Spec:
    return load_spec(TORTURE / "openapi")


def printed(pages: list[PublishedPage]) -> dict[str, object]:
    return {page.slug: (page.whole_document, page.last_modified) for page in pages}


@cache
def unedited(spec: Spec) -> dict[str, object]:
    return printed(publish_edited(spec, ()))


def differing(spec: Spec, edits: tuple[Edit, ...]) -> set[str]:
    """Addresses of the pages that are not what they are without the edits."""
    before, after = unedited(spec), printed(publish_edited(spec, edits))
    return {slug for slug in before | after if before.get(slug) != after.get(slug)}


def test_there_is_an_edit_of_every_kind() -> None:
    made = {edit.change for edit in (*catalogue(our_spec()), *catalogue(torture_spec()))}
    assert made == set(Change)


def test_no_two_edits_have_one_name() -> None:
    names = [edit.name for edit in catalogue(our_spec())]
    assert len(set(names)) == len(names)


def test_every_edit_of_a_small_site_changes_it() -> None:
    for edit in catalogue(torture_spec()):
        assert differing(torture_spec(), (edit,)), edit


@pytest.mark.parametrize("change", sorted(set(Change) - {Change.PARAMETER_REMOVED}))
def test_an_edit_touches_no_pages_but_those_of_its_methods(change: Change) -> None:
    edit = next(edit for edit in catalogue(our_spec()) if edit.change is change)
    touched = {method for expected in edit.expected for method, _ in expected.places}
    pages = {page.slug: page.method for page in publish_edited(our_spec(), ())}
    methods = {pages.get(slug) for slug in differing(our_spec(), (edit,))}
    assert methods - {None} <= touched


@given(st.deferred(lambda: edit_sets(our_spec())))
@settings(max_examples=30)
def test_edits_that_are_drawn_together_do_not_clash(edits: tuple[Edit, ...]) -> None:
    for index, edit in enumerate(edits):
        assert not any(edit.clashes(other) for other in edits[:index])


@given(st.deferred(lambda: edit_sets(torture_spec())), st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_order_in_which_edits_are_given_does_not_matter(edits: tuple[Edit, ...], random: Random) -> None:
    shuffled = list(edits)
    random.shuffle(shuffled)
    assert printed(publish_edited(torture_spec(), edits)) == printed(publish_edited(torture_spec(), shuffled))


def drift(change: Change, method: str | None, at: str, *values: str) -> Drift:
    return Drift(
        change=change, kind=Kind.ADDITIVE, message="differs", pages=(), method=method, at=at, values=values
    )


def edit_to_find(*expected: Expected) -> Edit:
    return Edit("made up", lambda _: None, expected, frozenset())


WANTED = Expected(
    Change.TYPE, frozenset({("orders.get", "data.total"), ("orders.find", "data.total")}), ("string",)
)


def test_a_difference_is_found_at_any_place_that_stands_for_it() -> None:
    for method in ("orders.get", "orders.find"):
        assert verdict([edit_to_find(WANTED)], [drift(Change.TYPE, method, "data.total", "string")]) == []


@pytest.mark.parametrize(
    "found",
    [
        drift(Change.NULLABLE, "orders.get", "data.total", "string"),
        drift(Change.TYPE, "orders.buy", "data.total", "string"),
        drift(Change.TYPE, "orders.get", "data.tax", "string"),
        drift(Change.TYPE, "orders.get", "data.total", "boolean"),
    ],
    ids=["another change", "another method", "another place", "other values"],
)
def test_anything_else_is_missed_and_invented(found: Drift) -> None:
    missed, invented = verdict([edit_to_find(WANTED)], [found])
    assert missed == "not found: type at orders.find data.total or orders.get data.total = string"
    assert invented.startswith(f"invented: {found.change} at {found.method} {found.at}")
