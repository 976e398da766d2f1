"""A shop that shows a price in one request and sells at it in the next, on any worker, exactly once.

    pip install 'minted-async[cli,fastapi]' uvicorn
    python examples/fastapi_shop.py
    curl -X POST http://127.0.0.1:8000/quotes
    curl http://127.0.0.1:8000/orders --json '{"quote": "...", "grams": "0.5"}'    # as often as you like

Two worker processes share a journal: the SQLite file shop.sqlite, or with MINTED_JOURNAL=postgresql://... a
database for workers on many machines (`minted journal init` makes its tables). They trade on a sandbox in a
process of its own, unless MINTED_USERNAME, MINTED_PASSWORD and MINTED_BASE_URL name a server.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Annotated

import uvicorn
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field
from serving import server_to_trade_on

from minted_async import MintedClient, errors, models
from minted_async.integrations.fastapi import PROBLEMS, Minted, explain_errors, lifespan

BUYER = models.OrderCustomer(  # in your shop: whoever is logged in
    external_id="CST-1",
    firstname="Defne",
    lastname="Kaya",
    identity_number="10000000146",
    email="defne@example.com",
    phone="+905550000000",
)
SKU = "GAU"
RECOVER_EVERY = 60.0
"""Seconds between two looks for orders that a worker has left open."""


def make_client() -> MintedClient:
    """The client of a worker, with the journal that all workers share."""
    return MintedClient.from_env(journal=os.environ.get("MINTED_JOURNAL", "shop.sqlite"))


@asynccontextmanager
async def worker(app: FastAPI) -> AsyncGenerator[dict[str, MintedClient]]:
    """One client for all requests, which is ready when the server and the journal are reached."""
    async with lifespan(make_client)(app) as state:
        await state["minted"].connect()
        recovering = asyncio.create_task(recover(state["minted"]))
        yield state
        recovering.cancel()
        await asyncio.wait([recovering])


async def recover(minted: MintedClient) -> None:
    """Find out what became of orders that a lost answer or a killed worker left open; workers share this."""
    while True:
        with contextlib.suppress(errors.NotSentError):  # the journal cannot be reached now
            for recovery in await minted.trades.recover():
                outcome = "was placed" if recovery.order is not None else recovery.error
                logging.getLogger("uvicorn.error").info("order %s: %s", recovery.external_id, outcome)
        await asyncio.sleep(RECOVER_EVERY)


app = FastAPI(title="Gold by the gram", lifespan=worker, responses=PROBLEMS)
explain_errors(app)


class Purchase(BaseModel):
    """What a customer sends: a quote that was shown, and how much to buy at its price."""

    quote: str
    grams: Annotated[Decimal, Field(gt=0, max_digits=10, decimal_places=4)]


@app.post("/quotes", status_code=201)
async def show_price(minted: Minted) -> dict[str, str]:
    """A price to show. Its id says nothing, and the price token stays in the journal."""
    quote = await minted.trades.quote(customer_external_id=BUYER.external_id, currency="TRY")
    return {
        "quote": quote.id,
        "price": str(quote.price(SKU).buy_price),
        "currency": quote.currency,
        "expires_at": quote.expires_at.isoformat(),
    }


@app.post("/orders", status_code=201)
async def buy(purchase: Purchase, minted: Minted) -> dict[str, str]:
    """Buy at a price that was shown. Sent twice, to whichever workers, it buys once and is answered twice."""
    order = await minted.trades.buy(
        quote=purchase.quote, customer=BUYER, items=[models.BuyItem(sku=SKU, amount=purchase.grams)]
    )
    return {"order": str(order.external_id), "total": str(order.total), "currency": str(order.currency_code)}


@app.get("/orders/{external_id}")
async def outcome(external_id: str, minted: Minted) -> dict[str, str]:
    """What is known of an order: placed, refused, not placed, not sent, or open."""
    record = await minted.trades.outcome(external_id)
    if record is None:
        raise HTTPException(404, "there is no such order")
    return {"order": external_id, "outcome": str(record.outcome or "open")}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8000)
    with server_to_trade_on():
        uvicorn.run("fastapi_shop:app", port=parser.parse_args().port, workers=2)
