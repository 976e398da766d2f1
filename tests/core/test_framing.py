"""Where an answer begins and ends: the right answer or the right error, no connection that is in doubt."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from dataclasses import dataclass

import pytest

from minted_async import MintedClient, models
from minted_async.errors import (
    APIError,
    ConnectionLostError,
    DecodeError,
    MintedError,
    NotSentError,
    OutcomeUnknownError,
)
from tests.servers import Behaviour, LoopbackServer, Wire, answering, envelope, one_each
from tests.stray_server import order, receipt
from tests.trades.orders import CUSTOMER, gold

pytestmark = pytest.mark.anyio

ANOTHER = envelope(json.dumps(order("ANOTHER")))
GOOD = envelope(json.dumps(order("X")))
BODY = GOOD.partition(b"\r\n\r\n")[2]
OK = b"HTTP/1.1 200 OK\r\n"
HINT = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"


def with_length(length: int, *headers: bytes, body: bytes = BODY, start: bytes = OK) -> bytes:
    lines = b"".join(header + b"\r\n" for header in (b"Content-Length: %d" % length, *headers))
    return start + lines + b"\r\n" + body


def chunks(*pieces: bytes, extension: bytes = b"", end: bytes = b"0\r\n\r\n", headers: bytes = b"") -> bytes:
    head = OK + b"Transfer-Encoding: chunked\r\n" + headers + b"\r\n"
    return head + b"".join(b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces) + end


def packed(body: bytes) -> bytes:
    return with_length(len(body), b"Content-Encoding: gzip", body=body)


def headers_in_number(count: int) -> bytes:
    return with_length(len(BODY), *(b"X-%d: 1" % number for number in range(count - 1)))


@dataclass(frozen=True)
class Framing:
    """One way to answer.

    Attributes:
        answer: The bytes.
        read: What a call that only reads gives: the order of the answer, or a kind of error.
        change: The same for a call that changes something.
        kept: Whether the connection may be used again.
        ends: Whether the server hangs up after it.
    """

    answer: bytes
    read: type[MintedError] | str
    change: type[MintedError] | str
    kept: bool = False
    ends: bool = False


LOST = (ConnectionLostError, OutcomeUnknownError)
UNREADABLE = (DecodeError, OutcomeUnknownError)
RIGHT = ("X", "X")

FRAMINGS = {
    "a length": Framing(with_length(len(BODY)), *RIGHT, kept=True),
    "chunks": Framing(chunks(BODY[:7], BODY[7:]), *RIGHT, kept=True),
    "chunks with extensions": Framing(chunks(BODY, extension=b';name="value"'), *RIGHT, kept=True),
    "chunks with trailers": Framing(chunks(BODY, end=b"0\r\nX-Sum: 1\r\n\r\n"), *RIGHT, kept=True),
    "gzip": Framing(packed(gzip.compress(BODY)), *RIGHT, kept=True),
    "128 headers": Framing(headers_in_number(128), *RIGHT, kept=True),
    "one interim answer": Framing(HINT + with_length(len(BODY)), *RIGHT, kept=True),
    "31 interim answers": Framing(HINT * 31 + with_length(len(BODY)), *RIGHT, kept=True),
    "no length": Framing(OK + b"\r\n" + BODY, *RIGHT, ends=True),
    "HTTP/1.0": Framing(with_length(len(BODY), start=b"HTTP/1.0 200 OK\r\n"), *RIGHT),
    "HTTP/1.0 without a length": Framing(b"HTTP/1.0 200 OK\r\n\r\n" + BODY, *RIGHT, ends=True),
    "an end that is announced": Framing(with_length(len(BODY), b"Connection: close"), *RIGHT),
    "another answer after the end": Framing(with_length(len(BODY)) + ANOTHER, *RIGHT),
    "another head after the end": Framing(with_length(len(BODY)) + OK, *RIGHT),
    "another answer after the last chunk": Framing(chunks(BODY) + ANOTHER, *RIGHT),
    "junk after the end": Framing(with_length(len(BODY)) + b"\x00junk", *LOST),
    "a length that is too short": Framing(with_length(len(BODY) - 1), *LOST),
    "a length that is too short, and room for a body": Framing(with_length(0, body=ANOTHER), *UNREADABLE),
    "a length that is too long": Framing(with_length(len(BODY) + 1), *LOST, ends=True),
    "a negative length": Framing(with_length(-1), *LOST),
    "a length that is no number": Framing(OK + b"Content-Length: five\r\n\r\n" + BODY, *LOST),
    "two lengths": Framing(with_length(len(BODY), b"Content-Length: 3"), *LOST),
    "a length and chunks": Framing(chunks(BODY, headers=b"Content-Length: 3\r\n"), *LOST),
    "chunks and a length": Framing(with_length(3, b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"), *LOST),
    "chunks without the last one": Framing(chunks(BODY, end=b""), *LOST, ends=True),
    "a chunk of no size": Framing(chunks(end=b"zz\r\n"), *LOST),
    "32 interim answers": Framing(HINT * 32 + with_length(len(BODY)), *LOST),
    "another protocol": Framing(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", *LOST),
    "another protocol, and an answer": Framing(
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n" + ANOTHER, *LOST
    ),
    "204": Framing(b"HTTP/1.1 204 No Content\r\n\r\n", *UNREADABLE, kept=True),
    "204 with an answer behind it": Framing(b"HTTP/1.1 204 No Content\r\n\r\n" + ANOTHER, *UNREADABLE),
    "304": Framing(b"HTTP/1.1 304 Not Modified\r\n\r\n", APIError, APIError, kept=True),
    "304 with an answer behind it": Framing(
        b"HTTP/1.1 304 Not Modified\r\n\r\n" + ANOTHER, APIError, APIError
    ),
    "more than 128 headers": Framing(headers_in_number(129), *LOST),
    "what is no gzip": Framing(packed(b"no gzip"), *LOST),
    "gzip that is cut off": Framing(packed(gzip.compress(BODY)[:-20]), *UNREADABLE, kept=True),
    "gzip with a wrong sum": Framing(packed(gzip.compress(BODY)[:-8] + b"\0" * 8), *LOST),
    "no HTTP": Framing(b"220 mail ready\r\n", *LOST),
    "a status that is none": Framing(b"HTTP/1.1 abc OK\r\n\r\n", *LOST),
    "TLS": Framing(b"\x16\x03\x01\x02\x00\x01", *LOST),
    "nothing": Framing(b"", *LOST, ends=True),
}


def cut_off(answer: bytes, *, reset: bool) -> Behaviour:
    async def behave(wire: Wire) -> None:
        await wire.request()
        await wire.send(answer)
        if reset:
            wire.reset()
            return
        wire.half_close()
        await wire.hang()

    return behave


def saying(framing: Framing) -> Behaviour:
    """Answer one request like that, and further ones as they should be."""

    async def behave(wire: Wire) -> None:
        if await wire.request() is None:
            return
        await wire.send(framing.answer)
        if framing.ends:
            wire.half_close()
            await wire.hang()
        await answering(GOOD)(wire)

    return behave


async def outcome_of(minted: MintedClient, *, reads: bool) -> object:
    """The order that a call gives on a kept connection, or the class of its error."""
    try:
        found = await (minted.orders.get("X") if reads else minted.orders.find(external_id="X"))
    except MintedError as error:
        return type(error)
    return found.external_id


@pytest.mark.parametrize("name", FRAMINGS)
@pytest.mark.parametrize("reads", [True, False], ids=["read", "change"])
async def test_the_right_answer_or_the_right_error(name: str, reads: bool) -> None:
    framing = FRAMINGS[name]
    behaviour = one_each(saying(framing), answering(GOOD))
    async with LoopbackServer(behaviour) as server:
        async with server.client(retry=None, max_connections=1) as minted:
            expected = framing.read if reads else framing.change
            assert await outcome_of(minted, reads=reads) == expected
            assert await outcome_of(minted, reads=reads) == "X"
        assert server.connections == (1 if framing.kept else 2)
        assert len(server.received) == 2


@pytest.mark.parametrize("limit", [None, 50_000])
async def test_a_header_that_is_too_long_names_the_limit_and_how_to_raise_it(limit: int | None) -> None:
    options = {} if limit is None else {"max_header_bytes": limit}
    answer = with_length(len(BODY), b"X-Long: " + b"x" * ((limit or 8190) + 100))
    async with LoopbackServer(answering(answer)) as server, server.client(retry=None, **options) as minted:
        with pytest.raises(DecodeError, match=f"longer than {limit or 8190} bytes.*max_header_bytes"):
            await minted.orders.get("X")
        with pytest.raises(OutcomeUnknownError, match=f"longer than {limit or 8190} bytes.*max_header_bytes"):
            await minted.orders.find(external_id="X")
        with pytest.raises(OutcomeUnknownError, match="max_header_bytes"):
            await buy(minted)


async def test_a_limit_that_is_raised_lets_a_long_header_through() -> None:
    answer = with_length(len(BODY), b"X-Long: " + b"x" * 40_000)
    async with LoopbackServer(answering(answer)) as server, server.client(max_header_bytes=65_536) as minted:
        assert (await minted.orders.get("X")).external_id == "X"


@pytest.mark.parametrize("reads", [True, False], ids=["read", "change"])
async def test_a_gzip_bomb_is_not_unpacked(reads: bool) -> None:
    bomb = packed(gzip.compress(b" " * 50_000_000))
    async with LoopbackServer(one_each(answering(bomb), answering(GOOD))) as server:
        async with server.client(retry=None, max_connections=1, max_response_bytes=100_000) as minted:
            tracemalloc.start()
            try:
                assert await outcome_of(minted, reads=reads) == (
                    DecodeError if reads else OutcomeUnknownError
                )
                assert tracemalloc.get_traced_memory()[1] < 5_000_000
            finally:
                tracemalloc.stop()
            assert await outcome_of(minted, reads=reads) == "X"
        assert server.connections == 2


async def buy(minted: MintedClient) -> models.OrderReceipt:
    return await minted.orders.buy(price_token="T", external_id="X", customer=CUSTOMER, items=gold())


@pytest.mark.parametrize("end", ["half-close", "reset"])
async def test_an_order_whose_answer_ends_at_any_byte(end: str) -> None:
    answer = receipt("X")
    length = 0

    async def behave(wire: Wire) -> None:
        if await wire.request() is None:
            return
        await wire.send(answer[:length])
        if end == "reset":
            wire.reset()
            return
        wire.half_close()
        await wire.hang()

    async with LoopbackServer(behave) as server, server.client(max_connections=1) as minted:
        for part in range(len(answer)):
            length = part
            with pytest.raises(OutcomeUnknownError) as caught:
                await buy(minted)
            assert caught.value.external_id == "X"
        assert server.connections == len(server.received) == len(answer)
        if end == "half-close":
            length = len(answer)
            assert (await buy(minted)).guid == ["G"]


async def test_an_order_that_is_read_up_to_any_byte() -> None:
    """Whatever the server has seen of it, it has left."""
    count: int | None = None
    whole = b""

    async def behave(wire: Wire) -> None:
        nonlocal whole
        if count is not None:
            seen.append(await wire.read(count))
            return
        while not whole.endswith(b"\r\n\r\n"):
            whole += await wire.read(1)
        whole += await wire.read(int(whole.partition(b"Content-Length: ")[2].partition(b"\r\n")[0]))
        await wire.send(receipt("X"))

    seen: list[bytes] = []
    async with LoopbackServer(behave) as server, server.client(max_connections=1) as minted:
        assert (await buy(minted)).guid == ["G"]
        for part in range(1, len(whole)):
            count = part
            with pytest.raises(OutcomeUnknownError):
                await buy(minted)
        assert seen == [whole[:part] for part in range(1, len(whole))]


async def test_a_server_that_hangs_up_before_anything_came() -> None:
    async def behave(wire: Wire) -> None:
        wire.half_close()
        await wire.hang()

    async with LoopbackServer(behave) as server, server.client() as minted:
        with pytest.raises((NotSentError, OutcomeUnknownError)):
            await buy(minted)
        assert server.connections == 1


@pytest.mark.parametrize("end", ["half-close", "reset"])
async def test_a_read_whose_answer_ends_at_any_byte_is_repeated(end: str) -> None:
    for length in range(0, len(GOOD), 7):
        behaviour = one_each(cut_off(GOOD[:length], reset=end == "reset"), answering(GOOD))
        async with LoopbackServer(behaviour) as server, server.client(max_connections=1) as minted:
            assert (await minted.orders.get("X")).external_id == "X"
            assert (server.connections, len(server.received)) == (2, 2)
