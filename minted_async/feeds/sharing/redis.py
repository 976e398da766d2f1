"""One process's connection to Redis, in the terms of a shared feed. The only module that knows redis-py.

Three keys: `fence` holds the highest token ever given out, `lease` the name of the holder for as long as the
lease lives, `latest` the newest message. A leader may write if and only if the fence still shows its own
token: whoever was paused while somebody else took over is refused, even if the other one is gone again by
then. A token is also at least the time of Redis in milliseconds, so that tokens go on rising when Redis has
lost its memory.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, TypeVar, cast

from minted_async.clock import Clock
from minted_async.errors import ConfigurationError
from minted_async.feeds.sharing.message import VERSION, RedisClock, encode
from minted_async.feeds.snapshot import Snapshot

T = TypeVar("T")

_FENCE_LIFE: Final = 24 * 60 * 60 * 1000
"""Milliseconds for which a token is remembered after its last use."""

_OF_THE_FUTURE: Final = 2

# What Redis does in one step, in Lua. Each script answers with a result and the time of Redis, so that every
# answer is also a comparison of clocks.
_BEGIN: Final = """
local time = redis.call('TIME')
local now = string.format('%.0f%06.0f', time[1], time[2])
local function text(key)
  -- Anybody may have left a list there: that is no text, and no reason to fail.
  local value = redis.pcall('GET', key)
  return type(value) == 'string' and value or ''
end
"""

_KEEP: Final = f"""
-- KEYS fence, lease; ARGV token, holder, milliseconds.
if text(KEYS[1]) ~= ARGV[1] then return {{0, now}} end
redis.call('PEXPIRE', KEYS[1], {_FENCE_LIFE})
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
"""

# A lease that would outlive every leader was written by somebody else.
_ACQUIRE: Final = f"""{_BEGIN}
-- KEYS fence, lease; ARGV holder, milliseconds. Answers the token, or nothing if somebody has the lease.
local left = redis.call('PTTL', KEYS[2])
if left ~= -2 and left ~= -1 and left <= tonumber(ARGV[2]) then return {{'', now}} end
local last = tonumber(text(KEYS[1]))
if not last or last ~= last or last < 0 or last >= 2^53 then last = 0 end
local token = math.max(last + 1, time[1] * 1000 + math.floor(time[2] / 1000))
local written = string.format('%.0f', token)
redis.call('SET', KEYS[1], written, 'PX', {_FENCE_LIFE})
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return {{written, now}}
"""

_RENEW: Final = f"{_BEGIN}{_KEEP}return {{1, now}}"

# A question that is still to be asked: the clock of Redis was set back, or is another one.
_PUBLISH: Final = f"""{_BEGIN}{_KEEP}
-- KEYS latest; ARGV message, milliseconds that it is kept, channel, time of the question.
if tonumber(ARGV[7]) > tonumber(now) then return {{{_OF_THE_FUTURE}, now}} end
redis.call('SET', KEYS[3], ARGV[4], 'PX', ARGV[5])
redis.call('PUBLISH', ARGV[6], ARGV[4])
return {{1, now}}
"""

_RELEASE: Final = f"""{_BEGIN}
-- KEYS fence, lease; ARGV token, channel. Frees the lease and tells everybody by an empty message.
if text(KEYS[1]) ~= ARGV[1] then return {{0, now}} end
redis.call('DEL', KEYS[2])
redis.call('PUBLISH', ARGV[2], '')
return {{1, now}}
"""

_LATEST: Final = f"""{_BEGIN}
-- KEYS latest. Answers the newest message, empty if there is none.
return {{text(KEYS[1]), now}}
"""


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


class SharedFeedStore:
    """Lease, publishing and reading of one shared feed.

    Every method raises what `unavailable` lists when Redis cannot be reached or does not answer in time.

    Args:
        client: A redis-py asyncio client.
        unavailable: The exceptions that mean that Redis is of no use at the moment.
        prefix: Begins the names of all keys.
        lease: Seconds that a lease lives.
        keep: Seconds that the newest message is kept for newcomers.
        timeout: Seconds for each answer.
        clock: Time of this process.

    Attributes:
        time: How the time of Redis relates to it.
    """

    def __init__(
        self,
        client: Any,
        unavailable: tuple[type[Exception], ...],
        *,
        prefix: str,
        lease: float,
        keep: float,
        timeout: float,
        clock: Clock,
    ) -> None:
        self.unavailable: Final = unavailable
        self.time: Final = RedisClock()
        self._client = client
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex}"
        self._lease = _milliseconds(lease)
        self._keep = _milliseconds(keep)
        self._timeout = timeout
        self._monotonic = clock.monotonic
        self._fence_key, self._lease_key, self._latest_key, self._channel = (
            f"{prefix}:{name}" for name in ("fence", "lease", "latest", "updates")
        )

    async def acquire(self) -> str | None:
        """Take the lease; the fencing token, or None if somebody has it."""
        token = await self._run(_ACQUIRE, (self._fence_key, self._lease_key), self._holder, self._lease)
        return token.decode() or None

    async def renew(self, token: str) -> bool:
        """Keep the lease; False if a newer token has been given out."""
        keys = (self._fence_key, self._lease_key)
        return bool(await self._run(_RENEW, keys, token, self._holder, self._lease))

    async def publish(self, token: str, snapshot: Snapshot) -> bool:
        """Publish prices and keep the lease; False, and nothing is written, if there is a newer token."""
        asked = self.time.stamp(snapshot.moment.taken)
        keys = (self._fence_key, self._lease_key, self._latest_key)
        message = encode(snapshot, token, asked)
        arguments = (token, self._holder, self._lease, message, self._keep, self._channel, asked)
        result: int = await self._run(_PUBLISH, keys, *arguments)
        if result == _OF_THE_FUTURE:
            self.time.forget()
            return await self.renew(token)
        return bool(result)

    async def release(self, token: str) -> None:
        """Give the lease up, if it is still ours, and tell the others."""
        await self._run(_RELEASE, (self._fence_key, self._lease_key), token, self._channel)

    async def latest(self) -> bytes:
        """The newest message; empty if there is none."""
        return cast("bytes", await self._run(_LATEST, (self._latest_key,)))

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
            with suppress(*self.unavailable):
                await subscription.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        with suppress(*self.unavailable):
            await self._client.aclose()

    async def _run(self, script: str, keys: tuple[str, ...], *arguments: object) -> Any:
        sent = self._monotonic()
        result, stamp = await _cancellable(self._client.eval(script, len(keys), *keys, *arguments))
        self.time.compare(sent, self._monotonic(), int(stamp))
        return result


def key_prefix(identity: tuple[object, ...]) -> str:
    """Begins the names of all keys of a feed. A digest: neither accounts nor customers show in it."""
    digest = hashlib.sha256("\0".join(repr(part) for part in identity).encode()).hexdigest()
    return f"minted:prices:{VERSION}:{digest[:32]}"


def open_store(
    url: str, *, prefix: str, lease: float, keep: float, timeout: float, clock: Clock
) -> SharedFeedStore:
    """A store that connects when it is first used.

    Args:
        url: `redis://`, `rediss://` or `unix://`.
        prefix: Begins the names of all keys.
        lease: Seconds that a lease lives.
        keep: Seconds that the newest message is kept for newcomers.
        timeout: Seconds for connecting, and for each answer.
        clock: Time of this process.

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
    return SharedFeedStore(
        client,
        (RedisError, OSError, EOFError),
        prefix=prefix,
        lease=lease,
        keep=keep,
        timeout=timeout,
        clock=clock,
    )


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
