"""How a feed is doing, for dashboards and health checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from minted_async.clock import Clock

if TYPE_CHECKING:
    from minted_async.feeds.latest import LatestPrices
    from minted_async.feeds.polling import Poller
    from minted_async.feeds.sharing.election import LeaderElection

Role: TypeAlias = Literal["alone", "leader", "follower"]
WaitsFor: TypeAlias = Literal["interval", "answer", "backoff", "retry_after", "leader", "nothing"]
RedisState: TypeAlias = Literal["unused", "connected", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStats:
    """A feed's figures of this moment.

    Attributes:
        polls: How often this process asked its source.
        errors: How many of these failed.
        failing: How many failed since the last one that did not: 0 when all is well.
        last_error: The latest error as text; None if there never was one.
        lag: Seconds from when the latest sample was due to when its prices were here.
        missed: Samples that were left out because one took longer than the interval.
        subscribers: Iterators that read this feed, and tasks that wait in `next` and `wait_for`.
        version: Number of the newest snapshot, which is how many there have been.
        age: Age of the newest snapshot in seconds; None before the first.
        role: `leader` polls for all processes, `follower` reads what the leader publishes, `alone` polls for
            itself.
        redis: Whether there is a connection to Redis; `unused` for a feed that is not shared.
        redis_error: Why Redis was lost the last time; None if it never was.
        received: Snapshots that came from the leader.
        dropped: Messages in Redis that did not fit: junk, those of another version of this package, and
            prices that are not newer than those that are shown.
    """

    polls: int
    errors: int
    failing: int
    last_error: str | None
    lag: float
    missed: int
    subscribers: int
    version: int
    age: float | None
    role: Role
    redis: RedisState
    redis_error: str | None
    received: int
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStatus:
    """What a feed waits for.

    Attributes:
        waits_for: `interval`, until the next sample is due; `answer`, to a question that is under way;
            `backoff`, the pause after an error; `retry_after`, the pause that the server has asked for, up to
            `max_pause`; `leader`, the next message of the process that polls for all; `nothing`, because the
            feed is closed.
        since: Since when, by this process's time of day.
        seconds: For how long that is now.
        due: Seconds until the next question is asked; None unless this process is going to ask it.
        reason: The error that the pause comes after, or that has closed the feed; None if there is none.
    """

    waits_for: WaitsFor
    since: datetime
    seconds: float
    due: float | None
    reason: str | None

    def __str__(self) -> str:
        """A line for a log or a dashboard."""
        due = "" if self.due is None else f", the next question in {self.due:.3g} s"
        reason = "" if self.reason is None else f" ({self.reason})"
        return f"{_WORDS[self.waits_for]} for {self.seconds:.3g} s{due}{reason}"


_WORDS: Final[dict[WaitsFor, str]] = {
    "interval": "waiting for the next sample",
    "answer": "waiting for an answer",
    "backoff": "pausing after an error",
    "retry_after": "pausing as the server asked",
    "leader": "waiting for the leader's prices",
    "nothing": "closed",
}


def feed_stats(
    latest: LatestPrices, poller: Poller, election: LeaderElection | None, *, waiting: int
) -> FeedStats:
    """The figures of a feed.

    Args:
        latest: Its prices.
        poller: What asks for them.
        election: Its part in a shared feed.
        waiting: Tasks that wait in `next` and `wait_for`.
    """
    newest = latest.snapshots.value
    return FeedStats(
        polls=poller.polls,
        errors=poller.errors,
        failing=poller.schedule.failures,
        last_error=_text(poller.last_error),
        lag=poller.lag,
        missed=poller.schedule.missed,
        subscribers=latest.readers + waiting,
        version=latest.version,
        age=None if newest is None else newest.age,
        role="alone" if election is None else election.role,
        redis="unused" if election is None else election.state,
        redis_error=None if election is None else election.error,
        received=0 if election is None else election.received,
        dropped=0 if election is None else election.dropped,
    )


def feed_status(
    latest: LatestPrices, poller: Poller, election: LeaderElection | None, clock: Clock
) -> FeedStatus:
    """What a feed waits for: the same arguments, and its clock."""
    waits_for: WaitsFor = poller.waits_for
    since, error = poller.since, poller.last_error
    if latest.closed:
        waits_for, since, error = "nothing", latest.closed_at, latest.snapshots.failure
    elif election is not None and election.role == "follower":
        waits_for, since = "leader", election.heard
    now = clock.monotonic()
    is_pause = waits_for in ("interval", "backoff", "retry_after")
    return FeedStatus(
        waits_for=waits_for,
        since=clock.now() - timedelta(seconds=now - since),
        seconds=now - since,
        due=max(0.0, poller.schedule.due - now) if is_pause else None,
        reason=_text(error) if waits_for in ("backoff", "retry_after", "nothing") else None,
    )


def _text(error: BaseException | None) -> str | None:
    return None if error is None else f"{type(error).__name__}: {error}"
