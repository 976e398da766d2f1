"""Orders with FastAPI: models of the SDK as bodies and answers, errors as problem details.

    pip install 'minted-async[fastapi]' uvicorn
    python examples/fastapi_orders.py        # then open http://127.0.0.1:8000/docs

It trades on a sandbox unless MINTED_USERNAME, MINTED_PASSWORD and MINTED_BASE_URL name a server. A shop of
several workers, whose orders survive a crash, is in fastapi_shop.py.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, FastAPI
from serving import serve, server_to_trade_on

from minted_async import models
from minted_async.integrations.fastapi import PROBLEMS, Minted, explain_errors, lifespan

app = FastAPI(title="Orders of gold", lifespan=lifespan(), responses=PROBLEMS)
explain_errors(app)


@app.post("/orders", status_code=201)
async def buy(
    minted: Minted,
    external_id: Annotated[str, Body()],
    customer: Annotated[models.OrderCustomer, Body()],
    items: Annotated[list[models.BuyItem], Body()],
) -> models.Order:
    """Buy at the price of this moment. Amounts are text, so that no digit is lost: `{"amount": "0.5"}`."""
    return await minted.trades.buy(external_id=external_id, customer=customer, items=items)


@app.get("/orders/{external_id}")
async def order(external_id: str, minted: Minted) -> models.Order:
    """An order, without what is secret in it."""
    return await minted.orders.get(external_id)


if __name__ == "__main__":
    with server_to_trade_on():
        serve(app)
