"""uvicorn for applications with open event streams, which never end by themselves."""

from __future__ import annotations

import argparse
import contextlib
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn


class StreamServer(uvicorn.Server):
    """A server that does something before it waits for its connections to end.

    Args:
        app: An ASGI application.
        port: Port of this machine to listen on.
        before_shutdown: Ends the streams.
    """

    def __init__(self, app: Any, port: int, before_shutdown: Callable[[], Awaitable[None]]) -> None:
        super().__init__(uvicorn.Config(app, port=port))
        self._before_shutdown = before_shutdown

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Called by uvicorn on Ctrl-C and on SIGTERM."""
        await self._before_shutdown()
        await super().shutdown(sockets)


def serve(app: Any, before_shutdown: Callable[[], Awaitable[None]]) -> None:
    """Serve until Ctrl-C, on the port that the command line names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8000)
    with contextlib.suppress(KeyboardInterrupt):
        StreamServer(app, parser.parse_args().port, before_shutdown).run()
