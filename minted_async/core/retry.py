"""When a call that only reads is sent again, and after how long. Pure: no clock, no I/O.

The loop itself is in `core.transport`. Only operations that the spec marks as idempotent come here; nothing
else is ever repeated.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import UnionType
from typing import Any, Final, cast

from minted_async.core.config import shown
from minted_async.errors import ConfigurationError

RETRYABLE_STATUSES: Final = frozenset({408, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How calls that only read are repeated when the connection breaks or the server says 408, 429, 500, 502,
    503 or 504.

    Attributes:
        attempts: How often a request is sent at most, the first time included.
        base_delay: Seconds; the wait before attempt n is drawn between 0 and `base_delay * 2 ** (n - 2)`
            (full jitter).
        max_delay: Seconds that a drawn wait never exceeds. A Retry-After of the server may be longer, within
            the call's deadline.
        budget: Retries that a client may save up; each one costs 1.
        budget_refill: What each first attempt adds to the budget: with 0.1, an outage adds at most a tenth to
            the traffic.
    """

    attempts: int = 3
    base_delay: float = 0.2
    max_delay: float = 5.0
    budget: float = 50.0
    budget_refill: float = 0.1

    def __post_init__(self) -> None:
        """Refuse what makes no sense.

        Raises:
            ConfigurationError: A value is out of its range.
        """
        _check("attempts", self.attempts, int, 1)
        for name in ("base_delay", "max_delay", "budget", "budget_refill"):
            _check(name, getattr(self, name), int | float, 0)

    def delay(
        self,
        attempt: int,
        *,
        retry_after: float | None = None,
        remaining: float | None = None,
        draw: Callable[[float, float], float] = random.uniform,
    ) -> float | None:
        """Seconds to wait after a failed attempt, or None when it was the last one.

        Args:
            attempt: Number of the attempt that failed, from 1.
            retry_after: Seconds that the server asked for.
            remaining: Seconds until the call's deadline, if it has one.
            draw: Source of the jitter.
        """
        if attempt >= self.attempts:
            return None
        # 2 ** 30 is past any max_delay; more would overflow for a policy of very many attempts.
        ceiling = min(self.max_delay, self.base_delay * 2.0 ** min(attempt - 1, 30))
        wait = draw(0.0, ceiling)
        if retry_after is not None:
            # Jitter on top: clients that were told the same second must not come back all at once.
            wait += retry_after
        return wait if remaining is None or wait < remaining else None


class RetryBudget:
    """A token bucket of a client: in an outage, retries stay a fraction of the traffic."""

    __slots__ = ("_tokens",)

    def __init__(self) -> None:
        self._tokens: float | None = None

    def deposit(self, policy: RetryPolicy) -> None:
        """A first attempt is made."""
        tokens = policy.budget if self._tokens is None else self._tokens + policy.budget_refill
        self._tokens = min(policy.budget, tokens)

    def spend(self) -> bool:
        """Take one retry, if there is one left."""
        if self._tokens is None or self._tokens < 1:
            return False
        self._tokens -= 1
        return True


def read_retry_after(
    value: str | None, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> float | None:
    """Seconds of a Retry-After header, which is a number or a date (RFC 9110 section 10.2.3).

    Returns:
        The seconds from now, never below 0; None when the header is absent or is neither.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        # More digits than this are no time to wait for anyway.
        return float(text[:12])
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, (moment - now()).total_seconds())
    except (ValueError, TypeError, OverflowError):
        # Years, zones and fields beyond what a date can hold.
        return None


def _check(name: str, value: Any, kind: type | UnionType, least: int) -> None:
    usable = isinstance(value, kind) and not isinstance(value, bool)
    if not usable or not least <= cast("float", value) < 1e9:
        raise ConfigurationError(f"RetryPolicy.{name} must be a number from {least}, not {shown(value)}")
