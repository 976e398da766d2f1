"""A small shop for bars of gold: catalog, basket with locked prices, address, card payment, order.

    pip install fastapi 'uvicorn[standard]'
    python examples/gold_shop.py        # then open http://127.0.0.1:8000

It sells on a sandbox in its own process, and only there: that a basket can be filled is documented, the path
is not, so the sandbox fills it. All other calls are those of the real API.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel, Field

from minted_async import MintedClient, callbacks, errors
from minted_async.models import ecom
from minted_async.sandbox import Sandbox

PAGE = Path(__file__).with_suffix(".html")
PAGE_SIZE = 8
CUSTOMER = "CST-1"  # in your shop: whoever is logged in


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """One client for all requests."""
    async with Sandbox() as sandbox, MintedClient("demo", "demo", base_url=sandbox.url) as minted:
        await minted.customers.create(external_id=CUSTOMER, firstname="Defne", lastname="Kaya")
        app.state.sandbox, app.state.minted, app.state.visitors = sandbox, minted, {}
        yield


app = FastAPI(title="Gold by the bar", lifespan=lifespan)


@dataclass
class Visitor:
    """A browser. In your shop this is a row of the database: it must outlive the process that writes it.

    Attributes:
        cart_token: Names the basket to Minted. It is a secret, and never leaves the server.
        ended: What became of the last payment, in words, until it is shown.
        changing: Held by whoever changes the basket: two clicks pay once, and nobody pays for what was added
            meanwhile.
    """

    cart_token: str | None = None
    ended: str = ""
    changing: asyncio.Lock = field(default_factory=asyncio.Lock)


def visitor(request: Request, response: Response) -> Visitor:
    """Who is asking."""
    known: dict[str, Visitor] = request.app.state.visitors
    name = request.cookies.get("visitor", "")
    if name not in known:
        name = secrets.token_urlsafe()
        known[name] = Visitor()
        response.set_cookie("visitor", name, httponly=True, samesite="lax")
    return known[name]


def client(request: Request) -> MintedClient:
    """The client of this process."""
    minted: MintedClient = request.app.state.minted
    return minted


Who = Annotated[Visitor, Depends(visitor)]
Minted = Annotated[MintedClient, Depends(client)]


class Choice(BaseModel):
    """What is put into the basket."""

    sku: Annotated[str, Field(min_length=3, max_length=21)]


class Address(BaseModel):
    """Where the parcel and the invoice go."""

    fullname: Annotated[str, Field(min_length=3)]
    phone: Annotated[str, Field(min_length=5)]
    tax_number: Annotated[str, Field(min_length=3)]
    city: Annotated[str, Field(min_length=2)]
    county: Annotated[str, Field(min_length=2)]
    district: Annotated[str, Field(min_length=2)]
    address: Annotated[str, Field(min_length=2)]


class Payment(BaseModel):
    """What is sent to pay: an address, and the amount that the browser shows."""

    to: Address
    to_pay: Decimal


@app.get("/")
async def page() -> FileResponse:
    """The page."""
    return FileResponse(PAGE)


@app.get("/api/products")
async def products(minted: Minted, page: Annotated[int, Query(ge=1)] = 1) -> dict[str, Any]:
    """A page of the catalog."""
    found = await minted.ecom.products.list(page=page, total=PAGE_SIZE)
    return {
        "page": found.number,
        "last": found.last_number,
        "rows": [
            {
                "sku": product.sku,
                "name": product.name,
                "price": str(product.sale_price),
                "currency": product.currency_code,
                "stock": product.stock,
            }
            for product in found.rows
        ],
    }


@app.get("/api/basket")
async def basket(minted: Minted, who: Who) -> dict[str, Any]:
    """The basket, or the order that it has become. Reading it renews prices that have run out."""
    ended, who.ended = who.ended, ""
    return {**await look(minted, who), "ended": ended}


@app.post("/api/basket")
async def add(choice: Choice, request: Request, minted: Minted, who: Who) -> dict[str, Any]:
    """Put one piece into the basket; after an order, into a new one."""
    # The documentation lists "Add to Basket" and does not say its path. Ask Minted for it.
    sandbox: Sandbox = request.app.state.sandbox
    if choice.sku not in sandbox.ecom.catalog:
        raise HTTPException(404, "there is no such product")
    async with who.changing:
        if (await look(minted, who))["state"] == "order":
            who.cart_token = None
        filled = sandbox.ecom.fill_basket(CUSTOMER, {choice.sku: 1}, token=who.cart_token)
        who.cart_token = filled.token
        return await look(minted, who)


@app.delete("/api/basket")
async def clear(minted: Minted, who: Who) -> dict[str, Any]:
    """Empty the basket, which stays."""
    async with who.changing:
        emptied = await minted.ecom.baskets.clear(external_customer_id=CUSTOMER, cart_token=token_of(who))
    return describe(emptied)


@app.post("/api/payment")
async def pay(payment: Payment, request: Request, minted: Minted, who: Who) -> JSONResponse:
    """Complete the basket at the price that was shown, and answer where the browser goes to pay."""
    cart = {"external_customer_id": CUSTOMER, "cart_token": token_of(who)}
    place = payment.to.model_dump()
    async with who.changing:
        now = await look(minted, who)
        if now["state"] == "basket" and Decimal(now["to_pay"]) == payment.to_pay:
            await minted.ecom.baskets.set_address(
                **cart,
                shipping=ecom.BasketShippingAddress(**place),
                billing=ecom.BasketBillingAddress(**place),
            )
            now = await look(minted, who)  # where it goes may change what it costs
        if now["state"] == "order" or Decimal(now["to_pay"]) != payment.to_pay:
            return JSONResponse(now, 409)  # nobody pays twice, or what was not shown
        # How Minted learns where callbacks go is not documented.
        request.app.state.sandbox.ecom.callback_url = str(request.base_url)
        try:
            # What is sent beyond the basket, and answered, is this sandbox's assumption: ask Minted.
            completed = await minted.ecom.baskets.complete(**cart, payment_type="creditcard", payment={})
        except (errors.ValidationError, errors.OutcomeUnknownError):
            # The basket knows whether it is an order by now, and whether its prices have run out.
            now = await look(minted, who)
            if now["state"] == "basket" and not now["renewed"]:
                raise
            return JSONResponse(now, 409)
        return JSONResponse({"go_to": completed["payment"]["redirect_url"]})


@app.get("/pay/{token}/callback/{end}")
@app.get("/pay/cards/{token}/callback/{end}")
async def come_back(request: Request, minted: Minted, who: Who) -> RedirectResponse:
    """The browser is back from paying. What its address says is shown; what is true is read."""
    back = callbacks.read(str(request.url))
    if who.cart_token is not None:
        read = await minted.ecom.orders.get(customer_external_id=CUSTOMER, cart_token=who.cart_token)
        if read.order_creation_status == "order":
            who.ended = "Thank you. Your order is placed."
        elif back.succeeded:
            who.ended = "The payment has not arrived yet. Look again in a minute."
        else:
            who.ended = f"Nothing was paid: {back.reason} ({back.code})"
    return RedirectResponse("/#basket", 303)


async def look(minted: MintedClient, who: Visitor) -> dict[str, Any]:
    """What Minted says of somebody's basket."""
    if who.cart_token is None:
        return {"state": "none"}
    return describe(await minted.ecom.orders.get(customer_external_id=CUSTOMER, cart_token=who.cart_token))


