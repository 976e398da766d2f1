"""What came back, or did not, becomes a typed result or the error that says what the server may have done.

The only module that gives a failure its meaning, be it an answer, a broken connection or a bad number.
"""

from __future__ import annotations

import itertools
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final, NoReturn, TypeVar, cast

import aiohttp
import msgspec
from aiohttp.http_exceptions import BadHttpMessage, HttpProcessingError, LineTooLong
from msgspec import UNSET

from minted_async.core.config import MEND_SOURCE, Limits
from minted_async.core.connection import ResponseTooLargeError
from minted_async.core.decoding import (
    BOM,
    Envelope,
    UndecodableError,
    Words,
    decode,
    decode_envelope,
    decode_success,
    decode_words,
)
from minted_async.core.masking import (
    Secrets,
    excerpt,
    mask_details,
    mask_headers,
    mask_text,
    secret_values,
)
from minted_async.core.operation import Operation
from minted_async.core.protocol import Request, Response
from minted_async.core.retry import read_retry_after
from minted_async.errors import (
    APIError,
    AuthenticationError,
    ConnectionLostError,
    DecodeError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitedError,
    RequestTimeoutError,
    ServerError,
    ValidationError,
)

T = TypeVar("T")

_LONGEST_CODE: Final = 20
"""Digits of a code that is shown as an int; a longer one is no code."""

_MOST_FIELDS: Final = 5
"""Fields that a message names; `errors` has them all."""

ID_TAKEN: Final = (
    "There may be something with this external_id already: look it up before you choose another."
)
"""What to do next where an id was refused: who has lost an answer and takes another id orders twice."""

_REDIRECTS_AFTER_THE_FACT: Final = frozenset({300, 301, 302, 303})
_BY_STATUS: Final[dict[int, type[APIError]]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    422: ValidationError,
    429: RateLimitedError,
}


def read_response(operation: Operation[T], request: Request, response: Response) -> T:
    """Read the answer of an operation.

    Returns:
        The envelope's data as the operation's result type; plain values, numbers as Decimal, if that is
        `object`.

    Raises:
        APIError: The server refused the call, or failed and said so; by status one of its subclasses.
        DecodeError: The answer does not fit the documentation.
        OutcomeUnknownError: The call changes something, and the answer does not tell whether it was done.
    """
    if not 200 <= response.status < 300:
        _raise_refusal(request, response)
    body = response.body.removeprefix(BOM)
    if not operation.envelope:
        try:
            return decode(operation.result, body)
        except UndecodableError as problem:
            raise _decode_error(request, response, problem, "$", success=None) from None
    if operation.result is not object and (data := decode_success(operation.result, body)) is not UNSET:
        return data
    try:
        envelope = decode_envelope(body)
    except UndecodableError as problem:
        _raise_unreadable(request, response, problem)
    if not envelope.success:
        raise _api_error(request, response, envelope)
    try:
        return decode(operation.result, envelope.data)
    except UndecodableError as problem:
        raise _decode_error(request, response, problem, "$.data", success=True) from None


def raise_failure(
    request: Request,
    cause: Exception,
    *,
    left: bool,
    awaited: str,
    attempts: int,
    total: float | None,
    status: int | None,
    limits: Limits,
    server: str,
) -> NoReturn:
    """Raise what it means that a call had no answer, or none that could be read.

    Args:
        request: What was sent, or was to be.
        cause: What broke.
        left: Whether the request had begun to leave, and no 401 says that it was not looked at.
        awaited: What was waited for beside the server, such as "credentials= gave nothing"; mostly empty.
        attempts: How often it was tried.
        total: The limit of the whole call in seconds.
        status: HTTP status of the answer, if it was read so far.
        limits: The longest answer that is read.
        server: Scheme, host and port.
    """
    name = _name(request)
    if isinstance(cause, ResponseTooLargeError):
        too_long = f"the answer is longer than {limits.body} bytes: raise max_response_bytes to read it"
        _raise_too_long(request, too_long, status)
    if left and isinstance(cause, HttpProcessingError) and isinstance(cause.__cause__, LineTooLong):
        too_long = (
            f"a header of the answer is longer than {limits.header} bytes: raise max_header_bytes to read it"
        )
        _raise_too_long(request, too_long, status)
    what, shown = _describe(cause, secret_values(request.searched_for_secrets))
    if not what:
        what = f"{awaited or 'no answer'} within {total} s"
    error: NotSentError | OutcomeUnknownError | RequestTimeoutError | ConnectionLostError
    if not left:
        error = NotSentError(
            f"{name}: not sent to {server} ({what})",
            operation=request.operation.id,
            advice="It is safe to repeat." if awaited else None,
        )
    elif not request.operation.idempotent:
        error = _outcome_unknown(request, what)
    else:
        kind = RequestTimeoutError if isinstance(cause, TimeoutError) else ConnectionLostError
        text = f"{name}: {what}, after {attempts} attempts"
        error = kind(text, operation=request.operation.id, attempts=attempts)
    raise error from (cause if shown else None)


