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

from importlib import import_module
from typing import TYPE_CHECKING

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

_HOMES = {
    "Clock": "clock",
    "STAGING": "core.origin",
    "Exchange": "core.capture",
    "Exchanges": "core.capture",
    "MintedClient": "client",
    "Page": "core.paging",
    "RetryPolicy": "core.retry",
    "Rows": "core.paging",
    "Shapes": "shapes",
    "Timeout": "core.config",
}


def __getattr__(name: str) -> object:
    """Import a public name on its first use (PEP 562)."""
    if name in ("errors", "events", "models"):
        return import_module(f"{__name__}.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
