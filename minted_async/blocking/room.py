"""The thread of a blocking client, with its event loop."""

from __future__ import annotations

import asyncio
import os
import threading
import weakref
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Final, TypeVar

from minted_async.blocking.call import Call
from minted_async.blocking.helpers import Helpers
from minted_async.client import MintedClient
from minted_async.core.finalizers import finalizer
from minted_async.errors import ConfigurationError

T = TypeVar("T")

_PATIENCE: Final = 10.0
"""Seconds that a thread may take to end: what does not heed its cancellation must not hold up the others."""


class Room:
    """A thread in which an event loop runs, and the client that lives there.

    Not anyio's portal: that one cannot be forgotten in a child without waking the parent's loop, forgets a
    cancelled call before it has ended, and crosses threads twice to begin one.

    Raises:
        ConfigurationError: No thread can be started, or none of its own; or no event loop can be made.
    """

    def __init__(self, client: MintedClient) -> None:
        if threading.get_ident.__module__ != "_thread":
            raise ConfigurationError(
                "gevent or eventlet has replaced the threads of this process, and an event loop cannot run "
                "beside them: use processes or threads (Celery: --pool=prefork or --pool=threads; gunicorn: "
                "-k gthread)"
            )
        self.client = client
        self._inside: list[MintedClient] = []  # the client, once it is used here
        self.process = os.getpid()
        self._leaving = asyncio.Event()
        opened: Future[asyncio.AbstractEventLoop] = Future()
        # The thread does not know this object: whatever an interrupt came into, it ends
        # when nobody can reach it.
        abandon = weakref.finalize(self, _abandon, self.process, self._inside, opened, self._leaving)
        abandon.atexit = False
        # A daemon: a client that nobody closes does not keep the interpreter from ending.
        self.thread = threading.Thread(
            target=_live, args=(opened, self._leaving, self._inside), name="minted-blocking", daemon=True
        )
        try:
            self.thread.start()
            self._loop = opened.result()
        except (RuntimeError, OSError) as problem:
            raise ConfigurationError(f"no thread or event loop can be started: {problem}") from problem

    def check_caller(self) -> None:
        """Raise if this is the thread that would have to do the work.

        Raises:
            ConfigurationError: It is.
        """
        if threading.current_thread() is self.thread:
            raise ConfigurationError(
                "this was called where the client itself works, by events=, source= or another function that "
                "it calls, and would wait for itself: hand over to another thread, such as by a queue.Queue"
            )

    def run(self, make: Callable[[], Awaitable[T]]) -> T:
        """Make a call in the event loop, and wait for it.

        Raises:
            ConfigurationError: It would wait for itself; the client was closed meanwhile; or the process
                forked.
        """
        self.check_caller()
        if not self._inside:
            self._inside.append(self.client)
        call = Call(make, self.thread)
        try:
            self._tell(call.begin)
            call.wait()
        except ConfigurationError:
            raise
        except BaseException as interrupt:
            # Ctrl-C, or what a signal handler raises, such as Celery's SoftTimeLimitExceeded. A second one
            # gets out of here at once.
            with suppress(ConfigurationError):  # the interrupt comes first, whatever else there is to say
                self._tell(call.cancel)
                call.wait()
            call.explain(interrupt)
            raise
        return call.result()

    def close(self, aclose: Callable[[], Awaitable[None]]) -> None:
        """Close the client, then end what is still under way, and the thread."""
        try:
            self.run(aclose)
        finally:
            self._tell(self._leaving.set)
            self.thread.join(_PATIENCE)

    def _tell(self, what: Callable[[], object]) -> None:
        """Have something done in the event loop, in the context of this thread."""
        if self.process != os.getpid():
            raise ConfigurationError("the process forked meanwhile: this belongs to its parent")
        try:
            self._loop.call_soon_threadsafe(what)
        except RuntimeError:
            raise closed() from None


def _live(
    opened: Future[asyncio.AbstractEventLoop], leaving: asyncio.Event, inside: list[MintedClient]
) -> None:
    """Run the event loop, and keep the client for as long: it is not torn down before its loop."""
    runner = asyncio.Runner()
    try:
        loop = runner.get_loop()
    except BaseException as problem:
        opened.set_exception(problem)
        return
    loop.set_default_executor(Helpers())
    try:
        with runner:
            opened.set_result(loop)
            runner.run(leaving.wait())
    except RuntimeError:
        # When the interpreter ends, Python 3.12 starts no thread in which asyncio could wait for helpers.
        if not leaving.is_set():
            raise


@finalizer
def _abandon(
    process: int,
    inside: list[MintedClient],
    opened: Future[asyncio.AbstractEventLoop],
    leaving: asyncio.Event,
) -> None:
    """Close what nobody can reach any more, without waiting, as soon as it is open; from any thread."""

    def begin() -> None:
        closing = asyncio.gather(*(client.aclose() for client in inside))
        closing.add_done_callback(lambda _: leaving.set())

    def tell(done: Future[asyncio.AbstractEventLoop]) -> None:
        if done.exception() is None:
            with suppress(RuntimeError):  # it has ended
                done.result().call_soon_threadsafe(begin)

    if process == os.getpid():
        opened.add_done_callback(tell)


def closed() -> ConfigurationError:
    """What a call after the end is told."""
    return ConfigurationError("this client is closed: make a new one")
