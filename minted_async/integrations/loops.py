"""A client for code that several event loops run: Django has one for each request under WSGI."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

from minted_async.client import MintedClient
from minted_async.core.config import NeverPickled, check_factory, check_type
from minted_async.core.loops import running_loop

__all__ = ["ClientOfEachLoop"]


def made_by(make: Callable[[], MintedClient]) -> MintedClient:
    """What a function of the program has made.

    Raises:
        ConfigurationError: It is no client of the async kind.
    """
    return check_type("what make() gives", make(), MintedClient)


class ClientOfEachLoop(NeverPickled):
    """One client for each event loop, made when it is first asked for, and closed when the loop ends.

    ```python
    minted_of_loop = ClientOfEachLoop()


    async def order(request: HttpRequest, external_id: str) -> HttpResponse:
        minted = await minted_of_loop()
        ...
    ```

    Under an ASGI server there is one loop and so one client, which all requests share. Where each request has
    a loop of its own, each has a client of its own too, and logs in anew.

    A loop closes its client when it shuts its asynchronous generators down, which `asyncio.run`, `Runner`,
    uvicorn and Django do. Who runs a loop by hand says so before `loop.close()`:
    `loop.run_until_complete(loop.shutdown_asyncgens())`. Without it the client is not closed, and warns.

    Args:
        make: Makes a client.

    Raises:
        ConfigurationError: It is no such function.
    """

    def __init__(self, make: Callable[[], MintedClient] = MintedClient.from_env) -> None:
        self._make = check_factory("make", make)
        self._held: dict[asyncio.AbstractEventLoop, tuple[MintedClient, AsyncGenerator[None]]] = {}

    async def __call__(self) -> MintedClient:
        """The client of the running loop.

        Raises:
            ConfigurationError: What makes it has made something else, or no event loop of asyncio runs.
        """
        loop = running_loop()
        held = self._held.get(loop)
        if held is None:
            client = made_by(self._make)
            held = client, self._until_the_end(loop, client)
            # Threads do this at once, and without a lock, which a fork might leave taken: each step is one.
            for each in list(self._held):
                if each.is_closed():  # not shut down before
                    self._held.pop(each, None)
            self._held[loop] = held
            await anext(held[1])  # which does not wait: no other task comes in between
        return held[0]

    async def _until_the_end(
        self, loop: asyncio.AbstractEventLoop, client: MintedClient
    ) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            self._held.pop(loop, None)
            await client.aclose()
