"""What the web examples share: a client from the environment or of a sandbox, and the feed that it opens.

Set MINTED_USERNAME, MINTED_PASSWORD and MINTED_BASE_URL to see your own prices. With MINTED_REDIS (a redis://
URL) any number of worker processes share one poller.
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from functools import lru_cache
from pathlib import Path

import msgspec

from minted_async import MintedClient
from minted_async.errors import MintedError
from minted_async.feeds import PriceFeed, Quote, Snapshot
from minted_async.sandbox import Sandbox

_ACCOUNT = ("MINTED_USERNAME", "MINTED_PASSWORD", "MINTED_BASE_URL")
_MADE_UP = "" if any(os.environ.get(name) for name in _ACCOUNT) else " of a sandbox: made up"
PAGE = (
    (Path(__file__).parent / "prices.html")
    .read_text()
    .replace("<h1>Live prices</h1>", f"<h1>Live prices{_MADE_UP}</h1>")
)
JSON = "application/json"
EVENTS = "text/event-stream"


@asynccontextmanager
async def open_feed() -> AsyncGenerator[PriceFeed]:
    """One feed for the whole process: every request reads the same prices.

    It opens without prices (`first_timeout=0`), so that the application starts while Minted is down.
    """
    share = os.environ.get("MINTED_REDIS") or None
    async with connect() as minted, minted.price_feed(interval=0.5, first_timeout=0, share=share) as feed:
        yield feed


@asynccontextmanager
async def connect() -> AsyncGenerator[MintedClient]:
    """The API that the environment names, or a sandbox."""
    if any(os.environ.get(name) for name in _ACCOUNT):  # half of them is a mistake that `from_env` names
        async with MintedClient.from_env() as minted:
            yield minted
    else:
        async with Sandbox() as sandbox, MintedClient("demo", "demo", base_url=sandbox.url) as minted:
            yield minted


async def updates(feed: PriceFeed) -> AsyncGenerator[bytes]:
    """Prices as JSON, as they come. Who is on a slow line skips to the newest; nothing queues up."""
    with suppress(MintedError):  # there will never be prices: handlers answer why, and `feed.status` tells
        async for snapshot in feed:
            yield snapshot.json


async def events(feed: PriceFeed) -> AsyncGenerator[bytes]:
    """The same as server-sent events."""
    yield b": the stream is open\n\n"  # even while there is no price yet
    async for content in updates(feed):
        yield _event(content)


@lru_cache(maxsize=1)
def _event(content: bytes) -> bytes:
    """One message, which all browsers share."""
    return b"data: %b\n\n" % content


def one(quote: Quote) -> bytes:
    """A quote as JSON, prices as strings so that they stay exact."""
    return msgspec.json.encode(
        {"sku": quote.sku, "buy": quote.buy, "sell": quote.sell, "currency": quote.currency, "age": quote.age}
    )


def many(snapshots: list[Snapshot]) -> bytes:
    """Snapshots as a JSON list."""
    return b"[" + b",".join(snapshot.json for snapshot in snapshots) + b"]"
