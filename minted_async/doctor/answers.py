"""What the API answers, through the client: refusals, languages, prices, what only reads; and how fast."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Final, LiteralString, cast

from minted_async.core.protocol import Response
from minted_async.core.responses import read_response
from minted_async.doctor.context import Check, Context, envelope_of
from minted_async.doctor.failures import BROKEN
from minted_async.doctor.fit import Kind, Misfit, misfits
from minted_async.doctor.questions import (
    ABSENT_ID,
    READS,
    Question,
    absent_order,
    prices,
    prices_of_no_type,
)
from minted_async.doctor.report import Finding, Verdict, Word, finding
from minted_async.errors import MintedError

__all__ = ["CHECKS"]

_READINGS: Final = 10
_SLOW: Final = 1.0
"""Seconds: a price feed asks once a second unless it is told otherwise."""

_SHORTEST_IDLE: Final = 12
"""Seconds for which the client keeps an idle connection."""

_TO_A_QUESTION: Final[LiteralString] = "Attach this report to a question: the SDK has to learn it."


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
        return finding("keep-alive", Verdict.DIFFERS, "Each connection is closed after an answer.", pays)
    limit = _idle_limit(context)
    if limit is not None and limit < _SHORTEST_IDLE:
        return finding(
            "keep-alive",
            Verdict.DIFFERS,
            "Connections are closed when idle for {limit} s; the client keeps them for {ours} s.",
            "It works, with more calls that have to be repeated: use a connector= with a "
            "shorter keepalive_timeout.",
            limit=limit,
            ours=_SHORTEST_IDLE,
        )
    return finding("keep-alive", Verdict.WELL, "A connection carries several requests.")


def _idle_limit(context: Context) -> int | None:
    told = "" if context.login is None else context.login.headers.get("Keep-Alive", "")
    for part in told.split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() == "timeout" and value.isascii() and value.isdigit() and len(value) < 6:
            return int(value)
    return None


async def _not_found(context: Context) -> Finding:
    """What an order that does not exist looks like."""
    response = await context.ask(absent_order(context.headers))
    envelope = envelope_of(response.body)
    refused = envelope is not None and envelope["success"] is False
    context.assume(
        "error-envelope",
        refused,
        "HTTP {status} with the envelope" if refused else "HTTP {status} without such an envelope",
        status=response.status,
    )
    if envelope is not None:
        code = envelope.get("code")
        context.assume(
            "error-code", _is_sandbox_code(code, response.status), "the code is {form}", form=_form(code)
        )
    missing = response.status == 404
    context.assume("unknown-id", missing, "HTTP {status} for an order", status=response.status)
    if missing and refused:
        return finding("404", Verdict.WELL, "An order that does not exist is a 404 in the API's words.")
    if missing:
        return finding(
            "404",
            Verdict.DIFFERS,
            "An order that does not exist is a 404, but not in the API's words.",
            "Check base_url: a wrong path looks like this. If it is right, attach this report to a question.",
        )
    return finding(
        "404",
        Verdict.DIFFERS,
        "An order that does not exist is HTTP {status}, no 404.",
        "Do not rely on trades.recover and resolve here: they take a 404 for `there is no such order`. "
        + _TO_A_QUESTION,
        status=response.status,
    )


def _is_sandbox_code(code: object, status: int) -> bool:
    return isinstance(code, int) and not isinstance(code, bool) and code // 10 == status


def _form(code: object) -> Word:
    match code:
        case None:
            return Word("missing")
        case bool():
            return Word("true or false")
        case int():
            return Word("a number")
        case str():
            return Word("a text")
        case _:
            return Word("something else")


async def _language(context: Context) -> Finding:
    """Whether messages come in the language that was asked for, and what a wrong one gives."""
    turkish, english, none = [await _message(context, locale) for locale in ("tr", "en", "x-none")]
    if turkish is None:
        return finding("language", Verdict.DIFFERS, "A refusal has no message.", _TO_A_QUESTION)
    context.assume(
        "error-language",
        turkish != english and none == turkish,
        "asked in Turkish and in English the messages {differ}; in no language it is {default}",
        differ=Word("differ" if turkish != english else "are the same"),
        default=Word(
            "the Turkish one" if none == turkish else "the English one" if none == english else "another one"
        ),
    )
    if turkish == english:
        return finding(
            "language",
            Verdict.DIFFERS,
            "Messages are the same in Turkish and in English.",
            "Do not show an error's message to people as it is: locale= does not choose its language.",
        )
    return finding(
        "language",
        Verdict.WELL if none == turkish else Verdict.DIFFERS,
        "Messages follow Accept-Language; a wrong one gives {default}.",
        ""
        if none == turkish
        else "Give a locale= that the API knows: the documentation says that Turkish is the default.",
        default=Word("Turkish" if none == turkish else "another language than Turkish"),
    )


async def _message(context: Context, locale: str) -> object:
    response = await context.ask(absent_order(context.in_language(locale)))
    envelope = envelope_of(response.body)
    return None if envelope is None else envelope.get("message") or None


async def _prices(context: Context) -> Finding:
    """A price fix, which orders nothing."""
    question = prices(context.headers)
    response = await context.ask(question)
    envelope = envelope_of(response.body)
    data = None if envelope is None else envelope.get("data")
    context.priced = 200 <= response.status < 300
    if isinstance(data, dict):
        currency = cast("dict[str, object]", data).get("currency")
        context.assume(
            "price-currency",
            currency == "TRY",
            "it is in TRY" if currency == "TRY" else "it is in another currency",
        )
    return _judge(Word("prices.fix"), question, response)


async def _invalid(context: Context) -> Finding:
    """What a refusal of parameters looks like."""
    response = await context.ask(prices_of_no_type(context.headers))
    envelope = envelope_of(response.body)
    errors = None if envelope is None else envelope.get("errors")
    refused = response.status == 422
    context.assume("price-type", refused, "HTTP {status}", status=response.status)
    if refused:
        by_field = isinstance(errors, dict) and all(isinstance(value, list) for value in errors.values())  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
        context.assume(
            "error-fields",
            by_field,
            "it has messages by field" if by_field else "it has no messages by field",
        )
    if refused and envelope is not None:
        return finding("422", Verdict.WELL, "Wrong parameters are a 422 in the API's words.")
    return finding(
        "422",
        Verdict.DIFFERS,
        "Prices of a type that does not exist are HTTP {status}{words}.",
        "ValidationError is raised for a 422 only. " + _TO_A_QUESTION,
        status=response.status,
        words=Word("" if envelope is not None else ", not in the API's words"),
    )


async def _client_id(context: Context) -> list[Finding]:
    """Whether x-client-id is needed. The client always sends it: only the sandbox assumes something."""
    if not context.priced:
        return []
    body = await context.ask_raw(prices(context.headers, without="x-client-id"), again=2)
    reading = await context.ask_raw(absent_order(context.headers, without="x-client-id"), again=2)
    context.assume(
        "client-id",
        400 <= body.status < 500 and reading.status == 404,
        "without it, asking for prices is HTTP {body}, reading an order that does not exist HTTP {reading}",
        body=body.status,
        reading=reading.status,
    )
    return []


async def _reads(context: Context) -> list[Finding]:
    """Everything that only reads: by the user's ids where there are some, else by one that nothing has."""
    findings: list[Finding] = []
    for operation in READS.values():
        name = Word.of(operation.id, READS)
        ids = [context.id_for(operation, placeholder) for placeholder in operation.placeholders]
        path = tuple(known or ABSENT_ID for known in ids)
        question = Question(operation, context.headers, path=path)
        response = await context.ask(question)
        if response.status == 403:
            findings.append(finding(name, Verdict.UNCHECKED, "HTTP 403: the account may not do this."))
        elif None in ids:
            findings.append(_judge_absent(context, name, response))
        else:
            findings.append(_judge(name, question, response))
    return findings


