"""The API's protocol without I/O: an operation and its arguments become a request."""

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
from minted_async.core.config import HeaderOptions, Secret
from minted_async.core.model import Model
from minted_async.core.operation import PLACEHOLDER, Operation
from minted_async.core.secret_names import is_secret, unseen

_UNRESERVED: Final = re.compile(r"[A-Za-z0-9._~-]+")
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
_MOST_DIGITS: Final = 400
"""Places before and after the point of a number in a query: written out in full there, unlike in JSON."""


class Request(msgspec.Struct, frozen=True):
    """What is about to be sent.

    Attributes:
        operation: What is called.
        target: Path and query, percent-encoded.
        lines: The lines of its head but those of authentication and framing.
        body: JSON, or None.
        content: What body, query and path were made of: the place to look for secrets and ids.
        token: What it is sent with instead of the client's user name and password.
    """

    operation: Operation[Any]
    target: str
    lines: str
    body: bytes | None
    content: tuple[object, Mapping[str, object] | None, tuple[str, ...]]
    token: Secret | None = None

    def __repr__(self) -> str:
        """What is called; not the content, which may hold secrets."""
        return f"<Request {self.operation.id}>"

    __rich_repr__ = unseen

    def write(self, before_target: str, host_lines: str, authorization: str | None) -> bytes:
        """The bytes on the wire.

        Args:
            before_target: What the request line has between its method and the target.
            host_lines: The Host header, and what else is for the server as a whole, each line with its end.
            authorization: Value of the Authorization header, None to omit it.
        """
        signed = "" if authorization is None else f"Authorization: {authorization}\r\n"
        method = self.operation.method
        head = f"{method} {before_target}{self.target} HTTP/1.1\r\n{host_lines}{self.lines}{signed}"
        if self.body is not None:
            return f"{head}Content-Length: {len(self.body)}\r\n\r\n".encode() + self.body
        if method == "GET":
            return f"{head}\r\n".encode()
        # A request whose method expects content says that it has none (RFC 9110 section 8.6).
        return f"{head}Content-Length: 0\r\n\r\n".encode()

    @property
    def external_id(self) -> str | None:
        """The partner's own id in it, for errors."""
        body, _, path = self.content
        found = (
            cast("Mapping[str, object]", body).get("external_id")
            if isinstance(body, Mapping)
            else getattr(body, "external_id", None)
        )
        if isinstance(found, str):
            return found
        names = self.operation.placeholders
        return next((value for name, value in zip(names, path, strict=False) if not is_secret(name)), None)

    @property
    def searched_for_secrets(self) -> tuple[object, ...]:
        """Body, query and path by name, and the token."""
        body, query, path = self.content
        token = None if self.token is None else {"token": self.token.reveal()}
        return body, query, dict(zip(self.operation.placeholders, path, strict=False)), token


class Response(msgspec.Struct, frozen=True):
    """What came back.

    Attributes:
        status: HTTP status.
        headers: Headers; names are compared without regard to case.
        body: The whole body, decompressed.
        reason: Why authentication could not succeed, for a 401.
        failure: What `credentials=` raised when it was asked for others.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    reason: str = ""
    failure: Exception | None = None

    def __repr__(self) -> str:
        """Status and size; not the content, which may hold secrets."""
        return f"<Response {self.status}, {len(self.body)} bytes>"

    __rich_repr__ = unseen


def build_request(
    operation: Operation[Any],
    options: HeaderOptions,
    *,
    path: tuple[str, ...] = (),
    query: Mapping[str, object] | None = None,
    body: Model | None = None,
    json: object = msgspec.UNSET,
) -> Request:
    """Make the request of an operation.

    Args:
        operation: What is called.
        options: The client's headers.
        path: Values of the path's placeholders, in order.
        query: Query parameters; those that are UNSET are left out.
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
    return Request(
        operation,
        encode_target(operation, path, query),
        options.lines(operation.api_version, has_body=encoded is not None),
        encoded,
        (content, query, path),
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
        # Literal parts and names by turns: a value that looks like a placeholder stays a value.
        pieces = _split(operation.path)
        if len(path) != len(pieces) // 2:
            raise TypeError(f"{operation.id} takes {len(pieces) // 2} path values, not {len(path)}")
        target = pieces[0]
        for name, value, after in zip(pieces[1::2], path, pieces[2::2], strict=True):
            text = check_path_value(name, value)
            target += (text if _UNRESERVED.fullmatch(text) else quote(text, safe="")) + after
    if query:
        pairs = [
            (check_text(name, "a query parameter's name"), _query_value(name, value))
            for name, value in query.items()
            if value is not msgspec.UNSET
        ]
        if pairs:
            target = f"{target}?{urlencode(pairs, quote_via=quote)}"
    return target


def without_none(query: Mapping[str, object]) -> dict[str, object]:
    """The query of a call that the spec does not know, whose None means that it is left out."""
    return {name: value for name, value in query.items() if value is not None}


@lru_cache(maxsize=1024)
def _split(path: str) -> list[str]:
    return PLACEHOLDER.split(path)


def _query_value(name: str, value: object) -> str:
    if value is None:
        # Dropped, a filter whose value somebody forgot to set would give the rows of all customers.
        raise TypeError(f"{name} must not be None: leave it out")
    check_values(value, name)
    match value:
        case bool():
            return "true" if value else "false"
        case enum.Enum():
            return str(value.value)
        case str():
            return value
        case Decimal():
            _, digits, exponent = value.as_tuple()
            if len(digits) + abs(int(exponent)) > _MOST_DIGITS:
                raise argument_error(name, f"has more than {_MOST_DIGITS} digits")
            return format(value, "f")
        case int():
            return str(value)
        case datetime.date():
            return value.isoformat()
        case _:
            raise TypeError(f"{name} cannot be a query parameter: {type(value).__name__}")


def check_path(path: str, *, placeholders: bool = False) -> str:
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
        raise argument_error("path", "must not hold . or .. as a segment")
    return quote(path, safe="/%:@!$&'()*+,;=~{}" if placeholders else "/%:@!$&'()*+,;=~")
