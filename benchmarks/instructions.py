"""Instructions of one call, counted by valgrind: a number that a busy machine does not change.

A client runs twice, with few calls and with more; the difference, divided by that of the calls, is what one
costs, and the start of the program cancels out. Only the client's process is counted, and of it what happens
in user space.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from benchmarks.clients import OWN, SEEING
from benchmarks.server import Site

FEW = 50
MANY = 250

# Without a simulated cache it counts what callgrind counts, in half the time.
_COUNTER = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
_COUNTED = re.compile(r"I +refs: +([\d,]+)")


class NoValgrindError(Exception):
    """There is no valgrind on this machine."""


def measure(site: Site, names: Sequence[str]) -> dict[str, float]:
    """Instructions of one call of each client.

    Raises:
        NoValgrindError: It is not installed.
    """
    if shutil.which("valgrind") is None:
        raise NoValgrindError("valgrind is not installed: apt-get install valgrind")
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        few = {name: pool.submit(_count, site, name, FEW) for name in names}
        many = {name: pool.submit(_count, site, name, MANY) for name in names}
        return {name: (many[name].result() - few[name].result()) / (MANY - FEW) for name in names}


def _count(site: Site, name: str, calls: int) -> int:
    program = [sys.executable, "-m", "benchmarks.instructions", json.dumps([site, name, calls])]
    done = subprocess.run(
        [*_COUNTER, *program],
        # The order of sets and with it the length of many ways depends on the seed.
        env={**os.environ, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = _COUNTED.search(done.stderr)
    if done.returncode or found is None:
        raise RuntimeError(f"{name} under valgrind: {done.stderr[-2000:]}")
    return int(found[1].replace(",", ""))


async def run(site: Site, name: str, calls: int) -> None:
    client = OWN.get(name) or SEEING.get(name)
    if client is None:
        # Loaded only where it is measured: under valgrind pydantic takes longer to import than all calls.
        from benchmarks.peers import CLIENTS

        client = CLIENTS[name]
    async with client.make(site) as call:
        for _ in range(20):
            await call()
        # What was made before is not looked at again: when it would be depends on all that was made since.
        gc.collect()
        gc.freeze()
        for _ in range(calls):
            await call()


if __name__ == "__main__":
    place, wanted, count = json.loads(sys.argv[1])
    asyncio.run(run(Site(*place), wanted, count))
