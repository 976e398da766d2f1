"""The tables of a journal in PostgreSQL, and which version of them a database has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, LiteralString

from minted_async.errors import ConfigurationError

if TYPE_CHECKING:
    from psycopg import AsyncConnection

VERSION: Final = 2

SCHEMA: Final = """\
CREATE TABLE minted_orders (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text NOT NULL,
    external_id text NOT NULL,
    operation text NOT NULL,
    items text NOT NULL,
    customer_external_id text,
    currency_code text,
    total text,
    recorded_at timestamptz NOT NULL,
    certain_at timestamptz NOT NULL,
    progress text NOT NULL DEFAULT 'intended',
    outcome text,
    settled_at timestamptz,
    owner text,
    leased_until timestamptz,
    quote text,
    wish text
);
-- Two machines can never have the same order under way.
CREATE UNIQUE INDEX minted_orders_once ON minted_orders (account, external_id)
    WHERE outcome IS NULL OR outcome = 'placed';
CREATE INDEX minted_orders_by_id ON minted_orders (account, external_id, sequence);
CREATE INDEX minted_orders_open ON minted_orders (sequence) WHERE outcome IS NULL;

CREATE TABLE minted_quotes (
    id text PRIMARY KEY,
    account text NOT NULL,
    token text,
    customer_external_id text,
    currency text NOT NULL,
    prices text NOT NULL,
    is_total_price boolean NOT NULL,
    total text,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    used_by text
);
CREATE INDEX minted_quotes_live ON minted_quotes (expires_at) WHERE token IS NOT NULL;

COMMENT ON TABLE minted_orders IS 'minted-async journal, version 2';
"""
"""What `minted journal init` runs; it can be run by an application's own migrations as well."""

_FROM_VERSION_1: Final = """\
ALTER TABLE minted_orders ADD COLUMN wish text;
COMMENT ON TABLE minted_orders IS 'minted-async journal, version 2';
"""

_COMMENT: Final = re.compile(r"minted-async journal, version (\d+)")


async def read_version(connection: AsyncConnection[Any]) -> int | None:
    """The version of the tables; None if there are none.

    Raises:
        ConfigurationError: There is a table of this name that is no journal.
    """
    name, comment = await _row(
        connection,
        "SELECT found::text, obj_description(found, 'pg_class') FROM to_regclass('minted_orders') AS found",
    )
    if name is None:
        return None
    match = _COMMENT.fullmatch(comment or "")
    if match is None:
        raise ConfigurationError(
            "the table minted_orders has no comment that says which version it is: it is no journal of ours"
        )
    return int(match[1])


async def check_tables(connection: AsyncConnection[Any]) -> None:
    """Make sure that orders can be written down safely.

    Raises:
        ConfigurationError: The tables are missing, older or newer, or commits are not durable.
    """
    if connection.info.encoding != "utf-8":
        raise ConfigurationError("client_encoding must be UTF8, to keep ids as they are")
    version = await read_version(connection)
    if version is None:
        raise ConfigurationError("the database has no table minted_orders: `minted journal init` makes it")
    if version < VERSION:
        raise ConfigurationError(
            "the journal's tables are of an older version: `minted journal init` upgrades them"
        )
    if version > VERSION:
        raise ConfigurationError("the journal's tables were made by a newer version of minted-async")
    (setting,) = await _row(connection, "SHOW synchronous_commit")
    if setting == "off":
        raise ConfigurationError(
            "synchronous_commit is off, so that a crash of the database would forget orders"
        )


async def create_tables(connection: AsyncConnection[Any]) -> bool:
    """Make the tables if they are not there, and upgrade those of an older version; whether one was needed.

    Raises:
        ConfigurationError: They were made by a newer version.
    """
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(hashtext('minted-async journal'))")
        version = await read_version(connection)
        if version is None:
            await connection.execute(SCHEMA)
            return True
        if version > VERSION:
            raise ConfigurationError("the journal's tables were made by a newer version of minted-async")
        if version < VERSION:
            await connection.execute(_FROM_VERSION_1)
        return version < VERSION


async def _row(connection: AsyncConnection[Any], statement: LiteralString) -> tuple[Any, ...]:
    from psycopg.rows import tuple_row

    async with connection.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(statement)
        row = await cursor.fetchone()
        assert row is not None
        return row
