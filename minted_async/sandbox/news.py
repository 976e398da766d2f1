"""Waiting for what a sandbox does, in any thread and any event loop."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from concurrent.futures import Future
from threading import RLock
from typing import NamedTuple


class _Waiter(NamedTuple):
    condition: Callable[[], bool]
    met: Future[None]


class News:
    """Looks at each condition that somebody waits for, whenever something has happened.

    The thread in which it happened looks, under the sandbox's lock: a condition that holds for a moment only
    is seen by a waiter in another thread too.
    """

    def __init__(self, lock: RLock) -> None:
        self._lock = lock
        self._waiters: list[_Waiter] = []
        self._over = False

    def announce(self) -> None:
        """Something has happened."""
        with self._lock:
            if self._waiters:
                self._waiters = [waiter for waiter in self._waiters if not self._look(waiter)]

    def end(self) -> None:
        """Nothing will happen any more; whoever still waits is told so."""
        with self._lock:
            self._over = True
            self.announce()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait without holding up the event loop; see `Sandbox.until`."""
        waiter = self._watch(condition)
        try:
            if waiter.met.done():
                waiter.met.result()
            else:
                await asyncio.wrap_future(waiter.met)
        finally:
            self._forget(waiter)

    def wait_until(self, condition: Callable[[], bool], timeout: float) -> None:
        """Wait in this thread; see `Sandbox.wait_until`."""
        waiter = self._watch(condition)
        try:
            waiter.met.result(timeout)
        except TimeoutError:
            if waiter.met.done():  # the condition's own
                raise
            raise TimeoutError(f"what was waited for did not happen within {timeout:g} s") from None
        finally:
            self._forget(waiter)

    def _watch(self, condition: Callable[[], bool]) -> _Waiter:
        if inspect.iscoroutinefunction(condition):  # what it gives would pass for true
            raise TypeError("condition is a function that answers at once, such as `lambda: sandbox.orders`")
        waiter = _Waiter(condition, Future())
        # A waiter that goes away is forgotten. A future that it could cancel would break the announcement.
        waiter.met.set_running_or_notify_cancel()
        with self._lock:
            if not self._look(waiter):
                self._waiters.append(waiter)
        return waiter

    def _forget(self, waiter: _Waiter) -> None:
        with self._lock:
            self._waiters = [other for other in self._waiters if other is not waiter]

    def _look(self, waiter: _Waiter) -> bool:
        """Whether there is nothing more to wait for."""
        try:
            if waiter.condition():
                waiter.met.set_result(None)
            elif self._over:
                raise RuntimeError("the sandbox is closed")
        except BaseException as error:  # pytest.fail() raises no Exception
            waiter.met.set_exception(error)
        return waiter.met.done()
