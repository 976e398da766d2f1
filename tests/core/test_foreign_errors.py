"""Whatever a server, a resolver or a number can raise ends as the right error of this SDK."""

from __future__ import annotations

import contextlib
import decimal
import json
from collections.abc import Awaitable, Callable
from decimal import Context, Decimal
from typing import Any

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import example, given, settings
from hypothesis import strategies as st

from minted_async import MintedClient
from minted_async.errors import (
    APIError,
    ConfigurationError,
    ConnectionLostError,
    DecodeError,
    MintedError,
    NotSentError,
    OutcomeUnknownError,
)
from tests.servers import LoopbackServer, Wire, answering, envelope, refusal, response
from tests.stray_server import order

pytestmark = pytest.mark.anyio

CONTEXTS = {
    "as it comes": Context(),
    "without traps": Context(traps=[]),
    "with every trap": Context(traps=list(decimal.getcontext().traps)),
    "of three digits": Context(prec=3, traps=[decimal.Inexact, decimal.Rounded]),
    "of three digits, without traps": Context(prec=3, traps=[]),
    "of small exponents": Context(Emin=-5, Emax=5, traps=[]),
    "of small exponents, with traps": Context(Emin=-5, Emax=5, traps=[decimal.Overflow, decimal.Subnormal]),
    "of one digit, clamped": Context(prec=1, clamp=1, rounding=decimal.ROUND_UP, traps=[decimal.Clamped]),
}

NUMBERS = {
    "a usual one": "1731.30",
    "an exponent that is too large": "1e999999999",
    "an exponent beyond any": "1e99999999999999999999",
    "an exponent that is too small": "1e-999999999",
    "an exponent below any": "-1e-99999999999999999999",
    "a million digits": "1" * 1_000_000,
    "a million digits behind the point": "0." + "1" * 1_000_000,
    "minus nought": "-0",
    "minus nought with a point": "-0.00",
    "an integer of 5,000 digits": "9" * 5_000,
    "the text NaN": '"NaN"',
    "the text sNaN": '"sNaN123"',
    "the text of no end": '"-Infinity"',
    "an escaped NaN": '"\\u004eaN"',
    "a decimal comma": '"12,5"',
    "an empty text": '""',
    "a bare NaN": "NaN",
    "a bare Infinity": "-Infinity",
    "hexadecimal": "0x10",
    "two points": "1.2.3",
    "a leading nought": "007",
}


async def outcome_of(call: Awaitable[object]) -> object:
    """What a call gives, in a form that can be compared; an error of another library is let through."""
    try:
        return repr(await call)
    except MintedError as error:
        return (
            type(error),
            str(error),
            getattr(error, "retry_after", None),
            repr(getattr(error, "code", None)),
        )


def order_with(number: str) -> bytes:
    text = json.dumps(order("X") | {"total": "HERE"})
    return envelope(text.replace('"HERE"', number))


CALLS: dict[str, tuple[Callable[[MintedClient], Awaitable[object]], Callable[[str], bytes]]] = {
    "a field of a read": (lambda minted: minted.orders.get("X"), order_with),
    "a field of a change": (lambda minted: minted.orders.find(external_id="X"), order_with),
    "a plain value": (lambda minted: minted.request("GET", "/x"), lambda number: envelope(f"[{number}]")),
    "the answer as a whole": (lambda minted: minted.request("POST", "/x"), lambda number: response(number)),
    "the code of a refusal": (
        lambda minted: minted.orders.get("X"),
        lambda number: response(f'{{"success": false, "code": {number}, "message": "no"}}', 422),
    ),
    "the details of a refusal": (
        lambda minted: minted.orders.get("X"),
        lambda number: response(f'{{"success": false, "data": [{number}], "message": "no"}}', 422),
    ),
}


@pytest.mark.parametrize("place", CALLS)
@pytest.mark.parametrize("number", NUMBERS)
async def test_a_number_means_the_same_in_every_decimal_context(number: str, place: str) -> None:
    call, answer = CALLS[place]
    async with (
        LoopbackServer(answering(answer(NUMBERS[number]))) as server,
        server.client(retry=None) as minted,
    ):
        outcomes: dict[str, object] = {}
        for name, context in CONTEXTS.items():
            with decimal.localcontext(context):
                outcomes[name] = await outcome_of(call(minted))
    assert len(set(outcomes.values())) == 1, outcomes


