"""The commands and their options; what they do lives beside this module."""

from __future__ import annotations

import io
import platform
import sys
from decimal import Decimal, InvalidOperation
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, CycloptsError, Group, Parameter
from cyclopts.validators import Number

from minted_async._version import __version__
from minted_async.cli.console import error_console, output_console

__all__ = ["app", "run"]

BAD_USAGE = 2
INTERRUPTED = 130

_HELP = """\
Digital gold, silver and platinum through the Minted Connect partner API.

Begin with `minted demo`: it needs no account, no network and no set-up. Then write your own program against
`minted sandbox`; `minted demo --code` prints one to start from. With the credentials of a partner account the
same program talks to the real API.
"""

_TRY = Group("Try it", sort_key=1)
_TRADE = Group("Trade", sort_key=2)
_LOOK = Group("Look things up", sort_key=3)


def _version() -> str:
    parts = [
        f"Python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in ("aiohttp", "msgspec")),
    ]
    return f"minted-async {__version__} ({', '.join(parts)})"


app = App(
    name="minted",
    help=_HELP,
    help_format="markdown",
    version=_version,
    version_format="plaintext",
    group_commands=_LOOK,
)
app["--help"].group = app["--version"].group = Group("Options", sort_key=4)


def _decimal(_: Any, tokens: Any) -> Decimal:
    text = str(tokens[0].value)
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is not a number") from None
    if not number.is_finite():
        raise ValueError(f"{text!r} is not a finite number")
    return number


Flag = Annotated[bool, Parameter(negative="", show_default=False)]
Amount = Annotated[Decimal, Parameter(converter=_decimal, allow_leading_hyphen=True)]


@app.command(group=_TRY)
def demo(
    *,
    amount: Amount = Decimal("0.5"),
    sku: str = "GAU",
    locale: Literal["tr", "en"] = "en",
    seed: int = 7,
    plain: Flag = False,
    code: Flag = False,
) -> int:
    """Buy and sell gold on an embedded sandbox, in front of your eyes.

    Starts a sandbox on a free port of this machine and trades on it through the client: real HTTP, real
    digest authentication, made-up money. Takes about five seconds.

    Args:
        amount: How much to buy, in grams.
        sku: What to buy: GAU is gold, GAG is silver.
        locale: Language of what the API answers: `minted demo --sku TIN --locale tr` is refused in Turkish.
        seed: Prices follow from it.
        plain: No colours and no live screen. This is so by itself where the output is no terminal, and where
            NO_COLOR is set.
        code: Print the whole program that does the same, and nothing else.
    """
    from minted_async.cli.demo import run_demo, show_program
    from minted_async.cli.journey import Plan

    plan = Plan(sku=sku, amount=amount, locale=locale, seed=seed)
    return show_program(plan) if code else run_demo(plan, plain=plain)


@app.command(group=_TRY)
def sandbox(
    *,
    host: str = "127.0.0.1",
    port: Annotated[int, Parameter(validator=Number(gte=0, lte=65535))] = 8765,
    username: str = "demo",
    password: str = "demo",
    seed: int = 7,
    price_ttl: float = 240,
    currency: str = "TRY",
    fault: Annotated[list[str] | None, Parameter(negative="")] = None,
    quiet: Annotated[bool, Parameter(name=["--quiet", "-q"], negative="", show_default=False)] = False,
) -> int:
    """Run a Minted of your own on this machine, until Ctrl-C.

    It answers like the documented API, shows each request that it gets, and forgets everything when it stops.
    Point a client at it, or curl.

    Args:
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        username: The only user.
        password: Their password.
        seed: Prices, ids and faults follow from it.
        price_ttl: Seconds that a price fix lives.
        currency: Currency of price fixes that ask for none: TRY, USD, EUR or GBP.
        fault: What goes wrong in a share of the calls, such as `too_many_requests=0.2`; may be given several
            times.
        quiet: Print the address and nothing else.
    """
    from minted_async.cli.sandbox import Options, run_sandbox

    return run_sandbox(
        Options(
            host=host,
            port=port,
            username=username,
            password=password,
            seed=seed,
            price_ttl=price_ttl,
            currency=currency,
            faults=fault or (),
            quiet=quiet,
        )
    )


