"""`minted buy` and `minted sell`: one order by hand, with the credentials of the environment.

Until the order may have left, everything can fail, and nothing was ordered. From then on the exit code is
what is known of the order, whatever happens to the output, the terminal or the client: a script that took an
order that is placed for a failure would place it again.
"""

from __future__ import annotations

import asyncio
import os
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from msgspec import UNSET
from rich.text import Text

from minted_async import MintedClient, models
from minted_async.cli.console import digits, error_console
from minted_async.cli.failures import BadUsageError, ExitCode, report
from minted_async.cli.options import Amount, Flag, Share, Yes
from minted_async.cli.order import show_order
from minted_async.cli.repeats import difference, may_be_repeated, placed_before
from minted_async.cli.signals import (
    catch_stop_signals,
    end_at_once_when_stopped,
    ignore_stop_signals,
    read_line,
    until_stopped,
)
from minted_async.cli.streams import OutputError
from minted_async.core.checks import argument_error
from minted_async.core.config import check_seconds
from minted_async.errors import (
    ConfigurationError,
    ExternalIdUsedError,
    MintedError,
    NotSentError,
    OutcomeUnknownError,
)
from minted_async.trades import Buy, PriceLock, Sell
from minted_async.trades.requests import check_request

_NOTHING: Final = "Nothing was ordered."
_CUSTOMER: Final = msgspec.json.Decoder(models.OrderCustomer)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manner:
    """How to place an order, whatever it is.

    Attributes:
        settle_timeout: Seconds for which it is looked up; None until it is certain.
        journal: Where it is written down.
        yes: Do not ask.
        as_json: How it is printed.
    """

    settle_timeout: float | None
    journal: str | None
    yes: bool
    as_json: bool


