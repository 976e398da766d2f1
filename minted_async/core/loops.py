"""The event loop that runs, if it is one of asyncio, and the one that something belongs to."""

from __future__ import annotations

import asyncio
import os
from typing import NamedTuple

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


class Place(NamedTuple):
    """An event loop in a process."""

    process: int
    loop: asyncio.AbstractEventLoop


class Home:
    """The place that something belongs to: that of its first use."""

    def __init__(self) -> None:
        self._places: dict[None, Place] = {}  # none, or one

    @property
    def is_foreign(self) -> bool:
        """Whether another process has used it."""
        return any(place.process != os.getpid() for place in tuple(self._places.values()))

    def claim(self) -> Place:
        """The place of the first use, which is this one if there was none before.

        Of two threads that come first at once, only one can be told that it is its own.

        Raises:
            ConfigurationError: No event loop of asyncio runs.
        """
        return self._places.setdefault(None, Place(os.getpid(), running_loop()))

    def leave(self) -> None:
        """Be as new: the first use came to nothing."""
        self._places.clear()
