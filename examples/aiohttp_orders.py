"""Orders with aiohttp.web: `shown` gives what may be sent, `problem_of` what went wrong.

    python examples/aiohttp_orders.py        # nothing else to install

It trades on a sandbox unless MINTED_USERNAME, MINTED_PASSWORD and MINTED_BASE_URL name a server.
"""

from __future__ import annotations

import argparse
from collections.abc import AsyncGenerator

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler
from serving import server_to_trade_on

from minted_async import MintedClient, models
from minted_async.errors import MintedError
from minted_async.integrations.problems import problem_of
from minted_async.integrations.shown import shown

MINTED = web.AppKey("minted", MintedClient)
routes = web.RouteTableDef()


class Purchase(msgspec.Struct):
    """What a customer sends. Amounts are text, so that no digit is lost: `{"amount": "0.5"}`."""

    external_id: str
    customer: models.OrderCustomer
    items: list[models.BuyItem]


PURCHASES = msgspec.json.Decoder(Purchase)


async def client_of(app: web.Application) -> AsyncGenerator[None]:
    """One client for all requests."""
    async with MintedClient.from_env() as minted:
        app[MINTED] = minted
        yield


@web.middleware
async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Problem details."""
    try:
        return await handler(request)
    except MintedError as error:
        status, headers, content = problem_of(error)
        return web.Response(body=msgspec.json.encode(content), status=status, headers=headers)


@routes.post("/orders")
async def buy(request: web.Request) -> web.Response:
    """Buy at the price of this moment."""
    try:
        purchase = PURCHASES.decode(await request.read())
    except msgspec.DecodeError as problem:
        raise web.HTTPUnprocessableEntity(text=str(problem)) from None
    order = await request.app[MINTED].trades.buy(
        external_id=purchase.external_id, customer=purchase.customer, items=purchase.items
    )
    return web.json_response(shown(order), status=201)


@routes.get("/orders/{external_id}")
async def order(request: web.Request) -> web.Response:
    """An order, without what is secret in it."""
    return web.json_response(shown(await request.app[MINTED].orders.get(request.match_info["external_id"])))


def make_app() -> web.Application:
    """The application."""
    app = web.Application(middlewares=[explain])
    app.add_routes(routes)
    app.cleanup_ctx.append(client_of)
    return app


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8000)
    with server_to_trade_on():
        web.run_app(make_app(), host="127.0.0.1", port=parser.parse_args().port)
