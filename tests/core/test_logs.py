"""The log: one line a call at DEBUG, retries at INFO, and MINTED_LOG for programs without logging."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import minted_async
from minted_async import MintedClient
from minted_async.errors import ConfigurationError, ConnectionLostError, NotFoundError, ServerError
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
    names = (
        "levelname",
        "minted_operation",
        "minted_status",
        "minted_attempts",
        "minted_request_id",
        "minted_error",
    )
    assert vars(record)["minted_milliseconds"] >= 0
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
    assert (told["minted_operation"], told["minted_attempt"], told["minted_status"]) == (
        "orders.get",
        1,
        None,
    )
    assert told["minted_error"] == ConnectionLostError.__name__


async def test_a_record_has_no_attribute_that_another_library_may_have(
    debug: pytest.LogCaptureFixture,
) -> None:
    answers = answering(refusal(503), refusal(404))
    async with LoopbackServer(answers) as server, server.client(retry=QUICK_RETRIES) as minted:
        with pytest.raises(NotFoundError):
            await minted.orders.get("ORD-1")
    usual = {*vars(logging.makeLogRecord({})), "message", "asctime"}
    for record in debug.records:
        own = set(vars(record)) - usual
        assert own
        assert all(name.startswith("minted_") for name in own)


async def test_no_line_of_a_call_says_what_its_path_or_its_answer_says(
    debug: pytest.LogCaptureFixture,
) -> None:
    behave = one_each(reset_after_reading, answering(refusal(503, 1, "no ID-7"), refusal(404, 1, "no ID-7")))
    async with LoopbackServer(behave) as server, server.client(retry=QUICK_RETRIES) as minted:
        with pytest.raises(NotFoundError):
            await minted.request("GET", "/partner/order/ID-7")
    refusing = LoopbackServer(answering(refusal(503, 1, "no ID-7")))
    async with refusing as server, server.client(retry=QUICK_RETRIES) as minted:
        with pytest.raises(ServerError):
            await minted.trades.fix_price(customer_external_id="ID-7")
    assert len(debug.records) >= 3 + 2
    assert "ID-7" not in debug.text


class Raising(logging.Handler):
    """A handler, a filter or a record factory that is wrong."""

    def __init__(self, fault: BaseException) -> None:
        super().__init__()
        self.fault = fault

    def emit(self, *args: Any, **kwargs: Any) -> Any:
        raise self.fault


@pytest.mark.parametrize("place", ["handler", "filter", "factory"])
@pytest.mark.parametrize("fault", [OSError("disk full"), asyncio.CancelledError()], ids=repr)
async def test_what_a_program_does_with_the_log_changes_no_call(
    debug: pytest.LogCaptureFixture, place: str, fault: BaseException, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong, log = Raising(fault), logging.getLogger("minted_async")
    behave = one_each(reset_after_reading, answering(response(ORDER.encode())))
    usual = logging.getLogRecordFactory()
    match place:
        case "handler":
            log.addHandler(wrong)
        case "filter":
            log.addFilter(wrong.emit)
        case _:
            logging.setLogRecordFactory(wrong.emit)
    try:
        async with LoopbackServer(behave) as server, server.client(retry=QUICK_RETRIES) as minted:
            assert (await minted.orders.get("ORD-1")).order_code == "A"
    finally:
        log.removeHandler(wrong)
        log.removeFilter(wrong.emit)
        logging.setLogRecordFactory(usual)
    assert type(fault).__name__ in capsys.readouterr().err


def test_the_package_logs_in_no_other_way() -> None:
    package = Path(minted_async.__file__).parent
    modules = [path for path in package.rglob("*.py") if "getLogger(" in path.read_text()]
    # The sandbox imports nothing else of the package.
    assert sorted(path.relative_to(package).as_posix() for path in modules) == [
        "core/logs.py",
        "sandbox/handler.py",
    ]


async def test_a_line_says_where_it_was_logged(debug: pytest.LogCaptureFixture) -> None:
    async with LoopbackServer(answering(response(ORDER.encode()))) as server, server.client() as minted:
        await minted.orders.get("ORD-1")
    assert debug.records[-1].funcName == "log_call"


@pytest.mark.parametrize("value", ["", "a b", "x" * 101, "ü", '"quoted"', "%0a"])
async def test_what_looks_like_no_request_id_is_left_out(debug: pytest.LogCaptureFixture, value: str) -> None:
    answer = response(ORDER.encode(), headers={"X-Request-Id": value})
    async with LoopbackServer(answering(answer)) as server, server.client() as minted:
        await minted.orders.get("ORD-1")
    assert vars(debug.records[-1])["minted_request_id"] is None


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


LOSING = """
import asyncio, os, sys
from minted_async import MintedClient

async def main():
    async with MintedClient("demo", "demo", base_url=os.environ["SANDBOX"]) as minted:
        kept, lost = sys.stderr, open(os.devnull, "w")
        for stream in (lost, lost, None, kept):
            sys.stderr = stream
            await minted.prices.fix(type="digital")
            lost.close()

asyncio.run(main())
"""


def errors_of(sandbox: Sandbox, level: str, before: str = "", program: str = PROGRAM) -> str:
    environment = {**os.environ, "SANDBOX": sandbox.url, "MINTED_LOG": level}
    done = subprocess.run(
        [sys.executable, "-c", program.format(before=before)],
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

    @pytest.mark.parametrize(
        "more", ["", "; logging.getLogger('minted_async').addHandler(logging.root.handlers.pop())"]
    )
    def test_a_program_with_logging_of_its_own_gets_each_line_once(self, more: str) -> None:
        before = f"import logging; logging.basicConfig(format='mine %(message)s'){more}"
        with Sandbox().in_thread() as sandbox:
            (line,) = errors_of(sandbox, "debug", before).splitlines()
        assert line.startswith("mine orders.get: NotFoundError")

    def test_handlers_that_are_out_of_reach_hear_nothing(self) -> None:
        before = "import logging; logging.basicConfig(); logging.getLogger('minted_async').propagate = False"
        with Sandbox().in_thread() as sandbox:
            (line,) = errors_of(sandbox, "debug", before).splitlines()
        assert " DEBUG minted_async: orders.get" in line

    def test_a_stderr_that_is_gone_is_no_matter(self) -> None:
        """As under a test runner, a server that logs to a file, or without a console."""
        with Sandbox().in_thread() as sandbox:
            (line,) = errors_of(sandbox, "debug", program=LOSING).splitlines()
        assert " DEBUG minted_async: prices.fix: done" in line

    def test_another_word_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MINTED_LOG", "loud")
        with pytest.raises(ConfigurationError, match="MINTED_LOG must be debug or info, not 'loud'"):
            MintedClient("user", "password")
