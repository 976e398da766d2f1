"""`minted buy` and `minted order`: trades by hand, with the credentials of the environment."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar, cast

import msgspec
from msgspec import UNSET
from rich.text import Text

from minted_async import MintedClient, errors, models
from minted_async.cli.advice import show_error
from minted_async.cli.console import digits, error_console, output_console, symbols_of
from minted_async.core.model import Model
from minted_async.trades import PriceLock
from minted_async.trades.requests import new_external_id

__all__ = ["Purchase", "run_buy", "run_get", "run_watch"]

_DONE: Final = 0
_FAILED: Final = 1
_BAD_USAGE: Final = 2
_UNKNOWN: Final = 3
"""The order may exist: not the code of a failure, after which a script would try again."""
_INTERRUPTED: Final = 130

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What `minted buy` is asked for."""

    sku: str
    amount: Decimal | None
    total: Decimal | None
    currency: str | None
    customer: Path
    external_id: str | None
    reference_price: Decimal | None
    max_slippage: Decimal | None
    settle_timeout: float | None
    journal: Path | None
    yes: bool
    as_json: bool


class _Session:
    """One event loop and one client over several steps, between which the user may be asked."""

    def __init__(self, journal: Path | None = None) -> None:
        self.minted = MintedClient.from_env(journal=journal)
        self._runner = asyncio.Runner()

    def run(self, step: Coroutine[Any, Any, T]) -> T:
        """Do one step. Ctrl-C cancels it, which a question could not be."""
        return self._runner.run(step)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self.run(self.minted.aclose())
        finally:
            self._runner.close()


def run_buy(purchase: Purchase) -> int:
    """Fix a price, ask, buy, and return the exit code."""
    try:
        customer = msgspec.json.decode(purchase.customer.read_bytes(), type=models.OrderCustomer)
    except (OSError, msgspec.DecodeError) as problem:
        return _complain(f"{purchase.customer}: {problem}")
    if (purchase.amount is None) == (purchase.total is None):
        return _complain("give either --amount or --total")
    if not purchase.yes and not sys.stdin.isatty():
        return _complain("there is no terminal to ask at: --yes buys without asking")
    external_id = purchase.external_id or new_external_id()
    try:
        with _Session(purchase.journal) as session:
            lock = session.run(_fix(session.minted, purchase, customer))
            if not purchase.yes and not _agrees(purchase, customer, lock, external_id):
                error_console().print("Nothing was ordered.")
                return _FAILED
            order = session.run(_buy(session.minted, purchase, customer, lock, external_id))
    except errors.MintedError as error:
        return _report(error)
    except KeyboardInterrupt as interruption:
        return _interrupted(interruption)
    _show(order, as_json=purchase.as_json)
    return _DONE


def run_get(external_id: str, *, as_json: bool) -> int:
    """Show an order, and return the exit code."""
    try:
        with _Session() as session:
            order = session.run(session.minted.orders.get(external_id))
    except errors.MintedError as error:
        return _report(error)
    _show(order, as_json=as_json)
    return _DONE


def run_watch(external_id: str, *, until: Sequence[str], timeout: float | None, as_json: bool) -> int:
    """Show an order at each change of its state, and return the exit code."""

    async def watch(minted: MintedClient) -> None:
        options = {"until": until} if until else {}
        async for order in minted.trades.watch(external_id, timeout=timeout, **options):
            _show(order, as_json=as_json)

    try:
        with _Session() as session:
            session.run(watch(session.minted))
    except errors.MintedError as error:
        return _report(error)
    return _DONE


async def _fix(minted: MintedClient, purchase: Purchase, customer: models.OrderCustomer) -> PriceLock:
    return await minted.trades.fix_price(
        customer_external_id=customer.external_id, currency=purchase.currency, total=purchase.total
    )


async def _buy(
    minted: MintedClient,
    purchase: Purchase,
    customer: models.OrderCustomer,
    lock: PriceLock,
    external_id: str,
) -> models.Order:
    amount = UNSET if purchase.amount is None else purchase.amount
    return await minted.trades.buy(
        customer=customer,
        items=[models.BuyItem(sku=purchase.sku, amount=amount)],
        external_id=external_id,
        price_token=lock,
        currency_code=UNSET if purchase.currency is None else purchase.currency,
        total=purchase.total,
        max_slippage=purchase.max_slippage,
        reference_price=purchase.reference_price,
        settle_timeout=purchase.settle_timeout,
    )


def _agrees(purchase: Purchase, customer: models.OrderCustomer, lock: PriceLock, external_id: str) -> bool:
    """Show what is about to be bought, and ask."""
    currency = lock.fix.currency
    try:
        price = lock.price(purchase.sku)
    except KeyError:
        known = ", ".join(price.sku for price in lock.fix.prices)
        problem = f"has no fixed price; there are {known}"
        raise errors.ArgumentError(f"{purchase.sku!r} {problem}", argument="sku", problem=problem) from None
    amount = price.buy_amount if purchase.amount is None else purchase.amount
    money = "" if amount is None else f" for about {amount * price.buy_price:.2f} {currency}"
    what = "" if amount is None else f"{digits(amount)} "
    console = error_console()
    console.print(
        Text(f"Buy {what}{purchase.sku}{money}"),
        Text(f"at {digits(price.buy_price)} {currency}, locked for {max(lock.remaining, 0):.0f} s"),
        Text(f"for {customer.firstname} {customer.lastname} ({customer.external_id})"),
        Text(f"as order {external_id}"),
        Text(f"at {_server()}"),
        sep="\n",
        soft_wrap=True,
    )
    try:
        return console.input("Buy? [y/N] ", markup=False).strip().lower() in ("y", "yes", "e", "evet")
    except EOFError:
        return False


def _server() -> str:
    return os.environ.get("MINTED_BASE_URL") or "the staging environment"


def _show(order: models.Order, *, as_json: bool) -> None:
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
    console.print(
        Text.assemble(
            (f"{order.external_id}", "bold"),
            f"  {kind}  {items}{total}  ",
            (str(order.status_name or "state unknown"), "green"),
        ),
        soft_wrap=True,
    )


def _plain(value: object) -> object:
    """A model as JSON values, secrets masked, what is missing left out."""
    if isinstance(value, Model):
        fields = value.__rich_repr__()
        return {name: _plain(item) for name, item in fields if item is not None and item is not UNSET}
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[object]", value)]
    return str(value) if isinstance(value, str) else value


def _report(error: errors.MintedError) -> int:
    console = error_console()
    show_error(console, error)
    if not isinstance(error, errors.OutcomeUnknownError):
        return _FAILED
    if error.external_id is not None:
        console.print(f"See what became of it: minted order get {error.external_id}", soft_wrap=True)
    return _UNKNOWN


def _interrupted(interruption: KeyboardInterrupt) -> int:
    cancelled = interruption.__context__
    notes: list[str] = getattr(cancelled, "__notes__", [])
    console = error_console()
    for note in notes:
        console.print(note, markup=False, soft_wrap=True)
    if any("not known" in note for note in notes):
        return _UNKNOWN
    console.print("Nothing was ordered.")
    return _INTERRUPTED


def _complain(problem: str) -> int:
    error_console().print(f"minted buy: {problem}", markup=False, soft_wrap=True)
    return _BAD_USAGE
