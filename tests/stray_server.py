"""A raw server that now and then says more than it was asked for, from a thread of its own.

It speaks also while the client's loop is blocked, and knows what it carried out. Requests with a login are
carried out, whatever the login; those without are asked for one.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType
from typing import Any, Final, Self

from tests.certificates import Certificate
from tests.servers import BAD_GATEWAY_PAGE, envelope, refusal, response

BUY: Final = "/partner/order/digital/buy"
ORDER: Final = "/partner/order/"
FIND: Final = "/partner/order"
_NONCES: Final = itertools.count()


def challenge() -> bytes:
    """The answer to a request without a login, with a nonce that nobody had before."""
    nonce = f'Digest realm="r", nonce="{next(_NONCES)}", qop="auth"'
    return refusal(401, headers={"WWW-Authenticate": nonce})


def order(external_id: str) -> dict[str, Any]:
    """An order, as far as this SDK must know it."""
    return {"guid": "G", "order_code": "C", "external_id": external_id, "items": []}


def receipt(external_id: str) -> bytes:
    """The answer to an order."""
    money = {"price": 1, "tax": 0, "total": 1}
    ids = {"order_code": ["C"], "guid": ["G"]}
    return envelope(json.dumps({**ids, **money, "orders": [order(external_id)]}))


STRAYS: Final[dict[str, Callable[[], bytes]]] = {
    "another order": lambda: envelope(json.dumps(order("STRAY"))),
    "a receipt": lambda: receipt("STRAY"),
    "part of a head": lambda: b"HTTP/1.1 200 OK\r\nContent-Le",
    "part of a body": lambda: response(b"{", length=100),
    "a line end": lambda: b"\r\n",
    "junk": lambda: b"\x00junk",
    "a page": lambda: response(BAD_GATEWAY_PAGE, 408, headers={"Content-Type": "text/html"}),
    "a failure": lambda: refusal(500),
    "an interim answer": lambda: b"HTTP/1.1 103 Early Hints\r\n\r\n",
    "a challenge": challenge,
    "a refusal": lambda: refusal(422),
    "an absence": lambda: refusal(404),
}


@dataclass
class Plan:
    """What is said beyond the answers.

    Attributes:
        stray: Which bytes, by their name in `STRAYS`.
        when: "with the answer", in one segment; "after it", at once; "while the next is under way";
            "later", some milliseconds after it; or "when it is told to"; None for nothing.
        delay: Seconds, for "later".
    """

    stray: str = "junk"
    when: str | None = None
    delay: float = 0.0

    @classmethod
    def draw(cls, source: random.Random) -> Plan:
        """Any of them."""
        when = source.choice(["with the answer", "after it", "while the next is under way", "later", None])
        return cls(source.choice(list(STRAYS)), when, source.uniform(0.002, 0.05))


@dataclass
class _Peer:
    """What is known of one connection.

    Attributes:
        requests: Targets of what came over it.
        due: What is said before the next answer.
    """

    requests: list[str] = field(default_factory=list[str])
    due: bytes = b""


class StrayServer:
    """`with StrayServer() as server`: on a free loopback port until the end of the block.

    Attributes:
        certificate: With it, it speaks TLS.
        plan: What is said beyond the next answers.
        challenges: How many of the next requests are asked for another login, though they have one.
        said: Set when the stray bytes of the plan have been written.
        carried_out: How often each order was carried out, by its id.
    """

    def __init__(self, certificate: Certificate | None = None) -> None:
        self.certificate = certificate
        self.plan = Plan()
        self.challenges = 0
        self.said = threading.Event()
        self._untold: Callable[[], None] | None = None
        self.carried_out: Counter[str] = Counter()
        self._peers: list[_Peer] = []
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._loop: asyncio.AbstractEventLoop
        self._end: asyncio.Event
        self.url = ""

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)

    @property
    def connections(self) -> list[list[str]]:
        """Targets of the requests that came over each connection."""
        return [peer.requests for peer in self._peers]

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        tasks: set[asyncio.Task[None]] = set()

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            try:
                await self._talk(reader, writer)
            except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                pass
            finally:
                tasks.discard(task)
                writer.transport.abort()

        tls = None if self.certificate is None else self.certificate.server()
        server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls, backlog=1024)
        port = server.sockets[0].getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        self._ready.set()
        await self._end.wait()
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # sockets are closed a turn after their transports

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = _Peer()
        self._peers.append(peer)
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = int(head.partition("\r\nContent-Length: ")[2].partition("\r\n")[0] or 0)
            body = json.loads(await reader.readexactly(length) or b"{}")
            method, target = head.split(" ")[:2]
            peer.requests.append(target)
            answer = self._answer(method, target, body, signed="\r\nAuthorization: " in head)
            plan = self.plan
            stray = STRAYS[plan.stray]()
            if peer.due:
                writer.write(peer.due)
                peer.due = b""
            if plan.when == "with the answer":
                writer.write(answer + stray)
                self.said.set()
                continue
            if plan.when == "when it is told to":
                self._untold = partial(self._say, writer, stray)
            writer.write(answer)
            if plan.when == "while the next is under way":
                peer.due = stray
            elif plan.when == "later":
                self._loop.call_later(plan.delay, self._say, writer, stray)
            elif plan.when == "after it":
                # A turn of the loop apart, so that it is not in the segment of the answer.
                self._loop.call_soon(self._say, writer, stray)

    def tell(self) -> None:
        """Have it say what it waits with, if it does."""
        untold, self._untold = self._untold, None
        if untold is not None:
            self._loop.call_soon_threadsafe(untold)

    def _say(self, writer: asyncio.StreamWriter, stray: bytes) -> None:
        if not writer.is_closing():
            writer.write(stray)
        self.said.set()

    def _answer(self, method: str, target: str, body: dict[str, Any], *, signed: bool) -> bytes:
        if not signed or self.challenges:
            self.challenges = max(self.challenges - 1, 0)
            return challenge()
        if target == BUY:
            self.carried_out[body["external_id"]] += 1
            return receipt(body["external_id"])
        if target == FIND or (method == "GET" and target.startswith(ORDER)):
            external_id = body["external_id"] if body else target.removeprefix(ORDER)
            known = external_id.startswith("READ") or self.carried_out[external_id]
            return envelope(json.dumps(order(external_id))) if known else refusal(404)
        return envelope(json.dumps(target))
