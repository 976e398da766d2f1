"""Web examples as running programs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

from tests.servers import free_port

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 30.0


class Site:
    """A running program that serves the example."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{port}"
        self.socket_url = f"ws://127.0.0.1:{port}/socket"

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=PATIENCE) as answer:
            assert answer.headers["Content-Type"].startswith("application/json")
            return json.loads(answer.read())

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(self.url + path, timeout=PATIENCE) as answer:
                status: int = answer.status
                return status
        except HTTPError as refused:
            refused.close()
            return refused.code

    def reason(self, path: str) -> str:
        """What a refusal says."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=PATIENCE):
                return ""
        except HTTPError as refused:
            with refused:
                return refused.read().decode()

    def events(self) -> HTTPResponse:
        stream: HTTPResponse = urllib.request.urlopen(f"{self.url}/events", timeout=PATIENCE)
        return stream

    def answers(self) -> bool:
        try:
            self.status("/")
        except (URLError, ConnectionError):
            return False
        return True

    def has_prices(self) -> bool:
        return self.status("/api/prices") == 200

    def wait_until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert self.process.poll() is None, self.process.communicate()[0]
            assert time.monotonic() < deadline, f"{condition} stays false"
            time.sleep(0.05)

    def stop(self, how: signal.Signals) -> tuple[int, str]:
        """The exit code, and what was written; comes back when all worker processes have ended too."""
        self.process.send_signal(how)
        out, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out


def next_event(stream: HTTPResponse) -> Any:
    """The content of the next server-sent event."""
    while not (line := stream.readline()).startswith(b"data: "):
        assert line, "the stream has ended"
    return json.loads(line.removeprefix(b"data: "))


@contextmanager
def running(
    arguments: Sequence[str], port: int, folder: Path = ROOT, environment: dict[str, str] | None = None
) -> Generator[Site]:
    """A Python program that listens on a port, with no other MINTED_ variables than those given."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MINTED_")}
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        site = Site(process, port)
        try:
            site.wait_until(site.answers)
            yield site
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def running_example(name: str, environment: dict[str, str] | None = None) -> Generator[Site]:
    """An example, started as its docstring says."""
    port = free_port()
    script = ("-W", "error", f"examples/{name}.py", "--port", str(port))
    with running(script, port, environment=environment) as site:
        yield site
