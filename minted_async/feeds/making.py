"""How a feed is put together from a client and the options of `MintedClient.price_feed`."""

from __future__ import annotations

import hashlib
import os
import socket
import uuid
from collections.abc import Callable
from typing import Final

from minted_async.feeds.feed import PriceFeed
from minted_async.feeds.link import RedisLink, open_link
from minted_async.feeds.message import FORMAT
from minted_async.feeds.options import FeedOptions
from minted_async.feeds.shared import command_timeout, lease_time
from minted_async.feeds.source import Source

_LONGEST_KEPT: Final = 24 * 60 * 60.0


def make_feed(
    source: Source, options: FeedOptions, *, currency: str, identity: tuple[object, ...]
) -> PriceFeed:
    """A feed that is not open yet; see `MintedClient.price_feed`.

    Args:
        source: Where prices come from.
        options: Its options.
        currency: Currency of prices whose source names none.
        identity: Tells feeds apart in Redis: account, and what prices are fixed with.
    """
    link = None if options.share is None else _link(options.share, _prefix(identity, options), options)
    return PriceFeed(options, source=source, currency=currency, link=link)


def _prefix(identity: tuple[object, ...], options: FeedOptions) -> str:
    """Begins the names of all keys in Redis. A digest: neither accounts nor customers show in it."""
    parts = (*identity, options.share_name, options.interval)
    digest = hashlib.sha256("\0".join(repr(part) for part in parts).encode()).hexdigest()
    return f"minted:prices:{FORMAT}:{digest[:32]}"


def _link(share: str, prefix: str, options: FeedOptions) -> Callable[[], RedisLink]:
    interval = options.interval

    def connect() -> RedisLink:
        return open_link(
            share,
            prefix=prefix,
            holder=f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex}",
            lease=lease_time(interval),
            keep=min(max(options.max_age, 10 * interval), _LONGEST_KEPT),
            timeout=command_timeout(interval),
        )

    return connect
