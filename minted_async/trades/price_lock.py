"""Price locks: a price fix together with the time for which an order may rely on it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final, NoReturn

from msgspec import UNSET

from minted_async.clock import Clock
from minted_async.core.logs import Log, classes_of
from minted_async.core.retry import RetryPolicy
from minted_async.errors import (
    ConnectionLostError,
    DecodeError,
    NotSentError,
    OutcomeUnknownError,
    PriceExpiredError,
    RateLimitedError,
    ServerError,
)
from minted_async.generated import models
from minted_async.generated.prices import Prices
from minted_async.trades.exact import is_plausible

logger: Final = Log("minted_async.trades")

_PATIENCE: Final = 30.0
"""Seconds after which no further attempt at fixing a price begins."""

_ROUNDING: Final = 1.0
"""Seconds by which `expire_ttl`, a whole number, may fall short of the true life of a lock."""


_LONGEST_LIFE: Final = 86_400
"""Seconds of the longest lock that is believed; those of the documentation last for four minutes."""


class PriceLock:
    """Prices that are locked for a while. Give it to `buy` and `sell` in place of a price token.

    Its life is measured by this machine's monotonic clock, against whoever relies on it: for sending an order
    it counts from before the price was asked for, and for being sure that no order can be placed with it any
    more it counts from the answer. It cannot be handed to another process: use `minted.trades.quote`.

    Args:
        fix: What the API answered.
        ends: When it has run out for whoever wants to send an order, by `monotonic`.
        latest_possible_end: When the server cannot accept it any more.
        margin: Seconds before its end at which the lock is not used any more.
        customer_external_id: For whom the prices were fixed.
        monotonic: The clock.

    Attributes:
        fix: The price fix: prices, currency, token.
        customer_external_id: For whom the prices were fixed, None for the partner itself.
        latest_possible_end: When the server cannot accept the lock any more, by the monotonic clock and the
            answer's `expire_ttl`; differences between clocks are not in it.
    """

    __slots__ = ("_ends", "_margin", "_monotonic", "customer_external_id", "fix", "latest_possible_end")

    def __init__(
        self,
        fix: models.PriceFix,
        *,
        ends: float,
        latest_possible_end: float,
        margin: float,
        customer_external_id: str | None = None,
        monotonic: Callable[[], float],
    ) -> None:
        self.fix = fix
        self.customer_external_id = customer_external_id
        self.latest_possible_end = latest_possible_end
        self._ends = ends
        self._margin = margin
        self._monotonic = monotonic

    @property
    def remaining(self) -> float:
        """Seconds for which an order may still be sent with this lock; below 0 once it has expired."""
        return self._ends - self._margin - self._monotonic()

    @property
    def expired(self) -> bool:
        """Whether it is too late to send an order."""
        return self.remaining <= 0

    def price(self, sku: str) -> models.Price:
        """The locked prices of a product.

        Raises:
            KeyError: The price fix does not have this product.
        """
        for price in self.fix.prices:
            if price.sku == sku:
                return price
        raise KeyError(sku)

    def check(self) -> None:
        """Refuse to go on with a lock that has expired.

        Raises:
            PriceExpiredError: It has.
        """
        remaining = self.remaining
        if remaining <= 0:
            raise PriceExpiredError(
                f"the price lock ran out {-remaining:.1f} s ago (a margin of {self._margin:g} s is kept)",
                expired_for=-remaining,
            )

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a PriceLock lives by the clock of its process and cannot be pickled or copied to another: "
            "hand over the id of `minted.trades.quote(...)` and `buy(quote=id)` there"
        )

    def __repr__(self) -> str:
        """Seconds left and currency; not the token."""
        return f"<PriceLock {self.fix.currency}, {self.remaining:.1f} s left, {len(self.fix.prices)} prices>"


async def fix_price(
    prices: Prices,
    *,
    clock: Clock,
    margin: float,
    retry: RetryPolicy | None,
    type: str,  # noqa: A002
    customer_external_id: str | None,
    currency: str | None,
    total: Decimal | None,
) -> PriceLock:
    """Fix prices, again where that helps: a price fix that is lost costs nothing, unlike an order.

    Raises:
        ConnectionLostError: No answer, after all attempts.
        DecodeError: The answer cannot be true.
        MintedError: As for `prices.fix`.
    """
    attempt = 0
    started = clock.monotonic()
    while True:
        attempt += 1
        requested_at = clock.monotonic()
        try:
            fix = await prices.fix(
                type=type,
                customer_external_id=UNSET if customer_external_id is None else customer_external_id,
                currency=UNSET if currency is None else currency,
                total=UNSET if total is None else total,
            )
        except (OutcomeUnknownError, NotSentError, ServerError, RateLimitedError) as error:
            retry_after = error.retry_after if isinstance(error, ServerError | RateLimitedError) else None
            left = started + _PATIENCE - clock.monotonic()
            wait = None
            if retry is not None:
                wait = retry.delay(attempt, retry_after=retry_after, remaining=left)
            if wait is None:
                if isinstance(error, OutcomeUnknownError):
                    raise _no_price(attempt) from error
                raise
            reason = classes_of(error)
            logger.info("prices.fix: attempt %d failed (%s), the next one in %.3f s", attempt, reason, wait)
        else:
            check_fix(fix)
            return PriceLock(
                fix,
                ends=requested_at + fix.expire_ttl,
                latest_possible_end=clock.monotonic() + fix.expire_ttl + _ROUNDING,
                margin=margin,
                customer_external_id=customer_external_id,
                monotonic=clock.monotonic,
            )
        await clock.sleep(wait)


def check_fix(fix: models.PriceFix) -> None:
    """Check that a price fix can be true, before anything is sent with it.

    Raises:
        DecodeError: A lock of years, or a price that no money could pay.
    """
    if not -_LONGEST_LIFE <= fix.expire_ttl <= _LONGEST_LIFE:
        raise _untrue("expire_ttl", f"a price lock of {_LONGEST_LIFE} seconds at most")
    if fix.total is not None and not is_plausible(fix.total):
        raise _untrue("total", "an amount of money")
    for index, price in enumerate(fix.prices):
        for name in ("buy_price", "sell_price", "spot_price", "buy_amount"):
            value = getattr(price, name)
            if value is not None and not is_plausible(value):
                raise _untrue(f"prices[{index}].{name}", "a number that can be one of money or metal")


def _untrue(place: str, expected: str) -> DecodeError:
    return DecodeError(
        f"prices.fix: expected {expected} at $.data.{place}, and the answer has what cannot be true",
        operation="prices.fix",
        status=200,
        path=f"$.data.{place}",
        advice="Nothing was ordered. Report what does not fit.",
    )


def _no_price(attempts: int) -> ConnectionLostError:
    """A lost price fix as an error that nobody takes for an order of unknown outcome."""
    return ConnectionLostError(
        f"prices.fix: no answer in {attempts} attempts, and nothing was ordered",
        operation="prices.fix",
        attempts=attempts,
    )
