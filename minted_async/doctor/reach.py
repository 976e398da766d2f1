"""The way to the server: its name, TCP, TLS, who answers, its clock, the login."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, LiteralString

from yarl import URL

from minted_async.core.digest.challenge import UnusableChallengeError, choose_challenge
from minted_async.doctor.context import Check, Context, envelope_of
from minted_async.doctor.failures import errno_of
from minted_async.doctor.questions import absent_order
from minted_async.doctor.report import Finding, Verdict, Word, finding
from minted_async.doctor.wire import Answer, next_nonce, resolve

__all__ = ["CHECKS"]

_CLOCK_TOLERANCE: Final = 5.0
"""Seconds by which two clocks may differ; a Date header tells whole seconds."""

_CERTIFICATE_MARGIN: Final = 14
"""Days before its end in which a certificate should have been renewed."""

_ALGORITHMS: Final = tuple(
    f"{name}{session}" for name in ("SHA-512-256", "SHA-512", "SHA-256", "MD5") for session in ("", "-sess")
)
_TLS: Final = ("TLSv1.2", "TLSv1.3")
_SCHEMES: Final = ("basic", "bearer", "negotiate", "ntlm", "digest")
_STALE_TRIES: Final = 3


async def _name(context: Context) -> Finding:
    """What the server's name, or the proxy's, stands for."""
    host, port, what = _target(context)
    if context.options.connector is not None:
        return _own_connector("name")
    with contextlib.suppress(ValueError):
        context.addresses = [str(ipaddress.ip_address(host))]
        return finding("name", Verdict.WELL, "{what} is an address, and needs no name.", what=what)
    try:
        context.addresses = await resolve(host, port)
    except (OSError, UnicodeError):
        return finding(
            "name",
            Verdict.UNREACHABLE,
            "{what} has a name without an address.",
            "Check how it is written (MINTED_BASE_URL), and the name servers of this machine.",
            stops=True,
            what=what,
        )
    six = sum(":" in address for address in context.addresses)
    return finding(
        "name",
        Verdict.WELL,
        "{what} has {all} addresses, {six} of them IPv6.",
        what=what,
        all=len(context.addresses),
        six=six,
    )


async def _tcp(context: Context) -> Finding:
    """Which of the addresses can be connected to."""
    _, port, what = _target(context)
    if context.options.connector is not None:
        return _own_connector("tcp")
    limit = context.limit / (len(context.addresses) + 1)
    problem: OSError = TimeoutError()
    reached, seconds = 0, 0.0
    for address in context.addresses:
        started = context.clock.monotonic()
        try:
            async with asyncio.timeout(limit):
                _, writer = await asyncio.open_connection(address, port)
        except OSError as error:
            problem = error
            continue
        if not reached:
            seconds = context.clock.monotonic() - started
        reached += 1
        writer.transport.abort()
    if not reached:
        silent = isinstance(problem, TimeoutError)
        return finding(
            "tcp",
            Verdict.UNREACHABLE,
            "{what} cannot be connected to ({error}).",
            "Check its port, and firewalls on the way; ask whether this machine's address is let in.",
            stops=True,
            what=what,
            error=Word("no answer") if silent else errno_of(problem),
        )
    return finding(
        "tcp",
        Verdict.WELL,
        "{what} takes connections at {reached} of {all} addresses, in {ms:.1f} ms.",
        what=what,
        reached=reached,
        all=len(context.addresses),
        ms=seconds * 1000,
    )


async def _tls(context: Context) -> Finding:
    """What was agreed on with TLS, and when the certificate ends."""
    context.line = await context.wire.open()
    context.connect_seconds = context.line.seconds
    agreed = context.line.connection.tls
    if agreed is None:
        return finding("tls", Verdict.UNCHECKED, "Not used: the server is on this machine.")
    version = Word.of(agreed.version() or "", (*_TLS, "TLSv1.1", "TLSv1"), "an unknown version")
    if version not in _TLS:
        return finding(
            "tls",
            Verdict.DIFFERS,
            "{version}, which is no longer safe.",
            "Ask whoever runs the server for TLS 1.2 or 1.3.",
            version=version,
        )
    ends = (agreed.getpeercert() or {}).get("notAfter")
    if not isinstance(ends, str):
        return finding(
            "tls",
            Verdict.DIFFERS,
            "{version}; nobody looks at the certificate.",
            "The client's ssl_context lets everybody pass for the server: have it verify.",
            version=version,
        )
    left = datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) - context.clock.now()
    soon = left.days < _CERTIFICATE_MARGIN
    advice: LiteralString = "Tell whoever runs the server: when it has ended, nothing can be sent."
    return finding(
        "tls",
        Verdict.DIFFERS if soon else Verdict.WELL,
        "{version}; the certificate ends in {days} days.",
        advice if soon else "",
        version=version,
        days=left.days,
    )


async def _challenge(context: Context) -> Finding:
    """Who answers, and what is asked for."""
    context.first = answer = await context.ask_raw(absent_order(context.headers))
    context.received_at = context.clock.now().timestamp()
    envelope = envelope_of(answer.body)
    if answer.status != 401:
        return _no_challenge(answer, known=envelope is not None)
    context.assume(
        "unauthorized",
        envelope is not None and envelope["success"] is False,
        "the 401 has the envelope" if envelope is not None else "the 401 has no envelope",
    )
    challenge = answer.challenge
    if challenge is None:
        offered = answer.headers.getall("WWW-Authenticate", [])
        schemes = sorted({Word.of(text.partition(" ")[0].lower(), _SCHEMES) for text in offered})
        return finding(
            "digest",
            Verdict.DIFFERS,
            "The 401 has no digest challenge that can be answered (it offers: {schemes}).",
            "Check base_url; if it is right, attach this report to a question.",
            stops=True,
            schemes=Word.joined(schemes) if schemes else Word("nothing"),
        )
    offers = _offers(answer)
    context.assume(
        "digest-offer",
        [*offers] == ["SHA-256", "MD5"] and challenge.qop == "auth",
        "it offers {offers}, and {qop}",
        offers=Word.joined(offers),
        qop=_qop(challenge.qop),
    )
    return finding(
        "digest",
        Verdict.WELL if challenge.qop == "auth" else Verdict.DIFFERS,
        "{algorithm}, {qop}, {userhash}, {stale}; the best of {offers}.",
        "" if challenge.qop == "auth" else "It works; tell Minted that qop=auth is what clients expect.",
        algorithm=_algorithm(challenge.algorithm),
        qop=_qop(challenge.qop),
        userhash=Word("userhash" if challenge.userhash else "no userhash"),
        stale=Word("stale" if challenge.stale else "not stale"),
        offers=len(offers),
    )


def _no_challenge(answer: Answer, *, known: bool) -> Finding:
    """What it means that the first answer is no 401."""
    status = answer.status
    page = "html" in answer.headers.get("Content-Type", "").lower()
    if known and status < 500:
        return finding(
            "digest",
            Verdict.DIFFERS,
            "HTTP {status} without authentication: the server asks for none.",
            "Check base_url: the API asks for digest authentication.",
            status=status,
        )
    seen: LiteralString
    if 300 <= status < 400:
        seen = "It is redirected (HTTP {status}), and redirects are not followed."
        advice: LiteralString = (
            "Something between you and the API wants to be seen first, such as a network's sign-in page; or "
            "base_url is not the API's."
        )
    elif status >= 500 or status == 429:
        seen = "HTTP {status}: the server, or what stands in front of it, does not serve now."
        advice = "Try again later; if it stays so, tell Minted."
    elif status == 403:
        seen = "HTTP 403 before any login: what stands in front of the API lets nobody in from here."
        advice = "Ask Minted to let this machine's address in."
    else:
        seen = (
            "HTTP {status}, a web page: it is not the API that answers."
            if page
            else ("HTTP {status}, and not in the API's words: it is not the API that answers.")
        )
        advice = (
            "Something between you and the API answers in its place, such as a network's sign-in page; or "
            "base_url is not the API's."
        )
    return finding("digest", Verdict.UNREACHABLE, seen, advice, stops=True, status=status)


async def _clock(context: Context) -> Finding:
    """How far the server's clock is from ours."""
    date = None if context.first is None else context.first.headers.get("Date")
    try:
        there = parsedate_to_datetime(date or "")
    except ValueError:
        return finding("clock", Verdict.UNCHECKED, "The answer has no Date.")
    there = there if there.tzinfo is not None else there.replace(tzinfo=UTC)
    # It was cut to whole seconds.
    seconds = round(there.timestamp() + 0.5 - context.received_at)
    well = abs(seconds) <= _CLOCK_TOLERANCE
    advice: LiteralString = (
        "Set this machine's clock by NTP; if it is right, tell Minted. Prices are safe: they are kept by a "
        "clock that nobody sets. Times that are compared with the server's are not."
    )
    ahead: LiteralString = "The server's clock is {seconds} s ahead of this machine's."
    behind: LiteralString = "The server's clock is {seconds} s behind this machine's."
    if well:
        return finding(
            "clock",
            Verdict.WELL,
            "The server's clock is this machine's, to {tolerance:g} s.",
            tolerance=_CLOCK_TOLERANCE,
        )
    seen = ahead if seconds > 0 else behind
    return finding("clock", Verdict.DIFFERS, seen, advice, seconds=abs(seconds))


