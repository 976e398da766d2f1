"""What others would use instead: aiohttp or httpx with all that the SDK does, and the bare wire."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from types import GenericAlias
from typing import Any, cast
from urllib.parse import urlsplit

import aiohttp
import httptools
import httpx
import msgspec
import pydantic

from benchmarks.clients import BARE_GET, HEADERS, OWN, Call, Client, order_of
from benchmarks.server import PASSWORD, USERNAME, Site

AIOHTTP = "aiohttp + digest + msgspec"
HTTPX = "httpx + digest + pydantic"
FLOOR = "httptools + Protocol"

# As many as aiohttp, httpx and the SDK open by default.
CONNECTIONS = 100

# The documented order, for those who write their own models.
_TEXT = str | None
_ITEM: dict[str, Any] = {
    **dict.fromkeys(("sku", "product_name"), str),
    **dict.fromkeys(("spot_price", "price", "tax_rate", "tax", "amount", "total"), Decimal),
    "product_id": int,
}
_DETAILS: dict[str, Any] = dict.fromkeys(
    ("card_cvv", "card_expiry", "card_holder", "card_number", "customer_ip", "card_association"), _TEXT
)
_PAYMENT: dict[str, Any] = {
    **dict.fromkeys(
        ("token", "transaction_id", "order_reference", "error_code", "error_message", "state"), _TEXT
    ),
    **dict.fromkeys(("amount", "comission", "total", "refunded_amount"), Decimal),
}
_PERSON: dict[str, Any] = dict.fromkeys(
    (
        *("external_id", "firstname", "middlename", "lastname", "fullname", "email", "phone", "gender"),
        *("identity_number", "birthdate"),
    ),
    _TEXT,
)
_ORDER: dict[str, Any] = {
    **dict.fromkeys(
        ("guid", "order_code", "external_id", "type", "status_name", "order_at", "currency_code"), str
    ),
    **dict.fromkeys(("price", "tax", "total", "payment_cost"), Decimal),
}


def _own_model(make: Callable[[str, dict[str, Any]], Any]) -> Any:
    """The answer's model, made by msgspec or by pydantic."""
    payment = make("Payment", {**_PAYMENT, "details": make("Details", _DETAILS)})
    items = GenericAlias(list, make("Item", _ITEM))
    parts = {"customer": make("Person", _PERSON), "payment": payment, "items": items}
    order = make("Order", {**_ORDER, **parts})
    return make("Answer", {"data": order, "success": bool, "code": int, "message": str})


def _struct(name: str, fields: dict[str, Any]) -> Any:
    return msgspec.defstruct(name, list(fields.items()), frozen=True)


def _pydantic_model(name: str, fields: dict[str, Any]) -> Any:
    definitions: dict[str, Any] = {field: (kind, ...) for field, kind in fields.items()}
    return pydantic.create_model(name, **definitions)


@asynccontextmanager
async def aiohttp_whole(site: Site) -> AsyncGenerator[Call, None]:
    decode = msgspec.json.Decoder(_own_model(_struct)).decode
    digest = aiohttp.DigestAuthMiddleware(USERNAME, PASSWORD)
    async with aiohttp.ClientSession(middlewares=(digest,)) as session:

        async def call() -> object:
            async with session.get(order_of(site.digest), headers=HEADERS) as response:
                return decode(await response.read())

        yield call


@asynccontextmanager
async def httpx_whole(site: Site) -> AsyncGenerator[Call, None]:
    read = _own_model(_pydantic_model).model_validate_json
    async with httpx.AsyncClient(auth=httpx.DigestAuth(USERNAME, PASSWORD), timeout=60) as client:

        async def call() -> object:
            response = await client.get(order_of(site.digest), headers=HEADERS)
            response.raise_for_status()
            return read(response.content)

        yield call


class _Wire(asyncio.Protocol):
    """The least that one answer on a kept connection can cost: parsed in C, no headers kept."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._answer: asyncio.Future[bytes] | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's is no subclass of it.
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        assert self._answer is not None
        if not self._answer.done():
            self._answer.set_result(b"".join(self._body))

    def ask(self, request: bytes) -> asyncio.Future[bytes]:
        assert self.transport is not None
        self._body = []
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._answer


@asynccontextmanager
async def floor(site: Site) -> AsyncGenerator[Call, None]:
    url = urlsplit(order_of(site.open))
    lines = [
        f"GET {url.path}?x=1 HTTP/1.1",
        f"Host: {url.netloc}",
        *(f"{k}: {v}" for k, v in HEADERS.items()),
    ]
    request = "\r\n".join([*lines, "", ""]).encode()
    loop = asyncio.get_running_loop()
    idle: deque[_Wire] = deque()
    free = asyncio.Semaphore(CONNECTIONS)

    async def call() -> bytes:
        async with free:
            if idle:
                wire = idle.pop()
            else:
                _, wire = await loop.create_connection(_Wire, str(url.hostname), url.port or 80)
            body = await wire.ask(request)
            idle.append(wire)
            return body

    try:
        yield call
    finally:
        for wire in idle:
            assert wire.transport is not None
            wire.transport.close()


CLIENTS: dict[str, Client] = {
    BARE_GET: OWN[BARE_GET],
    FLOOR: Client(floor, BARE_GET),
    AIOHTTP: Client(aiohttp_whole, BARE_GET),
    # Beyond its connections it walks through the whole line for each call: at a thousand at once, some did
    # not get a connection within a minute.
    HTTPX: Client(httpx_whole, BARE_GET, most=CONNECTIONS),
    **{name: client for name, client in OWN.items() if name != BARE_GET},
}
"""All that are compared, those of one kind side by side."""