def _judge_absent(context: Context, name: Word, response: Response) -> Finding:
    missing = response.status == 404
    if not missing and context.kept.get("unknown-id") is not None:
        context.assume("unknown-id", False, "HTTP {status} at {name}", status=response.status, name=name)
    return finding(
        name,
        Verdict.WELL if missing else Verdict.DIFFERS,
        "HTTP {status} for an id that nothing has.",
        "" if missing else "NotFoundError is raised for a 404 only. " + _TO_A_QUESTION,
        status=response.status,
    )


def _judge(name: Word, question: Question, response: Response) -> Finding:
    """Whether an answer is one that the SDK can read, and what in it is new."""
    if response.status == 404 and question.request.operation.placeholders:
        return finding(
            name,
            Verdict.DIFFERS,
            "HTTP 404 for the id that you gave.",
            "Check the id, and that it belongs to this server.",
        )
    if response.status == 404:
        return finding(
            name,
            Verdict.DIFFERS,
            "HTTP 404: there is no such operation here.",
            "Check base_url. " + _TO_A_QUESTION,
        )
    readable = True
    try:
        read_response(question.request.operation, question.request, response)
    except MintedError:
        readable = False
    envelope = envelope_of(response.body)
    if not 200 <= response.status < 300 or envelope is None or envelope["success"] is False:
        return finding(
            name,
            Verdict.DIFFERS,
            "HTTP {status}, which is no success.",
            "Ask Minted whether the account may do this (403), or attach this report to a question.",
            status=response.status,
        )
    found = misfits(question.request.operation.result, envelope.get("data"))
    if not envelope.keys() <= {"data", "success", "code", "message", "errors"}:
        found.insert(0, Misfit(Kind.UNKNOWN_FIELD, Word("the envelope"), breaks=False))
    if not found and readable:
        return finding(name, Verdict.WELL, "HTTP {status}, in the documented shape.", status=response.status)
    return finding(
        name,
        Verdict.DIFFERS,
        "HTTP {status}, which the SDK can {read}. {found}.",
        _TO_A_QUESTION,
        status=response.status,
        read=Word("read" if readable else "not read"),
        found=_listed(found),
    )