async def _login(context: Context) -> Finding:
    """Whether the credentials are taken: one try, and another one only if the nonce was called stale."""
    challenge = context.challenge
    if challenge is None:
        return finding("login", Verdict.UNCHECKED, "The server asks for none.")
    stayed = context.line is not None and context.line.open
    context.nonce = context.wire.nonce(challenge)
    answer = await context.ask_raw(absent_order(context.headers), again=_STALE_TRIES - 1)
    if answer.stale:
        return finding(
            "login",
            Verdict.DIFFERS,
            "The server called {tries} nonces in a row stale.",
            "Use serialize_nonces=True; if that does not help, attach this report to a question.",
            stops=True,
            tries=_STALE_TRIES,
        )
    if answer.status == 401:
        elsewhere: LiteralString = " Challenge and login went over two connections: perhaps to two servers."
        return finding(
            "login",
            Verdict.REFUSED,
            "User name or password is refused. It was tried once, and is not tried again."
            + ("" if stayed else elsewhere),
            "Check MINTED_USERNAME and MINTED_PASSWORD, and that they belong to this server.",
            stops=True,
        )
    context.login = answer
    context.one_time = next_nonce(answer) is not None
    if context.one_time:
        return finding(
            "login",
            Verdict.DIFFERS,
            "The credentials are taken; each answer announces the next nonce.",
            "It works. Calls at the same time cost more logins: serialize_nonces=True spares them.",
        )
    return finding("login", Verdict.WELL, "The credentials are taken; no nonce is announced.")


