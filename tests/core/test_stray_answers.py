"""An answer belongs to its question, whatever else a server says.

`MINTED_STRAY_CALLS=10000 pytest tests/core/test_stray_answers.py` makes so many calls in each test of many.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from collections.abc import Awaitable, Callable, Generator, Iterator
from functools import partial
from typing import Any

import pytest

from minted_async import MintedClient, models
from minted_async.errors import AuthenticationError, ConnectionLostError, MintedError, OutcomeUnknownError
from minted_async.generated.operations import OPERATIONS
from tests.certificates import Certificate
from tests.core.loops import LOOPS, anyio_backend_of
from tests.core.sample_calls import sample_call
from tests.servers import QUICK_RETRIES, LoopbackServer, Wire, envelope, one_each
from tests.stray_server import BUY, FIND, STRAYS, Plan, StrayServer, challenge
from tests.trades.orders import CUSTOMER, gold

pytestmark = pytest.mark.anyio

CALLS = int(os.environ.get("MINTED_STRAY_CALLS", "200"))
QUIET = Plan()


@pytest.fixture(params=LOOPS)
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    return anyio_backend_of(request.param)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate.make(tmp_path_factory.mktemp("certificate"), "server")


@pytest.fixture(params=["plain", "TLS"])
def server(request: pytest.FixtureRequest) -> Iterator[StrayServer]:
    certificate: Certificate | None = None
    if request.param == "TLS":
        certificate = request.getfixturevalue("certificate")
    with StrayServer(certificate) as server:
        yield server


def client_of(server: StrayServer, **options: Any) -> MintedClient:
    arguments: dict[str, Any] = {"base_url": server.url, "retry": QUICK_RETRIES, "timeout": 20}
    if server.certificate is not None:
        arguments["ssl_context"] = server.certificate.trusted()
    return MintedClient("user", "password", **(arguments | options))


async def idle_until_said(server: StrayServer) -> None:
    """The loop goes on, and may read what is said."""
    server.tell()
    assert await asyncio.get_running_loop().run_in_executor(None, server.said.wait, 10)


async def blocked_until_said(server: StrayServer) -> None:
    """The loop stands still, so that what is said is in the kernel's buffer, and nowhere else."""
    server.tell()
    assert server.said.wait(10)


async def find(minted: MintedClient, external_id: str) -> str | None:
    return (await minted.orders.find(external_id=external_id)).external_id


async def get(minted: MintedClient, external_id: str) -> str | None:
    return (await minted.orders.get(external_id)).external_id


async def buy(minted: MintedClient, external_id: str) -> models.OrderReceipt:
    return await minted.orders.buy(price_token="T", external_id=external_id, customer=CUSTOMER, items=gold())


@contextlib.contextmanager
def no_http_allowed(stray: str) -> Generator[None]:
    """The parser gives up an answer that comes in one piece with what is no HTTP: it is lost, no more."""
    try:
        yield
    except (ConnectionLostError, OutcomeUnknownError):
        assert stray == "junk"


@pytest.mark.parametrize("stray", STRAYS)
@pytest.mark.parametrize(
    ("when", "wait"),
    [
        pytest.param("with the answer", blocked_until_said, id="in the segment of the answer"),
        pytest.param("when it is told to", idle_until_said, id="to an idle connection"),
        pytest.param("when it is told to", blocked_until_said, id="to an idle connection of a blocked loop"),
    ],
)
async def test_what_was_said_before_a_request_is_no_answer_to_it(
    stray: str, when: str, wait: Callable[[StrayServer], Awaitable[None]], server: StrayServer
) -> None:
    async with client_of(server, max_connections=1, retry=None) as minted:
        assert await find(minted, "READ") == "READ"
        for number in range(3):
            server.plan = Plan(stray, when)
            server.said.clear()
            with no_http_allowed(stray):
                assert await find(minted, f"READ-{number}-A") == f"READ-{number}-A"
            await wait(server)
            server.plan = QUIET
            assert await find(minted, f"READ-{number}-B") == f"READ-{number}-B"
            assert (await buy(minted, f"ORDER-{number}")).guid == ["G"]
    assert server.carried_out == {f"ORDER-{number}": 1 for number in range(3)}


@pytest.mark.parametrize("stray", ["a refusal", "a challenge", "a receipt"])
@pytest.mark.parametrize("when", ["with the answer", "after it", "while the next is under way", "later"])
async def test_what_comes_after_a_challenge_is_no_answer_to_the_order_that_is_sent_again(
    stray: str, when: str, server: StrayServer
) -> None:
    async with client_of(server) as minted:
        await find(minted, "READ")
        server.challenges = 1
        server.plan = Plan(stray, when)
        receipt = await buy(minted, "ORDER")
        assert receipt.orders is not None
        assert receipt.orders[0].external_id == "ORDER"
    assert server.carried_out == {"ORDER": 1}


