"""What trades write down, when, and what it is worth after a crash."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import anyio
import pytest

from minted_async import MintedClient, errors, models
from minted_async.sandbox import Sandbox
from minted_async.trades import (
    IntendedItem,
    Journal,
    MemoryJournal,
    OrderIntent,
    OrderRecord,
    Outcome,
    Progress,
    SqliteJournal,
)
from tests.trades.clocks import StandingTime
from tests.trades.journals import RecordingJournal
from tests.trades.orders import BUY, CUSTOMER, gold, sent_orders
from tests.trades.rewriting_proxy import rewriting, with_data

pytestmark = pytest.mark.anyio


async def test_an_order_is_recorded_before_it_is_sent_and_settled_after(
    sandbox: Sandbox, time: StandingTime
) -> None:
    sent_when_recorded: list[int] = []

    class Watching(RecordingJournal):
        async def record(
            self, intent: OrderIntent, *, certain_in: float, owner: str, quote: str | None = None
        ) -> datetime:
            sent_when_recorded.append(len(sent_orders(sandbox)))
            return await super().record(intent, certain_in=certain_in, owner=owner, quote=quote)

    journal = Watching()
    assert isinstance(journal, Journal)
    async with MintedClient("demo", "demo", base_url=sandbox.url, journal=journal) as minted:
        trades = minted.trades.with_options(clock=time.clock())
        lock = await trades.fix_price(customer_external_id="CST-1")
        await trades.buy(customer=CUSTOMER, items=gold("0.50"), external_id="B-1", price_token=lock)
        with pytest.raises(errors.ValidationError):
            await trades.buy(customer=CUSTOMER, items=gold("0.00000001"), external_id="B-2")
        sandbox.fail_next("reset_before", path=BUY)
        with pytest.raises(errors.OrderNotPlacedError):
            await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-3", settle_timeout=None)
    assert journal.closed
    assert sent_when_recorded == [0, 1, 2]
    assert dict(journal.outcomes) == {
        "B-1": Outcome.PLACED,
        "B-2": Outcome.REFUSED,
        "B-3": Outcome.NOT_PLACED,
    }
    assert journal.marks == [("B-3", Progress.SENT)]
    first = journal.recorded[0]
    assert (first.operation, first.customer_external_id, first.currency_code) == (
        "orders.buy",
        "CST-1",
        "TRY",
    )
    assert first.items == (IntendedItem("GAU", Decimal("0.50")),)
    assert journal.certain_in[0] == 251


async def test_the_outcome_can_be_read_again(sandbox: Sandbox, time: StandingTime) -> None:
    async with MintedClient("demo", "demo", base_url=sandbox.url) as minted:
        assert await minted.trades.outcome("B-1") is None
        await minted.trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
        record = await minted.trades.outcome("B-1")
        assert isinstance(record, OrderRecord)
        assert (record.outcome, record.intent.external_id) == (Outcome.PLACED, "B-1")


async def test_the_journal_holds_no_secret(sandbox: Sandbox, tmp_path: Path) -> None:
    async with MintedClient(
        "demo", "demo", base_url=sandbox.url, journal=tmp_path / "journal.sqlite"
    ) as minted:
        lock = await minted.trades.fix_price(customer_external_id="CST-1")
        await minted.trades.buy(
            customer=CUSTOMER,
            items=gold(),
            price_token=lock,
            payment=models.CardTokenPayment(card_token="secret-card", card_cvv="987"),
        )
        files = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"CST-1" in files
    for secret in (lock.fix.token, "secret-card", CUSTOMER.identity_number, CUSTOMER.email):
        assert secret.encode() not in files


# -------------------------------------------------------------------- a journal that fails
class FailingJournal(MemoryJournal):
    """A journal whose storage is away, with an error of somebody else's library.

    Attributes:
        failing: names of the methods that fail.
    """

    def __init__(self) -> None:
        super().__init__()
        self.failing: set[str] = set()

    def __getattribute__(self, name: str) -> object:
        if name != "failing" and name in self.failing:
            raise sqlite3.OperationalError("disk I/O error")
        return super().__getattribute__(name)


async def test_nothing_is_sent_when_the_journal_cannot_be_written(sandbox: Sandbox, tmp_path: Path) -> None:
    async with MintedClient("demo", "demo", base_url=sandbox.url, journal=tmp_path / "no" / "such") as minted:
        with pytest.raises(errors.NotSentError, match="journal") as caught:
            await minted.trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
        assert caught.value.external_id == "B-1"
        await minted.aclose(drain=0)
    assert sent_orders(sandbox) == {}


async def test_an_outcome_that_cannot_be_written_is_told_and_written_later(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    journal = FailingJournal()
    async with MintedClient("demo", "demo", base_url=sandbox.url, journal=journal) as minted:
        journal.failing = {"settle"}
        order = await minted.trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
        assert order.external_id == "B-1"
        await anyio.lowlevel.checkpoint()
        assert len(await journal.unsettled()) == 1
        journal.failing.clear()
    assert await journal.unsettled() == []
    assert "B-1" in caplog.text


@pytest.mark.parametrize(
    ("failing", "call"),
    [
        ("unsettled", "recover"),
        ("claim", "recover"),
        ("find", "outcome"),
        ("find", "resolve"),
        ("save_quote", "quote"),
        ("quote", "buy"),
        ("open", "open"),
    ],
)
async def test_no_error_of_a_database_leaves_a_call(failing: str, call: str, sandbox: Sandbox) -> None:
    journal = FailingJournal()
    async with MintedClient("demo", "demo", base_url=sandbox.url, journal=journal) as minted:
        journal.failing = {failing}
        calls: dict[str, Callable[[], Awaitable[object]]] = {
            "recover": lambda: minted.trades.recover(),
            "outcome": lambda: minted.trades.outcome("B-1"),
            "resolve": lambda: minted.trades.resolve("B-1"),
            "quote": lambda: minted.trades.quote(),
            "buy": lambda: minted.trades.buy(quote="Q-1", customer=CUSTOMER, items=gold()),
            "open": lambda: minted.connect(),
        }
        with pytest.raises(errors.NotSentError, match="disk I/O error"):
            await calls[call]()


# -------------------------------------------------------------------- after a crash
async def test_a_confirmation_outlives_the_process(
    sandbox: Sandbox, time: StandingTime, tmp_path: Path
) -> None:
    """The server has said that it was placed: not to find it proves nothing, in the next process either."""
    absent = b'{"success": false, "code": 4041, "message": "not found", "data": null}'
    async with rewriting(sandbox) as proxy:

        def process() -> MintedClient:
            journal = SqliteJournal(tmp_path / "journal.sqlite", clock=time.clock())
            return MintedClient("demo", "demo", base_url=proxy.url, retry=None, journal=journal)

        proxy.change = lambda request, status, body: (
            (200, with_data(body, orders=None))
            if request.path == BUY
            else ((404, absent) if request.method == "GET" else None)
        )
        async with process() as minted:
            with pytest.raises(errors.OutcomeUnknownError):
                await minted.trades.with_options(clock=time.clock()).buy(
                    customer=CUSTOMER, items=gold(), external_id="B-1"
                )
        async with process() as minted:
            (recovery,) = await minted.trades.with_options(clock=time.clock()).recover()
            assert isinstance(recovery.error, errors.OutcomeUnknownError)
            assert recovery.error.placed
            proxy.change = lambda request, status, body: None
            (recovery,) = await minted.trades.with_options(clock=time.clock()).recover()
            assert recovery.order is not None


@pytest.mark.parametrize("way", ["recover", "resolve", "buy", "receipt"])
async def test_another_order_is_not_taken_for_this_one_in_any_way(
    way: str, sandbox: Sandbox, time: StandingTime, tmp_path: Path
) -> None:
    """An order of 50 g under the id of one of half a gram."""
    async with rewriting(sandbox) as proxy:
        journal = SqliteJournal(tmp_path / "journal.sqlite", clock=time.clock())
        async with MintedClient("demo", "demo", base_url=proxy.url, retry=None, journal=journal) as minted:
            trades = minted.trades.with_options(clock=time.clock())

            def enlarge(body: bytes) -> bytes:
                return body.replace(b'"amount":0.5', b'"amount":50').replace(
                    b'"amount": 0.5', b'"amount": 50'
                )

            proxy.change = lambda request, status, body: (
                (status, enlarge(body)) if request.method == "GET" or way == "receipt" else None
            )
            if way in ("recover", "resolve"):
                sandbox.fail_next("reset_after", path=BUY)
                sandbox.fail_next("reset_before", method="GET")
                with pytest.raises(errors.OutcomeUnknownError):
                    await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", settle_timeout=0)
                found: object
                if way == "recover":
                    (recovery,) = await trades.recover()
                    found = recovery.error
                else:
                    with pytest.raises(errors.OutcomeUnknownError) as resolved:
                        await trades.resolve("B-1")
                    found = resolved.value
            else:
                if way == "buy":
                    sandbox.fail_next("reset_after", path=BUY)
                with pytest.raises(errors.OutcomeUnknownError) as bought:
                    await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
                found = bought.value
            assert isinstance(found, errors.OutcomeUnknownError)
            assert "50, not 0.5" in str(found)


async def test_every_row_that_can_be_read_is_recovered_and_the_others_are_reported(
    sandbox: Sandbox, time: StandingTime, tmp_path: Path
) -> None:
    path = tmp_path / "journal.sqlite"
    async with MintedClient(
        "demo", "demo", base_url=sandbox.url, retry=None, journal=SqliteJournal(path, clock=time.clock())
    ) as minted:
        trades = minted.trades.with_options(clock=time.clock())
        for number in range(3):
            sandbox.fail_next("reset_after", path=BUY)
            sandbox.fail_next("reset_before", method="GET")
            with pytest.raises(errors.OutcomeUnknownError):
                await trades.buy(customer=CUSTOMER, items=gold(), external_id=f"B-{number}", settle_timeout=0)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE orders SET certain_at = 'never' WHERE external_id = 'B-1'")
    async with MintedClient(
        "demo", "demo", base_url=sandbox.url, journal=SqliteJournal(path, clock=time.clock())
    ) as minted:
        recoveries = await minted.trades.with_options(clock=time.clock()).recover(limit=1)
    assert [recovery.external_id for recovery in recoveries] == ["B-1", "B-0", "B-2"]
    assert isinstance(recoveries[0].error, errors.OutcomeUnknownError)
    assert recoveries[1].order is not None
    assert recoveries[2].order is not None


# -------------------------------------------------------------------- opening and closing
async def test_a_client_is_ready_when_connection_login_and_journal_are(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    async with MintedClient(
        "demo", "demo", base_url=sandbox.url, journal=tmp_path / "journal.sqlite"
    ) as minted:
        await minted.connect()
    assert (tmp_path / "journal.sqlite").exists()
    assert not sandbox.orders
    async with MintedClient("demo", "wrong", base_url=sandbox.url) as minted:
        with pytest.raises(errors.AuthenticationError):
            await minted.connect()
    async with MintedClient("demo", "demo", base_url="http://127.0.0.1:9", retry=None) as minted:
        with pytest.raises(errors.NotSentError):
            await minted.connect()


async def test_closing_waits_for_orders_that_are_under_way(sandbox: Sandbox) -> None:
    journal = RecordingJournal()
    minted = MintedClient("demo", "demo", base_url=sandbox.url, journal=journal)
    lock = await minted.trades.fix_price(customer_external_id="CST-1")
    sandbox.fail_next("delay", path=BUY, seconds=0.2)
    buying = asyncio.ensure_future(
        minted.trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", price_token=lock)
    )
    await sandbox.until(lambda: any(request.path == BUY for request in sandbox.requests))
    await minted.aclose()
    assert (await buying).external_id == "B-1"
    assert journal.outcomes == [("B-1", Outcome.PLACED)]


async def test_closing_says_which_orders_are_left_to_recover(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    minted = MintedClient("demo", "demo", base_url=sandbox.url)
    sandbox.fail_next("delay", path=BUY, seconds=60)
    buying = asyncio.ensure_future(
        minted.trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", settle_timeout=0)
    )
    await sandbox.until(lambda: any(request.path == BUY for request in sandbox.requests))
    await minted.aclose(drain=0)
    with pytest.raises(errors.OutcomeUnknownError):
        await buying
    assert "B-1" in caplog.text


async def test_a_client_that_is_being_closed_takes_no_order(sandbox: Sandbox) -> None:
    minted = MintedClient("demo", "demo", base_url=sandbox.url)
    lock = await minted.trades.fix_price(customer_external_id="CST-1")
    await minted.trades.drain(0)
    with pytest.raises(errors.ConfigurationError, match="closed"):
        await minted.trades.buy(customer=CUSTOMER, items=gold(), price_token=lock)
    await minted.aclose()
    assert sent_orders(sandbox) == {}


@pytest.mark.parametrize("journal", [5, b"orders.sqlite", "", ":memory:", object(), True])
def test_what_cannot_be_a_journal_is_refused_by_the_constructor(journal: object) -> None:
    with pytest.raises(errors.ConfigurationError, match="journal"):
        MintedClient("demo", "demo", journal=journal)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "arguments",
    [{"external_id": "B" * 256}, {"customer": "CST\0"}, {"customer": "C" * 256}, {"sku": "G\0"}],
    ids=str,
)
async def test_what_no_database_can_keep_is_refused_before_it_is_recorded(
    arguments: dict[str, str], sandbox: Sandbox
) -> None:
    journal = RecordingJournal()
    async with MintedClient("demo", "demo", base_url=sandbox.url, journal=journal) as minted:
        customer = models.OrderCustomer(
            external_id=arguments.get("customer", "CST-1"),
            identity_number="10000000146",
            firstname="Deniz",
            lastname="Yurt",
            email="deniz@example.com",
            phone="+905550000000",
        )
        items = [models.BuyItem(sku=arguments.get("sku", "GAU"), amount=Decimal("0.5"))]
        external_id = arguments.get("external_id", "B-1")
        with pytest.raises(errors.ArgumentError):
            await minted.trades.buy(
                customer=customer, items=items, external_id=external_id, price_token="token"
            )
    assert journal.recorded == []


async def test_an_order_that_could_not_be_recorded_is_not_left_to_recover(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor is it waited for: closing would take as long as the journal is away."""
    journal = FailingJournal()
    async with MintedClient("demo", "demo", base_url=sandbox.url, journal=journal) as minted:
        journal.failing = {"record", "settle"}
        with pytest.raises(errors.NotSentError):
            await minted.trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
        with anyio.fail_after(60):
            await minted.aclose(drain=3600)
    assert "left to recover" not in caplog.text


async def test_a_failure_without_words_is_named_by_its_kind(sandbox: Sandbox) -> None:
    class Silent(RecordingJournal):
        async def record(
            self, intent: OrderIntent, *, certain_in: float, owner: str, quote: str | None = None
        ) -> datetime:
            raise TimeoutError

    async with MintedClient("demo", "demo", base_url=sandbox.url, journal=Silent()) as minted:
        with pytest.raises(errors.NotSentError, match="TimeoutError"):
            await minted.trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")


@pytest.mark.parametrize(
    "text", ["host=db dbname=shop", "dbname=shop", "host=/run/postgresql dbname=shop password=hush"]
)
def test_a_connection_string_of_libpq_is_not_taken_for_a_file(text: str) -> None:
    with pytest.raises(errors.ConfigurationError, match="postgresql://") as caught:
        SqliteJournal(text)
    assert "hush" not in str(caught.value)
