"""Deadlines that share one timer end the call that they belong to, and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from minted_async.errors import NotSentError, RequestTimeoutError
from tests.core.loops import LOOPS, new_loop
from tests.servers import LoopbackServer, Wire, answering, envelope


def run(main: Callable[[], Coroutine[Any, Any, None]], loop: str) -> None:
    with asyncio.Runner(loop_factory=lambda: new_loop(loop)) as runner:
        runner.run(main())


@pytest.mark.parametrize("loop", LOOPS)
def test_deadlines_close_together_disturb_nobody_else(loop: str) -> None:
    async def main() -> None:
        async with LoopbackServer(answering(envelope("5"))) as server, server.client(retry=None) as minted:
            await minted.request("GET", "/warm")
            hasty = minted.with_options(timeout=0.0001)

            async def user(client: Any) -> str:
                with contextlib.suppress(RequestTimeoutError, NotSentError):
                    await client.request("GET", "/x")
                # Whoever is cancelled here was cancelled for a call that is over.
                for _ in range(50):
                    await asyncio.sleep(0.001)
                return "alive"

            assert await asyncio.gather(*(user(hasty) for _ in range(30)), user(minted)) == ["alive"] * 31

    run(main, loop)


@pytest.mark.parametrize("loop", LOOPS)
def test_each_call_ends_at_a_deadline_of_its_own_whatever_their_order(loop: str) -> None:
    async def answers_only_the_first(wire: Wire) -> None:
        request = await wire.request()
        if request is not None and request.target == "/warm":
            await wire.send(envelope("5"))
        await wire.hang()

    async def main() -> None:
        async with LoopbackServer(answers_only_the_first) as server, server.client(retry=None) as minted:
            await minted.request("GET", "/warm")
            calls = [
                minted.with_options(timeout=seconds).request("GET", "/x")
                for seconds in (1.5, 0.5, 1, 0.75, 0.5)
            ]
            results = await asyncio.gather(*calls, return_exceptions=True)
            assert {type(result) for result in results} == {RequestTimeoutError}

    run(main, loop)
