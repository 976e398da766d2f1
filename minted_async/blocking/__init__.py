"""The sync door: the client for scripts, Celery and the Django admin, which waits instead of awaiting.

```python
from minted_async.blocking import MintedClient

with MintedClient.from_env() as minted:
    order = minted.orders.get("ORD-1")
```

It has the names, arguments, results and errors of `minted_async.MintedClient`, without `await`.

Names are imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minted_async.blocking.iterating import Reader, Rows, Values
    from minted_async.blocking.twins.client import MintedClient
    from minted_async.blocking.twins.feeds.feed import PriceFeed
    from minted_async.blocking.twins.trades.trades import Trades

__all__ = ["MintedClient", "PriceFeed", "Reader", "Rows", "Trades", "Values"]

_HOMES = {
    "MintedClient": "twins.client",
    "PriceFeed": "twins.feeds.feed",
    "Reader": "iterating",
    "Rows": "iterating",
    "Trades": "twins.trades.trades",
    "Values": "iterating",
}


def __getattr__(name: str) -> object:
    """Import a public name on its first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
