"""One commit for all who wait: changes that come while a batch is written become the next batch."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar

C = TypeVar("C")

_LARGEST: Final = 500
"""Changes in one transaction: enough to share a commit, few enough not to hold up the others."""


class GroupCommit(Generic[C]):
    """Collects changes and writes them batch by batch, in the order in which they came.

    Args:
        write: Writes a batch in one transaction; returns for each change its result, or the exception that
            its caller gets. What it raises is raised to the callers of all changes in the batch.
    """

    def __init__(self, write: Callable[[Sequence[C]], Awaitable[Sequence[object]]]) -> None:
        self._write = write
        self._waiting: list[tuple[C, asyncio.Future[object]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def submit(self, change: C) -> object:
        """Have a change written; returns when it is committed."""
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._waiting.append((change, future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._run())
        return await future

    async def drain(self) -> None:
        """Wait until nothing is left to write."""
        while self._writer is not None and not self._writer.done():
            await asyncio.wait([self._writer])

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_LARGEST], self._waiting[_LARGEST:]
            try:
                results = await self._write([change for change, _ in batch])
            except BaseException as problem:
                stopped = not isinstance(problem, Exception)
                for _, future in batch:
                    if not future.done():
                        if stopped:
                            future.cancel()
                        else:
                            future.set_exception(problem)
                if stopped:
                    raise
                continue
            for (_, future), result in zip(batch, results, strict=True):
                if future.done():
                    continue
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)
