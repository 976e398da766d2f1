"""Ctrl-C as something that a program waits for, not as an exception in the middle of any line."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_STOPPING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stop_signals(loop: asyncio.AbstractEventLoop, *, last: bool = False) -> Generator[asyncio.Event]:
    """An event that SIGINT and SIGTERM set. `loop.add_signal_handler` does the same, but not on Windows.

    Args:
        loop: Where the event is waited for.
        last: The process is about to end: the signals are ignored after the block. Otherwise they do what
            they did before.
    """
    stopped = asyncio.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stopped.set)

    before = {number: signal.signal(number, stop) for number in _STOPPING}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if last else handler)


async def until_stopped(work: Coroutine[Any, Any, object], stopped: asyncio.Event) -> BaseException | None:
    """Do something, and cancel it when the event is set.

    Returns:
        What it raised, a cancellation included; None if it ended well, stopped or not.
    """
    doing = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stopped.wait())
    await asyncio.wait((doing, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    doing.cancel()
    (result,) = await asyncio.gather(doing, return_exceptions=True)
    return result if isinstance(result, BaseException) else None
