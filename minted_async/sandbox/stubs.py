"""What a test says to paths that the sandbox does not know: `Sandbox.route`."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeAlias
from urllib.parse import parse_qsl, unquote

import msgspec
from multidict import MultiDict, MultiDictProxy

from minted_async.sandbox import answers
from minted_async.sandbox.arguments import check_method, convert, convert_fields, path_pattern
from minted_async.sandbox.recording import RecordedRequest
from minted_async.sandbox.shop.payments import CARD_PAGES

_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE: Final = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]*")
_ANYTHING: Final = msgspec.json.Decoder()
_OF_THE_SERVER: Final = ("content-length", "transfer-encoding")

HEALTH: Final = "/health"
"""Answered to everybody, and not remembered: for health checks of containers. It is no path of the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer to a route, for what the envelope cannot say.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: An answer cannot have this status, or this header.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Without a Content-Type the answer is JSON. Its length is told by the server."""
    body: bytes | str = b""
    """Sent as it is; text as UTF-8."""

    def __post_init__(self) -> None:
        if not isinstance(self.body, bytes | str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError("body is bytes or text; data for the envelope is given to the route itself")
        convert_fields(self)
        if isinstance(self.body, str):
            self.body.encode()  # a UnicodeEncodeError is a ValueError
        if not 200 <= self.status <= 599:
            raise ValueError(f"status is an HTTP status from 200 to 599: {self.status!r}")
        for name, value in self.headers.items():
            if name.lower() in _OF_THE_SERVER:
                raise ValueError(f"the server writes the header {name} itself")
            if not (_HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(value)):
                raise ValueError(f"no answer can have such a header: {name!r}: {value!r}")


@dataclass(frozen=True, slots=True)
class RouteRequest:
    """What a function that answers a route is told."""

    method: str
    path: str
    """As it came, without the query."""
    ids: Mapping[str, str]
    """What stood in the places of `{name}`, decoded."""
    query: MultiDictProxy[str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, read as JSON; numbers with a point are exact, as Decimal.

        Raises:
            ValueError: It is none.
        """
        return json.loads(self.body, parse_float=Decimal)


RouteAnswer: TypeAlias = "Answer | object | Callable[[RouteRequest], object | Awaitable[object]]"
"""What `Sandbox.route` takes: `data` for the envelope, an `Answer`, or a function that gives one of them."""


class _Stub(NamedTuple):
    method: str
    path: str
    pattern: re.Pattern[str]
    answer: Answer | Callable[[RouteRequest], object]


class Stubs:
    """The routes of a test; the newest that fits answers."""

    def __init__(self) -> None:
        self._stubs: tuple[_Stub, ...] = ()

    def add(self, method: str, path: str, answer: RouteAnswer) -> None:
        """Take in a route; see `Sandbox.route`."""
        convert({"method": str, "path": str}, {"method": method, "path": path})
        check_method(method)
        pattern = path_pattern(path)
        if path == HEALTH or path.startswith(CARD_PAGES):
            raise ValueError(f"{HEALTH} and what is below {CARD_PAGES} are the sandbox's own: {path!r}")
        # What can go wrong with data goes wrong here, where the test is, and not in the server.
        made = answer if callable(answer) else as_answer(answer)
        others = (stub for stub in self._stubs if (stub.method, stub.path) != (method, path))
        self._stubs = (_Stub(method, path, pattern, made), *others)

    def find(self, method: str, path: str) -> tuple[_Stub, Mapping[str, str]] | None:
        """The route of a request, and the ids in its path."""
        for stub in self._stubs:
            if stub.method == method and (match := stub.pattern.fullmatch(path)):
                return stub, {name: unquote(value) for name, value in match.groupdict().items()}
        return None

    async def answer(self, record: RecordedRequest) -> Answer | None:
        """What a route says to a request, or nothing if there is no route for it."""
        path, _, query = record.path.partition("?")
        found = self.find(record.method, path)
        if found is None:
            return None
        stub, ids = found
        if isinstance(stub.answer, Answer):
            return stub.answer
        parameters = MultiDictProxy(MultiDict(parse_qsl(query, keep_blank_values=True)))
        given = stub.answer(RouteRequest(record.method, path, ids, parameters, record.headers, record.body))
        return as_answer(await given if inspect.isawaitable(given) else given)


def as_answer(given: object) -> Answer:
    """An answer as it is, or data in the envelope.

    Raises:
        TypeError: The data cannot be written as JSON.
    """
    if isinstance(given, Answer):
        return given
    try:
        body = answers.success(given)
        _ANYTHING.decode(body)  # a Decimal may be NaN, or a key, and is written all the same
    except (TypeError, ValueError, RecursionError) as problem:
        raise TypeError(f"the data of a route cannot be written as JSON: {problem}") from None
    return Answer(body=body)
