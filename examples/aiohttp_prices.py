"""Live prices with aiohttp.web: REST, server-sent events, and a page that plots them.

    python examples/aiohttp_prices.py        # then open http://127.0.0.1:8000; nothing else to install

It runs on a sandbox unless MINTED_USERNAME and MINTED_PASSWORD are set.
"""

from __future__ import annotations

import argparse
from collections.abc import AsyncGenerator
from contextlib import suppress

from aiohttp import web
from aiohttp.typedefs import Handler
from connection import EVENTS, JSON, PAGE, events, many, one, open_feed, updates

from minted_async.errors import MintedError
from minted_async.feeds import PriceFeed

FEED = web.AppKey("feed", PriceFeed)
routes = web.RouteTableDef()


async def feed_of(app: web.Application) -> AsyncGenerator[None]:
    """The feed lives as long as the application."""
    async with open_feed() as feed:
        app[FEED] = feed
        yield


async def end_streams(app: web.Application) -> None:
    """Closing the feed ends every event stream: the server need not wait for them."""
    await app[FEED].aclose()


@web.middleware
async def no_prices(request: web.Request, handler: Handler) -> web.StreamResponse:
    """No prices yet, or old ones, which are no prices: 503 until there are new ones."""
    try:
        return await handler(request)
    except MintedError as error:
        raise web.HTTPServiceUnavailable(text=str(error)) from error


@routes.get("/")
async def page(request: web.Request) -> web.Response:
    """The page that plots."""
    return web.Response(text=PAGE, content_type="text/html")


@routes.get("/api/prices")
async def prices(request: web.Request) -> web.Response:
    """The newest prices; nobody waits, nothing is asked upstream."""
    return web.Response(body=request.app[FEED].latest.json, content_type=JSON)


@routes.get("/api/prices/{sku}")
async def price(request: web.Request) -> web.Response:
    """The newest price of one product, with its age."""
    quote = request.app[FEED].latest.get(request.match_info["sku"])
    if quote is None:
        raise web.HTTPNotFound
    return web.Response(body=one(quote), content_type=JSON)


@routes.get("/api/history")
async def history(request: web.Request) -> web.Response:
    """What the plot begins with."""
    return web.Response(body=many(request.app[FEED].history[-120:]), content_type=JSON)


@routes.get("/events")
async def stream(request: web.Request) -> web.StreamResponse:
    """Prices as they come."""
    response = web.StreamResponse(headers={"Content-Type": EVENTS, "Cache-Control": "no-cache"})
    await response.prepare(request)
    with suppress(ConnectionResetError):
        async for event in events(request.app[FEED]):
            await response.write(event)
    return response


@routes.get("/socket")
async def socket(request: web.Request) -> web.WebSocketResponse:
    """The same for websockets, which share one encoded message too."""
    websocket = web.WebSocketResponse()
    await websocket.prepare(request)
    with suppress(ConnectionResetError):
        async for content in updates(request.app[FEED]):
            await websocket.send_bytes(content)
    return websocket


def make_app() -> web.Application:
    """The application."""
    app = web.Application(middlewares=[no_prices])
    app.add_routes(routes)
    app.cleanup_ctx.append(feed_of)
    app.on_shutdown.append(end_streams)
    return app


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8000)
    web.run_app(make_app(), host="127.0.0.1", port=parser.parse_args().port)
