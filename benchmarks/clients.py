"""The SDK, and aiohttp as many would use it first: a string URL, a dictionary of parameters, headers for each
call, no authentication, no decoding. Each client is a call that can be made again and again.
"""

from __future__ import annotations

import math
import ssl
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp

from benchmarks.server import PASSWORD, USERNAME, Site
from minted_async import MintedClient, Shapes, models

Call = Callable[[], Awaitable[object]]

BARE_GET = "bare aiohttp GET"
BARE_POST = "bare aiohttp POST"
GET = "orders.get"
FIND = "orders.find"
BUY = "orders.buy"
NO_DRIFT = "orders.get, drift off"
EACH_LOOKED_AT = "orders.get, each answer looked at for drift"
OBSERVED = "orders.get, shapes observed"
TOLD = "orders.get, events told"

HEADERS = {"api-version": "2", "x-client-id": "web", "Accept-Language": "tr"}
BODY = b'{"external_id":"HYAQA0171ab12"}'

_CUSTOMER = models.OrderCustomer(
    external_id="1000000001",
    identity_number="10000000146",
    firstname="Deniz",
    lastname="Örnek",
    email="deniz@example.com",
    phone="+905550000000",
)
_ITEMS = [models.BuyItem(sku="GAU", amount=Decimal(1))]


def order_of(site: str) -> str:
    return f"{site}/partner/order/HYAQA0171ab12"


def tls_of(site: Site) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=site.certificate)


@asynccontextmanager
async def bare_get(site: Site) -> AsyncGenerator[Call, None]:
    async with aiohttp.ClientSession() as session:

        async def call() -> bytes:
            async with session.get(order_of(site.open), params={"x": "1"}, headers=HEADERS) as response:
                return await response.read()

        yield call


@asynccontextmanager
async def bare_post(site: Site, *, tls: bool = False, keep: bool = True) -> AsyncGenerator[Call, None]:
    url = f"{site.open_tls if tls else site.open}/partner/order"
    headers = {**HEADERS, "Content-Type": "application/json"}
    connector = aiohttp.TCPConnector(force_close=not keep, ssl=tls_of(site) if tls else True)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def call() -> bytes:
            async with session.post(url, data=BODY, headers=headers) as response:
                return await response.read()

        yield call


def sdk(site: Site, *, tls: bool = False, **options: Any) -> MintedClient:
    """The SDK as it comes. That it believes the server's certificate, `SSL_CERT_FILE` sees to."""
    return MintedClient(USERNAME, PASSWORD, base_url=site.digest_tls if tls else site.digest, **options)


@asynccontextmanager
async def orders_get(site: Site) -> AsyncGenerator[Call, None]:
    async with sdk(site) as minted:
        yield lambda: minted.orders.get("HYAQA0171ab12")


def watched(**options: Any) -> Callable[[Site], AbstractAsyncContextManager[Call]]:
    """`orders.get` of a client with these options."""

    @asynccontextmanager
    async def make(site: Site) -> AsyncGenerator[Call, None]:
        async with sdk(site, **options) as minted:
            yield lambda: minted.orders.get("HYAQA0171ab12")

    return make


@asynccontextmanager
async def observed(site: Site) -> AsyncGenerator[Call, None]:
    with tempfile.TemporaryDirectory() as folder:
        async with watched(observe=Shapes(Path(folder, "shapes.json")))(site) as call:
            yield call


@asynccontextmanager
async def orders_find(site: Site, *, tls: bool = False) -> AsyncGenerator[Call, None]:
    async with sdk(site, tls=tls) as minted:
        yield lambda: minted.orders.find(external_id="HYAQA0171ab12")


@asynccontextmanager
async def orders_buy(site: Site, *, tls: bool = False) -> AsyncGenerator[Call, None]:
    async with sdk(site, tls=tls) as minted:
        yield lambda: minted.orders.buy(
            price_token="K2DDBjXj3rzrTGDqg67tspb5aZgyBRcl",
            external_id="HYAQA0171ab12",
            currency_code=models.Currency.TRY,
            customer=_CUSTOMER,
            items=_ITEMS,
        )


class Client(NamedTuple):
    """One of those that are compared.

    Attributes:
        make: Opens it.
        against: The one that it is measured against.
        most: How many calls at once it is measured with at most.
    """

    make: Callable[[Site], AbstractAsyncContextManager[Call]]
    against: str
    most: float = math.inf


OWN: dict[str, Client] = {
    BARE_GET: Client(bare_get, BARE_GET),
    GET: Client(orders_get, BARE_GET),
    BARE_POST: Client(bare_post, BARE_POST),
    FIND: Client(orders_find, BARE_POST),
    BUY: Client(orders_buy, BARE_POST),
}
"""Ours, and what they are measured against: importing them loads nothing that the SDK does not need."""

SEEING: dict[str, Client] = {
    NO_DRIFT: Client(watched(drift="off"), BARE_GET),
    EACH_LOOKED_AT: Client(watched(drift=1), BARE_GET),
    OBSERVED: Client(observed, BARE_GET),
    TOLD: Client(watched(events=bool), BARE_GET),
}
"""What looking at answers costs: `orders.get` with one thing switched off, or on."""