async def test_many_reads_and_what_was_said_before_each(server: StrayServer) -> None:
    source = random.Random(13)
    async with client_of(server, retry=None) as minted:
        assert await find(minted, "READ") == "READ"
        for number in range(CALLS):
            server.plan = Plan.draw(source)
            server.plan.when = source.choice(["with the answer", "after it", "when it is told to"])
            server.said.clear()
            with no_http_allowed(server.plan.stray):
                assert await source.choice([find, get])(minted, f"READ-{number}") == f"READ-{number}"
            await source.choice([idle_until_said, blocked_until_said])(server)


async def test_orders_whatever_is_said_at_any_moment(server: StrayServer) -> None:
    """None is carried out twice, and what is said of each of them is true."""
    source = random.Random(14)
    placed: set[str] = set()
    refused: set[str] = set()

    async def trade(minted: MintedClient, external_id: str) -> None:
        try:
            order = await minted.trades.buy(
                customer=CUSTOMER, items=gold(), external_id=external_id, price_token="T", settle_timeout=0.5
            )
        except OutcomeUnknownError:
            return
        except MintedError:
            refused.add(external_id)
            return
        assert order.external_id == external_id
        placed.add(external_id)

    async def work(worker: int) -> None:
        for number in range(CALLS // 4):
            server.plan = Plan.draw(source)
            external_id = f"TRADE-{worker}-{number}"
            with contextlib.suppress(MintedError):  # what comes meanwhile cannot be told from an answer
                await find(minted, f"READ-{number}")
                await get(minted, f"READ-{number}")
            await trade(minted, external_id)

    async with client_of(server) as minted:
        await minted.request("GET", "/login")
        await asyncio.gather(*(work(worker) for worker in range(4)))
    assert set(server.carried_out.values()) == {1}
    assert placed <= set(server.carried_out)
    assert not refused & set(server.carried_out)
    assert len(placed) > CALLS // 10  # a stray challenge can look like a wrong password, for half a minute


def money_moving_calls() -> dict[str, Callable[[MintedClient], Awaitable[object]]]:
    """Calls that move money, and those of which it is not known whether they do."""
    calls: dict[str, Callable[[MintedClient], Awaitable[object]]] = {
        operation.id: partial(sample_call, operation=operation) for operation in OPERATIONS if operation.alone
    }
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        calls[method] = partial(MintedClient.request, method=method, path="/alone")
    calls["a listed operation"] = lambda minted: minted.customers.remove(id="CST-1")
    return calls


@pytest.mark.parametrize("name", money_moving_calls())
async def test_a_call_that_may_move_money_goes_out_on_a_connection_that_has_carried_nothing(
    name: str, server: StrayServer
) -> None:
    call = money_moving_calls()[name]
    async with client_of(server, paths={"customers.remove": "DELETE /alone"}) as minted:
        for _ in range(3):
            await find(minted, "READ")
            with contextlib.suppress(MintedError):  # this server does not know every answer
                await call(minted)
    kept = [connection for connection in server.connections if FIND in connection]
    alone = [connection for connection in server.connections if FIND not in connection]
    assert [len(connection) for connection in kept] == [1 + 3]  # the first one was asked for a login
    assert [len(connection) for connection in alone] == [1, 1, 1]


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
async def test_a_connection_that_the_server_ended_is_told_from_one_with_bytes_that_nobody_asked_for(
    tls: bool, certificate: Certificate
) -> None:
    """What is given on the one is good elsewhere or nowhere; the other says nothing of its server."""

    async def give(wire: Wire) -> None:
        await wire.request()
        await wire.send(challenge())

    async def give_too_much(wire: Wire) -> None:
        await wire.request()
        await wire.send(challenge() + STRAYS["a refusal"]())
        await wire.hang()

    async def know_only_its_own(wire: Wire) -> None:
        await wire.request()
        await wire.send(challenge())
        await wire.request()
        await wire.send(envelope("5"))

    context = certificate.server() if tls else None
    trusted = certificate.trusted() if tls else None
    async with LoopbackServer(give, tls=context) as server, server.client(ssl_context=trusted) as minted:
        with pytest.raises(AuthenticationError, match="refused user name or password"):
            await minted.request("GET", "/x")
        assert len(server.received) == 2
    knowing = one_each(give_too_much, know_only_its_own)
    async with LoopbackServer(knowing, tls=context) as server, server.client(ssl_context=trusted) as minted:
        assert await minted.request("GET", "/x") == 5


async def test_an_order_that_was_challenged_goes_on_by_itself(server: StrayServer) -> None:
    async with client_of(server) as minted:
        await find(minted, "READ")
        server.challenges = 1
        await buy(minted, "ORDER")
        await find(minted, "READ")
    assert server.connections == [[FIND, FIND, FIND], [BUY], [BUY]]


async def test_an_order_that_is_challenged_again_stays_with_the_server_that_does_so(
    server: StrayServer,
) -> None:
    async with client_of(server) as minted:
        await find(minted, "READ")
        server.challenges = 2
        await buy(minted, "ORDER")
    assert server.connections == [[FIND, FIND], [BUY], [BUY, BUY]]


async def test_a_login_that_is_not_known_to_be_right_is_tried_where_it_was_asked_for(
    server: StrayServer,
) -> None:
    async with client_of(server) as minted:
        await buy(minted, "ORDER")
    assert server.connections == [[BUY, BUY]]
