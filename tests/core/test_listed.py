"""Operations that the documentation only lists: refused with a way on, or sent on a path that is told."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from minted_async import MintedClient
from minted_async.core.listed import Route, check_paths
from minted_async.core.operation import ListedOperation
from minted_async.errors import ArgumentError, ConfigurationError, UndocumentedOperationError
from minted_async.generated.operations import LISTED
from tests.recorder import method_of
from tests.servers import LoopbackServer, answering, envelope

pytestmark = pytest.mark.anyio

WITH_METHOD = ListedOperation(id="cards.list", title="List", section="Cards", method="GET")
WITHOUT_METHOD = ListedOperation(id="cards.add", title="Add", section="Cards")
SAMPLE = [WITH_METHOD, WITHOUT_METHOD]


@pytest.mark.parametrize("operation", LISTED, ids=lambda operation: operation.id)
async def test_without_a_path_every_listed_operation_names_its_page_and_two_ways_on(
    operation: ListedOperation,
) -> None:
    async with LoopbackServer(answering(envelope())) as server, server.client() as minted:
        with pytest.raises(UndocumentedOperationError) as caught:
            await method_of(minted, operation.id)(a=1)
        assert server.connections == 0
    error = caught.value
    assert (error.operation, error.title, error.section) == (operation.id, operation.title, operation.section)
    assert repr(operation.title) in str(error)
    assert f'MintedClient(paths={{"{operation.id}": "' in str(error)
    assert "adding the page to the spec" in str(error)


@pytest.mark.parametrize("operation", LISTED, ids=lambda operation: operation.id)
async def test_what_the_error_advises_works(operation: ListedOperation) -> None:
    with pytest.raises(UndocumentedOperationError) as caught:
        await method_of(MintedClient("user", "password"), operation.id)()
    advice = re.search(r"paths=(\{[^}]*\})", str(caught.value))
    assert advice is not None
    MintedClient("user", "password", paths=json.loads(advice[1]))


async def test_a_get_sends_its_keywords_as_query_and_returns_plain_values() -> None:
    async with LoopbackServer(answering(envelope('{"gold": 1.50, "lines": 2}'))) as server:
        async with server.client(paths={"balances.partner": "/partner/balance"}) as minted:
            data = await minted.balances.partner(currency="TRY", since=None, least=Decimal("0.10"))
        (received,) = server.received
    assert data == {"gold": Decimal("1.50"), "lines": Decimal(2)}
    assert (received.method, received.target) == ("GET", "/partner/balance?currency=TRY&least=0.10")
    assert received.body == b""
    assert "api-version" not in received.headers


async def test_anything_else_sends_its_keywords_as_json() -> None:
    async with LoopbackServer(answering(envelope())) as server:
        async with server.client(paths={"cards.add": "POST /partner/cards"}) as minted:
            await minted.cards.add(alias="main", limit=Decimal("1.50"), note=None)
        (received,) = server.received
    assert (received.method, received.target) == ("POST", "/partner/cards")
    assert received.body == b'{"alias":"main","limit":1.50,"note":null}'


async def test_placeholders_take_their_keywords() -> None:
    async with LoopbackServer(answering(envelope())) as server:
        paths = {"customers.remove": "/partner/{kind}/{id}/of/{kind}"}
        async with server.client(paths=paths) as minted:
            await minted.customers.remove(kind="a/b", id="ü", reason="x")
        (received,) = server.received
    assert (received.method, received.target) == ("DELETE", "/partner/a%2Fb/%C3%BC/of/a%2Fb")
    assert received.body == b'{"reason":"x"}'


async def test_without_further_keywords_there_is_no_body() -> None:
    async with LoopbackServer(answering(envelope())) as server:
        async with server.client(paths={"customers.remove": "/partner/customer/{id}"}) as minted:
            await minted.customers.remove(id="C")
        (received,) = server.received
    assert received.body == b""
    assert "content-type" not in received.headers


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({}, TypeError, r"customers.remove: the path /c/\{id\} needs the keyword id"),
        ({"id": 5}, TypeError, "id must be a str"),
        ({"id": ".."}, ArgumentError, "id must not be"),
        ({"id": "C", "amount": 0.5}, TypeError, "json.amount is a float"),
    ],
)
async def test_wrong_keywords_send_nothing(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    async with LoopbackServer(answering(envelope())) as server:
        async with server.client(paths={"customers.remove": "/c/{id}"}) as minted:
            with pytest.raises(error, match=message):
                await minted.customers.remove(**arguments)
        assert server.connections == 0


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("/partner/cards", Route("GET", "/partner/cards")),
        ("GET /partner/cards", Route("GET", "/partner/cards")),
        ("POST   /partner/cards", Route("POST", "/partner/cards")),
        ("PATCH /partner/ü/{id}", Route("PATCH", "/partner/%C3%BC/{id}")),
    ],
)
def test_a_path_may_name_the_method(text: str, route: Route) -> None:
    assert check_paths({"cards.list": text}, SAMPLE) == {"cards.list": route}


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (
            {"cards.lst": "/x"},
            r"'cards.lst' is not an operation that is only listed; perhaps it is cards.list or cards.add",
        ),
        ({"orders.get": "/x"}, r"perhaps it is cards.add or cards.list"),
        ({"cards.add": "/x"}, r"must begin with the HTTP method, like 'POST /x'"),
        ({"cards.list": "partner/cards"}, "must be a path, like '/partner/...'"),
        ({"cards.list": "TRACE /x"}, "must be a path"),
        ({"cards.list": "GET /x y"}, "must be a path"),
        ({"cards.list": "/x\r\nX: y"}, "must be a path"),
        ({"cards.list": ""}, "must be a path"),
        ({"cards.list": 5}, "must be a path"),
        ({"cards.list": "/../x"}, r"paths\['cards.list'\]: must not hold \. or \.\. as a segment"),
        ({"cards.list": "//evil.example.com"}, "must start with a single slash"),
        ({"cards.list": "/x?y"}, "must not have a query"),
    ],
)
def test_paths_that_cannot_be_used_are_refused(paths: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        check_paths(paths, SAMPLE)


def test_a_client_refuses_such_paths_when_it_is_made() -> None:
    with pytest.raises(ConfigurationError, match=r"perhaps it is balances.partner"):
        MintedClient("user", "password", paths={"balances.parner": "/x"})


def test_a_path_of_an_operation_that_is_typed_by_now_is_warned_of_and_not_refused() -> None:
    with pytest.warns(UserWarning, match=r"paths: orders\.get is typed now") as caught:
        MintedClient("user", "password", paths={"orders.get": "/x", "cards.list": "/y"})
    assert [warning.filename for warning in caught] == [__file__]
