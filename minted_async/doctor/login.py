"""Who answers, what its clock says, and whether it takes the credentials."""

from __future__ import annotations

import contextlib
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final, LiteralString

from minted_async.core.digest.challenge import UnusableChallengeError, choose_challenge
from minted_async.doctor.context import Check, Context, envelope_of
from minted_async.doctor.questions import absent_order
from minted_async.doctor.report import Finding, Verdict, Word, finding
from minted_async.doctor.wire import Answer, next_nonce

__all__ = ["CHECKS"]

_CLOCK_TOLERANCE: Final = 5.0
"""Seconds by which two clocks may differ; a Date header tells whole seconds."""

_ALGORITHMS: Final = tuple(
    f"{name}{session}" for name in ("SHA-512-256", "SHA-512", "SHA-256", "MD5") for session in ("", "-sess")
)
_SCHEMES: Final = ("basic", "bearer", "negotiate", "ntlm", "digest")
_STALE_TRIES: Final = 2
"""A nonce that was given just now is seldom stale: a server that says so twice is not asked again."""


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
    if known and status < 500 and status not in (408, 429):
        return finding(
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
    elif status >= 500 or status in (408, 429):
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
    return finding(Verdict.UNREACHABLE, seen, advice, stops=True, status=status)


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


async def _clock(context: Context) -> Finding:
    """How far the server's clock is from ours."""
    date = None if context.first is None else context.first.headers.get("Date")
    try:
        there = parsedate_to_datetime(date or "")
    except (ValueError, OverflowError):
        return finding(Verdict.UNCHECKED, "The answer has no Date.")
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
            Verdict.WELL,
            "The server's clock is this machine's, to {tolerance:g} s.",
            tolerance=_CLOCK_TOLERANCE,
        )
    seen = ahead if seconds > 0 else behind
    return finding(Verdict.DIFFERS, seen, advice, seconds=abs(seconds))


async def _login(context: Context) -> Finding:
    """Whether the credentials are taken: one try, and another one only if the nonce was called stale."""
    challenge = context.challenge
    if challenge is None:
        return finding(Verdict.UNCHECKED, "The server asks for none.")
    stayed = context.line is not None and context.line.open
    context.nonce = context.wire.nonce(challenge)
    answer = await context.ask_raw(absent_order(context.headers), again=_STALE_TRIES - 1)
    if answer.stale:
        return finding(
            Verdict.DIFFERS,
            "The server called {tries} nonces in a row stale.",
            "Use serialize_nonces=True; if that does not help, attach this report to a question.",
            stops=True,
            tries=_STALE_TRIES,
        )
    if answer.status == 401:
        elsewhere: LiteralString = " Challenge and login went over two connections: perhaps to two servers."
        return finding(
            Verdict.REFUSED,
            "User name or password is refused. It was tried once, and is not tried again."
            + ("" if stayed else elsewhere),
            "Check MINTED_USERNAME and MINTED_PASSWORD, and that they belong to this server.",
            stops=True,
        )
    if answer.status >= 500 or answer.status in (408, 429):
        return finding(
            Verdict.UNREACHABLE,
            "HTTP {status} to a login: nobody knows whether the credentials are taken.",
            "Try again later; if it stays so, tell Minted.",
            stops=True,
            status=answer.status,
        )
    context.login = answer
    context.one_time = next_nonce(answer) is not None
    if context.one_time:
        return finding(
            Verdict.DIFFERS,
            "The credentials are taken; each answer announces the next nonce.",
            "It works. Calls at the same time cost more logins: serialize_nonces=True spares them.",
        )
    return finding(Verdict.WELL, "The credentials are taken; no nonce is announced.")


CHECKS: Final = (
    Check("digest", _challenge, path=True),
    Check("clock", _clock),
    Check("login", _login, path=True),
)
