"""What a message costs the example server that sends the same prices to many browsers at once.

Starts an example of `examples/` on its sandbox, opens 2,000 event streams, and counts what arrives and what
the server process works meanwhile: `python benchmarks/event_streams.py`. With `--example` it is another one,
with `--clients` there are more or fewer. The clients run in another process, whose CPU does not count.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import resource
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

EXAMPLES = Path(__file__).parent.parent / "examples"
REQUEST = b"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
TICKS = os.sysconf("SC_CLK_TCK")
EVENT = b"data: "


class Clients:
    """Event streams that are read as fast as they come.

    Attributes:
        messages: How many events have arrived, in all of them.
    """

    def __init__(self, port: int) -> None:
        self.messages = 0
        self._port = port
        self._opening = asyncio.Semaphore(100)
        self._tasks: list[asyncio.Task[None]] = []
        self._ready = 0

    async def open(self, count: int) -> None:
        """Open them, and wait until each has had an event."""
        self._tasks = [asyncio.create_task(self._read()) for _ in range(count)]
        async with asyncio.timeout(120):
            while self._ready < count:
                await asyncio.sleep(0.05)
                for task in self._tasks:
                    if task.done():
                        task.result()

    async def _read(self) -> None:
        async with self._opening:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            writer.write(REQUEST)
            await reader.readuntil(EVENT)
        self._ready += 1
        while line := await reader.readline():
            self.messages += line.startswith(EVENT)
        raise ConnectionError("the server has ended an event stream")

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def cpu_seconds(pid: int) -> float:
    """What a process has worked so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def measure(pid: int, port: int, options: argparse.Namespace) -> list[tuple[float, float]]:
    """Events a second, and microseconds of the server for each, of some spans of time."""
    clients = Clients(port)
    await clients.open(options.clients)
    spans: list[tuple[float, float]] = []
    for _ in range(options.rounds):
        messages, cpu, began = clients.messages, cpu_seconds(pid), time.perf_counter()
        await asyncio.sleep(options.seconds)
        delivered, elapsed = clients.messages - messages, time.perf_counter() - began
        spans.append((delivered / elapsed, 1e6 * (cpu_seconds(pid) - cpu) / delivered))
    await clients.close()
    return spans


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=2000)
    parser.add_argument("--example", default="fastapi_prices")
    parser.add_argument("--examples", type=Path, default=EXAMPLES, help="folder of the examples")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, str(options.examples / f"{options.example}.py"), "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while server.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        spans = asyncio.run(measure(server.pid, port, options))
    finally:
        server.kill()
        server.wait()
    rate, cost = (statistics.median(values) for values in zip(*spans, strict=True))
    print(f"{options.example}, {options.clients:,} clients: {rate:,.0f} events/s, {cost:.1f} us of CPU each")
    return 0


if __name__ == "__main__":
    sys.exit(main())
