"""What a test says to paths that the sandbox does not know: `Sandbox.route`."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import parse_qsl, unquote

from multidict import MultiDict, MultiDictProxy

from minted_async.sandbox import answers
from minted_async.sandbox.recording import RecordedRequest

_METHOD = re.compile(r"[A-Z]+")
_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*)\}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer to a route, for what the envelope cannot say."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Without a Content-Type the answer is JSON."""
    body: bytes | str = b""
    """Sent as it is; text as UTF-8."""

    def __post_init__(self) -> None:
        if not 200 <= self.status <= 599:
            raise ValueError(f"status is an HTTP status from 200 to 599: {self.status!r}")


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
        """The body, read as JSON.

        Raises:
            ValueError: It is none.
        """
        return json.loads(self.body)


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
        if not _METHOD.fullmatch(method):
            raise ValueError(f"a method is in capitals, such as GET: {method!r}")
        # What can go wrong with data goes wrong here, where the test is, and not in the server.
        made = answer if callable(answer) else as_answer(answer)
        others = (stub for stub in self._stubs if (stub.method, stub.path) != (method, path))
        self._stubs = (_Stub(method, path, _pattern(path), made), *others)

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
    return given if isinstance(given, Answer) else Answer(body=answers.success(given))


def _pattern(path: str) -> re.Pattern[str]:
    # Every second part is the name of a placeholder.
    parts = _PLACEHOLDER.split(path)
    names = parts[1::2]
    if not path.startswith("/") or re.search(r"[?#{}\s]", "".join(parts[::2])) or len({*names}) != len(names):
        raise ValueError(
            f"a path starts with /, has no query or blank, and each {{name}} in it is another: {path!r}"
        )
    return re.compile(
        "".join(f"(?P<{part}>[^/]+)" if number % 2 else re.escape(part) for number, part in enumerate(parts))
    )
