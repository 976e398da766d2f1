"""The shop: two uvicorn workers behind a round robin sell at quotes, once, however often they are submitted.

`SHOP_PURCHASES=2000 pytest tests/test_shop_example.py -k twice` is the full number.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import signal
import sys
import uuid
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp
import anyio
import pytest

from minted_async.sandbox import Sandbox
from tests.trades.postgres_server import running_postgres

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0
PURCHASES = int(os.environ.get("SHOP_PURCHASES", "40"))
AT_ONCE = 20
BUY = "/partner/order/digital/buy"


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The URL of a database with the journal's tables."""
    with running_postgres() as server:
        server.make_tables()
        yield server.url()


@pytest.fixture(params=["sqlite", "postgres"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "shop.sqlite")
    url: str = request.getfixturevalue("postgres")
    return url


@dataclass
class RoundRobin:
    """Passes each connection on to the next worker in turn.

    Attributes:
        ports: The workers.
        url: Where it listens.
        connections: How many each worker has had.
    """

    ports: list[int]
    url: str = ""
    connections: Counter[int] = field(default_factory=Counter[int])

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        turns = itertools.cycle(self.ports)

        async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            port = next(turns)
            self.connections[port] += 1
            upstream = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(copy(reader, upstream[1]), copy(upstream[0], writer))

        async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            with suppress(ConnectionError):
                while data := await source.read(65536):
                    target.write(data)
                    await target.drain()
            target.close()

        async with await asyncio.start_server(pass_on, "127.0.0.1", 0, backlog=1000) as server:
            self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            yield


class Shop:
    """Customers of the running shop. Each request has its own connection, and so goes to the next worker."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession, balancer: RoundRobin) -> None:
        self.sandbox = sandbox
        self.balancer = balancer
        self._session = session

    async def post(self, path: str, **content: str) -> tuple[int, dict[str, Any]]:
        async with self._session.post(self.balancer.url + path, json=content) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str) -> tuple[int, dict[str, Any]]:
        async with self._session.get(self.balancer.url + path) as answer:
            return answer.status, await answer.json()

    async def quote(self) -> dict[str, str]:
        status, quote = await self.post("/quotes")
        assert status == 201, quote
        return quote

    async def buy(self, quote: str, grams: str = "0.5") -> tuple[int, dict[str, Any]]:
        return await self.post("/orders", quote=quote, grams=grams)


@asynccontextmanager
async def program(*arguments: str, **options: Any) -> AsyncGenerator[asyncio.subprocess.Process]:
    """A Python program that is told to stop, and that says nothing of errors."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
        **options,
    )
    try:
        yield process
        process.send_signal(signal.SIGINT)
        with anyio.fail_after(PATIENCE):
            printed, _ = await process.communicate()
        assert b"Traceback" not in printed, printed.decode()
        assert b"Application shutdown complete" in printed
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def until_printed(process: asyncio.subprocess.Process, pattern: str) -> str:
    """Read what a program prints until there is something in it."""
    assert process.stdout is not None
    printed = ""
    with anyio.fail_after(PATIENCE):
        while (match := re.search(pattern, printed, re.DOTALL)) is None:
            line = await process.stdout.readline()
            assert line, printed
            printed += line.decode()
    return match[1]


