"""Quotes: a price shown by one worker is bought by another, once."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from minted_async import MintedClient, errors, models
from minted_async.sandbox import Sandbox
from minted_async.trades import Buy, MemoryJournal, QuoteRecord, SqliteJournal, Trades
from tests.core.test_credentials import variables
from tests.trades.clocks import StandingTime
from tests.trades.orders import BUY, CUSTOMER, gold, gold_to_sell, sent_orders

pytestmark = pytest.mark.anyio


@pytest.fixture
async def trades(sandbox: Sandbox, time: StandingTime) -> AsyncIterator[Trades]:
    journal = MemoryJournal(clock=time.clock())
    async with MintedClient("demo", "demo", base_url=sandbox.url, retry=None, journal=journal) as minted:
        yield minted.trades.with_options(clock=time.clock())


@pytest.fixture
async def workers(sandbox: Sandbox, time: StandingTime, tmp_path: Path) -> AsyncIterator[list[Trades]]:
    """Two workers of one machine, with nothing but a file in common."""
    path = tmp_path / "journal.sqlite"
    clients = [
        MintedClient(
            "demo",
            "demo",
            base_url=sandbox.url,
            retry=None,
            journal=SqliteJournal(path, clock=time.clock()),
        )
        for _ in range(2)
    ]
    yield [client.trades.with_options(clock=time.clock()) for client in clients]
    for client in clients:
        await client.aclose()


async def test_one_worker_shows_the_price_and_another_buys(
    workers: list[Trades], sandbox: Sandbox, time: StandingTime
) -> None:
    quote = await workers[0].quote(customer_external_id="CST-1", currency="TRY")
    assert quote.customer_external_id == "CST-1"
    # 240 s, of which 1 s is left for the order to get there and 2 s for clocks that disagree.
    assert quote.expires_at == time.wall() + timedelta(seconds=237)
    assert quote.remaining == 237
    order = await workers[1].buy(quote=quote.id, customer=CUSTOMER, items=gold("0.5"))
    assert order.items[0].price == quote.price("GAU").buy_price
    assert sent_orders(sandbox) == {order.external_id: 1}


async def test_the_second_click_gets_the_order_of_the_first(trades: Trades, sandbox: Sandbox) -> None:
    quote = await trades.quote(customer_external_id="CST-1")
    first = await trades.buy(quote=quote.id, customer=CUSTOMER, items=gold())
    second = await trades.buy(quote=quote, customer=CUSTOMER, items=gold())
    assert second.guid == first.guid
    assert len(sandbox.orders) == 1


async def test_clicks_at_the_same_time_on_all_workers_make_one_order(
    workers: list[Trades], sandbox: Sandbox
) -> None:
    quote = await workers[0].quote(customer_external_id="CST-1")
    orders = await asyncio.gather(
        *(
            workers[number % 2].buy(quote=quote.id, customer=CUSTOMER, items=gold(), settle_timeout=1e6)
            for number in range(10)
        )
    )
    assert len({order.guid for order in orders}) == 1
    assert sum(sent_orders(sandbox).values()) == 1


async def test_a_second_order_that_asks_for_something_else_is_refused(
    trades: Trades, sandbox: Sandbox
) -> None:
    quote = await trades.quote(customer_external_id="CST-1")
    first = await trades.buy(quote=quote.id, customer=CUSTOMER, items=gold("0.5"))
    with pytest.raises(errors.QuoteUsedError) as caught:
        await trades.buy(quote=quote.id, customer=CUSTOMER, items=gold("5"))
    assert caught.value.external_id == first.external_id
    assert len(sandbox.orders) == 1


async def test_a_second_order_under_an_id_of_its_own_gets_the_first_one(trades: Trades) -> None:
    quote = await trades.quote(customer_external_id="CST-1")
    first = await trades.buy(quote=quote.id, customer=CUSTOMER, items=gold(), external_id="ORD-1")
    second = await trades.buy(quote=quote.id, customer=CUSTOMER, items=gold(), external_id="ORD-2")
    assert (first.external_id, second.external_id) == ("ORD-1", "ORD-1")


async def test_an_order_that_was_refused_has_used_its_quote(trades: Trades, sandbox: Sandbox) -> None:
    quote = await trades.quote(customer_external_id="CST-1")
    sandbox.fail_next("forbidden", path=BUY)
    with pytest.raises(errors.PermissionDeniedError):
        await trades.buy(quote=quote.id, customer=CUSTOMER, items=gold())
    with pytest.raises(errors.QuoteUsedError, match="refused"):
        await trades.buy(quote=quote.id, customer=CUSTOMER, items=gold())


async def test_an_order_of_unknown_outcome_has_used_its_quote(trades: Trades, sandbox: Sandbox) -> None:
    quote = await trades.quote(customer_external_id="CST-1")
    sandbox.fail_next("reset_before", path=BUY)
    with pytest.raises(errors.OutcomeUnknownError) as unknown:
        await trades.buy(quote=quote.id, customer=CUSTOMER, items=gold())
    with pytest.raises(errors.QuoteUsedError) as used:
        await trades.buy(quote=quote.id, customer=CUSTOMER, items=gold())
    assert used.value.external_id == unknown.value.external_id
    assert sum(sent_orders(sandbox).values()) == 1


async def test_an_order_that_was_not_sent_gives_its_quote_back(time: StandingTime) -> None:
    journal = MemoryJournal(clock=time.clock())
    async with (
        Sandbox(clock=time.sandbox_clock()) as sandbox,
        MintedClient("demo", "demo", base_url=sandbox.url, journal=journal) as minted,
    ):
        trades = minted.trades.with_options(clock=time.clock())
        quote = await trades.quote(customer_external_id="CST-1")
        url = sandbox.url
    # The server is away: the order cannot be sent.
    async with MintedClient("demo", "demo", base_url=url, journal=journal, retry=None) as minted:
        with pytest.raises(errors.NotSentError):
            await minted.trades.with_options(clock=time.clock()).buy(
                quote=quote.id, customer=CUSTOMER, items=gold()
            )
    kept = await journal.quote(f"demo {url}", quote.id)
    assert kept is not None
    assert kept.used_by is None
    assert kept.token is not None


async def test_an_expired_quote_buys_nothing(trades: Trades, sandbox: Sandbox, time: StandingTime) -> None:
    quote = await trades.quote(customer_external_id="CST-1")
    time.seconds += 238
    assert quote.remaining < 0
    with pytest.raises(errors.QuoteExpiredError):
        await trades.buy(quote=quote.id, customer=CUSTOMER, items=gold())
    assert sent_orders(sandbox) == {}


async def test_an_unknown_quote_buys_nothing(trades: Trades, sandbox: Sandbox) -> None:
    with pytest.raises(errors.QuoteNotFoundError) as caught:
        await trades.buy(quote="made-up", customer=CUSTOMER, items=gold())
    assert caught.value.external_id is not None
    assert not sandbox.requests


async def test_a_quote_of_another_account_or_server_is_not_found(
    trades: Trades, sandbox: Sandbox, time: StandingTime, tmp_path: Path
) -> None:
    async with Sandbox(clock=time.sandbox_clock()) as other:
        journal = SqliteJournal(tmp_path / "one", clock=time.clock())
        async with MintedClient("demo", "demo", base_url=other.url, journal=journal) as minted:
            quote = await minted.trades.with_options(clock=time.clock()).quote()
        journal = SqliteJournal(tmp_path / "one", clock=time.clock())
        async with MintedClient("demo", "demo", base_url=sandbox.url, journal=journal) as minted:
            with pytest.raises(errors.QuoteNotFoundError):
                await minted.trades.buy(quote=quote.id, customer=CUSTOMER, items=gold())
    assert sent_orders(sandbox) == {}


async def test_a_sale_is_for_the_customer_of_its_quote(trades: Trades, sandbox: Sandbox) -> None:
    await trades.buy(customer=CUSTOMER, items=gold("1"))
    quote = await trades.quote(customer_external_id="CST-1")
    with pytest.raises(errors.ArgumentError, match="CST-1"):
        await trades.sell(quote=quote.id, items=gold_to_sell(), customer_external_id="CST-2")
    order = await trades.sell(quote=quote.id, items=gold_to_sell())
    assert order.type == "Sell"


async def test_a_total_is_bought_by_quote(trades: Trades) -> None:
    quote = await trades.quote(customer_external_id="CST-1", currency="TRY", total=Decimal("1000"))
    order = await trades.buy(
        quote=quote.id,
        customer=CUSTOMER,
        items=[models.BuyItem(sku="GAU")],
        total=Decimal("1000"),
        currency_code="TRY",
    )
    again = await trades.buy(
        quote=quote.id,
        customer=CUSTOMER,
        items=[models.BuyItem(sku="GAU")],
        total=Decimal("1000"),
        currency_code="TRY",
    )
    assert order.total is not None
    assert order.total <= 1000
    assert again.guid == order.guid


async def test_the_id_of_the_order_follows_from_the_quote_and_does_not_tell_it(trades: Trades) -> None:
    quote = await trades.quote(customer_external_id="CST-1")
    one, two = (Buy(customer=CUSTOMER, items=gold(), quote=quote.id) for _ in range(2))
    assert one.external_id == two.external_id
    assert quote.id not in one.external_id
    assert one.external_id not in quote.id


async def test_a_quote_and_a_price_token_exclude_each_other(trades: Trades, sandbox: Sandbox) -> None:
    lock = await trades.fix_price(customer_external_id="CST-1")
    quote = await trades.quote(customer_external_id="CST-1")
    with pytest.raises(errors.ArgumentError, match="price_token"):
        await trades.buy(quote=quote.id, price_token=lock, customer=CUSTOMER, items=gold())
    assert sent_orders(sandbox) == {}


async def test_neither_the_token_nor_the_id_shows(trades: Trades) -> None:
    quote = await trades.quote(customer_external_id="CST-1")
    request = Buy(customer=CUSTOMER, items=gold(), quote=quote.id)
    assert quote.id not in f"{quote!r} {request!r}"


PLAIN: dict[str, Any] = {"customer": CUSTOMER, "items": gold(), "currency_code": "TRY"}
FAILURES: dict[str, dict[str, Any]] = {
    "no connection": {},
    "wrong type": {"items": [5]},
    "worse price": {"max_slippage": Decimal("0.01"), "reference_price": Decimal("1")},
}


@pytest.mark.parametrize("arguments", FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("price", ["a quote", "a price lock", "a bare token"])
async def test_no_variable_of_a_traceback_holds_what_an_order_is_placed_with(
    price: str, arguments: dict[str, Any], trades: Trades, sandbox: Sandbox
) -> None:
    quote, lock = await trades.quote(customer_external_id="CST-1"), await trades.fix_price()
    prices: dict[str, dict[str, Any]] = {
        "a quote": {"quote": quote.id},
        "a price lock": {"price_token": lock},
        "a bare token": {"price_token": lock.fix.token},
    }
    sandbox.fail_next("reset_before", path=BUY)
    with pytest.raises((errors.MintedError, TypeError)) as caught:
        await trades.buy(**PLAIN | prices[price] | arguments, settle_timeout=0)
    shown = variables(caught.value)
    assert not [secret for secret in (quote.id, str(lock.fix.token), "10000000146") if secret in shown]


async def test_a_price_lock_refuses_to_be_pickled_and_says_what_to_use(trades: Trades) -> None:
    lock = await trades.fix_price()
    with pytest.raises(TypeError, match=r"trades\.quote"):
        pickle.dumps(lock)


async def test_a_quote_refuses_to_be_pickled_and_says_what_crosses_processes(trades: Trades) -> None:
    quote = await trades.quote()
    with pytest.raises(TypeError, match=r"hand over its id, and `buy\(quote=id\)` there"):
        pickle.dumps(quote)


async def test_a_lock_that_is_too_short_makes_no_quote(time: StandingTime) -> None:
    async with (
        Sandbox(clock=time.sandbox_clock(), price_ttl=3) as sandbox,
        MintedClient("demo", "demo", base_url=sandbox.url) as minted,
    ):
        with pytest.raises(errors.PriceExpiredError):
            await minted.trades.with_options(clock=time.clock()).quote()


async def test_a_crash_between_taking_the_quote_and_sending_loses_nothing(
    workers: list[Trades], sandbox: Sandbox, time: StandingTime
) -> None:
    quote = await workers[0].quote(customer_external_id="CST-1")
    sandbox.fail_next("delay_after", path=BUY, seconds=60)
    task = asyncio.ensure_future(workers[0].buy(quote=quote.id, customer=CUSTOMER, items=gold()))
    await sandbox.until(lambda: len(sandbox.orders) == 1)
    task.cancel()  # the first worker is gone, its order is placed
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(errors.QuoteUsedError, match="still being placed"):
        await workers[1].buy(quote=quote.id, customer=CUSTOMER, items=gold())
    time.seconds += 11  # the lease of the first worker
    (recovery,) = await workers[1].recover()
    assert recovery.order is not None
    order = await workers[1].buy(quote=quote.id, customer=CUSTOMER, items=gold())
    assert order.guid == recovery.order.guid
    assert sum(sent_orders(sandbox).values()) == 1


CARD: dict[str, Any] = {"payment": models.CardTokenPayment(card_token="secret-card", card_cvv="123")}
OTHER_CARD: dict[str, Any] = {"payment": models.CardTokenPayment(card_token="another-card", card_cvv="123")}
TOPUP: dict[str, Any] = {"topup": models.Topup(price=Decimal("10"))}
OTHER_TOPUP: dict[str, Any] = {"topup": models.Topup(price=Decimal("20"))}
DIFFERENT: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "customer": ({}, {"customer": msgspec.structs.replace(CUSTOMER, external_id="CST-2")}),
    "product": ({}, {"items": [models.BuyItem(sku="GAG", amount=Decimal("0.5"))]}),
    "amount": ({}, {"items": gold("0.2")}),
    "no amount": ({}, {"items": [models.BuyItem(sku="GAU")]}),
    "number of items": ({}, {"items": [*gold(), *gold()]}),
    "currency": ({}, {"currency_code": "USD"}),
    "total": ({}, {"items": [models.BuyItem(sku="GAU")], "total": Decimal("500")}),
    "top-up": (TOPUP, OTHER_TOPUP),
    "a top-up": ({}, TOPUP),
    "no top-up": (TOPUP, {}),
    "card": (CARD, OTHER_CARD),
    "a card": ({}, CARD),
    "no card": (CARD, {}),
    "a limit that it does not keep": (
        {},
        {"max_slippage": Decimal("0.01"), "reference_price": Decimal("1")},
    ),
}
SAME: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "amount in other words": ({}, {"items": gold("0.500")}),
    "top-up in other words": (TOPUP, {"topup": models.Topup(price=Decimal("10.0"))}),
    "card": (CARD, CARD),
    "currency of the quote": ({}, {"currency_code": UNSET}),
    "customer with a new phone": ({}, {"customer": msgspec.structs.replace(CUSTOMER, phone="+905550000001")}),
    "a limit that it keeps": ({}, {"max_slippage": Decimal("0.01"), "reference_price": Decimal("1000000")}),
}


@pytest.mark.parametrize(("first", "again"), DIFFERENT.values(), ids=DIFFERENT)
async def test_a_quote_used_again_for_anything_else_is_refused(
    first: dict[str, Any], again: dict[str, Any], workers: list[Trades], sandbox: Sandbox
) -> None:
    quote = await workers[0].quote(customer_external_id="CST-1", currency="TRY")
    order = await workers[0].buy(**PLAIN | first, quote=quote.id)
    with pytest.raises(errors.QuoteUsedError) as caught:
        await workers[1].buy(**PLAIN | again, quote=quote.id)
    assert caught.value.external_id == order.external_id
    assert sent_orders(sandbox) == {order.external_id: 1}


@pytest.mark.parametrize(("first", "again"), SAME.values(), ids=SAME)
async def test_a_quote_used_again_for_the_same_gives_its_order(
    first: dict[str, Any], again: dict[str, Any], workers: list[Trades]
) -> None:
    quote = await workers[0].quote(customer_external_id="CST-1", currency="TRY")
    order = await workers[0].buy(**PLAIN | first, quote=quote.id)
    # The first worker may still be noting what became of it.
    second = await workers[1].buy(**PLAIN | again, quote=quote.id, settle_timeout=1e6)
    assert second.guid == order.guid


async def test_a_quote_of_a_total_used_again_without_its_amount_is_for_all_of_it(trades: Trades) -> None:
    quote = await trades.quote(customer_external_id="CST-1", currency="TRY", total=Decimal("1000"))
    await trades.buy(quote=quote.id, customer=CUSTOMER, items=gold("0.1"))
    with pytest.raises(errors.QuoteUsedError):
        await trades.buy(quote=quote.id, customer=CUSTOMER, items=[models.BuyItem(sku="GAU")])


async def test_a_quote_used_again_after_its_end_still_gives_its_order(
    trades: Trades, time: StandingTime
) -> None:
    quote = await trades.quote(customer_external_id="CST-1")
    first = await trades.buy(quote=quote.id, customer=CUSTOMER, items=gold())
    time.seconds += 1000
    assert (await trades.buy(quote=quote.id, customer=CUSTOMER, items=gold())).guid == first.guid


async def test_no_journal_keeps_the_card_that_paid_for_a_quote(workers: list[Trades], tmp_path: Path) -> None:
    quote = await workers[0].quote(customer_external_id="CST-1", currency="TRY")
    await workers[0].buy(**PLAIN, **CARD, quote=quote.id)
    assert b"secret-card" not in (tmp_path / "journal.sqlite").read_bytes()


async def test_a_quote_does_not_outlive_its_price_lock_when_the_journal_is_slow(
    sandbox: Sandbox, time: StandingTime
) -> None:
    class Slow(MemoryJournal):
        async def save_quote(self, quote: QuoteRecord) -> datetime:
            time.seconds += 30
            return await super().save_quote(quote)

    journal = Slow(clock=time.clock())
    async with MintedClient("demo", "demo", base_url=sandbox.url, retry=None, journal=journal) as minted:
        fixed_at = time.wall()
        quote = await minted.trades.with_options(clock=time.clock()).quote(
            customer_external_id="CST-1", currency="TRY"
        )
        assert quote.expires_at <= fixed_at + timedelta(seconds=237)
