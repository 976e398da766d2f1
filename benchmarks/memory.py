"""Memory of a client that rests after a call, and of calls that wait: for an answer, and for a connection.

What Python itself has allocated counts, in bytes; buffers inside OpenSSL and the kernel are not seen.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import tracemalloc
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import aiohttp

from benchmarks.clients import BARE_GET, GET, HEADERS, sdk
from benchmarks.server import Site

# Each client allows a hundred connections: the rest waits in line.
ANSWERS = 100
LINE = 1_000
RESTING = 20

Ask = Callable[[str], Awaitable[object]]


@asynccontextmanager
async def bare(site: Site) -> AsyncGenerator[Ask, None]:
    async with aiohttp.ClientSession() as session:

        async def ask(order: str) -> bytes:
            async with session.get(f"{site.open}/partner/order/{order}", headers=HEADERS) as response:
                return await response.read()

        yield ask


@asynccontextmanager
async def ours(site: Site) -> AsyncGenerator[Ask, None]:
    async with sdk(site) as minted:
        yield minted.orders.get


def allocated() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


async def measure(make: Callable[[Site], AbstractAsyncContextManager[Ask]], site: Site) -> dict[str, float]:
    """Bytes of one client at rest, of one call that waits for its answer, and of one that waits in line."""
    async with make(site) as ask:
        await ask("HYAQA0171ab12")
    async with AsyncExitStack() as stack:
        before = allocated()
        for _ in range(RESTING):
            other = await stack.enter_async_context(make(site))
            await other("HYAQA0171ab12")
        resting = (allocated() - before) / RESTING
    async with make(site) as ask:
        await ask("HYAQA0171ab12")
        before = allocated()
        calls = [asyncio.ensure_future(ask("HANG")) for _ in range(ANSWERS)]
        await asyncio.sleep(1)
        answers = (allocated() - before) / ANSWERS
        before = allocated()
        calls += [asyncio.ensure_future(ask("HANG")) for _ in range(LINE)]
        await asyncio.sleep(1)
        line = (allocated() - before) / LINE
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
    return {"client at rest": resting, "waiting for its answer": answers, "waiting in line": line}


def main() -> None:
    site = Site(*json.loads(sys.argv[1]))
    tracemalloc.start()
    makes = {BARE_GET: bare, GET: ours}
    print(json.dumps({name: asyncio.run(measure(make, site)) for name, make in makes.items()}))


if __name__ == "__main__":
    main()
