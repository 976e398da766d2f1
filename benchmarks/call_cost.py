"""What a signed, typed, Decimal-exact call costs beside a bare `session.get` and `read` of aiohttp.

Two server processes, one client process, alternating rounds, medians of client CPU:
`python benchmarks/call_cost.py`. The bare client is what many would write: a string URL, a params dictionary,
headers for each call, no authentication, no decoding.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

import aiohttp

from minted_async import MintedClient, models

ROUNDS = 9
CALLS = 600
SERVER = """
import asyncio, sys
from minted_async.sandbox import Sandbox

async def main():
    async with Sandbox(username="bench", password="bench") as sandbox:
        print(sandbox.url, flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""
BARE = """
import asyncio, sys
from aiohttp import web

async def main():
    body = bytes.fromhex(sys.argv[1])
    async def answer(request):
        return web.Response(body=body, content_type="application/json")
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""


async def spread(call: Callable[[], Awaitable[object]], concurrency: int) -> float:
    """CPU seconds of this process a call."""

    async def work(calls: int) -> None:
        for _ in range(calls):
            await call()

    await work(10)
    start = time.process_time()
    await asyncio.gather(*(work(CALLS // concurrency) for _ in range(concurrency)))
    return (time.process_time() - start) / (CALLS // concurrency * concurrency)


async def measure(sandbox: str, bare: str, concurrency: int) -> None:
    """One line of the table."""
    async with (
        aiohttp.ClientSession() as session,
        MintedClient("bench", "bench", base_url=sandbox) as minted,
    ):

        async def naive() -> bytes:
            headers = {"api-version": "2", "x-client-id": "web", "Accept-Language": "tr"}
            async with session.get(
                f"{bare}/partner/order/ORD-1", params={"x": "1"}, headers=headers
            ) as response:
                return await response.read()

        async def typed() -> models.Order:
            return await minted.orders.get("ORD-1")

        times: dict[str, list[float]] = {"naive": [], "typed": []}
        for _ in range(ROUNDS):
            times["naive"].append(await spread(naive, concurrency))
            times["typed"].append(await spread(typed, concurrency))
    naive_us, typed_us = (statistics.median(times[name]) * 1e6 for name in ("naive", "typed"))
    print(f"{concurrency:11d}  {naive_us:8.0f} us  {typed_us:8.0f} us  x{typed_us / naive_us:.2f}")


async def place_order(url: str) -> bytes:
    """Have an order to read; its answer as bytes, for the bare server to give as well."""
    async with MintedClient("bench", "bench", base_url=url) as minted:
        fix = await minted.prices.fix(type="digital", customer_external_id="CST-1")
        await minted.request(
            "POST",
            "/partner/order/digital/buy",
            json={
                "price_token": fix.token,
                "external_id": "ORD-1",
                "currency_code": "TRY",
                "customer": {
                    "external_id": "CST-1",
                    "identity_number": "10000000146",
                    "firstname": "Deniz",
                    "lastname": "Örnek",
                    "email": "deniz@example.com",
                    "phone": "+905550000000",
                },
                "items": [{"sku": "GAU", "amount": 1}],
            },
        )
        with minted.capture() as exchanges:
            await minted.orders.get("ORD-1")
        return exchanges[-1].body


def start(program: str, *arguments: str) -> tuple[subprocess.Popen[str], str]:
    """Start a server process; its URL is its first line."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def main() -> None:
    sandbox, sandbox_url = start(SERVER)
    body = asyncio.run(place_order(sandbox_url))
    bare, bare_url = start(BARE, body.hex())
    try:
        print("concurrency        bare         SDK  ratio  (client CPU a call)")
        for concurrency in (1, 64, 256):
            asyncio.run(measure(sandbox_url, bare_url, concurrency))
    finally:
        for process in (sandbox, bare):
            process.communicate()


if __name__ == "__main__":
    main()