def _target(context: Context) -> tuple[str, int, Word]:
    """Host and port that are connected to, and what they are."""
    proxy = context.options.proxy
    url = URL(context.options.origin.base) if proxy is None else proxy.url
    return url.raw_host or "", url.port or 0, Word("The server" if proxy is None else "The proxy")


def _own_connector(check: LiteralString) -> Finding:
    return finding(check, Verdict.UNCHECKED, "The client has a connector of its own.")


def _offers(answer: Answer) -> list[Word]:
    """The algorithms of the digest challenges, one for each header."""
    offers: list[Word] = []
    for header in answer.headers.getall("WWW-Authenticate", []):
        with contextlib.suppress(UnusableChallengeError):
            offers.append(_algorithm(choose_challenge([header]).algorithm))
    return offers


def _algorithm(name: str | None) -> Word:
    known = {algorithm.lower(): algorithm for algorithm in _ALGORITHMS}
    return Word.of(known.get((name or "MD5").lower(), ""), _ALGORITHMS, "another algorithm")


def _qop(qop: str | None) -> Word:
    return Word("no qop") if qop is None else Word.joined(("qop=", Word.of(qop, ("auth", "auth-int"))), "")


CHECKS: Final = (
    Check("name", _name, path=True),
    Check("tcp", _tcp, path=True),
    Check("tls", _tls, path=True),
    Check("digest", _challenge, path=True),
    Check("clock", _clock),
    Check("login", _login, path=True),
)
