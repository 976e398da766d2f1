"""Forks that come while other threads are busy, and locks for what all threads of a process share."""

from __future__ import annotations

import logging  # noqa: F401 (see below)
import os
import sys
import threading
from contextlib import suppress
from importlib import import_module

__all__ = ["lock_of_module"]


def lock_of_module() -> threading.RLock:
    """A lock that a fork waits for: the child finds it free, and nothing half changed.

    For a name of a module, as it is never let go of. It is held for a few statements, never over an `await`
    and never while code of the program runs, except that the garbage collector may run some: hence it lets
    its own thread in again.
    """
    lock = threading.RLock()
    taken_by: list[int] = []

    def take() -> None:
        lock.acquire()
        taken_by.append(threading.get_ident())

    def let_go() -> None:
        if threading.get_ident() in taken_by:  # and this is no module that was imported while it forks
            taken_by.clear()
            lock.release()

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=take, after_in_parent=let_go, after_in_child=let_go)
    return lock


def _wait_for_imports() -> None:
    """Wait for what other threads are importing: the child of a fork never could."""
    for name in list(sys.modules):  # copied in one step: they go on importing
        if name.startswith("minted_async."):
            with suppress(ImportError):  # which they are told
                import_module(name)


# Of such functions, the last one registered runs first. That of logging takes its lock, which whoever makes a
# logger needs: hence logging is imported before.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_wait_for_imports)
