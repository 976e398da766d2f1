"""The door between threads and the async client: one event loop and one client in each process."""

from __future__ import annotations

import atexit
import os
import threading
import warnings
import weakref
from collections.abc import Awaitable, Callable
from importlib import import_module
from pkgutil import walk_packages
from typing import Final, TypeVar

from minted_async.blocking.room import Room, closed
from minted_async.client import MintedClient
from minted_async.core.finalizers import finalizer
from minted_async.errors import ConfigurationError

T = TypeVar("T")

_LATE: Final = ("minted_async.core.hiding", "minted_async.trades.journal.memory")
"""What the async side imports when it is first used, beside what its twins import."""

_PARENTS: Final[list[object]] = []
"""What belongs to the parent of this process: to let go of it would touch its event loop and sockets."""


class OfProcess:
    """Something of the process that made it. A fork of it keeps it, and leaves it alone.

    Each use compares the processes, as not every fork tells Python that it is one: that of uWSGI does not.
    """

    def __init__(self) -> None:
        self.process = os.getpid()

    @property
    def is_of_here(self) -> bool:
        """Whether this is the process that made it."""
        return self.process == os.getpid()

    # Names of the module are gone when the interpreter ends.
    @finalizer
    def __del__(
        self, getpid: Callable[[], int] = os.getpid, keep: Callable[[object], None] = _PARENTS.append
    ) -> None:
        if self.process != getpid():
            keep(self)


class _Here(OfProcess):
    """What a door has in one process: a client, once it is made, and a room, once it is opened."""

    def __init__(self, *, refused: bool) -> None:
        super().__init__()
        self.lock = threading.RLock()
        self.client: MintedClient | None = None
        self.rooms: list[Room] = []  # none, or one
        self.refused = refused


class Door:
    """The way of all threads to one client, and to a new one in each process that is forked.

    Args:
        make: Makes the async client.
        made_at: The line that made this one, for whoever forgets to close it.
        unshared: What cannot be used again in a fork, once it was used; None if there is nothing.
    """

    def __init__(self, make: Callable[[], MintedClient], *, made_at: str, unshared: str | None) -> None:
        self._make = make
        self._unshared = unshared
        self._made_at = made_at
        self._by_process: dict[int, _Here] = {}
        self._here.client = make()
        self._closed = False
        weakref.finalize(self, _warn, self._by_process, made_at).atexit = False
        _doors[self] = None

    @property
    def _here(self) -> _Here:
        """What there is in this process: nothing yet after a fork, whose locks may be held for good."""
        here = self._by_process.get(os.getpid())
        if here is None:
            # In one step: two threads must not make two.
            used = any(each.rooms or each.refused for each in tuple(self._by_process.values()))
            here = _Here(refused=used and self._unshared is not None)
            here = self._by_process.setdefault(here.process, here)
        return here

    @property
    def lock(self) -> threading.RLock:
        """Held while something is found or opened, never during a call."""
        return self._here.lock

    @property
    def is_open(self) -> bool:
        """Whether there is a thread that works for this client, in this process."""
        return bool(self._here.rooms)

    def client(self) -> MintedClient:
        """The async client of this process.

        Raises:
            ConfigurationError: It cannot be made in a fork.
        """
        here = self._here
        with here.lock:
            if here.refused:
                raise ConfigurationError(
                    f"{self._unshared} was used before the process forked, and is the parent's: name the "
                    "journal by its path or address, or make a client after the fork"
                )
            if here.client is None:
                here.client = self._make()
            return here.client

    def run(self, make: Callable[[], Awaitable[T]]) -> T:
        """Make a call, and wait for it.

        Raises:
            ConfigurationError: The client is closed, or cannot be opened here.
        """
        # Another thread may be closing it.
        room = next(iter(self._here.rooms), None) or self._opened()
        return room.run(make)

    def close(self, aclose: Callable[[], Awaitable[None]]) -> None:
        """Close the client of this process, and no other. May be called again."""
        here = self._here
        with here.lock:
            for room in here.rooms:
                room.check_caller()
            self._closed = True
            rooms = list(here.rooms)
            here.rooms.clear()
        for room in rooms:
            room.close(aclose)

    def _opened(self) -> Room:
        here = self._here
        with here.lock:
            if self._closed:
                raise closed()
            if not here.rooms:
                here.rooms.append(Room(self.client()))
            return here.rooms[0]

    def warn(self) -> None:
        """Warn, when the interpreter ends, that the client is still open."""
        _warn(self._by_process, self._made_at)


@finalizer
def _warn(by_process: dict[int, _Here], made_at: str) -> None:
    here = by_process.get(os.getpid())
    for room in () if here is None else here.rooms:
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


@atexit.register
def _at_exit() -> None:
    for door in _open_doors():
        door.warn()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork)
