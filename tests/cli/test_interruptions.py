"""A signal is heard at every moment, once is enough, and exit code and words are true.

130: interrupted before the order was sent. 3: it may be placed. 0: it is placed.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import anyio
import anyio.to_thread
import pytest

from minted_async.sandbox import FaultName, Sandbox
from tests.cli.commands import COMMAND, PATIENCE, Result, Terminal, started
from tests.cli.conftest import PRICE, Order, credentials, stocked_sandbox, talk

pytestmark = pytest.mark.anyio

RUN = 'runpy.run_module("minted_async.cli", run_name="__main__", alter_sys=True)'

# Python's own part of a signal is done, and no wait of the main thread ends: so it is too for a signal that
# comes in the moment between the last line before a wait and the wait.
ANOTHER_THREAD_TAKES_IT = f"""
import runpy, signal, threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
{RUN}
"""

A_DESTRUCTOR_MEETS_IT = f"""
import runpy, signal, sys

class Meeting:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

def hook(event, arguments):
    if not met and (event, *arguments)[: len(moment)] == moment:
        met.append(Meeting())
        met[0] = None

met, moment = [], eval(sys.argv.pop(1))
sys.addaudithook(hook)
{RUN}
"""

# Where `with lock:` ends in Python's own part of an import, of a module that is already being imported: an
# exception there leaves the lock locked, and the import, as it is given up, waits for it for ever.
AN_IMPORT_HOLDS_A_LOCK = f"""
import importlib._bootstrap, runpy, signal, sys

def hook(event, arguments):
    if event == "import" and arguments[0] == "minted_async.cli.app":
        sys.settrace(trace)

def trace(frame, event, argument):
    if frame.f_code is not importlib._bootstrap._ModuleLock.release.__code__:
        return None
    if event == "line" and frame.f_lineno in lines and frame.f_locals["self"].count:
        sys.settrace(None)
        signal.raise_signal(signal.SIGINT)
    lines.add(frame.f_lineno) if event == "line" else lines.clear()
    return trace

lines = set()
sys.addaudithook(hook)
{RUN}
"""

# Until then Python itself starts, which can be interrupted less gracefully.
IT_SAYS_WHEN_IT_STARTS = f"""
import runpy, sys

def hook(event, arguments):
    if event == "import" and arguments[0] == "minted_async.cli.app":
        print("started", flush=True)

sys.addaudithook(hook)
{RUN}
"""

A_NAME_IS_NEVER_RESOLVED = f"""
import runpy, socket, threading

def wait(*arguments, **options):
    print("resolving", flush=True)
    threading.Event().wait()

