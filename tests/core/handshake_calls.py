"""Both ends of a handshake without a network: requests to sign, and a far end that decides by their nonce."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import anyio

from minted_async.core.digest import Digest
from minted_async.core.handshake import Handshake, Signing


def challenge(nonce: str, *, stale: bool = False) -> str:
    return f'Digest realm="r", qop="auth", nonce="{nonce}"' + ", stale=true" * stale


@dataclass
class Call:
    """A request that is to be signed."""

    operation: str = "orders.get"
    method: str = "GET"
    target: str = "/x"
    body: bytes | None = None


class Reply:
    """An answer, with a note of whether it was thrown away."""

    def __init__(self, status: int, *challenges: str) -> None:
        self.status = status
        self.discarded = False
        self._challenges = challenges

    def challenges(self) -> Sequence[str]:
        return self._challenges

    def authentication_info(self) -> str | None:
        return None

    async def discard(self) -> None:
        self.discarded = True


class Server:
    """The far end: decides by the nonce of a request, None for an unsigned one."""

    def __init__(self, decide: Callable[[str | None], Reply]) -> None:
        self.decide = decide
        self.asked: list[str | None] = []
        self.replies: list[Reply] = []
        self.open = asyncio.Event()
        self.open.set()

    async def send(self, signing: Signing) -> Reply:
        found = re.search('nonce="([^"]*)"', signing() or "")
        nonce = found[1] if found else None
        self.asked.append(nonce)
        await self.open.wait()
        reply = self.decide(nonce)
        self.replies.append(reply)
        return reply


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def handshake(clock: Clock | None = None, *, serialize: bool = False) -> Handshake:
    return Handshake(Digest("user", "password"), clock=clock or Clock(), serialize=serialize)


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
    calls = [asyncio.create_task(hands.run(Call(), server.send)) for _ in range(number)]
    await anyio.wait_all_tasks_blocked()
    server.open.set()
    return list(await asyncio.gather(*calls, return_exceptions=True))
