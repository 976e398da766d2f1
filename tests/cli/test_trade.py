"""`minted buy` and `minted order`, as a person and as a script use them."""

from __future__ import annotations

import contextlib
import json
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Protocol

import anyio.to_thread
import msgspec
import pytest

from minted_async import MintedClient, models
from minted_async.cli import trade
from minted_async.cli.trade import Purchase
from minted_async.sandbox import Sandbox
from tests.cli.commands import Result, Terminal, terminal, visible_lines
from tests.cli.conftest import Command

pytestmark = pytest.mark.anyio

BUY = "/partner/order/digital/buy"
BUYER = {
    "external_id": "CST-1",
    "identity_number": "10000000146",
    "firstname": "Defne",
    "lastname": "Kaya",
    "email": "defne@example.com",
    "phone": "+905550000000",
}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def customer(tmp_path: Path) -> str:
    path = tmp_path / "customer.json"
    path.write_text(json.dumps(BUYER))
    return str(path)


def credentials(sandbox: Sandbox) -> dict[str, str]:
    return {"MINTED_USERNAME": "demo", "MINTED_PASSWORD": "demo", "MINTED_BASE_URL": sandbox.url}


class Run(Protocol):
    """Runs the command without a terminal, in a thread, while the sandbox of this process answers."""

    async def __call__(self, sandbox: Sandbox, *arguments: str) -> Result: ...


@pytest.fixture
def run(command: Command, monkeypatch: pytest.MonkeyPatch) -> Run:
    async def call(sandbox: Sandbox, *arguments: str) -> Result:
        for name, value in credentials(sandbox).items():
            monkeypatch.setenv(name, value)
        return await anyio.to_thread.run_sync(lambda: command(*arguments))

    return call


async def talk(
    sandbox: Sandbox, conversation: Callable[[Terminal], None], *arguments: str
) -> tuple[int, str]:
    """Run the command in a terminal; its exit code and what it printed."""

    def converse() -> Result:
        with terminal(*arguments, env=credentials(sandbox), columns=200) as screen:
            conversation(screen)
            return screen.finish()

    result = await anyio.to_thread.run_sync(converse)
    return result.code, "\n".join(visible_lines(result.out))


async def test_a_script_buys_without_being_asked(customer: str, run: Run) -> None:
    async with Sandbox() as sandbox:
        result = await run(
            sandbox, "buy", "--customer", customer, "--amount", "0.5", "--external-id", "B-1", "--yes"
        )
        assert (result.code, result.err) == (0, "")
        total = sandbox.orders["B-1"].total
    assert result.out.startswith(f"B-1  Buy  0.5 GAU → {total} TRY  ")


async def test_json_is_exact_and_shows_no_secret(customer: str, run: Run) -> None:
    async with Sandbox() as sandbox:
        result = await run(sandbox, "buy", "--customer", customer, "--amount", "0.50", "--yes", "--json")
        (placed,) = sandbox.orders.values()
    order = json.loads(result.out, parse_float=Decimal)
    assert (order["guid"], order["total"]) == (placed.guid, placed.total)
    assert order["items"][0]["amount"] == Decimal("0.5")
    assert order["customer"]["identity_number"] == "***"
    assert BUYER["identity_number"] not in result.out


async def test_a_total_buys_what_it_buys(customer: str, run: Run) -> None:
    async with Sandbox() as sandbox:
        arguments = ("--total", "1000", "--currency", "TRY", "--sku", "GAG", "--yes")
        result = await run(sandbox, "buy", "--customer", customer, *arguments)
        (placed,) = sandbox.orders.values()
    assert (result.code, placed.items[0].product.sku) == (0, "GAG")
    assert Decimal("999.9") < placed.total <= 1000


async def test_a_person_is_shown_the_price_and_asked(customer: str) -> None:
    def agree(screen: Terminal) -> None:
        screen.read_until("Buy? [y/N]")
        assert not placed()
        screen.type("y\n")

    async with Sandbox() as sandbox:

        def placed() -> int:
            return len(sandbox.orders)

        code, text = await talk(
            sandbox, agree, "buy", "--customer", customer, "--amount", "0.5", "--external-id", "B-1"
        )
        assert (code, placed()) == (0, 1)
        order = sandbox.orders["B-1"]
        url = sandbox.url
    assert f"Buy 0.5 GAU for about {order.total} TRY" in text
    assert f"at {order.items[0].price} TRY, locked for 239 s" in text
    assert "for Defne Kaya (CST-1)" in text
    assert "as order B-1" in text
    assert f"at {url}" in text


