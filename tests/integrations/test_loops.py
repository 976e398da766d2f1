"""A client of each event loop."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import async_to_sync

from minted_async import MintedClient
from minted_async.errors import ConfigurationError
from minted_async.integrations.loops import ClientOfEachLoop
from minted_async.sandbox import Sandbox


def is_closed(client: MintedClient) -> bool:
    with pytest.raises(ConfigurationError) as refused:
        asyncio.run(client.orders.get("ORD-1"))
    return "closed" in str(refused.value)


class Made:
    """Makes clients, and keeps them."""

    def __init__(self, url: str = "http://127.0.0.1:9") -> None:
        self.url = url
        self.clients: list[MintedClient] = []

    def __call__(self) -> MintedClient:
        self.clients.append(MintedClient("demo", "demo", base_url=self.url))
        return self.clients[-1]


async def several(of_loop: ClientOfEachLoop) -> set[int]:
    return {id(client) for client in await asyncio.gather(*(of_loop() for _ in range(5)))}


def test_the_tasks_of_a_loop_share_one_client_which_ends_with_it() -> None:
    made = Made()
    of_loop = ClientOfEachLoop(made)
    for count in (1, 2, 3):
        assert len(asyncio.run(several(of_loop))) == 1
        assert len(made.clients) == count
        assert is_closed(made.clients[-1])


def test_django_s_loops_end_their_clients_too() -> None:
    made = Made()
    of_loop = ClientOfEachLoop(made)
    for _ in range(2):
        async_to_sync(several)(of_loop)
    assert [is_closed(client) for client in made.clients] == [True, True]


def test_a_loop_that_was_never_shut_down_is_forgotten() -> None:
    made = Made()
    of_loop = ClientOfEachLoop(made)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(of_loop())
    loop.close()
    asyncio.run(several(of_loop))
    assert len(made.clients) == 2


def test_threads_with_loops_of_their_own_trade_at_once() -> None:
    url, stop = threading.Event(), threading.Event()
    found: list[str] = []

    async def serve() -> None:
        async with Sandbox() as sandbox:
            found.append(sandbox.url)
            url.set()
            await asyncio.to_thread(stop.wait)

    server = threading.Thread(target=asyncio.run, args=[serve()])
    server.start()
    try:
        assert url.wait(30)
        made = Made(found[0])
        of_loop = ClientOfEachLoop(made)

        async def skus() -> set[str]:
            fix = await (await of_loop()).prices.fix(type="digital")
            return {price.sku for price in fix.prices}

        def run(number: int) -> set[str]:
            return asyncio.run(skus())

        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(run, range(12)))
    finally:
        stop.set()
        server.join()
    assert all("GAU" in answer for answer in answers)
    assert len(made.clients) == 12
    assert all(is_closed(client) for client in made.clients)
