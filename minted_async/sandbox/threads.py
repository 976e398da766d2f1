"""A sandbox in a thread of its own, for programs and tests that have no event loop, or another one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from minted_async.sandbox.server import Sandbox

S = TypeVar("S", bound="Sandbox")


class InThread(Generic[S]):
    """Runs a sandbox while a block lasts; see `Sandbox.in_thread`.

    A block that is never left does not keep the program from ending: the thread is a daemon, and nothing here
    waits for it while the interpreter is torn down, as the end of a suspended generator would.
    """

    def __init__(self, sandbox: S) -> None:
        self._sandbox = sandbox
        self._started: Future[Callable[[], object]] = Future()
        self._ended: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="minted-sandbox", daemon=True)

    def __enter__(self) -> S:
        self._thread.start()
        self._started.result()
        return self._sandbox

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._started.result()()
        self._thread.join()
        self._ended.result()

    def _run(self) -> None:
        try:
            # Whatever loops the program makes for itself, this one is asyncio's own.
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                runner.run(self._serve())
        except BaseException as error:
            (self._ended if self._started.done() else self._started).set_exception(error)
        else:
            self._ended.set_result(None)

    async def _serve(self) -> None:
        stopped = asyncio.Event()
        async with self._sandbox:
            loop = asyncio.get_running_loop()
            self._started.set_result(lambda: loop.call_soon_threadsafe(stopped.set))
            await stopped.wait()
