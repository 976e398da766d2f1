"""Buy gold once, and account for every order even if the program dies in between.

Runs against the API of the environment variables MINTED_USERNAME, MINTED_PASSWORD and MINTED_BASE_URL, such
as those that `minted sandbox` prints. Without them it starts a sandbox of its own that loses an answer. The
journal is the file named on the command line, `orders.sqlite` by default.
"""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal

from minted_async import MintedClient, errors, models
from minted_async.sandbox import Sandbox

BUYER = models.OrderCustomer(
    external_id="CST-1",
    firstname="Defne",
    lastname="Kaya",
    identity_number="10000000146",
    email="defne@example.com",
    phone="+905550000000",
)


@asynccontextmanager
async def connect(journal: str) -> AsyncGenerator[MintedClient]:
    """A client of the configured API, or of a sandbox that loses the answer to the first purchase."""
    if "MINTED_USERNAME" in os.environ:
        async with MintedClient.from_env(journal=journal) as minted:
            yield minted
        return
    async with Sandbox() as sandbox:
        sandbox.fail_next("reset_after", path="/partner/order/digital/buy")
        async with MintedClient("demo", "demo", base_url=sandbox.url, journal=journal) as minted:
            yield minted


async def buy_half_a_gram(minted: MintedClient) -> models.Order | None:
    """Buy at a price that is at most 0.5% above the one that the customer was shown."""
    shown = await minted.trades.fix_price(customer_external_id=BUYER.external_id)
    print(f"1 g of gold costs {shown.price('GAU').buy_price} {shown.fix.currency}")
    try:
        return await minted.trades.buy(
            customer=BUYER,
            items=[models.BuyItem(sku="GAU", amount=Decimal("0.5"))],
            currency_code=shown.fix.currency,
            reference_price=shown.price("GAU").buy_price,
            max_slippage=Decimal("0.005"),
        )
    except errors.SlippageError as error:
        print(f"Not bought, ask the customer again: {error}")
    except errors.OutcomeUnknownError as error:
        # It may exist. It is in the journal, and `recover` finds out, now or in another process.
        print(f"Not known before {error.certain_at}: {error}")
    except errors.MintedError as error:
        print(f"Not bought, safe to try again: {error}")
    return None


async def main(journal: str) -> None:
    """Account for earlier orders, buy, and wait for the order to be completed."""
    async with connect(journal) as minted:
        for recovery in await minted.trades.recover():
            outcome = "was placed" if recovery.order is not None else str(recovery.error)
            print(f"Left open by an earlier run: {recovery.external_id}: {outcome}")
        order = await buy_half_a_gram(minted)
        if order is None:
            return
        print(f"Bought {order.items[0].amount} g for {order.total} {order.currency_code}")
        async for change in minted.trades.watch(order, timeout=60):
            print(f"{change.external_id} is {change.status_name}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "orders.sqlite"))
