"""Connections that are kept or not, and how answers are packed."""

from __future__ import annotations

import gzip

import pytest

from minted_async.doctor import Verdict
from tests.doctor.visits import found, visit
from tests.servers import Behaviour, LoopbackServer, Wire, answering, refusal, response

pytestmark = pytest.mark.anyio

REFUSAL = b'{"data":[],"success":false,"code":4041,"message":"no"}'


async def one_answer(wire: Wire) -> None:
    """Answer once, and hang up without a word about it."""
    if await wire.request() is not None:
        await wire.send(refusal(404))


@pytest.mark.parametrize(
    ("behave", "verdict", "words"),
    [
        (answering(refusal(404)), Verdict.WELL, "A connection carries several requests."),
        (one_answer, Verdict.DIFFERS, "Each connection is closed after an answer."),
        (
            answering(refusal(404, headers={"Connection": "close"})),
            Verdict.DIFFERS,
            "Each connection is closed after an answer.",
        ),
        (
            answering(refusal(404, headers={"Keep-Alive": "timeout=60, max=100"})),
            Verdict.WELL,
            "A connection carries several requests.",
        ),
        (
            answering(refusal(404, headers={"Keep-Alive": "max=100, timeout=5"})),
            Verdict.DIFFERS,
            "Connections are closed when idle for 5 s; the client keeps them for 12 s.",
        ),
    ],
)
async def test_connections_that_are_kept(behave: Behaviour, verdict: Verdict, words: str) -> None:
    async with LoopbackServer(behave) as server:
        report = await visit(server.url)
    keep_alive = found(report, "keep-alive")
    assert (keep_alive.verdict, keep_alive.seen) == (verdict, words)
    assert bool(keep_alive.advice) == (verdict is Verdict.DIFFERS)
    assert found(report, "404").verdict is Verdict.WELL


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        (refusal(404), Verdict.WELL, "Answers are not packed."),
        (
            response(gzip.compress(REFUSAL), 404, headers={"Content-Encoding": "gzip"}),
            Verdict.WELL,
            "Answers are packed (gzip).",
        ),
        (
            response(REFUSAL, 404, headers={"Content-Encoding": "x-own"}),
            Verdict.DIFFERS,
            "Answers are packed in a way that nobody asked for.",
        ),
    ],
)
async def test_how_answers_are_packed(answer: bytes, verdict: Verdict, words: str) -> None:
    async with LoopbackServer(answering(answer)) as server:
        report = await visit(server.url)
    packed = found(report, "compression")
    assert (packed.verdict, packed.seen) == (verdict, words)
