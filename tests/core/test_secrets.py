"""A journey through everything that can go wrong, with known secrets: none of them is ever shown."""

from __future__ import annotations

import dis
import inspect
import logging
import traceback
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest

from minted_async import Exchange, MintedClient, models
from minted_async.core.operation import Resource
from minted_async.errors import MintedError
from minted_async.generated.operations import RESOURCES
from minted_async.trades import Buy
from tests.core.test_credentials import variables
from tests.servers import (
    Behaviour,
    LoopbackServer,
    Wire,
    answering,
    envelope,
    hang_after_reading,
    refusal,
    reset_after_reading,
    response,
)

pytestmark = pytest.mark.anyio

PASSWORD = "pass/word+hunter2"
PRICE_TOKEN = 'price-token/"=='
CARD_TOKEN = "card-token-ü"
CARD_NUMBER = "4111222233334441"
# Letters, because digits alone may happen to stand in a measured time.
CVV = "cvv-90817"
IDENTITY = "10000000146"
# Under names that no page of the documentation has, as in operations which are only listed.
UNSEEN = {
    "cvc": "cvc-90817",
    "cvv2": "cvv2-90817",
    "securityCode": "code-90817",
    "PIN": "pin-90817",
    "pan": "5500005555555559",
    "card-no": "6011000990139424",
    "iban": "TR330006100519786457841326",
    "tckn": "76543210987",
    "expire_month": "month-90817",
    "otp": "otp-90817",
}
SECRETS = (
    *UNSEEN.values(),
    *(PASSWORD, "hunter2", PRICE_TOKEN, "price-token", CARD_TOKEN, "card-token", CARD_NUMBER, CVV, IDENTITY),
    *("price-token%2F", "price-token\\/"),
)
CHALLENGE = {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'}


def echoing(status: int, template: bytes, content_type: str = "application/json") -> Behaviour:
    """Say what was sent, in the place of `ECHO`."""

    async def behave(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            if "authorization" not in request.headers:
                await wire.send(response(b"", 401, headers=CHALLENGE))
                continue
            echo = request.body or request.target.encode()
            headers = {"Content-Type": content_type, "X-Echo": echo.decode("latin-1")}
            await wire.send(response(template.replace(b"ECHO", echo), status, headers=headers))

    return behave


async def wrong_password(wire: Wire) -> None:
    while await wire.request() is not None:
        await wire.send(response(b"", 401, headers=CHALLENGE))


async def garbled(wire: Wire) -> None:
    request = await wire.request()
    if request is not None:
        await wire.send(request.body + b"\r\n\r\n")


BEHAVIOURS = {
    "echoed in JSON": echoing(422, b'{"success": false, "message": "bad", "data": ECHO}'),
    "echoed in an unknown field": echoing(422, b'{"success": false, "message": {"you said": ECHO}}'),
    "echoed in HTML": echoing(404, b"<html><pre>ECHO</pre></html>", "text/html"),
    "echoed by a proxy": echoing(502, b"<html><pre>ECHO</pre></html>", "text/html"),
    "echoed in what should be data": echoing(200, b'{"success": true, "data": [ECHO]}'),
    "echoed and cut off": echoing(200, b'{"success": true, "data": ECHO'),
    "echoed in no HTTP at all": garbled,
    "echoed in a form": echoing(500, b"price_token=price-token%2F%22%3D%3D&card_cvv=cvv-90817&x=ECHO"),
    "refused": answering(refusal(403)),
    "wrong password": wrong_password,
    "reset": reset_after_reading,
    "late": hang_after_reading,
    "too long": answering(envelope('"' + "x" * 100_000 + '"')),
}


async def journey(minted: MintedClient) -> list[MintedError]:
    """Every way to send a secret; what was raised."""
    customer = models.OrderCustomer(
        external_id="C", identity_number=IDENTITY, firstname="", lastname="", email="", phone=""
    )
    payment = models.CardTokenPayment(card_token=CARD_TOKEN, card_cvv=CVV)
    items = [models.BuyItem(sku="GAU", amount=Decimal("0.5"))]
    plain = {"card_number": CARD_NUMBER, "cvv": CVV, "password": PASSWORD, "list": [{"token": PRICE_TOKEN}]}
    unseen = {"card": UNSEEN, "external_id": "O"}
    calls = (
        lambda: minted.orders.buy_with_card_token(
            price_token=PRICE_TOKEN, external_id="O", customer=customer, items=items, payment=payment
        ),
        lambda: minted.customers.create(external_id="C", identity_number=IDENTITY),
        lambda: minted.cards.add(**plain),
        lambda: minted.cards.list(card_number=CARD_NUMBER, price_token=PRICE_TOKEN),
        lambda: minted.cards.delete(card_token=CARD_TOKEN),
        lambda: minted.request("POST", "/x", json=plain),
        lambda: minted.request("POST", "/x", json=unseen),
        lambda: minted.cards.add(**UNSEEN),
        lambda: minted.request("GET", "/x", params={"identity_number": IDENTITY}),
    )
    raised: list[MintedError] = []
    for call in calls:
        try:
            await call()
        except MintedError as error:
            raised.append(error)
    return raised


def shown(error: BaseException | None) -> list[str]:
    """Everything that an exception and those behind it can print, and what error trackers add to that."""
    if error is None:
        return []
    texts = [
        str(error),
        repr(error),
        repr(error.args),
        repr(error.__dict__),
        *traceback.format_exception(error),
    ]
    return [*texts, variables(error), *shown(error.__cause__)]


def shown_exchange(exchange: Exchange) -> list[str]:
    return [repr(exchange), exchange.body.decode(), exchange.request_body.decode()]


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=RESOURCES)
def test_each_method_lets_go_of_what_it_is_given_before_it_waits(resource: type[Resource]) -> None:
    for name, method in inspect.getmembers(resource, inspect.iscoroutinefunction):
        given = inspect.signature(method).parameters.keys() - {"self"}
        let_go = {each.argval for each in dis.get_instructions(method) if each.opname == "DELETE_FAST"}
        assert given == let_go, name


async def test_plain_values_in_the_place_of_a_model_are_not_shown(minted: MintedClient) -> None:
    """A dict shows all that it holds."""
    person: Any = {"identity_number": IDENTITY}
    items = [models.BuyItem(sku="GAU", amount=Decimal(1))]
    calls: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: minted.orders.buy(price_token=PRICE_TOKEN, external_id="O", customer=person, items=items),
        lambda: minted.orders.sell(price_token=PRICE_TOKEN, external_id="O", items=[person]),
        lambda: minted.orders.get(person),
        lambda: minted.prices.fix(type="digital", total=person),
        lambda: minted.trades.buy(customer=person, items=items),
        lambda: minted.trades.sell(items=[person]),
        lambda: minted.request("GET", "/x", params={"a": person}),
    )
    raised: list[BaseException] = []
    for call in calls:
        with pytest.raises(TypeError) as caught:
            await call()
        raised.append(caught.value)
    (result,) = await minted.trades.gather([Buy(customer=person, items=items)])
    assert isinstance(result, TypeError)
    for error in (*raised, result):
        assert IDENTITY not in "".join(shown(error))


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS)
async def test_no_secret_is_shown(behaviour: Behaviour, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    options: dict[str, Any] = {
        "timeout": 0.1,
        "max_response_bytes": 50_000,
        "paths": {
            "cards.add": "POST /cards",
            "cards.list": "GET /cards",
            "cards.delete": "DELETE /cards/{card_token}",
        },
    }
    async with (
        LoopbackServer(behaviour) as server,
        MintedClient("user", PASSWORD, base_url=server.url, **options) as minted,
    ):
        with minted.capture() as exchanges:
            raised = await journey(minted)
        assert len(raised) >= 5
        assert len(exchanges) == 9
        printed = [repr(minted), repr(exchanges), repr(vars(minted)), *caplog.messages]
    for error in raised:
        printed += shown(error)
    for exchange in exchanges:
        printed += shown_exchange(exchange)
    found = {secret: text for text in printed for secret in SECRETS if secret in text}
    assert found == {}