def buy(
    *,
    customer: Path,
    sku: str = "GAU",
    amount: Amount | None = None,
    total: Amount | None = None,
    currency: str | None = None,
    external_id: str | None = None,
    reference_price: Amount | None = None,
    max_slippage: Share | None = None,
    settle_timeout: float = 10,
    wait_until_certain: Flag = False,
    journal: str | None = None,
    yes: Yes = False,
    json: Flag = False,
) -> ExitCode:
    """Buy metal, once: shows the fixed price, asks, sends, and finds out what became of it.

    Talks to the server of MINTED_BASE_URL with MINTED_USERNAME and MINTED_PASSWORD; `minted sandbox` prints
    such settings. Exit codes: 0 the order is placed, now or before, 1 it is not, 2 asked for wrongly or the
    id is another order's, 3 it is not known whether it is placed (do not repeat it: `minted order get`), 130
    interrupted before anything was sent.

    Args:
        customer: A JSON file with external_id, identity_number, firstname, lastname, email and phone.
        sku: What to buy: GAU is gold, GAG is silver.
        amount: How much, in grams; or give `--total`.
        total: Money to spend, in `--currency`.
        currency: Currency to pay in, such as TRY.
        external_id: The order's id; made up if it is not given.
        reference_price: Price of a gram that `--max-slippage` counts from.
        max_slippage: Do not buy if the fixed price is above the reference by more than this share, such as
            0.002.
        settle_timeout: Seconds for which an order whose answer is lost is looked up.
        wait_until_certain: Look it up until it is certain, which takes as long as the price lock.
        journal: Where the order is written down before it is sent: an SQLite file, or postgresql://...
        yes: Do not ask.
        json: Print the order as JSON, secrets masked.
    """
    try:
        buyer = _CUSTOMER.decode(customer.read_bytes())
    except (OSError, msgspec.DecodeError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else problem
        raise BadUsageError(f"--customer {customer}: {reason}") from problem
    if (amount is None) == (total is None):
        raise BadUsageError("give either --amount or --total")
    request = Buy(
        customer=buyer,
        items=[models.BuyItem(sku=sku, amount=UNSET if amount is None else amount)],
        currency_code=UNSET if currency is None else currency,
        total=total,
        reference_price=reference_price,
        max_slippage=max_slippage,
    )
    limit = None if wait_until_certain else settle_timeout
    return _place(request, external_id, _Manner(settle_timeout=limit, journal=journal, yes=yes, as_json=json))


def sell(
    *,
    amount: Amount,
    sku: str = "GAU",
    customer_id: str | None = None,
    currency: str | None = None,
    external_id: str | None = None,
    reference_price: Amount | None = None,
    max_slippage: Share | None = None,
    settle_timeout: float = 10,
    wait_until_certain: Flag = False,
    journal: str | None = None,
    yes: Yes = False,
    json: Flag = False,
) -> ExitCode:
    """Sell metal, once: shows the fixed price, asks, sends, and finds out what became of it.

    Server, credentials and exit codes are those of `minted buy`.

    Args:
        amount: How much, in grams.
        sku: What to sell: GAU is gold, GAG is silver.
        customer_id: The partner's id of the customer whose metal it is; the partner's own if left out.
        currency: Currency to be paid in, such as TRY.
        external_id: The order's id; made up if it is not given.
        reference_price: Price of a gram that `--max-slippage` counts from.
        max_slippage: Do not sell if the fixed price is below the reference by more than this share, such as
            0.002.
        settle_timeout: Seconds for which an order whose answer is lost is looked up.
        wait_until_certain: Look it up until it is certain, which takes as long as the price lock.
        journal: Where the order is written down before it is sent: an SQLite file, or postgresql://...
        yes: Do not ask.
        json: Print the order as JSON, secrets masked.
    """
    request = Sell(
        items=[models.SellItem(sku=sku, amount=amount)],
        customer_external_id=customer_id,
        currency_code=UNSET if currency is None else currency,
        reference_price=reference_price,
        max_slippage=max_slippage,
    )
    limit = None if wait_until_certain else settle_timeout
    return _place(request, external_id, _Manner(settle_timeout=limit, journal=journal, yes=yes, as_json=json))


def _place(request: Buy | Sell, external_id: str | None, manner: _Manner) -> ExitCode:
    """Fix a price, ask, send, and tell what became of it."""
    if external_id is not None:
        request = msgspec.structs.replace(request, external_id=external_id)
    check_request(request)
    if manner.settle_timeout is not None:
        try:
            check_seconds("--settle-timeout", manner.settle_timeout)
        except ConfigurationError as problem:
            raise BadUsageError(problem.happened) from problem
    if not manner.yes and not sys.stdin.isatty():
        raise BadUsageError("there is no terminal to ask at: --yes sends the order without asking")
    minted = MintedClient.from_env(journal=manner.journal)
    code = asyncio.run(_trade(minted, request, manner))
    ignore_stop_signals()
    return code


async def _trade(minted: MintedClient, request: Buy | Sell, manner: _Manner) -> ExitCode:
    # First of all: nothing must cut in between an order on its way and the code that tells of it.
    stopped = catch_stop_signals(asyncio.get_running_loop())
    try:
        result = await _order(minted, request, manner, stopped)
    except MintedError as refusal:
        result = refusal
    finally:
        interrupted = stopped.is_set()
        stopped.clear()  # the next one interrupts the closing
        closed = await until_stopped(minted.aclose(), stopped)
        if isinstance(closed, Exception):
            error_console().print(f"The client could not be closed: {closed}", soft_wrap=True)
    code = _tell(result, request.external_id, as_json=manner.as_json)
    if interrupted:
        stopped.set()
    await end_at_once_when_stopped(code, stopped)
    return code


async def _order(
    minted: MintedClient, request: Buy | Sell, manner: _Manner, stopped: asyncio.Event
) -> models.Order | BaseException | ExitCode:
    """The order, or what is known of it instead; an exit code if there is nothing to know.

    Raises:
        MintedError: No price was fixed, so that nothing was ordered.
    """
    lock = await until_stopped(
        minted.trades.fix_price(
            customer_external_id=request.customer_external_id,
            currency=None if request.currency_code is UNSET else str(request.currency_code),
            total=request.total if isinstance(request, Buy) else None,
        ),
        stopped,
    )
    if isinstance(lock, Exception):
        raise lock
    if isinstance(lock, BaseException):
        return ExitCode.INTERRUPTED
    if not manner.yes and (refusal := await _ask(request, lock, stopped)) is not None:
        return refusal
    interrupted: list[models.Order | BaseException] = []
    ended = await until_stopped(
        minted.trades.gather(
            [msgspec.structs.replace(request, price_token=lock)],
            settle_timeout=manner.settle_timeout,
            on_result=lambda _, result: interrupted.append(result),
        ),
        stopped,
    )
    (result,) = ended if isinstance(ended, list) else interrupted or [ended]
    if stopped.is_set() and isinstance(result, NotSentError | asyncio.CancelledError):
        return ExitCode.INTERRUPTED
    return await _repeated(minted, request, result, stopped) if may_be_repeated(result) else result


async def _repeated(
    minted: MintedClient, request: Buy | Sell, refusal: MintedError, stopped: asyncio.Event
) -> models.Order | BaseException | ExitCode:
    """What became of an order that was refused, perhaps because its id is in use."""
    console, external_id = error_console(), request.external_id
    found = await until_stopped(placed_before(minted, external_id), stopped)
    if isinstance(found, models.Order):
        problem = difference(request, found)
        if problem is None:
            console.print(f"The order {external_id} was placed before, not now.", soft_wrap=True)
            return found
        console.print(f"The id {external_id} is in use: {problem}.", soft_wrap=True)
        return ExitCode.BAD_USAGE
    if found is None and not isinstance(refusal, ExternalIdUsedError):
        return refusal
    # The journal has it as placed or open, or the server refused it and cannot be asked why.
    return OutcomeUnknownError(
        f"it is not known whether the order {external_id!r} was placed before: {refusal.happened}",
        external_id=external_id,
    )


async def _ask(request: Buy | Sell, lock: PriceLock, stopped: asyncio.Event) -> ExitCode | None:
    """Show what is about to be placed, and ask; None is consent."""
    (item,), currency = request.items, lock.fix.currency
    try:
        price = lock.price(str(item.sku))
    except KeyError:
        known = ", ".join(price.sku for price in lock.fix.prices)
        raise argument_error(
            "items[0].sku", f"is {str(item.sku)!r}, of which no price was fixed; there are {known}"
        ) from None
    amount = price.buy_amount if item.amount is UNSET else item.amount
    if isinstance(request, Buy):
        verb, each = "Buy", price.buy_price
        whom = (
            f"for {request.customer.firstname} {request.customer.lastname} ({request.customer_external_id})"
        )
    else:
        verb, each = "Sell", price.sell_price
        whom = f"of {request.customer_external_id or 'the partner'}"
    what = f"{digits(amount)} {item.sku} for about {amount * each:.2f} {currency}" if amount else item.sku
    console = error_console()
    console.print(
        Text(f"{verb} {what}"),
        Text(f"at {digits(each)} {currency}, locked for {max(lock.remaining, 0):.0f} s"),
        Text(whom),
        Text(f"as order {request.external_id}"),
        Text(f"at {os.environ.get('MINTED_BASE_URL') or 'the staging environment'}"),
        sep="\n",
        soft_wrap=True,
    )
    console.print(f"{verb}? [y/N] ", end="")
    answer = await until_stopped(read_line(), stopped)
    if not isinstance(answer, str):
        return ExitCode.INTERRUPTED
    return None if answer.strip().lower() in ("y", "yes", "e", "evet") else ExitCode.FAILED


def _tell(result: models.Order | BaseException | ExitCode, external_id: str, *, as_json: bool) -> ExitCode:
    """Print what became of the order, and return its code."""
    console = error_console()
    match result:
        case models.Order():
            try:
                show_order(result, as_json=as_json)
            except OutputError as error:
                console.print(f"The order {external_id} is placed, but not printed: {error}", soft_wrap=True)
            return ExitCode.DONE
        case ExitCode():
            console.print(_NOTHING)
            return result
        case MintedError():
            return report(result)
        case _:
            traceback.print_exception(result)
            console.print(
                f"It is not known whether the order {external_id} was placed. "
                f"See what became of it: minted order get {external_id}",
                soft_wrap=True,
            )
            return ExitCode.UNKNOWN
