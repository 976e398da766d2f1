"""Once an order may have been sent, exit code and words say what is known of it, whatever else goes wrong.

0: it is placed. 1: it is not. 2: it was asked for wrongly. 3: it may be placed. 130: interrupted before it
was sent. A script that takes an order that is placed for a failure places it again.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import anyio
import anyio.to_thread
import pytest

from minted_async.sandbox import FaultName, Sandbox
from tests.cli.commands import PATIENCE, PYTHON, ROOT, Result, Terminal, environment, started
from tests.cli.conftest import Order, credentials, run, stocked_sandbox, talk

pytestmark = pytest.mark.anyio

PRICE = "/partner/pricefix"


class Outcome(NamedTuple):
    """What becomes of an order."""

    code: int
    faults: Mapping[str, FaultName] = {}
    arguments: tuple[str, ...] = ()


OUTCOMES = {
    "placed": Outcome(0),
    "placed, its answer lost": Outcome(0, {"order": "reset_after"}),
    "no price": Outcome(1, {"price": "forbidden"}),
    "refused": Outcome(1, arguments=("--sku", "TIN")),
    "failed": Outcome(3, {"order": "server_error"}, ("--settle-timeout", "0.1")),
    "unknown": Outcome(3, {"order": "reset_before"}, ("--settle-timeout", "0.1")),
}

OUTPUTS = {
    "stdout is full": ">/dev/full",
    "stdout is closed": ">&-",
    "JSON is read by nobody": "--json | true",
    "stderr is full": "2>/dev/full",
    "both are full": ">/dev/full 2>&1",
    "all three are closed": "<&- >&- 2>&-",
}


async def shell(sandbox: Sandbox, redirection: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a shell, with its output redirected; the result is the command's own exit code."""
    script = f'"$@" {redirection}; exit ${{PIPESTATUS[0]}}'
    command = ["bash", "-c", script, "bash", *PYTHON, "-m", "minted_async.cli", *arguments]
    environ = environment(**credentials(sandbox))
    return await anyio.to_thread.run_sync(
        lambda: subprocess.run(
            command,
            cwd=ROOT,
            env=environ,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
    )


@pytest.mark.parametrize("redirection", OUTPUTS.values(), ids=OUTPUTS)
async def test_the_exit_code_does_not_depend_on_the_output(order: Order, redirection: str) -> None:
    for name, outcome in OUTCOMES.items():
        async with stocked_sandbox() as sandbox:
            for call, fault in outcome.faults.items():
                sandbox.fail_next(fault, path=PRICE if call == "price" else order.path)
            arguments = (*order.arguments, *outcome.arguments, "--yes")
            done = await shell(sandbox, redirection, *arguments)
            assert (name, done.returncode) == (name, outcome.code), done.stderr
            assert ("B-1" in sandbox.orders) is (outcome.code == 0)
            assert "Traceback" not in done.stderr
            assert "Exception ignored" not in done.stderr


async def test_an_order_that_cannot_be_printed_is_told_on_standard_error(order: Order) -> None:
    async with stocked_sandbox() as sandbox:
        done = await shell(sandbox, ">/dev/full", *order.arguments, "--yes")
    assert "The order B-1 is placed" in done.stderr
    assert "No space left on device" in done.stderr


@pytest.mark.parametrize(
    ("redirection", "code", "words"),
    [(">/dev/full", 1, "No space left on device"), (">&-", 1, "Bad file descriptor"), ("| true", 0, "")],
)
@pytest.mark.parametrize("arguments", [("prices",), ("operations",), ("demo", "--code"), ("--version",)])
async def test_what_only_reads_fails_where_its_output_does(
    arguments: tuple[str, ...], redirection: str, code: int, words: str
) -> None:
    async with stocked_sandbox() as sandbox:
        done = await shell(sandbox, redirection, *arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


async def test_an_unknown_outcome_says_what_to_do(order: Order) -> None:
    async with stocked_sandbox() as sandbox:
        sandbox.fail_next("reset_before", path=order.path)
        result = await run(sandbox, *order.arguments, "--yes", "--settle-timeout", "0.1")
    assert result.code == 3
    assert "minted order get B-1" in result.err


# ------------------------------------------------------------------------------------------- interruptions
class Running:
    """The command in a process of its own, to be interrupted."""

    def __init__(self, sandbox: Sandbox, *arguments: str, stdout: int = subprocess.PIPE) -> None:
        self._process = started(*arguments, env=credentials(sandbox), stdout=stdout)

    def interrupt(self, number: int = signal.SIGINT) -> None:
        self._process.send_signal(number)

    def until_writing(self) -> None:
        """Wait until it waits in a system call on standard output (proc(5): number, arguments)."""
        call = Path(f"/proc/{self._process.pid}/syscall")
        while call.read_text().split()[1:2] != ["0x1"]:
            time.sleep(0.01)

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
            # An import that is interrupted leaves its file open: where warnings are errors, Python complains.
            complaint = r"(?s:Exception ignored in: .*unclosed [^\n]*>\n)?"
            assert re.fullmatch(complaint + r"(Nothing was ordered\.\n)?", result.err), result.err
        case other:
            # Python itself was still starting, which it does not do gracefully.
            assert (other in (1, -signal.SIGINT), sent) == (True, False), result
    assert not (sent and "Nothing was ordered" in result.err)


async def test_ctrl_c_at_20_moments_is_answered_truly(order: Order) -> None:
    """Five while it starts, fifteen from its first request to its end, as long as both take here and now."""
    async with stocked_sandbox() as sandbox:
        began = time.monotonic()
        running = Running(sandbox, *order.arguments, "--yes")
        await sandbox.until(lambda: len(sandbox.requests) > 0)
        asked_at = time.monotonic()
        assert (await running.end()).code == 0
        starting, ordering = asked_at - began, time.monotonic() - asked_at
    moments = [starting * part / 5 for part in range(5)]
    moments += [starting + ordering * part / 15 for part in range(15)]
    for moment in moments:
        async with stocked_sandbox() as sandbox:
            running = Running(sandbox, *order.arguments, "--yes")
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


async def test_interrupted_while_the_price_is_fixed_nothing_is_ordered(order: Order) -> None:
    async with stocked_sandbox() as sandbox:
        sandbox.fail_next("delay", path=PRICE, seconds=60)
        running = Running(sandbox, *order.arguments, "--yes")
        await sandbox.until(lambda: asked(sandbox, PRICE))
        running.interrupt()
        result = await running.end()
        check(result, sandbox, order)
    assert (result.code, result.err) == (130, "Nothing was ordered.\n")


async def test_interrupted_at_the_question_nothing_is_ordered(order: Order) -> None:
    def interrupt(screen: Terminal) -> None:
        screen.read_until("? [y/N]")
        # Python does not notice a signal that comes in the moment before it begins to read.
        while screen.process.poll() is None:
            screen.process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                screen.process.wait(3)

    async with stocked_sandbox() as sandbox:
        code, text = await talk(sandbox, interrupt, *order.arguments)
        assert (code, len(sandbox.orders)) == (130, 0)
    assert "Nothing was ordered." in text


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
