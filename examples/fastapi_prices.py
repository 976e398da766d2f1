"""Live prices with FastAPI: REST, server-sent events, and a page that plots them.

    pip install fastapi 'uvicorn[standard]'
    python examples/fastapi_prices.py        # then open http://127.0.0.1:8000

It runs on a sandbox unless MINTED_USERNAME and MINTED_PASSWORD are set. However many browsers watch, one
poller asks for prices; for several worker processes set MINTED_REDIS, and there is still one:

    cd examples; uvicorn fastapi_prices:app --workers 3 --timeout-graceful-shutdown 2
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from typing import Annotated

from connection import EVENTS, JSON, PAGE, events, many, one, open_feed, updates
from fastapi import Depends, FastAPI, HTTPException, Response, WebSocket, WebSocketDisconnect
from fastapi.requests import HTTPConnection, Request
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse
from serving import closed_on_signal, serve

from minted_async.errors import MintedError
from minted_async.feeds import PriceFeed


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """The feed lives as long as the application."""
    async with open_feed() as feed, closed_on_signal(feed):
        app.state.feed = feed
        yield


app = FastAPI(title="Live prices", lifespan=lifespan)


def current_feed(connection: HTTPConnection) -> PriceFeed:
    """The feed of the application, for the handlers."""
    feed: PriceFeed = connection.app.state.feed
    return feed


Feed = Annotated[PriceFeed, Depends(current_feed)]


@app.exception_handler(MintedError)
async def no_prices(request: Request, error: Exception) -> JSONResponse:
    """No prices yet, or old ones, which are no prices: 503 until there are new ones."""
    return JSONResponse({"detail": str(error)}, status_code=503)


@app.get("/", response_class=HTMLResponse)
async def page() -> str:
    """The page that plots."""
    return PAGE


@app.get("/api/prices")
async def prices(feed: Feed) -> Response:
    """The newest prices; nobody waits, nothing is asked upstream."""
    return Response(feed.latest.json, media_type=JSON)


@app.get("/api/prices/{sku}")
async def price(sku: str, feed: Feed) -> Response:
    """The newest price of one product, with its age."""
    quote = feed.latest.get(sku)
    if quote is None:
        raise HTTPException(404, f"no price of {sku}")
    return Response(one(quote), media_type=JSON)


@app.get("/api/history")
async def history(feed: Feed) -> Response:
    """What the plot begins with."""
    return Response(many(feed.history[-120:]), media_type=JSON)


@app.get("/health")
async def health(feed: Feed) -> dict[str, object]:
    """How the feed is doing, and what it waits for."""
    return {"status": str(feed.status), **asdict(feed.stats)}


@app.get("/events")
async def stream(feed: Feed) -> StreamingResponse:
    """Prices as they come."""
    return StreamingResponse(events(feed), media_type=EVENTS, headers={"Cache-Control": "no-cache"})


@app.websocket("/socket")
async def socket(websocket: WebSocket, feed: Feed) -> None:
    """The same for websockets, which share one encoded message too."""
    await websocket.accept()
    with suppress(WebSocketDisconnect):
        async for content in updates(feed):
            await websocket.send_bytes(content)


if __name__ == "__main__":
    serve(app)
