"""Starting, stopping, and what happens when either goes wrong. Warnings are errors."""

from __future__ import annotations

import asyncio
import gc
import re
import socket
import sys

import aiohttp
import anyio
import pytest

import minted_async.sandbox
from minted_async.sandbox import Sandbox
from tests.sandbox.caller import Caller

pytestmark = pytest.mark.anyio


def can_connect(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return False
    return True


def port_of(sandbox: Sandbox) -> int:
    return int(sandbox.url.rpartition(":")[2])


async def test_it_listens_from_start_to_aclose() -> None:
    sandbox = Sandbox()
    with pytest.raises(RuntimeError, match="not running"):
        _ = sandbox.url
    await sandbox.start()
    port = port_of(sandbox)
    assert can_connect(port)
    await sandbox.aclose()
    assert not can_connect(port)
    with pytest.raises(RuntimeError, match="not running"):
        _ = sandbox.url


async def test_closing_twice_at_once_or_before_the_start_is_fine() -> None:
    await Sandbox().aclose()
    sandbox = Sandbox()
    await sandbox.start()
    async with anyio.create_task_group() as group:
        group.start_soon(sandbox.aclose)
        group.start_soon(sandbox.aclose)
    await sandbox.aclose()


async def test_a_sandbox_is_started_once() -> None:
    async with Sandbox() as sandbox:
        with pytest.raises(RuntimeError, match="started once"):
            await sandbox.start()
    with pytest.raises(RuntimeError, match="started once"):
        await sandbox.start()


async def test_a_port_in_use_is_named() -> None:
    async with Sandbox() as first:
        port = port_of(first)
        second = Sandbox(port=port)
        with pytest.raises(OSError, match=rf"cannot listen on 127\.0\.0\.1:{port}: the port is in use"):
            await second.start()
        await second.aclose()
        assert can_connect(port)


async def test_a_fixed_port_can_be_taken_again_at_once(session: aiohttp.ClientSession) -> None:
    async with Sandbox() as sandbox:
        port = port_of(sandbox)
        assert (await Caller(session, sandbox).get("/x")).status == 404
    async with Sandbox(port=port) as sandbox:
        assert port_of(sandbox) == port


async def test_idle_connections_do_not_hold_up_the_end() -> None:
    sandbox = Sandbox()
    await sandbox.start()
    async with aiohttp.ClientSession() as session:
        caller = Caller(session, sandbox)
        await caller.get("/x")
        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(caller.get, "/x")
        with anyio.fail_after(20):
            await sandbox.aclose()


async def test_requests_under_way_are_broken_off_at_the_end() -> None:
    sandbox = Sandbox()
    await sandbox.start()
    async with aiohttp.ClientSession() as session:
        caller = Caller(session, sandbox)
        await caller.create_customer()
        sandbox.fail_next("delay", path="/partner/order/digital/buy", seconds=60)

        async with anyio.create_task_group() as group:
            group.start_soon(caller.buy_in_vain, "ORD-1")
            await sandbox.until(lambda: sandbox.requests[-1].fault == "delay")
            with anyio.fail_after(20):
                await sandbox.aclose()
    assert not sandbox.orders


async def test_a_body_that_never_ends_does_not_hold_up_the_end() -> None:
    sandbox = Sandbox()
    await sandbox.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(sandbox))
    writer.write(b"POST /partner/pricefix HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    await sandbox.until(lambda: len(sandbox.requests) > 0)
    with anyio.fail_after(20):
        await sandbox.aclose()
    assert await reader.read() == b""
    writer.close()


async def test_a_client_that_never_reads_does_not_hold_up_the_end(session: aiohttp.ClientSession) -> None:
    sandbox = Sandbox()
    await sandbox.start()
    caller = Caller(session, sandbox)
    await caller.create_customer(firstname="x" * 1_000_000)
    connection = socket.create_connection(("127.0.0.1", port_of(sandbox)))
    target, calls = "/partner/customer/CST-1", 16
    seen = len(sandbox.requests)
    for _ in range(calls):
        signed = caller.signer.sign("GET", target)
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nAuthorization: {signed}\r\n\r\n".encode())
    await sandbox.until(lambda: len(sandbox.requests) > seen + 1)
    with anyio.fail_after(20):
        await sandbox.aclose()
    received = 0
    try:
        while chunk := connection.recv(1_000_000):
            received += len(chunk)
    except ConnectionResetError:
        pass
    finally:
        connection.close()
    assert received < calls * 2_000_000


async def test_a_client_that_goes_away_in_the_middle_of_its_body_does_no_harm(
    session: aiohttp.ClientSession, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port_of(sandbox))
    writer.write(b"POST /partner/pricefix HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    await sandbox.until(lambda: len(sandbox.requests) > 0)
    writer.close()
    await writer.wait_closed()
    assert (await Caller(session, sandbox).get("/x")).status == 404
    assert sandbox.requests[0].status is None
    assert caplog.records == []


async def test_a_cancelled_end_leaves_no_connection() -> None:
    sandbox = Sandbox()
    await sandbox.start()
    port = port_of(sandbox)
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    await sandbox.until(lambda: len(sandbox.requests) > 0)
    with anyio.CancelScope() as scope:
        scope.cancel()
        await sandbox.aclose()
    await sandbox.aclose()
    assert not can_connect(port)
    writer.close()
    await writer.wait_closed()
    gc.collect()


async def test_a_cancelled_start_leaves_no_socket() -> None:
    sandbox = Sandbox()
    with anyio.CancelScope() as scope:
        scope.cancel()
        await sandbox.start()
    assert scope.cancelled_caught
    await sandbox.aclose()
    gc.collect()


async def test_two_sandboxes_know_nothing_of_each_other(session: aiohttp.ClientSession) -> None:
    async with Sandbox() as one, Sandbox(username="other", password="word") as two:
        await Caller(session, one).buy("ORD-1")
        assert (list(one.orders), list(two.orders)) == (["ORD-1"], [])
        assert (await Caller(session, two).get("/x")).status == 401


@pytest.mark.skipif(not socket.has_ipv6, reason="the machine has no IPv6")
async def test_it_listens_on_ipv6(session: aiohttp.ClientSession) -> None:
    async with Sandbox(host="::1") as sandbox:
        assert sandbox.url.startswith("http://[::1]:")
        assert (await Caller(session, sandbox).get("/x")).status == 404


async def test_an_address_for_everyone_has_a_url_that_works(session: aiohttp.ClientSession) -> None:
    async with Sandbox(host="0.0.0.0") as sandbox:
        assert sandbox.url.startswith("http://127.0.0.1:")
        assert (await Caller(session, sandbox).get("/x")).status == 404


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf")])
async def test_the_clock_only_moves_forward(sandbox: Sandbox, seconds: float) -> None:
    with pytest.raises(ValueError, match="forward"):
        sandbox.advance(seconds)


async def test_the_example_of_the_package_runs() -> None:
    example = str(minted_async.sandbox.__doc__).split("```python\n")[1].split("```")[0]
    result = await anyio.run_process([sys.executable, "-W", "error", "-c", example], check=False)
    assert (result.returncode, result.stderr) == (0, b"")
    assert re.fullmatch(rb"http://127\.0\.0\.1:\d+\n0 0 0\n", result.stdout)
