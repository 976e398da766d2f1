"""A user's web application, for the type checkers: every line has to pass `mypy --strict` and pyright."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Any, assert_type

from fastapi import Body, FastAPI
from pydantic import BaseModel, TypeAdapter

from minted_async import MintedClient, Page, errors, models
from minted_async.integrations.fastapi import Minted, client, explain_errors, lifespan
from minted_async.integrations.loops import ClientOfEachLoop
from minted_async.integrations.problems import Problem, problem_of
from minted_async.integrations.shown import shown
from minted_async.models import ecom


class Basket(BaseModel):
    buyer: models.OrderCustomer
    items: list[models.BuyItem]
    page: Page[ecom.Product] | None = None


@asynccontextmanager
async def own(app: FastAPI) -> AsyncGenerator[dict[str, MintedClient]]:
    async with lifespan(lambda: MintedClient.from_env(journal="shop.sqlite"))(app) as state:
        assert_type(state, dict[str, MintedClient])
        yield state


app = FastAPI(lifespan=own)
FastAPI(lifespan=lifespan())
FastAPI(lifespan=lifespan(MintedClient.from_env))
explain_errors(app)
app.dependency_overrides[client] = MintedClient.from_env


@app.post("/orders")
async def buy(basket: Basket, minted: Minted, description: Annotated[models.Topup, Body()]) -> models.Order:
    assert_type(minted, MintedClient)
    assert_type(basket.buyer, models.OrderCustomer)
    return await minted.trades.buy(customer=basket.buyer, items=basket.items, topup=description)


async def elsewhere(of_loop: ClientOfEachLoop, error: errors.MintedError) -> None:
    assert_type(await of_loop(), MintedClient)
    problem = problem_of(error)
    assert_type(problem, Problem)
    assert_type(problem.status, int)
    assert_type(shown(problem.content), Any)
    assert_type(TypeAdapter(models.Order).validate_json("{}"), models.Order)
