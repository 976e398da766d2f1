"""The way to the server: the right words and the right code for each thing that can stand in it."""

from __future__ import annotations

import socket
import ssl
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from minted_async.doctor import Finding, Report, Verdict
from minted_async.errors import ConfigurationError
from minted_async.sandbox import Sandbox
from tests.certificates import Certificate
from tests.digest_server import DigestPolicy, DigestServer
from tests.doctor.visits import PASSWORD, USER, SkippingTime, found, verdicts, visit
from tests.proxy import ForwardProxy
from tests.second_minted import SecondMinted
from tests.servers import (
    BAD_GATEWAY_PAGE,
    Behaviour,
    LoopbackServer,
    Wire,
    answering,
    close_after_reading,
    envelope,
    free_port,
    hang_after_reading,
    refusal,
    reset_before_reading,
    response,
)

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("no_proxies_of_the_machine")]

LOGIN_PAGE = b"<html><body><form action=/login>Welcome to Grand Hotel WiFi</form></body></html>"
HTML = {"Content-Type": "text/html; charset=utf-8"}


def assert_ends_at(report: Report, check: str, verdict: Verdict) -> str:
    """The visit ended with this check; what it said."""
    *before, last, rest = report.findings
    assert {item.verdict for item in before} <= {Verdict.WELL, Verdict.UNCHECKED}
    assert (last.check, last.verdict, rest.check) == (check, verdict, "all others")
    assert last.advice
    return last.seen


async def test_a_name_without_an_address() -> None:
    report = await visit("https://no-such-host.invalid")
    assert report.exit_code == 2
    assert assert_ends_at(report, "name", Verdict.UNREACHABLE) == "The server has a name without an address."
    assert "tls" in report.findings[-1].seen


async def test_name_servers_that_do_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()

    def hang(*arguments: object, **options: object) -> None:
        ended.wait()
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    report = await visit("https://api.example.com", limit=0.2)
    assert report.exit_code == 2
    assert "do not answer" in assert_ends_at(report, "name", Verdict.UNREACHABLE)
    ended.set()


async def test_a_port_where_nobody_listens() -> None:
    report = await visit(f"http://127.0.0.1:{free_port()}")
    assert report.exit_code == 2
    assert "ECONNREFUSED" in assert_ends_at(report, "tcp", Verdict.UNREACHABLE)


async def test_a_name_is_resolved_and_counted() -> None:
    async with Sandbox(username=USER, password=PASSWORD) as sandbox:
        report = await visit(sandbox.url.replace("127.0.0.1", "localhost"))
    assert found(report, "name").facts["addresses"] in (1, 2)
    assert report.exit_code == 0


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (response(LOGIN_PAGE, headers=HTML), "HTTP 200, a web page: it is not the API that answers."),
        (response(b'{"a":1}'), "HTTP 200, and not in the API's words: it is not the API that answers."),
        (
            response(LOGIN_PAGE, 302, headers=HTML | {"Location": "http://portal.example/login"}),
            "It is redirected (HTTP 302), and redirects are not followed.",
        ),
        (response(BAD_GATEWAY_PAGE, 503, headers=HTML), "HTTP 503: the server, or what stands in front"),
        (response(b"blocked", 403), "HTTP 403 before any login"),
        (refusal(500), "HTTP 500: the server, or what stands in front of it"),
        (refusal(429), "HTTP 429: the server, or what stands in front of it"),
    ],
)
async def test_somebody_else_answers(answer: bytes, words: str) -> None:
    async with LoopbackServer(answering(answer)) as server:
        report = await visit(server.url)
    assert report.exit_code == 2
    assert assert_ends_at(report, "digest", Verdict.UNREACHABLE).startswith(words)
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("behave", "limit", "words"),
    [
        (reset_before_reading, 10, "The connection broke"),
        (close_after_reading, 10, "The connection broke"),
        (answering(b"220 smtp.example.com ESMTP\r\n"), 10, "The connection broke"),
        (hang_after_reading, 1, "Nothing within 1 s."),
    ],
)
async def test_no_answer(behave: Behaviour, limit: float, words: str) -> None:
    async with LoopbackServer(behave) as server:
        report = await visit(server.url, limit=limit)
    assert report.exit_code == 2
    assert assert_ends_at(report, "digest", Verdict.UNREACHABLE).startswith(words)


