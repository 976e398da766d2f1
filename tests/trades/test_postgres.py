"""The PostgreSQL journal: the database's clock, outages, pools of one's own, tables made on purpose."""

from __future__ import annotations

import asyncio
import dataclasses
import traceback
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from minted_async import Clock, MintedClient, errors
from minted_async.sandbox import Sandbox
from minted_async.trades import OrderRecord, Outcome, PostgresJournal
from minted_async.trades.journal.postgres import open_connection
from minted_async.trades.journal.postgres_schema import create_tables
from tests.trades.kinds_of_journal import ACCOUNT, ME, OTHER, intent, quote
from tests.trades.orders import BUY, CUSTOMER, gold, sent_orders
from tests.trades.postgres_server import PostgresServer, age

pytestmark = pytest.mark.anyio


@pytest.fixture
async def journal(database: str) -> AsyncIterator[PostgresJournal]:
    journal = PostgresJournal(database)
    yield journal
    await journal.aclose()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


# -------------------------------------------------------------------- time
@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=-1)])
async def test_a_machine_with_a_wrong_clock_proves_nothing_falsely(
    ahead: timedelta, database: str, sandbox: Sandbox
) -> None:
    """The request of a lost order arrives late; a machine that is ahead must not call it absent."""
    wrong = dataclasses.replace(Clock(), now=lambda: datetime.now(UTC) + ahead)
    sandbox.fail_next("reset_before", path=BUY)
    async with MintedClient("demo", "demo", base_url=sandbox.url, journal=database) as minted:
        with pytest.raises(errors.OutcomeUnknownError):
            await minted.trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", settle_timeout=0)
    async with MintedClient("demo", "demo", base_url=sandbox.url, journal=database) as minted:
        trades = minted.trades.with_options(clock=wrong)
        (recovery,) = await trades.recover(timeout=0.2)
        assert isinstance(recovery.error, errors.OutcomeUnknownError)
    age(database, 300)
    async with MintedClient("demo", "demo", base_url=sandbox.url, journal=database) as minted:
        (recovery,) = await minted.trades.with_options(clock=wrong).recover(timeout=20)
        assert isinstance(recovery.error, errors.OrderNotPlacedError)


# -------------------------------------------------------------------- outages
async def test_nothing_is_sent_without_the_database(sandbox: Sandbox) -> None:
    journal = PostgresJournal("postgresql://minted@127.0.0.1:9/none", timeout=0.3)
    async with MintedClient("demo", "demo", base_url=sandbox.url, journal=journal) as minted:
        lock = await minted.trades.fix_price(customer_external_id="CST-1")
        with pytest.raises(errors.NotSentError):
            await minted.trades.buy(customer=CUSTOMER, items=gold(), price_token=lock)
        with pytest.raises(errors.NotSentError):
            await minted.connect()
        await minted.aclose(drain=0)
    assert sent_orders(sandbox) == {}


async def test_a_database_that_was_restarted_is_used_again(own_server: PostgresServer) -> None:
    journal = PostgresJournal(own_server.url())
    await journal.record(intent("B-1"), certain_in=1.0, owner=ME)
    await asyncio.to_thread(own_server.stop)
    await asyncio.to_thread(own_server.start)
    await journal.record(intent("B-2"), certain_in=1.0, owner=ME)
    assert await journal.settle(intent("B-1"), Outcome.PLACED)
    (entry,) = await journal.unsettled()
    assert isinstance(entry, OrderRecord)
    assert entry.intent.external_id == "B-2"
    await journal.aclose()


async def test_an_outcome_is_told_while_the_database_is_away_and_written_when_it_is_back(
    own_server: PostgresServer, sandbox: Sandbox
) -> None:
    journal = PostgresJournal(own_server.url(), timeout=2.0)
    async with MintedClient("demo", "demo", base_url=sandbox.url, journal=journal) as minted:
        lock = await minted.trades.fix_price(customer_external_id="CST-1")
        sandbox.fail_next("delay_after", path=BUY, seconds=0.5)
        buying = asyncio.ensure_future(
            minted.trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", price_token=lock)
        )
        await sandbox.until(lambda: "B-1" in sandbox.orders)
        await asyncio.to_thread(own_server.stop)
        assert (await buying).external_id == "B-1"
        await asyncio.to_thread(own_server.start)
    with psycopg.connect(own_server.url()) as connection:
        rows = connection.execute("SELECT external_id, outcome FROM minted_orders").fetchall()
    assert rows == [("B-1", "placed")]


# -------------------------------------------------------------------- pools of one's own
@pytest.mark.parametrize("options", [{}, {"row_factory": dict_row}, {"prepare_threshold": None}])
async def test_a_pool_of_the_application_is_used_and_left_open(
    options: dict[str, Any], database: str
) -> None:
    async with AsyncConnectionPool[Any](database, kwargs=options, open=False) as pool:
        journal = PostgresJournal(pool)
        await journal.save_quote(quote())
        await journal.record(intent(), certain_in=1.0, owner=ME, quote="Q-1")
        assert (await journal.claim(ACCOUNT, OTHER, limit=1, held=())).retry_in is not None
        assert await journal.settle(intent(), Outcome.PLACED)
        record = await journal.find(ACCOUNT, "B-1")
        assert record is not None
        assert record.outcome is Outcome.PLACED
        await journal.aclose()
        async with pool.connection() as connection:
            await connection.execute("SELECT 1")


