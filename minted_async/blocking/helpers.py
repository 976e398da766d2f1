"""Threads for what would block the event loop, such as the lookup of a name."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Helpers(ThreadPoolExecutor):
    """A daemon thread for each piece of work.

    Those of a pool begin nothing more as soon as the main thread has ended, while other threads of the
    program still work; and the interpreter waits for them, however long a name server takes.
    """

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Begin the work; do it here if no thread can be started, as when the interpreter ends."""
        future: Future[T] = Future()

        def perform() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = work(*args, **kwargs)
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(result)

        try:
            threading.Thread(target=perform, name="minted-blocking-helper", daemon=True).start()
        except RuntimeError:
            perform()
        return future
