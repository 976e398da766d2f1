"""A real forward proxy on loopback: CONNECT, and plain http in absolute form."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from urllib.parse import urlsplit

from tests.servers import Listener


class ForwardProxy(Listener):
    """A proxy on a free loopback port.

    Args:
        login: User name and password that it wants, as in `"user:password"`.
        answer: What it says to every request instead of passing it on; empty to say nothing.

    Attributes:
        heads: The heads of the requests that it was sent itself, oldest first.
    """

    def __init__(self, login: str | None = None, *, answer: bytes | None = None) -> None:
        super().__init__()
        self._wanted = None if login is None else f"Basic {base64.b64encode(login.encode()).decode()}"
        self._answer = answer
        self.heads: list[str] = []

    def url_with(self, login: str) -> str:
        """Where it listens, with a login."""
        return self.url.replace("://", f"://{login}@")

    @property
    def requests(self) -> list[str]:
        """Method and target of what it was sent itself."""
        return [" ".join(head.split(" ")[:2]) for head in self.heads]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        except asyncio.IncompleteReadError:
            return
        self.heads.append(head)
        if self._answer is not None:
            writer.write(self._answer)
            if not self._answer:
                await reader.read()
            return
        if self._wanted is not None and f"Proxy-Authorization: {self._wanted}\r\n" not in head:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        method, target, rest = head.split(" ", 2)
        url = urlsplit(f"//{target}" if method == "CONNECT" else target)
        there, to_there = await asyncio.open_connection(url.hostname, url.port)
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            query = f"?{url.query}" if url.query else ""
            lines = [line for line in rest.split("\r\n") if not line.startswith("Proxy-Authorization:")]
            to_there.write(f"{method} {url.path}{query} ".encode() + "\r\n".join(lines).encode())
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_pass_on(reader, to_there))
                group.create_task(_pass_on(there, writer))
        finally:
            to_there.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()
