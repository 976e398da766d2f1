"""No call that changes something is ever sent twice, whatever happens to it."""

from __future__ import annotations

from typing import Any

import pytest

from minted_async import MintedClient
from minted_async.core.operation import Operation
from minted_async.errors import NotSentError, OutcomeUnknownError, RateLimitedError, ServerError
from minted_async.generated.operations import OPERATIONS
from tests.core.sample_calls import sample_call
from tests.servers import (
    Behaviour,
    LoopbackServer,
    Wire,
    answering,
    bad_gateway,
    close_after_reading,
    envelope,
    half_of,
    one_each,
    refusal,
    reset_after_reading,
    reset_before_reading,
    response,
)

pytestmark = pytest.mark.anyio

CHANGING = [operation for operation in OPERATIONS if operation.method != "GET"]
EACH_OPERATION = pytest.mark.parametrize("operation", CHANGING, ids=lambda operation: operation.id)


def test_the_operations_that_change_something_are_all_but_the_reads() -> None:
    assert len(CHANGING) >= 9
    assert not [operation.id for operation in CHANGING if operation.idempotent]


@EACH_OPERATION
async def test_reset_before_reading(operation: Operation[Any]) -> None:
    async with LoopbackServer(reset_before_reading) as server, server.client() as minted:
        with pytest.raises((OutcomeUnknownError, NotSentError)):
            await sample_call(minted, operation)
        assert server.connections == 1


@EACH_OPERATION
@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(reset_after_reading, id="reset after reading"),
        pytest.param(close_after_reading, id="end after reading"),
        pytest.param(half_of(envelope('{"a":"' + "x" * 500 + '"}')), id="reset after half the body"),
        pytest.param(
            half_of(envelope('{"a":"' + "x" * 500 + '"}'), reset=False), id="end after half the body"
        ),
        pytest.param(
            half_of(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"), id="reset in the headers"
        ),
        pytest.param(half_of(b"HTTP/1.1 200 OK\r\nX: 1\r\n" * 2, reset=False), id="end in the headers"),
        pytest.param(answering(bad_gateway()), id="502 in HTML"),
        pytest.param(answering(response(b"", 503)), id="503 without a body"),
        pytest.param(answering(response(b"", 408)), id="408 without a body"),
        pytest.param(answering(b"no HTTP at all\r\n\r\n"), id="no HTTP"),
        pytest.param(answering(envelope("{")), id="200 that is no JSON"),
    ],
)
async def test_a_lost_answer_leaves_the_outcome_unknown(
    operation: Operation[Any], behaviour: Behaviour
) -> None:
    async with LoopbackServer(behaviour) as server, server.client() as minted:
        with pytest.raises(OutcomeUnknownError) as caught:
            await sample_call(minted, operation)
        assert (server.connections, len(server.received)) == (1, 1)
    assert caught.value.operation == operation.id


@EACH_OPERATION
@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_refusal_in_the_apis_own_words_is_final(operation: Operation[Any], status: int) -> None:
    behaviour = answering(refusal(status, headers={"Retry-After": "0"}))
    async with LoopbackServer(behaviour) as server, server.client() as minted:
        with pytest.raises((ServerError, RateLimitedError)):
            await sample_call(minted, operation)
        assert len(server.received) == 1


async def dead_when_kept(wire: Wire) -> None:
    """Answer once, wait for another request on the kept connection, and drop it."""
    await wire.request()
    await wire.send(envelope())
    await wire.request()
    wire.reset()


KEPT = [operation for operation in CHANGING if not operation.alone]


@pytest.mark.parametrize("operation", KEPT, ids=lambda operation: operation.id)
async def test_a_dead_kept_connection_is_no_reason_to_send_again(operation: Operation[Any]) -> None:
    async with LoopbackServer(dead_when_kept) as server, server.client() as minted:
        await minted.request("GET", "/warm")
        with pytest.raises(OutcomeUnknownError):
            await sample_call(minted, operation)
        assert [received.method for received in server.received] == ["GET", operation.method]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_a_listed_operation_is_not_repeated_either(method: str) -> None:
    paths = {"customers.remove": f"{method} /partner/customer/{{id}}"}
    async with LoopbackServer(reset_after_reading) as server, server.client(paths=paths) as minted:
        with pytest.raises(OutcomeUnknownError) as caught:
            await minted.customers.remove(id="CST-1")
        assert [received.target for received in server.received] == ["/partner/customer/CST-1"]
    assert caught.value.external_id == "CST-1"


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_a_refused_connection_is_not_sent(method: str) -> None:
    async with LoopbackServer(answering(envelope())) as server:
        url = server.url
    async with MintedClient("user", "password", base_url=url) as minted:
        with pytest.raises(NotSentError):
            await minted.request(method, "/partner/x")


async def test_after_a_lost_answer_the_next_call_works() -> None:
    behaviour = one_each(reset_after_reading, answering(envelope("5")))
    async with LoopbackServer(behaviour) as server, server.client(max_connections=1) as minted:
        with pytest.raises(OutcomeUnknownError):
            await minted.request("POST", "/partner/x")
        assert await minted.request("POST", "/partner/x") == 5
