"""Live prices with Litestar: REST, server-sent events, and a page that plots them.

    pip install litestar 'uvicorn[standard]'
    python examples/litestar_prices.py        # then open http://127.0.0.1:8000

It runs on a sandbox unless MINTED_USERNAME and MINTED_PASSWORD are set.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from connection import EVENTS, PAGE, events, many, one, open_feed, updates
from litestar import Litestar, MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.handlers import websocket_stream  # pyright: ignore[reportUnknownVariableType]
from litestar.params import FromPath
from litestar.response import Stream
from serving import closed_on_signal, serve

from minted_async.errors import MintedError
from minted_async.feeds import PriceFeed


@asynccontextmanager
async def lifespan(app: Litestar) -> AsyncGenerator[None]:
    """The feed lives as long as the application."""
    async with open_feed() as feed, closed_on_signal(feed):
        app.state.feed = feed
        yield


async def current_feed(state: State) -> PriceFeed:
    """The feed of the application, for the handlers."""
    feed: PriceFeed = state.feed
    return feed


def no_prices(request: Request[object, object, State], error: MintedError) -> Response[dict[str, str]]:
    """No prices yet, or old ones, which are no prices: 503 until there are new ones."""
    return Response({"detail": str(error)}, status_code=503)


@get("/", media_type=MediaType.HTML)
async def page() -> str:
    """The page that plots."""
    return PAGE


@get("/api/prices", media_type=MediaType.JSON)
async def prices(feed: NamedDependency[PriceFeed]) -> bytes:
    """The newest prices; nobody waits, nothing is asked upstream."""
    return feed.latest.json


@get("/api/prices/{sku:str}", media_type=MediaType.JSON)
async def price(sku: FromPath[str], feed: NamedDependency[PriceFeed]) -> bytes:
    """The newest price of one product, with its age."""
    quote = feed.latest.get(sku)
    if quote is None:
        raise NotFoundException(f"no price of {sku}")
    return one(quote)


@get("/api/history", media_type=MediaType.JSON)
async def history(feed: NamedDependency[PriceFeed]) -> bytes:
    """What the plot begins with."""
    return many(feed.history[-120:])


@get("/events")
async def stream(feed: NamedDependency[PriceFeed]) -> Stream:
    """Prices as they come."""
    return Stream(events(feed), media_type=EVENTS, headers={"Cache-Control": "no-cache"})


@websocket_stream("/socket", mode="binary")
async def socket(feed: NamedDependency[PriceFeed]) -> AsyncGenerator[bytes]:
    """The same for websockets, which share one encoded message too."""
    async for content in updates(feed):
        yield content


app = Litestar(
    [page, prices, price, history, stream, socket],
    lifespan=[lifespan],
    dependencies={"feed": Provide(current_feed)},
    exception_handlers={MintedError: no_prices},
)

if __name__ == "__main__":
    serve(app)