def _describe(cause: Exception, secrets: Secrets) -> tuple[str, bool]:
    """What went wrong on the wire, and whether the exception itself can be shown.

    aiohttp quotes what it cannot read, and that may be our own request, echoed. The text is empty for a time
    limit of our own.
    """
    if isinstance(cause, HttpProcessingError | BadHttpMessage):
        return f"the answer is no HTTP ({type(cause.__cause__ or cause).__name__})", False
    if isinstance(cause, aiohttp.ServerDisconnectedError) and not isinstance(cause.message, str):
        return "the connection was lost inside the headers of the answer", False
    whole = str(cause)
    text = mask_text(whole, secrets)
    # Those of aiohttp that hold a whole request hold what authenticates us to a proxy too.
    shown = text == whole and not isinstance(cause, aiohttp.ClientResponseError)
    if not isinstance(cause, TimeoutError):
        return f"{type(cause).__name__}: {text}" if text else type(cause).__name__, shown
    return text, shown


def _raise_too_long(request: Request, text: str, status: int | None) -> NoReturn:
    if not request.operation.idempotent:
        raise _outcome_unknown(request, text, status) from None
    raise DecodeError(
        f"{_name(request)}: {text}",
        operation=request.operation.id,
        status=status,
        advice="Nothing was changed.",
    ) from None


def _decode_error(
    request: Request, response: Response, problem: UndecodableError, where: str, *, success: bool | None
) -> DecodeError:
    place = f"{where}{problem.place}"
    secrets = secret_values(request.searched_for_secrets)
    begin = excerpt(response.body, secrets)
    advice = None
    if request.operation.idempotent or request.operation.harmless:
        advice = "Nothing was changed. Report what does not fit."
    elif success:
        advice = "The server says that the call succeeded: do not repeat it. Report what does not fit."
    size = f"HTTP {response.status}, {len(response.body)} bytes"
    return DecodeError(
        f"{_name(request)}: the answer ({size}) does not fit the documentation at {place}: "
        f"{mask_text(problem.text, secrets)}. It begins with {begin[:120]!r}",
        operation=request.operation.id,
        status=response.status,
        path=place,
        body=begin,
        success=success,
        advice=advice,
    )


def _raise_unreadable(request: Request, response: Response, problem: UndecodableError) -> NoReturn:
    """A 2xx whose envelope cannot be read tells nothing of what was done."""
    if not response.body:
        problem = UndecodableError("the body is empty", "")
    error = _decode_error(request, response, problem, "$", success=None)
    if request.operation.idempotent:
        raise error from None
    raise _outcome_unknown(request, "its answer cannot be read", response.status) from error


def _raise_refusal(request: Request, response: Response) -> NoReturn:
    words = decode_words(response.body.removeprefix(BOM))
    error = _api_error(request, response, words)
    if not isinstance(words, Envelope) and not request.operation.idempotent and _may_be_done(response.status):
        # Something else than the API may have answered, after the API had carried the call out.
        why = f"HTTP {response.status} came without the API's own words"
        if response.status < 400:
            why += ", and redirects are not followed"
        raise _outcome_unknown(request, why, response.status) from error
    raise error from response.failure


