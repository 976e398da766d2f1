"""Through a forward proxy, with private authorities and client certificates, over real sockets."""

from __future__ import annotations

import base64
import traceback
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from minted_async import MintedClient, Timeout
from minted_async.errors import ConfigurationError, MintedError, NotSentError
from tests.certificates import Certificate
from tests.digest_server import DigestServer
from tests.proxy import ForwardProxy
from tests.servers import LoopbackServer, answering, envelope

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("no_proxies_of_the_machine")]

LOGIN = "partner:hunter2"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def certificate(folder: Path) -> Certificate:
    return Certificate.make(folder, "server")


@pytest.fixture
async def server(certificate: Certificate) -> AsyncIterator[LoopbackServer]:
    async with LoopbackServer(answering(envelope("5")), tls=certificate.server()) as server:
        yield server


def assert_no_password_shows(error: BaseException, minted: MintedClient) -> None:
    shown = "".join(traceback.format_exception(error)) + repr(error) + repr(error.__cause__) + repr(minted)
    assert "hunter2" not in shown
    assert base64.b64encode(LOGIN.encode()).decode() not in shown


async def test_https_goes_through_a_tunnel_in_which_the_proxy_reads_nothing(
    server: LoopbackServer, certificate: Certificate
) -> None:
    async with (
        ForwardProxy() as proxy,
        server.client(proxy=proxy.url, ssl_context=certificate.trusted()) as minted,
    ):
        assert await minted.request("GET", "/x") == 5
        assert await minted.request("GET", "/y") == 5
        assert await minted.request("POST", "/z") == 5
    # One tunnel for what is kept, and one for what travels alone.
    assert proxy.requests == [f"CONNECT 127.0.0.1:{server.port}"] * 2
    assert [received.target for received in server.received] == ["/x", "/y", "/z"]
    assert not any("authorization" in head.lower() for head in proxy.heads)


async def test_the_password_of_the_proxy_is_for_the_proxy_alone(
    server: LoopbackServer, certificate: Certificate
) -> None:
    async with (
        ForwardProxy(LOGIN) as proxy,
        server.client(proxy=proxy.url_with(LOGIN), ssl_context=certificate.trusted()) as minted,
    ):
        with minted.capture() as exchanges:
            assert await minted.request("GET", "/x") == 5
            assert await minted.request("POST", "/x") == 5
    assert all("Proxy-Authorization" in head for head in proxy.heads)
    assert not any("proxy-authorization" in received.headers for received in server.received)
    assert "hunter2" not in repr(exchanges)
    assert "hunter2" not in repr(minted)


