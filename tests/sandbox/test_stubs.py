"""Routes that a test puts into the sandbox, and faults that it ordered and never met."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import Any

import aiohttp
import anyio
import anyio.lowlevel
import pytest

from minted_async import MintedClient, errors
from minted_async.sandbox import Answer, RouteRequest, Sandbox
from tests.sandbox.caller import Caller
from tests.sandbox.shopper import Shopper

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[MintedClient]:
    paths = {"balances.partner": "GET /partner/balance"}
    async with MintedClient("demo", "demo", base_url=sandbox.url, paths=paths, retry=None) as client:
        yield client


async def test_data_is_put_into_the_envelope_and_its_numbers_are_exact(
    sandbox: Sandbox, client: MintedClient
) -> None:
    rows = [{"currency": "TRY", "balance": Decimal("0.10000000000000000001")}]
    sandbox.route("GET", "/partner/balance", rows)
    rows.clear()  # what was given is answered as it was then
    assert await client.balances.partner() == [
        {"currency": "TRY", "balance": Decimal("0.10000000000000000001")}
    ]
    assert sandbox.requests[-1].status == 200


async def test_an_answer_says_status_headers_and_body(sandbox: Sandbox, caller: Caller) -> None:
    page = Answer(status=503, headers={"content-type": "text/html", "Retry-After": "7"}, body="<p>güle güle")
    sandbox.route("GET", "/partner/down", page)
    answer = await caller.get("/partner/down?x=1")
    assert (answer.status, answer.raw.decode()) == (503, "<p>güle güle")
    assert answer.headers["Retry-After"] == "7"
    assert answer.headers.getall("Content-Type") == ["text/html"]
    sandbox.route("GET", "/partner/down", Answer(body=b"[]"))
    answer = await caller.get("/partner/down")
    assert (answer.status, answer.raw, answer.headers["Content-Type"]) == (200, b"[]", "application/json")


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_a_function_is_told_what_came_and_answers(sandbox: Sandbox, caller: Caller, kind: str) -> None:
    told: list[RouteRequest] = []

    def answer(request: RouteRequest) -> object:
        told.append(request)
        return Answer(status=201, body=json.dumps(request.json()))

    async def answer_later(request: RouteRequest) -> object:
        await anyio.lowlevel.checkpoint()
        return answer(request)

    sandbox.route("POST", "/partner/{shop}/note/{id}", answer if kind == "sync" else answer_later)
    answered = await caller.post("/partner/a%2Fb/note/%C3%A7?page=1&page=2&empty=", {"text": "ğ"})
    assert (answered.status, json.loads(answered.raw)) == (201, {"text": "ğ"})
    (request,) = told
    assert (request.method, request.path) == ("POST", "/partner/a%2Fb/note/%C3%A7")
    assert request.ids == {"shop": "a/b", "id": "ç"}
    assert request.query.getall("page") == ["1", "2"]
    assert request.query["empty"] == ""
    assert request.headers["x-client-id"] == "web"
    assert request.body == json.dumps({"text": "ğ"}).encode()


async def test_a_function_may_read_and_change_the_sandbox(sandbox: Sandbox, caller: Caller) -> None:
    def answer(_: RouteRequest) -> object:
        sandbox.advance(10)
        return sorted(sandbox.customers)

    sandbox.route("GET", "/partner/customers", answer)
    await caller.create_customer()
    assert (await caller.get("/partner/customers")).data == ["CST-1"]


@pytest.mark.parametrize(
    "error",
    [
        AssertionError("the body is wrong"),
        pytest.fail.Exception("the body is wrong"),
        SystemExit("the body is wrong"),
        asyncio.CancelledError("the body is wrong"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_function_that_fails_is_a_500_and_its_reason_is_logged(
    sandbox: Sandbox, caller: Caller, caplog: pytest.LogCaptureFixture, error: BaseException
) -> None:
    def answer(request: RouteRequest) -> object:
        raise error

    sandbox.route("POST", "/partner/x", answer)
    with caplog.at_level(logging.ERROR, "minted_async.sandbox"):
        assert (await caller.post("/partner/x", {"a": 1})).envelope["code"] == 5000
    assert "the body is wrong" in caplog.text


async def test_a_function_that_waits_ends_with_the_sandbox(session: aiohttp.ClientSession) -> None:
    waits = asyncio.Event()

    async def answer(_: RouteRequest) -> None:
        waits.set()
        await anyio.sleep_forever()

    async with anyio.create_task_group() as group, Sandbox() as sandbox:
        caller = Caller(session, sandbox)
        await caller.get("/x")
        sandbox.route("GET", "/partner/x", answer)
        group.start_soon(get_in_vain, caller, "/partner/x")
        await waits.wait()


async def get_in_vain(caller: Caller, path: str) -> None:
    with pytest.raises(aiohttp.ClientError):
        await caller.get(path)


async def test_a_function_gets_exact_numbers(sandbox: Sandbox, client: MintedClient) -> None:
    sandbox.route("POST", "/partner/double", lambda request: request.json()["price"] * 2)
    assert str(await client.request("POST", "/partner/double", json={"price": Decimal("0.10")})) == "0.20"


@pytest.mark.parametrize("path", ["/partner/order/ORD-1", "/partner/order/{id}"])
async def test_a_route_goes_before_a_path_that_the_sandbox_knows(
    sandbox: Sandbox, caller: Caller, path: str
) -> None:
    await caller.buy("ORD-1")
    sandbox.route("GET", path, {"guid": "mine"})
    assert (await caller.get("/partner/order/ORD-1")).data == {"guid": "mine"}
    assert (await caller.buy("ORD-2")).status == 200  # other methods and paths are as they were
    assert (await caller.get("/partner/customer/CST-1")).data["external_id"] == "CST-1"


async def test_the_newest_route_that_fits_answers(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.route("GET", "/partner/x/{id}", "any")
    sandbox.route("GET", "/partner/x/1", "one")
    assert (await caller.get("/partner/x/1")).data == "one"
    assert (await caller.get("/partner/x/2")).data == "any"
    sandbox.route("GET", "/partner/x/{id}", "again")
    assert (await caller.get("/partner/x/1")).data == "again"


@pytest.mark.parametrize("path", ["/partner/x", "/partner/x/1/2", "/partner/x/", "/partner/xy/1"])
async def test_other_paths_are_still_unknown(sandbox: Sandbox, caller: Caller, path: str) -> None:
    sandbox.route("GET", "/partner/x/{id}", [])
    sandbox.route("GET", "/partner/y.1", [])
    assert (await caller.get(path)).status == 404
    assert (await caller.get("/partner/yz1")).status == 404
    assert (await caller.call("DELETE", "/partner/x/1", {})).status == 404


async def test_a_route_asks_for_credentials_and_takes_a_webviews_token(
    sandbox: Sandbox, shopper: Shopper
) -> None:
    sandbox.route("GET", "/partner/web/thing", "seen")
    assert (await shopper.send("GET", "/partner/web/thing")).status == 401
    token = sandbox.ecom.webview_token("CST-1")
    assert (await shopper.by_webview("/partner/web/thing", token)).data == "seen"
    refused = await shopper.by_webview("/partner/web/thing", "wrong")
    assert refused.status == 401
    assert refused.challenges[0].startswith("Bearer")
    assert (await shopper.get("/partner/web/thing")).data == "seen"


async def test_faults_meet_routes(sandbox: Sandbox, client: MintedClient) -> None:
    sandbox.route("GET", "/partner/balance", [])
    sandbox.fail_next("reset_before", path="/partner/balance")
    with pytest.raises(errors.ConnectionLostError):
        await client.balances.partner()
    sandbox.fail_next("truncate")
    with pytest.raises(errors.MintedError):
        await client.balances.partner()
    assert not sandbox.unmet_faults


@pytest.mark.parametrize(
    ("method", "path", "answer", "error", "match"),
    [
        ("get", "/x", [], ValueError, "in capitals"),
        ("", "/x", [], ValueError, "in capitals"),
        ("GET", "x", [], ValueError, "starts with /"),
        ("GET", "", [], ValueError, "starts with /"),
        ("GET", "/x?a=1", [], ValueError, "no query"),
        ("GET", "/x y", [], ValueError, "blank"),
        ("GET", "/x/{}", [], ValueError, "another"),
        ("GET", "/x/{id}/{id}", [], ValueError, "another"),
        ("GET", "/müşteri", [], ValueError, "as it is sent"),
        ("GET", "/health", [], ValueError, "the sandbox's own"),
        ("GET", "/pay/{token}", [], ValueError, "the sandbox's own"),
        ("GET", "/x", object(), TypeError, "object"),
        ("GET", "/x", {"a": Decimal("NaN")}, TypeError, "as JSON"),
        ("GET", "/x", {Decimal(1): "a"}, TypeError, "as JSON"),
        ("GET", "/x", "\ud800", TypeError, "as JSON"),
    ],
)
def test_a_route_that_makes_no_sense_is_refused_where_it_is_made(
    method: str, path: str, answer: object, error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        Sandbox().route(method, path, answer)


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"status": 100}, "200 to 599"),
        ({"body": "\ud800"}, "surrogates"),
        ({"headers": {"X-A": "a\r\nX-B: b"}}, "no answer can have"),
        ({"headers": {"X A": "a"}}, "no answer can have"),
        ({"headers": {"content-length": "7"}}, "the server writes"),
        ({"headers": {"Transfer-Encoding": "chunked"}}, "the server writes"),
    ],
)
def test_an_answer_that_cannot_be_sent_is_refused_where_it_is_made(
    arguments: dict[str, Any], match: str
) -> None:
    with pytest.raises(ValueError, match=match):
        Answer(**arguments)


async def test_a_fault_that_did_not_happen_is_named(sandbox: Sandbox, caller: Caller) -> None:
    orders: list[Callable[[], Any]] = [
        lambda: sandbox.fail_next("reset_after", path="/partner/custmer", method="POST"),
        lambda: sandbox.fail_next("server_error", times=3, path="/partner/x"),
        lambda: sandbox.fail_next("truncate", optional=True, path="/nobody"),
    ]
    for order in orders:
        order()
    assert (await caller.get("/partner/x")).status == 500
    assert sandbox.unmet_faults == (
        'fail_next("reset_after", path="/partner/custmer", method="POST"): 1 of 1 did not happen',
        'fail_next("server_error", path="/partner/x"): 2 of 3 did not happen',
    )
    sandbox.forget_faults()
    assert not sandbox.unmet_faults
    assert (await caller.get("/partner/x")).status == 404


async def test_health_is_answered_to_everybody_and_leaves_no_trace(
    sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{sandbox.url}/health") as response:
        assert (response.status, await response.text()) == (200, "ok\n")
    assert not sandbox.requests
    assert sandbox.unauthorized == 0
