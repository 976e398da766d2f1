"""`minted journal init`: the tables of a journal in PostgreSQL."""

from __future__ import annotations

import asyncio

from minted_async import errors
from minted_async.cli.console import error_console, output_console
from minted_async.trades.journal.postgres import open_connection
from minted_async.trades.journal.postgres_schema import SCHEMA, create_tables

_DONE = 0
_FAILED = 1


def init_journal(url: str) -> int:
    """Make the tables of a journal if they are not there, and return the exit code."""
    try:
        made = asyncio.run(_create(url))
    except errors.MintedError as error:
        error_console().print(f"The journal was not made: {error}", markup=False, highlight=False)
        return _FAILED
    text = "The tables were made." if made else "The tables are there already; nothing was changed."
    output_console().print(text)
    return _DONE


def show_schema() -> int:
    """Print the statements that make the tables, and return the exit code."""
    output_console().print(SCHEMA, end="", markup=False, highlight=False, soft_wrap=True)
    return _DONE


async def _create(url: str) -> bool:
    async with open_connection(url) as connection:
        return await create_tables(connection)
