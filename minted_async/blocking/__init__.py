"""The sync door: the client for scripts, Celery and the Django admin, which waits instead of awaiting.

```python
from minted_async.blocking import MintedClient

with MintedClient.from_env() as minted:
    order = minted.orders.get("ORD-1")
```

It has the names, arguments, results and errors of `minted_async.MintedClient`, without `await`.

The first call starts a thread with an event loop, in which an async client lives; making a client starts
nothing. Any number of threads may use one client. After a fork, the first call of the child opens a client of
its own, with the same options; a journal is opened anew if it was given by its path or address. Objects that
were got before the fork work in the child; iterators and open feeds belong to the process that began them.

What is handed in (`events=`, a `source=` of prices, conditions, callbacks) is called in that thread: it must
not block, and its calls to the client are refused, as they would wait for themselves. Where an event loop
runs already, a call blocks that loop until it has ended.

Ctrl-C, or what a signal handler raises, cancels the call under way, and has notes of what is known of it. A
second one does not wait for that. All of it is in docs/without-asyncio.md.

Names are imported when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minted_async._lazily import names_of

if TYPE_CHECKING:
    from minted_async.blocking.iterating import Reader, Rows, Values
    from minted_async.blocking.twins.client import MintedClient
    from minted_async.blocking.twins.feeds.feed import PriceFeed
    from minted_async.blocking.twins.trades.trades import Trades

__all__ = ["MintedClient", "PriceFeed", "Reader", "Rows", "Trades", "Values"]

__getattr__, __dir__ = names_of(
    __name__,
    {
        "twins.client": ["MintedClient"],
        "twins.feeds.feed": ["PriceFeed"],
        "iterating": ["Reader", "Rows", "Values"],
        "twins.trades.trades": ["Trades"],
    },
)
