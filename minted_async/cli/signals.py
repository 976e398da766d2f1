"""Ctrl-C, or a terminal that closes: something to wait for, not an exception in the middle of any line."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final, TypeVar

T = TypeVar("T")

_STOPPING: Final = tuple(
    number
    for number in signal.Signals
    if number.name in ("SIGINT", "SIGTERM", "SIGQUIT", "SIGHUP")
    # `nohup` has it ignored: the command is to outlive its terminal.
    and not (number.name == "SIGHUP" and signal.getsignal(number) is signal.SIG_IGN)
)
"""What asks a process to end: a person, a supervisor, a terminal that is closed. Windows has no last two."""


def catch_stop_signals(loop: asyncio.AbstractEventLoop) -> asyncio.Event:
    """An event that the stop signals set, from now until the process ends; they do nothing else any more.

    `loop.add_signal_handler` does so too, but not on Windows.
    """
    stopped = asyncio.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nothing is left to be stopped
            loop.call_soon_threadsafe(stopped.set)

    for number in _STOPPING:
        signal.signal(number, stop)
    return stopped


def end_at_once_when_stopped(code: int) -> None:
    """From now on the signals end the process with its exit code: all is told, and only closing is left.

    A thread that resolves a name, for one, can keep a process from ending for a minute.
    """
    for number in _STOPPING:
        signal.signal(number, lambda _number, _frame: os._exit(code))


def ignore_stop_signals() -> None:
    """From now on the signals do nothing: Python, as it exits, would let them kill it, whatever its code."""
    for number in _STOPPING:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def interrupting_signals() -> Generator[None]:
    """Inside, they raise KeyboardInterrupt: nothing else interrupts a program that reads from a terminal."""
    caught = {number: signal.signal(number, signal.default_int_handler) for number in _STOPPING}
    try:
        yield
    finally:
        for number, handler in caught.items():
            signal.signal(number, handler)


async def until_stopped(work: Coroutine[Any, Any, T], stopped: asyncio.Event) -> T | BaseException:
    """Do something, and cancel it when the event is set.

    Returns:
        Its result, or what it raised: a cancellation too, whoever asked for it.
    """
    doing = asyncio.ensure_future(work)
    if not stopped.is_set():
        stopping = asyncio.ensure_future(stopped.wait())
        await asyncio.wait((doing, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
    doing.cancel()
    (result,) = await asyncio.gather(doing, return_exceptions=True)
    return result
