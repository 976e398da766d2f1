"""The answers of the E-Commerce and the Walletable tab fit the spec, and hold nothing else."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from minted_async.sandbox import Basket, Sandbox
from tests.sandbox.shopper import (
    ACTIVE_BASKET,
    BAR,
    BASKETS,
    EMPTY,
    GOLD,
    ORDERS,
    PRODUCT,
    PRODUCTS,
    SILVER_BAR,
    WALLET_BALANCE,
    WALLET_BASKET,
    WALLET_BUY,
    Shopper,
    names,
)
from tests.sandbox.spec import OPENAPI, OPERATIONS, problems, read_yaml

pytestmark = pytest.mark.anyio

Journey = Callable[[Shopper], Awaitable[Any]]


def fill(shopper: Shopper) -> Basket:
    return shopper.sandbox.ecom.fill_basket("CST-1", {GOLD: 2, "MNT0011": 1})


def wallet_basket(shopper: Shopper, **items: int) -> Basket:
    return shopper.sandbox.walletable.fill_basket("CST-1", items or {BAR: 1, SILVER_BAR: 1})


async def products(shopper: Shopper) -> Any:
    return (await shopper.ask(PRODUCTS, page=2, total=10)).data


async def product(shopper: Shopper) -> Any:
    return (await shopper.ask(PRODUCT, sku=GOLD)).data


async def baskets(shopper: Shopper) -> Any:
    fill(shopper)
    return (await shopper.ask(BASKETS, customer_external_id="CST-1")).data


async def cleared(shopper: Shopper) -> Any:
    return (await shopper.call("DELETE", EMPTY, names(fill(shopper)))).data


async def basket(shopper: Shopper) -> Any:
    basket = fill(shopper)
    shopper.sandbox.advance(300)
    return await shopper.read(basket)


async def order(shopper: Shopper) -> Any:
    return await shopper.read(await shopper.order(external_id="ORD-1"))


async def orders(shopper: Shopper) -> Any:
    await shopper.order(2)
    await shopper.order()
    return (await shopper.get(ORDERS)).data


async def own_orders(shopper: Shopper) -> Any:
    await shopper.order()
    return (await shopper.by_webview(ORDERS, shopper.sandbox.ecom.webview_token("CST-1"))).data


async def active_basket(shopper: Shopper) -> Any:
    fill(shopper)
    return (await shopper.by_webview(ACTIVE_BASKET, shopper.sandbox.ecom.webview_token("CST-1"))).data


async def wallet_update(shopper: Shopper) -> Any:
    body = names(wallet_basket(shopper)) | {"sku": BAR, "qty": 2}
    return (await shopper.call("PATCH", WALLET_BASKET, body)).data


async def wallet_delete(shopper: Shopper) -> Any:
    body = names(wallet_basket(shopper)) | {"sku": BAR}
    return (await shopper.call("DELETE", WALLET_BASKET, body)).data


async def wallet_buy(shopper: Shopper) -> Any:
    return (await shopper.post(WALLET_BUY, names(wallet_basket(shopper)))).data


async def wallet_delivery(shopper: Shopper) -> Any:
    await shopper.store_address()
    await wallet_buy(shopper)
    return (await shopper.wallet_deliver({BAR: 1}, external_id="DLV-1")).data


async def invoice(shopper: Shopper) -> Any:
    await wallet_delivery(shopper)
    return (await shopper.get("/partner/order/DLV-1/invoice")).data


async def balance(shopper: Shopper) -> Any:
    await wallet_buy(shopper)
    return (await shopper.ask(WALLET_BALANCE, external_customer_id="CST-1")).data


JOURNEYS: list[tuple[str, Journey]] = [
    ("ecom.products.list", products),
    ("ecom.products.get", product),
    ("ecom.baskets.list_incomplete", baskets),
    ("ecom.baskets.clear", cleared),
    ("ecom.orders.get", basket),
    ("ecom.orders.get", order),
    ("ecom.orders.list", orders),
    ("webview.orders", own_orders),
    ("webview.active_basket", active_basket),
    ("walletable.complete_delivery", wallet_delivery),
    ("walletable.orders.invoice", invoice),
    ("walletable.balance.wallet", balance),
]

# The spec knows nothing of these answers. The sandbox gives them the shape of the order around them.
OF_A_DELIVERY = [wallet_update, wallet_delete, wallet_buy]


@pytest.mark.parametrize(("operation", "journey"), JOURNEYS)
async def test_an_answer_fits_the_spec_and_holds_nothing_else(
    shopper: Shopper, operation: str, journey: Journey
) -> None:
    assert problems(operation, await journey(shopper)) == []


@pytest.mark.parametrize("journey", OF_A_DELIVERY)
async def test_an_answer_that_nobody_has_seen_has_the_form_of_its_siblings(
    shopper: Shopper, journey: Journey
) -> None:
    assert problems("walletable.complete_delivery", await journey(shopper)) == []


@pytest.mark.parametrize(
    ("operation", "journey", "spoil"),
    [
        ("ecom.products.list", products, {"unnamed": 1}),
        ("ecom.products.list", products, {"data": [{"unnamed": 1}]}),
        ("ecom.products.list", products, {"current_page": "1"}),
        ("ecom.orders.get", basket, {"total": "1"}),
        ("ecom.orders.get", basket, {"status_name": "Created"}),
        ("ecom.orders.get", basket, {"pricefix": {"unnamed": 1}}),
        ("walletable.complete_delivery", wallet_delivery, {"order_at": "31-01-2030 21:30"}),
    ],
)
async def test_the_check_itself_finds_what_does_not_fit(
    shopper: Shopper, operation: str, journey: Journey, spoil: dict[str, Any]
) -> None:
    assert problems(operation, await journey(shopper) | spoil) != []


async def test_numbers_are_json_numbers_without_exponents(sandbox: Sandbox, shopper: Shopper) -> None:
    for answer in (
        await shopper.ask(PRODUCTS, page=1, total=100),
        await shopper.complete(await shopper.order()),
        await shopper.wallet_buy({BAR: 1}),
    ):
        assert re.search(rb'"(price|total|paid_total|sale_price|charges_vat|amount)":"', answer.raw) is None
        assert re.search(rb":[0-9.]+[eE]", answer.raw) is None


def every_call() -> list[tuple[str, str]]:
    paths = read_yaml((OPENAPI / "minted.yaml").as_uri())["paths"]
    calls: list[tuple[str, str]] = []
    for path, item in paths.items():
        file, _, key = item["$ref"].partition("#/")
        calls += [(verb.upper(), path) for verb in read_yaml((OPENAPI / file).as_uri())[key]]
    return calls


@pytest.mark.parametrize(("method", "path"), every_call())
async def test_no_path_of_the_spec_breaks_the_sandbox(
    sandbox: Sandbox, shopper: Shopper, method: str, path: str
) -> None:
    """What it does not simulate, such as an endpoint that was written a moment ago, is a 404."""
    target = re.sub(r"\{\w+\}", "x", path)
    if target == ACTIVE_BASKET:
        answer = await shopper.by_webview(target, sandbox.ecom.webview_token("CST-1"))
    else:
        answer = await shopper.call(method, target, None if method == "GET" else {})
    assert answer.envelope["code"] not in {4010, 5000}


def test_each_answer_that_the_spec_knows_is_checked() -> None:
    checked = {operation for operation, _ in JOURNEYS}
    assert checked <= set(OPERATIONS)
    known = {
        operation
        for operation, schema in OPERATIONS.items()
        if operation.partition(".")[0] in ("ecom", "walletable", "webview") and answers_something(schema)
    }
    assert known == checked


def answers_something(reference: str) -> bool:
    """Whether the schema of an answer says anything."""
    file, _, pointer = reference.partition("#/")
    schema = read_yaml(file)
    for key in pointer.split("/"):
        schema = schema[key.replace("~1", "/")]
    return bool(schema)
