"""An embedded Minted for demonstrations and tests: a real HTTP server with made-up data.

It answers every operation whose path is documented, in the documented shape as far as that is known, and
shares no code with the client: it is the independent witness against which the client is tested. Operations
that the documentation only lists are answered with 404.

```python
import asyncio

from minted_async.sandbox import Faults, Sandbox


async def main() -> None:
    async with Sandbox(username="demo", password="demo", seed=7, faults=Faults(delay=(0.0, 0.02))) as sandbox:
        print(sandbox.url)  # curl --digest -u demo:demo $URL/partner/order/ORD-1
        sandbox.fail_next("reset_after", path="/partner/order/digital/buy")  # bought, answer lost
        sandbox.advance(240)  # every price fix has expired now, though no second has passed
        print(len(sandbox.orders), len(sandbox.requests), sandbox.unauthorized)


asyncio.run(main())
```

Everything that is done to a sandbox or read from it may be done in any thread; `Sandbox.in_thread` serves
without an event loop of your own.

What the documentation does not say is assumed, and each assumption is written down where it is made: error
answers in `messages`, prices, orders and deliveries in `trading`, customers and balances in `accounts`, the
two shops in the modules of `shop`. Two concern every request. Authentication comes first, then the address,
the headers, the body; only a body of more than 1 MiB is refused before all of them. The header `x-client-id`
is documented as required, with `web` as its default: requests with a body are refused without it, and reading
takes the default, so that a plain curl works.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minted_async._lazily import names_of

if TYPE_CHECKING:
    from minted_async.sandbox.clock import Clock
    from minted_async.sandbox.customers import Customer, Profile
    from minted_async.sandbox.faults import FaultName, Faults
    from minted_async.sandbox.ledger import Entry, Ledger
    from minted_async.sandbox.orders import CardPayment, Order, OrderItem
    from minted_async.sandbox.recording import RecordedRequest, RequestLog
    from minted_async.sandbox.server import Sandbox
    from minted_async.sandbox.shop.baskets import Basket
    from minted_async.sandbox.shop.catalog import Article
    from minted_async.sandbox.shop.ecom import Ecom
    from minted_async.sandbox.shop.fees import Fees
    from minted_async.sandbox.shop.walletable import Walletable
    from minted_async.sandbox.stubs import Answer, RouteAnswer, RouteRequest

__all__ = [
    "Answer",
    "Article",
    "Basket",
    "CardPayment",
    "Clock",
    "Customer",
    "Ecom",
    "Entry",
    "FaultName",
    "Faults",
    "Fees",
    "Ledger",
    "Order",
    "OrderItem",
    "Profile",
    "RecordedRequest",
    "RequestLog",
    "RouteAnswer",
    "RouteRequest",
    "Sandbox",
    "Walletable",
]

__getattr__, __dir__ = names_of(
    __name__,
    {
        "clock": ["Clock"],
        "customers": ["Customer", "Profile"],
        "faults": ["FaultName", "Faults"],
        "ledger": ["Entry", "Ledger"],
        "orders": ["CardPayment", "Order", "OrderItem"],
        "recording": ["RecordedRequest", "RequestLog"],
        "server": ["Sandbox"],
        "shop.baskets": ["Basket"],
        "shop.catalog": ["Article"],
        "shop.ecom": ["Ecom"],
        "shop.fees": ["Fees"],
        "shop.walletable": ["Walletable"],
        "stubs": ["Answer", "RouteAnswer", "RouteRequest"],
    },
)