@app.command(group=_TRY)
def prices(
    *,
    watch: Annotated[bool, Parameter(name=["--watch", "-w"], negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
    interval: float = 1.0,
    currency: str | None = None,
    customer: str | None = None,
) -> int:
    """Show the prices of all products: once, or live until Ctrl-C.

    They come from a sandbox of its own, made up, unless MINTED_USERNAME and MINTED_PASSWORD are set: then
    from the API (MINTED_BASE_URL), which locks a price at each question.

    Args:
        watch: Keep going: prices, their change, their course and their age, in a table that moves.
        json: A line of JSON for each snapshot instead of a table, for other programs.
        interval: Seconds between two questions.
        currency: Currency of the prices; that of the account if left out.
        customer: The partner's id of the customer to price for.
    """
    from minted_async.cli.prices import Options, run_prices

    return run_prices(
        Options(watch=watch, json=json, interval=interval, currency=currency, customer=customer)
    )


@app.command(group=_TRADE)
def buy(
    *,
    customer: Path,
    sku: str = "GAU",
    amount: Amount | None = None,
    total: Amount | None = None,
    currency: str | None = None,
    external_id: str | None = None,
    reference_price: Amount | None = None,
    max_slippage: Amount | None = None,
    settle_timeout: float = 10,
    wait_until_certain: Flag = False,
    journal: Path | None = None,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"], negative="", show_default=False)] = False,
    json: Flag = False,
) -> int:
    """Buy metal, once: shows the fixed price, asks, sends, and finds out what became of it.

    Talks to the server of MINTED_BASE_URL with MINTED_USERNAME and MINTED_PASSWORD; `minted sandbox` prints
    such settings. Exit codes: 0 the order is placed, 1 it is not, 2 asked for wrongly, 3 it is not known
    whether it is placed (do not repeat it: `minted order get`), 130 interrupted before anything was sent.

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
        journal: An SQLite file in which the order is written down before it is sent.
        yes: Do not ask.
        json: Print the order as JSON, secrets masked.
    """
    from minted_async.cli.trade import Purchase, run_buy

    return run_buy(
        Purchase(
            sku=sku,
            amount=amount,
            total=total,
            currency=currency,
            customer=customer,
            external_id=external_id,
            reference_price=reference_price,
            max_slippage=max_slippage,
            settle_timeout=None if wait_until_certain else settle_timeout,
            journal=journal,
            yes=yes,
            as_json=json,
        )
    )


order = App(
    name="order",
    help="Read orders: `minted order get`, `minted order watch`.",
    help_format="markdown",
    group=_TRADE,
)
app.command(order)


@order.command(name="get")
def order_get(external_id: str, /, *, json: Flag = False) -> int:
    """Read an order by your own id.

    Exit codes: 0 here it is, 1 there is none, or it could not be read.

    Args:
        external_id: The order's id.
        json: Print it as JSON, secrets masked.
    """
    from minted_async.cli.trade import run_get

    return run_get(external_id, as_json=json)


@order.command(name="watch")
def order_watch(
    external_id: str,
    /,
    *,
    until: Annotated[list[str] | None, Parameter(negative="")] = None,
    timeout: float | None = None,
    json: Flag = False,
) -> int:
    """Follow an order through its states, by default until it is Completed, Cancelled or Refunded.

    Exit codes: 0 it has reached such a state, 1 it has not in time, or it could not be read.

    Args:
        external_id: The order's id.
        until: A state to wait for; may be given several times.
        timeout: Seconds to wait at most.
        json: Print a line of JSON for each change, secrets masked.
    """
    from minted_async.cli.trade import run_watch

    return run_watch(external_id, until=until or (), timeout=timeout, as_json=json)


journal = App(
    name="journal",
    help="The journal of a fleet, in PostgreSQL: `minted journal init`.",
    help_format="markdown",
    group=_TRADE,
)
app.command(journal)


@journal.command(name="init")
def journal_init(url: str, /) -> int:
    """Make the tables of a journal in a PostgreSQL database, unless they are there already.

    Exit codes: 0 they are there, 1 they could not be made. `minted journal schema` prints the statements
    instead, for migrations of your own.

    Args:
        url: The database, such as postgresql://user@host/name; a password belongs into PGPASSWORD or
            ~/.pgpass.
    """
    from minted_async.cli.journal import init_journal

    return init_journal(url)


@journal.command(name="schema")
def journal_schema() -> int:
    """Print the statements that make the tables of a journal in PostgreSQL."""
    from minted_async.cli.journal import show_schema

    return show_schema()


@app.command
def operations(resource: str | None = None, /) -> int:
    """List the operations of the API: those that are typed, and those of which only the name is known.

    Args:
        resource: Only those of one resource, such as `orders`.
    """
    from minted_async.cli.operations import show_operations

    return show_operations(resource)


def run() -> int:
    """Run the command with the process's arguments and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A letter that the terminal's encoding lacks becomes a question mark, not a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        code = app(
            sys.argv[1:],
            console=output_console(),
            error_console=error_console(),
            exit_on_error=False,
            result_action="return_value",
        )
    except CycloptsError:
        return BAD_USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    return code if isinstance(code, int) else 0