def variables(**variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MINTED_")}
    return {**kept, "PYTHONPATH": str(ROOT), **variables}


@asynccontextmanager
async def open_shop(journal: str, **options: Any) -> AsyncGenerator[Shop]:
    async with AsyncExitStack() as stack:
        # Each test has an account of its own, and with it a journal of its own in a shared database.
        username = uuid.uuid4().hex
        sandbox = await stack.enter_async_context(Sandbox(username=username, max_requests=100_000, **options))
        environment = variables(
            MINTED_USERNAME=username,
            MINTED_PASSWORD=sandbox.password,
            MINTED_BASE_URL=sandbox.url,
            MINTED_JOURNAL=journal,
        )
        uvicorn = ("-W", "error", "-m", "uvicorn", "--app-dir", "examples", "--port", "0", "fastapi_shop:app")
        workers = [
            await stack.enter_async_context(program(*uvicorn, cwd=ROOT, env=environment)) for _ in "12"
        ]
        ports = [int(await until_printed(worker, r"running on http://127.0.0.1:(\d+)")) for worker in workers]
        balancer = RoundRobin(ports)
        await stack.enter_async_context(balancer.running())
        connector = aiohttp.TCPConnector(force_close=True, limit=0)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        yield Shop(sandbox, session, balancer)


@pytest.fixture
async def shop(journal: str) -> AsyncIterator[Shop]:
    async with open_shop(journal) as shop:
        yield shop


async def test_a_price_that_one_worker_shows_is_bought_from_the_other(shop: Shop) -> None:
    quote = await shop.quote()
    status, order = await shop.buy(quote["quote"])
    assert list(shop.balancer.connections.values()) == [1, 1]
    (placed,) = shop.sandbox.orders.values()
    assert (status, Decimal(order["total"])) == (201, placed.total)
    assert placed.items[0].price == Decimal(quote["price"])
    with anyio.fail_after(PATIENCE):  # the journal hears it a moment later
        while (await shop.get(f"/orders/{order['order']}"))[1]["outcome"] != "placed":
            pass


async def test_purchases_that_are_submitted_twice_at_once_give_one_order_each(shop: Shop) -> None:
    free = asyncio.Semaphore(AT_ONCE)

    async def purchase() -> str:
        async with free:
            quote = (await shop.quote())["quote"]
            answers = await asyncio.gather(shop.buy(quote), shop.buy(quote))
        assert answers[0] == answers[1]
        status, order = answers[0]
        assert status == 201, order
        return str(order["order"])

    ids = await asyncio.gather(*(purchase() for _ in range(PURCHASES)))
    assert len(set(ids)) == PURCHASES
    assert shop.sandbox.orders.keys() == set(ids)
    sent = Counter(request.path for request in shop.sandbox.requests if request.authenticated)
    assert sent[BUY] == PURCHASES
    first, second = shop.balancer.connections.values()
    assert abs(first - second) <= 1
    shop.sandbox.ledger.verify()


async def test_a_quote_buys_no_second_amount(shop: Shop) -> None:
    quote = (await shop.quote())["quote"]
    _, order = await shop.buy(quote)
    status, answer = await shop.buy(quote, "0.6")
    assert (status, answer["external_id"]) == (409, order["order"])
    assert len(shop.sandbox.orders) == 1


async def test_an_order_whose_answer_is_lost_is_found(shop: Shop) -> None:
    shop.sandbox.fail_next("reset_after", path=BUY)
    quote = (await shop.quote())["quote"]
    first, second = await asyncio.gather(shop.buy(quote), shop.buy(quote))
    assert first == second
    assert first[0] == 201
    assert len(shop.sandbox.orders) == 1


async def test_what_a_customer_does_wrong_is_answered_and_nothing_is_bought(shop: Shop) -> None:
    quote = (await shop.quote())["quote"]
    assert (await shop.buy("made-up"))[0] == 404
    assert (await shop.buy(quote, "0"))[0] == 422
    assert (await shop.get("/orders/made-up"))[0] == 404
    assert len(shop.sandbox.orders) == 0


async def test_a_quote_that_has_run_out_buys_nothing(journal: str) -> None:
    async with open_shop(journal, price_ttl=5) as shop:
        quote = await shop.quote()
        left = datetime.fromisoformat(quote["expires_at"]) - datetime.now(UTC)
        await anyio.sleep(left.total_seconds() + 0.1)
        assert (await shop.buy(quote["quote"]))[0] == 410
        assert len(shop.sandbox.orders) == 0


async def test_one_command_runs_it_on_a_sandbox_of_its_own(tmp_path: Path) -> None:
    command = (str(ROOT / "examples" / "fastapi_shop.py"), "--port", "0")
    connector = aiohttp.TCPConnector(force_close=True)
    async with (
        program(*command, cwd=tmp_path, env=variables()) as process,
        aiohttp.ClientSession(connector=connector) as session,
    ):
        both_ready = "startup complete.*startup complete"
        url = await until_printed(process, rf"running on (http://127.0.0.1:\d+).*{both_ready}")
        async with session.post(f"{url}/quotes") as answer:
            quote = (await answer.json())["quote"]
        orders: set[str] = set()
        for _ in range(2):
            content = {"quote": quote, "grams": "0.5"}
            async with session.post(f"{url}/orders", json=content) as answer:
                orders.add((await answer.json())["order"])
        assert len(orders) == 1
    assert process.returncode == 0