@pytest.mark.parametrize(
    ("challenge", "words"),
    [
        ('Basic realm="x"', "(it offers: basic)"),
        ('Digest realm="x", nonce="1", algorithm=SHA3-256', "(it offers: digest)"),
        ("Mystery 1", "(it offers: another one)"),
        (None, "(it offers: nothing)"),
    ],
)
async def test_a_challenge_that_cannot_be_answered(challenge: str | None, words: str) -> None:
    headers = {} if challenge is None else {"WWW-Authenticate": challenge}
    async with LoopbackServer(answering(refusal(401, headers=headers))) as server:
        report = await visit(server.url)
    assert report.exit_code == 1
    assert words in assert_ends_at(report, "digest", Verdict.DIFFERS)
    assert all("authorization" not in request.headers for request in server.received)


async def test_a_server_that_asks_for_no_login_is_looked_at_to_the_end() -> None:
    async with LoopbackServer(answering(refusal(404))) as server:
        report = await visit(server.url, probe_nonces=True)
    assert report.exit_code == 1
    assert found(report, "digest").seen == "HTTP 404 without authentication: the server asks for none."
    assert found(report, "login").verdict is Verdict.UNCHECKED
    assert found(report, "404").verdict is Verdict.WELL
    assert found(report, "nonce-order").verdict is Verdict.UNCHECKED


@pytest.mark.parametrize(
    "answer",
    [
        envelope("null"),
        envelope("[[1e999999999999999999999]]"),
        envelope('{"prices":[null,{"sku":{}}],"expires_at":"\\ud800","currency":NaN}'),
        envelope("[" * 5000 + "]" * 5000),
        response(b'{"success":false,"data":0,"code":{},"message":[],"errors":{"a":1}}', 422),
        response(b'{"success":true,"data":1e5}', headers={"Date": "Mon, 99 Foo 99999 99:99:99"}),
        response(b'{"success":true}', headers={"Date": "Fri, 31 Dec 9999 23:59:59 GMT"}),
        response(b"{}", headers={"Date": f"Mon, 01 Jan {10**20} 00:00:00 GMT"}),
        refusal(401, headers={"Date": f"Mon, 01 Jan 2024 00:00:00 +{10**20}"}),
        response(
            b'{"success":true}', headers={"Keep-Alive": "timeout=\xb2, max=9", "Content-Encoding": "br"}
        ),
        response(b'{"success":true}', headers={"Content-Encoding": "gzip"}),
        response(b'{"success":true}', length=10**15),
        refusal(404, code=10**30, message={"a": "b"}),
        refusal(401, headers={"WWW-Authenticate": 'Digest realm="\xff", nonce="\x01", qop="x"'}),
    ],
)
async def test_odd_answers_are_no_trouble(answer: bytes) -> None:
    async with LoopbackServer(answering(answer)) as server:
        report = await visit(server.url, probe_nonces=True, order_id="ORD-1", limit=5)
    assert report.exit_code in (1, 2)
    assert report.to_text()
    assert report.to_json()


async def test_a_clock_that_is_ten_minutes_off() -> None:
    async with SecondMinted("clock", username=USER, password=PASSWORD) as second:
        report = await visit(second.url)
    assert report.exit_code == 1
    clock = found(report, "clock")
    assert clock.verdict is Verdict.DIFFERS
    assert clock.seen.startswith("The server's clock is ")
    assert clock.seen.endswith(" s ahead of this machine's.")
    assert isinstance(clock.facts["seconds"], int)
    assert "NTP" in clock.advice
    others = [item.verdict for item in report.findings if item is not clock]
    assert Verdict.DIFFERS not in others


class TestOwnConnector:
    """Where connections go, and how names are resolved, is then the connector's own affair."""

    async def test_it_is_used(self) -> None:
        async with Sandbox(username=USER, password=PASSWORD) as sandbox:
            report = await visit(sandbox.url, connector=aiohttp.TCPConnector)
        assert report.exit_code == 0
        assert found(report, "name").verdict is found(report, "tcp").verdict is Verdict.UNCHECKED

    async def test_its_name_has_no_address(self) -> None:
        report = await visit("https://no-such-host.invalid", connector=aiohttp.TCPConnector)
        assert report.exit_code == 2
        assert assert_ends_at(report, "tls", Verdict.UNREACHABLE) == "The name has no address."

    async def test_nobody_listens(self) -> None:
        report = await visit(f"http://127.0.0.1:{free_port()}", connector=aiohttp.TCPConnector)
        assert report.exit_code == 2
        assert "ECONNREFUSED" in assert_ends_at(report, "tls", Verdict.UNREACHABLE)