# -------------------------------------------------------------------- tables
def test_a_connection_string_that_is_none_is_refused_without_its_password() -> None:
    url = f"postgresql://shop:{'secret'}@[broken"
    with pytest.raises(errors.ConfigurationError) as caught:
        MintedClient("demo", "demo", journal=url)
    assert "secret@" not in "".join(traceback.format_exception(caught.value))


async def test_tables_are_never_made_by_surprise(postgres: PostgresServer, sandbox: Sandbox) -> None:
    async with MintedClient("demo", "demo", base_url=sandbox.url, journal=postgres.url()) as minted:
        with pytest.raises(errors.ConfigurationError, match="minted journal init"):
            await minted.connect()
        lock = await minted.trades.fix_price(customer_external_id="CST-1")
        with pytest.raises(errors.ConfigurationError, match="minted journal init"):
            await minted.trades.buy(customer=CUSTOMER, items=gold(), price_token=lock)
    assert sent_orders(sandbox) == {}


async def test_tables_of_a_newer_version_are_refused(journal: PostgresJournal, database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("COMMENT ON TABLE minted_orders IS 'minted-async journal, version 3'")
    with pytest.raises(errors.ConfigurationError, match="newer version"):
        await journal.record(intent(), certain_in=1.0, owner=ME)


async def test_tables_of_an_older_version_are_upgraded_when_that_is_asked_for(
    journal: PostgresJournal, database: str
) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("ALTER TABLE minted_orders DROP COLUMN wish")
        connection.execute("COMMENT ON TABLE minted_orders IS 'minted-async journal, version 1'")
    with pytest.raises(errors.ConfigurationError, match="`minted journal init` upgrades them"):
        await journal.record(intent(), certain_in=1.0, owner=ME)
    async with open_connection(database) as connection:
        assert await create_tables(connection)
        assert not await create_tables(connection)
    await journal.record(intent(), certain_in=1.0, owner=ME)
    found = await journal.find(ACCOUNT, intent().external_id)
    assert found is not None
    assert found.intent == intent()


async def test_commits_that_a_crash_would_forget_are_refused(database: str) -> None:
    journal = PostgresJournal(f"{database}?options=-csynchronous_commit%3Doff")
    with pytest.raises(errors.ConfigurationError, match="synchronous_commit"):
        await journal.open()
    await journal.aclose()


async def test_a_row_that_cannot_be_read_does_not_hide_the_others(
    journal: PostgresJournal, database: str
) -> None:
    for number in range(3):
        await journal.record(intent(f"B-{number}"), certain_in=1.0, owner=ME)
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE minted_orders SET items = 'nonsense' WHERE external_id = 'B-1'")
    claim = await journal.claim(ACCOUNT, ME, limit=10, held=())
    assert [entry.intent.external_id for entry in claim.records] == ["B-0", "B-2"]
    assert [entry.external_id for entry in claim.unreadable] == ["B-1"]


async def test_settled_orders_can_be_forgotten(journal: PostgresJournal) -> None:
    for number in range(2):
        await journal.record(intent(f"B-{number}"), certain_in=1.0, owner=ME)
    await journal.settle(intent("B-0"), Outcome.PLACED)
    assert await journal.forget(datetime.now(UTC) - timedelta(days=1)) == 0
    assert await journal.forget(datetime.now(UTC) + timedelta(days=1)) == 1
    assert await journal.find(ACCOUNT, "B-0") is None
    assert await journal.find(ACCOUNT, "B-1") is not None


# -------------------------------------------------------------------- sharing
async def test_machines_share_what_is_left_to_recover(database: str, sandbox: Sandbox) -> None:
    clients = [MintedClient("demo", "demo", base_url=sandbox.url, journal=database) for _ in range(3)]
    lock = await clients[0].trades.fix_price(customer_external_id="CST-1")
    for number in range(30):
        sandbox.fail_next("reset_after", path=BUY)
        sandbox.fail_next("reset_before", method="GET")
        with pytest.raises(errors.OutcomeUnknownError):
            await clients[0].trades.buy(
                customer=CUSTOMER,
                items=gold(),
                external_id=f"B-{number}",
                price_token=lock,
                settle_timeout=0,
            )
    await clients[0].aclose()
    clients[0] = MintedClient("demo", "demo", base_url=sandbox.url, journal=database)
    shares = await asyncio.gather(*(client.trades.recover(limit=3) for client in clients))
    for client in clients:
        await client.aclose()
    reported = [recovery.external_id for share in shares for recovery in share]
    assert sorted(map(str, reported)) == sorted(f"B-{number}" for number in range(30))
    assert all(share for share in shares)
