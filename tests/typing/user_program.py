"""A user's program, for the type checkers: every line has to pass `mypy --strict` and pyright.

`assert_type` pins what a user sees; the lines that must not pass are in `wrong_program.py`.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, assert_type

import msgspec

from minted_async import Exchange, Exchanges, MintedClient, RetryPolicy, Timeout, errors, models, trades
from minted_async.feeds import Candle, PriceFeed, Quote, Snapshot


class Own(msgspec.Struct):
    number: Decimal


async def journey(minted: MintedClient) -> None:
    created = await minted.customers.create(
        external_id="CST-1",
        firstname="Deniz",
        gender="F",
        birthdate=date(1990, 1, 31),
    )
    assert_type(created, models.Customer)
    assert_type(created.external_id, str)
    assert_type(created.gender, models.Gender | None)
    assert_type(created.created_at, datetime | None)

    fix = await minted.prices.fix(type="digital", customer_external_id="CST-1")
    assert_type(fix, models.PriceFix)
    assert_type(fix.prices, list[models.Price])
    assert_type(fix.prices[0].buy_price, Decimal)
    assert_type(fix.expires_at, datetime)

    placed = await minted.orders.buy(
        price_token=fix.token,
        external_id="ORD-1",
        currency_code="TRY",
        customer=models.OrderCustomer(
            external_id="CST-1",
            identity_number="10000000146",
            firstname="Deniz",
            lastname="Örnek",
            email="deniz@example.com",
            phone="+905550000000",
        ),
        items=[models.BuyItem(sku="GAU", amount=Decimal("0.5"))],
    )
    assert_type(placed, models.OrderReceipt)

    order = await minted.orders.get("ORD-1")
    assert_type(order, models.Order)
    assert_type(order.total, Decimal | None)
    assert_type(order.status_name, models.OrderStatus | None)
    if order.status_name == models.OrderStatus.COMPLETED and order.order_at is not None:
        assert_type(order.order_at.tzinfo is not None, bool)

    await minted.orders.sell(
        price_token=fix.token,
        external_id="ORD-2",
        currency_code=models.Currency.TRY,
        items=(models.SellItem(sku="GAU", amount=Decimal("0.2")),),
    )
    balances = await minted.balances.customer("CST-1")
    assert_type(balances, list[models.CustomerBalance])
    assert_type(balances[0].balance, Decimal)
    assert_type(balances[0].stats, dict[str, Any])


async def trade(minted: MintedClient, customer: models.OrderCustomer) -> None:
    lock = await minted.trades.fix_price(customer_external_id="CST-1", currency="TRY", total=Decimal(1000))
    assert_type(lock, trades.PriceLock)
    assert_type(lock.fix, models.PriceFix)
    assert_type(lock.remaining, float)
    gold = [models.BuyItem(sku="GAU")]
    order = await minted.trades.buy(customer=customer, items=gold, price_token=lock, settle_timeout=None)
    assert_type(order, models.Order)
    await minted.trades.sell(
        items=(models.SellItem(sku="GAU", amount=Decimal(1)),),
        customer_external_id="CST-1",
        max_slippage=Decimal("0.01"),
        reference_price={"GAU": Decimal(4200)},
    )
    requests: list[trades.Buy | trades.Sell] = [
        trades.Buy(customer=customer, items=gold),
        trades.Sell(items=[]),
    ]
    assert_type(requests[0].external_id, str)
    assert_type(await minted.trades.gather(requests, limit=5), list[models.Order | Exception])
    assert_type(await minted.trades.resolve("ORD-1"), models.Order)
    for recovery in await minted.trades.recover(timeout=5):
        assert_type(recovery.order, models.Order | None)
    assert_type(await minted.trades.wait("ORD-1", until={"Completed"}, timeout=5), models.Order)
    assert_type(await minted.trades.wait(order), models.Order)
    quote = await minted.trades.quote(customer_external_id="CST-1", currency="TRY")
    assert_type(quote, trades.Quote)
    assert_type(quote.remaining, float)
    await minted.trades.buy(quote=quote.id, customer=customer, items=gold)
    assert_type(await minted.trades.outcome("ORD-1"), trades.OrderRecord | None)
    async for change in minted.trades.watch("ORD-1"):
        assert_type(change, models.Order)
    patient = minted.trades.with_options(settle_timeout=None)
    assert_type(patient, trades.Trades)
    journal: trades.Journal = trades.SqliteJournal("journal.sqlite")
    MintedClient("user", "password", journal=journal)
    MintedClient("user", "password", journal="journal.sqlite")
    MintedClient("user", "password", journal=trades.PostgresJournal("postgresql:///shop"))


async def options(minted: MintedClient) -> None:
    english = minted.with_options(locale="en", timeout=5, retry=None, headers={"x-trace": "1"})
    assert_type(english, MintedClient)
    patient = minted.with_options(timeout=Timeout(total=60, connect=2), retry=RetryPolicy(attempts=5))
    assert_type(await patient.orders.find(guid="A"), models.Order)
    assert_type(await minted.request("GET", "/partner/x", params={"page": 1}), Any)
    assert_type(await minted.request("POST", "/partner/x", json={"a": Decimal(1)}, result=Own), Own)
    assert_type(await minted.request("GET", "/partner/x", result=list[Own]), list[Own])
    assert_type(await minted.balances.partner(currency="TRY"), Any)
    with minted.capture() as exchanges:
        assert_type(exchanges, Exchanges)
        for exchange in exchanges:
            assert_type(exchange, Exchange)


async def reading_prices(minted: MintedClient) -> None:
    async with minted.price_feed(interval=0.5, currency="TRY", max_age=5, share=None, history=10) as feed:
        assert_type(feed, PriceFeed)
        assert_type(feed.latest, Snapshot)
        assert_type(feed.latest["GAU"], Quote)
        assert_type(feed.latest["GAU"].buy_price, Decimal)
        assert_type(feed.latest["GAU"].spread, Decimal)
        assert_type(await feed.next(), Snapshot)
        assert_type(await feed.wait_for(lambda prices: prices["GAU"].buy < 4200, timeout=60), Snapshot)
        async for snapshot in feed:
            assert_type(snapshot, Snapshot)
        async for quote in feed.quotes("GAU"):
            assert_type(quote, Quote)
        assert_type(feed.stats.polls, int)
        assert_type(feed.history.ohlc("GAU"), list[Candle])

    async def own() -> dict[str, models.Price]:
        fix = await minted.prices.fix(type="digital")
        return {price.sku: price for price in fix.prices}

    minted.price_feed(source=own)
    minted.price_feed(source=lambda: minted.prices.fix(type="digital"))


async def failures(minted: MintedClient) -> str | None:
    try:
        await minted.orders.get("ORD-1")
    except errors.RateLimitedError as error:
        assert_type(error.retry_after, float | None)
    except errors.ValidationError as error:
        assert_type(error.status, int)
    except errors.OutcomeUnknownError as error:
        return error.external_id
    except errors.DecodeError as error:
        return error.path
    return None


async def main() -> None:
    async with MintedClient("user", "password", base_url="https://api.example.com", locale="tr") as minted:
        await journey(minted)
        await options(minted)
        await reading_prices(minted)
        await failures(minted)
    await MintedClient.from_env(locale="en").aclose()
