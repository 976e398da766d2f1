"""A new connection on which the server speaks before it is asked carries no order."""

from __future__ import annotations

import pytest

from minted_async.errors import NotSentError
from tests.servers import LoopbackServer, Wire, envelope, refusal, response

pytestmark = pytest.mark.anyio

CHALLENGE = {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'}
GREETINGS = {
    "a challenge": response(b"", 401, headers=CHALLENGE),
    "a refusal": refusal(422),
    "a receipt": envelope("6"),
}


@pytest.mark.parametrize("greeting", GREETINGS.values(), ids=GREETINGS)
async def test_what_was_said_before_the_question_is_no_answer(greeting: bytes) -> None:
    async def behave(wire: Wire) -> None:
        if server.connections > 1:
            await wire.send(greeting)
        while await wire.request() is not None:
            await wire.send(envelope("5"))

    async with LoopbackServer(behave) as server, server.client(retry=None) as minted:
        await minted.request("GET", "/warm")
        with pytest.raises(NotSentError):
            await minted.request("POST", "/order", json={})
        assert [received.method for received in server.received] == ["GET"]