class TestTLS:
    @pytest.mark.parametrize(("days", "verdict", "code"), [(100, Verdict.WELL, 0), (5, Verdict.DIFFERS, 1)])
    async def test_the_end_of_the_certificate(
        self, tmp_path: Path, days: int, verdict: Verdict, code: int
    ) -> None:
        certificate = Certificate.make(tmp_path, "server", days=days)
        async with SecondMinted(tls=certificate.server(), username=USER, password=PASSWORD) as second:
            report = await visit(second.url, ssl_context=certificate.trusted())
        tls = found(report, "tls")
        assert (report.exit_code, tls.verdict) == (code, verdict)
        assert tls.seen == f"TLSv1.3; the certificate ends in {days - 1} days."

    async def test_a_certificate_that_has_ended(self, tmp_path: Path) -> None:
        certificate = Certificate.make(tmp_path, "server", days=-1)
        async with SecondMinted(tls=certificate.server(), username=USER, password=PASSWORD) as second:
            report = await visit(second.url, ssl_context=certificate.trusted())
        assert report.exit_code == 2
        assert assert_ends_at(report, "tls", Verdict.UNREACHABLE) == "The certificate has expired."
        assert second.exchanges == []

    async def test_a_certificate_that_nobody_knows(self, tmp_path: Path) -> None:
        certificate = Certificate.make(tmp_path, "server")
        async with SecondMinted(tls=certificate.server()) as second:
            report = await visit(second.url)
        assert report.exit_code == 2
        assert "vouches for itself" in assert_ends_at(report, "tls", Verdict.UNREACHABLE)

    async def test_a_certificate_of_another_server(self, tmp_path: Path) -> None:
        certificate = Certificate.make(tmp_path, "server")
        async with SecondMinted(tls=certificate.server()) as second:
            url = second.url.replace("127.0.0.1", "localhost")
            report = await visit(url, ssl_context=certificate.trusted())
        assert report.exit_code == 2
        assert assert_ends_at(report, "tls", Verdict.UNREACHABLE) == "The certificate is another server's."

    async def test_a_certificate_that_nobody_looks_at(self, tmp_path: Path) -> None:
        certificate = Certificate.make(tmp_path, "server")
        careless = ssl.create_default_context()
        careless.check_hostname, careless.verify_mode = False, ssl.CERT_NONE
        async with SecondMinted(tls=certificate.server(), username=USER, password=PASSWORD) as second:
            report = await visit(second.url, ssl_context=careless)
        assert (report.exit_code, found(report, "tls").verdict) == (1, Verdict.DIFFERS)

    async def test_a_server_that_speaks_no_tls(self) -> None:
        async with Sandbox() as sandbox:
            report = await visit(sandbox.url.replace("http:", "https:"))
        assert report.exit_code == 2
        assert assert_ends_at(report, "tls", Verdict.UNREACHABLE) == "TLS could not be agreed on."


class TestProxy:
    async def visit(self, proxy: str, **options: Any) -> Report:
        return await visit("https://api.example.com", proxy=proxy, **options)

    @pytest.mark.parametrize("status", [403, 407, 502])
    async def test_a_proxy_that_refuses(self, status: int) -> None:
        async with ForwardProxy(answer=response(b"", status)) as proxy:
            report = await self.visit(proxy.url)
        assert report.exit_code == 2
        seen = assert_ends_at(report, "tls", Verdict.UNREACHABLE)
        assert seen == f"The proxy refuses to connect: it answered {status}."

    async def test_a_proxy_that_is_not_there(self) -> None:
        report = await self.visit(f"http://127.0.0.1:{free_port()}")
        assert report.exit_code == 2
        assert "The proxy cannot be connected to (ECONNREFUSED)." in report.findings[1].seen

    async def test_a_proxy_that_says_nothing(self) -> None:
        async with ForwardProxy(answer=b"") as proxy:
            report = await self.visit(proxy.url, limit=1)
        assert report.exit_code == 2
        assert assert_ends_at(report, "tls", Verdict.UNREACHABLE) == "Nothing within 1 s."

    async def test_a_proxy_that_passes_everything_on(self, tmp_path: Path) -> None:
        certificate = Certificate.make(tmp_path, "server", days=100)
        async with (
            SecondMinted(tls=certificate.server(), username=USER, password=PASSWORD) as second,
            ForwardProxy() as proxy,
        ):
            report = await visit(second.url, proxy=proxy.url, ssl_context=certificate.trusted())
        assert report.exit_code == 0
        assert found(report, "tcp").seen.startswith("The proxy takes connections")


