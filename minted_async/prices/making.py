"""How a feed is put together from a client and the options of `MintedClient.price_feed`."""

from __future__ import annotations

import hashlib
import os
import socket
import uuid
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final, TypeVar, Unpack

from msgspec import UNSET, UnsetType

from minted_async.errors import ConfigurationError
from minted_async.generated import models
from minted_async.prices.coalesce import FixArguments, SharedFixes
from minted_async.prices.feed import PriceFeed
from minted_async.prices.link import RedisLink, open_link
from minted_async.prices.message import FORMAT
from minted_async.prices.options import FeedOptions, FeedSettings, check_settings
from minted_async.prices.shared import command_timeout, lease_time
from minted_async.prices.source import Source
from minted_async.prices.timing import Timing

if TYPE_CHECKING:
    from minted_async.generated.prices import Prices

__all__ = ["make_feed"]

T = TypeVar("T")

_LONGEST_KEPT: Final = 24 * 60 * 60.0


def make_feed(
    prices: Prices,
    account: str,
    arguments: FixArguments,
    source: Source | None,
    interval: float,
    **options: Unpack[FeedOptions],
) -> PriceFeed:
    """A feed that is not open yet; see `MintedClient.price_feed`.

    Args:
        prices: What fixes prices.
        account: Tells accounts apart: feeds of different ones are never shared.
        arguments: What prices are fixed with.
        source: Where prices come from instead.
        interval: Seconds between two samples.
        options: The further options.

    Raises:
        ConfigurationError: An option makes no sense.
    """
    timing = options.get("timing") or Timing()
    settings = check_settings(
        interval=interval,
        max_age=options.get("max_age"),
        first_timeout=options.get("first_timeout", 30.0),
        timeout=options.get("timeout", 10.0),
        history=options.get("history", 300),
    )
    send = _sender(prices)
    shared = SharedFixes(send, settings.interval, timing) if options.get("coalesce") else None
    ask = send if shared is None else shared.renew
    share, name = options.get("share"), options.get("share_name")
    if share is not None and source is not None and name is None:
        raise ConfigurationError(
            "give share_name too: a source of your own does not say with which other processes to share it"
        )
    return PriceFeed(
        settings,
        source=source or (lambda: ask(arguments)),
        fixes=send if shared is None else shared,
        arguments=arguments,
        link=None if share is None else _link(share, _prefix(account, name, arguments, interval), settings),
        timing=timing,
    )


def _sender(prices: Prices) -> Callable[[FixArguments], Coroutine[Any, Any, models.PriceFix]]:
    async def send(arguments: FixArguments) -> models.PriceFix:
        return await prices.fix(
            type=arguments.type,
            customer_external_id=_given(arguments.customer_external_id),
            currency=_given(arguments.currency),
            total=_given(arguments.total),
        )

    return send


def _given(value: T | None) -> T | UnsetType:
    return UNSET if value is None else value


def _prefix(account: str, name: str | None, arguments: FixArguments, interval: float) -> str:
    """Begins the names of all keys in Redis. A digest: neither accounts nor customers show in it."""
    parts = [account, name, *arguments, interval]
    digest = hashlib.sha256("\0".join(repr(part) for part in parts).encode()).hexdigest()
    return f"minted:prices:{FORMAT}:{digest[:32]}"


def _link(share: str, prefix: str, settings: FeedSettings) -> Callable[[], RedisLink]:
    interval = settings.interval

    def connect() -> RedisLink:
        return open_link(
            share,
            prefix=prefix,
            holder=f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex}",
            lease=lease_time(interval),
            keep=min(max(settings.max_age, 10 * interval), _LONGEST_KEPT),
            timeout=command_timeout(interval),
        )

    return connect
