"""A sandbox and trades that share one simulated time."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator

import pytest

from minted_async import MintedClient
from minted_async.sandbox import Sandbox
from minted_async.trades import Trades
from tests.trades.clocks import StandingTime
from tests.trades.postgres_server import PostgresServer, running_postgres
from tests.trades.rewriting_proxy import RewritingProxy, rewriting


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server for all tests of a process; those that stop it have one of their own."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def database(postgres: PostgresServer) -> str:
    """The URL of a database of one's own, with the journal's tables."""
    import psycopg
    from psycopg import sql

    name = f"journal_{uuid.uuid4().hex}"
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    postgres.make_tables(name)
    return postgres.url(name)


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A server with the journal's tables that belongs to one test, which may stop it."""
    with running_postgres() as server:
        server.make_tables()
        yield server


@pytest.fixture
def time() -> StandingTime:
    return StandingTime()


@pytest.fixture
async def sandbox(time: StandingTime) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=time.sandbox_clock()) as sandbox:
        yield sandbox
        sandbox.ledger.verify()


@pytest.fixture
async def minted(sandbox: Sandbox) -> AsyncIterator[MintedClient]:
    async with MintedClient(
        sandbox.username, sandbox.password, base_url=sandbox.url, locale="en", retry=None
    ) as minted:
        yield minted


@pytest.fixture
async def proxy(sandbox: Sandbox) -> AsyncIterator[RewritingProxy]:
    """Stands before the sandbox and changes answers."""
    async with rewriting(sandbox) as proxy:
        yield proxy


@pytest.fixture
def trades(minted: MintedClient, time: StandingTime) -> Trades:
    return minted.trades.with_options(clock=time.clock())
