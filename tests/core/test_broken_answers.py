"""Answers that are broken on the wire: too long, cut off, compressed wrongly, oddly framed."""

from __future__ import annotations

import zlib

import pytest

from minted_async.errors import ConnectionLostError, DecodeError, MintedError, OutcomeUnknownError
from tests.servers import (
    Behaviour,
    LoopbackServer,
    Wire,
    answering,
    envelope,
    one_each,
    refusal,
    response,
)

pytestmark = pytest.mark.anyio

LIMIT = 10_000


def compressed(data: bytes, form: str) -> bytes:
    wbits = {"gzip": 31, "deflate": 15}[form]
    compressor = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return compressor.compress(data) + compressor.flush()


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    head = response(headers={"Transfer-Encoding": "chunked"})
    return head + b"".join(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n" for chunk in chunks) + end


def body_of(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


async def endless(wire: Wire) -> None:
    """An answer that goes on until the client has had enough."""
    await wire.request()
    await wire.send(response(headers={"Transfer-Encoding": "chunked"}))
    while True:
        await wire.send(b"400\r\n" + b"x" * 0x400 + b"\r\n")


TOO_LONG = [
    pytest.param(answering(envelope('"' + "x" * LIMIT + '"')), id="by its Content-Length"),
    pytest.param(answering(chunked(b"x" * (LIMIT // 2), b"x" * (LIMIT // 2), b"x")), id="in chunks"),
    pytest.param(endless, id="without an end"),
    pytest.param(
        answering(response(compressed(b"x" * 100_000_000, "gzip"), headers={"Content-Encoding": "gzip"})),
        id="a gzip bomb",
    ),
    pytest.param(
        answering(response(compressed(b"x" * 1_000_000, "deflate"), headers={"Content-Encoding": "deflate"})),
        id="a deflate bomb",
    ),
    pytest.param(
        answering(response(b"x" * (LIMIT + 1), 500)),
        id="of a failure",
    ),
]


@pytest.mark.parametrize("behaviour", TOO_LONG)
async def test_an_answer_that_is_too_long_is_not_read(behaviour: Behaviour) -> None:
    async with LoopbackServer(behaviour) as server, server.client(max_response_bytes=LIMIT) as minted:
        with pytest.raises(DecodeError, match=r"longer than 10000 bytes: raise max_response_bytes"):
            await minted.request("GET", "/x")
        assert len(server.received) == 1


@pytest.mark.parametrize("behaviour", TOO_LONG)
async def test_an_answer_that_is_too_long_leaves_a_change_unknown(behaviour: Behaviour) -> None:
    async with LoopbackServer(behaviour) as server, server.client(max_response_bytes=LIMIT) as minted:
        with pytest.raises(OutcomeUnknownError, match="longer than 10000 bytes"):
            await minted.request("POST", "/x")


async def test_the_connection_of_an_answer_that_is_too_long_is_not_used_again() -> None:
    behaviour = one_each(endless, answering(envelope("5")))
    async with LoopbackServer(behaviour) as server:
        async with server.client(max_response_bytes=LIMIT, max_connections=1) as minted:
            with pytest.raises(DecodeError):
                await minted.request("GET", "/x")
            assert await minted.request("GET", "/x") == 5
        assert server.connections == 2


async def test_an_answer_of_exactly_the_limit_is_read() -> None:
    answer = envelope('"' + "x" * (LIMIT - len(body_of(envelope('""')))) + '"')
    assert len(body_of(answer)) == LIMIT
    async with (
        LoopbackServer(answering(answer, chunked(body_of(answer)))) as server,
        server.client(max_response_bytes=LIMIT) as minted,
    ):
        assert await minted.request("GET", "/x") == await minted.request("GET", "/x")


@pytest.mark.parametrize("form", ["gzip", "deflate"])
async def test_compressed_answers_are_read(form: str) -> None:
    packed = compressed(body_of(envelope("[1, 2]")), form)
    answers = response(packed, headers={"Content-Encoding": form})
    async with LoopbackServer(answering(answers)) as server, server.client() as minted:
        assert await minted.request("GET", "/x") == [1, 2]


async def test_answers_in_chunks_are_read() -> None:
    body = body_of(envelope("[1, 2]"))
    pieces = [body[place : place + 5] for place in range(0, len(body), 5)]
    async with LoopbackServer(answering(chunked(*pieces))) as server, server.client() as minted:
        assert await minted.request("GET", "/x") == [1, 2]
        assert await minted.request("GET", "/y") == [1, 2]
        assert server.connections == 1


async def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    async def behave(wire: Wire) -> None:
        await wire.request()
        await wire.send(b"HTTP/1.0 200 OK\r\n\r\n" + body_of(envelope("5")))

    async with LoopbackServer(behave) as server, server.client() as minted:
        assert await minted.request("POST", "/x") == 5


def then_hang_up(answer: bytes) -> Behaviour:
    async def behave(wire: Wire) -> None:
        await wire.request()
        await wire.send(answer)

    return behave


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(response(b'{"data":', length=100), id="shorter than its Content-Length"),
        pytest.param(chunked(b'{"data":', end=b""), id="chunks without an end"),
        pytest.param(chunked(end=b"zz\r\n"), id="a chunk without a size"),
        pytest.param(response(b"not gzip", headers={"Content-Encoding": "gzip"}), id="no gzip"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", id="two lengths"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", id="a negative length"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01", id="TLS on a plain port"),
        pytest.param(b"HTTP/1.1 abc\r\n\r\n", id="no status"),
    ],
)
async def test_an_answer_that_is_no_whole_http_is_lost(answer: bytes) -> None:
    async with LoopbackServer(then_hang_up(answer)) as server, server.client() as minted:
        with pytest.raises(OutcomeUnknownError):
            await minted.request("POST", "/x")
        assert len(server.received) == 1
        with pytest.raises(ConnectionLostError):
            await minted.request("GET", "/x")


async def test_what_is_lost_is_to_be_looked_up_with_what_finds_it() -> None:
    async with LoopbackServer(then_hang_up(b"")) as server, server.client() as minted:
        with pytest.raises(OutcomeUnknownError, match=r"of 'C-1': .*Look it up with customers\.get before"):
            await minted.customers.create(external_id="C-1", firstname="Defne")
        with pytest.raises(OutcomeUnknownError, match="Read first what it was to make or change"):
            await minted.walletable.complete_buy(external_customer_id="C-1", cart_token="t" * 32)
        with pytest.raises(
            OutcomeUnknownError, match=r"of 'O-1': .*Read first what it was to make or change"
        ):
            await minted.ecom.baskets.complete(cart_token="t" * 32, external_id="O-1")
        with pytest.raises(OutcomeUnknownError, match="buys and changes nothing: it is safe to repeat"):
            await minted.prices.fix(type="digital")


async def test_more_bytes_than_announced_do_not_reach_the_next_call() -> None:
    behaviour = one_each(answering(envelope("5") + b"HTTP/1.1 200 OK\r\n\r\n"), answering(envelope("6")))
    async with LoopbackServer(behaviour) as server, server.client(max_connections=1) as minted:
        assert await minted.request("GET", "/x") == 5
        assert await minted.request("GET", "/x") == 6


async def test_an_interim_answer_is_passed_over() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    async with LoopbackServer(answering(early + envelope("5"))) as server, server.client() as minted:
        assert await minted.request("POST", "/x") == 5


async def test_duplicate_headers_are_no_problem() -> None:
    twice = refusal(422, headers={"X-A": "1\r\nX-A: 2", "Set-Cookie": "a=1\r\nSet-Cookie: b=2"})
    async with LoopbackServer(answering(twice)) as server, server.client() as minted:
        with pytest.raises(MintedError, match="HTTP 422"):
            await minted.request("POST", "/x")


async def test_cookies_are_not_kept() -> None:
    cookie = envelope("5", headers={"Set-Cookie": "session=1; Path=/; Domain=localhost"})
    async with LoopbackServer(answering(cookie)) as server:
        async with server.client(base_url=f"http://localhost:{server.port}") as minted:
            await minted.request("GET", "/x")
            await minted.request("GET", "/x")
        assert [("cookie" in received.headers) for received in server.received] == [False, False]