def _may_be_done(status: int) -> bool:
    """Whether a call that changes something may have been carried out although the API itself says nothing.

    A gateway's 5xx or 408 can come after the API has done its work, and so can a redirect to its result; 307
    and 308 alone say that the request is still to be made (RFC 9110 sections 15.4.8 and 15.4.9).
    """
    return status >= 500 or status == HTTPStatus.REQUEST_TIMEOUT or status in _REDIRECTS_AFTER_THE_FACT


def _outcome_unknown(request: Request, why: str, status: int | None = None) -> OutcomeUnknownError:
    operation, advice = request.operation, None
    if operation.harmless:
        advice = "It buys and changes nothing: it is safe to repeat."
    elif request.external_id is not None and operation.lookup is not None:
        advice = f"Look it up with {operation.lookup} before you send anything again."
    return OutcomeUnknownError(
        f"{_name(request)}: {why}. It may or may not have been carried out",
        operation=operation.id,
        external_id=request.external_id,
        status=status,
        advice=advice,
    )


def _api_error(request: Request, response: Response, words: Words | None) -> APIError:
    secrets = secret_values(request.searched_for_secrets)
    kind = _BY_STATUS.get(response.status, ServerError if response.status >= 500 else APIError)
    code = None if words is None else _code(words.code, secrets)
    message = "" if words is None else _message(words.message, secrets)
    begin = excerpt(response.body, secrets)
    errors = _details(words, secrets)
    numbers = f"HTTP {response.status}" + ("" if code is None else f", code {code}")
    # What the API says is in its own language, and punctuated as it likes: it is quoted, never woven in.
    said = [f"Minted says {message!r}"] if message else []
    said += [response.reason] if response.reason else []
    said += _fields(errors)
    said = said or [_reason(response, begin)]
    advice = None if response.failure is None else MEND_SOURCE
    refused_id = kind is ValidationError and isinstance(errors, dict) and "external_id" in errors
    if refused_id and not request.operation.idempotent:
        advice = ID_TAKEN
    return kind(
        f"{_name(request)}: {numbers}: {'; '.join(said)}",
        operation=request.operation.id,
        status=response.status,
        code=code,
        message=message,
        errors=errors,
        headers=mask_headers(response.headers, secrets),
        body=begin,
        retry_after=read_retry_after(response.headers.get("Retry-After")),
        success=words.success if isinstance(words, Envelope) else None,
        advice=advice,
    )


def _name(request: Request) -> str:
    """What failed, for people: the operation, and the id that it was about."""
    external_id = request.external_id
    return request.operation.id + ("" if external_id is None else f" of {external_id!r}")


def _fields(errors: object) -> list[str]:
    """The fields that were refused, each with what the API says of it."""
    fields = cast("dict[str, object]", errors) if isinstance(errors, dict) else {}
    said: list[str] = []
    for name, words in itertools.islice(fields.items(), _MOST_FIELDS):
        each = cast("list[object]", words) if isinstance(words, list) else [words]
        if each and all(isinstance(word, str) for word in each):
            said.append(f"{name}: {', '.join(map(repr, each))}")
    if len(fields) > _MOST_FIELDS:
        said.append(f"and {len(fields) - _MOST_FIELDS} more in `errors`")
    return said


def _code(raw: msgspec.Raw, secrets: Secrets) -> int | str | None:
    value = mask_details(raw, secrets)
    if isinstance(value, Decimal):
        short = value.adjusted() < _LONGEST_CODE and value == value.to_integral_value()
        return int(value) if short else str(value)
    return value if value is None or isinstance(value, str) else str(value)


def _message(raw: msgspec.Raw, secrets: Secrets) -> str:
    value = mask_details(raw, secrets)
    if value is None or isinstance(value, str):
        return value or ""
    return excerpt(bytes(raw), secrets)


def _reason(response: Response, begin: str) -> str:
    if 300 <= response.status < 400:
        return "the server redirects, and redirects are not followed: check base_url"
    if begin:
        return f"the answer begins with {begin[:120]!r}"
    return "the answer has no body"


def _details(words: Words | None, secrets: Secrets) -> Any:
    """What the API says beyond code and message: `errors` if it is there, else whatever stands in `data`."""
    if words is None:
        return None
    for raw in (words.errors, words.data):
        value = mask_details(raw, secrets)
        if value not in (None, [], {}, ""):
            return value
    return None
