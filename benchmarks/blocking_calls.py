"""What a call of the blocking client costs beside one of the async client: alternating rounds in one run."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable

from benchmarks.clients import sdk
from benchmarks.server import PASSWORD, USERNAME, Site, running
from minted_async import blocking

ORDER = "HYAQA0171ab12"
CALLS = 500
ROUNDS = 15


def main() -> int:
    with running() as site, asyncio.Runner() as runner:
        awaited, waited = measure(site, runner)
    ratios = [ours / theirs for theirs, ours in zip(awaited, waited, strict=True)]
    for name, seconds in (("async", awaited), ("blocking", waited)):
        print(f"{name:10}{statistics.median(seconds) / CALLS * 1e6:8.0f} us a call, one after the other")
    print(f"{'ratio':10}{statistics.median(ratios):8.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
    return 0


def measure(site: Site, runner: asyncio.Runner) -> tuple[list[float], list[float]]:
    """Seconds of each round, of the async client and of the blocking one."""
    minted = sdk(site)

    async def await_all() -> None:
        for _ in range(CALLS):
            await minted.orders.get(ORDER)

    with blocking.MintedClient(USERNAME, PASSWORD, base_url=site.digest) as waiting:

        def wait_for_all() -> None:
            for _ in range(CALLS):
                waiting.orders.get(ORDER)

        works: list[Callable[[], None]] = [lambda: runner.run(await_all()), wait_for_all]
        rounds = [[timed(work) for work in works] for _ in range(ROUNDS + 1)][1:]  # the first one warms up
    runner.run(minted.aclose())
    return [first for first, _ in rounds], [second for _, second in rounds]


def timed(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    raise SystemExit(main())
