"""What the demo does, step by step, through the client's public interface; how it looks is up to a `Show`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Protocol

from minted_async import MintedClient, models
from minted_async.cli.console import digits

__all__ = ["BUY_ID", "CUSTOMER", "SELL_ID", "Outcome", "Plan", "Show", "Step", "travel"]

CUSTOMER = models.OrderCustomer(
    external_id="CST-1",
    firstname="Defne",
    lastname="Kaya",
    identity_number="10000000146",
    email="defne@example.com",
    phone="+905550000000",
)
BUY_ID = "BUY-1"
SELL_ID = "SELL-1"

_POLL_SECONDS = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to buy and sell.

    Attributes:
        sku: Product.
        amount: How much, in the unit of the sku.
        locale: Language of the API's messages.
        seed: What the sandbox's prices follow from.
    """

    sku: str = "GAU"
    amount: Decimal = Decimal("0.5")
    locale: str = "en"
    seed: int = 7


class Step(Enum):
    """The steps in their order, with what each is called."""

    CUSTOMER = "Create a customer"
    FIX = "Fix prices"
    BUY = "Buy"
    WAIT = "Wait for the order"
    BALANCE = "Read the balance"
    SELL = "Sell"
    READ = "Read both orders"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Both orders as they were read last."""

    bought: models.Order
    sold: models.Order


class Show(Protocol):
    """What is told of the journey while it goes on."""

    async def begin(self, step: Step) -> None:
        """A step begins; the journey waits for this call."""
        ...

    def note(self, step: Step, text: str) -> None:
        """Something to tell about a step under way."""
        ...

    def done(self, step: Step, text: str) -> None:
        """A step has ended well."""
        ...

    def prices(self, fix: models.PriceFix) -> None:
        """Prices have come in."""
        ...


async def travel(minted: MintedClient, plan: Plan, show: Show) -> Outcome:
    """Create a customer, fix prices, buy, wait, read the balance, sell, read both orders.

    Raises:
        MintedError: Whatever a call raises.
    """
    await show.begin(Step.CUSTOMER)
    customer = await minted.customers.create(
        external_id=CUSTOMER.external_id, firstname=CUSTOMER.firstname, lastname=CUSTOMER.lastname
    )
    show.done(Step.CUSTOMER, f"{customer.external_id}, {customer.fullname}")

    await show.begin(Step.FIX)
    fix = await minted.prices.fix(type="digital", customer_external_id=CUSTOMER.external_id)
    show.prices(fix)
    show.done(Step.FIX, _fixed(plan, fix))

    await show.begin(Step.BUY)
    bought = await minted.orders.buy(
        price_token=fix.token,
        external_id=BUY_ID,
        currency_code=fix.currency,
        customer=CUSTOMER,
        items=[models.BuyItem(sku=plan.sku, amount=plan.amount)],
    )
    show.done(
        Step.BUY,
        f"{digits(plan.amount)} {plan.sku} for {digits(bought.total)} {fix.currency}, order {BUY_ID}",
    )

    await show.begin(Step.WAIT)
    await _wait(minted, show)

    await show.begin(Step.BALANCE)
    lines = await minted.balances.customer(CUSTOMER.external_id)
    held = [line for line in lines if line.currency_code == plan.sku or line.is_cash]
    show.done(Step.BALANCE, ", ".join(f"{digits(line.balance)} {line.currency_code}" for line in held))

    await show.begin(Step.SELL)
    sold = await minted.orders.sell(
        price_token=fix.token,
        external_id=SELL_ID,
        currency_code=fix.currency,
        items=[models.SellItem(sku=plan.sku, amount=plan.amount)],
    )
    show.done(
        Step.SELL,
        f"{digits(plan.amount)} {plan.sku} for {digits(sold.total)} {fix.currency}, order {SELL_ID}",
    )

    await show.begin(Step.READ)
    outcome = Outcome(await minted.orders.get(BUY_ID), await minted.orders.get(SELL_ID))
    show.done(Step.READ, f"{BUY_ID} {outcome.bought.status_name}, {SELL_ID} {outcome.sold.status_name}")
    return outcome


async def _wait(minted: MintedClient, show: Show) -> None:
    """Read the order until it is completed, and tell each state that it goes through."""
    states: list[str] = []
    reads = 0
    while not states or states[-1] != models.OrderStatus.COMPLETED:
        if states:
            await asyncio.sleep(_POLL_SECONDS)
        order = await minted.orders.get(BUY_ID)
        reads += 1
        status = str(order.status_name)
        if not states or states[-1] != status:
            states.append(status)
        show.note(Step.WAIT, f"{', '.join(states)} ({reads} reads)")
    show.done(Step.WAIT, f"{', '.join(states)} ({reads} reads)")


def _fixed(plan: Plan, fix: models.PriceFix) -> str:
    price = next((price for price in fix.prices if price.sku == plan.sku), None)
    if price is None:
        return f"{len(fix.prices)} products, locked for {fix.expire_ttl} s"
    return f"1 {plan.sku} costs {digits(price.buy_price)} {fix.currency}, locked for {fix.expire_ttl} s"
