"""Fields, parameters and values that a page gained are written as a person would write them."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import Any

import pytest

from codegen.pages.facts import Parameter, Shape
from codegen.sync.changes import Change
from codegen.sync.writing.plan import Plan
from tests.codegen.sync.making import (
    BALANCE,
    BOOLEAN,
    INTEGER,
    NUMBER,
    ORDER,
    TEXT,
    added,
    added_lines,
    array,
    drift,
    field,
    nullable,
    obj,
    planned,
    query,
    text,
)

ORDERS = "openapi/schemas/orders.yaml"
BUY_ITEM = ("components", "schemas", "BuyItem")


def lines(shape: Shape, name: str = "gift") -> str:
    """What is added to Order for a field, without its indentation."""
    return dedent(added_lines(planned(added(name, shape)), ORDERS))


ANSWERS: list[tuple[str, Shape, str]] = [
    ("gift1", TEXT, "type: string\n"),
    ("gift2", nullable(TEXT), "type: [string, 'null']\n"),
    ("gift3", NUMBER, "type: number\nformat: decimal\n"),
    ("gift4", nullable(NUMBER), "type: [number, 'null']\nformat: decimal\n"),
    ("gift5", BOOLEAN, "type: boolean\n"),
    ("gift_id", INTEGER, "type: integer\n"),
    ("item_count", INTEGER, "type: integer\n"),
    ("expire_ttl", nullable(INTEGER), "type: [integer, 'null']\n"),
    ("amount_gift", INTEGER, "type: number\nformat: decimal\n"),
    ("total_count", INTEGER, "type: number\nformat: decimal\n"),
    ("gift6", INTEGER, "type: number\nformat: decimal\n"),
    ("gift7", array(TEXT), "type: array\nitems: {type: string}\n"),
    ("gift8", array(NUMBER), "type: array\nitems:\n  type: number\n  format: decimal\n"),
    ("gift9", obj(), "$ref: common.yaml#/JsonObject\n"),
    ("gift10", nullable(obj()), "anyOf:\n  - {$ref: common.yaml#/JsonObject}\n  - {type: 'null'}\n"),
    ("gift11", text(enum=("M", "F")), "$ref: common.yaml#/Gender\n"),
    ("gift12", text(enum=("GBP", "USD", "EUR", "TRY")), "$ref: common.yaml#/Currency\n"),
    ("gift13", text(format="date-time"), "$ref: common.yaml#/IsoDateTime\n"),
    ("gift14", text(format="date"), "type: string\nformat: date\n"),
    ("gift15", text(format="date", examples=("31-01-2024",)), "type: string\n"),
    ("gift16", text(format="date-time", examples=("2024-01-31 10:00",)), "type: string\n"),
    ("gift17", text(examples=("31-01-2024 10:00",)), "$ref: common.yaml#/MintedDateTime\n"),
    ("gift18", text(examples=("2024-01-31 10:00:59",)), "$ref: common.yaml#/MintedDateTime\n"),
    ("gift19", text(format="email"), "type: string\n"),
    ("external_id_2", TEXT, "type: string\n"),
    ("card_cvv", TEXT, "type: string\nx-minted-secret: true\n"),
    ("new_card_no", TEXT, "type: string\nx-minted-secret: true\n"),
    ("iban", TEXT, "type: string\nx-minted-secret: true\n"),
    ("company", TEXT, "type: string\n"),
]  # fmt: skip
REQUESTS: list[tuple[str, Shape, str]] = [
    ("external_id", TEXT, "$ref: common.yaml#/ExternalId\n"),
    ("order_external_id", nullable(TEXT), "type: [string, 'null']\n"),
    ("sent_at", text(examples=("31-01-2024 10:00",)), "type: string\n"),
    ("paid_at", text(format="date-time"), "$ref: common.yaml#/IsoDateTime\n"),
    ("password", TEXT, "type: string\nx-minted-secret: true\n"),
]
OPEN: list[tuple[str, Shape, str]] = [
    ("open", Shape(), "of which type it is, is not said"),
    ("open1", Shape(alternatives=(TEXT, NUMBER)), "several forms"),
    ("open2", Shape(types=("string", "number")), "several forms"),
    ("open3", array(None), "what the array holds"),
    ("open5", text(enum=("a", "")), "is empty or cannot be printed"),
    ("orderCode", TEXT, "same name in Python as order_code"),
    ("__class__", TEXT, "cannot be the name of a property"),
    ("x\n  y: z", TEXT, "cannot be the name of a property"),
]


@pytest.fixture(scope="module")
def many() -> Plan:
    """One plan with all of these fields."""
    answered = [added(name, shape) for name, shape, _ in [*ANSWERS, *OPEN]]
    asked = [
        added(name, shape, place=BUY_ITEM, at=f"body.items[].{name}", sent=True)
        for name, shape, _ in REQUESTS
    ]
    return planned(*answered, *asked)


def written(name: str, expected: str) -> str:
    """A field as it has to stand in its file."""
    title = name.replace("_", " ").capitalize()
    described = f"description: {title}. Not explained on api-3652432.\n"
    return f"    {name}:\n" + indent(expected + described, "      ")


@pytest.mark.parametrize(("name", "shape", "expected"), ANSWERS)
def test_a_field_of_an_answer_is_written_by_the_rules(
    many: Plan, name: str, shape: Shape, expected: str
) -> None:
    assert written(name, expected) in many.files[ORDERS].partition("\nOrder:\n")[2]


@pytest.mark.parametrize(("name", "shape", "expected"), REQUESTS)
def test_a_field_of_a_body_is_written_by_the_rules_of_requests(
    many: Plan, name: str, shape: Shape, expected: str
) -> None:
    assert written(name, expected) in many.files[ORDERS].partition("\nTopup:\n")[0]


@pytest.mark.parametrize(("name", "shape", "reason"), OPEN)
def test_what_the_page_leaves_open_is_left_for_review(
    many: Plan, name: str, shape: Shape, reason: str
) -> None:
    (left,) = [fate for fate in many.fates if fate.drift.field == field(name, shape)]
    assert reason in left.reason


def test_a_mask_is_told_and_not_enforced() -> None:
    assert lines(text(pattern="^[99-99-9999]$", description="Their words.")).endswith(
        "  type: string\n  description: Gift. Explained on api-3652432. Form given as `^[99-99-9999]$`.\n"
    )


def test_an_object_becomes_a_schema_of_its_own() -> None:
    shape = nullable(obj(field("id", INTEGER, True), field("price", INTEGER), schema_name="Gift Schema"))
    made = planned(added("gift", shape))
    assert (
        added_lines(made, ORDERS)
        == """\
    gift:
      anyOf:
        - {$ref: '#/Gift'}
        - {type: 'null'}
      description: Gift. Not explained on api-3652432.

