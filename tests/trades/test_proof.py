"""What counts as proof: answers that say less, or something else, than the sandbox's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from aiohttp import web

from minted_async import MintedClient, errors, models
from minted_async.sandbox import Faults, Sandbox
from minted_async.trades import IntendedItem, Trades
from minted_async.trades.lookup import differs
from tests.servers import LoopbackServer, answering, refusal
from tests.trades.clocks import StandingTime
from tests.trades.kinds_of_journal import intent
from tests.trades.orders import BUY, CUSTOMER, gold, lookups, sent_orders
from tests.trades.rewriting_proxy import RewritingProxy, with_data

pytestmark = pytest.mark.anyio

PAGE = b"<html><h1>404 default backend</h1></html>"


@pytest.fixture
async def trades(proxy: RewritingProxy, time: StandingTime) -> AsyncIterator[Trades]:
    async with MintedClient("demo", "demo", base_url=proxy.url, retry=None) as minted:
        yield minted.trades.with_options(clock=time.clock())


async def test_a_404_page_of_a_gateway_proves_nothing(
    trades: Trades, sandbox: Sandbox, proxy: RewritingProxy, time: StandingTime
) -> None:
    proxy.change = lambda request, status, body: (404, PAGE) if request.method == "GET" else None
    sandbox.fail_next("reset_before", path=BUY)
    with pytest.raises(errors.OutcomeUnknownError):
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", settle_timeout=None)
    assert time.seconds > 1000 + 251
    proxy.change = lambda request, status, body: None
    with pytest.raises(errors.OrderNotPlacedError):
        await trades.resolve("B-1")


async def test_what_proves_absence_can_be_chosen(
    trades: Trades, sandbox: Sandbox, proxy: RewritingProxy
) -> None:
    """An API that answers 200 with success: false for an order that it does not know."""
    unknown = b'{"success": false, "code": 17, "message": "no such order", "data": null}'
    proxy.change = lambda request, status, body: (200, unknown) if status == 404 else None
    sandbox.fail_next("reset_before", path=BUY)
    with pytest.raises(errors.OutcomeUnknownError):
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", settle_timeout=None)

    def says_17(error: errors.MintedError) -> bool:
        return isinstance(error, errors.APIError) and error.code == 17

    with pytest.raises(errors.OrderNotPlacedError):
        await trades.with_options(is_absent=says_17).resolve("B-1")


async def test_a_refusal_page_of_a_gateway_is_looked_up(
    trades: Trades, sandbox: Sandbox, proxy: RewritingProxy
) -> None:
    """Something answers 403 in HTML, and behind it the order was placed."""
    proxy.change = lambda request, status, body: (403, PAGE) if request.path == BUY else None
    order = await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    assert order.guid == sandbox.orders["B-1"].guid


@pytest.mark.parametrize("status", [408, 500, 501, 502, 503, 504])
async def test_a_failure_in_the_apis_words_may_come_before_the_order(
    status: int, trades: Trades, sandbox: Sandbox, proxy: RewritingProxy, time: StandingTime
) -> None:
    """The order is carried out some time after its failure was told, and the first lookups do not find it."""
    failure = b'{"success": false, "code": 500, "message": "took too long", "data": null}'
    absent = b'{"success": false, "code": 4041, "message": "not found", "data": null}'

    def change(request: web.BaseRequest, _: int, body: bytes) -> tuple[int, bytes] | None:
        if request.path == BUY:
            return status, failure
        return (404, absent) if request.method == "GET" and time.seconds < 1000 + 60 else None

    proxy.change = change
    order = await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", settle_timeout=None)
    assert order.guid == sandbox.orders["B-1"].guid


async def test_an_unreadable_success_is_a_placed_order(
    trades: Trades, sandbox: Sandbox, proxy: RewritingProxy
) -> None:
    proxy.change = lambda request, status, body: (
        (200, with_data(body, total="a lot")) if request.path == BUY else None
    )
    order = await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    assert (order.guid, lookups(sandbox, "B-1")) == (sandbox.orders["B-1"].guid, 1)


@pytest.mark.parametrize("orders", [None, []])
async def test_a_receipt_without_its_order_is_looked_up(
    orders: list[object] | None, trades: Trades, sandbox: Sandbox, proxy: RewritingProxy
) -> None:
    proxy.change = lambda request, status, body: (
        (200, with_data(body, orders=orders)) if request.path == BUY else None
    )
    order = await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    assert (order.guid, lookups(sandbox, "B-1")) == (sandbox.orders["B-1"].guid, 1)


async def test_a_confirmed_order_that_cannot_be_read_back_is_never_called_absent(
    trades: Trades, sandbox: Sandbox, proxy: RewritingProxy, time: StandingTime
) -> None:
    """The server takes the order and its lookups do not find it, even after the lock has run out."""
    absent = b'{"success": false, "code": 4041, "message": "not found", "data": null}'

    def change(request: web.BaseRequest, status: int, body: bytes) -> tuple[int, bytes] | None:
        if request.path == BUY:
            return 200, with_data(body, orders=None)
        return (404, absent) if request.method == "GET" else None

    proxy.change = change
    with pytest.raises(errors.OutcomeUnknownError, match="was placed") as caught:
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    assert caught.value.placed
    with pytest.raises(errors.OutcomeUnknownError) as again:
        await trades.resolve("B-1")
    assert again.value.placed
    assert time.seconds > 1000 + 251
    proxy.change = lambda request, status, body: None
    assert (await trades.resolve("B-1")).guid == sandbox.orders["B-1"].guid
    assert sent_orders(sandbox) == {"B-1": 1}


async def test_an_order_under_another_id_is_not_taken_for_this_one(
    trades: Trades, sandbox: Sandbox, proxy: RewritingProxy
) -> None:
    proxy.change = lambda request, status, body: (
        (200, with_data(body, external_id="B-2")) if request.method == "GET" else None
    )
    sandbox.fail_next("reset_after", path=BUY)
    with pytest.raises(errors.OutcomeUnknownError, match="its external_id is 'B-2'"):
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")


@pytest.mark.parametrize(
    ("changes", "difference"),
    [
        ({"type": "Sell"}, "it is a Sell, not a Buy"),
        ({"customer": {"external_id": "CST-9"}}, "it is for the customer 'CST-9', not 'CST-1'"),
        ({"items": [{"sku": "GAG", "amount": 0.5}]}, "it is for GAG, not GAU"),
        ({"items": [{"sku": "GAU", "amount": 1}]}, "it is for 1, not 0.5"),
        ({"items": [{"sku": "GAU", "amount": 0}]}, "it is for 0, not 0.5"),
        ({"items": [{"sku": "GAU", "amount": 0.501}]}, "it is for 0.501, not 0.5"),
        ({"items": [{"sku": "GAU", "amount": 0.5}, {"sku": "GAU", "amount": 0.1}]}, "it has 2 items, not 1"),
    ],
)
async def test_a_found_order_is_compared_with_what_was_asked_for(
    changes: dict[str, object], difference: str, trades: Trades, sandbox: Sandbox, proxy: RewritingProxy
) -> None:
    proxy.change = lambda request, status, body: (
        (200, with_data(body, **changes)) if request.method == "GET" else None
    )
    sandbox.fail_next("reset_after", path=BUY)
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    assert difference in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"type": None, "customer": None, "items": []},
        {"items": [{"amount": 1.234}]},
        {"items": [{"sku": "GAU", "amount": 1.2345}]},
        {"items": [{"sku": "GAU"}]},
        {"external_id": None},
    ],
)
async def test_an_order_that_was_rounded_or_says_less_is_the_one(
    changes: dict[str, object], trades: Trades, sandbox: Sandbox, proxy: RewritingProxy
) -> None:
    proxy.change = lambda request, status, body: (
        (200, with_data(body, **changes)) if request.method == "GET" else None
    )
    sandbox.fail_next("reset_after", path=BUY)
    order = await trades.buy(customer=CUSTOMER, items=gold("1.2345"), external_id="B-1")
    assert order.guid == sandbox.orders["B-1"].guid


async def test_refused_credentials_end_a_search_without_limit(
    trades: Trades, sandbox: Sandbox, proxy: RewritingProxy, time: StandingTime
) -> None:
    denied = b'{"success": false, "code": 4030, "message": "no", "data": null}'
    proxy.change = lambda request, status, body: (403, denied) if request.method == "GET" else None
    sandbox.fail_next("reset_after", path=BUY)
    with pytest.raises(errors.OutcomeUnknownError, match="cannot tell"):
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", settle_timeout=None)
    assert time.seconds > 1000 + 251


async def test_a_closed_client_ends_a_search_at_once(sandbox: Sandbox, time: StandingTime) -> None:
    async with MintedClient("demo", "demo", base_url=sandbox.url, retry=None) as minted:
        trades = minted.trades.with_options(clock=time.clock())
        sandbox.fail_next("reset_before", path=BUY)
        with pytest.raises(errors.OutcomeUnknownError):
            await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    with pytest.raises(errors.OutcomeUnknownError, match="closed"):
        await trades.resolve("B-1")


async def test_a_lookup_that_began_before_the_lock_ran_out_proves_nothing(
    trades: Trades, sandbox: Sandbox, proxy: RewritingProxy, time: StandingTime
) -> None:
    """Its answer comes afterwards, but the order may have been carried out in between."""

    def answer_late(request: web.BaseRequest, status: int, body: bytes) -> None:
        if request.method == "GET" and lookups(sandbox, "B-1") == 1:
            time.seconds += 300

    proxy.change = answer_late
    sandbox.fail_next("reset_before", path=BUY)
    with pytest.raises(errors.OrderNotPlacedError):
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", settle_timeout=None)
    assert lookups(sandbox, "B-1") == 2


@pytest.mark.parametrize("status", [303, 304, 400, 403, 404, 409, 422, 429])
async def test_a_refusal_that_says_success_is_looked_up(
    status: int, trades: Trades, sandbox: Sandbox, proxy: RewritingProxy
) -> None:
    contradiction = b'{"success": true, "code": 0, "message": "", "data": null}'
    proxy.change = lambda request, _, body: (status, contradiction) if request.path == BUY else None
    order = await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    assert order.guid == sandbox.orders["B-1"].guid


async def test_a_refusal_that_says_success_proves_nothing_before_the_lock_has_run_out(
    trades: Trades, sandbox: Sandbox, proxy: RewritingProxy, time: StandingTime
) -> None:
    contradiction = b'{"success": true, "code": 0, "message": "", "data": null}'
    proxy.change = lambda request, _, body: (409, contradiction) if request.path == BUY else None
    sandbox.fail_next("forbidden", path=BUY)
    with pytest.raises(errors.OrderNotPlacedError):
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", settle_timeout=None)
    assert time.seconds >= 1000 + 251


@pytest.mark.parametrize(
    "external_id",
    [
        "INV/1",
        "INV\\1",
        "INV%2F1",
        "INV 1",
        " INV",
        "INV\n",
        "INV\x7f",
        "INV;v=1",
        "INV?1",
        "INV#1",
        "INV+1",
        "SİPARİŞ-1",
        "INV.",
        ".",
        "..",
        "...",
        "",
    ],
)
async def test_an_id_that_could_be_looked_up_as_another_one_is_never_sent(
    external_id: str, trades: Trades, sandbox: Sandbox
) -> None:
    with pytest.raises(errors.ArgumentError):
        await trades.buy(customer=CUSTOMER, items=gold(), external_id=external_id)
    with pytest.raises(errors.ArgumentError):
        await trades.resolve(external_id)
    assert not sandbox.requests


@pytest.mark.parametrize("external_id", ["INV-1", "inv_1.2~x", "A:B@C=D,E", ".hidden", "7"])
async def test_other_ids_are_placed_and_looked_up_as_they_are(
    external_id: str, trades: Trades, sandbox: Sandbox
) -> None:
    sandbox.fail_next("reset_after", path=BUY)
    order = await trades.buy(customer=CUSTOMER, items=gold(), external_id=external_id)
    assert order.external_id == external_id


async def test_whatever_goes_wrong_while_an_order_is_in_doubt_says_so(
    trades: Trades, sandbox: Sandbox
) -> None:
    def broken(error: errors.MintedError) -> bool:
        raise ZeroDivisionError("a bug of the caller")

    sandbox.fail_next("reset_before", path=BUY)
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        await trades.with_options(is_absent=broken).buy(
            customer=CUSTOMER, items=gold(), external_id="B-1", settle_timeout=None
        )
    assert caught.value.external_id == "B-1"
    with pytest.raises(errors.OutcomeUnknownError) as resolved:
        await trades.with_options(is_absent=broken).resolve("B-1")
    assert isinstance(resolved.value.__cause__, ZeroDivisionError)
    (recovery,) = await trades.with_options(is_absent=broken).recover()
    assert isinstance(recovery.error, errors.OutcomeUnknownError)


@pytest.mark.parametrize("retry_after", [31_536_000, 999_999_999_999])
async def test_a_server_that_wants_to_be_left_alone_for_a_year_is_asked_when_it_matters(
    retry_after: int, trades: Trades, sandbox: Sandbox, time: StandingTime
) -> None:
    sandbox.faults = Faults(retry_after=retry_after)
    sandbox.fail_next("reset_before", path=BUY)
    sandbox.fail_next("too_many_requests", times=3, method="GET")
    with pytest.raises(errors.OrderNotPlacedError):
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", settle_timeout=None)
    assert 1000 + 251 <= time.seconds <= 1000 + 251 + 121
    assert max(time.slept) <= 120


async def test_a_lookup_that_can_prove_an_absence_travels_alone() -> None:
    """A stray answer waits on the kept connection; the lookup must never meet it."""
    unknown = refusal(404, 4040, "no such order")
    async with LoopbackServer(answering(unknown)) as server, server.client(retry=None) as minted:
        for _ in range(2):
            with pytest.raises(errors.NotFoundError):
                await minted.orders.get("A")
        assert server.connections == 1
        with pytest.raises((errors.OutcomeUnknownError, errors.OrderNotPlacedError)):
            await minted.trades.resolve("B", timeout=1)
        lookups_sent = len(server.received) - 2
        assert lookups_sent >= 1
        assert server.connections == 1 + lookups_sent


@pytest.mark.parametrize(
    ("asked", "found", "same"),
    [
        ("50.9", "50", False),
        ("1.9", "1", False),
        ("50", "50.00", True),
        ("0.4", "0.40", True),
        ("0.456", "0.45", False),
        ("12.3456", "12.345", True),
        ("12.3456", "12.346", True),
        ("12.3456", "12.347", False),
        ("12.34", "12.3", False),
    ],
)
def test_only_an_amount_that_was_rounded_a_little_is_the_same(asked: str, found: str, same: bool) -> None:
    order = models.Order(
        guid="G", order_code="C", external_id="B-1", items=[models.OrderItem(amount=Decimal(found))]
    )
    assert (differs("B-1", intent(items=(IntendedItem("GAU", Decimal(asked)),)), order) is None) is same


@pytest.mark.parametrize(
    ("found", "same"),
    [
        ([("GAG", "2"), ("GAU", "0.5")], True),
        ([("GAU", "0.5"), (None, "2")], True),
        ([("GAU", "2"), ("GAG", "0.5")], False),
        ([("GAU", "0.5"), ("GAU", "0.5")], False),
    ],
)
def test_several_items_are_compared_in_any_order(found: list[tuple[str | None, str]], same: bool) -> None:
    asked = (IntendedItem("GAU", Decimal("0.5")), IntendedItem("GAG", Decimal(2)))
    order = models.Order(
        guid="G",
        order_code="C",
        external_id="B-1",
        items=[models.OrderItem(sku=sku, amount=Decimal(amount)) for sku, amount in found],
    )
    assert (differs("B-1", intent(items=asked, customer_external_id=None), order) is None) is same
