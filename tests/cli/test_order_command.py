"""`minted order`, as a person and as a script use it."""

from __future__ import annotations

import json
from decimal import Decimal

import anyio
import msgspec
import pytest

from minted_async import MintedClient, models
from minted_async.sandbox import Faults, Sandbox
from tests.cli.commands import Result, minted
from tests.cli.conftest import BUYER, credentials, run

pytestmark = pytest.mark.anyio


async def place(sandbox: Sandbox) -> None:
    async with MintedClient("demo", "demo", base_url=sandbox.url) as client:
        await client.trades.buy(
            customer=msgspec.convert(BUYER, models.OrderCustomer),
            items=[models.BuyItem(sku="GAU", amount=Decimal("0.5"))],
            external_id="B-1",
        )


async def test_an_order_is_read() -> None:
    async with Sandbox() as sandbox:
        await place(sandbox)
        sandbox.advance(5)
        result = await run(sandbox, "order", "get", "B-1")
        assert (result.code, result.err) == (0, "")
        assert result.out.rstrip().endswith("TRY  Completed")
        result = await run(sandbox, "order", "get", "B-1", "--json")
        assert json.loads(result.out)["status_name"] == "Completed"


async def test_an_order_that_does_not_exist_fails() -> None:
    async with Sandbox() as sandbox:
        result = await run(sandbox, "order", "get", "NONE")
    assert (result.code, result.out) == (1, "")
    assert "NotFoundError" in result.err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MINTED_ALLOW_HTTP", "*"),
        ("MINTED_CLIENT_ID", "ü"),
        ("MINTED_LOCALE", "ü"),
        ("MINTED_PASSWORD", ""),
        ("MINTED_USERNAME", ""),
    ],
)
def test_a_wrong_variable_is_named_and_nothing_that_no_command_takes(name: str, value: str) -> None:
    account = {"MINTED_USERNAME": "demo", "MINTED_PASSWORD": "demo"}
    result = minted("order", "get", "NONE", env=account | {name: value})
    assert result.code == 1
    assert name in result.err
    assert "pass what" not in result.err
    assert name.removeprefix("MINTED_").lower() not in result.err


async def test_that_it_can_be_repeated_is_said_once() -> None:
    async with Sandbox() as sandbox:
        sandbox.faults = Faults(reset_before=1)
        lost = await run(sandbox, "order", "get", "NONE")
    nobody = {"MINTED_USERNAME": "demo", "MINTED_PASSWORD": "demo", "MINTED_BASE_URL": "http://127.0.0.1:9"}
    for result, error in (
        (lost, "ConnectionLostError"),
        (minted("order", "get", "X", env=nobody), "NotSent"),
    ):
        assert (result.code, error in result.err) == (1, True), result.err
        assert result.err.count("repeat") == 1, result.err


def test_an_argument_is_named_as_the_command_names_it() -> None:
    account = {"MINTED_USERNAME": "demo", "MINTED_PASSWORD": "demo"}
    result = minted("order", "get", "", env=account)
    assert result.code == 2
    assert "EXTERNAL_ID must not be empty" in result.err


@pytest.mark.parametrize("url", ["nonsense", "http://api.example.com"])
async def test_a_setting_is_named_by_the_variable_that_a_command_gets_it_from(url: str) -> None:
    async with Sandbox() as sandbox:
        unknown = await run(sandbox, "order", "get", "NONE")
        variables = {**credentials(sandbox), "MINTED_BASE_URL": url}
    refused = minted("order", "get", "NONE", env=variables)
    assert "MINTED_BASE_URL" in unknown.err
    assert "MINTED_BASE_URL must" in refused.err
    assert "base_url" not in unknown.err + refused.err


@pytest.mark.parametrize("allowed", ["", "http://test.invalid", "other, test.invalid ,"])
def test_http_is_spoken_of_in_the_words_of_a_shell(allowed: str) -> None:
    account = {"MINTED_USERNAME": "demo", "MINTED_PASSWORD": "demo", "COLUMNS": "1000"}
    address = {"MINTED_BASE_URL": "http://test.invalid:9", "MINTED_ALLOW_HTTP": allowed}
    result = minted("order", "get", "NONE", env=account | address)
    advice = "named: MINTED_ALLOW_HTTP=test.invalid)"
    scheme = "MINTED_ALLOW_HTTP takes whole names of hosts, without scheme"
    assert {"": advice, "http://test.invalid": scheme}.get(allowed, "in the clear") in result.err
    assert ("NotSentError" in result.err) == ("other" in allowed)
    for python in ("allow_http", "base_url", "from_env"):
        assert python not in result.err


async def test_an_order_is_watched_to_its_end() -> None:
    result = Result(-1, "")
    async with Sandbox(status_delays=(0.1, 1000)) as sandbox:
        await place(sandbox)
        async with anyio.create_task_group() as group:

            async def complete() -> None:
                reads = sum(request.method == "GET" for request in sandbox.requests)
                await sandbox.until(
                    lambda: sum(request.method == "GET" for request in sandbox.requests) > reads + 3
                )
                sandbox.orders["B-1"].force_status("Completed")

            group.start_soon(complete)
            result = await run(sandbox, "order", "watch", "B-1", "--json")
    states = [json.loads(line)["status_name"] for line in result.out.splitlines()]
    assert result.code == 0
    assert states[-1] == "Completed"
    assert len(states) == len(set(states))


async def test_watching_has_a_limit_and_any_goal() -> None:
    async with Sandbox(status_delays=(0, 1000)) as sandbox:
        await place(sandbox)
        result = await run(sandbox, "order", "watch", "B-1", "--until", "Melting", "--timeout", "0.6")
        assert result.code == 1
        assert "still 'Pending'" in result.err
        result = await run(sandbox, "order", "watch", "B-1", "--until", "Pending")
        assert result.code == 0
