"""A price fix, and all that only reads: whether the SDK can read the answers, and what in them is new."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final, cast

from minted_async.core.operation import Operation
from minted_async.core.protocol import Response
from minted_async.core.responses import read_response
from minted_async.doctor.context import TO_A_QUESTION, Check, Context, envelope_of
from minted_async.doctor.fit import Kind, Misfit, misfits
from minted_async.doctor.questions import READS, Question, prices, read
from minted_async.doctor.report import Finding, Verdict, Word, finding
from minted_async.errors import MintedError

__all__ = ["CHECKS", "PRICES"]


async def _prices(context: Context) -> Finding:
    """A price fix, which orders nothing."""
    question = prices(context.headers)
    response = await context.ask(question)
    envelope = envelope_of(response.body)
    data = None if envelope is None else envelope.get("data")
    context.priced = 200 <= response.status < 300
    if context.priced and isinstance(data, dict):
        currency = cast("dict[str, object]", data).get("currency")
        context.assume(
            "price-currency",
            currency == "TRY",
            "it is in TRY" if currency == "TRY" else "it is in another currency",
        )
    return _judge(question, response)


async def _read(operation: Operation[Any], context: Context) -> Finding:
    """Read something: by the user's ids where there are some, else by one that nothing has."""
    question, absent = read(operation, context.headers, partial(context.id_for, operation))
    response = await context.ask(question)
    if response.status == 403:
        return finding(Verdict.UNCHECKED, "HTTP 403: the account may not do this.")
    # A list of what an id has may be empty: only an id in the path is of something that has to be there.
    if absent and (operation.placeholders or not 200 <= response.status < 300):
        return _judge_absent(context, response)
    return _judge(question, response)


def _judge_absent(context: Context, response: Response) -> Finding:
    missing = response.status == 404
    if not missing and context.kept.get("unknown-id") is not None:
        context.assume("unknown-id", False, "HTTP {status} elsewhere", status=response.status)
    return finding(
        Verdict.WELL if missing else Verdict.DIFFERS,
        "HTTP {status} for an id that nothing has.",
        "" if missing else "NotFoundError is raised for a 404 only. " + TO_A_QUESTION,
        status=response.status,
    )


def _judge(question: Question, response: Response) -> Finding:
    """Whether an answer is one that the SDK can read, and what in it is new."""
    if response.status == 404 and question.request.operation.placeholders:
        return finding(
            Verdict.DIFFERS,
            "HTTP 404 for the id that you gave.",
            "Check the id, and that it belongs to this server.",
        )
    if response.status == 404:
        return finding(
            Verdict.DIFFERS,
            "HTTP 404: there is no such operation here.",
            "Check base_url. " + TO_A_QUESTION,
        )
    readable = True
    try:
        read_response(question.request.operation, question.request, response)
    except MintedError:
        readable = False
    envelope = envelope_of(response.body)
    if not 200 <= response.status < 300 or envelope is None or envelope["success"] is False:
        return finding(
            Verdict.DIFFERS,
            "HTTP {status}, which is no success.",
            "Ask Minted whether the account may do this (403), or attach this report to a question.",
            status=response.status,
        )
    found = misfits(question.request.operation.result, envelope.get("data"))
    if not envelope.keys() <= {"data", "success", "code", "message", "errors"}:
        found.insert(0, Misfit(Kind.UNKNOWN_FIELD, Word("the envelope"), breaks=False))
    if not found and readable:
        return finding(Verdict.WELL, "HTTP {status}, in the documented shape.", status=response.status)
    return finding(
        Verdict.DIFFERS,
        "HTTP {status}, which the SDK can {read} ({found}).",
        TO_A_QUESTION,
        status=response.status,
        read=Word("read" if readable else "not read"),
        found=_listed(found),
    )


def _listed(found: Sequence[Misfit]) -> Word:
    if not found:
        return Word("it is not seen why")
    return Word.joined([Word.joined((item.place, Word(item.kind.value)), ": ") for item in found], "; ")


PRICES: Final = Check("prices.fix", _prices)

CHECKS: Final = tuple(
    Check(Word.of(operation.id, READS), partial(_read, operation)) for operation in READS.values()
)
