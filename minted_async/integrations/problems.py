"""Errors as problem details (RFC 9457), for those who call a partner's application.

The status is decided by one question, which is that of `minted_async.errors`: what may the server have done?
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Iterable
from itertools import groupby
from typing import Any, Final, NamedTuple, cast

from minted_async import errors
from minted_async.core.logs import Log
from minted_async.core.responses import ID_TAKEN

__all__ = ["MEANINGS", "MEDIA_TYPE", "SCHEMA", "Problem", "problem_of"]

logger: Final = Log("minted_async.integrations")

MEDIA_TYPE: Final = "application/problem+json"


class Problem(NamedTuple):
    """What is answered in the place of what was asked for.

    Attributes:
        status: HTTP status.
        headers: `Content-Type`, `Cache-Control`, and `Retry-After` if the server named a time. What has a
            type of its own refuses them (Django's `JsonResponse`, aiohttp's `json_response`): give the
            encoded `content` to a plain response.
        content: The problem details: `type`, `title`, `status` and `detail`; `external_id` if the error has
            one, `fields` that were refused (`items.0.sku`), and `certain_at`, from when on a lookup tells
            for sure what became of the order.
    """

    status: int
    headers: dict[str, str]
    content: dict[str, Any]


class _Kind(NamedTuple):
    status: int
    name: str
    title: str
    detail: str


# 202 is HTTP's own word for "may or may not be acted upon" (RFC 9110 section 15.3.3). Any 4xx would say that
# nothing was done, and any 5xx is tried again: by proxies, by HTTP libraries, and by people.
_UNKNOWN: Final = _Kind(
    202,
    "outcome-unknown",
    "It is not known yet whether this was done",
    "It may have been done. Do not send it again: look it up first.",
)
_UNAVAILABLE: Final = _Kind(503, "unavailable", "Not available now", "Nothing was done. Try again later.")
_NO_ANSWER: Final = _Kind(504, "no-answer", "No answer in time", "What failed only reads. Try again later.")
_BAD_ANSWER: Final = _Kind(502, "bad-answer", "No usable answer", "What failed only reads. Try again later.")
_REFUSED: Final = _Kind(422, "refused", "Refused", "Nothing was done. Correct what was sent.")
_NOT_FOUND: Final = _Kind(404, "not-found", "Not found", "Nothing was done. There is nothing with this id.")
_EXPIRED: Final = _Kind(
    410, "price-expired", "The price has expired", "Nothing was done. Ask for a new price."
)
_MOVED: Final = _Kind(
    409, "price-moved", "The price has moved", "Nothing was done. Ask again at the new price."
)
_USED: Final = _Kind(
    409, "quote-used", "The price was used", "Another order was placed at this price. Ask for a new one."
)
_OURS: Final = _Kind(
    500, "not-set-up", "Something is wrong here", "The fault is ours, and trying again is no use."
)

_KINDS: Final[dict[type[Exception], _Kind]] = {
    errors.MintedError: _OURS,
    errors.ArgumentError: _REFUSED,
    errors.NotSentError: _UNAVAILABLE,
    errors.RequestTimeoutError: _NO_ANSWER,
    errors.ConnectionLostError: _NO_ANSWER,
    errors.OutcomeUnknownError: _UNKNOWN,
    errors.DecodeError: _BAD_ANSWER,
    errors.APIError: _REFUSED,
    # Our own login was refused: a 401 or 403 here would log the customer out.
    errors.AuthenticationError: _OURS,
    errors.PermissionDeniedError: _OURS,
    errors.NotFoundError: _NOT_FOUND,
    # Too many requests of ours, not of this customer's.
    errors.RateLimitedError: _UNAVAILABLE,
    errors.ServerError: _BAD_ANSWER,
    errors.PriceExpiredError: _EXPIRED,
    errors.QuoteExpiredError: _EXPIRED,
    errors.QuoteNotFoundError: _NOT_FOUND,
    errors.QuoteUsedError: _USED,
    errors.SlippageError: _MOVED,
    errors.OrderNotPlacedError: _UNAVAILABLE,
    errors.StalePriceError: _UNAVAILABLE,
}
MEANINGS: Final[dict[int, str]] = {
    status: " ".join(f"{kind.title} (`{kind.name}`). {kind.detail}" for kind in kinds)
    for status, kinds in groupby(sorted(set(_KINDS.values())), lambda kind: kind.status)
}
"""Every status that `problem_of` gives, and what it says, for the description of an interface."""

SCHEMA: Final[dict[str, Any]] = {
    "title": "Problem",
    "description": "Problem details (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "external_id": {"type": "string"},
        "fields": {"type": "array", "items": {"type": "string"}},
        "certain_at": {"type": "string", "format": "date-time"},
    },
}
"""The JSON schema of a problem's `content`."""

