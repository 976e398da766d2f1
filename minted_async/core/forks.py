"""Forks that come while other threads are busy, and locks for what all threads of a process share."""

from __future__ import annotations

import logging  # noqa: F401  # pyright: ignore[reportUnusedImport] (see below)
import os
import sys
import threading
from contextlib import suppress
from importlib import import_module
from typing import Final

__all__ = ["lock_of_module"]


class _Lock:
    """A lock of each process, as that of a parent may be held by a thread that the child does not have.

    It lets its own thread in again.
    """

    def __init__(self) -> None:
        self._by_process: dict[int, threading.RLock] = {}

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *raised: object) -> None:
        self.release()

    def acquire(self) -> None:
        self._of_here().acquire()

    def release(self) -> None:
        self._of_here().release()

    def _of_here(self) -> threading.RLock:
        process = os.getpid()
        lock = self._by_process.get(process)
        return self._by_process.setdefault(process, threading.RLock()) if lock is None else lock


_LOCKS: Final[list[_Lock]] = []
_TAKEN: Final[dict[int, list[_Lock]]] = {}
"""For a fork, by the thread that forks: modules may be imported, and make locks, while it does."""


def lock_of_module() -> _Lock:
    """A lock that a fork waits for: the child finds it free, and nothing half changed.

    A fork that does not tell Python that it is one, as that of uWSGI does not, waits for nobody: the child
    finds the lock free all the same.

    For a name of a module, as it is never let go of. It is held for a few statements, never over an `await`
    or while another one of them is taken, and never while code of the program runs, except that the garbage
    collector may run some: hence it lets its own thread in again.
    """
    lock = _Lock()
    _LOCKS.append(lock)
    return lock


def _before_fork() -> None:
    """Wait for what other threads are importing, which the child never could, and take all locks."""
    for name in list(sys.modules):  # copied in one step: they go on importing
        if name.startswith("minted_async."):
            with suppress(ImportError):  # which they are told
                import_module(name)
    taken = _TAKEN[threading.get_ident()] = []
    for lock in tuple(_LOCKS):
        lock.acquire()
        taken.append(lock)


def _after_fork() -> None:
    for lock in _TAKEN.pop(threading.get_ident(), ()):
        lock.release()


# Of such functions, the last one registered runs first. That of logging takes its lock, which whoever makes a
# logger needs: hence logging is imported before.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_TAKEN.clear)
