"""Orders that survive a lost answer: `minted.trades`, hand-written on top of the generated resources.

`trades` is what a program sees. A request (`requests`) gets its price (`price_lock`, or a quote: `quotes`,
`quoted`), is made ready (`preparing`), and is sent once by `placement`, which also finds out what became of
it (`lookup`). `open_orders` remembers it meanwhile, in this process and in a journal (`journal`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minted_async._lazily import names_of

if TYPE_CHECKING:
    from minted_async.trades.journal.base import (
        Claim,
        IntendedItem,
        Journal,
        OrderIntent,
        OrderRecord,
        Outcome,
        Progress,
        QuoteRecord,
        UnreadableRecord,
    )
    from minted_async.trades.journal.memory import MemoryJournal
    from minted_async.trades.journal.postgres import PostgresJournal
    from minted_async.trades.journal.sqlite import SqliteJournal
    from minted_async.trades.lookup import FINAL_STATES
    from minted_async.trades.open_orders import OpenOrders
    from minted_async.trades.options import is_order_not_found
    from minted_async.trades.placement import Recovery
    from minted_async.trades.price_lock import PriceLock
    from minted_async.trades.quotes import Quote
    from minted_async.trades.requests import Buy, Sell
    from minted_async.trades.trades import Result, Trades

__all__ = [
    "FINAL_STATES",
    "Buy",
    "Claim",
    "IntendedItem",
    "Journal",
    "MemoryJournal",
    "OpenOrders",
    "OrderIntent",
    "OrderRecord",
    "Outcome",
    "PostgresJournal",
    "PriceLock",
    "Progress",
    "Quote",
    "QuoteRecord",
    "Recovery",
    "Result",
    "Sell",
    "SqliteJournal",
    "Trades",
    "UnreadableRecord",
    "is_order_not_found",
]

__getattr__, __dir__ = names_of(
    __name__,
    {
        "journal.base": [
            "Claim",
            "IntendedItem",
            "Journal",
            "OrderIntent",
            "OrderRecord",
            "Outcome",
            "Progress",
            "QuoteRecord",
            "UnreadableRecord",
        ],
        "journal.memory": ["MemoryJournal"],
        "journal.postgres": ["PostgresJournal"],
        "journal.sqlite": ["SqliteJournal"],
        "lookup": ["FINAL_STATES"],
        "open_orders": ["OpenOrders"],
        "options": ["is_order_not_found"],
        "placement": ["Recovery"],
        "price_lock": ["PriceLock"],
        "quotes": ["Quote"],
        "requests": ["Buy", "Sell"],
        "trades": ["Result", "Trades"],
    },
)
