"""The newest value of something, and any number of tasks that wait for it: one writer, no queues of values.

Whoever waits has a future of its own, so that nobody's cancellation touches anybody else. Futures are kept
in batches; a new value wakes some batches in each turn of the event loop, so that it never holds up the loop,
and costs its publisher one turn, however many are waiting.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from typing import Any, Final, Generic, Self, TypeVar, cast

from minted_async.core.config import NeverPickled
from minted_async.core.finalizers import finalizer
from minted_async.core.forks import lock_of_module

T = TypeVar("T")

BATCH: Final = 32
"""Futures in one batch: enough that a batch costs its readers next to nothing, few enough that readers who do
much when they are woken can be woken a few at a time.
"""

_MOST: Final = 16
"""Batches woken in one turn of the loop, at most: 512 tasks that do nothing take about half a millisecond."""

_TURN: Final = 0.001
"""Seconds that a turn should take: readers that do more when woken are woken fewer at a time. Whatever else
becomes ready meanwhile waits for two turns at most."""

_SWEEP: Final = 32
"""Batches that are kept before the futures of those who gave up are looked for."""


class Batch:
    """Futures that are woken together.

    Attributes:
        futures: Those who wait.
        before: The version that they had seen before.
        seen: The version that they have seen: from when they are woken, the one that they were woken with.
        skipped: How many versions lie between the two.
    """

    __slots__ = ("before", "futures", "seen", "skipped")

    def __init__(self, seen: int) -> None:
        self.futures: list[asyncio.Future[Any]] = []
        self.before = self.seen = seen
        self.skipped = 0


_LEFT: Final = Batch(-1)
"""The batch of readers that were closed: no version is like it."""

_COUNTING: Final = lock_of_module()
"""Held while readers are counted: the garbage collector ends some, in any thread."""


class WaitQueue(Generic[T]):
    """Tasks that wait for the next of a row of events.

    Attributes:
        loop: The event loop of all of them.
        version: How many events there have been.
        last: The batch that is being filled.
    """

    __slots__ = ("_batches", "_due", "_error", "_full", "_per_turn", "_result", "last", "loop", "version")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.version = 0
        self.last = Batch(0)
        self._batches = [self.last]
        self._due: deque[Batch] = deque()
        self._full = _SWEEP
        self._per_turn = 1  # what they do when woken is not known yet
        self._result: T | None = None
        self._error: BaseException | None = None

    def __len__(self) -> int:
        """How many futures are kept, those of waiters who gave up among them until they are swept out."""
        return sum(len(batch.futures) for batch in (*self._batches, *self._due))

    def wait(self) -> asyncio.Future[T]:
        """A future that the next event completes. Await it directly."""
        batch = self.last
        if len(batch.futures) >= BATCH:
            batch = self.begin_batch()
        future = self.loop.create_future()
        batch.futures.append(future)
        return cast("asyncio.Future[T]", future)

    def begin_batch(self) -> Batch:
        """A batch with room."""
        if len(self._batches) >= self._full:
            self._sweep()
        self.last = batch = Batch(self.version)
        self._batches.append(batch)
        return batch

    def notify_all(self, result: T | None, error: BaseException | None = None) -> None:
        """Wake everyone who waits now: the first batches at once, the others in the next turns of the loop.

        Whoever is still to be woken from the event before gets the result of this one.

        Args:
            result: What they get.
            error: What is raised in them instead.
        """
        self.version += 1
        self._result, self._error = result, error
        waiting, self._batches = self._batches, []
        self._full = _SWEEP
        under_way = bool(self._due)
        self._due.extend(waiting)
        self.begin_batch()
        if not under_way:
            self._wake(None)

    def _wake(self, before: float | None) -> None:
        """Wake some batches: more or fewer than the last time by how long that turn took.

        Args:
            before: When the turn before began, by the loop's clock.
        """
        now = self.loop.time()
        if before is not None:
            fitting = int(self._per_turn * _TURN / max(now - before, 1e-6))
            self._per_turn = max(min(fitting, 2 * self._per_turn, _MOST), 1)
        for _ in range(min(self._per_turn, len(self._due))):
            self._wake_batch(self._due.popleft())
        if self._due:
            self.loop.call_soon(self._wake, now)

    def _wake_batch(self, batch: Batch) -> None:
        # Let go of here: what is freed a batch at a time never stops the loop.
        futures, batch.futures = batch.futures, []
        batch.skipped = self.version - batch.seen - 1
        batch.seen = self.version
        result, error = self._result, self._error
        if error is not None:
            for future in futures:
                if not future.done():
                    future.set_exception(error)
                    # Taken note of here: its task may be cancelled before it gets to that.
                    future.exception()
            return
        for future in futures:
            try:
                future.set_result(result)
            except asyncio.InvalidStateError:
                continue  # its task gave up

    def _sweep(self) -> None:
        """Drop those who gave up. Without it, waiting with short timeouts through an outage would fill the
        memory.
        """
        for batch in self._batches:
            batch.futures = [future for future in batch.futures if not future.done()]
        self._batches = [batch for batch in self._batches if batch.futures]
        # Twice what is left: sweeping costs each `wait` a constant on average.
        self._full = max(_SWEEP, 2 * len(self._batches))


class Broadcast(WaitQueue[T]):
    """The newest value, and those who wait for the next one.

    Args:
        loop: The event loop of all readers.
        is_fresh: Whether a value may still be given to a reader.

    Attributes:
        value: The newest value; None before the first.
        closed: Whether there will be no more.
        failure: Why, if it is an error.
        readers: How many iterators read it.
    """

    __slots__ = ("__weakref__", "closed", "failure", "is_fresh", "readers", "value")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, is_fresh: Callable[[T], bool] = lambda _: True
    ) -> None:
        super().__init__(loop)
        self.is_fresh = is_fresh
        self.value: T | None = None
        self.closed = False
        self.failure: BaseException | None = None
        self.readers = 0

    @property
    def fresh(self) -> bool:
        """Whether there is a value that may be given to a reader."""
        return self.value is not None and self.is_fresh(self.value)

    def publish(self, value: T) -> None:
        """Replace the value, and wake those who wait for it."""
        self.value = value
        self.notify_all(value)

    def close(self, failure: BaseException | None = None) -> None:
        """End every iterator. May be called again.

        Args:
            failure: What its readers raise.
        """
        if not self.closed:
            self.closed = True
            self.failure = failure
            self.notify_all(None, StopAsyncIteration() if failure is None else failure)

    def raise_failure(self) -> None:
        """Raise what has ended it, if it is an error: one for all, without their tracebacks."""
        if self.failure is not None:
            raise self.failure.with_traceback(None)


class Reader(NeverPickled, AsyncIterator[T]):
    """An iterator over the values of a broadcast: each is newer than the one before, some may be skipped.

    It ends when the feed is closed, or raises what ended the feed. One iterator serves one task; make one for
    each.
    """

    # Four slots, and a plain future with no coroutine around it but a small step: that is all that a waiting
    # reader adds to its task, and all that the garbage collector has to look at.
    __slots__ = ("_batch", "_broadcast", "_future", "_skipped")

    def __init__(self, broadcast: Broadcast[T], *, from_now: bool = False) -> None:
        """Begin with the newest value, or with the one after it.

        Args:
            broadcast: What to read.
            from_now: Leave out the value that is there already.
        """
        version = broadcast.version
        self._broadcast = broadcast
        # A reader that comes after the end has its end still to come.
        up_to_date = not broadcast.closed and (from_now or not version)
        self._batch = Batch(version if up_to_date else version - 1)
        self._future: asyncio.Future[T] | None = None
        self._skipped = 0
        with _COUNTING:
            broadcast.readers += 1

    @property
    def skipped(self) -> int:
        """How many values were replaced by newer ones before this reader came for them, in all."""
        return self._skipped + self.just_skipped

    @property
    def just_skipped(self) -> int:
        """The same, since the value before the last."""
        return 0 if self._gave_up else self._batch.skipped

    @property
    def _gave_up(self) -> bool:
        """Whether its task was cancelled while it waited: then it was not woken with its batch."""
        return self._future is not None and self._future.cancelled()

    def __aiter__(self) -> Self:
        return self

    def __anext__(self) -> Awaitable[T]:
        """The next value."""
        return _Step(self, self._begin())

    def _begin(self) -> asyncio.Future[T]:
        """A future of the next value: done, if it is there already."""
        broadcast, batch, future = self._broadcast, self._batch, self._future
        if batch.seen != broadcast.version or (future is not None and future.cancelled()):
            return self._catch_up()
        if batch.skipped:
            self._skipped += batch.skipped
        batch = broadcast.last
        if len(batch.futures) >= BATCH:
            batch = broadcast.begin_batch()
        self._batch = batch
        self._future = future = broadcast.loop.create_future()
        batch.futures.append(future)
        return future

    def _catch_up(self) -> asyncio.Future[T]:
        """What has come already; if it has become too old meanwhile, what comes after it."""
        broadcast, batch = self._broadcast, self._batch
        if batch is _LEFT or broadcast.closed:
            ended: asyncio.Future[T] = broadcast.loop.create_future()
            failure = None if batch is _LEFT else broadcast.failure
            ended.set_exception(StopAsyncIteration() if failure is None else failure.with_traceback(None))
            ended.exception()  # taken note of here: perhaps nobody awaits it
            return ended
        caught_up = Batch(broadcast.version)
        missed = broadcast.version - (batch.before if self._gave_up else batch.seen)
        self._skipped = self.skipped
        self._batch, self._future = caught_up, None
        if missed and broadcast.fresh:
            caught_up.skipped = missed - 1
            return self._given()
        self._skipped += missed
        return self._begin()

    def _given(self) -> asyncio.Future[T]:
        given: asyncio.Future[T] = self._broadcast.loop.create_future()
        given.set_result(cast("T", self._broadcast.value))
        return given

    def accepts(self, value: T) -> bool:
        """Whether a value may still be given."""
        return self._broadcast.is_fresh(value)

    def retry(self) -> asyncio.Future[T]:
        """What takes the place of a value that became too old between being woken with it and taking it."""
        broadcast = self._broadcast
        if self._batch.seen == broadcast.version and broadcast.fresh:
            return self._given()  # the same value, confirmed meanwhile
        self._skipped += 1
        return self._begin()

    async def aclose(self) -> None:
        """Stop reading. Only needed to be no longer counted before the iterator itself is gone."""
        self._leave()
        if self._future is not None and not self._future.done():
            self._future.set_exception(StopAsyncIteration())

    def _leave(self) -> None:
        if self._batch is not _LEFT:
            self._skipped = self.skipped
            self._batch = _LEFT
            with _COUNTING:
                self._broadcast.readers -= 1

    @finalizer
    def __del__(self) -> None:
        """A reader that is forgotten is no longer counted."""
        self._leave()


class _Step(Generator[Any, None, T]):
    """One step of a reader: waits for a future, and looks at the age of its value when the task takes it.

    It takes the place of the iterator that awaiting the future itself would make, so that looking once more
    costs a waiting reader next to no memory.
    """

    __slots__ = ("_future", "_reader")

    def __init__(self, reader: Reader[T], future: asyncio.Future[T]) -> None:
        self._reader = reader
        self._future = future

    def __await__(self) -> Self:
        return self

    def __next__(self) -> asyncio.Future[T]:
        while self._future.done():
            value = self._future.result()
            if self._reader.accepts(value):
                raise StopIteration(value)
            self._future = self._reader.retry()
        # This is how a task is told that it is the task which waits.
        self._future._asyncio_future_blocking = True
        return self._future

    def send(self, value: None, /) -> asyncio.Future[T]:
        """The same."""
        return next(self)

    @staticmethod
    def throw(  # pyright: ignore[reportIncompatibleMethodOverride]
        kind: Any, value: Any = None, traceback: Any = None, /
    ) -> Any:
        """What has ended the wait, such as a cancellation, ends the step.

        Static, because an error that all readers share would otherwise keep the last of them alive.
        """
        raise (kind if isinstance(kind, BaseException) else value or kind()).with_traceback(traceback)
