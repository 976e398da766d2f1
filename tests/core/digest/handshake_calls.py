"""Both ends of a handshake without a network: a request that is pulled through it, and a far end."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import anyio
from multidict import CIMultiDict, CIMultiDictProxy

from minted_async.core.digest.flow import AuthFlow
from minted_async.core.digest.handshake import Handshake
from minted_async.core.digest.state import ConnectionState


def challenge(nonce: str, *, stale: bool = False) -> str:
    return f'Digest realm="r", qop="auth", nonce="{nonce}"' + ", stale=true" * stale


class Reply:
    """A response."""

    def __init__(self, status: int, *challenges: str) -> None:
        self.status = status
        self.headers = CIMultiDictProxy(CIMultiDict(("WWW-Authenticate", text) for text in challenges))


class Outcome(NamedTuple):
    """How a call ended: the response, and why authentication failed."""

    reply: Reply
    reason: str


class Server:
    """The far end: decides by the nonce of a request, None for an unsigned one."""

    def __init__(self, decide: Callable[[str | None], Reply]) -> None:
        self.decide = decide
        self.asked: list[str | None] = []
        self.open = asyncio.Event()
        self.open.set()

    async def send(self, flow: AuthFlow) -> Reply:
        found = re.search('nonce="([^"]*)"', flow.authorization(ConnectionState()) or "")
        nonce = found[1] if found else None
        self.asked.append(nonce)
        await self.open.wait()
        return self.decide(nonce)


async def call(hands: Handshake, send: Callable[[AuthFlow], Awaitable[Reply]]) -> Outcome:
    """What the transport does with a flow."""
    flow = hands.flow("orders.get", "GET", "/x", None)
    try:
        while True:
            await flow.ready()
            assert not flow.must_wait
            reply = await send(flow)
            if not flow.received(reply.status, reply.headers):
                return Outcome(reply, flow.reason)
    finally:
        flow.close()


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def handshake(clock: Clock | None = None, *, serialize: bool = False) -> Handshake:
    return Handshake("user", "password", origin="http://h", clock=clock or Clock(), serialize=serialize)


def accepting(nonce: str, *, says_stale: bool = True) -> Callable[[str | None], Reply]:
    def decide(given: str | None) -> Reply:
        stale = given is not None and says_stale
        return Reply(200) if given == nonce else Reply(401, challenge(nonce, stale=stale))

    return decide


def refusing_with(nonce: str) -> Callable[[str | None], Reply]:
    def decide(given: str | None) -> Reply:
        return Reply(401, challenge(nonce))

    return decide


refusing = refusing_with("n1")


async def at_once(server: Server, hands: Handshake, number: int) -> list[object]:
    """So many calls that are all under way before any is answered."""
    server.open.clear()
    calls = [asyncio.create_task(call(hands, server.send)) for _ in range(number)]
    await anyio.wait_all_tasks_blocked()
    server.open.set()
    return list(await asyncio.gather(*calls, return_exceptions=True))
