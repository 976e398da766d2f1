"""Answers as they come over a wire, and the file that is written of them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from minted_async import MintedClient, Shapes, errors
from tests.servers import LoopbackServer, answering, envelope

ORDER = '"guid":"8b0f8a4e-8a53-4b0e-9a43-2f6c8b6d7f10","order_code":"A1","external_id":"O","items":[]'


def order(more: str = "") -> bytes:
    """The answer to `orders.get`, with further fields."""
    return envelope("{" + ORDER + (f",{more}" if more else "") + "}")


def written(path: Path) -> Any:
    """What the file says of its operations."""
    return json.loads(path.read_text())["operations"]


async def seen(
    path: Path,
    *answers: bytes,
    call: Callable[[MintedClient, int], Awaitable[object]] | None = None,
    times: int | None = None,
    **options: Any,
) -> Any:
    """Ask once for each answer, each time for another order; gives what the file says then.

    Args:
        path: The file.
        answers: What is answered, in turn.
        call: Asks instead; it is given the number of the question.
        times: How often is asked, if it is not once an answer.
        options: Of the client.
    """

    async def get(minted: MintedClient, number: int) -> object:
        return await minted.orders.get(f"ORD-{number}")

    async with (
        LoopbackServer(answering(*answers)) as server,
        server.client(observe=Shapes(path), retry=None, **options) as minted,
    ):
        for number in range(len(answers) if times is None else times):
            try:
                await (call or get)(minted, number)
            except errors.MintedError:
                continue
    return written(path)


def places(operations: Any, operation: str = "orders.get", status: int = 200) -> Any:
    """The places of one operation and status."""
    return operations[operation]["answers"][str(status)]["places"]
