"""Reading answers: status, headers and body become a typed result or the error that says what happened."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Any, Final, NoReturn, TypeVar, cast

import msgspec

from minted_async.core.masking import excerpt, mask_headers, mask_json, mask_text, secret_values
from minted_async.core.operation import Operation
from minted_async.core.protocol import Answer, Request
from minted_async.core.retry import read_retry_after
from minted_async.core.scalars import decode_scalar, exact
from minted_async.errors import (
    APIError,
    AuthenticationError,
    DecodeError,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitedError,
    ServerError,
    ValidationError,
)

__all__ = ["Envelope", "read_answer", "too_large", "unknown_text"]

T = TypeVar("T")

_NULL: Final = msgspec.Raw(b"null")


class Envelope(msgspec.Struct):
    """What every answer is wrapped in: `data` is left as it came until `success` is known.

    Lenient in everything but `success`: an error must be readable even if it is written oddly.
    """

    success: bool
    data: msgspec.Raw = _NULL
    code: object = None
    message: object = None
    errors: msgspec.Raw = _NULL


_ENVELOPE: Final = msgspec.json.Decoder(Envelope)
_PLAIN: Final = msgspec.json.Decoder(object, float_hook=Decimal)
_DECODERS: Final[dict[Any, msgspec.json.Decoder[Any]]] = {}
_PLACE: Final = re.compile(r"(.*) - at `\$(.*)`", re.DOTALL)
# msgspec reads a Decimal from a string too, and "NaN" is one. So are " N_aN" and "\u004eaN".
_MAY_BE_NON_FINITE: Final = re.compile(
    rb'"(?:[^"A-Za-z\\]|\\u[0-9a-f]{4}|\\.)*s?_*(?:n_*a_*n|i_*n_*f)|\\u00[4-7]', re.IGNORECASE
)
# Numbers beyond what a Decimal holds and bottomless nesting are no DecodeError to msgspec.
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InvalidOperation)

_REDIRECTS_AFTER_THE_FACT: Final = frozenset({300, 301, 302, 303})
_BY_STATUS: Final[dict[int, type[APIError]]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    422: ValidationError,
    429: RateLimitedError,
}
_ADVICE: Final[dict[type[APIError], str]] = {
    AuthenticationError: "check the user name and password, and that they belong to this server",
    PermissionDeniedError: "ask Minted whether the partner account may do this",
    NotFoundError: "check the id, and that base_url is the environment that knows it",
    RateLimitedError: "send less, or wait for retry_after seconds",
}


def read_answer(operation: Operation[T], request: Request, answer: Answer) -> T:
    """Read the answer of an operation.

    Returns:
        The envelope's data as the operation's result type; plain values, numbers as Decimal, if that is
        `object`.

    Raises:
        APIError: The server refused the call, or failed and said so; by status one of its subclasses.
        DecodeError: The answer does not fit the documentation.
        OutcomeUnknownError: The call changes something, and the answer does not tell whether it was done.
    """
    if not 200 <= answer.status < 300:
        _raise_refusal(request, answer)
    if not operation.envelope:
        return _decode(operation.result, answer.body, request, answer, where="$")
    try:
        envelope = _ENVELOPE.decode(answer.body)
    except _UNREADABLE as problem:
        _raise_unreadable(request, answer, problem)
    if not envelope.success:
        raise _api_error(request, answer, envelope)
    return _decode(operation.result, envelope.data, request, answer, where="$.data")


def _decoder(result: Any) -> msgspec.json.Decoder[Any]:
    """The decoder of a type, made once: making one costs a hundred times what decoding with it does."""
    decoder = _DECODERS.get(result)
    if decoder is None:
        decoder = _DECODERS[result] = msgspec.json.Decoder(result, dec_hook=decode_scalar, float_hook=Decimal)
    return decoder


def _decode(result: type[T], data: bytes, request: Request, answer: Answer, *, where: str) -> T:
    carried_out = where == "$.data" or None
    try:
        if result is object:
            return cast("T", exact(_PLAIN.decode(data)))
        value: T = _decoder(result).decode(data)
    except _UNREADABLE as problem:
        text, place = _locate(problem)
        raise _decode_error(request, answer, text, where + place, success=carried_out) from None
    if _MAY_BE_NON_FINITE.search(data):
        for place in _non_finite(value, where):
            raise _decode_error(request, answer, "Expected a finite number", place, success=carried_out)
    return value


def _non_finite(value: object, place: str) -> Iterator[str]:
    """Places of Decimals that are no finite numbers."""
    match value:
        case Decimal():
            if not value.is_finite():
                yield place
        case msgspec.Struct():
            for field in msgspec.structs.fields(value):
                yield from _non_finite(getattr(value, field.name), f"{place}.{field.encode_name}")
        case list() | tuple():
            for index, item in enumerate(cast("Sequence[object]", value)):
                yield from _non_finite(item, f"{place}[{index}]")
        case dict():
            for key, item in cast("dict[object, object]", value).items():
                yield from _non_finite(item, f"{place}.{key}")
        case _:
            return


def _locate(problem: Exception) -> tuple[str, str]:
    """The text and the JSON path of a decoding error."""
    if isinstance(problem, InvalidOperation):
        return "a number is out of range", ""
    match = _PLACE.fullmatch(str(problem))
    return (match[1], match[2]) if match else (str(problem), "")


def _decode_error(
    request: Request, answer: Answer, text: str, place: str, *, success: bool | None
) -> DecodeError:
    secrets = secret_values(request.content)
    begin = excerpt(answer.body, secrets)
    carried_out = success and not request.idempotent
    done = " The server says that the call succeeded: do not repeat it." if carried_out else ""
    return DecodeError(
        f"{request.operation}: the answer (HTTP {answer.status}, {len(answer.body)} bytes) does not fit the "
        f"documentation at {place}: {mask_text(text, secrets)}.{done} It begins with {begin[:120]!r}",
        operation=request.operation,
        status=answer.status,
        path=place,
        body=begin,
        success=success,
    )


def _raise_unreadable(request: Request, answer: Answer, problem: Exception) -> NoReturn:
    """A 2xx whose envelope cannot be read tells nothing of what was done."""
    text, place = _locate(problem)
    if not answer.body:
        text = "the body is empty"
    error = _decode_error(request, answer, text, f"${place}", success=None)
    if request.idempotent:
        raise error from None
    raise _outcome_unknown(request, answer, "its answer cannot be read") from error


def _raise_refusal(request: Request, answer: Answer) -> NoReturn:
    envelope: Envelope | None = None
    with contextlib.suppress(*_UNREADABLE):
        envelope = _ENVELOPE.decode(answer.body)
    error = _api_error(request, answer, envelope)
    if envelope is None and not request.idempotent and _may_be_done(answer.status):
        # Something else than the API may have answered, after the API had carried the call out.
        why = f"HTTP {answer.status} came without the API's own words"
        if answer.status < 400:
            why += ", and redirects are not followed"
        raise _outcome_unknown(request, answer, why) from error
    raise error


def _may_be_done(status: int) -> bool:
    """Whether a call that changes something may have been carried out although the API itself says nothing.

    A gateway's 5xx or 408 can come after the API has done its work, and so can a redirect to its result; 307
    and 308 alone say that the request is still to be made (RFC 9110 sections 15.4.8 and 15.4.9).
    """
    return status >= 500 or status == HTTPStatus.REQUEST_TIMEOUT or status in _REDIRECTS_AFTER_THE_FACT


def too_large(request: Request, status: int, limit: int) -> DecodeError | OutcomeUnknownError:
    """The error for an answer that is longer than the client reads."""
    answer = Answer(status, {}, b"")
    text = f"the answer is longer than {limit} bytes (max_response_bytes)"
    if not request.idempotent:
        return _outcome_unknown(request, answer, text)
    return DecodeError(f"{request.operation}: {text}", operation=request.operation, status=status)


def _outcome_unknown(request: Request, answer: Answer, why: str) -> OutcomeUnknownError:
    return OutcomeUnknownError(
        unknown_text(request, why),
        operation=request.operation,
        external_id=request.external_id,
        status=answer.status,
    )


def unknown_text(request: Request, why: str) -> str:
    """What to tell somebody who does not know whether his order was placed."""
    named = f" of {request.external_id!r}" if request.external_id is not None else ""
    return (
        f"{request.operation}{named}: {why}. It may or may not have been carried out: "
        "look it up by its id before you send anything again"
    )


def _api_error(request: Request, answer: Answer, envelope: Envelope | None) -> APIError:
    secrets = secret_values(request.content)
    kind = _BY_STATUS.get(answer.status, ServerError if answer.status >= 500 else APIError)
    code = mask_json(_code(envelope), secrets)
    message = mask_text(_message(envelope), secrets)
    retry_after = read_retry_after(answer.headers.get("Retry-After"))
    begin = excerpt(answer.body, secrets)
    parts = [f"{request.operation}: HTTP {answer.status}"]
    if envelope:
        parts.append(f"code {code}")
    said = [words for words in (message, answer.reason) if words] or [_reason(answer, begin)]
    text = ", ".join(parts) + f": {'; '.join(said)}"
    if advice := _ADVICE.get(kind):
        text += f" ({advice})"
    return kind(
        text,
        operation=request.operation,
        status=answer.status,
        code=code,
        message=message,
        errors=_details(envelope, secrets),
        headers=mask_headers(answer.headers, secrets),
        body=begin,
        retry_after=retry_after,
        success=envelope.success if envelope else None,
    )


def _code(envelope: Envelope | None) -> int | str | None:
    code = envelope.code if envelope else None
    return code if code is None or isinstance(code, int | str) else str(code)


def _message(envelope: Envelope | None) -> str:
    message = envelope.message if envelope else None
    if message is None or isinstance(message, str):
        return message or ""
    return msgspec.json.encode(message).decode()


def _reason(answer: Answer, begin: str) -> str:
    if 300 <= answer.status < 400:
        return "the server redirects, and redirects are not followed: check base_url"
    if begin:
        return f"the answer begins with {begin[:120]!r}"
    return "the answer has no body"


def _details(envelope: Envelope | None, secrets: set[str]) -> Any:
    """What the API says beyond code and message: `errors` if it is there, else whatever stands in `data`."""
    if envelope is None:
        return None
    for raw in (envelope.errors, envelope.data):
        try:
            value = mask_json(exact(_PLAIN.decode(raw)), secrets)
        except _UNREADABLE:
            return excerpt(bytes(raw), secrets)
        if value not in (None, [], {}, ""):
            return value
    return None
