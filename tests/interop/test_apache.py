"""Apache httpd with mod_auth_digest: a digest server that we did not write."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from minted_async import MintedClient, errors
from tests.external import program
from tests.servers import free_port

pytestmark = pytest.mark.anyio

MODULES = Path("/usr/lib/apache2/modules")
USERNAME, PASSWORD, REALM = "partner", "pass:word", "Minted Connect"
ORDER: dict[str, object] = {
    "data": {"guid": "G", "order_code": "C", "external_id": "ORD-1", "items": []},
    "success": True,
    "code": 0,
    "message": "",
}


@dataclass(frozen=True)
class Apache:
    """A running httpd."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]

    def answers(self) -> Counter[int]:
        """How often each status was answered; ends the server, which may log a while after it answers."""
        self.process.send_signal(signal.SIGWINCH)  # httpd's graceful stop
        self.process.wait(timeout=20)
        log = self.folder / "access.log"
        return Counter(int(line) for line in log.read_text().split()) if log.exists() else Counter()


def configuration(folder: Path, port: int, directives: str) -> str:
    names = ["mpm_event", "authn_core", "authn_file", "auth_digest", "authz_core", "authz_user"]
    modules = "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in names)
    # httpd does not serve files as root.
    user = "User nobody\nGroup nogroup" if os.geteuid() == 0 else ""
    return f"""
{modules}
{user}
ServerName localhost
ServerRoot {folder}
DefaultRuntimeDir {folder}
PidFile {folder}/httpd.pid
Listen 127.0.0.1:{port}
DocumentRoot {folder}/site
ErrorLog {folder}/error.log
LogFormat "%>s" status
CustomLog {folder}/access.log status
ForceType application/json
<Location /partner>
    AuthType Digest
    AuthName "{REALM}"
    AuthDigestProvider file
    AuthUserFile {folder}/users
    Require valid-user
    {directives}
</Location>
"""


@contextmanager
def running(directives: str = "") -> Generator[Apache, None, None]:
    """Start httpd in the foreground, wait until it listens, and stop it."""
    httpd = program("apache2", "apache2-bin")
    # Not in pytest's folders: those are closed to the user that httpd runs as.
    with TemporaryDirectory(prefix="minted-apache-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield from serve(httpd, folder, directives)


def serve(httpd: str, folder: Path, directives: str) -> Iterator[Apache]:
    port = free_port()
    orders = folder / "site" / "partner" / "order"
    orders.mkdir(parents=True)
    (orders / "ORD-1").write_text(json.dumps(ORDER))
    set_password(folder, PASSWORD)
    (folder / "httpd.conf").write_text(configuration(folder, port, directives))
    process = subprocess.Popen([httpd, "-f", str(folder / "httpd.conf"), "-DFOREGROUND"])
    try:
        wait_for_port(process, port)
        yield Apache(f"http://127.0.0.1:{port}", folder, process)
    finally:
        process.terminate()
        process.wait(timeout=20)


def set_password(folder: Path, password: str) -> None:
    """As `htdigest` does; httpd reads the file with each request."""
    secret = hashlib.md5(f"{USERNAME}:{REALM}:{password}".encode()).hexdigest()
    (folder / "users").write_text(f"{USERNAME}:{REALM}:{secret}\n")


def wait_for_port(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if process.poll() is not None:
            raise AssertionError(f"httpd ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise AssertionError("httpd does not listen")


@pytest.fixture
def apache() -> Iterator[Apache]:
    with running() as server:
        yield server


async def test_a_hundred_calls_at_once_cost_one_challenge(apache: Apache) -> None:
    async with MintedClient(USERNAME, PASSWORD, base_url=apache.url) as minted:
        orders = await asyncio.gather(*(minted.orders.get("ORD-1") for _ in range(100)))
    assert {order.external_id for order in orders} == {"ORD-1"}
    assert apache.answers() == {200: 100, 401: 1}


async def test_one_time_nonces_and_their_successors_are_followed() -> None:
    # httpd takes only the newest nonce that it gave to a client, so that calls have to queue.
    with running("AuthDigestNonceLifetime 0") as apache:
        client = MintedClient(USERNAME, PASSWORD, base_url=apache.url, serialize_nonces=True)
        async with client as minted:
            orders = await asyncio.gather(*(minted.orders.get("ORD-1") for _ in range(100)))
        assert {order.order_code for order in orders} == {"C"}
        assert apache.answers() == {200: 100, 401: 1}


async def test_nonces_that_run_out_are_replaced_without_a_failed_call() -> None:
    calls = 0
    with running("AuthDigestNonceLifetime 1") as apache:
        async with MintedClient(USERNAME, PASSWORD, base_url=apache.url) as minted:
            end = time.monotonic() + 2.5
            while time.monotonic() < end:
                await asyncio.gather(*(minted.orders.get("ORD-1") for _ in range(20)))
                calls += 20
        assert apache.answers()[200] == calls


async def test_a_wrong_password_is_tried_once(apache: Apache) -> None:
    async with MintedClient(USERNAME, "wrong", base_url=apache.url) as minted:
        calls = (minted.orders.get("ORD-1") for _ in range(200))
        results = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(result) for result in results} == {errors.AuthenticationError}
    assert apache.answers() == {401: 2}


async def test_a_password_that_is_rotated_costs_no_call(apache: Apache) -> None:
    asked = 0

    async def credentials() -> tuple[str, str]:
        nonlocal asked
        asked += 1
        return USERNAME, "another"

    async with MintedClient(USERNAME, PASSWORD, base_url=apache.url, credentials=credentials) as minted:
        await minted.orders.get("ORD-1")
        set_password(apache.folder, "another")
        orders = await asyncio.gather(*(minted.orders.get("ORD-1") for _ in range(100)))
    assert {order.external_id for order in orders} == {"ORD-1"}
    assert apache.answers()[200] == 101
    assert asked == 1


async def test_without_kept_connections_a_rotated_password_is_noticed_and_a_wrong_one_tried_once() -> None:
    async def credentials() -> str:
        return "another"

    with running("</Location>\nKeepAlive Off\n<Location /partner>") as apache:
        async with MintedClient(USERNAME, PASSWORD, base_url=apache.url, credentials=credentials) as minted:
            await minted.orders.get("ORD-1")
            set_password(apache.folder, "another")
            await minted.orders.get("ORD-1")
        async with MintedClient(USERNAME, "wrong", base_url=apache.url) as minted:
            for _ in range(3):
                with pytest.raises(errors.AuthenticationError):
                    await minted.orders.get("ORD-1")
        assert apache.answers() == {200: 2, 401: 4 + 2}


async def test_odd_ids_are_signed_as_they_are_sent(apache: Apache) -> None:
    async with MintedClient(USERNAME, PASSWORD, base_url=apache.url) as minted:
        for odd in ("a b", "ü", 'quote"d', "100%", "a?b", "semi;colon", "back\\slash", "~tilde"):
            with pytest.raises(errors.NotFoundError):
                await minted.orders.get(odd)
    assert apache.answers()[401] == 1
