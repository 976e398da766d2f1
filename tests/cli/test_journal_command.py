"""`minted journal` and a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.commands import Result, minted
from tests.trades.postgres_server import PostgresServer, postgres_is_needed, postgres_programs


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    postgres_is_needed()
    server = PostgresServer(postgres_programs())
    try:
        server.start()
        yield server.url()
        server.stop()
    finally:
        server.remove()


def test_the_tables_are_made_once(postgres: str) -> None:
    assert minted("journal", "init", postgres) == Result(0, "The tables were made.\n")
    again = minted("journal", "init", postgres)
    assert again == Result(0, "The tables are there already; nothing was changed.\n")


def test_the_printed_statements_make_the_same_tables(postgres: str) -> None:
    import psycopg

    printed = minted("journal", "schema")
    assert (printed.code, printed.err) == (0, "")
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE by_migration")
    url = postgres.rpartition("/")[0] + "/by_migration"
    with psycopg.connect(url) as connection:
        connection.execute(printed.out.encode())
    assert "there already" in minted("journal", "init", url).out


def test_a_database_that_is_not_there_is_an_error_with_advice() -> None:
    postgres_is_needed()
    result = minted("journal", "init", "postgresql://127.0.0.1:1/shop")
    assert result.code == 1
    assert "NotSentError" in result.err
