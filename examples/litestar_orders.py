"""Orders with Litestar, which takes models as they are: they are msgspec structs.

    pip install minted-async litestar uvicorn
    python examples/litestar_orders.py

Litestar would send them as they are too, card data included. `response_class=Shown` is what keeps secrets in:
everything that a handler gives goes through `shown`. A handler that makes its own response makes a `Shown`,
and one that listens to a websocket, where there is no response, gives `shown(...)`.

Litestar would make floats of the numbers in JSON, and change amounts by that: `request_class=Exact` keeps
every digit.

It trades on a sandbox unless MINTED_USERNAME, MINTED_PASSWORD and MINTED_BASE_URL name a server.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.exceptions import SerializationException
from litestar.params import FromPath, JSONBody
from litestar.serialization import default_serializer
from serving import serve, server_to_trade_on

from minted_async import MintedClient, models
from minted_async.errors import MintedError
from minted_async.integrations.problems import problem_of
from minted_async.integrations.shown import shown


class Shown(Response[Any]):
    """A response in which no secret of a model is sent."""

    def render(
        self, content: Any, media_type: str, enc_hook: Callable[[Any], Any] = default_serializer
    ) -> bytes:
        """The content as bytes."""
        plain = content if isinstance(content, bytes) else shown(content)
        return super().render(plain, media_type, enc_hook)


class Exact(Request[Any, Any, State]):
    """A request of which no number becomes a float on its way to a model."""

    numbers = msgspec.json.Decoder(float_hook=Decimal)

    async def json(self) -> Any:
        """The body as plain values."""
        try:
            return self.numbers.decode(await self.body() or b"null")
        except msgspec.DecodeError as problem:
            raise SerializationException(str(problem)) from problem


class Purchase(msgspec.Struct):
    """What a customer sends."""

    external_id: str
    customer: models.OrderCustomer
    items: list[models.BuyItem]


@asynccontextmanager
async def lifespan(app: Litestar) -> AsyncGenerator[None]:
    """One client for all requests of a worker."""
    async with MintedClient.from_env() as minted:
        app.state.minted = minted
        yield


async def client(state: State) -> MintedClient:
    """The client of this worker."""
    minted: MintedClient = state.minted
    return minted


def explain(request: Request[object, object, State], error: MintedError) -> Response[Any]:
    """Problem details."""
    status, headers, content = problem_of(error)
    return Shown(content, status_code=status, headers=headers)


@post("/orders")
async def buy(data: JSONBody[Purchase], minted: NamedDependency[MintedClient]) -> models.Order:
    """Buy at the price of this moment."""
    return await minted.trades.buy(external_id=data.external_id, customer=data.customer, items=data.items)


@get("/orders/{external_id:str}")
async def order(external_id: FromPath[str], minted: NamedDependency[MintedClient]) -> models.Order:
    """An order, without what is secret in it."""
    return await minted.orders.get(external_id)


app = Litestar(
    [buy, order],
    lifespan=[lifespan],
    dependencies={"minted": Provide(client)},
    exception_handlers={MintedError: explain},
    request_class=Exact,
    response_class=Shown,
    openapi_config=None,  # it would describe what is not sent
)

if __name__ == "__main__":
    with server_to_trade_on():
        serve(app)