async def test_the_decimal_context_of_the_caller_is_left_as_it_was() -> None:
    async with LoopbackServer(answering(order_with("1e999"))) as server, server.client() as minted:
        with decimal.localcontext(Context(prec=3)) as context:
            assert (await minted.orders.get("X")).total == Decimal("1e999")
            assert decimal.getcontext() is context
            assert not any(context.flags.values())


@settings(max_examples=60)
@given(
    st.decimals(allow_nan=False, allow_infinity=False)
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(list(CONTEXTS)),
)
async def test_any_number_is_read_exactly(number: object, context: str) -> None:
    async with LoopbackServer(answering(order_with(str(number)))) as server, server.client() as minted:
        with decimal.localcontext(CONTEXTS[context]):
            total = (await minted.orders.get("X")).total
    assert total is not None
    with decimal.localcontext(Context(prec=decimal.MAX_PREC)):
        assert total == Decimal(str(number))


DATES = st.builds(
    "{}, {} {} {} {}:{}:{} {}".format,
    st.sampled_from(["Mon", "Xxx", ""]),
    st.integers(-1, 99),
    st.sampled_from(["Jan", "Dec", "Foo"]),
    st.integers(0, 10**20) | st.integers(0, 9999),
    st.integers(0, 99),
    st.integers(0, 99),
    st.integers(0, 99),
    st.sampled_from(["GMT", "UTC", "-0000", "+2400", "-9999", "+99999999999", "EST", ""]),
)
HEADER_TEXT = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=40)


@settings(max_examples=80)
@given(DATES | st.integers().map(str) | HEADER_TEXT, st.sampled_from([429, 503, 422]))
@example("Fri, 31 Dec 99999999999 23:59:59 GMT", 503)
@example("Fri, 31 Dec 9999 23:59:59 -9999", 503)
@example("Mon, 01 Jan 0001 00:00:00 +2359", 429)
@example("9" * 400, 429)
@example("1e400", 429)
@example("²", 429)
async def test_any_retry_after_is_a_time_or_nothing(value: str, status: int) -> None:
    answer = refusal(status).replace(
        b"\r\n\r\n", b"\r\nRetry-After: " + value.encode("latin-1") + b"\r\n\r\n", 1
    )
    async with LoopbackServer(answering(answer)) as server, server.client(retry=None) as minted:
        for call in (minted.request("GET", "/x"), minted.request("POST", "/x")):
            with pytest.raises(APIError) as caught:
                await call
            assert caught.value.retry_after is None or caught.value.retry_after >= 0


HEADER_NAMES = st.sampled_from(
    [
        *("Content-Type", "Content-Encoding", "Content-Length", "Transfer-Encoding", "Connection", "Upgrade"),
        *("WWW-Authenticate", "Authentication-Info", "Retry-After", "Location", "Set-Cookie", "Trailer", "X"),
    ]
)


@settings(max_examples=150)
@given(
    st.integers(0, 999),
    st.lists(st.tuples(HEADER_NAMES, HEADER_TEXT | st.sampled_from(["gzip", "chunked", "close", "5"]))),
    st.binary(max_size=60) | st.just(b'{"success": true, "data": 5}'),
)
async def test_any_head_and_body_is_a_value_or_an_error_of_ours(
    status: int, headers: list[tuple[str, str]], body: bytes
) -> None:
    lines = [f"HTTP/1.1 {status:03} X", *(f"{name}: {value}" for name, value in headers)]
    answer = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body

    async def behave(wire: Wire) -> None:
        await wire.request()
        await wire.send(answer)

    async with LoopbackServer(behave) as server, server.client(retry=None) as minted:
        with contextlib.suppress(APIError, DecodeError, ConnectionLostError):
            await minted.request("GET", "/x")
        with contextlib.suppress(APIError, DecodeError, OutcomeUnknownError):
            await minted.request("POST", "/x")


