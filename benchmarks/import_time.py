"""What importing the package costs beyond the libraries under it, and what the first call of a client costs.

Each runs in a fresh interpreter, rounds alternate, medians of CPU time are compared. To see what is slow:
`python -X importtime -c "from minted_async import MintedClient"`.
"""

from __future__ import annotations

import statistics
import subprocess
import sys

from benchmarks.server import PASSWORD, USERNAME, Site, running

ROUNDS = 11
LIMITS = {"import minted_async": 25.0, "first call": 20.0}
"""Milliseconds that it may take above the libraries, and above a first call of aiohttp."""

_LIBRARIES = "import asyncio, aiohttp, msgspec"
_PACKAGE = f"{_LIBRARIES}; from minted_async import MintedClient, models"
_BARE_CALL = """
async def main():
    async with aiohttp.ClientSession() as session:
        async with session.get("{open}/partner/order/A") as response:
            await response.read()
asyncio.run(main())
"""
_FIRST_CALL = """
async def main():
    async with MintedClient("{username}", "{password}", base_url="{digest}") as minted:
        await minted.orders.get("A")
asyncio.run(main())
"""


def milliseconds(before: str, timed: str) -> float:
    """CPU time of a program: the start of the interpreter does not count, nor do its neighbours."""
    program = f"import time\n{before}\nstart = time.process_time()\n{timed}\n"
    program += "print((time.process_time() - start) * 1000)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return float(result.stdout)


def measure(site: Site, rounds: int = ROUNDS) -> dict[str, float]:
    """Medians in milliseconds."""
    names = {**site._asdict(), "username": USERNAME, "password": PASSWORD}
    programs = {
        "import aiohttp, msgspec": ("", _LIBRARIES),
        "import minted_async": ("", _PACKAGE),
        "first call of aiohttp": (_LIBRARIES, _BARE_CALL.format(**names)),
        "first call": (_PACKAGE, _FIRST_CALL.format(**names)),
    }
    for program in programs.values():
        milliseconds(*program)  # fills the bytecode caches
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            times[name].append(milliseconds(*program))
    return {name: statistics.median(values) for name, values in times.items()}


def extras(medians: dict[str, float]) -> dict[str, float]:
    """Milliseconds above what the libraries alone take."""
    return {
        "import minted_async": medians["import minted_async"] - medians["import aiohttp, msgspec"],
        "first call": medians["first call"] - medians["first call of aiohttp"],
    }


def main() -> int:
    with running() as site:
        medians = measure(site)
    for name, median in medians.items():
        print(f"{name:26}{median:8.1f} ms")
    above = extras(medians)
    for name, extra in above.items():
        print(f"{name}: {extra:+.1f} ms, limit {LIMITS[name]:+.0f} ms")
    return 1 if any(extra > LIMITS[name] for name, extra in above.items()) else 0


if __name__ == "__main__":
    sys.exit(main())