socket.getaddrinfo = wait
{RUN}
"""


class Running:
    """The command in a process of its own, to be interrupted."""

    def __init__(
        self,
        sandbox: Sandbox,
        *arguments: str,
        stdout: int = subprocess.PIPE,
        program: Sequence[str] = COMMAND,
        **variables: str,
    ) -> None:
        env = {**credentials(sandbox), **variables}
        self._process = started(*arguments, env=env, stdout=stdout, program=program)

    def interrupt(self, number: int = signal.SIGINT) -> None:
        self._process.send_signal(number)

    def until_writing(self) -> None:
        """Wait until it waits in a system call on standard output (proc(5): number, arguments)."""
        call = Path(f"/proc/{self._process.pid}/syscall")
        while call.read_text().split()[1:2] != ["0x1"]:
            time.sleep(0.01)

    def until_printing(self, line: str) -> None:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == line

    async def end(self) -> Result:
        out, err = await anyio.to_thread.run_sync(self._process.communicate, None, PATIENCE)
        return Result(self._process.returncode, out or "", err)


def check(result: Result, sandbox: Sandbox, order: Order) -> None:
    """Exit code and words are true."""
    sent = any(request.path == order.path for request in sandbox.requests)
    match result.code:
        case 0:
            assert "B-1" in sandbox.orders
            assert result.out.startswith("B-1")
        case 3:
            assert "not known whether the order 'B-1' was placed" in result.err
            assert "minted order get B-1" in result.err
        case 130:
            assert not sent
            assert result.err in ("", "Nothing was ordered.\n")
        case other:
            pytest.fail(f"{other} {result}")
    assert not (sent and "Nothing was ordered" in result.err)


async def test_ctrl_c_at_20_moments_is_answered_truly(order: Order) -> None:
    """Five while it starts, fifteen from its first request to its end, as long as both take here and now."""

    async def start(sandbox: Sandbox) -> Running:
        running = Running(sandbox, *order.arguments, "--yes", program=("-c", IT_SAYS_WHEN_IT_STARTS))
        await anyio.to_thread.run_sync(running.until_printing, "started\n")
        return running

    async with stocked_sandbox() as sandbox:
        running = await start(sandbox)
        began = time.monotonic()
        await sandbox.until(lambda: len(sandbox.requests) > 0)
        asked_at = time.monotonic()
        assert (await running.end()).code == 0
        starting, ordering = asked_at - began, time.monotonic() - asked_at
    moments = [starting * part / 5 for part in range(5)]
    moments += [starting + ordering * part / 15 for part in range(15)]
    for moment in moments:
        async with stocked_sandbox() as sandbox:
            running = await start(sandbox)
            await anyio.sleep(moment)
            running.interrupt()
            check(await running.end(), sandbox, order)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
@pytest.mark.parametrize(
    ("call", "fault", "code"),
    [("order", "delay", 3), ("order", "delay_after", 3), ("lookup", "delay", 3)],
)
async def test_interrupted_once_it_is_sent_it_may_exist(
    order: Order, call: str, fault: FaultName, code: int, number: int
) -> None:
    path = "/partner/order/B-1" if call == "lookup" else order.path
    async with stocked_sandbox() as sandbox:
        if call == "lookup":
            sandbox.fail_next("reset_before", path=order.path)
        sandbox.fail_next(fault, path=path, seconds=60)
        running = Running(sandbox, *order.arguments, "--yes")
        await sandbox.until(
            lambda: "B-1" in sandbox.orders if fault == "delay_after" else asked(sandbox, path)
        )
        running.interrupt(number)
        result = await running.end()
        check(result, sandbox, order)
    assert result.code == code


async def test_interrupted_in_the_moment_before_it_waits_for_a_price_it_does_not_wait(order: Order) -> None:
    async with stocked_sandbox() as sandbox:
        sandbox.fail_next("delay", path=PRICE, seconds=60)
        running = Running(sandbox, *order.arguments, "--yes", program=("-c", ANOTHER_THREAD_TAKES_IT))
        await sandbox.until(lambda: asked(sandbox, PRICE))
        running.interrupt()
        result = await running.end()
        check(result, sandbox, order)
    assert (result.code, result.err) == (130, "Nothing was ordered.\n")


async def test_what_only_reads_does_not_wait_either() -> None:
    async with stocked_sandbox() as sandbox:
        sandbox.fail_next("delay", path="/partner/order/B-1", seconds=60)
        running = Running(sandbox, "order", "get", "B-1", program=("-c", ANOTHER_THREAD_TAKES_IT))
        await sandbox.until(lambda: asked(sandbox, "/partner/order/B-1"))
        running.interrupt()
        result = await running.end()
    assert (result.code, result.err) == (130, "")


async def test_interrupted_in_the_moment_before_it_reads_an_answer_it_does_not_read_it(order: Order) -> None:
    def interrupt(screen: Terminal) -> None:
        screen.read_until("? [y/N]")
        screen.process.send_signal(signal.SIGINT)

    async with stocked_sandbox() as sandbox:
        code, text = await talk(sandbox, interrupt, *order.arguments, program=("-c", ANOTHER_THREAD_TAKES_IT))
        assert (code, len(sandbox.orders)) == (130, 0)
    assert "Nothing was ordered." in text


async def test_interrupted_while_an_import_holds_a_lock_it_ends(order: Order) -> None:
    async with stocked_sandbox() as sandbox:
        result = await Running(
            sandbox, *order.arguments, "--yes", program=("-c", AN_IMPORT_HOLDS_A_LOCK)
        ).end()
        check(result, sandbox, order)
    assert result.code == 130


@pytest.mark.parametrize(
    "moment",
    [("import", "minted_async.cli.app"), ("import", "minted_async.cli.repeats"), ("socket.__new__",)],
    ids=["the first import", "a late import", "the event loop is made"],
)
async def test_interrupted_where_exceptions_are_swallowed_it_orders_nothing(
    order: Order, moment: tuple[str, ...]
) -> None:
    async with stocked_sandbox() as sandbox:
        program = ("-c", A_DESTRUCTOR_MEETS_IT, repr(moment))
        result = await Running(sandbox, *order.arguments, "--yes", program=program).end()
        check(result, sandbox, order)
    assert result.code == 130


async def test_interrupted_while_a_name_is_resolved_it_does_not_wait_for_the_name(order: Order) -> None:
    async with stocked_sandbox() as sandbox:
        running = Running(
            sandbox,
            *order.arguments,
            "--yes",
            program=("-c", A_NAME_IS_NEVER_RESOLVED),
            MINTED_BASE_URL="https://minted.example",
        )
        await anyio.to_thread.run_sync(running.until_printing, "resolving\n")
        running.interrupt()
        result = await running.end()
    assert (result.code, result.err) == (130, "Nothing was ordered.\n")


async def test_interrupted_while_it_prints_it_still_says_that_the_order_is_placed(order: Order) -> None:
    """The pipe is full, so that the command is still printing when it is interrupted."""
    reader, writer = os.pipe()
    filling = b"." * fcntl.fcntl(writer, fcntl.F_GETPIPE_SZ)
    os.write(writer, filling)
    async with stocked_sandbox() as sandbox:
        running = Running(sandbox, *order.arguments, "--yes", stdout=writer)
        os.close(writer)
        await anyio.to_thread.run_sync(running.until_writing)
        running.interrupt()
        running.interrupt(signal.SIGTERM)
        with os.fdopen(reader, "rb") as pipe:
            printed = await anyio.to_thread.run_sync(pipe.read)
        result = await running.end()
    assert (result.code, result.err) == (0, "")
    assert printed.removeprefix(filling).startswith(b"B-1")


def asked(sandbox: Sandbox, path: str) -> bool:
    return any(request.path == path and request.authenticated for request in sandbox.requests)
