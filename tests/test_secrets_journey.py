"""A whole journey with known secrets: nothing that can be printed on the way shows one of them."""

from __future__ import annotations

import contextlib
import io
import logging
import pickle
import traceback
from datetime import date
from decimal import Decimal

import pytest
from rich.pretty import pretty_repr

from minted_async import MintedClient, errors, models
from minted_async.sandbox import Sandbox
from minted_async.sandbox.faults import FaultName

pytestmark = pytest.mark.anyio

PASSWORD = "s3cret-pässword"
IDENTITY = "10000000146"
CARD_TOKEN = "token_HYAQA0171340abc"
CVV = "739"
SECRETS = (PASSWORD, IDENTITY, CARD_TOKEN, f'"{CVV}"', f"'{CVV}'")


@pytest.fixture
def printed(caplog: pytest.LogCaptureFixture) -> io.StringIO:
    """Everything that was printed, to which logs at DEBUG are added in the end."""
    caplog.set_level(logging.DEBUG)
    return io.StringIO()


def buyer() -> models.OrderCustomer:
    return models.OrderCustomer(
        external_id="CST-1",
        identity_number=IDENTITY,
        firstname="Deniz",
        lastname="Örnek",
        email="deniz@example.com",
        phone="+905550000000",
    )


async def journey(minted: MintedClient, printed: io.StringIO) -> str:
    """Use everything that takes or gives a secret, and print all of it; gives the price token."""

    def show(*values: object) -> None:
        for value in values:
            print(value, repr(value), pretty_repr(value), file=printed)

    show(
        await minted.customers.create(
            external_id="CST-1", firstname="Deniz", identity_number=IDENTITY, birthdate=date(1990, 1, 31)
        )
    )
    fix = await minted.prices.fix(type="digital", customer_external_id="CST-1")
    payment = models.CardTokenPayment(card_token=CARD_TOKEN, card_cvv=CVV, customer_ip="127.0.0.1")
    items = [models.BuyItem(sku="GAU", amount=Decimal("0.5"))]
    show(fix, payment, buyer())
    show(
        await minted.orders.buy_with_card_token(
            price_token=fix.token, external_id="ORD-1", customer=buyer(), items=items, payment=payment
        )
    )
    show(await minted.orders.get("ORD-1"), await minted.customers.get("CST-1"))
    show(minted, minted.orders, minted.with_options(locale="en"))
    return fix.token


async def failures(minted: MintedClient, sandbox: Sandbox, token: str, printed: io.StringIO) -> None:
    """Have every kind of call that holds secrets fail in every way, and print what a program would print."""
    items = [models.BuyItem(sku="GAU", amount=Decimal("0.5"))]
    faults: list[FaultName] = ["reset_before", "reset_after", "truncate", "server_error", "forbidden"]
    for fault in (*faults, "server_error_html", None):
        if fault is not None:
            sandbox.fail_next(fault)
        try:
            # Without a fault the id is one that is taken.
            await minted.orders.buy(
                price_token=token, external_id="ORD-1", customer=buyer(), items=items, currency_code="TRY"
            )
        except errors.MintedError as error:
            traceback.print_exception(error, file=printed)
            print(repr(error), vars(error), pickle.loads(pickle.dumps(error)), file=printed)


async def test_no_secret_shows_anywhere(printed: io.StringIO, caplog: pytest.LogCaptureFixture) -> None:
    async with Sandbox(username="demo", password=PASSWORD) as sandbox:
        async with MintedClient("demo", PASSWORD, base_url=sandbox.url) as minted:
            with minted.capture() as exchanges:
                token = await journey(minted, printed)
                await failures(minted, sandbox, token, printed)
                for exchange in exchanges:
                    print(exchange, file=printed)
        async with MintedClient("demo", f"{PASSWORD}!", base_url=sandbox.url) as stranger:
            with contextlib.suppress(errors.AuthenticationError):
                await stranger.orders.get("ORD-1")
    print(caplog.text, file=printed)

    text = printed.getvalue()
    assert len(exchanges) == 12
    for secret in (*SECRETS, token):
        assert secret not in text
    assert "ORD-1" in text