async def test_a_connection_that_owes_an_answer_is_not_used_again() -> None:
    challenge = {"WWW-Authenticate": 'Digest realm="x", nonce="1", qop="auth"'}
    asked: list[int] = []

    async def behave(wire: Wire) -> None:
        number = len(asked)
        asked.append(0)
        while (request := await wire.request()) is not None:
            asked[number] += 1
            # The very first connection only showed that one can be made.
            if number == 1 and asked[1] == 3:
                await wire.hang()
            elif "authorization" in request.headers:
                await wire.send(refusal(404))
            else:
                await wire.send(refusal(401, headers=challenge))

    async with LoopbackServer(behave) as server:
        report = await visit(server.url, limit=1, probe_nonces=True, clock=SkippingTime().clock)
    assert found(report, "keep-alive").seen == "Nothing within 1 s."
    assert found(report, "nonce-order").verdict is Verdict.WELL
    assert asked[1] == 3


async def test_a_gateway_that_fails_at_the_login() -> None:
    challenge = {"WWW-Authenticate": 'Digest realm="x", nonce="1", qop="auth"'}
    answers = answering(refusal(401, headers=challenge), response(BAD_GATEWAY_PAGE, 502, headers=HTML))
    async with LoopbackServer(answers) as server:
        report = await visit(server.url)
    assert report.exit_code == 2
    assert assert_ends_at(report, "login", Verdict.UNREACHABLE).startswith("HTTP 502 to a login")


class TestWrongPassword:
    """One login is tried, whatever the server is like: each may count towards a lock-out."""

    POLICIES = (
        DigestPolicy(),
        DigestPolicy(algorithm="SHA-256", qop="auth", userhash=True),
        DigestPolicy(stale_flag=False, shared_nonce=True),
        DigestPolicy(nonce_life=0.0),
        DigestPolicy(qop=None),
    )

    @pytest.mark.parametrize("policy", POLICIES)
    async def test_it_is_tried_once(self, policy: DigestPolicy) -> None:
        async with DigestServer(policy) as server:
            report = await visit(server.url, username=policy.username, password="wrong", probe_nonces=True)
        assert report.exit_code == 3
        assert verdicts(report)["login"] is Verdict.REFUSED
        assert report.findings[-1].check == "all others"
        assert server.wrong_credentials == 1

    async def test_it_is_tried_once_where_no_connection_is_kept(self) -> None:
        async with SecondMinted("no-keep-alive", username=USER, password=PASSWORD) as second:
            report = await visit(second.url, password="wrong", probe_nonces=True)
        assert report.exit_code == 3
        assert "two connections" in found(report, "login").seen
        assert sum("Authorization" in request.headers for request in second.sandbox.requests) == 1

    async def test_a_server_that_calls_every_nonce_stale_is_left_alone(self) -> None:
        async with DigestServer(DigestPolicy(nonce_life=0.0)) as server:
            report = await visit(server.url, username="user", password="password")
        assert report.exit_code == 1
        assert "2 nonces" in assert_ends_at(report, "login", Verdict.DIFFERS)
        assert server.wrong_credentials == 0

    async def test_a_login_that_is_refused_later_is_not_tried_again(self) -> None:
        async with DigestServer() as server:

            def change(finding: Finding) -> None:
                # The password is changed while the doctor is at work.
                if finding.check == "keep-alive":
                    server.policy = replace(server.policy, password="another")

            report = await visit(server.url, username="user", password="password", on_finding=change)
        assert report.exit_code == 3
        assert verdicts(report)["prices.fix"] is Verdict.REFUSED
        assert server.wrong_credentials == 1

    @pytest.mark.parametrize("rest", [b"{}", b"{", b"zz"])
    @pytest.mark.parametrize("taken", range(12))
    async def test_it_is_tried_once_whenever_it_is_refused(self, taken: int, rest: bytes) -> None:
        """However many logins were taken before, and whatever becomes of the rest of the refusal."""
        signed = 0

        async def behave(wire: Wire) -> None:
            nonlocal signed
            while (request := await wire.request()) is not None:
                signed += "authorization" in request.headers
                if "authorization" in request.headers and signed <= taken:
                    await wire.send(refusal(404))
                    continue
                challenge = f'Digest realm="minted", nonce="{signed}", qop="auth"'
                headers = {"WWW-Authenticate": challenge}
                if "authorization" in request.headers and rest == b"zz":
                    headers["Content-Encoding"] = "gzip"
                length = 2 if "authorization" in request.headers else len(rest)
                await wire.send(response(rest, 401, headers=headers, length=length))
                if length > len(rest):
                    wire.reset()
                    return

        async with LoopbackServer(behave) as server:
            report = await visit(server.url, probe_nonces=True)
        assert report.exit_code == (3 if taken or rest == b"{}" else 2)
        assert signed == taken + 1


@pytest.mark.parametrize(
    "options",
    [{"limit": 0}, {"limit": float("nan")}, {"order_id": ""}, {"customer_id": 5}, {"order_id": ".."}],
)
async def test_arguments_that_make_no_sense(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        await visit("http://127.0.0.1:1", **options)