def _listed(found: Sequence[Misfit]) -> Word:
    return Word.joined([Word.joined((item.place, Word(item.kind.value)), ": ") for item in found], "; ")


async def _compression(context: Context) -> Finding:
    """How answers are packed."""
    encodings = {encoding for encoding in context.encodings if encoding not in ("", "identity")}
    other = encodings - {"gzip", "deflate"}
    if other:
        return finding(
            "compression",
            Verdict.DIFFERS,
            "Answers are packed in a way that nobody asked for.",
            "Tell whoever runs the server: only gzip and deflate are asked for.",
        )
    if not encodings:
        return finding("compression", Verdict.WELL, "Answers are not packed.")
    used = Word.joined([Word.of(encoding, ("gzip", "deflate")) for encoding in sorted(encodings)])
    return finding("compression", Verdict.WELL, "Answers are packed ({used}).", used=used)


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
        "latency",
        Verdict.DIFFERS if slow else Verdict.WELL,
        "Connected in {connect:.1f} ms, first byte after {first:.1f} ms; the middle one of {readings} "
        "readings took {middle:.1f} ms.",
        advice if slow else "",
        connect=context.connect_seconds * 1000,
        first=0.0 if context.first is None else context.first.seconds * 1000,
        readings=_READINGS,
        middle=middle * 1000,
    )


CHECKS: Final = (
    Check("keep-alive", _keep_alive),
    Check("404", _not_found),
    Check("language", _language),
    Check("prices.fix", _prices),
    Check("422", _invalid),
    Check("x-client-id", _client_id),
    Check("reads", _reads),
    Check("compression", _compression),
    Check("latency", _latency),
)
