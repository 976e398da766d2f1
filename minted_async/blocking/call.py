"""One call: the thread that waits for it, the event loop that makes it, and what an interrupt does to it."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Any, Final, Generic, TypeVar

from minted_async.errors import ConfigurationError

T = TypeVar("T")

_LOOK_UP: Final = 0.5
"""Seconds after which whoever waits looks whether there is still somebody to wait for. On Windows, Ctrl-C is
noticed then too."""


class Call(Generic[T]):
    """A call that one thread waits for and that the event loop of another one makes.

    Args:
        make: Begins the call; called in the event loop.
        thread: Where the event loop runs.
    """

    def __init__(self, make: Callable[[], Awaitable[T]], thread: threading.Thread) -> None:
        self._make = make
        self._thread = thread
        self._process = os.getpid()
        self._ended = threading.Event()
        self._task: asyncio.Task[None] | None = None
        self._results: list[T] = []
        # Until it has begun, and if it never does.
        self._error: BaseException | None = asyncio.CancelledError()

    # ---------------------------------------------------------------- in the event loop
    def begin(self) -> None:
        """Begin the call."""
        self._task = asyncio.get_running_loop().create_task(self._perform())
        self._task.add_done_callback(self._end)

    def cancel(self) -> None:
        """Cancel the call. One that was not begun by now never will be: a loop keeps the order of what it is
        told.
        """
        if self._task is None:
            self._ended.set()
        else:
            self._task.cancel()

    async def _perform(self) -> None:
        try:
            self._results.append(await self._make())
            self._error = None
        except BaseException as error:
            self._error = error

    def _end(self, task: asyncio.Task[Any]) -> None:
        self._ended.set()

    # ---------------------------------------------------------------- in the thread that waits
    def wait(self) -> None:
        """Wait until the call has ended, one way or another.

        Raises:
            ConfigurationError: It never will: it was the parent's, or its client was closed.
        """
        while not self._ended.wait(_LOOK_UP):
            if self._process != os.getpid():
                raise ConfigurationError(
                    "the process forked during this call, which goes on in the parent",
                    advice="It can neither be waited for nor repeated here.",
                )
            # Threads are frozen while the interpreter is torn down.
            if sys.is_finalizing() or not self._thread.is_alive():
                raise _closed_meanwhile()

    def result(self) -> T:
        """What the call returned.

        Raises:
            BaseException: What it raised.
            ConfigurationError: It was cancelled, because its client was closed.
        """
        error, self._error = self._error, None
        if error is None:
            return self._results[0]
        try:
            if isinstance(error, asyncio.CancelledError):
                closed = _closed_meanwhile()
                _add_notes(closed, error)
                raise closed
            raise error
        finally:
            del error  # its traceback would keep it alive

    def explain(self, interrupt: BaseException) -> None:
        """Tell whoever interrupted the wait what has become of the call."""
        if isinstance(self._error, asyncio.CancelledError):
            _add_notes(interrupt, self._error)
        elif self._error is not None:
            interrupt.add_note(f"the call had failed before it could be cancelled: {self._error!r}")
        else:
            external_id = getattr(self._results[0], "external_id", None)
            named = "" if external_id is None else f"; external_id: {external_id}"
            interrupt.add_note(f"the call had succeeded before it could be cancelled{named}")


def _closed_meanwhile() -> ConfigurationError:
    return ConfigurationError(
        "this client was closed while the call was under way, which was cancelled",
        advice="Close a client when its calls have ended.",
    )


def _add_notes(error: BaseException, cancelled: asyncio.CancelledError) -> None:
    """What a cancelled call knows of itself: trades tell what has become of an order."""
    unknown = "the call was cancelled: if it changes something, the server may have carried it out"
    for note in getattr(cancelled, "__notes__", [unknown]):
        error.add_note(note)
