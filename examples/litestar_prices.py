"""Live prices with Litestar: REST, server-sent events, and a page that plots them.

    pip install litestar uvicorn
    python examples/litestar_prices.py        # then open http://127.0.0.1:8000

It runs on a sandbox unless MINTED_USERNAME and MINTED_PASSWORD are set.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from connection import EVENTS, PAGE, events, many, one, open_feed
from litestar import Litestar, MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Stream
from serving import serve

from minted_async.errors import StalePriceError
from minted_async.feeds import PriceFeed


@asynccontextmanager
async def lifespan(app: Litestar) -> AsyncGenerator[None]:
    """The feed lives as long as the application."""
    async with open_feed() as feed:
        app.state.feed = feed
        yield


def current_feed(app: Litestar) -> PriceFeed:
    """The feed of the application."""
    feed: PriceFeed = app.state.feed
    return feed


async def requested_feed(request: Request[object, object, State]) -> PriceFeed:
    """The same, for the handlers."""
    return current_feed(request.app)


def stale(request: Request[object, object, State], error: StalePriceError) -> Response[dict[str, str]]:
    """Old prices are no prices: 503 until there are new ones."""
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


app = Litestar(
    [page, prices, price, history, stream],
    lifespan=[lifespan],
    dependencies={"feed": Provide(requested_feed)},
    exception_handlers={StalePriceError: stale},
)

if __name__ == "__main__":
    # Closing the feed ends every event stream: the server need not cut them off.
    serve(app, lambda: current_feed(app).aclose())