@settings(max_examples=150)
@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists).map(
        lambda value: json.dumps({"success": True, "data": value}).encode()
    ),
    st.sampled_from([200, 400, 500]),
)
@example(b"[" * 100_000, 200)
@example(b'{"success": true, "data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 200)
@example(b'{"success": false, "errors": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 422)
@example(b'{"success": true, "data": "\xff"}', 200)
@example(b'{"success": true, "data": "\\ud800"}', 200)
@example("\ufeff".encode("utf-16"), 200)
async def test_any_body_is_a_value_or_an_error_of_ours(body: bytes, status: int) -> None:
    async with (
        LoopbackServer(answering(response(body, status))) as server,
        server.client(retry=None) as minted,
    ):
        for call in (
            minted.orders.get("X"),
            minted.orders.find(external_id="X"),
            minted.request("GET", "/x"),
        ):
            await outcome_of(call)


@pytest.mark.parametrize("status", [200, 422])
async def test_a_byte_order_mark_before_the_json_is_passed_over(status: int) -> None:
    success = str(status == 200).lower()
    body = f'\ufeff{{"data": 5, "success": {success}, "code": 7, "message": "no"}}'
    async with LoopbackServer(answering(response(body, status))) as server, server.client() as minted:
        if status == 200:
            assert await minted.request("GET", "/x") == 5
        else:
            with pytest.raises(APIError) as caught:
                await minted.request("POST", "/x")
            assert (caught.value.code, caught.value.message) == (7, "no")


class RaisingResolver(AbstractResolver):
    def __init__(self, error: Exception) -> None:
        self._error = error

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        raise self._error

    async def close(self) -> None:
        pass


class AnsweringResolver(AbstractResolver):
    def __init__(self, answer: Any) -> None:
        self._answer = answer

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        return self._answer  # type: ignore[no-any-return]

    async def close(self) -> None:
        pass


RESOLVERS: dict[str, Callable[[], AbstractResolver]] = {
    "KeyError": lambda: RaisingResolver(KeyError("x")),
    "UnicodeError": lambda: RaisingResolver(UnicodeError("label too long")),
    "OSError": lambda: RaisingResolver(OSError(None, "no name")),
    "an OSError without words": lambda: RaisingResolver(OSError()),
    "TimeoutError": lambda: RaisingResolver(TimeoutError()),
    "RuntimeError": lambda: RaisingResolver(RuntimeError("x")),
    "RecursionError": lambda: RaisingResolver(RecursionError("x")),
    "AssertionError": lambda: RaisingResolver(AssertionError()),
    "aiohttp's own": lambda: RaisingResolver(aiohttp.ClientError("x")),
    "a group": lambda: RaisingResolver(ExceptionGroup("x", [KeyError("x")])),
    "an error of this SDK": lambda: RaisingResolver(ConfigurationError("x")),
    "no address": lambda: AnsweringResolver([]),
    "None": lambda: AnsweringResolver(None),
    "half an address": lambda: AnsweringResolver([{"host": "127.0.0.1"}]),
}


@pytest.mark.parametrize("name", RESOLVERS)
async def test_whatever_a_resolver_does_nothing_was_sent(name: str) -> None:
    minted = MintedClient(
        "user",
        "password",
        base_url="https://api.example.com",
        connector=lambda: aiohttp.TCPConnector(resolver=RESOLVERS[name]()),
        retry=None,
    )
    expected = ConfigurationError if name == "an error of this SDK" else NotSentError
    async with minted:
        for method in ("GET", "POST"):
            with pytest.raises(expected):
                await minted.request(method, "/x")


@pytest.mark.parametrize(
    "base_url",
    [
        "https://api..host",
        "https://.api.host",
        "https://" + "a" * 64 + ".host",
        "https://api.host\r\nX-Evil: 1",
        "https://api.host\n",
        "https://api.host/a\rb",
        "https://api .host",
        " https://api.host",
        "https://api.host/a b",
        "https://api.host\t",
        "https://user:hunter2@api.host",
        "https://user@api.host",
        "https://:hunter2@api.host",
        "https://user:hunter2@",
        "https://api.host:99999",
        "https://api.host:port",
        "https://[::1",
        "https://",
        "",
        "api.host",
        "ftp://api.host",
        None,
        5,
    ],
)
def test_a_base_url_that_cannot_be_used_is_refused_when_the_client_is_made(base_url: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        MintedClient("user", "password", base_url=base_url)
    assert "hunter2" not in str(caught.value)


@given(st.text(max_size=30))
def test_any_base_url_is_refused_or_used(rest: str) -> None:
    try:
        minted = MintedClient("user", "password", base_url=f"https://{rest}")
    except ConfigurationError:
        return
    assert "https://" in repr(minted)


def test_a_client_that_could_not_be_made_can_be_shown() -> None:
    class Own(MintedClient):
        def __init__(self) -> None:
            self.shown = repr(self)
            super().__init__("user", "password", base_url="no url")

    half_made = Own.__new__(Own)
    assert "Own" in repr(half_made)
    with pytest.raises(ConfigurationError):
        half_made.__init__()  # type: ignore[misc]
    assert "Own" in half_made.shown
    assert "password" not in repr(half_made)
