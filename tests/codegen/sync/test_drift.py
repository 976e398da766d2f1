"""What pages say is compared with the spec: which page is about what, what counts as a difference, and how
bad it is."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

import msgspec
import pytest

from codegen.documents import Json
from codegen.findings import Kind
from codegen.pages.facts import Answer, Field, PageFacts, Parameter, Shape
from codegen.spec import Spec, load_spec
from codegen.spec.schemas import look_up, mapping, sequence
from codegen.sync.changes import Change, Drift
from codegen.sync.comparing.compare import Comparison, compare
from codegen.sync.comparing.deviations import Deviation, Deviations
from tests.codegen.checkout import REPOSITORY
from tests.codegen.site.publish import publish
from tests.codegen.site.reading import read
from tests.codegen.sync.making import shown

SPEC = load_spec(REPOSITORY / "openapi")
TEXT = Shape(types=("string",))


@cache
def site() -> tuple[PageFacts, ...]:
    """The pages of a site that says what the spec says."""
    return tuple(read(publish(SPEC)))


def page(title: str, section: str | None = None) -> PageFacts:
    """The first page of this title."""
    return next(
        facts
        for facts in site()
        if facts.title == title and section in (None, " / ".join(facts.section or ()))
    )


def without(*gone: PageFacts) -> list[PageFacts]:
    return [facts for facts in site() if not any(facts is one for one in gone)]


def instead(old: PageFacts, **changes: Any) -> list[PageFacts]:
    """The site with one page changed."""
    return [msgspec.structs.replace(facts, **changes) if facts is old else facts for facts in site()]


def everywhere(path: str, change: Callable[[PageFacts], PageFacts]) -> list[PageFacts]:
    """The site with all pages of one endpoint changed."""
    return [change(facts) if facts.path == path else facts for facts in site()]


def bare(shape: Shape) -> Shape:
    """A shape without examples."""
    fields = [msgspec.structs.replace(field, shape=bare(field.shape)) for field in shape.fields or ()]
    items = shape.items and bare(shape.items)
    return msgspec.structs.replace(shape, examples=(), fields=tuple(fields) or None, items=items)


def with_data(facts: PageFacts, change: Callable[[Shape], Shape]) -> PageFacts:
    """A page whose answers have other data, without examples."""

    def changed(answer: Answer) -> Answer:
        assert answer.shape is not None
        fields = tuple(
            msgspec.structs.replace(field, shape=change(bare(field.shape))) if field.name == "data" else field
            for field in answer.shape.fields or ()
        )
        return msgspec.structs.replace(answer, shape=msgspec.structs.replace(answer.shape, fields=fields))

    return msgspec.structs.replace(facts, answers=tuple(changed(answer) for answer in facts.answers))


def with_body(facts: PageFacts, change: Callable[[Shape], Shape]) -> PageFacts:
    assert facts.body is not None
    assert facts.body.shape is not None
    body = msgspec.structs.replace(facts.body, shape=bare(change(facts.body.shape)))
    return msgspec.structs.replace(facts, body=body)


def field_changed(name: str, **changes: Any) -> Callable[[Shape], Shape]:
    """Changes the shape of one field; `required` changes the field itself."""

    def change(shape: Shape) -> Shape:
        fields = list(shape.fields or ())
        for index, field in enumerate(fields):
            if field.name == name:
                flags = {key: changes[key] for key in ("required",) if key in changes}
                rest = {key: value for key, value in changes.items() if key not in flags}
                inner = msgspec.structs.replace(field.shape, **rest)
                fields[index] = msgspec.structs.replace(field, shape=inner, **flags)
        return msgspec.structs.replace(shape, fields=tuple(fields))

    return change


def plus(field: Field) -> Callable[[Shape], Shape]:
    return lambda shape: msgspec.structs.replace(shape, fields=(*(shape.fields or ()), field))


def minus(name: str) -> Callable[[Shape], Shape]:
    return lambda shape: msgspec.structs.replace(
        shape, fields=tuple(field for field in shape.fields or () if field.name != name)
    )


def whole(pages: list[PageFacts], deviations: Deviations | None = None, **options: Any) -> Comparison:
    return compare(pages, SPEC, deviations, whole_site=True, **options)


def only(comparison: Comparison) -> Drift:
    assert len(comparison.drifts) == 1, [drift.message for drift in comparison.drifts]
    return comparison.drifts[0]


# ---------------------------------------------------------------- which page is about what
def test_a_page_is_known_by_its_id_when_title_and_place_have_changed() -> None:
    drift = only(whole(instead(page("Get Order"), title="Fetch an Order", section=("Orders",))))
    assert (drift.change, drift.kind, drift.method) == (Change.RENAMED, Kind.WORDING, "orders.get")
    assert drift.said[0] == "Orders / Fetch an Order"


def test_a_page_is_known_by_its_id_when_its_path_has_changed() -> None:
    drift = only(whole(instead(page("Get Order"), path="/partner/v2/order/{external_order_id}")))
    assert (drift.change, drift.kind) == (Change.ENDPOINT_MOVED, Kind.BREAKING)
    new, old = "GET /partner/v2/order/{external_order_id}", "GET /partner/order/{external_order_id}"
    assert drift.message == f"{new} on the page, {old} in the spec"


def test_another_name_of_a_path_parameter_is_no_difference() -> None:
    assert whole(instead(page("Get Order"), path="/partner/order/{id}")).drifts == ()


def test_an_id_that_the_spec_does_not_know_yet_is_learnt() -> None:
    drift = only(whole(instead(page("Create Customer"), page="api-7000001")))
    assert (drift.change, drift.kind, drift.said[0]) == (Change.PAGE_ID, Kind.WORDING, "api-7000001")
    assert drift.pointer == "/collection/post/x-minted-docs/0"


def test_one_more_page_of_a_known_endpoint_is_a_new_row() -> None:
    more = msgspec.structs.replace(page("Get Order"), page="api-7000002", title="Get Order (again)")
    drift = only(whole([*site(), more]))
    assert (drift.change, drift.kind, drift.method) == (Change.PAGE_NEW, Kind.WORDING, "orders.get")


def test_a_listed_operation_with_a_page_is_documented() -> None:
    facts = PageFacts(source="x", title="Partner Balance", method="GET", path="/p/b")
    facts = msgspec.structs.replace(facts, section=("Balances",))
    drift = only(whole([*site(), facts]))
    assert (drift.change, drift.kind) == (Change.ENDPOINT_DOCUMENTED, Kind.ADDITIVE)
    assert (drift.method, drift.file) == ("balances.partner", "listed.yaml")


def test_an_endpoint_that_is_nowhere_in_the_spec_is_new() -> None:
    facts = PageFacts(source="x", title="Vaults", method="GET", path="/partner/vaults")
    drift = only(whole([*site(), facts]))
    assert (drift.change, drift.kind, drift.method) == (Change.ENDPOINT_NEW, Kind.ADDITIVE, None)


def test_an_operation_that_no_page_documents_any_more_is_gone() -> None:
    drift = only(whole(without(page("Get Order (Alternative)"))))
    assert (drift.change, drift.kind, drift.method) == (Change.ENDPOINT_GONE, Kind.BREAKING, "orders.find")
    assert (drift.file, drift.pointer) == ("paths/orders.yaml", "/find/post")


def test_one_page_of_several_that_is_gone_is_only_that() -> None:
    drift = only(whole(without(page("Card Payment Get Order"))))
    assert (drift.change, drift.kind, drift.at) == (Change.PAGE_GONE, Kind.WORDING, "api-4295600")


@pytest.mark.parametrize(
    "unread", ["Get Order (Alternative)", "api-3874525", "https://docs.example/3874525e0.md"]
)
def test_nothing_is_gone_that_a_page_which_could_not_be_read_may_have(unread: str) -> None:
    assert whole(without(page("Get Order (Alternative)")), unread=[unread]).drifts == ()


def test_of_a_few_saved_pages_nothing_is_called_gone() -> None:
    few = compare([with_data(page("Get Order"), minus("price"))], SPEC)
    assert few.drifts == ()
    assert few.partly == ("orders.get",)


def test_a_field_that_one_page_lacks_and_another_has_is_there() -> None:
    old = page("Card Payment Get Order")
    pages = [with_data(facts, minus("price")) if facts is old else facts for facts in site()]
    assert whole(pages).drifts == ()


# ---------------------------------------------------------------- what a difference means to callers
ORDER = "/partner/order/{external_order_id}"
FIX = "/partner/pricefix"
CURRENCIES = ("GBP", "TRY", "USD", "EUR")


@pytest.mark.parametrize(
    ("change", "expected", "kind"),
    [
        (plus(Field(name="vault", shape=TEXT, required=True)), Change.FIELD_ADDED, Kind.BREAKING),
        (plus(Field(name="vault", shape=TEXT, required=False)), Change.FIELD_ADDED, Kind.ADDITIVE),
        (minus("total"), Change.FIELD_REMOVED, Kind.BREAKING),
        (field_changed("total", required=True), Change.REQUIRED, Kind.BREAKING),
        (field_changed("type", required=False), Change.OPTIONAL, Kind.ADDITIVE),
        (field_changed("type", nullable=True), Change.NULLABLE, Kind.ADDITIVE),
        (field_changed("type", enum=("digital", "bar")), Change.ENUM_ADDED, Kind.BREAKING),
        (field_changed("total", types=("string",)), Change.TYPE, Kind.BREAKING),
    ],
)
def test_what_changes_in_a_body(change: Callable[[Shape], Shape], expected: Change, kind: Kind) -> None:
    drift = only(whole(everywhere(FIX, lambda facts: with_body(facts, change))))
    assert (drift.change, drift.kind, drift.sent) == (expected, kind, True)
    assert drift.file == "schemas/prices.yaml"


@pytest.mark.parametrize(
    ("change", "expected", "kind"),
    [
        (plus(Field(name="vault", shape=TEXT, required=True)), Change.FIELD_ADDED, Kind.ADDITIVE),
        (minus("expire_ttl"), Change.FIELD_REMOVED, Kind.BREAKING),
        (field_changed("total", required=True), Change.REQUIRED, Kind.ADDITIVE),
        (field_changed("token", required=False), Change.OPTIONAL, Kind.BREAKING),
        (field_changed("token", nullable=True), Change.NULLABLE, Kind.BREAKING),
        (field_changed("total", nullable=False), Change.NOT_NULLABLE, Kind.ADDITIVE),
        (field_changed("expire_ttl", types=("number",)), Change.TYPE, Kind.BREAKING),
        (
            field_changed("currency", enum=(*CURRENCIES, "CHF")),
            Change.ENUM_ADDED,
            Kind.ADDITIVE,
        ),
        (field_changed("token", enum=("a", "b")), Change.ENUM_ADDED, Kind.ADDITIVE),
    ],
)
def test_what_changes_in_an_answer(change: Callable[[Shape], Shape], expected: Change, kind: Kind) -> None:
    drift = only(whole(everywhere(FIX, lambda facts: with_data(facts, change))))
    assert (drift.change, drift.kind, drift.sent) == (expected, kind, False)
    assert drift.at.startswith("data")


@pytest.mark.parametrize(("example", "required"), [({"vault": "x"}, True), ({"token": "x"}, False)])
def test_a_new_field_of_an_answer_is_required_if_every_example_has_it(
    example: dict[str, Json], required: bool
) -> None:
    vault = Field(name="vault", shape=TEXT, required=True)
    pages = everywhere(FIX, lambda facts: with_data(facts, lambda shape: shown(plus(vault)(shape), example)))
    (drift,) = [one for one in whole(pages).drifts if one.change is Change.FIELD_ADDED]
    assert drift.field is not None
    assert drift.field.required is required


def test_a_new_required_parameter_breaks_callers() -> None:
    limit = Parameter(name="limit", location="query", shape=Shape(types=("integer",)), required=True)
    drift = only(whole(instead(page("Customer Balance"), parameters=(limit,))))
    assert (drift.change, drift.kind, drift.at) == (Change.PARAMETER_ADDED, Kind.BREAKING, "query.limit")


def test_a_parameter_that_no_page_has_any_more_is_gone() -> None:
    document = deepcopy(SPEC.document)
    place = ("paths", "/partner/balance/customer/{customer_external_id}", "get")
    operation = mapping(look_up(document, place))
    limit: dict[str, Json] = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
    operation["parameters"] = [*sequence(operation["parameters"]), limit]
    spec = Spec(replace(SPEC.bundle, document=document))
    drift = only(compare(list(site()), spec, whole_site=True))
    assert (drift.change, drift.kind, drift.at) == (Change.PARAMETER_REMOVED, Kind.BREAKING, "query.limit")


def test_a_header_that_the_client_does_not_send_is_reported() -> None:
    old = page("Customer Balance")
    header = Parameter(name="X-Vault", location="header", shape=TEXT, required=False)
    drift = only(whole(instead(old, headers=(*old.headers, header))))
    assert (drift.change, drift.kind, drift.at) == (Change.PARAMETER_ADDED, Kind.ADDITIVE, "header.X-Vault")


def test_a_body_that_no_page_shows_any_more_is_gone() -> None:
    drift = only(whole(instead(page("Get Order (Alternative)"), body=None)))
    assert (drift.change, drift.kind, drift.at) == (Change.BODY_REMOVED, Kind.BREAKING, "body")


def test_a_body_that_is_no_json_any_more_is_another_type() -> None:
    old = page("Get Order (Alternative)")
    body = msgspec.structs.replace(old.body, media_type="multipart/form-data") if old.body else None
    drift = only(whole(instead(old, body=body)))
    assert (drift.change, drift.values) == (Change.TYPE, ("multipart/form-data",))


def test_an_answer_that_was_not_known_and_is_shown_now_is_added() -> None:
    shape = Shape(types=("object",), fields=(Field(name="guid", shape=TEXT, required=True),))
    pages = everywhere(
        "/partner/customer/{external_customer_id}",
        lambda facts: with_data(facts, lambda _: shape) if facts.method == "PATCH" else facts,
    )
    drift = only(whole(pages))
    assert (drift.change, drift.method) == (Change.ANSWER_ADDED, "customers.update")


def test_a_deprecated_page_is_reported_once() -> None:
    pages = everywhere(ORDER, lambda facts: msgspec.structs.replace(facts, status="deprecated"))
    assert only(whole(pages)).change == Change.DEPRECATED


def test_a_later_date_is_reported_and_an_earlier_one_is_not() -> None:
    old = page("Get Order")
    assert whole(instead(old, last_modified="2020-01-01 00:00:00")).drifts == ()
    drift = only(whole(instead(old, last_modified="2026-02-03 04:05:06")))
    assert (drift.change, drift.kind, drift.said[0]) == (Change.LAST_MODIFIED, Kind.WORDING, "2026-02-03")


# ---------------------------------------------------------------- what is no difference
def test_an_integer_on_the_page_is_read_by_a_number() -> None:
    pages = everywhere(FIX, lambda facts: with_data(facts, field_changed("total", types=("integer",))))
    assert whole(pages).drifts == ()


def test_a_missing_type_says_nothing() -> None:
    pages = everywhere(FIX, lambda facts: with_data(facts, field_changed("token", types=())))
    assert whole(pages).drifts == ()


def test_null_in_an_example_keeps_a_field_nullable() -> None:
    def never_null(facts: PageFacts) -> PageFacts:
        example: Json = {"data": {"total": None}}
        changed = with_data(facts, field_changed("total", nullable=False))
        shapes = [shown(answer.shape or Shape(), example) for answer in changed.answers]
        answers = tuple(Answer(status="200", shape=shape) for shape in shapes)
        return msgspec.structs.replace(changed, answers=answers)

    changes = {drift.change for drift in whole(everywhere(FIX, never_null)).drifts}
    assert Change.NOT_NULLABLE not in changes


def test_a_key_that_only_an_example_has_is_reported_as_uncertain() -> None:
    vault = Field(name="vault", shape=Shape(types=("integer",), by_example=True), by_example=True)
    drift = only(whole(everywhere(FIX, lambda facts: with_data(facts, plus(vault)))))
    assert (drift.change, drift.at, drift.certain) == (Change.FIELD_ADDED, "data.vault", False)


# ---------------------------------------------------------------- what is meant
def deviation(**fields: Any) -> Deviations:
    return Deviations([msgspec.convert({"reason": "Made up.", **fields}, Deviation)])


def test_a_recorded_deviation_is_no_drift() -> None:
    pages = everywhere(FIX, lambda facts: with_data(facts, field_changed("token", required=False)))
    meant = deviation(method="prices.fix", rule="optional", at=["data.token"])
    comparison = whole(pages, meant)
    assert comparison.drifts == ()
    assert comparison.excused == meant.entries


def test_a_deviation_of_one_page_does_not_cover_another() -> None:
    pages = everywhere(FIX, lambda facts: with_data(facts, field_changed("token", required=False)))
    drift = only(whole(pages, deviation(page="api-3826800", rule="optional", at=["data.token"])))
    assert "api-3826800" not in drift.page


def test_a_deviation_covers_what_the_page_said_when_it_was_recorded_and_no_more() -> None:
    pages = everywhere(FIX, lambda facts: with_data(facts, field_changed("token", types=("integer",))))
    recorded = {"method": "prices.fix", "rule": "type", "at": ["data.token"]}
    assert whole(pages, deviation(**recorded, says=["integer"])).drifts == ()
    assert only(whole(pages, deviation(**recorded, says=["boolean"]))).change == Change.TYPE


def test_a_deviation_that_covers_nothing_is_said_to_be_unused() -> None:
    meant = deviation(method="prices.fix", rule="optional", at=["data.token"])
    assert whole(list(site()), meant).unused == meant.entries
