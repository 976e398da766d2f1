"""The event loops that the client runs on."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Callable
from typing import Any

import pytest

NEEDS_UVLOOP = pytest.mark.skipif(
    importlib.util.find_spec("uvloop") is None, reason="there is no uvloop for this Python"
)
LOOPS = ["asyncio", pytest.param("uvloop", marks=NEEDS_UVLOOP)]


def new_loop(name: str) -> asyncio.AbstractEventLoop:
    """A loop of that name."""
    if name == "asyncio":
        return asyncio.new_event_loop()
    import uvloop

    class Loop(uvloop.Loop):
        """Keeps quiet about the connections that it closed itself.

        Whoever cancels `create_connection` in the moment in which TLS has been agreed on gets its
        cancellation, and the exception handler gets a write to the closed socket (seen with 0.23.0).
        """

        def call_exception_handler(self, context: dict[str, Any]) -> None:
            said = f"{context['message']}: {context.get('exception')}"
            if not (said.startswith("Fatal error on SSL") and said.endswith("; the handler is closed")):
                super().call_exception_handler(context)

    return Loop()


def anyio_backend_of(name: str) -> tuple[str, dict[str, Callable[[], asyncio.AbstractEventLoop]]]:
    """anyio's backend with that loop."""
    return "asyncio", {"loop_factory": lambda: new_loop(name)}
