"""A sandbox in a thread of its own, for programs and tests that have no event loop, or another one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from minted_async.sandbox.server import Sandbox

    S = TypeVar("S", bound=Sandbox)


@contextmanager
def serving(sandbox: S) -> Generator[S]:
    """Run a sandbox while a block lasts; see `Sandbox.in_thread`."""
    started: Future[Callable[[], object]] = Future()
    ended: Future[None] = Future()

    async def serve() -> None:
        stopped = asyncio.Event()
        async with sandbox:
            loop = asyncio.get_running_loop()
            started.set_result(lambda: loop.call_soon_threadsafe(stopped.set))
            await stopped.wait()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            (ended if started.done() else started).set_exception(error)
        else:
            ended.set_result(None)

    # A daemon: a block that is never left does not keep the program from ending.
    thread = threading.Thread(target=run, name="minted-sandbox", daemon=True)
    thread.start()
    stop = started.result()
    try:
        yield sandbox
    finally:
        stop()
        thread.join()
    ended.result()
