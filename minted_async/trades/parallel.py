"""Many at once: a few workers over a list, results in order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar, cast

import anyio

from minted_async.core.config import check_count

__all__ = ["in_parallel"]

A = TypeVar("A")
R = TypeVar("R")


async def in_parallel(work: Callable[[A], Awaitable[R]], inputs: Iterable[A], limit: int) -> list[R]:
    """Do the same to each input, `limit` of them at a time.

    Returns:
        The results in the order of the inputs.

    Raises:
        ConfigurationError: `limit` is no whole number of at least 1.
    """
    check_count("limit", limit)
    waiting = list(inputs)
    results: list[R | None] = [None] * len(waiting)
    queue = iter(enumerate(waiting))

    async def worker() -> None:
        for index, value in queue:
            results[index] = await work(value)

    try:
        async with anyio.create_task_group() as group:
            for _ in range(min(limit, len(waiting))):
                group.start_soon(worker)
    except BaseExceptionGroup as errors:
        # What a single call would have raised is easier to handle than a group of one.
        if len(errors.exceptions) == 1:
            raise errors.exceptions[0] from None
        raise
    return cast("list[R]", results)
