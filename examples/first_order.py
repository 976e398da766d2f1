"""Buy half a gram of gold, and know what happened even if the answer is lost.

Runs against the API of the environment variables MINTED_USERNAME, MINTED_PASSWORD and MINTED_BASE_URL, such
as those that `minted sandbox` prints. Without them it starts a sandbox of its own.
"""

import asyncio
import os
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
async def connect() -> AsyncGenerator[MintedClient]:
    """A client of the configured API, or of a sandbox."""
    if "MINTED_USERNAME" in os.environ:
        async with MintedClient.from_env() as minted:
            yield minted
    else:
        async with Sandbox() as sandbox, MintedClient("demo", "demo", base_url=sandbox.url) as minted:
            yield minted


async def place(minted: MintedClient, external_id: str) -> models.Order:
    """Buy, and return the order as Minted has it.

    Raises:
        MintedError: The order was refused, or it is not known whether it was placed.
    """
    fix = await minted.prices.fix(type="digital", customer_external_id=BUYER.external_id)
    gold = next(price for price in fix.prices if price.sku == "GAU")
    print(f"1 g of gold costs {gold.buy_price} {fix.currency}, for {fix.expire_ttl} s")
    try:
        await minted.orders.buy(
            price_token=fix.token,
            external_id=external_id,
            currency_code=fix.currency,
            customer=BUYER,
            items=[models.BuyItem(sku="GAU", amount=Decimal("0.5"))],
        )
    except errors.OutcomeUnknownError as lost:
        # The order may exist. Placing it again could buy twice; looking it up cannot. "Not found" is final
        # only when the price lock has run out: until then a delayed request can still be carried out.
        print(f"The answer was lost: {lost}")
    return await minted.orders.get(external_id)


async def main() -> None:
    """Place an order and wait until it is completed."""
    async with connect() as minted:
        # An id of your own that names this purchase for ever: a row of your database, for example.
        external_id = f"ORD-{os.getpid()}"
        order = await place(minted, external_id)
        while order.status_name != models.OrderStatus.COMPLETED:
            print(f"{order.external_id} is {order.status_name}")
            await asyncio.sleep(0.5)
            order = await minted.orders.get(external_id)
        print(f"{order.external_id} is {order.status_name}: {order.total} {order.currency_code}")


if __name__ == "__main__":
    asyncio.run(main())
