"""`minted journal` makes the tables of a journal, once, and prints what it would do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.commands import minted
from tests.cli.conftest import run, stocked_sandbox
from tests.trades.postgres_server import PostgresServer, postgres_is_needed, running_postgres


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


def test_the_tables_are_made_once(server: PostgresServer) -> None:
    first, second = minted("journal", "init", server.url()), minted("journal", "init", server.url())
    assert (first.code, second.code) == (0, 0)
    assert "made" in first.out
    assert "nothing was changed" in second.out


def test_the_statements_that_are_printed_make_the_same_tables(server: PostgresServer) -> None:
    import psycopg

    printed = minted("journal", "schema")
    assert printed.code == 0
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE migrated")
    with psycopg.connect(server.url("migrated"), autocommit=True) as connection:
        connection.execute(printed.out.encode())
    assert "nothing was changed" in minted("journal", "init", server.url("migrated")).out


def test_a_table_of_another_program_is_left_alone(server: PostgresServer) -> None:
    import psycopg

    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE foreign_one")
    with psycopg.connect(server.url("foreign_one"), autocommit=True) as connection:
        connection.execute("CREATE TABLE minted_orders (id integer)")
    result = minted("journal", "init", server.url("foreign_one"))
    assert result.code == 1
    assert "no journal of ours" in " ".join(result.err.split())


def test_a_database_that_is_away_is_no_traceback() -> None:
    postgres_is_needed()
    result = minted("journal", "init", "postgresql://nobody@127.0.0.1:9/none")
    assert result.code == 1
    assert "Traceback" not in result.err


@pytest.mark.parametrize("url", ["postgresql://[broken", "nonsense"])
def test_what_is_no_address_is_said_to_be_none(url: str) -> None:
    postgres_is_needed()
    result = minted("journal", "init", url)
    assert result.code == 1
    assert "Traceback" not in result.err


@pytest.mark.anyio
async def test_an_order_is_written_into_the_database_that_the_command_line_names(
    server: PostgresServer,
) -> None:
    import psycopg

    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE ordered")
    url = server.url("ordered")
    minted("journal", "init", url)
    async with stocked_sandbox() as sandbox:
        arguments = ("--customer-id", "CST-1", "--amount", "0.5", "--external-id", "B-1", "--yes")
        result = await run(sandbox, "sell", *arguments, "--journal", url)
    assert (result.code, result.err) == (0, "")
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT external_id FROM minted_orders").fetchall()
    assert rows == [("B-1",)]