_FIELD: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_MOST_FIELDS: Final = 20


def problem_of(error: errors.MintedError) -> Problem:
    """The answer for an error, which is also logged with its whole message (`minted_async.integrations`).

    Nothing in it was written by anybody else: no message of the error, which is for you and names servers and
    settings, and none of the API's own words. Those are written for you, in the language of your client's
    locale, and may quote what was sent. They are in the log, and in `error.message`.

    It speaks of the call that failed, and not of what an endpoint has done before that call.

    Args:
        error: What was raised.
    """
    kind = _kind(error)
    level = logging.ERROR if kind.status >= 500 or kind is _UNKNOWN else logging.INFO
    logger.log(level, "answered with %d: %s: %s", kind.status, type(error).__name__, error)
    headers = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"}
    after = getattr(error, "retry_after", None)
    if kind.status in (502, 503) and after is not None:
        headers["Retry-After"] = str(math.ceil(after))
    content: dict[str, Any] = {
        "type": f"urn:problem-type:minted-async:{kind.name}",
        "title": kind.title,
        "status": kind.status,
        "detail": kind.detail,
    }
    if error.external_id is not None:
        content["external_id"] = error.external_id
    if kind is _REFUSED and (fields := _fields(error)):
        content["fields"] = fields
        # That an id cannot be sent says nothing of orders: no lookup finds any.
        if "external_id" in fields and isinstance(error, errors.APIError | errors.ExternalIdUsedError):
            content["detail"] = ID_TAKEN
    if isinstance(error, errors.OutcomeUnknownError) and error.certain_at is not None:
        content["certain_at"] = error.certain_at.isoformat()
    return Problem(kind.status, headers, content)


def _kind(error: errors.MintedError) -> _Kind:
    from minted_async.generated.operations import OPERATIONS

    name = error.operation or ""
    known = next((each for each in OPERATIONS if each.id == name), None)
    harmless = known is not None and known.harmless
    reads = known.idempotent if known else name.startswith("GET ")
    if isinstance(error, errors.APIError | errors.DecodeError) and not (harmless or reads or _undone(error)):
        return _UNKNOWN
    if isinstance(error, errors.OutcomeUnknownError) and harmless:
        return _NO_ANSWER
    if type(error) is errors.APIError and 300 <= error.status < 400:
        return _OURS  # base_url is wrong
    return next(_KINDS[kind] for kind in type(error).__mro__ if kind in _KINDS)


def _undone(error: errors.APIError | errors.DecodeError) -> bool:
    """Whether the server has surely carried out nothing of the call."""
    refused = isinstance(error, errors.APIError) and error.status < 500 and error.status != 408
    return refused and error.success is not True


def _fields(error: errors.MintedError) -> list[str]:
    """Which fields were refused: their names, as far as they are names."""
    found: Iterable[object] = ()
    if isinstance(error, errors.ArgumentError):
        found = [error.argument]
    elif isinstance(error, errors.APIError):
        details: object = error.errors
        found = cast("dict[object, object]", details) if isinstance(details, dict) else ()
    # Of `items[0].sku`, as Python has it, and `items.0.sku`, as servers do, the latter is given out.
    names = [name.replace("[", ".").replace("]", "") for name in found if isinstance(name, str)]
    return [name for name in dict.fromkeys(names) if _FIELD.fullmatch(name)][:_MOST_FIELDS]
