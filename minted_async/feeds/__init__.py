"""Price feeds: one poller, any number of readers, and Redis when there is more than one process.

`MintedClient.price_feed` makes them; the names here are for annotations and for tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minted_async._lazily import names_of

if TYPE_CHECKING:
    from minted_async.feeds.broadcast import Reader
    from minted_async.feeds.feed import PriceFeed
    from minted_async.feeds.history import Candle, History, PriceKind
    from minted_async.feeds.snapshot import Moment, Quote, Snapshot
    from minted_async.feeds.source import PriceRow, Source
    from minted_async.feeds.stats import FeedStats, FeedStatus, RedisState, Role, WaitsFor

__all__ = [
    "Candle",
    "FeedStats",
    "FeedStatus",
    "History",
    "Moment",
    "PriceFeed",
    "PriceKind",
    "PriceRow",
    "Quote",
    "Reader",
    "RedisState",
    "Role",
    "Snapshot",
    "Source",
    "WaitsFor",
]

__getattr__, __dir__ = names_of(
    __name__,
    {
        "broadcast": ["Reader"],
        "feed": ["PriceFeed"],
        "history": ["Candle", "History", "PriceKind"],
        "snapshot": ["Moment", "Quote", "Snapshot"],
        "source": ["PriceRow", "Source"],
        "stats": ["FeedStats", "FeedStatus", "RedisState", "Role", "WaitsFor"],
    },
)
