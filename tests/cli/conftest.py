"""What the tests of several commands share: a customer, and the command beside a sandbox of the test."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import anyio.to_thread
import pytest

from minted_async import MintedClient
from minted_async.sandbox import Sandbox
from tests.cli.commands import COMMAND, Result, Terminal, minted, terminal, visible_lines

PRICE = "/partner/pricefix"

BUYER = {
    "external_id": "CST-1",
    "identity_number": "10000000146",
    "firstname": "Defne",
    "lastname": "Kaya",
    "email": "defne@example.com",
    "phone": "+905550000000",
}


@pytest.fixture
def customer(tmp_path: Path) -> str:
    path = tmp_path / "customer.json"
    path.write_text(json.dumps(BUYER))
    return str(path)


@asynccontextmanager
async def stocked_sandbox(**options: Any) -> AsyncGenerator[Sandbox]:
    """A sandbox in which the customer has a gram of gold to sell."""
    async with Sandbox(**options) as sandbox:
        async with MintedClient("demo", "demo", base_url=sandbox.url) as minted:
            await minted.customers.create(external_id="CST-1", firstname="Defne", lastname="Kaya")
        sandbox.requests.clear()
        sandbox.ledger.post("stock", "CST-1", {"GAU": Decimal(1)})
        yield sandbox


def credentials(sandbox: Sandbox) -> dict[str, str]:
    return {"MINTED_USERNAME": "demo", "MINTED_PASSWORD": "demo", "MINTED_BASE_URL": sandbox.url}


async def run(sandbox: Sandbox, *arguments: str) -> Result:
    """Run the command without a terminal, in a thread, while the sandbox of this process answers."""
    return await anyio.to_thread.run_sync(lambda: minted(*arguments, env=credentials(sandbox)))


async def talk(
    sandbox: Sandbox,
    conversation: Callable[[Terminal], None],
    *arguments: str,
    program: Sequence[str] = COMMAND,
) -> tuple[int, str]:
    """Run the command in a terminal; its exit code and what it printed."""

    def converse() -> Result:
        with terminal(*arguments, env=credentials(sandbox), columns=200, program=program) as screen:
            conversation(screen)
            return screen.finish()

    result = await anyio.to_thread.run_sync(converse)
    return result.code, "\n".join(visible_lines(result.out))


class Order(NamedTuple):
    """A kind of order: the arguments that ask for half a gram, and where it is sent."""

    verb: str
    arguments: tuple[str, ...]
    path: str


@pytest.fixture(params=["buy", "sell"])
def order(request: pytest.FixtureRequest, customer: str) -> Order:
    verb: str = request.param
    whose = ("--customer", customer) if verb == "buy" else ("--customer-id", "CST-1")
    return Order(
        verb, (verb, *whose, "--amount", "0.5", "--external-id", "B-1"), f"/partner/order/digital/{verb}"
    )
