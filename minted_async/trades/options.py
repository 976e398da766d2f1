"""How trades are placed: margins, time limits, and what counts as proof that an order does not exist."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from minted_async.clock import Clock
from minted_async.core.config import check_seconds
from minted_async.errors import MintedError, NotFoundError


def is_order_not_found(error: MintedError) -> bool:
    """Whether a failed lookup says that there is no such order: a 404 in the API's own words.

    A 404 page without the API's envelope comes from something in front of it, which knows no orders.
    """
    return isinstance(error, NotFoundError) and (error.code is not None or bool(error.message))


class TradeOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How trades are placed; see `Trades.with_options`.

    Attributes:
        settle_timeout: Seconds for which an order of unknown outcome is looked up before
            `OutcomeUnknownError` is raised; None until it is certain.
        price_margin: Seconds before its end at which a price lock is not used any more: time for the order to
            get there.
        absence_margin: Seconds after the end of a price lock from which on a lookup proves that there is no
            order: for the server's own delays and clocks.
        clock_margin: Seconds by which the clocks of those who share a journal may disagree: a quote ends
            earlier by so many.
        assumed_lock_seconds: Seconds that a price lock is taken to last if it is not known, as for a bare
            price token.
        is_absent: Whether a failed lookup says that there is no such order.
        clock: Time.
    """

    settle_timeout: float | None = 10.0
    price_margin: float = 1.0
    absence_margin: float = 10.0
    clock_margin: float = 2.0
    assumed_lock_seconds: float = 900.0
    is_absent: Callable[[MintedError], bool] = is_order_not_found
    clock: Clock = msgspec.field(default_factory=Clock)

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            ConfigurationError: A number of seconds is negative, or no number.
        """
        for name in (
            "settle_timeout",
            "price_margin",
            "absence_margin",
            "clock_margin",
            "assumed_lock_seconds",
        ):
            check_seconds(name, getattr(self, name), optional=name == "settle_timeout")

    def certain_at(self, moment: float) -> datetime:
        """A moment of the monotonic clock as a time of the day."""
        return self.clock.now() + timedelta(seconds=moment - self.clock.monotonic())
