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

_LOCKS: Final[list[threading.RLock]] = []
_TAKEN: Final[dict[int, list[threading.RLock]]] = {}
"""For a fork, by the thread that forks: modules may be imported, and make locks, while it does."""


def lock_of_module() -> threading.RLock:
    """A lock that a fork waits for: the child finds it free, and nothing half changed.

    For a name of a module, as it is never let go of. It is held for a few statements, never over an `await`
    or while another one of them is taken, and never while code of the program runs, except that the garbage
    collector may run some: hence it lets its own thread in again.
    """
    lock = threading.RLock()
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
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)
