"""Whatever a page shows, the spec keeps its rules: a field is written by them, or left for review."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen.pages.facts import Field, PageFacts, Shape
from codegen.project import Project
from codegen.spec.lint import lint
from codegen.sync.changes import Drift
from codegen.sync.writing.plan import plan
from minted_async.core.secret_names import SECRET_NAMES
from tests.codegen.checkout import REPOSITORY
from tests.codegen.sync.making import added, array, enveloped, new_page, page, sent, spec_of

PLACES: list[dict[str, Any]] = [
    {"place": ("components", "schemas", "Order"), "at": "data."},
    {
        "place": ("components", "schemas", "SellItem"),
        "at": "body.items[].",
        "sent": True,
        "method": "orders.sell",
    },
]

names = st.sampled_from(
    [
        *sorted(SECRET_NAMES),
        "cvc",
        "iban",
        "id",
        "amount",
        "external_id",
        "class",
        "type",
        "fooBar",
        "foo_bar",
        "foo-bar",
        "self",
    ]
) | st.text(max_size=8)
examples = st.sampled_from([None, "", "31-01-2024 10:00", "2024-01-31", 1, 1.5, True, "x", {"id": 1}, [None]])
plain = st.builds(
    Shape,
    types=st.lists(
        st.sampled_from(["string", "number", "integer", "boolean", "object", "array", "null", "any"]),
        max_size=2,
    ).map(tuple),
    nullable=st.booleans(),
    enum=st.none()
    | st.lists(
        (st.sampled_from(["TRY", "M", "F", "a b", "", "1", "null", "ü"]) | st.text(max_size=6)), max_size=4
    ).map(tuple),
    format=st.sampled_from([None, "date", "date-time", "email", "uuid", "int64", "odd"]),
    pattern=st.sampled_from([None, "^[99-99]$", "`", "\n"]),
    examples=st.lists(examples, max_size=2).map(tuple),
    description=st.text(max_size=10),
    schema_name=st.sampled_from([None, "Order", "Order Schema", "Gift", "Model", "9", "ü", "Customer"]),
)


def around(inner: st.SearchStrategy[Shape]) -> st.SearchStrategy[Shape]:
    fields = st.lists(
        st.builds(Field, name=names, shape=inner, required=st.sampled_from([None, True, False])), max_size=3
    )
    objects = st.builds(
        Shape,
        types=st.just(("object",)),
        nullable=st.booleans(),
        fields=fields.map(tuple),
        schema_name=st.sampled_from([None, "Order", "Gift Schema"]),
    )
    return (
        objects
        | st.builds(array, inner)
        | st.builds(Shape, alternatives=st.lists(inner, max_size=2).map(tuple))
    )


shapes = st.recursive(plain, around, max_leaves=6)
fields = st.builds(Field, name=names, shape=shapes, required=st.sampled_from([None, True, False]))


@st.composite
def drifts(draw: st.DrawFn) -> Drift:
    if draw(st.booleans()):
        return new_page(
            method=draw(st.sampled_from(["GET", "POST", "DELETE"])),
            path=draw(st.sampled_from(["/partner/gift", "/partner/gift/{id}", "/partner/order/{x}"])),
            title=draw(st.text(max_size=12)),
            body=draw(st.none() | st.builds(sent, shapes)),
            answers=enveloped(draw(shapes), draw(examples)),
        )
    place = dict(draw(st.sampled_from(PLACES)))
    found = draw(fields)
    shown: PageFacts = page(answers=enveloped(Shape(fields=(found,)), {found.name: draw(examples)}))
    return added(
        found.name, found.shape, found.required, **{**place, "at": place["at"] + found.name}, pages=(shown,)
    )


@pytest.fixture(scope="module")
def project() -> Project:
    return Project(REPOSITORY)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(drifts(), min_size=1, max_size=6))
def test_the_rules_hold_whatever_the_pages_show(
    project: Project, tmp_path_factory: pytest.TempPathFactory, found: list[Drift]
) -> None:
    made = plan(project, found)
    assert len(made.applied) + len(made.review) == len(found)
    assert all(review.reason for review in made.review)
    lint(spec_of(made, tmp_path_factory.mktemp("written")))
    assert not [review.reason for review in made.review if "cannot stand in the spec" in review.reason]
