"""Orders that survive a lost answer: `minted.trades`, hand-written on top of the generated resources.

`desk` is what a program sees. An order goes through `requests` (what is asked for), `lock` (the price),
`slippage`, `tickets` (ready to be sent) and `placing` (sent once); `settlement` finds out what became of it,
`open_trades` and the `journal` (in `sqlite`, on its `table`) remember it meanwhile, `recovery` takes up what
was left open.
"""

from minted_async.trades.clock import Clock
from minted_async.trades.desk import Result, Trades
from minted_async.trades.journal import IntendedItem, Intention, Journal, Outcome
from minted_async.trades.lock import PriceLock
from minted_async.trades.open_trades import OpenTrades
from minted_async.trades.options import says_absent
from minted_async.trades.recovery import Recovery
from minted_async.trades.requests import Buy, Sell
from minted_async.trades.sqlite import SqliteJournal
from minted_async.trades.waiting import FINAL_STATES

__all__ = [
    "FINAL_STATES",
    "Buy",
    "Clock",
    "IntendedItem",
    "Intention",
    "Journal",
    "OpenTrades",
    "Outcome",
    "PriceLock",
    "Recovery",
    "Result",
    "Sell",
    "SqliteJournal",
    "Trades",
    "says_absent",
]
