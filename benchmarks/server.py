"""The other side: a raw asyncio.Protocol in a process and on a core of its own.

It answers every question with the documented order, with and without digest authentication and TLS, each on a
port of its own. Signatures are checked, so that no client is fast because it signs nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

USERNAME = "bench"
PASSWORD = "bench"
REALM = "Minted"
NONCE = "dcd98b7102dd2f0e8b11d0f600bfb0c093"

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_AUTHORIZATION = re.compile(rb"\r\nauthorization: *Digest ([^\r]*)", re.IGNORECASE)
_PAIR = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')


class Site(NamedTuple):
    """Where the server listens.

    Attributes:
        open: Asks for no password.
        digest: Asks for one.
        open_tls: Asks for none, over TLS.
        digest_tls: Asks for one, over TLS.
        certificate: File with the certificate of both.
    """

    open: str
    digest: str
    open_tls: str
    digest_tls: str
    certificate: str


def answer(status: str, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


ORDER = Path(__file__).with_name("order.json").read_bytes()


def _receipt() -> bytes:
    order = json.loads(ORDER)
    data = order["data"]
    parts = {name: data[name] for name in ("price", "tax", "total", "order_at")}
    order["data"] = {**parts, "order_code": [data["order_code"]], "guid": [data["guid"]], "orders": [data]}
    return json.dumps(order, ensure_ascii=False).encode()


_ORDER = answer("200 OK", ORDER)
_RECEIPT = answer("200 OK", _receipt())
_CHALLENGE = answer(
    "401 Unauthorized", b"", f'WWW-Authenticate: Digest realm="{REALM}", nonce="{NONCE}", qop="auth"'
)


class Wire(asyncio.Protocol):
    """One connection. What ends in HANG is never answered, `/connections` tells how many there were."""

    connections = 0

    def __init__(self, *, digest: bool) -> None:
        self._digest = digest
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        Wire.connections += 1
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < whole:
                return
            self._buffer = self._buffer[whole:]
            self._transport.write(self._answer(head))

    def _answer(self, head: bytes) -> bytes:
        method, target, _ = head[: head.index(b"\r\n")].split(b" ")
        if target == b"/connections":
            return answer("200 OK", str(Wire.connections).encode())
        if self._digest and not _signed(head, method.decode(), target.decode()):
            return _CHALLENGE
        if target.endswith(b"HANG"):
            return b""
        return _RECEIPT if target.endswith(b"/buy") else _ORDER


def _signed(head: bytes, method: str, target: str) -> bool:
    header = _AUTHORIZATION.search(head)
    if header is None:
        return False
    given = {name: quoted or plain for name, quoted, plain in _PAIR.findall(header[1].decode())}
    signed = ":".join((_SECRET, NONCE, given["nc"], given["cnonce"], "auth", _md5(f"{method}:{target}")))
    return (given["uri"], given["response"]) == (target, _md5(signed))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


_SECRET = _md5(f"{USERNAME}:{REALM}:{PASSWORD}")


async def serve(folder: str) -> None:
    loop = asyncio.get_running_loop()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/certificate.pem", f"{folder}/key.pem")
    urls: list[str] = []
    for tls in (None, context):
        for digest in (False, True):
            server = await loop.create_server(
                lambda digest=digest: Wire(digest=digest), "127.0.0.1", 0, ssl=tls, backlog=2048
            )
            port = server.sockets[0].getsockname()[1]
            urls.append(f"{'https' if tls else 'http'}://127.0.0.1:{port}")
    print(json.dumps([*urls, f"{folder}/certificate.pem"]), flush=True)
    await asyncio.to_thread(sys.stdin.read)


@contextmanager
def running() -> Generator[Site, None, None]:
    """The server, until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=bench"
        subprocess.run(
            [
                *make.split(),
                *("-addext", "subjectAltName=IP:127.0.0.1"),
                *("-keyout", f"{folder}/key.pem", "-out", f"{folder}/certificate.pem"),
            ],
            check=True,
            capture_output=True,
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.server", folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            yield Site(*json.loads(process.stdout.readline()))
        finally:
            process.communicate()


def take_core(*, last: bool) -> None:
    """Run on one core only: the last one is the server's."""
    if sys.platform == "linux":
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[-1 if last else 0]})


if __name__ == "__main__":
    take_core(last=True)
    asyncio.run(serve(sys.argv[1]))
