"""The eight lines of Python that do what the demo does, and the program around them."""

from __future__ import annotations

import json
from string import Template

from minted_async.cli.console import digits
from minted_async.cli.journey import BUY_ID, CUSTOMER, SELL_ID, Plan

__all__ = ["eight_lines", "whole_program"]

_LINES = Template("""\
async with Sandbox($seed) as sandbox, MintedClient("demo", "demo", base_url=sandbox.url) as minted:
    await minted.customers.create(external_id="$customer", firstname="$firstname", lastname="$lastname")
    fix = await minted.prices.fix(type="digital", customer_external_id="$customer")
    await minted.orders.buy(price_token=fix.token, external_id="$buy", customer=BUYER, items=[models.BuyItem(sku=$sku, amount=$amount)])
    while (await minted.orders.get("$buy")).status_name != "Completed": await asyncio.sleep(0.1)
    print(await minted.balances.customer("$customer"))
    await minted.orders.sell(price_token=fix.token, external_id="$sell", items=[models.SellItem(sku=$sku, amount=$amount)])
    print(await minted.orders.get("$buy"), await minted.orders.get("$sell"))
""")  # noqa: E501

_PROGRAM = Template('''\
"""Buy and sell on the embedded sandbox. For the real API write `MintedClient.from_env()` and no sandbox."""

import asyncio
from decimal import Decimal

from minted_async import MintedClient, models
from minted_async.sandbox import Sandbox

BUYER = models.OrderCustomer(
    external_id="$customer",
    firstname="$firstname",
    lastname="$lastname",
    identity_number="$identity_number",
    email="$email",
    phone="$phone",
)


async def main() -> None:
$lines

asyncio.run(main())
''')


def eight_lines(plan: Plan) -> str:
    """Connect, create a customer, fix prices, buy, wait, read the balance, sell, read both orders."""
    return _LINES.substitute(
        customer=CUSTOMER.external_id,
        firstname=CUSTOMER.firstname,
        lastname=CUSTOMER.lastname,
        seed="" if plan.seed == Plan().seed else f"seed={plan.seed}",
        buy=BUY_ID,
        sell=SELL_ID,
        sku=json.dumps(plan.sku, ensure_ascii=False),  # a JSON string is a Python string too
        amount=f'Decimal("{digits(plan.amount)}")',
    )


def whole_program(plan: Plan) -> str:
    """The eight lines with what they need around them: a file that runs."""
    lines = "".join(f"    {line}\n" for line in eight_lines(plan).splitlines())
    return _PROGRAM.substitute(
        customer=CUSTOMER.external_id,
        firstname=CUSTOMER.firstname,
        lastname=CUSTOMER.lastname,
        identity_number=CUSTOMER.identity_number,
        email=CUSTOMER.email,
        phone=CUSTOMER.phone,
        lines=lines,
    )