Gift:
  type: object
  description: Gift, as it stands on api-3652432.
  required: [id]
  properties:
    id:
      type: integer
      description: Id. Not explained on api-3652432.
    price:
      type: number
      format: decimal
      description: Price. Not explained on api-3652432.
"""
    )
    assert added_lines(made, "openapi/minted.yaml") == "    Gift: {$ref: schemas/orders.yaml#/Gift}\n"


def test_an_enum_with_new_values_gets_a_name() -> None:
    assert lines(text(enum=("web", "mobile app"))) == dedent("""\
            gift:
              $ref: '#/OrderGift'
              description: Gift. Not explained on api-3652432.

        OrderGift:
          type: string
          enum: [web, mobile app]
          description: Gift. Its values are those on api-3652432.
        """)


def test_an_object_with_the_fields_of_a_schema_of_its_name_is_that_schema() -> None:
    shape = obj(
        *(field(name, nullable(kind)) for name, kind in
          (("product_id", INTEGER), ("sku", TEXT), ("product_name", TEXT), ("amount", NUMBER))),
        schema_name="Delivered Product",
    )  # fmt: skip
    assert "items: {$ref: '#/DeliveredProduct'}" in lines(array(shape))


def test_an_object_of_another_form_does_not_take_the_name_of_a_schema() -> None:
    made = planned(added("gift", obj(field("sku", TEXT), schema_name="Delivered Product")))
    assert added_lines(made, "openapi/minted.yaml").strip().startswith("OrderGift:")


def test_a_field_stands_behind_the_one_that_the_page_has_before_it() -> None:
    made = planned(added("gift", TEXT, order=("guid", "gift")))
    assert (
        "upper-case UUID.\n    gift:\n      type: string\n" in made.files[ORDERS].partition("\nOrder:\n")[2]
    )


def test_a_field_of_a_shared_schema_is_optional_and_said_to_be_shared() -> None:
    made = planned(added("gift", TEXT, required=True))
    assert "required: [guid, order_code, external_id, items]\n" in made.files[ORDERS]
    (note,) = made.fates[0].notes
    others = "orders.buy, orders.buy_with_card_token, orders.find, orders.sell"
    assert note == f"Order is shared: {others} has the field too, optional"


def test_the_same_field_reached_over_two_methods_is_written_once() -> None:
    made = planned(added("gift", TEXT), added("gift", TEXT, method="orders.find"))
    assert made.files[ORDERS].count("    gift:\n") == 1
    assert len(made.applied) == 2


@pytest.mark.parametrize("certain", [True, False])
def test_what_breaks_callers_or_only_an_example_shows_is_left_for_review(certain: bool) -> None:
    made = planned(added("gift", TEXT, True, demands=certain, certain=certain))
    assert made.files == {}
    assert made.review[0].reason


def test_a_field_of_an_answer_is_required_where_the_page_says_so() -> None:
    place, method = ("components", "schemas", "CustomerBalance"), "balances.customer"
    made = planned(added("gift", TEXT, required=True, place=place, at="data[].gift", method=method))
    assert "    - prices\n    - gift\n" in made.files["openapi/schemas/balances.yaml"]


def test_null_in_an_example_of_an_answer_lets_null_through() -> None:
    assert "gift:\n  type: [string, 'null']\n" in lines(text(examples=(None,)))


def test_a_struct_that_is_taken_as_it_comes_is_not_given_fields() -> None:
    place = ("components", "schemas", "CustomerBalance", "properties", "stats")
    made = planned(added("gift", TEXT, place=place, at="data[].stats.gift"))
    assert "giving it fields changes its type" in made.review[0].reason


def test_values_are_added_where_the_page_has_them() -> None:
    place = ("components", "schemas", "OrderStatus")
    order = ("Created", "Held", "Pending", "Lost")
    made = planned(drift(Change.ENUM_ADDED, place=place, values=("Held", "Lost"), order=order))
    assert added_lines(made, ORDERS) == "    - Held\n    - Lost\n"
    assert "    - Created\n    - Held\n    - Pending\n    - Lost\n" in made.files[ORDERS]


def test_values_for_a_plain_text_are_left_for_review() -> None:
    made = planned(drift(Change.ENUM_ADDED, place=(*ORDER, "properties", "channel"), values=("web",)))
    assert "changes its type" in made.review[0].reason


def test_a_query_parameter_is_added_before_the_answers() -> None:
    found = query("lang", text(description="Their words."))
    change = drift(Change.PARAMETER_ADDED, at="query.lang", field=found)
    assert (
        added_lines(planned(change), "openapi/paths/orders.yaml")
        == """\
      - name: lang
        in: query
        description: Lang. Explained on api-3652432.
        schema: {type: string}
"""
    )


@pytest.mark.parametrize(
    ("parameter", "reason"),
    [
        (query("ids", array(TEXT)), "no single value"),
        (query("card_token", TEXT), "name of a secret"),
        (Parameter(name="x-trace", location="header", shape=TEXT), "only parameters of the query"),
    ],
)
def test_a_parameter_that_no_url_can_carry_is_left_for_review(parameter: Parameter, reason: str) -> None:
    facts: dict[str, Any] = {"method": "balances.customer", "place": BALANCE, "field": parameter}
    made = planned(drift(Change.PARAMETER_ADDED, at=f"{parameter.location}.{parameter.name}", **facts))
    assert made.files == {}
    assert reason in made.review[0].reason
