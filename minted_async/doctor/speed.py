"""What a call costs: connections that are kept, packed answers, time."""

from __future__ import annotations

import statistics
from typing import Final, LiteralString

from minted_async.core.lifecycle import KEEPALIVE
from minted_async.doctor.context import Check, Context
from minted_async.doctor.failures import BROKEN
from minted_async.doctor.questions import absent_order
from minted_async.doctor.report import Finding, Verdict, Word, finding

__all__ = ["CHECKS", "KEEP_ALIVE"]

_READINGS: Final = 10
_SLOW: Final = 1.0
"""Seconds: a price feed asks once a second unless it is told otherwise."""


async def _keep_alive(context: Context) -> Finding:
    """Whether a connection carries more than one request, and for how long it may be idle."""
    pays: LiteralString = (
        "It works; each call pays for a new connection. Ask whoever runs the server, or the proxy, for "
        "connections that are kept."
    )
    line = context.line
    try:
        kept = line is not None and line.open
        if kept and line is not None:
            before = line.answers
            await context.ask_raw(absent_order(context.headers))
            kept = context.line is line and line.answers > before
    except BROKEN:
        kept = False
    if not kept:
        return finding(Verdict.DIFFERS, "Each connection is closed after an answer.", pays)
    limit = _idle_limit(context)
    if limit is not None and limit < KEEPALIVE:
        return finding(
            Verdict.DIFFERS,
            "Connections are closed when idle for {limit} s; the client keeps them for {ours:g} s.",
            "It works, with more calls that have to be repeated: use a connector= with a "
            "shorter keepalive_timeout.",
            limit=limit,
            ours=KEEPALIVE,
        )
    return finding(Verdict.WELL, "A connection carries several requests.")


def _idle_limit(context: Context) -> int | None:
    answer = context.login or context.first
    told = "" if answer is None else answer.headers.get("Keep-Alive", "")
    for part in told.split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() == "timeout" and value.isascii() and value.isdigit() and len(value) < 6:
            return int(value)
    return None


async def _compression(context: Context) -> Finding:
    """How answers are packed."""
    encodings = {encoding for encoding in context.encodings if encoding not in ("", "identity")}
    other = encodings - {"gzip", "deflate"}
    if other:
        return finding(
            Verdict.DIFFERS,
            "Answers are packed in a way that nobody asked for.",
            "Tell whoever runs the server: only gzip and deflate are asked for.",
        )
    if not encodings:
        return finding(Verdict.WELL, "Answers are not packed.")
    used = Word.joined([Word.of(encoding, ("gzip", "deflate")) for encoding in sorted(encodings)])
    return finding(Verdict.WELL, "Answers are packed ({used}).", used=used)


async def _latency(context: Context) -> Finding:
    """How fast it is: connecting, the first byte, and the middle one of ten readings."""
    for _ in range(_READINGS):
        await context.ask(absent_order(context.headers))
    middle = statistics.median(context.seconds[-_READINGS:])
    slow = middle > _SLOW
    advice: LiteralString = (
        "A price feed cannot ask once a second here: give it a longer interval. Measure from where your "
        "program will run."
    )
    return finding(
        Verdict.DIFFERS if slow else Verdict.WELL,
        "Connected in {connect} ms, first byte after {first} ms; the middle one of {readings} "
        "readings took {middle} ms.",
        advice if slow else "",
        connect=round(context.connect_seconds * 1000),
        first=0 if context.first is None else round(context.first.seconds * 1000),
        readings=_READINGS,
        middle=round(middle * 1000),
    )


KEEP_ALIVE: Final = Check("keep-alive", _keep_alive)

CHECKS: Final = (Check("compression", _compression), Check("latency", _latency))
