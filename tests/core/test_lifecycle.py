"""The life of a client: one loop, one process, closed once, missed when it is not closed."""

from __future__ import annotations

import asyncio
import gc
import inspect
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from typing import Any

import pytest

from minted_async import MintedClient, Rows
from minted_async.errors import ConfigurationError
from minted_async.integrations.loops import ClientOfEachLoop
from tests.servers import LoopbackServer, answering, envelope

GOOD = answering(envelope("5"))
ROOT = Path(__file__).parent.parent.parent


async def used_client() -> MintedClient:
    """A client that has made a call to a server which is gone by now."""
    async with LoopbackServer(GOOD) as server:
        minted = server.client()
        await minted.request("GET", "/x")
    return minted


def warnings_of(action: object) -> list[str]:
    """What Python warns of while something is done and forgotten."""
    assert callable(action)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        action()
        gc.collect()
    return [str(warning.message) for warning in caught]


def line_before() -> int:
    """The number of the line before the one that asks."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno - 1


def test_a_client_is_made_without_a_loop() -> None:
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()
    minted = MintedClient("user", "password")
    asyncio.run(minted.aclose())


def test_an_event_loop_that_is_not_one_of_asyncio_is_told_so() -> None:
    """Trio runs coroutines without one, and so does whoever sends to them by hand."""
    minted = MintedClient("user", "password")
    for coroutine in (
        minted.orders.get("ORD-1"),
        minted.price_feed().__aenter__(),
        ClientOfEachLoop(lambda: minted)(),
        next_of(minted.ecom.products.all(total=5)),
    ):
        with pytest.raises(ConfigurationError, match="no event loop of asyncio runs here"):
            coroutine.send(None)


async def next_of(rows: Rows[Any]) -> Any:
    return await anext(aiter(rows))


def test_a_client_that_was_never_used_needs_no_closing() -> None:
    assert warnings_of(lambda: MintedClient("user", "password")) == []


def test_a_second_loop_is_refused_with_the_reason() -> None:
    minted = asyncio.run(used_client())
    with pytest.raises(ConfigurationError, match=r"belongs to another event loop: .* Nothing was sent"):
        asyncio.run(minted.request("GET", "/x"))
    asyncio.run(minted.aclose())


def test_closing_in_a_second_loop_is_quiet() -> None:
    def use_and_close() -> None:
        minted = asyncio.run(used_client())
        asyncio.run(minted.aclose())

    assert warnings_of(use_and_close) == []


def test_closing_from_a_loop_while_its_own_runs_in_another_thread() -> None:
    opened, done = threading.Event(), threading.Event()
    clients: list[MintedClient] = []

    async def elsewhere() -> None:
        async with LoopbackServer(GOOD) as server:
            clients.append(server.client())
            await clients[0].request("GET", "/x")
            opened.set()
            await asyncio.to_thread(done.wait, 10)

    thread = threading.Thread(target=asyncio.run, args=(elsewhere(),))
    thread.start()
    assert opened.wait(10)
    asyncio.run(clients[0].aclose())
    done.set()
    thread.join(10)
    with pytest.raises(ConfigurationError, match="closed"):
        asyncio.run(clients[0].request("GET", "/x"))


@pytest.mark.anyio
async def test_after_closing_nothing_is_sent() -> None:
    async with LoopbackServer(GOOD) as server:
        async with server.client() as minted:
            await minted.request("GET", "/x")
        with pytest.raises(ConfigurationError, match=r"this client is closed: .* Nothing was sent"):
            await minted.request("GET", "/x")
        assert len(server.received) == 1


@pytest.mark.anyio
async def test_a_client_closed_before_its_first_call_stays_closed() -> None:
    minted = MintedClient("user", "password")
    await minted.aclose()
    with pytest.raises(ConfigurationError, match="this client is closed"):
        await minted.request("GET", "/x")


@pytest.mark.anyio
async def test_closing_twice_is_once() -> None:
    async with LoopbackServer(GOOD) as server, server.client() as minted:
        await minted.request("GET", "/x")
        await asyncio.gather(minted.aclose(), minted.aclose())
        await minted.aclose()


@pytest.mark.anyio
async def test_closing_a_view_does_nothing() -> None:
    async with LoopbackServer(GOOD) as server, server.client() as minted:
        async with minted.with_options(locale="en") as view:
            await view.request("GET", "/x")
        await minted.with_options().with_options().aclose()
        assert await minted.request("GET", "/x") == 5
        assert server.connections == 1


@pytest.mark.anyio
async def test_a_view_ends_with_its_client() -> None:
    async with LoopbackServer(GOOD) as server:
        async with server.client() as minted:
            view = minted.with_options(locale="en")
        with pytest.raises(ConfigurationError, match="this client is closed"):
            await view.request("GET", "/x")


@pytest.mark.anyio
@pytest.mark.parametrize("kept_alive", [True, False])
async def test_an_unclosed_client_is_missed_by_the_line_that_made_it(kept_alive: bool) -> None:
    headers = {} if kept_alive else {"Connection": "close"}
    async with LoopbackServer(answering(envelope("5", headers=headers))) as server:
        minted = MintedClient("user", "password", base_url=server.url)
        line = line_before()
        await minted.request("GET", "/x")

        def forget() -> None:
            nonlocal minted
            del minted

        (message,) = warnings_of(forget)
    assert message.startswith(
        f"the MintedClient opened at {__file__}:{line} was never closed: use `async with"
    )


@pytest.mark.anyio
async def test_an_unclosed_client_from_the_environment_is_missed_by_that_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with LoopbackServer(GOOD) as server:
        monkeypatch.setenv("MINTED_BASE_URL", server.url)
        minted = MintedClient.from_env(username="user", password="password")
        line = line_before()
        await minted.request("GET", "/x")

        def forget() -> None:
            nonlocal minted
            del minted

        (message,) = warnings_of(forget)
    assert f"opened at {__file__}:{line} was" in message


def test_a_client_that_outlives_its_loop_is_missed_once() -> None:
    (message,) = warnings_of(lambda: asyncio.run(used_client()))
    assert "was never closed" in message


FORK = """
import asyncio, gc, os, sys
from asyncio import events

from minted_async.errors import ConfigurationError
from tests.servers import LoopbackServer, answering, envelope

async def child(minted):
    {child}

async def main():
    async with LoopbackServer(answering(envelope("5"))) as server:
        async with server.client(timeout=5, retry=None) as minted:
            await minted.request("GET", "/before")
            pid = os.fork()
            if pid == 0:
                events._set_running_loop(None)
                try:
                    asyncio.run(child(minted))
                    del minted
                    gc.collect()
                    os._exit(0)
                finally:
                    os._exit(1)
            assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
            assert await minted.request("GET", "/after") == 5
            assert server.connections == 1, server.connections

asyncio.run(main())
"""


@pytest.mark.parametrize(
    "child",
    [
        pytest.param(
            """
    try:
        await minted.request("GET", "/child")
    except ConfigurationError as error:
        assert "before the process forked" in str(error), error
        assert "Nothing was sent." in str(error), error
    else:
        raise AssertionError
""",
            id="a call is refused",
        ),
        pytest.param("await minted.aclose()", id="closing leaves the parent's connection alone"),
        pytest.param("pass", id="forgetting leaves the parent's connection alone"),
    ],
)
def test_after_a_fork(child: str) -> None:
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", FORK.format(child=child)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
