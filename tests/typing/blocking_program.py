"""A user's program that does not await, for the type checkers, as `user_program.py` is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, assert_type

import msgspec

from minted_async import Exchanges, Page, RetryPolicy, models
from minted_async.blocking import MintedClient, PriceFeed, Reader, Rows, Trades, Values
from minted_async.feeds import History, Quote, Snapshot
from minted_async.models import ecom, walletable
from minted_async.trades import OrderRecord, PriceLock, Recovery, Result
from minted_async.trades import Quote as TradeQuote


class Own(msgspec.Struct):
    number: Decimal


class Shop(MintedClient):
    """A client of one's own."""


def journey(minted: MintedClient) -> None:
    assert_type(minted.orders.get("ORD-1"), models.Order)
    assert_type(minted.customers.create(external_id="CST-1", gender="F"), models.Customer)
    assert_type(minted.prices.fix(type="digital"), models.PriceFix)
    assert_type(minted.balances.customer("CST-1"), list[models.CustomerBalance])
    assert_type(minted.balances.partner(page=1), Any)
    assert_type(minted.ecom.products.list(page=1, total=20), Page[ecom.Product])
    everything = minted.ecom.products.all(total=100)
    assert_type(everything, Rows[ecom.Product])
    for product in everything:
        assert_type(product, ecom.Product)
    with minted.ecom.baskets.all_incomplete(
        customer_external_id="CST-1", start_date=date(2024, 7, 1)
    ) as baskets:
        assert_type(iter(baskets), Iterator[ecom.EcomOrder])
    assert_type(minted.walletable.complete_delivery(anything=1), walletable.WalletableOrder)
    assert_type(minted.webview("TOKEN").active_basket(), ecom.EcomOrder)
    assert_type(minted.request("GET", "/partner/x"), Any)
    assert_type(minted.request("GET", "/partner/x", result=Own), Own)
    assert_type(minted.with_options(retry=RetryPolicy(attempts=1), timeout=5), MintedClient)
    assert_type(minted.connect(), None)
    with minted.capture() as exchanges:
        assert_type(exchanges, Exchanges)
    with Shop.from_env(locale="en") as shop:
        assert_type(shop, Shop)
        assert_type(shop.with_options(locale="tr"), Shop)
    minted.close(drain=1)


def trade(trades: Trades, customer: models.OrderCustomer) -> None:
    gold = [models.BuyItem(sku="GAU", amount=Decimal("0.5"))]
    assert_type(trades.buy(customer=customer, items=gold), models.Order)
    assert_type(trades.fix_price(), PriceLock)
    assert_type(trades.quote(), TradeQuote)
    assert_type(trades.gather([]), list[Result])
    assert_type(trades.recover(), list[Recovery])
    assert_type(trades.outcome("ORD-1"), OrderRecord | None)
    assert_type(trades.with_options(settle_timeout=None), Trades)
    assert_type(trades.watch("ORD-1"), Values[models.Order])
    for change in trades.watch("ORD-1"):
        assert_type(change, models.Order)


def prices(minted: MintedClient) -> None:
    with minted.price_feed(interval=0.5) as feed:
        assert_type(feed, PriceFeed)
        assert_type(feed.latest, Snapshot)
        assert_type(feed.next(timeout=1), Snapshot)
        assert_type(feed.wait_for(lambda found: found["GAU"].buy < 4200), Snapshot)
        assert_type(feed.quotes("GAU"), Reader[Quote])
        assert_type(feed.reader().skipped, int)
        assert_type(feed.history, History)
        for snapshot in feed:
            assert_type(snapshot, Snapshot)
