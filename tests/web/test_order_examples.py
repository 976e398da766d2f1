"""The order examples under real servers: no secret goes out, and errors say what they mean."""

from __future__ import annotations

import asyncio
import json
import signal
import urllib.request
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

import anyio.to_thread
import msgspec
import pytest

from minted_async import MintedClient, models
from minted_async.sandbox import Sandbox
from tests.servers import free_port
from tests.trades.orders import BUY, bodies
from tests.web.sites import PATIENCE, ROOT, Site, running

pytestmark = pytest.mark.anyio

CUSTOMER = {
    "external_id": "CST-1",
    "firstname": "Defne",
    "lastname": "Kaya",
    "identity_number": "10000000146",
    "email": "defne@example.com",
    "phone": "+905550000000",
}
PURCHASE: dict[str, Any] = {
    "external_id": "ORD-1",
    "customer": CUSTOMER,
    "items": [{"sku": "GAU", "amount": "0.50"}],
}
UVICORN = "-m uvicorn --port {} --app-dir examples"
# Threads, each of whose requests has a loop of its own. A connection on which nothing has come for
# --keep-alive seconds is reset, also one whose request a busy machine has not sent yet.
GUNICORN = (
    "-m gunicorn --chdir examples --bind 127.0.0.1:{} --threads 4 --keep-alive 60 --no-control-socket "
    "django_orders:wsgi"
)
SERVERS = {
    "fastapi": f"{UVICORN} fastapi_orders:app",
    "litestar": f"{UVICORN} litestar_orders:app",
    "aiohttp": "examples/aiohttp_orders.py --port {}",
    "django-asgi": f"{UVICORN} django_orders:asgi",
    "django-wsgi": GUNICORN,
}


@dataclass
class Orders:
    """A running example."""

    site: Site
    sandbox: Sandbox

    async def ask(self, path: str, content: object = None) -> tuple[int, Any, str]:
        """Status, content and media type."""

        def ask() -> tuple[int, Any, str]:
            body = content if content is None or isinstance(content, bytes) else json.dumps(content).encode()
            request = urllib.request.Request(
                self.site.url + path, body, {"Content-Type": "application/json"} if body else {}
            )
            answer: Any
            try:
                answer = urllib.request.urlopen(request, timeout=PATIENCE)
            except HTTPError as refused:
                answer = refused
            with answer:
                text = answer.read().decode()
                for secret in ("10000000146", "price_token", "card_cvv", "card_number", "127.0.0.1"):
                    assert secret not in text
                kind: str = answer.headers["Content-Type"].partition(";")[0]
                status: int = answer.status
                return status, json.loads(text) if "json" in kind else text, kind

        return await anyio.to_thread.run_sync(ask)


@pytest.fixture(params=SERVERS)
async def orders(request: pytest.FixtureRequest) -> AsyncIterator[Orders]:
    async with Sandbox() as sandbox:
        port = free_port()
        command = SERVERS[request.param].format(port).split()
        account = {
            "MINTED_USERNAME": sandbox.username,
            "MINTED_PASSWORD": sandbox.password,
            "MINTED_BASE_URL": sandbox.url,
        }
        program = running(("-W", "error", *command), port, ROOT, account)
        site = await anyio.to_thread.run_sync(program.__enter__)
        try:
            yield Orders(site, sandbox)
            code, printed = await anyio.to_thread.run_sync(site.stop, signal.SIGTERM)
        finally:
            program.__exit__(None, None, None)
    assert code in (0, -signal.SIGTERM), printed
    for word in ("Traceback", "Unclosed", "Exception ignored", "Warning"):
        assert word not in printed, printed


async def test_an_order_is_placed_and_shown_without_its_secrets(orders: Orders) -> None:
    status, placed, kind = await orders.ask("/orders", PURCHASE)
    assert (status, kind) == (201, "application/json")
    (order,) = orders.sandbox.orders.values()
    assert (placed["external_id"], placed["total"]) == ("ORD-1", str(order.total))
    assert placed["customer"]["firstname"] == "Defne"
    status, shown, _ = await orders.ask("/orders/ORD-1")
    assert (status, shown["guid"]) == (200, placed["guid"])


