"""One process's connection to Redis, in the terms of a shared feed. The only module that knows redis-py."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, TypeVar, cast

from minted_async.errors import ConfigurationError
from minted_async.feeds import scripts

__all__ = ["RedisLink", "Subscription", "open_link"]

T = TypeVar("T")


class Subscription:
    """The messages that the leader publishes."""

    def __init__(self, receive: Callable[..., Any]) -> None:
        self._receive = receive

    async def next(self, timeout: float) -> bytes | None:
        """The next message, empty if the leader has stepped down; None if none came in time.

        Raises:
            OSError: The connection is lost.
        """
        message = await _cancellable(self._receive(ignore_subscribe_messages=True, timeout=timeout))
        return None if message is None else cast("bytes", message["data"])


class RedisLink:
    """Lease, publishing and reading of one shared feed.

    Every method raises what `trouble` lists when Redis cannot be reached or does not answer in time.

    Args:
        client: A redis-py asyncio client.
        trouble: The exceptions that mean that Redis is of no use at the moment.
        prefix: Begins the names of all keys.
        holder: Name of this process.
        lease: Seconds that a lease lives.
        keep: Seconds that the newest message is kept for newcomers.
        timeout: Seconds for each answer.
    """

    def __init__(
        self,
        client: Any,
        trouble: tuple[type[Exception], ...],
        *,
        prefix: str,
        holder: str,
        lease: float,
        keep: float,
        timeout: float,
    ) -> None:
        self.trouble: Final = trouble
        self._client = client
        self._holder = holder
        self._lease = _milliseconds(lease)
        self._keep = _milliseconds(keep)
        self._timeout = timeout
        self._fence_key, self._lease_key, self._latest_key, self._channel = (
            f"{prefix}:{name}" for name in ("fence", "lease", "latest", "updates")
        )

    async def acquire(self) -> str | None:
        """Take the lease; the fencing token, or None if somebody has it."""
        keys = (self._fence_key, self._lease_key)
        token = await self._run(scripts.ACQUIRE, keys, self._holder, self._lease)
        return None if token is None else token.decode()

    async def renew(self, token: str) -> bool:
        """Keep the lease; False if a newer token has been given out."""
        keys = (self._fence_key, self._lease_key)
        return bool(await self._run(scripts.RENEW, keys, token, self._holder, self._lease))

    async def publish(self, token: str, message: bytes) -> bool:
        """Publish a message and keep the lease; False, and nothing is written, if there is a newer token."""
        keys = (self._fence_key, self._lease_key, self._latest_key)
        arguments = (token, self._holder, self._lease, message, self._keep, self._channel)
        return bool(await self._run(scripts.PUBLISH, keys, *arguments))

    async def release(self, token: str) -> None:
        """Give the lease up, if it is still ours, and tell the others."""
        await self._run(scripts.RELEASE, (self._fence_key, self._lease_key), token, self._channel)

    async def latest(self) -> tuple[int, bytes | None]:
        """The time of Redis in microseconds, and the newest message."""
        stamp, message = await self._run(scripts.LATEST, (self._latest_key,))
        return int(stamp), message

    @asynccontextmanager
    async def subscribe(self) -> AsyncGenerator[Subscription]:
        """Listen to the leader."""
        subscription = self._client.pubsub()
        try:
            await _cancellable(subscription.subscribe(self._channel))
            # Sent is not done: only the confirmation says that nothing is missed from here on.
            if await _cancellable(subscription.get_message(timeout=self._timeout)) is None:
                raise TimeoutError("Redis did not confirm the subscription")
            yield Subscription(subscription.get_message)
        finally:
            with suppress(*self.trouble):
                await subscription.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        with suppress(*self.trouble):
            await self._client.aclose()

    async def _run(self, script: str, keys: tuple[str, ...], *arguments: object) -> Any:
        return await _cancellable(self._client.eval(script, len(keys), *keys, *arguments))


def open_link(url: str, *, prefix: str, holder: str, lease: float, keep: float, timeout: float) -> RedisLink:
    """A link that connects when it is first used.

    Args:
        url: `redis://`, `rediss://` or `unix://`.
        prefix: Begins the names of all keys.
        holder: Name of this process.
        lease: Seconds that a lease lives.
        keep: Seconds that the newest message is kept for newcomers.
        timeout: Seconds for connecting, and for each answer.

    Raises:
        ConfigurationError: redis-py is not installed, or the URL is none.
    """
    try:
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
        from redis.exceptions import RedisError
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "a price feed is shared through redis-py, which is not installed: "
            "pip install 'minted-async[redis]'"
        ) from error
    try:
        client = cast("Any", Redis).from_url(
            url,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            # One attempt: a lost Redis is answered by polling, at once, and not by waiting for it.
            retry=Retry(NoBackoff(), 0),
            decode_responses=False,
        )
    except ValueError:
        # Its text may quote the URL, which may hold a password.
        raise ConfigurationError(
            "share must be a URL that begins with redis://, rediss:// or unix://"
        ) from None
    trouble = (RedisError, OSError, EOFError)
    return RedisLink(client, trouble, prefix=prefix, holder=holder, lease=lease, keep=keep, timeout=timeout)


async def _cancellable(work: Awaitable[T]) -> T:
    """Await redis-py, which can lose a cancellation, as `asyncio.wait_for` does before Python 3.12.

    The feed would then never close.
    """
    task = asyncio.current_task()
    before = 0 if task is None else task.cancelling()
    try:
        return await work
    finally:
        if task is not None and task.cancelling() > before:
            raise asyncio.CancelledError


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
