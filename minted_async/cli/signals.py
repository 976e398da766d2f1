"""Ctrl-C, or a terminal that closes: something to wait for, not an exception in the middle of any line.

Python loses signals in two ways. An exception that a handler raises is swallowed where the line that it
happens to meet is a destructor, the callback of a weak reference or within a broad `except`; so no handler
raises one where an order is placed. And a handler runs between two lines only: a wait that begins a moment
after the signal, or goes on because another thread took it, is not ended by it; so nothing but the loop
waits, and each signal wakes it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Coroutine
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


def run(work: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run`, in which Ctrl-C cancels the work: `main` lets it end the process."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)

    async def woken() -> T:
        _wake_at_each_signal(asyncio.get_running_loop())
        return await work

    return asyncio.run(woken())


def catch_stop_signals(loop: asyncio.AbstractEventLoop) -> asyncio.Event:
    """An event that the stop signals set, from now until the process ends; they do nothing else any more.

    `loop.add_signal_handler` does so too, but not on Windows, nor beyond the end of the loop.
    """
    stopped = asyncio.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nothing is left to be stopped
            loop.call_soon_threadsafe(stopped.set)

    _wake_at_each_signal(loop)
    for number in _STOPPING:
        signal.signal(number, stop)
    return stopped


def _wake_at_each_signal(loop: asyncio.AbstractEventLoop) -> None:
    if sys.platform != "win32":  # where each loop does it itself
        heard, told = os.pipe()
        os.set_blocking(told, False)
        loop.add_reader(heard, os.read, heard, 4096)
        signal.set_wakeup_fd(told, warn_on_full_buffer=False)


async def end_at_once_when_stopped(code: int, stopped: asyncio.Event) -> None:
    """From now on the signals, and one that has come, end the process with its exit code: all is told.

    Only closing is left, and a thread that resolves a name, for one, can hold it up for a minute.
    """
    for number in _STOPPING:
        signal.signal(number, lambda _number, _frame: os._exit(code))
    await asyncio.sleep(0)  # what came before is heard
    if stopped.is_set():
        os._exit(code)


def ignore_stop_signals() -> None:
    """From now on the signals do nothing: Python, as it exits, would let them kill it, whatever its code."""
    for number in _STOPPING:
        signal.signal(number, signal.SIG_IGN)


async def read_line() -> str:
    """A line from the terminal; nothing if it has ended.

    A thread waits for it, which nobody waits for: a read of standard input cannot be cancelled.
    """
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[bytes]()

    def read() -> None:
        line = b""
        with contextlib.suppress(OSError):  # not `sys.stdin`, whose lock Python needs as it exits
            line = os.read(sys.stdin.fileno(), 4096)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody has waited for the answer
            loop.call_soon_threadsafe(lines.put_nowait, line)

    threading.Thread(target=read, daemon=True).start()
    return (await lines.get()).decode(errors="replace")


async def until_stopped(work: Coroutine[Any, Any, T], stopped: asyncio.Event) -> T | BaseException:
    """Do something, and cancel it when the event is set.

    Returns:
        Its result, or what it raised: a cancellation too, whoever asked for it.
    """
    await asyncio.sleep(0)  # a signal that has come is heard before anything begins
    doing = asyncio.ensure_future(work)
    if not stopped.is_set():
        stopping = asyncio.ensure_future(stopped.wait())
        await asyncio.wait((doing, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
    doing.cancel()
    (result,) = await asyncio.gather(doing, return_exceptions=True)
    return result
