"""What a feed can be set up with, and what is refused."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, TypedDict

from minted_async.errors import ConfigurationError
from minted_async.prices.timing import Timing

__all__ = ["FeedOptions", "FeedSettings", "check_settings"]


class FeedOptions(TypedDict, total=False):
    """The further options of `MintedClient.price_feed`; see `PriceFeed` for what they mean."""

    max_age: float | None
    first_timeout: float
    timeout: float | None
    history: int
    coalesce: bool
    share: str | None
    share_name: str | None
    timing: Timing


_LEAST_MAX_AGE: Final = 30.0
_SHORTEST: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    """The options of a feed, checked."""

    interval: float
    max_age: float
    first_timeout: float
    timeout: float | None
    history: int


def check_settings(
    *, interval: float, max_age: float | None, first_timeout: float, timeout: float | None, history: int
) -> FeedSettings:
    """Check the numbers, and fill in the age that prices may reach.

    Raises:
        ConfigurationError: One of them makes no sense.
    """
    _number("interval", interval, least=_SHORTEST)
    if max_age is None:
        max_age = max(10 * interval, _LEAST_MAX_AGE)
    _number("max_age", max_age, least=_SHORTEST, endless=True)
    _number("first_timeout", first_timeout, least=0, endless=True)
    if timeout is not None:
        _number("timeout", timeout, least=_SHORTEST)
    # As object: a caller without a type checker may hand in anything.
    size: Any = history
    if isinstance(size, bool) or not isinstance(size, int) or size < 0:
        raise ConfigurationError(f"history is how many snapshots to keep, 0 or more, not {history!r}")
    return FeedSettings(
        interval=interval, max_age=max_age, first_timeout=first_timeout, timeout=timeout, history=history
    )


def _number(name: str, value: Any, *, least: float, endless: bool = False) -> None:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and not math.isnan(value)
    if not usable or value < least or (math.isinf(value) and not endless):
        raise ConfigurationError(f"{name} is a number of seconds, at least {least:g}, not {value!r}")
