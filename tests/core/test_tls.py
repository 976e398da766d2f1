"""TLS: nothing is sent to a server whose certificate is not right."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest

from minted_async.errors import NotSentError
from tests.servers import LoopbackServer, Wire, answering, envelope, response

pytestmark = pytest.mark.anyio


def openssl(directory: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True, timeout=30)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a private certificate authority and certificates of servers that it signed."""
    directory = tmp_path_factory.mktemp("authority")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    # Python 3.13 checks strictly: RFC 5280 wants these extensions of an authority.
    uses = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
    subject = ("-subj", "/CN=Test CA")
    openssl(directory, "req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", *subject, *uses)
    (directory / "ca.cnf").write_text(
        "[ca]\ndefault_ca=it\n[it]\ndatabase=index\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\n"
        "policy=any\ncopy_extensions=copy\nx509_extensions=leaf\n[any]\ncommonName=supplied\n"
        "[leaf]\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
    )
    (directory / "index").touch()
    for name, host, end in (
        ("good", "IP:127.0.0.1", "20991231235959Z"),
        ("other", "DNS:other.example.com", "20991231235959Z"),
        ("expired", "IP:127.0.0.1", "20010101000000Z"),
    ):
        request = (
            "req",
            "-new",
            *key,
            "-keyout",
            f"{name}.key",
            "-out",
            f"{name}.csr",
            "-subj",
            f"/CN={name}",
        )
        openssl(directory, *request, "-addext", f"subjectAltName={host}")
        signing = ("ca", "-batch", "-config", "ca.cnf", "-keyfile", "ca.key", "-cert", "ca.pem", "-notext")
        dates = ("-startdate", "20000101000000Z", "-enddate", end)
        openssl(directory, *signing, *dates, "-in", f"{name}.csr", "-out", f"{name}.pem")
    return directory


@pytest.fixture
def server_with(authority: Path) -> Callable[[str], LoopbackServer]:
    def make(name: str) -> LoopbackServer:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority / f"{name}.pem", authority / f"{name}.key")
        return LoopbackServer(answering(envelope("5")), tls=context)

    return make


@pytest.fixture
def trust(authority: Path) -> ssl.SSLContext:
    """A context that trusts the private authority, and nobody else."""
    return ssl.create_default_context(cafile=authority / "ca.pem")


async def test_a_private_authority_can_be_trusted(
    server_with: Callable[[str], LoopbackServer], trust: ssl.SSLContext
) -> None:
    async with server_with("good") as server, server.client(ssl_context=trust) as minted:
        assert await minted.request("POST", "/x") == 5
        assert await minted.request("GET", "/x") == 5


async def test_an_authority_that_is_not_trusted(server_with: Callable[[str], LoopbackServer]) -> None:
    async with server_with("good") as server, server.client() as minted:
        with pytest.raises(NotSentError, match="certificate verify failed") as caught:
            await minted.request("POST", "/x")
        assert server.received == []
    assert isinstance(caught.value.__cause__, aiohttp.ClientConnectorCertificateError)


@pytest.mark.parametrize(("certificate", "problem"), [("other", "not valid for"), ("expired", "has expired")])
async def test_a_certificate_that_is_not_right(
    certificate: str, problem: str, server_with: Callable[[str], LoopbackServer], trust: ssl.SSLContext
) -> None:
    async with server_with(certificate) as server:
        async with server.client(ssl_context=trust) as minted:
            with pytest.raises(NotSentError, match=problem):
                await minted.request("POST", "/x")
        assert server.received == []


async def test_a_port_that_speaks_no_tls() -> None:
    async def plain(wire: Wire) -> None:
        await wire.send(response(b"this is an HTTP port", 400))
        await wire.hang()

    async with LoopbackServer(plain) as server:
        async with server.client(base_url=server.url.replace("http:", "https:")) as minted:
            with pytest.raises(NotSentError):
                await minted.request("POST", "/x")
        assert server.received == []


async def test_a_wrong_fingerprint(server_with: Callable[[str], LoopbackServer]) -> None:
    def pinned() -> aiohttp.TCPConnector:
        return aiohttp.TCPConnector(ssl=aiohttp.Fingerprint(b"0" * 32))

    async with server_with("good") as server:
        async with server.client(connector=pinned) as minted:
            with pytest.raises(NotSentError):
                await minted.request("POST", "/x")
        assert server.received == []