@pytest.mark.parametrize("login", [None, "partner:wrong-hunter2", "someone:hunter2"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_proxy_that_wants_another_password_lets_nothing_through(
    login: str | None, method: str, server: LoopbackServer, certificate: Certificate
) -> None:
    async with ForwardProxy(LOGIN) as proxy:
        url = proxy.url if login is None else proxy.url_with(login)
        async with server.client(proxy=url, ssl_context=certificate.trusted(), retry=None) as minted:
            with pytest.raises(NotSentError, match="407") as caught:
                await minted.request(method, "/x")
    assert_no_password_shows(caught.value, minted)
    assert server.connections == 0


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", id="refuses"),
        pytest.param(b"HTTP/1.1 502 Bad Gateway\r\n\r\n", id="does not get through"),
        pytest.param(b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n", id="redirects"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\nnot TLS at all", id="answers by itself"),
        pytest.param(b"HTTP/1.1 200", id="breaks off"),
        pytest.param(b"\x05\x01\x00", id="speaks no HTTP"),
        pytest.param(b"", id="is silent"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_proxy_that_does_not_connect_is_no_way(
    answer: bytes, method: str, server: LoopbackServer, certificate: Certificate
) -> None:
    async with ForwardProxy(answer=answer) as proxy:
        minted = server.client(
            proxy=proxy.url_with(LOGIN),
            ssl_context=certificate.trusted(),
            timeout=Timeout(total=20, connect=0.3),
            retry=None,
        )
        async with minted:
            with pytest.raises(NotSentError) as caught:
                await minted.request(method, "/x")
    assert_no_password_shows(caught.value, minted)
    assert server.connections == 0


async def test_a_proxy_that_is_not_there(server: LoopbackServer) -> None:
    async with ForwardProxy() as proxy:
        url = proxy.url_with(LOGIN)
    async with server.client(proxy=url) as minted:
        with pytest.raises(NotSentError) as caught:
            await minted.request("POST", "/x")
    assert_no_password_shows(caught.value, minted)


async def test_plain_http_is_sent_to_the_proxy_with_the_whole_url() -> None:
    async with (
        DigestServer() as server,
        ForwardProxy(LOGIN) as proxy,
        MintedClient("user", "password", base_url=server.url, proxy=proxy.url_with(LOGIN)) as minted,
    ):
        await minted.request("GET", "/x", params={"a": "ü b"})
        await minted.request("POST", "/y", json={"a": 1})
        await minted.request("GET", "/z")
        assert server.accepted == 3
    assert proxy.requests[0] == f"GET {server.url}/x?a=%C3%BC%20b"
    assert f"POST {server.url}/y" in proxy.requests


async def test_the_proxy_of_the_environment_is_used_if_it_is_asked_for(
    server: LoopbackServer, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    options: dict[str, Any] = {"ssl_context": certificate.trusted()}
    async with ForwardProxy(LOGIN) as proxy, ForwardProxy() as other:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url_with(LOGIN))
        async with server.client(**options) as minted:
            assert await minted.request("GET", "/direct") == 5
        assert proxy.requests == []
        async with server.client(trust_env=True, **options) as minted:
            assert await minted.request("GET", "/through") == 5
        assert len(proxy.requests) == 1
        async with server.client(trust_env=True, proxy=other.url, **options) as minted:
            assert await minted.request("GET", "/other") == 5
        assert (len(proxy.requests), len(other.requests)) == (1, 1)
        monkeypatch.setenv("NO_PROXY", "example.com,127.0.0.1")
        async with server.client(trust_env=True, **options) as minted:
            assert await minted.request("GET", "/spared") == 5
        assert len(proxy.requests) == 1


async def test_a_proxy_of_the_environment_that_is_none_is_refused_without_its_password(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"socks5://{LOGIN}@127.0.0.1:1")
    with pytest.raises(ConfigurationError) as caught:
        server.client(trust_env=True)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "proxy",
    [
        f"socks5://{LOGIN}@127.0.0.1:1",
        f"{LOGIN}@127.0.0.1",
        "127.0.0.1:3128",
        f"http://{LOGIN}@",
        f"http://{LOGIN}@a b",
        f"http://{LOGIN}@a\r\nX: 1",
        f"http://{LOGIN}@a:99999",
        "",
        5,
    ],
)
def test_what_is_no_proxy_is_refused_when_the_client_is_made(proxy: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        MintedClient("user", "password", proxy=proxy)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


async def test_a_client_certificate_is_shown(certificate: Certificate, folder: Path) -> None:
    own = Certificate.make(folder, "partner")
    tls = certificate.server(clients=own)
    async with LoopbackServer(answering(envelope("5")), tls=tls) as server:
        async with server.client(ssl_context=certificate.trusted(own=own)) as minted:
            assert await minted.request("GET", "/x") == 5
            assert await minted.request("POST", "/x") == 5
        async with (
            ForwardProxy(LOGIN) as proxy,
            server.client(ssl_context=certificate.trusted(own=own), proxy=proxy.url_with(LOGIN)) as minted,
        ):
            assert await minted.request("GET", "/x") == 5
            assert await minted.request("POST", "/x") == 5
        assert len(server.received) == 4


async def test_without_its_client_certificate_nothing_is_carried_out(
    certificate: Certificate, folder: Path
) -> None:
    tls = certificate.server(clients=Certificate.make(folder, "other"))
    async with LoopbackServer(answering(envelope("5")), tls=tls) as server:
        async with server.client(ssl_context=certificate.trusted(), retry=None) as minted:
            with pytest.raises(MintedError):  # the server says so after the handshake, as it may with TLS 1.3
                await minted.request("POST", "/x")
        assert server.received == []