@pytest.mark.parametrize("answer", ["n\n", "\x04"])
async def test_anything_but_yes_is_a_no(customer: str, answer: str) -> None:
    def refuse(screen: Terminal) -> None:
        screen.read_until("Buy? [y/N]")
        screen.type(answer)

    async with Sandbox() as sandbox:
        code, text = await talk(sandbox, refuse, "buy", "--customer", customer, "--amount", "0.5")
        assert (code, len(sandbox.orders)) == (1, 0)
    assert "Nothing was ordered." in text


async def test_ctrl_c_at_the_question_is_a_no(customer: str) -> None:
    def interrupt(screen: Terminal) -> None:
        screen.read_until("Buy? [y/N]")
        # Python does not notice a signal that comes in the moment before it begins to read.
        while screen.process.poll() is None:
            screen.process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                screen.process.wait(3)

    async with Sandbox() as sandbox:
        code, text = await talk(sandbox, interrupt, "buy", "--customer", customer, "--amount", "0.5")
        assert (code, len(sandbox.orders)) == (130, 0)
    assert "Nothing was ordered." in text


async def test_ctrl_c_while_the_order_is_sent_says_that_it_may_exist(customer: str) -> None:
    code, text = -1, ""
    async with Sandbox() as sandbox:
        sandbox.fail_next("delay", path=BUY, seconds=60)
        arrived = anyio.Event()

        def interrupt(screen: Terminal) -> None:
            anyio.from_thread.run(arrived.wait)
            screen.process.send_signal(signal.SIGINT)

        async def tell() -> None:
            await sandbox.until(lambda: any(request.path == BUY for request in sandbox.requests))
            arrived.set()

        async with anyio.create_task_group() as group:
            group.start_soon(tell)
            code, text = await talk(
                sandbox,
                interrupt,
                "buy",
                "--customer",
                customer,
                "--amount",
                "0.5",
                "--external-id=B-1",
                "--yes",
            )
    assert code == 3
    assert "it is not known whether the order 'B-1' was placed" in text


async def test_a_price_that_ran_out_at_the_question_is_refused(customer: str) -> None:
    def wait_too_long(screen: Terminal) -> None:
        screen.read_until("locked for 0 s")
        screen.read_until("Buy? [y/N]")
        screen.type("y\n")

    async with Sandbox(price_ttl=1) as sandbox:
        code, text = await talk(sandbox, wait_too_long, "buy", "--customer", customer, "--amount", "0.5")
        assert (code, len(sandbox.orders)) == (1, 0)
    assert "PriceExpiredError" in text


async def test_without_a_terminal_nothing_is_bought_unasked(customer: str, run: Run) -> None:
    async with Sandbox() as sandbox:
        result = await run(sandbox, "buy", "--customer", customer, "--amount", "0.5")
        assert (result.code, list(sandbox.requests)) == (2, [])
    assert "--yes" in result.err


async def test_a_lost_answer_is_found_out(customer: str, tmp_path: Path, run: Run) -> None:
    journal = tmp_path / "journal.sqlite"
    async with Sandbox() as sandbox:
        sandbox.fail_next("reset_after", path=BUY)
        arguments = ("--amount", "0.5", "--external-id", "B-1", "--yes", "--journal", str(journal))
        result = await run(sandbox, "buy", "--customer", customer, *arguments)
        assert (result.code, len(sandbox.orders)) == (0, 1)
    with closing(sqlite3.connect(journal)) as connection:
        assert connection.execute("SELECT external_id, outcome FROM orders").fetchall() == [("B-1", "placed")]


async def test_an_unknown_outcome_has_an_exit_code_of_its_own(customer: str, run: Run) -> None:
    async with Sandbox() as sandbox:
        sandbox.fail_next("reset_before", path=BUY)
        arguments = ("--amount", "0.5", "--external-id", "B-1", "--yes", "--settle-timeout", "0.1")
        result = await run(sandbox, "buy", "--customer", customer, *arguments)
    assert result.code == 3
    assert "minted order get B-1" in result.err


