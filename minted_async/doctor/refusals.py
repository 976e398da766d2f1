"""What refusals look like: of ids, of parameters, in which language."""

from __future__ import annotations

from typing import Final

from minted_async.doctor.context import TO_A_QUESTION, Check, Context, envelope_of
from minted_async.doctor.questions import absent_order, prices, prices_of_no_type
from minted_async.doctor.report import Finding, Verdict, Word, finding

__all__ = ["CHECKS"]


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
        like = _is_sandbox_code(code, response.status)
        context.assume(
            "error-code", like, "the code is {form}", form=Word("such a number") if like else _form(code)
        )
    missing = response.status == 404
    context.assume("unknown-id", missing, "HTTP {status} for an order", status=response.status)
    if missing and refused:
        return finding(Verdict.WELL, "An order that does not exist is a 404 in the API's words.")
    if missing:
        return finding(
            Verdict.DIFFERS,
            "An order that does not exist is a 404, but not in the API's words.",
            "Check base_url: a wrong path looks like this. If it is right, attach this report to a question.",
        )
    return finding(
        Verdict.DIFFERS,
        "An order that does not exist is HTTP {status}, no 404.",
        "Do not rely on trades.recover and resolve here: they take a 404 for `there is no such order`. "
        + TO_A_QUESTION,
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
            return Word("another number")
        case str():
            return Word("a text")
        case _:
            return Word("something else")


async def _language(context: Context) -> Finding:
    """Whether messages come in the language that was asked for, and what a wrong one gives."""
    turkish, english, none = [await _message(context, locale) for locale in ("tr", "en", "x-none")]
    if turkish is None:
        return finding(Verdict.DIFFERS, "A refusal has no message.", TO_A_QUESTION)
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
            Verdict.DIFFERS,
            "Messages are the same in Turkish and in English.",
            "Do not show an error's message to people as it is: locale= does not choose its language.",
        )
    return finding(
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
        return finding(Verdict.WELL, "Wrong parameters are a 422 in the API's words.")
    return finding(
        Verdict.DIFFERS,
        "Prices of a type that does not exist are HTTP {status}{words}.",
        "ValidationError is raised for a 422 only. " + TO_A_QUESTION,
        status=response.status,
        words=Word("" if envelope is not None else ", not in the API's words"),
    )


async def _client_id(context: Context) -> None:
    """Whether x-client-id is needed. The client always sends it: only the sandbox assumes something."""
    if not context.priced:
        return
    body = await context.ask_raw(prices(context.headers, without="x-client-id"), again=2)
    reading = await context.ask_raw(absent_order(context.headers, without="x-client-id"), again=2)
    context.assume(
        "client-id",
        400 <= body.status < 500 and reading.status == 404,
        "without it, asking for prices is HTTP {body}, reading an order that does not exist HTTP {reading}",
        body=body.status,
        reading=reading.status,
    )


CHECKS: Final = (
    Check("404", _not_found),
    Check("language", _language),
    Check("422", _invalid),
    Check("x-client-id", _client_id),
)
