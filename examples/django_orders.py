"""Orders with Django's async views, under ASGI and under WSGI.

    pip install minted-async django uvicorn
    python examples/django_orders.py                            # ASGI: one loop, one client for all requests
    gunicorn --chdir examples django_orders:wsgi --threads 4    # WSGI: Django makes a loop for each request

`ClientOfEachLoop` gives the client of the loop that runs. With `gunicorn` you name the server yourself
(MINTED_USERNAME, MINTED_PASSWORD, MINTED_BASE_URL); the first line trades on a sandbox unless you do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

import msgspec
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_GET, require_POST
from serving import serve, server_to_trade_on

from minted_async import models
from minted_async.errors import MintedError
from minted_async.integrations.loops import ClientOfEachLoop
from minted_async.integrations.problems import problem_of
from minted_async.integrations.shown import shown

client_of_loop = ClientOfEachLoop()

View = Callable[..., Coroutine[Any, Any, HttpResponse]]


class Purchase(msgspec.Struct):
    """What a customer sends. Amounts are text, so that no digit is lost: `{"amount": "0.5"}`."""

    external_id: str
    customer: models.OrderCustomer
    items: list[models.BuyItem]


# Made here, before there are threads: two that make msgspec meet a type at once crash.
PURCHASES = msgspec.json.Decoder(Purchase)


def explained(view: View) -> View:
    """A view whose errors are answered with problem details."""

    @wraps(view)
    async def answer(request: HttpRequest, **arguments: Any) -> HttpResponse:
        try:
            return await view(request, **arguments)
        except MintedError as error:
            status, headers, content = problem_of(error)
            return HttpResponse(msgspec.json.encode(content), status=status, headers=headers)

    return answer


@require_POST
@explained
async def buy(request: HttpRequest) -> HttpResponse:
    """Buy at the price of this moment."""
    try:
        purchase = PURCHASES.decode(request.body)
    except msgspec.DecodeError as problem:
        return HttpResponse(str(problem), status=422, content_type="text/plain")
    minted = await client_of_loop()
    buying = minted.trades.buy(
        external_id=purchase.external_id, customer=purchase.customer, items=purchase.items
    )
    order = await asyncio.shield(buying)  # Django cancels a view whose browser has gone away
    return JsonResponse(shown(order), status=201)


@require_GET
@explained
async def order(request: HttpRequest, external_id: str) -> HttpResponse:
    """An order, without what is secret in it."""
    minted = await client_of_loop()
    return JsonResponse(shown(await minted.orders.get(external_id)))


urlpatterns = [path("orders", buy), path("orders/<str:external_id>", order)]

if not settings.configured:  # in a project of yours, all this stands in settings.py
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1", "localhost"])
asgi = get_asgi_application()
wsgi = get_wsgi_application()

if __name__ == "__main__":
    with server_to_trade_on():
        serve(asgi)
