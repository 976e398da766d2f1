"""Calls that are cancelled anywhere leave nothing behind."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator

import anyio
import pytest

from minted_async import MintedClient
from tests.servers import Listener, LoopbackServer, Wire, envelope, response

pytestmark = pytest.mark.anyio

CONNECTIONS = 4
CHALLENGE = {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'}


class StepByStep:
    """Answers byte by byte, each after a turn of the loop, and challenges every client first.

    Requests for `/together` are answered when as many are there at once as the client has connections.
    """

    def __init__(self) -> None:
        self.waiting = 0
        self.together = asyncio.Event()

    async def __call__(self, wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            if "authorization" not in request.headers:
                await self.dribble(wire, response(b"x" * 20, 401, headers=CHALLENGE))
                continue
            if request.target == "/together":
                self.waiting += 1
                if self.waiting == CONNECTIONS:
                    self.together.set()
                await self.together.wait()
            await self.dribble(wire, envelope("5"))

    async def dribble(self, wire: Wire, answer: bytes) -> None:
        for place in range(0, len(answer), 16):
            await wire.send(answer[place : place + 16])
            await asyncio.sleep(0)


@pytest.fixture
async def minted() -> AsyncIterator[MintedClient]:
    async with (
        LoopbackServer(StepByStep()) as server,
        server.client(max_connections=CONNECTIONS, timeout=10) as client,
    ):
        yield client


async def assert_all_connections_are_free(minted: MintedClient) -> None:
    """As many calls as there are connections run at once: none of them is still taken."""
    # The first answer settles the authentication, for which the others would wait.
    assert await minted.request("GET", "/x") == 5
    calls = [minted.request("POST", "/together") for _ in range(CONNECTIONS)]
    assert await asyncio.gather(*calls) == [5] * CONNECTIONS


async def test_scopes_that_end_at_random_points(minted: MintedClient) -> None:
    source = random.Random(2)
    completed = 0

    async def call() -> None:
        nonlocal completed
        with anyio.move_on_after(source.uniform(0, 0.03)):
            await minted.request("POST", "/x", json={"a": 1})
            completed += 1

    for _ in range(10):
        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(call)
    assert completed < 200
    await assert_all_connections_are_free(minted)


async def test_tasks_cancelled_after_any_number_of_turns(minted: MintedClient) -> None:
    source = random.Random(3)
    for _ in range(40):
        tasks = [asyncio.create_task(minted.request("GET", "/x")) for _ in range(5)]
        for task in tasks:
            for _ in range(source.randrange(12)):
                await asyncio.sleep(0)
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(outcome == 5 or isinstance(outcome, asyncio.CancelledError) for outcome in outcomes)
    await assert_all_connections_are_free(minted)


async def test_a_timeout_of_the_caller_is_the_callers(minted: MintedClient) -> None:
    async def call_for(seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while True:
                await minted.request("GET", "/x")

    for seconds in (0, 0.001, 0.003):
        with pytest.raises(TimeoutError):
            await call_for(seconds)
    await assert_all_connections_are_free(minted)


async def test_a_task_group_that_fails_takes_its_calls_along(minted: MintedClient) -> None:
    async def fail() -> None:
        await asyncio.sleep(0.002)
        raise LookupError

    async def call_and_fail() -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(20):
                group.create_task(minted.request("GET", "/x"))
            group.create_task(fail())

    with pytest.raises(ExceptionGroup) as caught:
        await call_and_fail()
    assert caught.group_contains(LookupError)
    await assert_all_connections_are_free(minted)


async def test_no_task_is_left(minted: MintedClient) -> None:
    before = asyncio.all_tasks()
    for _ in range(20):
        with anyio.move_on_after(0.001):
            await minted.request("GET", "/x")
    await minted.aclose()
    await anyio.wait_all_tasks_blocked()
    left = map(repr, asyncio.all_tasks() - before)
    names = [name for name in left if f"{Listener.__name__}." not in name]  # those of the server end later
    assert names == []
