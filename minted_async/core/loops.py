"""The event loop that runs, if it is one of asyncio."""

from __future__ import annotations

import asyncio

from minted_async.errors import ConfigurationError


def running_loop() -> asyncio.AbstractEventLoop:
    """The event loop that runs here.

    Raises:
        ConfigurationError: There is none, or it is one of trio.
    """
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise ConfigurationError(
            "no event loop of asyncio runs here: await this in one (in tests of anyio the fixture "
            'anyio_backend has to give "asyncio"), or use minted_async.blocking'
        ) from None
