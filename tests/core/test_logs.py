"""The log: one line a call at DEBUG, retries at INFO, and MINTED_LOG for programs without logging."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from minted_async import MintedClient
from minted_async.errors import ConfigurationError, ConnectionLostError, NotFoundError
from minted_async.sandbox import Sandbox
from tests.servers import (
    QUICK_RETRIES,
    LoopbackServer,
    answering,
    envelope,
    one_each,
    refusal,
    reset_after_reading,
    response,
)

pytestmark = pytest.mark.anyio

ORDER = '{"data":{"guid":"G","order_code":"A","external_id":"O","items":[]},"success":true,"code":0}'


def shown(record: logging.LogRecord) -> tuple[Any, ...]:
    """What a log in JSON would have of a call."""
    names = ("levelname", "operation", "status", "attempts", "request_id", "error")
    assert vars(record)["milliseconds"] >= 0
    return tuple(vars(record)[name] for name in names)


@pytest.fixture
def debug(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG, "minted_async"):
        yield caplog


async def test_each_call_is_one_line(debug: pytest.LogCaptureFixture) -> None:
    answers = answering(
        response(ORDER.encode(), headers={"x-request-id": "R-1"}), refusal(404), envelope("5"), envelope("5")
    )
    async with LoopbackServer(answers) as server, server.client(drift="off") as minted:
        await minted.orders.get("ORD-1")
        with pytest.raises(NotFoundError):
            await minted.orders.get("ORD-2")
        await minted.request("GET", "/partner/customer/CST-1")
    records = [record for record in debug.records if record.name == "minted_async"]
    assert [shown(record) for record in records] == [
        ("DEBUG", "orders.get", 200, 1, "R-1", None),
        ("DEBUG", "orders.get", 404, 1, None, "NotFoundError"),
        ("DEBUG", "request", 200, 1, None, None),
    ]
    assert records[0].getMessage().startswith("orders.get: done, HTTP 200, attempts 1, ")
    assert records[0].getMessage().endswith(" ms, request id R-1")
    assert "ORD" not in debug.text
    assert "CST" not in debug.text


async def test_a_retry_is_told_at_info(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "minted_async"):
        behave = one_each(reset_after_reading, answering(response(ORDER.encode())))
        async with LoopbackServer(behave) as server, server.client(retry=QUICK_RETRIES) as minted:
            await minted.orders.get("ORD-1")
    (record,) = caplog.records
    told = vars(record)
    assert (told["operation"], told["attempt"], told["status"]) == ("orders.get", 1, None)
    assert told["error"] == ConnectionLostError.__name__


@pytest.mark.parametrize("value", ["", "a b", "x" * 101, "ü", '"quoted"', "%0a"])
async def test_what_looks_like_no_request_id_is_left_out(debug: pytest.LogCaptureFixture, value: str) -> None:
    answer = response(ORDER.encode(), headers={"X-Request-Id": value})
    async with LoopbackServer(answering(answer)) as server, server.client() as minted:
        await minted.orders.get("ORD-1")
    assert vars(debug.records[-1])["request_id"] is None


async def test_a_secret_that_comes_back_as_a_request_id_is_masked(debug: pytest.LogCaptureFixture) -> None:
    answer = response(ORDER.encode(), headers={"X-Request-Id": "hunter2hunter2"})
    async with LoopbackServer(answering(answer)) as server, server.client() as minted:
        await minted.request("POST", "/x", json={"password": "hunter2hunter2"})
    assert "hunter2" not in str(vars(debug.records[-1]))


PROGRAM = """
import asyncio, os
{before}
from minted_async import MintedClient, errors

async def main():
    async with MintedClient("demo", "demo", base_url=os.environ["SANDBOX"], retry=None) as minted:
        try:
            await minted.orders.get("ORD-1")
        except errors.NotFoundError:
            return

asyncio.run(main())
"""


def errors_of(sandbox: Sandbox, level: str, before: str = "") -> str:
    environment = {**os.environ, "SANDBOX": sandbox.url, "MINTED_LOG": level}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(before=before)],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stderr


class TestMintedLog:
    def test_debug_is_seen_without_logging_of_the_programs_own(self) -> None:
        with Sandbox().in_thread() as sandbox:
            lines = errors_of(sandbox, "debug").splitlines()
        assert len(lines) == 1
        assert " DEBUG minted_async: orders.get: NotFoundError, HTTP 404, attempts 1, " in lines[0]

    def test_info_says_nothing_of_calls_that_work(self) -> None:
        with Sandbox().in_thread() as sandbox:
            assert errors_of(sandbox, "INFO") == errors_of(sandbox, "") == ""

    def test_a_program_with_logging_of_its_own_gets_each_line_once(self) -> None:
        before = "import logging; logging.basicConfig(format='mine %(message)s')"
        with Sandbox().in_thread() as sandbox:
            (line,) = errors_of(sandbox, "debug", before).splitlines()
        assert line.startswith("mine orders.get: NotFoundError")

    def test_another_word_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MINTED_LOG", "loud")
        with pytest.raises(ConfigurationError, match="MINTED_LOG must be debug or info, not 'loud'"):
            MintedClient("user", "password")
