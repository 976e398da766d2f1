"""The door between threads and the async client: one event loop and one client in each process."""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
import warnings
import weakref
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from importlib import import_module
from pkgutil import walk_packages
from typing import Final, TypeVar

from minted_async.blocking.call import Call
from minted_async.blocking.helpers import Helpers
from minted_async.client import MintedClient
from minted_async.errors import ConfigurationError

T = TypeVar("T")

_PATIENCE: Final = 10.0
"""Seconds that a thread may take to end: what does not heed its cancellation must not hold up the others."""

_LATE: Final = ("minted_async.core.hiding", "minted_async.trades.journal.memory")
"""What the async side imports when it is first used, beside what its twins import."""

PARENTS: Final[list[object]] = []
"""What belongs to the parent of this process: to let go of it would touch its event loop and sockets."""


class _Room:
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


class Door:
    """The way of all threads to one client, and to a new one in each process that is forked.

    Args:
        make: Makes the async client.
        made_at: The line that made this one, for whoever forgets to close it.
        unshared: What cannot be used again in a fork, once it was used; None if there is nothing.

    Attributes:
        generation: Changes in a forked child: what was found before is the parent's.
        lock: Held while something is found or opened, never during a call.
    """

    def __init__(self, make: Callable[[], MintedClient], *, made_at: str, unshared: str | None) -> None:
        self.generation = 0
        self.lock = threading.RLock()  # of which forget makes another
        self._make = make
        self._unshared = unshared
        self._made_at = made_at
        self._client: MintedClient | None = make()
        self._rooms: list[_Room] = []  # none, or one
        self._closed = self._refused = False
        weakref.finalize(self, _warn, self._rooms, made_at).atexit = False
        _doors[self] = None

    @property
    def is_open(self) -> bool:
        """Whether there is a thread that works for this client, in this process."""
        return bool(self._rooms)

    def client(self) -> MintedClient:
        """The async client of this process.

        Raises:
            ConfigurationError: It cannot be made in a fork.
        """
        with self.lock:
            if self._refused:
                raise ConfigurationError(
                    f"{self._unshared} was used before the process forked, and is the parent's: name the "
                    "journal by its path or address, or make a client after the fork"
                )
            if self._client is None:
                self._client = self._make()
            return self._client

    def run(self, make: Callable[[], Awaitable[T]]) -> T:
        """Make a call, and wait for it.

        Raises:
            ConfigurationError: The client is closed, or cannot be opened here.
        """
        # Another thread may be closing it.
        room = next(iter(self._rooms), None) or self._opened()
        return room.run(make)

    def close(self, aclose: Callable[[], Awaitable[None]]) -> None:
        """Close the client of this process, and no other. May be called again."""
        with self.lock:
            for room in self._rooms:
                room.check_caller()
            self._closed = True
            rooms = list(self._rooms)
            self._rooms.clear()
        for room in rooms:
            room.close(aclose)

    def _opened(self) -> _Room:
        with self.lock:
            if self._closed:
                raise closed()
            if not self._rooms:
                self._rooms.append(_Room(self.client()))
            return self._rooms[0]

    def warn(self) -> None:
        """Warn, when the interpreter ends, that the client is still open."""
        _warn(self._rooms, self._made_at)

    def forget(self) -> None:
        """Begin anew in a child: nothing of the parent is used, or let go of, and its locks may be held."""
        self.lock = threading.RLock()  # of which forget makes another
        self._refused = self._unshared is not None and (self._refused or bool(self._rooms))
        PARENTS.extend((self._client, *self._rooms))
        self._rooms.clear()
        self._client = None
        self.generation += 1


def closed() -> ConfigurationError:
    """What a call after the end is told."""
    return ConfigurationError("this client is closed: make a new one")


def _warn(rooms: list[_Room], made_at: str) -> None:
    for room in rooms:
        warnings.warn(
            f"the blocking MintedClient made at {made_at} was never closed: use `with MintedClient(...)` or "
            "`minted.close()`",
            ResourceWarning,
            stacklevel=1,
            source=room,
        )


# No set of weak references: to go through one fails when another thread adds to it.
_doors: Final[weakref.WeakKeyDictionary[Door, None]] = weakref.WeakKeyDictionary()


def _open_doors() -> list[Door]:
    return [found for each in _doors.keyrefs() if (found := each()) is not None]


def _before_fork() -> None:
    """Import what is imported when it is first used: a thread may begin to after `core.forks` has waited."""
    if _doors:
        twins = import_module("minted_async.blocking.twins")
        for each in walk_packages(twins.__path__, f"{twins.__name__}."):
            import_module(each.name)
        for name in _LATE:
            import_module(name)


def _in_child() -> None:
    for door in _open_doors():
        door.forget()


@atexit.register
def _at_exit() -> None:
    for door in _open_doors():
        door.warn()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_child=_in_child)
