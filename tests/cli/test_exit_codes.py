"""Once an order may have been sent, exit code and words say what is known of it, whatever else goes wrong.

0: it is placed. 1: it is not. 2: it was asked for wrongly. 3: it may be placed. A script that takes an order
that is placed for a failure places it again.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from typing import NamedTuple

import anyio.to_thread
import pytest

from minted_async.sandbox import FaultName, Sandbox
from tests.cli.commands import PATIENCE, PYTHON, ROOT, environment
from tests.cli.conftest import PRICE, Order, credentials, run, stocked_sandbox

pytestmark = pytest.mark.anyio


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
