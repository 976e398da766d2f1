"""Starting and stopping web applications, also those with open event streams, which never end by themselves.

A server that is told to stop waits for its connections before it tells the application. So the application
listens for the signal itself, and ends its streams: with uvicorn, gunicorn and hypercorn alike.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from types import FrameType
from typing import Any

import uvicorn

from minted_async.feeds import PriceFeed


@asynccontextmanager
async def closed_on_signal(feed: PriceFeed) -> AsyncGenerator[None]:
    """Close the feed on Ctrl-C and SIGTERM, which ends every iterator, and leave the rest to the server."""
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()

    async def close() -> None:
        await stopping.wait()
        await feed.aclose()

    def stop(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stopping.set)
        servers[number](number, frame)

    servers: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():  # elsewhere, as in tests, no signal arrives
        for asked in (signal.SIGINT, signal.SIGTERM):
            if callable(handler := signal.getsignal(asked)):
                servers[asked] = handler
                signal.signal(asked, stop)
    closing = asyncio.create_task(close())
    try:
        yield
    finally:
        for number, handler in servers.items():
            signal.signal(number, handler)
        stopping.set()
        await closing


@contextmanager
def server_to_trade_on() -> Generator[None]:
    """The one that the environment names, or a sandbox in a process of its own."""
    if os.environ.get("MINTED_USERNAME"):
        yield
        return
    command = [sys.executable, "-m", "minted_async.cli", "sandbox", "--quiet", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as sandbox:
        assert sandbox.stdout is not None
        url = sandbox.stdout.readline().strip()
        os.environ |= {"MINTED_USERNAME": "demo", "MINTED_PASSWORD": "demo", "MINTED_BASE_URL": url}
        try:
            yield
        finally:
            sandbox.terminate()


def serve(app: Any) -> None:
    """Serve on the port that the command line names, until Ctrl-C."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8000)
    # A client that no longer reads what it is sent is not waited for.
    uvicorn.run(app, port=parser.parse_args().port, timeout_graceful_shutdown=2)
