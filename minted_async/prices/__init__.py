"""Price feeds: one poller, any number of readers, and Redis when there is more than one process.

`MintedClient.price_feed` makes them; the names here are for annotations and for tests.
"""

from minted_async.prices.channel import Reader
from minted_async.prices.feed import PriceFeed
from minted_async.prices.history import Candle, History, PriceKind
from minted_async.prices.options import FeedOptions
from minted_async.prices.snapshot import Moment, Quote, Snapshot
from minted_async.prices.source import PriceRow, Source
from minted_async.prices.stats import FeedStats, RedisState, Role
from minted_async.prices.timing import Timing

__all__ = [
    "Candle",
    "FeedOptions",
    "FeedStats",
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
    "Timing",
]
