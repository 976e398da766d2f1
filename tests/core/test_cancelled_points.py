"""A call that is cancelled at any point gives everything back; those that wait go first come, first served.

`MINTED_CANCELLED_POINTS=1000` and `MINTED_WAITING_CALLS=20000` make it so many.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator, Callable

import pytest

from minted_async import MintedClient, Timeout
from tests.servers import LoopbackServer, Wire, answering, envelope, response

pytestmark = pytest.mark.anyio

POINTS = int(os.environ.get("MINTED_CANCELLED_POINTS", "60"))
WAITING = int(os.environ.get("MINTED_WAITING_CALLS", "2000"))
CHALLENGE = {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'}


class Crossing:
    """Answers in small pieces, after a login; `/together` only when `expected` of them are there.

    Attributes:
        expected: How many requests have to be there at once.
        gone: Set while the client has no connection.
    """

    def __init__(self) -> None:
        self.expected = 1
        self.gone = asyncio.Event()
        self._open = 0
        self._there = 0
        self._together = asyncio.Event()

    async def __call__(self, wire: Wire) -> None:
        self._open += 1
        self.gone.clear()
        try:
            while (request := await wire.request()) is not None:
                if "authorization" not in request.headers:
                    await self._dribble(wire, response(b"x" * 20, 401, headers=CHALLENGE))
                    continue
                if request.target == "/together":
                    await self._meet()
                await self._dribble(wire, envelope("5"))
        finally:
            self._open -= 1
            if not self._open:
                self.gone.set()

    async def _meet(self) -> None:
        self._there += 1
        together = self._together
        if self._there == self.expected:
            self._there, self._together = 0, asyncio.Event()
            together.set()
        await together.wait()

    async def _dribble(self, wire: Wire, answer: bytes) -> None:
        for place in range(0, len(answer), 40):
            await wire.send(answer[place : place + 40])
            await asyncio.sleep(0)


@pytest.fixture
def crossing() -> Crossing:
    return Crossing()


@pytest.fixture
async def server(crossing: Crossing) -> AsyncIterator[LoopbackServer]:
    async with LoopbackServer(crossing) as server:
        yield server


KINDS: dict[str, Callable[[MintedClient, str], asyncio.Future[object]]] = {
    "kept": lambda minted, path: asyncio.ensure_future(minted.request("GET", path)),
    "alone": lambda minted, path: asyncio.ensure_future(minted.request("POST", path, json={"a": 1})),
}


async def assert_nothing_is_taken(minted: MintedClient, crossing: Crossing, size: int) -> None:
    """As many calls as there are connections are under way at the same time, of each kind."""
    for start in KINDS.values():
        assert await start(minted, "/login") == 5
        crossing.expected = size
        async with asyncio.timeout(20):
            assert await asyncio.gather(*(start(minted, "/together") for _ in range(size))) == [5] * size


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [1, 2, 20])
async def test_calls_that_are_cancelled_at_any_point_leave_nothing_taken(
    size: int, kind: str, server: LoopbackServer, crossing: Crossing
) -> None:
    source = random.Random(f"{size} {kind}")
    start = KINDS[kind]
    left = POINTS
    while left:
        # A client of its own now and then: its first login is a point of its own.
        async with server.client(max_connections=size, timeout=30, retry=None) as minted:
            for _ in range(min(left, 20)):
                left -= 1
                tasks = [start(minted, "/x") for _ in range(source.choice([1, size, 2 * size]))]
                for _ in range(source.randrange(60)):
                    await asyncio.sleep(0)
                doomed = source.sample(tasks, source.randint(1, len(tasks)))
                for task in doomed:
                    task.cancel()
                await asyncio.wait(tasks)
                assert all(task in doomed if task.cancelled() else task.result() == 5 for task in tasks)
            await assert_nothing_is_taken(minted, crossing, size)
        await asyncio.wait_for(crossing.gone.wait(), 20)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_call_that_is_cancelled_at_every_turn_of_the_loop(
    kind: str, server: LoopbackServer, crossing: Crossing
) -> None:
    async with server.client(max_connections=1, timeout=30, retry=None) as minted:
        for turns in range(40):
            task = KINDS[kind](minted, "/x")
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
            assert await KINDS[kind](minted, "/y") == 5
    await asyncio.wait_for(crossing.gone.wait(), 20)


@pytest.mark.parametrize("size", [1, 3])
async def test_calls_that_wait_go_first_come_first_served(size: int) -> None:
    async with LoopbackServer(answering(envelope("5"))) as server:
        # So many tasks that begin at once can keep the loop from everything else for seconds.
        patient = Timeout(total=600, connect=None)
        async with server.client(max_connections=size, timeout=patient, retry=None) as minted:
            assert await minted.request("GET", "/first") == 5
            order: list[int] = []

            async def call(number: int) -> None:
                await minted.request("GET", f"/{number}")
                order.append(number)

            await asyncio.gather(*(call(number) for number in range(WAITING)))
        targets = [int(received.target[1:]) for received in server.received[1:]]
    # Those that are under way at once may overtake each other, nobody else.
    for numbers in (order, targets):
        assert sorted(numbers) == list(range(WAITING))
        assert all(abs(number - place) < size for place, number in enumerate(numbers))
