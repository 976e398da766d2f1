"""What the sandbox remembers, and how a test waits for it."""

from __future__ import annotations

import aiohttp
import anyio
import anyio.lowlevel
import pytest

from minted_async.sandbox import Sandbox
from tests.sandbox.caller import Caller

pytestmark = pytest.mark.anyio


async def test_until_returns_as_soon_as_its_condition_holds(sandbox: Sandbox, caller: Caller) -> None:
    await sandbox.until(lambda: True)
    statuses: list[int | None] = []

    async def watch() -> None:
        await sandbox.until(lambda: "ORD-1" in sandbox.orders)
        statuses.append(sandbox.requests[-1].status)

    async with anyio.create_task_group() as group:
        group.start_soon(watch)
        await caller.buy("ORD-1")
    assert len(statuses) == 1


async def test_until_fails_when_the_sandbox_closes() -> None:
    sandbox = Sandbox()
    await sandbox.start()
    caught: list[str] = []

    async def watch() -> None:
        with pytest.raises(RuntimeError, match="closed") as error:
            await sandbox.until(lambda: False)
        caught.append(str(error.value))

    async with anyio.create_task_group() as group:
        group.start_soon(watch)
        await anyio.lowlevel.checkpoint()
        await sandbox.aclose()
    assert len(caught) == 1


async def test_requests_are_remembered_with_what_became_of_them(sandbox: Sandbox, caller: Caller) -> None:
    await caller.post("/partner/pricefix?x=%2F", {"type": "digital"})
    challenged, signed = sandbox.requests
    assert (challenged.method, challenged.status, challenged.authenticated) == ("GET", 401, False)
    assert (signed.method, signed.path) == ("POST", "/partner/pricefix?x=%2F")
    assert (signed.status, signed.authenticated, signed.fault) == (200, True, None)
    assert signed.body == b'{"type": "digital"}'
    assert (signed.headers["X-Client-Id"], signed.api_version) == ("web", "2")


async def test_only_the_last_requests_are_remembered(session: aiohttp.ClientSession) -> None:
    async with Sandbox(max_requests=3) as sandbox:
        caller = Caller(session, sandbox)
        for number in range(5):
            await caller.get(f"/{number}")
        assert [request.path for request in sandbox.requests] == ["/2", "/3", "/4"]


async def test_nothing_that_can_be_printed_holds_a_secret(sandbox: Sandbox, caller: Caller) -> None:
    payment = {"card_token": "token_secret", "card_cvv": "987"}
    token = await caller.token()
    await caller.buy("ORD-1", price_token=token, payment_type="creditcard", payment=payment)
    credentials = sandbox.requests[-1].headers["Authorization"]
    printed = repr((sandbox, list(sandbox.requests), dict(sandbox.orders), dict(sandbox.customers)))
    for secret in (token, "token_secret", "987", "10000000146", credentials, "response="):
        assert secret not in printed
    async with Sandbox(password="very secret") as other:
        assert "very secret" not in repr(other)
