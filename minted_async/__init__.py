"""The asyncio SDK for the Minted Connect partner API: digital gold, silver and platinum.

```python
from minted_async import MintedClient

async with MintedClient.from_env() as minted:
    fix = await minted.prices.fix(type="digital")
    order = await minted.orders.get("ORD-1")
```

Names are imported when they are first used: the pytest plugin and `minted --help` load no HTTP machinery.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minted_async._lazily import names_of
from minted_async._version import __version__

if TYPE_CHECKING:
    from minted_async import errors, events, models
    from minted_async.client import MintedClient
    from minted_async.clock import Clock
    from minted_async.core.capture import Exchange, Exchanges
    from minted_async.core.config import Timeout
    from minted_async.core.origin import STAGING
    from minted_async.core.paging import Page, Rows
    from minted_async.core.retry import RetryPolicy
    from minted_async.shapes import Shapes

__all__ = [
    "STAGING",
    "Clock",
    "Exchange",
    "Exchanges",
    "MintedClient",
    "Page",
    "RetryPolicy",
    "Rows",
    "Shapes",
    "Timeout",
    "__version__",
    "errors",
    "events",
    "models",
]

__getattr__, __dir__ = names_of(
    __name__,
    {
        "clock": ["Clock"],
        "core.origin": ["STAGING"],
        "core.capture": ["Exchange", "Exchanges"],
        "client": ["MintedClient"],
        "core.paging": ["Page", "Rows"],
        "core.retry": ["RetryPolicy"],
        "shapes": ["Shapes"],
        "core.config": ["Timeout"],
        "errors": ["errors"],
        "events": ["events"],
        "models": ["models"],
    },
)
