"""What threads of a process share, each with a client and an event loop of its own; and forks meanwhile."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType
from typing import Any

import aiohttp
import msgspec
import pytest

from minted_async import MintedClient, errors
from minted_async.core.expected import expected_answer
from minted_async.core.operation import Operation
from minted_async.trades import Journal, MemoryJournal, Outcome
from tests import thread_programs
from tests.servers import LoopbackServer, answering, envelope
from tests.trades.kinds_of_journal import ACCOUNT, intent, quote

ROOT = Path(__file__).parent.parent
GOOD = answering(envelope("5"))


class LoopInThread:
    """An event loop that runs in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)

    def __enter__(self) -> LoopInThread:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)


# -------------------------------------------------------------------- what is kept for all
def test_what_the_spec_says_is_seen_by_other_threads_when_all_of_it_is_there() -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Slow:
        @property
        def number(self) -> type[int]:
            if not begun.is_set():
                begun.set()
                go_on.wait(30)
            return int

    class Answer(msgspec.Struct):
        first: slow.number  # type: ignore[name-defined]  # noqa: F821
        second: int

    globals().update(slow=Slow())
    operation: Operation[Any] = Operation(id="x", method="GET", path="/x", result=Answer, envelope=False)
    with ThreadPoolExecutor(1) as other:
        early = other.submit(expected_answer, operation, 200)
        assert begun.wait(30)
        meanwhile = set(expected_answer(operation, 200).fields or ())
        go_on.set()
        assert meanwhile == set(early.result().fields or ()) == {"first", "second"}


# -------------------------------------------------------------------- journals
def at_every_line(frame: FrameType, event: str, argument: object) -> Any:
    """Let another thread run before each line of the journal."""
    if "journal/memory.py" not in frame.f_code.co_filename:
        return None
    time.sleep(0)
    return at_every_line


def from_many_threads(work: Callable[[int], bool]) -> list[bool]:
    """Do something from several threads at once, which alternate with each line of a journal in memory."""
    together = threading.Barrier(4)

    def one(number: int) -> bool:
        together.wait()
        sys.settrace(at_every_line)
        try:
            return work(number)
        finally:
            sys.settrace(None)

    with ThreadPoolExecutor(4) as threads:
        return list(threads.map(one, range(4)))


def test_of_many_threads_that_take_a_quote_from_memory_one_gets_it() -> None:
    for attempt in range(20):
        journal = MemoryJournal()
        asyncio.run(journal.save_quote(quote()))

        def take(number: int, journal: Journal = journal) -> bool:
            order = intent(f"B-{number}")
            try:
                asyncio.run(journal.record(order, certain_in=251.0, owner=f"{number}", quote="Q-1"))
            except errors.QuoteUsedError:
                return False
            return True

        assert sorted(from_many_threads(take)) == [False, False, False, True], attempt


def test_of_many_threads_that_settle_an_order_in_memory_one_is_told_that_it_did() -> None:
    for attempt in range(20):
        journal = MemoryJournal()
        asyncio.run(journal.record(intent(), certain_in=251.0, owner="one"))

        def settle(_: int, journal: Journal = journal) -> bool:
            return asyncio.run(journal.settle(intent(), Outcome.PLACED))

        assert sorted(from_many_threads(settle)) == [False, False, False, True], attempt


def test_a_journal_in_memory_can_be_read_while_threads_write() -> None:
    journal = MemoryJournal()

    async def write(number: int) -> bool:
        for each in range(10):
            await journal.record(intent(f"B-{number}-{each}"), certain_in=251.0, owner="one")
            assert await journal.unsettled()
            await journal.claim(ACCOUNT, "two", limit=5, held=())
            await journal.release(ACCOUNT, "two")
        return True

    from_many_threads(lambda number: asyncio.run(write(number)))
    assert len(asyncio.run(journal.unsettled())) == 40


