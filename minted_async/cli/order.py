"""`minted order get` and `minted order watch`: orders, read by their ids."""

from __future__ import annotations

from typing import cast

import msgspec
from msgspec import UNSET
from rich.text import Text

from minted_async import MintedClient, models
from minted_async.cli.console import digits, output_console, symbols_of
from minted_async.cli.options import Flag, Texts
from minted_async.cli.signals import run
from minted_async.core.model import Model


def get(external_id: str, /, *, json: Flag = False) -> None:
    """Read an order by your own id.

    Exit codes: 0 here it is, 1 there is none, or it could not be read.

    Args:
        external_id: The order's id.
        json: Print it as JSON, secrets masked.
    """

    async def read() -> None:
        async with MintedClient.from_env() as minted:
            show_order(await minted.orders.get(external_id), as_json=json)

    run(read())


def watch(
    external_id: str, /, *, until: Texts = None, timeout: float | None = None, json: Flag = False
) -> None:
    """Follow an order through its states, by default until it is Completed, Cancelled or Refunded.

    Exit codes: 0 it has reached such a state, 1 it has not in time, or it could not be read.

    Args:
        external_id: The order's id.
        until: A state to wait for; may be given several times.
        timeout: Seconds to wait at most.
        json: Print a line of JSON for each change, secrets masked.
    """

    async def follow() -> None:
        options = {"until": until} if until else {}
        async with MintedClient.from_env() as minted:
            async for order in minted.trades.watch(external_id, timeout=timeout, **options):
                show_order(order, as_json=json)

    run(follow())


def show_order(order: models.Order, *, as_json: bool) -> None:
    """Print an order in a line.

    Raises:
        OutputError: It cannot be printed.
    """
    console = output_console()
    if as_json:
        text = msgspec.json.Encoder(decimal_format="number").encode(_plain(order)).decode()
        console.print(text, soft_wrap=True)
        return
    arrow = symbols_of(console).arrow
    items = ", ".join(
        f"{'' if item.amount is None else digits(item.amount)} {item.sku}" for item in order.items
    )
    total = "" if order.total is None else f" {arrow} {digits(order.total)} {order.currency_code or ''}"
    kind = "Order" if order.type is None else str(order.type)
    state = (str(order.status_name or "state unknown"), "green")
    console.print(
        Text.assemble((f"{order.external_id}", "bold"), f"  {kind}  {items}{total}  ", state), soft_wrap=True
    )


def _plain(value: object) -> object:
    """A model as JSON values, secrets masked, what is missing left out."""
    if isinstance(value, Model):
        fields = value.__rich_repr__()
        return {name: _plain(item) for name, item in fields if item is not None and item is not UNSET}
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[object]", value)]
    return str(value) if isinstance(value, str) else value
