"""What a feed can be set up with, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any, Final

from minted_async.clock import Clock
from minted_async.core.config import check_seconds
from minted_async.errors import ConfigurationError

_SCHEMES: Final = ("redis://", "rediss://", "unix://")

_LEAST_MAX_AGE: Final = 30.0
"""Seconds: what a price may be old at least, unless the caller says otherwise. Below it, one lost answer
and the pause after it would already make every short interval stale.
"""

_SHORTEST: Final = 0.01
"""Seconds. An interval of nothing would be a loop without a pause."""

_MOST_KEPT: Final = 10_000_000
"""Snapshots of a history: more would not fit into the memory of any machine."""


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """The options of a feed, checked. `MintedClient.price_feed` says what each of them means.

    Raises:
        ConfigurationError: One of them makes no sense.
    """

    _: KW_ONLY
    interval: float
    max_age: float
    first_timeout: float
    timeout: float | None
    max_pause: float
    history: int
    share: str | None
    share_name: str | None
    clock: Clock

    def __post_init__(self) -> None:
        check_seconds("interval", self.interval, least=_SHORTEST)
        check_seconds("max_age", self.max_age, least=_SHORTEST, endless=True)
        check_seconds("first_timeout", self.first_timeout, endless=True)
        check_seconds("timeout", self.timeout, least=_SHORTEST, optional=True)
        check_seconds("max_pause", self.max_pause)
        # As Any: a caller without a type checker may hand in anything.
        history: Any = self.history
        if isinstance(history, bool) or not isinstance(history, int):
            raise ConfigurationError(f"history must be how many snapshots to keep, not {history!r}")
        if not 0 <= history <= _MOST_KEPT:
            raise ConfigurationError(f"history must be from 0 to {_MOST_KEPT:,} snapshots")
        share: Any = self.share
        if share is not None and not (isinstance(share, str) and share.startswith(_SCHEMES)):
            # The value stays out of the message: it may hold a password.
            raise ConfigurationError(f"share must be a URL that begins with {', '.join(_SCHEMES)}")
        name: Any = self.share_name
        if name is not None and not (isinstance(name, str) and name):
            raise ConfigurationError(f"share_name must be a name, not {name!r}")
        clock: Any = self.clock
        if not isinstance(clock, Clock):
            raise ConfigurationError(f"clock must be a minted_async.Clock, not {clock!r}")


def usual_max_age(interval: float) -> float:
    """Seconds after which prices are too old, when the caller leaves it to us.

    Raises:
        ConfigurationError: The interval makes no sense.
    """
    check_seconds("interval", interval, least=_SHORTEST)
    return max(10 * interval, _LEAST_MAX_AGE)


def check_source(source: Callable[..., Any] | None, share: str | None, share_name: str | None) -> None:
    """Raise unless the source can be called, and is named if it is shared.

    Raises:
        ConfigurationError: It cannot, or is not.
    """
    if source is None:
        return
    if not callable(source):
        raise ConfigurationError(f"source must be an async function without arguments, not {source!r}")
    if share is not None and share_name is None:
        raise ConfigurationError(
            "give share_name too: a source of your own does not say with which other processes to share it"
        )
