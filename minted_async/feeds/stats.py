"""How a feed is doing, for dashboards and health checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["FeedStats", "RedisState", "Role"]

Role: TypeAlias = Literal["alone", "leader", "follower"]
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
