"""The newest value of something, and readers that always find the newest and count what they skipped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Generic, Self, TypeVar, cast

from minted_async.feeds.waiters import Waiters

__all__ = ["Channel", "Reader"]

T = TypeVar("T")


class Channel(Generic[T]):
    """One writer, any number of readers. There is no queue: a slow reader finds the newest value.

    Attributes:
        value: The newest value; None before the first.
        version: How many values there have been.
        closed: Whether there will be no more.
        readers: How many iterators read it.
        waiters: The tasks that wait for news.
    """

    __slots__ = ("closed", "loop", "readers", "value", "version", "waiters")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.value: T | None = None
        self.version = 0
        self.closed = False
        self.readers = 0
        self.waiters = Waiters(loop)

    def publish(self, value: T) -> None:
        """Replace the value, and wake those who wait for it."""
        self.value = value
        self.version += 1
        self.waiters.wake()

    def close(self) -> None:
        """End every iterator. May be called again."""
        self.closed = True
        self.waiters.wake()


class Reader(AsyncIterator[T]):
    """An iterator over the values of a channel: each one is newer than the one before, some may be skipped.

    Iterators end when the feed is closed. One iterator serves one task; make one for each.

    Attributes:
        skipped: How many values were replaced by newer ones before this reader came for them, in all.
        just_skipped: The same, since the value before the last.
    """

    __slots__ = ("_channel", "_counts", "_future", "_open", "_seen", "just_skipped", "skipped")

    skipped: int
    just_skipped: int
    _future: asyncio.Future[T] | None

    def __init__(self, channel: Channel[T], *, from_now: bool = False, counted: bool = True) -> None:
        """Begin with the newest value, or with the one after it.

        Args:
            channel: What to read.
            from_now: Leave out the value that is there already.
            counted: Whether it is one of the channel's `readers`.
        """
        self._channel = channel
        self._seen = channel.version if from_now or not channel.version else channel.version - 1
        self._open = True
        self._counts = int(counted)
        self._future = None
        self.skipped = 0
        self.just_skipped = 0
        channel.readers += self._counts

    def __aiter__(self) -> Self:
        return self

    def __anext__(self) -> Awaitable[T]:
        """The next value."""
        channel = self._channel
        if channel.version != self._seen or channel.closed or not self._open or not self.done():
            return self._next()
        # A plain future, and no coroutine around it: that is all that a waiting reader adds to its task, and
        # all that the garbage collector has to look at.
        self._future = future = channel.loop.create_future()
        channel.waiters.add(self)
        return future

    async def _next(self) -> T:
        """What has come already; or the next value for a second task, if there is one in spite of all."""
        while self._channel.version == self._seen and not self._ended:
            await self._channel.waiters.join()
        if self._ended:
            raise StopAsyncIteration
        return self._take()

    def done(self) -> bool:
        """Whether nobody waits in this reader."""
        return self._future is None or self._future.done()

    def wake(self) -> None:
        """Give the newest value to the task that waits in this reader."""
        future = self._future
        if future is None or future.done():
            return
        if self._ended:
            future.set_exception(StopAsyncIteration())
            # Taken note of here: its task may be cancelled before it gets to that.
            future.exception()
        elif self._channel.version == self._seen:
            self._channel.waiters.add(self)
        else:
            future.set_result(self._take())

    @property
    def _ended(self) -> bool:
        return self._channel.closed or not self._open

    def _take(self) -> T:
        channel = self._channel
        self.just_skipped = channel.version - self._seen - 1
        self.skipped += self.just_skipped
        self._seen = channel.version
        return cast("T", channel.value)

    async def aclose(self) -> None:
        """Stop reading. Only needed to be no longer counted before the iterator itself is gone."""
        self._leave()
        self.wake()

    def _leave(self) -> None:
        if self._open:
            self._open = False
            self._channel.readers -= self._counts

    def __del__(self) -> None:
        """A reader that is forgotten is no longer counted."""
        self._leave()
