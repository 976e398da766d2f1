"""The API's protocol without I/O: an operation and its arguments become a request, an answer becomes a result
or an error.
"""

from __future__ import annotations

import datetime
import enum
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, cast
from urllib.parse import quote, urlencode

import msgspec

from minted_async.core.checks import argument_error, check_body, check_path_value, check_text, check_values
from minted_async.core.config import Settings
from minted_async.core.masking import SECRET_FIELDS
from minted_async.core.model import Model
from minted_async.core.operation import ListedOperation, Operation

__all__ = [
    "Answer",
    "ListedOperation",
    "Operation",
    "Request",
    "build_request",
    "encode_target",
    "literal_path",
]

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


class Request(msgspec.Struct, frozen=True):
    """What is about to be sent.

    Attributes:
        operation: The method's name, for errors.
        method: HTTP method.
        target: Path and query, percent-encoded.
        headers: All headers but those of authentication and framing.
        body: JSON, or None.
        content: What body, query and path were made of: the place to look for secrets.
        idempotent: Whether the request may be repeated when its answer is lost.
        external_id: The partner's own id in it, for errors.
    """

    operation: str
    method: str
    target: str
    headers: dict[str, str]
    body: bytes | None
    content: object
    idempotent: bool
    external_id: str | None

    def __repr__(self) -> str:
        """What is called; not the content, which may hold secrets."""
        return f"<Request {self.operation}>"


class Answer(msgspec.Struct, frozen=True):
    """What came back.

    Attributes:
        status: HTTP status.
        headers: Headers; names are compared without regard to case.
        body: The whole body, decompressed.
        reason: Why authentication could not succeed, for a 401.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    reason: str = ""

    def __repr__(self) -> str:
        """Status and size; not the content, which may hold secrets."""
        return f"<Answer {self.status}, {len(self.body)} bytes>"


def build_request(
    operation: Operation[Any],
    settings: Settings,
    *,
    path: tuple[str, ...] = (),
    query: Mapping[str, object] | None = None,
    body: Model | None = None,
    json: object = msgspec.UNSET,
) -> Request:
    """Make the request of an operation.

    Args:
        operation: What is called.
        settings: The client's headers.
        path: Values of the path's placeholders, in order.
        query: Query parameters; those that are UNSET or None are left out.
        body: The body as a model, or
        json: the body as plain values.

    Raises:
        TypeError: An argument has the wrong type; the message names it.
        ArgumentError: An argument cannot be sent.
    """
    content: object = None
    encoded: bytes | None = None
    if body is not None:
        check_body(body)
        content = body
        encoded = _ENCODER.encode(body)
    elif json is not msgspec.UNSET:
        check_values(json)
        content = json
        encoded = _ENCODER.encode(json)
    segments = dict(zip(operation.placeholders, path, strict=False)) if path else {}
    return Request(
        operation=operation.id,
        method=operation.method,
        target=encode_target(operation, path, query),
        headers=_headers(operation.api_version, settings, encoded is not None),
        body=encoded,
        content=(content, query, segments),
        idempotent=operation.idempotent,
        external_id=_external_id(segments, content),
    )


def encode_target(
    operation: Operation[Any], path: tuple[str, ...], query: Mapping[str, object] | None = None
) -> str:
    """Fill in the path: each value becomes exactly one segment, whatever characters it holds.

    Raises:
        TypeError: A value has the wrong type.
        ArgumentError: A value is empty, or would name another path.
    """
    target = operation.path
    if path:
        names = operation.placeholders
        segments = {
            name: quote(check_path_value(name, value), safe="")
            for name, value in zip(names, path, strict=True)
        }
        # One pass over the template: a value that looks like a placeholder stays a value.
        target = _PLACEHOLDER.sub(lambda match: segments[match[1]], target)
    if query:
        pairs = [
            (check_text(name, "a query parameter's name"), _query_value(name, value))
            for name, value in query.items()
            if value is not msgspec.UNSET and value is not None
        ]
        if pairs:
            target = f"{target}?{urlencode(pairs, quote_via=quote)}"
    return target


def _query_value(name: str, value: object) -> str:
    check_values(value, name)
    match value:
        case bool():
            return "true" if value else "false"
        case enum.Enum():
            return str(value.value)
        case str():
            return value
        case Decimal():
            return format(value, "f")
        case int():
            return str(value)
        case datetime.date():
            return value.isoformat()
        case _:
            raise TypeError(f"{name} cannot be a query parameter: {type(value).__name__}")


@lru_cache(maxsize=256)
def _common_headers(api_version: str | None, locale: str, client_id: str, has_body: bool) -> dict[str, str]:
    headers = {"Accept": "application/json", "Accept-Language": locale, "x-client-id": client_id}
    if api_version is not None:
        headers["api-version"] = api_version
    if has_body:
        headers["Content-Type"] = "application/json"
    return headers


def _headers(api_version: str | None, settings: Settings, has_body: bool) -> dict[str, str]:
    version = settings.api_version or api_version
    common = _common_headers(version, settings.locale, settings.client_id, has_body)
    if not settings.headers:
        return common
    replaced = {name.lower() for name in settings.headers}
    kept = {name: value for name, value in common.items() if name.lower() not in replaced}
    return kept | dict(settings.headers)


def _external_id(segments: Mapping[str, str], content: object) -> str | None:
    if isinstance(content, Mapping):
        found = cast("Mapping[str, object]", content).get("external_id")
    else:
        found = getattr(content, "external_id", None)
    if isinstance(found, str):
        return found
    return next((value for name, value in segments.items() if name not in SECRET_FIELDS), None)


def literal_path(path: str, *, placeholders: bool = False) -> str:
    """Check a path that a caller wrote out, for operations that the spec does not know.

    Args:
        path: From the root of the API.
        placeholders: Whether braces stand for values that are filled in later.

    Raises:
        TypeError: It is no string.
        ArgumentError: It is no absolute path, has a query, or holds dot segments.
    """
    check_text(path, "path")
    if not path.startswith("/") or path.startswith("//"):
        raise argument_error("path", f"must start with a single slash, like /partner/..., not {path!r}")
    if "?" in path or "#" in path:
        raise argument_error("path", "must not have a query: use params")
    if any(segment in (".", "..") for segment in re.sub("%2e", ".", path, flags=re.IGNORECASE).split("/")):
        raise argument_error("path", "must not hold the segments . and ..")
    return quote(path, safe="/%:@!$&'()*+,;=~{}" if placeholders else "/%:@!$&'()*+,;=~")
