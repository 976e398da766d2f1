"""Small real servers on loopback that answer with exact bytes, or not at all.

`async with LoopbackServer(behaviour) as server`: the behaviour is run for each connection and decides what
its client gets to see. The server counts connections and keeps what it received, so that a test can say what
left.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self, TypeAlias

from minted_async import MintedClient, RetryPolicy, Timeout

Behaviour: TypeAlias = "Callable[[Wire], Awaitable[None]]"

QUICK_RETRIES = RetryPolicy(base_delay=0.001)
PATIENT = Timeout(total=120, connect=60)
"""For a hundred calls at once on a busy machine."""

BAD_GATEWAY_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>nginx</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it arrived.

    Attributes:
        method: HTTP method.
        target: Request target, byte for byte.
        headers: Names in lower case; the values of a name that came several times joined by commas.
        body: The body.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class Wire:
    """The server's end of one connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, received: list[Received]
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._received = received

    async def request(self) -> Received | None:
        """Read the next request to its end; None when the client has hung up."""
        try:
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        first, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
        method, target, _ = first.split(" ")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            known = headers.get(name.lower())
            headers[name.lower()] = value.strip() if known is None else f"{known}, {value.strip()}"
        try:
            body = await self._reader.readexactly(int(headers.get("content-length", "0")))
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        request = Received(method, target, headers, body)
        self._received.append(request)
        return request

    async def read(self, count: int) -> bytes:
        """Read so many bytes of what comes, whatever they mean."""
        return await self._reader.readexactly(count)

    async def send(self, data: bytes) -> None:
        """Write bytes and see them off."""
        self._writer.write(data)
        await self._writer.drain()

    def reset(self) -> None:
        """Break the connection with a TCP reset instead of an orderly end."""
        connection = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    def half_close(self) -> None:
        """Say that nothing more will be sent, and go on listening."""
        self._writer.write_eof()

    async def hang(self) -> None:
        """Say nothing more until the client hangs up."""
        with contextlib.suppress(ConnectionError):
            while await self._reader.read(65536):
                pass

    def close(self) -> None:
        """End the connection in an orderly way."""
        self._writer.close()


def free_port() -> int:
    """A port that nobody listens on, below those that the system itself hands out meanwhile."""
    source = random.SystemRandom()
    while True:
        port = source.randrange(10_000, 32_768)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


class Listener:
    """Something that listens on a free loopback port, and ends all connections with itself.

    Attributes:
        url: Where it listens.
        port: Its port.
        connections: How many connections it accepted.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.connections = 0
        self.port = 0
        self.url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=self._tls, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """What becomes of a connection."""
        raise NotImplementedError

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            await self.serve(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


class LoopbackServer(Listener):
    """A server that behaves.

    Attributes:
        received: The requests that arrived whole, oldest first.
    """

    def __init__(self, behave: Behaviour, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls=tls)
        self._behave = behave
        self.received: list[Received] = []

    def client(self, **options: Any) -> MintedClient:
        """A client of this server that loses no time between retries."""
        arguments: dict[str, Any] = {
            "base_url": self.url,
            "retry": QUICK_RETRIES,
            "timeout": PATIENT,
        } | options
        return MintedClient("user", "password", **arguments)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._behave(Wire(reader, writer, self.received))


def response(
    body: bytes | str = b"",
    status: int = 200,
    *,
    length: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """A whole HTTP answer; JSON unless its headers say otherwise.

    Args:
        body: The body.
        status: HTTP status.
        length: The Content-Length to claim, if it is not that of the body.
        headers: Further headers.
    """
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    further = {"Content-Type": "application/json"} | dict(headers or {})
    if "Transfer-Encoding" not in further:
        lines.append(f"Content-Length: {len(content) if length is None else length}")
    lines += [f"{name}: {value}" for name, value in further.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def envelope(data: str | bytes = b"null", headers: Mapping[str, str] | None = None) -> bytes:
    """A successful answer around data that is JSON already."""
    content = data.encode() if isinstance(data, str) else data
    return response(b'{"data":' + content + b',"success":true,"code":0,"message":""}', headers=headers)


def refusal(
    status: int,
    code: object = 1,
    message: object = "no",
    *,
    data: str = "[]",
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """A failure in the API's own words."""
    words = f'"success":false,"code":{json.dumps(code)},"message":{json.dumps(message)}'
    return response(f'{{"data":{data},{words}}}', status, headers=headers)


def answering(*answers: bytes) -> Behaviour:
    """Give these answers in turn, over all connections; the last one again and again."""
    left = list(answers)

    async def behave(wire: Wire) -> None:
        while await wire.request() is not None:
            await wire.send(left.pop(0) if len(left) > 1 else left[0])

    return behave


def one_each(*behaviours: Behaviour) -> Behaviour:
    """Behave like the first for the first connection, and so on; the last one again and again."""
    left = list(behaviours)

    async def behave(wire: Wire) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(wire)

    return behave


async def reset_before_reading(wire: Wire) -> None:
    """Break the connection without a look at the request."""
    wire.reset()


async def reset_after_reading(wire: Wire) -> None:
    """Read a request and break the connection instead of answering it."""
    await wire.request()
    wire.reset()


async def close_after_reading(wire: Wire) -> None:
    """Read a request and hang up instead of answering it."""
    await wire.request()


async def hang_after_reading(wire: Wire) -> None:
    """Read a request and never answer it."""
    await wire.request()
    await wire.hang()


def half_of(answer: bytes, *, reset: bool = True) -> Behaviour:
    """Read a request, send the first half of this answer, and break off."""

    async def behave(wire: Wire) -> None:
        if await wire.request() is not None:
            await wire.send(answer[: len(answer) // 2])
            if reset:
                wire.reset()

    return behave


def bad_gateway() -> bytes:
    """What a proxy says when the server behind it has failed."""
    return response(BAD_GATEWAY_PAGE, 502, headers={"Content-Type": "text/html"})
