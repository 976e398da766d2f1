"""Each error of a call that changes something has the id by which one looks up what became of it."""

from __future__ import annotations

import pytest

from minted_async import MintedClient, errors
from minted_async.sandbox import FaultName, Sandbox

pytestmark = pytest.mark.anyio

FAULTS: list[FaultName] = [
    "forbidden",
    "reset_after",
    "reset_before",
    "server_error",
    "server_error_html",
    "server_error_html_after",
    "too_many_requests",
    "truncate",
]


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_failure_of_a_change_has_its_id(
    fault: FaultName, minted: MintedClient, minted_sandbox: Sandbox
) -> None:
    minted_sandbox.fail_next(fault, path="/partner/customer")
    with pytest.raises(errors.MintedError) as caught:
        await minted.customers.create(external_id="CST-9", firstname="Defne")
    assert caught.value.external_id == "CST-9"


async def test_a_change_that_was_not_sent_has_its_id() -> None:
    async with Sandbox() as sandbox:
        url = sandbox.url
    async with MintedClient("demo", "demo", base_url=url) as minted:
        with pytest.raises(errors.NotSentError, match=r"customers\.create of 'CST-9'") as caught:
            await minted.customers.create(external_id="CST-9", firstname="Defne")
    assert caught.value.external_id == "CST-9"


async def test_a_read_that_was_lost_names_its_id(minted: MintedClient, minted_sandbox: Sandbox) -> None:
    minted_sandbox.fail_next("reset_after", path="/partner/order/ORD-1", times=3)
    with pytest.raises(errors.ConnectionLostError, match=r"orders\.get of 'ORD-1'"):
        await minted.orders.get("ORD-1")