@pytest.mark.parametrize(("flag", "expected"), [([], 10.0), (["--wait-until-certain"], None)])
def test_certainty_can_be_waited_for(
    flag: list[str],
    expected: float | None,
    customer: str,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Purchase] = []

    def note(purchase: Purchase) -> int:
        asked.append(purchase)
        return 0

    monkeypatch.setattr(trade, "run_buy", note)
    assert command("buy", "--customer", customer, "--amount", "1", *flag).code == 0
    assert asked[0].settle_timeout == expected


async def test_slippage_stops_a_purchase(customer: str, run: Run) -> None:
    async with Sandbox() as sandbox:
        arguments = ("--amount", "0.5", "--yes", "--reference-price", "4000", "--max-slippage", "0.01")
        result = await run(sandbox, "buy", "--customer", customer, *arguments)
        assert (result.code, len(sandbox.orders)) == (1, 0)
    assert "SlippageError" in result.err


def test_what_cannot_be_meant_is_bad_usage(customer: str, command: Command, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"external_id": "CST-1"}')
    for arguments, problem in [
        (("--customer", customer, "--yes"), "either --amount or --total"),
        (("--customer", customer, "--yes", "--amount", "1", "--total", "1"), "either --amount or --total"),
        (("--customer", str(broken), "--yes", "--amount", "1"), "identity_number"),
        (("--customer", str(tmp_path / "none.json"), "--yes", "--amount", "1"), "none.json"),
        (("--customer", customer, "--yes", "--amount", "much"), "much"),
    ]:
        result = command("buy", *arguments)
        assert (result.code, problem in result.err) == (2, True), result


def test_missing_credentials_are_named(
    customer: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MINTED_USERNAME", "MINTED_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    result = command("buy", "--customer", customer, "--amount", "1", "--yes")
    assert result.code == 1
    assert "MINTED_USERNAME" in result.err


async def place(sandbox: Sandbox) -> None:
    async with MintedClient("demo", "demo", base_url=sandbox.url) as client:
        await client.trades.buy(
            customer=msgspec.convert(BUYER, models.OrderCustomer),
            items=[models.BuyItem(sku="GAU", amount=Decimal("0.5"))],
            external_id="B-1",
        )


async def test_an_order_is_read(run: Run) -> None:
    async with Sandbox() as sandbox:
        await place(sandbox)
        sandbox.advance(5)
        result = await run(sandbox, "order", "get", "B-1")
        assert (result.code, result.err) == (0, "")
        assert result.out.rstrip().endswith("TRY  Completed")
        result = await run(sandbox, "order", "get", "B-1", "--json")
        assert json.loads(result.out)["status_name"] == "Completed"


async def test_an_order_that_does_not_exist_fails(run: Run) -> None:
    async with Sandbox() as sandbox:
        result = await run(sandbox, "order", "get", "NONE")
    assert (result.code, result.out) == (1, "")
    assert "NotFoundError" in result.err


async def test_an_order_is_watched_to_its_end(run: Run) -> None:
    result = Result(-1, "")
    async with Sandbox(status_delays=(0.1, 1000)) as sandbox:
        await place(sandbox)
        async with anyio.create_task_group() as group:

            async def complete() -> None:
                reads = sum(request.method == "GET" for request in sandbox.requests)
                await sandbox.until(
                    lambda: sum(request.method == "GET" for request in sandbox.requests) > reads + 3
                )
                sandbox.orders["B-1"].force_status("Completed")

            group.start_soon(complete)
            result = await run(sandbox, "order", "watch", "B-1", "--json")
    states = [json.loads(line)["status_name"] for line in result.out.splitlines()]
    assert result.code == 0
    assert states[-1] == "Completed"
    assert len(states) == len(set(states))


async def test_watching_has_a_limit_and_any_goal(run: Run) -> None:
    async with Sandbox(status_delays=(0, 1000)) as sandbox:
        await place(sandbox)
        result = await run(sandbox, "order", "watch", "B-1", "--until", "Melting", "--timeout", "0.6")
        assert result.code == 1
        assert "still 'Pending'" in result.err
        result = await run(sandbox, "order", "watch", "B-1", "--until", "Pending")
        assert result.code == 0