def token_of(who: Visitor) -> str:
    """The basket of somebody who has one."""
    if who.cart_token is None:
        raise HTTPException(404, "the basket is empty")
    return who.cart_token


def describe(read: ecom.EcomOrder) -> dict[str, Any]:
    """A basket or an order for the browser: amounts as text, and nothing that is secret."""
    pieces = read.items or []
    count = Counter(piece.sku for piece in pieces)
    lock = read.pricefix
    return {
        "state": str(read.order_creation_status),
        "number": read.increment_id,
        "status": read.status_name,
        "rows": [
            {"sku": sku, "name": piece.product_name, "price": str(piece.price), "count": count[sku]}
            for sku, piece in {piece.sku: piece for piece in pieces}.items()
        ],
        "delivery": str(read.delivery_price),
        "to_pay": str(read.paid_total),
        "seconds": None if lock is None else lock.remaining,
        "renewed": lock is not None and lock.updated is True,
    }


@app.exception_handler(errors.MintedError)
async def explain(request: Request, error: errors.MintedError) -> JSONResponse:
    """What went wrong, for the page."""
    refused = isinstance(error, errors.ArgumentError | errors.ValidationError)
    said = error.message if isinstance(error, errors.ValidationError) else error.advice
    return JSONResponse({"detail": said}, 422 if refused else 502)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8000)
    uvicorn.run(app, port=parser.parse_args().port)
