"""A real HTTP server that writes down what it receives, and exact comparison of what was sent and read."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from operator import attrgetter
from typing import Any, cast
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec
import pytest
from aiohttp import web

from minted_async import MintedClient
from minted_async.core.operation import Resource

_ISTANBUL = timezone(timedelta(hours=3))


TOKEN = "a-token/1+="
"""What a resource is reached with that needs one."""


def method_of(minted: object, name: str) -> Any:
    """A generated method by its id, such as `ecom.products.get`."""
    resource, _, last = name.rpartition(".")
    owner = attrgetter(resource)(minted)
    return getattr(owner if isinstance(owner, Resource) else owner(TOKEN), last)


@dataclass(frozen=True)
class Received:
    """A request as it arrived."""

    method: str
    path: str
    """As sent: still percent-encoded, without the query."""
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes


class Recorder:
    """What came in, what is answered, and clients that are connected to it.

    Attributes:
        url: where the server listens; it asks for no authentication.
        minted: a client of it with default options.
        requests: what came in, oldest first.
    """

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self._answer = "{}"
        self.requests: list[Received] = []
        self.url = ""

    async def open(self) -> None:
        application = web.Application()
        application.router.add_route("*", "/{anything:.*}", self._handle)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self.minted = self.client()

    def client(self, *, paths: Mapping[str, str] | None = None) -> MintedClient:
        minted = MintedClient("user", "password", base_url=self.url, paths=paths)
        self._stack.push_async_callback(minted.aclose)
        return minted

    def answer(self, data: object, *, envelope: bool = True) -> None:
        """Say what the next answers hold; numbers are Decimals and go out digit by digit."""
        whole = {"data": data, "success": True, "code": 0, "message": ""} if envelope else data
        self._answer = to_json(whole)

    def assert_sent(
        self,
        method: str,
        path: str,
        *,
        api_version: str | None = None,
        query: Mapping[str, str] | None = None,
        body: object = None,
    ) -> None:
        """Exactly one request came, and it was this one."""
        (request,) = self.requests
        assert (request.method, request.path) == (method, path)
        assert request.query == dict(query or {})
        assert request.headers.get("api-version") == api_version
        assert request.headers["x-client-id"] == "web"
        assert request.headers["Accept-Language"] == "tr"
        if body is None:
            assert request.body == b""
        else:
            assert request.headers["Content-Type"] == "application/json"
            assert_equal(json.loads(request.body, parse_float=Decimal), body, "body")

    async def _handle(self, request: web.Request) -> web.Response:
        path, _, query = request.raw_path.partition("?")
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
        assert len(dict(pairs)) == len(pairs), f"a query parameter came twice: {query}"
        body = await request.read()
        self.requests.append(Received(request.method, path, dict(pairs), request.headers.copy(), body))
        return web.Response(text=self._answer, content_type="application/json")


@pytest.fixture
async def recorder() -> AsyncIterator[Recorder]:
    async with AsyncExitStack() as stack:
        recorder = Recorder(stack)
        await recorder.open()
        yield recorder


def to_json(value: object) -> str:
    """JSON in which a Decimal is a number with just its digits."""
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return "{" + ", ".join(f"{json.dumps(key)}: {to_json(item)}" for key, item in items) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(to_json(item) for item in cast("list[object]", value)) + "]"
    return format(value, "f") if isinstance(value, Decimal) else json.dumps(value)


def assert_equal(actual: object, expected: object, where: str) -> None:
    """Compare JSON values: numbers by value, whatever their type, and nothing else across types."""
    if isinstance(expected, dict):
        wanted = cast("dict[str, object]", expected)
        assert isinstance(actual, dict), where
        found = cast("dict[str, object]", actual)
        assert found.keys() == wanted.keys(), where
        for key, item in wanted.items():
            assert_equal(found[key], item, f"{where}.{key}")
    elif isinstance(expected, list):
        entries = cast("list[object]", expected)
        assert isinstance(actual, list), where
        items = cast("list[object]", actual)
        assert len(items) == len(entries), where
        for index, item in enumerate(entries):
            assert_equal(items[index], item, f"{where}[{index}]")
    else:
        assert _is_number(actual) == _is_number(expected), f"{where}: {actual!r} for {expected!r}"
        assert isinstance(actual, bool) == isinstance(expected, bool), where
        assert actual == expected, where


def assert_same(
    result: object, answer: object, kind: type[msgspec.Struct] | None = None, *, utc: Collection[str] = ()
) -> None:
    """The result holds all of the answer, with the types that it promises, and nothing else.

    Args:
        result: what a method returned.
        answer: the data that was answered, numbers as Decimal.
        kind: the struct that the result, or each of its items, is; None for plain values.
        utc: fields, as `Order.order_at`, whose text is UTC though it names no zone.
    """
    if isinstance(answer, list) and kind is not None:
        assert isinstance(result, list)
        items = cast("list[object]", result)
        assert [type(item) for item in items] == [kind] * len(cast("list[object]", answer))
    elif kind is not None:
        assert type(result) is kind
    _same(result, answer, "data", utc)


def _same(value: Any, sample: Any, where: str, utc: Collection[str]) -> None:
    match value:
        case msgspec.Struct():
            _same_struct(value, sample, utc)
        case list():
            items = cast("list[object]", value)
            assert len(items) == len(sample), where
            for index, item in enumerate(items):
                _same(item, sample[index], where, utc)
        case dict():
            entries = cast("dict[str, object]", value)
            assert entries.keys() == sample.keys(), where
            for key, item in entries.items():
                _same(item, sample[key], where, utc)
        case datetime():
            assert value.tzinfo is not None, where
            assert value == _instant(sample, UTC if where in utc else _ISTANBUL), where
        case date():
            assert value.isoformat() == sample, where
        case UUID() | enum.Enum():
            assert str(value) == sample, where
        case _:
            assert type(value) is type(sample), f"{where}: {value!r} for {sample!r}"
            assert str(value) == str(sample), f"{where}: {value!r} for {sample!r}"


def _same_struct(struct: msgspec.Struct, sample: dict[str, Any], utc: Collection[str]) -> None:
    fields = {field.encode_name: field.name for field in msgspec.structs.fields(struct)}
    name = type(struct).__name__
    assert sample.keys() <= fields.keys(), f"{name} lacks {sorted(sample.keys() - fields.keys())}"
    for wire, field in fields.items():
        _same(getattr(struct, field), sample.get(wire), f"{name}.{wire}", utc)


def _instant(text: str, zone: timezone) -> datetime:
    """The moment that one of the API's texts means."""
    if re.fullmatch(r"\d{2}-\d{2}-\d{4} \d{2}:\d{2}", text):
        return datetime.strptime(text, "%d-%m-%Y %H:%M").replace(tzinfo=zone)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