# -------------------------------------------------------------------- one client, several loops
def test_of_two_loops_that_use_a_client_first_at_once_one_is_refused() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slowly() -> aiohttp.BaseConnector:
        begun.set()
        assert go_on.wait(30)
        return aiohttp.TCPConnector()

    with LoopInThread() as here, LoopInThread() as there:

        async def serve() -> LoopbackServer:
            return await LoopbackServer(GOOD).__aenter__()

        server = here.run(serve())
        minted: MintedClient = server.client(connector=slowly)
        first = asyncio.run_coroutine_threadsafe(minted.request("GET", "/x"), there.loop)
        assert begun.wait(30)
        with pytest.raises(errors.ConfigurationError, match="belongs to another event loop"):
            asyncio.run(minted.request("GET", "/x"))
        go_on.set()
        assert first.result(30) == 5
        there.run(minted.aclose())
        here.run(server.__aexit__(None, None, None))


def test_a_client_whose_first_call_could_not_be_made_belongs_to_no_loop() -> None:
    async def call(minted: MintedClient) -> object:
        async with LoopbackServer(GOOD):
            return await minted.request("GET", "/x")

    minted = MintedClient("user", "password", base_url="http://127.0.0.1:9", connector=lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    for _ in range(2):
        with pytest.raises(errors.ConfigurationError, match="ZeroDivisionError"):
            asyncio.run(call(minted))


def test_closing_does_not_wait_for_a_loop_that_ends_meanwhile() -> None:
    with LoopInThread() as there:

        async def use() -> MintedClient:
            async with LoopbackServer(GOOD) as server:
                minted = server.client()
                await minted.request("GET", "/x")
            return minted

        minted = there.run(use())
        ending, go_on = threading.Event(), threading.Event()

        def end() -> None:
            there.loop.stop()  # after what is to be done by now
            ending.set()
            go_on.wait(30)

        there.loop.call_soon_threadsafe(end)
        assert ending.wait(30)

        async def close() -> None:
            closing = asyncio.create_task(minted.aclose())
            for _ in range(5):
                await asyncio.sleep(0)
            go_on.set()
            await closing

        asyncio.run(asyncio.wait_for(close(), 30))


def forget(held: list[MintedClient]) -> None:
    held.clear()
    gc.collect()


def test_a_forgotten_client_is_closed_by_the_thread_of_its_loop() -> None:
    closed = threading.Event()
    threads: set[threading.Thread] = set()

    class Told(aiohttp.TCPConnector):
        def close(self, **options: Any) -> Any:
            threads.add(threading.current_thread())
            closed.set()
            return super().close(**options)

    with LoopInThread() as there:

        async def use() -> list[MintedClient]:
            async with LoopbackServer(GOOD) as server:
                minted = server.client(connector=Told)
                await minted.request("GET", "/x")
            return [minted]

        held = there.run(use())
        with pytest.warns(ResourceWarning, match="was never closed"):
            forget(held)
        assert closed.wait(30)
        there.run(asyncio.sleep(0))
    assert threads == {there.thread}


# -------------------------------------------------------------------- forks
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
@pytest.mark.parametrize("program", [each.__name__ for each in thread_programs.PROGRAMS])
def test_a_fork(program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-m", thread_programs.__name__, program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


# Each of these makes another lock in a child, or holds its lock while the process forks.
SEES_TO_IT = {"blocking/door.py", "core/forks.py", "shapes/recorder.py", "trades/journal/sqlite.py"}


def test_no_lock_can_be_left_taken_by_a_fork() -> None:
    """`core.forks.lock_of_module` is the way. Of the sandbox, a forked child is no part."""
    package = ROOT / "minted_async"
    locks = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(
            r"threading\.(R?Lock|Condition|\w*Semaphore|Barrier)\(|from threading import", path.read_text()
        )
    }
    assert {path for path in locks if not path.startswith("sandbox/")} == SEES_TO_IT


def test_nobody_goes_through_a_set_that_the_garbage_collector_changes() -> None:
    """`WeakKeyDictionary.keyrefs` and `WeakValueDictionary.valuerefs` copy what they hold in one step."""
    for path in (ROOT / "minted_async").rglob("*.py"):
        assert "WeakSet" not in path.read_text(), path