async def test_an_order_that_was_paid_by_card_shows_nothing_of_the_card(orders: Orders) -> None:
    account = orders.sandbox
    async with MintedClient(account.username, account.password, base_url=account.url) as minted:
        fix = await minted.prices.fix(type="digital", customer_external_id="CST-1")
        await minted.orders.buy_with_card_token(
            price_token=fix.token,
            external_id="ORD-1",
            customer=msgspec.convert(CUSTOMER, models.OrderCustomer),
            items=[models.BuyItem(sku="GAU", amount=Decimal("0.5"))],
            payment=models.CardTokenPayment(card_token="token_1", card_cvv="739"),
        )
        order = await minted.orders.get("ORD-1")
    assert order.payment is not None
    assert order.payment.details is not None
    assert order.payment.details.card_cvv is not None  # which the API does send
    status, shown, _ = await orders.ask("/orders/ORD-1")
    assert status == 200
    assert shown["payment"]["details"].keys() >= {"card_holder", "card_association"}


async def test_many_requests_at_once_are_all_answered(orders: Orders) -> None:
    results: list[int] = []

    async def buy(number: int) -> None:
        results.append((await orders.ask("/orders", {**PURCHASE, "external_id": f"ORD-{number}"}))[0])

    async with anyio.create_task_group() as group:
        for number in range(8):
            group.start_soon(buy, number)
    assert results == [201] * 8
    assert len(orders.sandbox.orders) == 8


async def test_errors_are_problem_details(orders: Orders) -> None:
    status, problem, kind = await orders.ask("/orders/ORD-9")
    assert (status, kind) == (404, "application/problem+json")
    assert (problem["status"], problem["type"]) == (404, "urn:problem-type:minted-async:not-found")
    purchase = {**PURCHASE, "items": [{"sku": "GAU", "amount": "NaN"}]}
    status, problem, _ = await orders.ask("/orders", purchase)
    assert (status, len(orders.sandbox.orders)) == (422, 0)


async def test_what_is_sent_again_orders_nothing_twice(orders: Orders) -> None:
    assert (await orders.ask("/orders", PURCHASE))[0] == 201
    status, problem, _ = await orders.ask("/orders", PURCHASE)
    assert (status, problem["external_id"], problem["fields"]) == (422, "ORD-1", ["external_id"])
    assert "look it up" in problem["detail"]
    assert len(orders.sandbox.orders) == 1


async def test_what_does_not_fit_is_refused(orders: Orders) -> None:
    status, said, _ = await orders.ask("/orders", {**PURCHASE, "items": [{"sku": 5}]})
    assert status in (400, 422)
    assert "sku" in str(said)
    assert len(orders.sandbox.orders) == 0


async def test_an_amount_that_comes_as_a_number_is_exact_or_refused(orders: Orders) -> None:
    amount = "0.1234567890123456789"
    body = json.dumps(PURCHASE).replace('"0.50"', amount).encode()
    status, said, _ = await orders.ask("/orders", body)
    ordered = [item["amount"] for order in bodies(orders.sandbox, BUY) for item in order["items"]]
    # Minted, which refuses that many digits, is asked for exactly this amount, if it is asked.
    assert (status, set(ordered) <= {Decimal(amount)}) == (422, True), (said, ordered)


async def test_a_body_that_is_no_json_is_refused(orders: Orders) -> None:
    assert (await orders.ask("/orders", b'{"external_id": '))[0] in (400, 422)


async def test_a_lost_answer_is_found_out_about(orders: Orders) -> None:
    orders.sandbox.fail_next("reset_after", path=BUY)
    assert (await orders.ask("/orders", PURCHASE))[0] == 201
    assert len(orders.sandbox.orders) == 1


async def test_a_browser_that_goes_away_stops_no_order_on_its_way(orders: Orders) -> None:
    fix = "/partner/pricefix"
    orders.sandbox.fail_next("delay", path=fix)
    body = json.dumps(PURCHASE).encode()
    head = f"POST /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
    _, writer = await asyncio.open_connection("127.0.0.1", urlsplit(orders.site.url).port)
    writer.write(f"{head}Content-Type: application/json\r\n\r\n".encode() + body)
    async with asyncio.timeout(PATIENCE):
        await orders.sandbox.until(lambda: any(seen.path == fix for seen in orders.sandbox.requests))
        writer.close()
        await orders.sandbox.until(lambda: "ORD-1" in orders.sandbox.orders)
