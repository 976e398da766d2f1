"""What a script does: customers, prices, orders, lists, webviews, other options, and what can go wrong."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import msgspec
import pytest

from minted_async import Page, errors, models
from minted_async.blocking import MintedClient
from minted_async.sandbox import Sandbox
from tests.trades.orders import BUY, CUSTOMER, gold


def buy(client: MintedClient, external_id: str) -> models.OrderReceipt:
    fix = client.prices.fix(type="digital", customer_external_id="CST-1")
    return client.orders.buy(
        price_token=fix.token, external_id=external_id, customer=CUSTOMER, items=gold(), currency_code="TRY"
    )


def test_an_order_is_placed_and_read_back(client: MintedClient) -> None:
    buy(client, "ORD-1")
    order = client.orders.get("ORD-1")
    assert isinstance(order, models.Order)
    assert order.total == Decimal("2130.47")


def test_a_refusal_is_raised_where_the_call_was_made(client: MintedClient) -> None:
    with pytest.raises(errors.NotFoundError, match=r"orders\.get"):
        client.orders.get("NO-SUCH-ORDER")


def test_a_lost_answer_has_the_error_that_says_so(client: MintedClient, minted_sandbox: Sandbox) -> None:
    minted_sandbox.fail_next("reset_after", path=BUY)
    with pytest.raises(errors.OutcomeUnknownError) as lost:
        buy(client, "ORD-1")
    assert lost.value.external_id == "ORD-1"


def test_a_wrong_argument_is_refused_before_anything_is_sent(
    client: MintedClient, minted_sandbox: Sandbox
) -> None:
    with pytest.raises(TypeError):
        client.prices.fix(type=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert len(minted_sandbox.requests) == 0


def test_an_operation_that_is_only_listed_says_what_to_do(client: MintedClient) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=r"paths="):
        client.balances.partner(page=1)


def test_the_rows_of_all_pages_come_in_order(client: MintedClient) -> None:
    page = client.ecom.products.list(page=1, total=5)
    assert isinstance(page, Page)
    rows = [product.sku for product in client.ecom.products.all(total=5)]
    assert rows[:5] == [product.sku for product in page.rows]
    assert len(rows) == page.row_count
    assert len(set(rows)) == len(rows)


def test_one_trip_to_the_loop_brings_a_whole_page(client: MintedClient, minted_sandbox: Sandbox) -> None:
    rows = iter(client.ecom.products.all(total=5))
    first = [next(rows) for _ in range(5)]
    assert len({row.sku for row in first}) == 5
    # The second page is on its way by itself, and no other.
    minted_sandbox.wait_until(lambda: len(listed(minted_sandbox)) == 2)


def listed(sandbox: Sandbox) -> list[str]:
    return [
        each.path
        for each in sandbox.requests
        if each.path.startswith("/partner/ecom/products") and each.authenticated
    ]


def test_a_list_may_be_left_early_and_read_again(client: MintedClient) -> None:
    products = client.ecom.products.all(total=5)
    seen: list[str] = []
    for product in products:
        seen.append(product.sku)
        break
    with products:
        again = [each.sku for each in products]
    assert again[:1] == seen


def test_rows_that_are_closed_are_not_read_as_if_they_had_ended(client: MintedClient) -> None:
    products = client.ecom.products.all(total=5)
    reading = iter(products)
    first = [next(reading) for _ in range(5)]
    products.close()
    assert len(first) == 5
    with pytest.raises(errors.ConfigurationError, match="these rows are closed"):
        next(reading)


def test_an_error_stands_where_the_rows_of_its_page_would(
    client: MintedClient, minted_sandbox: Sandbox
) -> None:
    with_one_attempt = client.with_options(retry=None)
    minted_sandbox.fail_next("server_error", path="/partner/ecom/products")
    reading = iter(with_one_attempt.ecom.products.all(total=5))
    with pytest.raises(errors.ServerError):
        next(reading)
    assert next(reading).sku


def test_the_webview_of_a_customer(client: MintedClient, minted_sandbox: Sandbox) -> None:
    webview = client.webview("NOT-A-TOKEN")
    with pytest.raises(errors.AuthenticationError):
        webview.active_basket()
    with pytest.raises(errors.ConfigurationError):
        client.webview("not\na token")


def test_a_view_has_other_options_on_the_same_connections(
    client: MintedClient, minted_sandbox: Sandbox
) -> None:
    buy(client, "ORD-1")
    view = client.with_options(locale="tr", headers={"x-shop": "1"})
    assert view.orders.get("ORD-1") == client.orders.get("ORD-1")
    assert minted_sandbox.unauthorized == 1
    last, before = minted_sandbox.requests[-2], minted_sandbox.requests[-1]
    assert (last.headers["accept-language"], last.headers["x-shop"]) == ("tr", "1")
    assert before.headers["accept-language"] == "en"


def test_an_option_that_cannot_be_used_is_refused_at_once(client: MintedClient) -> None:
    with pytest.raises(errors.ConfigurationError, match="total"):
        client.with_options(timeout=-1)


def test_closing_a_view_closes_nothing(client: MintedClient) -> None:
    with client.with_options(locale="tr") as view:
        view.prices.fix(type="digital")
    assert client.prices.fix(type="digital").prices


def test_a_view_of_a_class_of_ones_own_is_of_that_class(minted_sandbox: Sandbox) -> None:
    class Shop(MintedClient):
        name = "shop"

        def __init__(self, url: str) -> None:
            super().__init__("demo", "demo", base_url=url)
            self.floor = 3

    with Shop(minted_sandbox.url) as shop:
        view = shop.with_options(locale="tr")
        assert (type(view), view.floor) == (Shop, 3)
        assert view.prices.fix(type="digital").prices


def test_what_goes_over_the_wire_is_captured_in_this_thread_only(client: MintedClient) -> None:
    with client.capture() as exchanges:
        client.prices.fix(type="digital")
    client.prices.fix(type="digital")
    assert [(each.operation, each.status) for each in exchanges] == [("prices.fix", 200)]


def test_a_path_that_the_sdk_does_not_know_is_called_with_a_type_or_without(client: MintedClient) -> None:
    class Total(msgspec.Struct):
        total: Decimal

    buy(client, "ORD-1")
    assert client.request("GET", "/partner/order/ORD-1", result=Total).total == Decimal("2130.47")
    assert client.request("GET", "/partner/order/ORD-1")["total"] == Decimal("2130.47")


def test_a_readiness_check_orders_nothing(client: MintedClient, minted_sandbox: Sandbox) -> None:
    client.connect()
    assert not minted_sandbox.orders


def test_a_client_of_the_environment(minted_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINTED_USERNAME", "demo")
    monkeypatch.setenv("MINTED_PASSWORD", "demo")
    with MintedClient.from_env(base_url=minted_sandbox.url) as client:
        assert client.prices.fix(type="digital").prices
    monkeypatch.delenv("MINTED_PASSWORD")
    with pytest.raises(errors.ConfigurationError, match="MINTED_PASSWORD"):
        MintedClient.from_env()


def test_after_closing_nothing_is_sent(client: MintedClient, minted_sandbox: Sandbox) -> None:
    client.prices.fix(type="digital")
    orders = client.orders
    client.close()
    client.close(drain=1)
    sent = len(minted_sandbox.requests)
    for call in (lambda: client.prices.fix(type="digital"), lambda: orders.get("ORD-1")):
        with pytest.raises(errors.ConfigurationError, match=r"this client is closed: .* Nothing was sent"):
            call()
    assert len(minted_sandbox.requests) == sent


def test_a_client_that_was_closed_before_its_first_call_stays_closed() -> None:
    client = MintedClient("user", "password")
    client.close()
    with pytest.raises(errors.ConfigurationError, match="this client is closed"):
        client.orders.get("ORD-1")


@pytest.mark.anyio
async def test_in_a_running_event_loop_it_blocks_that_loop_and_does_its_work(client: MintedClient) -> None:
    assert asyncio.get_running_loop().is_running()
    assert client.prices.fix(type="digital").prices


def test_no_secret_is_in_what_a_client_shows_of_itself(client: MintedClient) -> None:
    shown = repr(client) + repr(client.orders) + repr(client.trades)
    assert "base_url=" in shown
    assert "password" not in shown
