"""`minted journal`: the tables of a journal in PostgreSQL."""

from __future__ import annotations

import sys

from minted_async.cli.console import output_console
from minted_async.cli.signals import run
from minted_async.trades.journal.postgres import open_connection
from minted_async.trades.journal.postgres_schema import SCHEMA, create_tables


def init(url: str, /) -> None:
    """Make the tables of a journal in a PostgreSQL database, or upgrade older ones.

    Exit codes: 0 they are there, 1 they could not be made. `minted journal schema` prints the statements
    instead, for migrations of your own.

    Args:
        url: The database, such as postgresql://user@host/name; a password belongs into PGPASSWORD or
            ~/.pgpass.
    """

    async def create() -> bool:
        async with open_connection(url) as connection:
            return await create_tables(connection)

    made = run(create())
    output_console().print(
        "The tables were made, or upgraded." if made else "The tables are there already; nothing was changed."
    )


def schema() -> None:
    """Print the statements that make the tables of a journal in PostgreSQL."""
    sys.stdout.write(SCHEMA)
