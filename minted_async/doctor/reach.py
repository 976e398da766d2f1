"""The way to the server: its name, TCP, TLS."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import ssl
from datetime import UTC, datetime
from typing import Final, LiteralString

from yarl import URL

from minted_async.doctor.context import Check, Context
from minted_async.doctor.failures import errno_of
from minted_async.doctor.report import Finding, Verdict, Word, finding
from minted_async.doctor.wire import resolve

__all__ = ["CHECKS"]

_CERTIFICATE_MARGIN: Final = 14
"""Days before its end in which a certificate should have been renewed."""


async def _name(context: Context) -> Finding:
    """What the server's name, or the proxy's, stands for."""
    host, port, what = _target(context)
    if context.options.connector is not None:
        return _own_connector()
    with contextlib.suppress(ValueError):
        context.addresses = [str(ipaddress.ip_address(host))]
        return finding(Verdict.WELL, "{what} is an address, and needs no name.", what=what)
    try:
        async with asyncio.timeout(context.limit / 2):
            context.addresses = await resolve(host, port)
    except TimeoutError:
        return finding(
            Verdict.UNREACHABLE,
            "The name servers of this machine do not answer.",
            "Check which name servers it uses, and whether it can reach them.",
            stops=True,
        )
    except (OSError, UnicodeError):
        return finding(
            Verdict.UNREACHABLE,
            "{what} has a name without an address.",
            "Check how it is written (MINTED_BASE_URL), and the name servers of this machine.",
            stops=True,
            what=what,
        )
    ipv6 = sum(":" in address for address in context.addresses)
    return finding(
        Verdict.WELL,
        "{what} has {addresses} addresses, {ipv6} of them IPv6.",
        what=what,
        addresses=len(context.addresses),
        ipv6=ipv6,
    )


async def _tcp(context: Context) -> Finding:
    """Which of the addresses can be connected to."""
    _, port, what = _target(context)
    if context.options.connector is not None:
        return _own_connector()
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
            Verdict.UNREACHABLE,
            "{what} cannot be connected to ({error}).",
            "Check its port, and firewalls on the way; ask whether this machine's address is let in.",
            stops=True,
            what=what,
            error=Word("no answer") if silent else errno_of(problem),
        )
    return finding(
        Verdict.WELL,
        "{what} takes connections at {reached} of {addresses} addresses, in {ms} ms.",
        what=what,
        reached=reached,
        addresses=len(context.addresses),
        ms=round(seconds * 1000),
    )


async def _tls(context: Context) -> Finding:
    """What was agreed on with TLS, and when the certificate ends."""
    context.line = await context.wire.open()
    context.connect_seconds = context.line.seconds
    agreed = context.line.connection.tls
    if agreed is None and context.options.origin.in_the_clear:
        return finding(
            Verdict.DIFFERS,
            "Not used: everything travels in the clear, as was allowed for this host.",
            "This is for test networks only: use https wherever the account is real.",
        )
    if agreed is None:
        return finding(Verdict.UNCHECKED, "Not used: the server is on this machine.")
    version = Word.of(agreed.version() or "", ("TLSv1.2", "TLSv1.3"), "a version that is no longer safe")
    ends = (agreed.getpeercert() or {}).get("notAfter")
    if not isinstance(ends, str):
        return finding(
            Verdict.DIFFERS,
            "{version}; nobody looks at the certificate.",
            "The client's ssl_context lets everybody pass for the server: have it verify.",
            version=version,
        )
    left = datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) - context.clock.now()
    advice: LiteralString = ""
    if left.days < _CERTIFICATE_MARGIN:
        advice = "Tell whoever runs the server: when it has ended, nothing can be sent."
    elif not version.startswith("TLS"):
        advice = "Ask whoever runs the server for TLS 1.2 or 1.3."
    return finding(
        Verdict.DIFFERS if advice else Verdict.WELL,
        "{version}; the certificate ends in {days} days.",
        advice,
        version=version,
        days=left.days,
    )


def _target(context: Context) -> tuple[str, int, Word]:
    """Host and port that are connected to, and what they are."""
    proxy = context.options.proxy
    url = URL(context.options.origin.base) if proxy is None else proxy.url
    return url.raw_host or "", url.port or 0, Word("The server" if proxy is None else "The proxy")


def _own_connector() -> Finding:
    return finding(Verdict.UNCHECKED, "The client has a connector of its own.")


CHECKS: Final = (
    Check("name", _name, path=True),
    Check("tcp", _tcp, path=True),
    Check("tls", _tls, path=True),
)
