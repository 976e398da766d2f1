"""What an edit of the spec does to those who use the SDK, edit by edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.release.compare import compare_parts
from codegen.release.differences import merge
from codegen.release.parts import Part
from codegen.release.reach import Directions
from codegen.release.wire import wire_parts
from codegen.spec import Spec
from codegen.spec.bundle import load_bundle
from tests.codegen.release.versions import FILES, LISTED, SPEC, Edit, checkout

GET = "minted.orders.get(...)"
BUY = "minted.orders.buy(...)"
ID = "operationId: orders.get\n"
ROW = FILES[LISTED].lstrip()
VERSION = 'x-minted-api-version: "2"\n      requestBody'
ITEMS = "{type: array, items: {$ref: '#/components/schemas/Item'}}"
NOTE = "          anyOf:\n            - {type: string}\n            - {type: 'null'}\n"
WAYS = Directions(frozenset({"BuyRequest", "Item"}), frozenset({"Order"}), frozenset(), frozenset())

BREAKING: dict[str, tuple[str, str, list[str]]] = {
    "the version of the API": (
        VERSION,
        VERSION.replace("2", "3"),
        [f"{BUY}: asks for version 3 of the API now; it was 2"],
    ),
    "no longer repeated": (
        "      x-minted-idempotent: true\n",
        "",
        [f"{GET}: is not repeated now when the answer is lost; it was repeated"],
    ),
    "a parameter is required": (
        "{name: full, in: query, ",
        "{name: full, in: query, required: true, ",
        [f"{GET}: the argument `full` is required now"],
    ),
    "a parameter is gone": (
        "        - {name: full, in: query, schema: {type: boolean}}",
        "        []",
        [f"{GET}: the argument `full` is no longer there"],
    ),
    "a parameter is of another type": (
        "schema: {type: boolean}",
        "schema: {type: integer}",
        [f"{GET}: the argument `full` takes `integer` now; it took `boolean`"],
    ),
    "a parameter of the whole path is shorter": (
        "name: external_order_id, in: path, required: true, schema: {type: string, maxLength: 40}",
        "name: id, in: path, required: true, schema: {type: string, maxLength: 40}",
        [
            f"{GET}: the argument `external_order_id` is no longer there",
            f"{GET}: the argument `id` is new, and must be given",
        ],
    ),
    "a limit is tighter": (
        "maxLength: 40",
        "maxLength: 20",
        [f"{GET}: the argument `external_order_id` has the limits maxLength 20 now; they were maxLength 40"],
    ),
    "a field of the body is required": (
        "required: [items]",
        "required: [items, currency]",
        [
            f"{BUY}: the argument `currency` is required now",
            "models.BuyRequest.currency: is required now",
        ],
    ),
    "a field inside an array is of another type": (
        ITEMS,
        "{type: array, items: {type: string}}",
        [
            f"{BUY}: the argument `items` takes `array of string` now; it took `array of Item`",
            "models.BuyRequest.items: is `array of string` now; it was `array of Item`",
        ],
    ),
    "a field of an answer may be null": (
        "guid: {type: string}",
        "guid: {type: [string, 'null']}",
        ["models.Order.guid: can be None now"],
    ),
    "a field of an answer may be left out": (
        "required: [guid, total]",
        "required: [guid]",
        ["models.Order.total: can be None now"],
    ),
    "a field of an answer is of another type": (
        "total: {type: number, format: decimal}",
        "total: {type: integer}",
        ["models.Order.total: is `integer` now; it was `decimal`"],
    ),
    "a value of an enum is gone": (
        "[TRY, EUR]",
        "[TRY]",
        ["models.Currency: the value `EUR` is no longer there"],
    ),
    "a secret is printed": (
        ", x-minted-secret: true",
        "",
        ["models.Order.card_token: is readable now wherever it is printed; it was masked"],
    ),
}

ADDITIVE: dict[str, tuple[str, str, list[str]]] = {
    "the path": (
        "  /order:\n",
        "  /orders:\n",
        [f"{BUY}: is sent as `POST /orders` now; it was `POST /order`"],
    ),
    "the envelope": (
        ID,
        f"{ID}      x-minted-envelope: false\n",
        [f"{GET}: has an answer without an envelope now; it was in an envelope"],
    ),
    "deprecation": (ID, f"{ID}      deprecated: true\n", [f"{GET}: is deprecated now; it was in use"]),
    "a limit is wider": (
        "minimum: 1",
        "minimum: 0",
        ["models.Item.amount: has the limits minimum 0 now; they were minimum 1"],
    ),
    "a limit is no more": (
        ", minimum: 1",
        "",
        ["models.Item.amount: has the limits none now; they were minimum 1"],
    ),
    "a field deep inside the body may be null": (
        "sku: {type: string}",
        "sku: {type: [string, 'null']}",
        ["models.Item.sku: is `string | null` now; it was `string`"],
    ),
    "a field of an answer is always there": (
        "required: [guid, total]",
        "required: [guid, total, card_token]",
        ["models.Order.card_token: is never None any more"],
    ),
    "a value of an enum is new": (
        "[TRY, EUR]",
        "[TRY, EUR, USD]",
        ["models.Currency: the value `USD` is new"],
    ),
    "null is written in another way": (NOTE, "          type: ['null', string]\n", []),
    "a description": ("description: Bought.", "description: It was bought.", []),
}


def parts_of(folder: Path) -> dict[str, Part]:
    return wire_parts(Spec(load_bundle(folder / "openapi")), WAYS)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Part]:
    """The parts of the small SDK as it is."""
    return parts_of(checkout(tmp_path_factory.mktemp("small")))


def changes(small: dict[str, Part], tmp_path: Path, *edits: Edit) -> list[str]:
    found = merge([], compare_parts(small, parts_of(checkout(tmp_path, *edits))), {})
    return [f"{each.kind.value} {each.name}: {each.message}" for each in found]


@pytest.mark.parametrize(("old", "new", "wanted"), BREAKING.values(), ids=BREAKING.keys())
def test_what_breaks_callers_is_found(
    old: str, new: str, wanted: list[str], small: dict[str, Part], tmp_path: Path
) -> None:
    assert changes(small, tmp_path, (SPEC, old, new)) == [f"breaking {line}" for line in wanted]


@pytest.mark.parametrize(("old", "new", "wanted"), ADDITIVE.values(), ids=ADDITIVE.keys())
def test_what_breaks_nobody_is_found(
    old: str, new: str, wanted: list[str], small: dict[str, Part], tmp_path: Path
) -> None:
    assert changes(small, tmp_path, (SPEC, old, new)) == [f"additive {line}" for line in wanted]


def test_an_operation_with_another_name_is_gone_and_new(small: dict[str, Part], tmp_path: Path) -> None:
    assert changes(small, tmp_path, (SPEC, ID, "operationId: orders.read\n")) == [
        f"breaking {GET}: is no longer there",
        "additive minted.orders.read(...): is new",
    ]


def test_an_argument_that_takes_text_may_become_an_enum_which_is_open(tmp_path: Path) -> None:
    text = "{name: full, in: query, schema: {type: string}}"
    open_enum = "{name: full, in: query, schema: {$ref: '#/components/schemas/Currency'}}"
    flag = "{name: full, in: query, schema: {type: boolean}}"
    sides = (
        checkout(tmp_path / "old", (SPEC, flag, text)),
        checkout(tmp_path / "new", (SPEC, flag, open_enum)),
    )
    assert [(each.kind, each.message) for each in compare_parts(*map(parts_of, sides))] == [
        ("additive", "the argument `full` takes `Currency | string` now; it took `string`")
    ]


def test_a_format_that_is_for_people_to_read_is_no_difference(small: dict[str, Part], tmp_path: Path) -> None:
    mail = (SPEC, "sku: {type: string}", "sku: {type: string, format: email}")
    assert changes(small, tmp_path, mail) == []


def test_a_listed_operation_that_is_gone_breaks_calls(small: dict[str, Part], tmp_path: Path) -> None:
    assert changes(small, tmp_path, (LISTED, ROW, "[]\n")) == [
        "breaking minted.orders.list(...): is no longer there"
    ]


def test_typing_a_listed_operation_breaks_nobody(small: dict[str, Part], tmp_path: Path) -> None:
    found = changes(small, tmp_path, (SPEC, ID, "operationId: orders.list\n"), (LISTED, ROW, "[]\n"))
    assert found[1:] == ["additive minted.orders.list(...): is typed now: `paths=` must not name it any more"]


def test_an_operation_that_is_only_listed_now_breaks_calls(small: dict[str, Part], tmp_path: Path) -> None:
    listed = (LISTED, ROW, ROW + ROW.replace("orders.list", "orders.get"))
    assert changes(small, tmp_path, listed, (SPEC, ID, "operationId: orders.other\n")) == [
        f"breaking {GET}: is only listed now: it works once `MintedClient(paths=...)` tells its path",
        "additive minted.orders.other(...): is new",
    ]


def test_a_resource_that_is_gone_is_one_difference(small: dict[str, Part], tmp_path: Path) -> None:
    tag = "tags: [{name: orders, description: Orders.}]"
    moved = [(SPEC, f"operationId: orders.{name}", f"operationId: trades.{name}") for name in ("buy", "get")]
    found = changes(
        small, tmp_path, (SPEC, tag, tag.replace("orders", "trades")), (LISTED, ROW, "[]\n"), *moved
    )
    assert found == ["breaking minted.orders: is no longer there", "additive minted.trades: is new"]


def test_one_of_several_methods_of_an_operation_is_gone(small: dict[str, Part], tmp_path: Path) -> None:
    several = """x-minted-methods:
        - {id: orders.buy, body: {$ref: '#/components/schemas/BuyRequest'}}
        - {id: orders.pay, body: {$ref: '#/components/schemas/Item'}}
      """
    both = checkout(tmp_path, (SPEC, VERSION, several + VERSION))
    found = compare_parts(parts_of(both), small)
    assert [each.sentence for each in found] == ["`minted.orders.pay(...)`: is no longer there."]


@pytest.mark.parametrize(
    ("subject", "pointer"),
    [
        ("models.Order.guid", "openapi/minted.yaml#/components/schemas/Order/properties/guid"),
        ("models.Currency(EUR)", "openapi/minted.yaml#/components/schemas/Currency/enum"),
        ("minted.orders.get", "openapi/minted.yaml#/paths/~1order~1{external_order_id}/get"),
        ("minted.orders.buy(items)", "openapi/minted.yaml#/components/schemas/BuyRequest/properties/items"),
        ("minted.orders.list", "openapi/listed.yaml#/0"),
    ],
)
def test_each_part_knows_its_place_in_the_files(subject: str, pointer: str, small: dict[str, Part]) -> None:
    assert small[subject].pointer == pointer
