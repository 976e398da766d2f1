"""What every journal does, whatever it is kept in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import anyio
import pytest

from minted_async import errors
from minted_async.trades import (
    Journal,
    MemoryJournal,
    OrderRecord,
    Outcome,
    PostgresJournal,
    Progress,
    SqliteJournal,
)
from tests.trades.kinds_of_journal import ACCOUNT, ME, OTHER, MovableClock, Storage, intent, quote
from tests.trades.postgres_server import age

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    time = MovableClock()
    if request.param == "memory":
        journal = MemoryJournal(clock=time.clock())
        return Storage("memory", lambda: journal, time.advance)
    if request.param == "sqlite":
        path = tmp_path / "journal.sqlite"
        return Storage("sqlite", lambda: SqliteJournal(path, clock=time.clock()), time.advance)
    url = request.getfixturevalue("database")
    assert isinstance(url, str)
    return Storage("postgres", lambda: PostgresJournal(url), lambda seconds: age(url, seconds))


@pytest.fixture
async def journals(storage: Storage) -> AsyncIterator[Callable[[], Journal]]:
    yield storage.journal
    for journal in storage.made:
        await journal.aclose()


@pytest.fixture
def journal(journals: Callable[[], Journal]) -> Journal:
    return journals()


async def record(
    journal: Journal, external_id: str = "B-1", *, owner: str = ME, **options: object
) -> datetime:
    certain_in = options.pop("certain_in", 251.0)
    taken = options.pop("quote", None)
    assert isinstance(certain_in, float)
    assert taken is None or isinstance(taken, str)
    return await journal.record(
        intent(external_id, **options), certain_in=certain_in, owner=owner, quote=taken
    )


async def unsettled(journal: Journal) -> list[str | None]:
    return [
        entry.intent.external_id if isinstance(entry, OrderRecord) else entry.external_id
        for entry in await journal.unsettled()
    ]


async def found(journal: Journal, external_id: str = "B-1") -> OrderRecord:
    entry = await journal.find(ACCOUNT, external_id)
    assert entry is not None
    return entry


# -------------------------------------------------------------------- orders
async def test_what_was_recorded_is_there_for_others(journals: Callable[[], Journal]) -> None:
    await record(journals())
    assert await unsettled(journals()) == ["B-1"]


async def test_what_is_read_is_what_was_written(journal: Journal) -> None:
    await record(journal)
    bare = intent("B-2", customer_external_id=None, currency_code=None, total=None, items=())
    await journal.record(bare, certain_in=7.5, owner=ME)
    assert (await found(journal)).intent == intent()
    assert str((await found(journal)).intent.items[0].amount) == "0.10"
    entry = await found(journal, "B-2")
    assert entry.intent == bare
    assert (entry.progress, entry.outcome, entry.settled_at) == (Progress.INTENDED, None, None)
    assert entry.certain_at - entry.recorded_at == timedelta(seconds=7.5)


async def test_an_order_that_was_never_recorded_is_not_known(journal: Journal) -> None:
    await journal.open()
    assert await journal.find(ACCOUNT, "B-1") is None


async def test_the_time_until_certainty_runs(storage: Storage, journal: Journal) -> None:
    await record(journal, certain_in=30.0)
    assert 29 < (await found(journal)).certain_in <= 30
    storage.advance(20)
    assert 9 < (await found(journal)).certain_in <= 10
    storage.advance(20)
    assert (await found(journal)).certain_in == 0


async def test_an_outcome_settles_an_order_once(journal: Journal) -> None:
    await record(journal, "B-1")
    await record(journal, "B-2")
    assert await journal.settle(intent("B-1"), Outcome.PLACED)
    assert not await journal.settle(intent("B-1"), Outcome.NOT_PLACED)
    assert await unsettled(journal) == ["B-2"]
    entry = await found(journal)
    assert entry.outcome is Outcome.PLACED
    assert entry.settled_at is not None


async def test_one_of_many_who_settle_an_order_is_told_that_it_was_him(
    journals: Callable[[], Journal],
) -> None:
    several = [journals() for _ in range(5)]
    await record(several[0])
    told = await asyncio.gather(*(journal.settle(intent(), Outcome.PLACED) for journal in several))
    assert sorted(told) == [False, False, False, False, True]


async def test_progress_only_goes_forward(journal: Journal) -> None:
    recorded_at = await record(journal)
    for mark, state in (
        (Progress.SENT, Progress.SENT),
        (Progress.CONFIRMED, Progress.CONFIRMED),
        (Progress.SENT, Progress.CONFIRMED),
    ):
        await journal.mark(intent(), mark, recorded_at=recorded_at)
        assert (await found(journal)).progress is state
    assert await unsettled(journal) == ["B-1"]


async def test_a_record_is_told_by_its_time(storage: Storage, journal: Journal) -> None:
    """What is known of an order says nothing of one that took its id later."""
    first = await record(journal)
    assert await record(journal) == first == (await found(journal)).recorded_at
    storage.advance(1)
    earlier = (await found(journal)).recorded_at
    await journal.settle(intent(), Outcome.NOT_PLACED, recorded_at=earlier)
    later = await record(journal)
    assert later > earlier
    await journal.mark(intent(), Progress.CONFIRMED, recorded_at=earlier)
    assert not await journal.settle(intent(), Outcome.PLACED, recorded_at=earlier)
    assert (await found(journal)).progress is Progress.INTENDED
    assert await journal.settle(intent(), Outcome.PLACED, recorded_at=later)


async def test_an_unsettled_or_placed_id_is_not_recorded_again(journal: Journal) -> None:
    await record(journal)
    with pytest.raises(errors.ExternalIdUsedError, match="Resolve it first"):
        await record(journal, owner=OTHER)
    await journal.settle(intent(), Outcome.PLACED)
    with pytest.raises(errors.ExternalIdUsedError, match="was placed already, by the journal"):
        await record(journal)


async def test_an_attempt_whose_result_got_lost_is_the_same_order(journal: Journal) -> None:
    await record(journal)
    await record(journal)
    assert await unsettled(journal) == ["B-1"]


@pytest.mark.parametrize("outcome", [Outcome.NOT_SENT, Outcome.REFUSED, Outcome.NOT_PLACED])
async def test_an_id_that_came_to_nothing_can_be_used_again(outcome: Outcome, journal: Journal) -> None:
    await record(journal)
    await journal.settle(intent(), outcome)
    await record(journal)
    await journal.settle(intent(), Outcome.PLACED)
    assert await unsettled(journal) == []
    assert (await found(journal)).outcome is Outcome.PLACED


async def test_accounts_do_not_share_their_ids(journal: Journal) -> None:
    await record(journal)
    theirs = intent(account="shop https://two.example")
    await journal.record(theirs, certain_in=1.0, owner=ME)
    await journal.settle(theirs, Outcome.PLACED)
    assert (await found(journal)).outcome is None


async def test_only_the_process_that_recorded_an_order_can_withdraw_it(journal: Journal) -> None:
    """Another one may be placing an order under the same id."""
    await record(journal)
    assert not await journal.settle(intent(), Outcome.NOT_SENT, owner=OTHER)
    assert await journal.settle(intent(), Outcome.NOT_SENT, owner=ME)


async def test_one_refused_order_does_not_stop_the_others(journal: Journal) -> None:
    await record(journal, "B-1", owner=OTHER)
    results = await asyncio.gather(
        *(record(journal, f"B-{number}") for number in range(3)), return_exceptions=True
    )
    assert [type(result) for result in results] == [datetime, errors.ExternalIdUsedError, datetime]
    assert set(await unsettled(journal)) == {"B-0", "B-1", "B-2"}


async def test_an_order_that_cannot_be_kept_does_not_stop_the_others(
    storage: Storage, journal: Journal
) -> None:
    await journal.open()
    bad = "".join(chr(0x4E00 + number * 7) for number in range(2_000))
    results = await asyncio.gather(
        record(journal, "NUL", customer_external_id="CST\0"),
        record(journal, bad),
        *(record(journal, f"B-{number}") for number in range(20)),
        return_exceptions=True,
    )
    assert [isinstance(result, Exception) for result in results[:2]] == [storage.kind == "postgres"] * 2
    assert all(isinstance(result, datetime) for result in results[2:])
    assert {f"B-{number}" for number in range(20)} <= set(await unsettled(journal))


async def test_many_processes_never_have_the_same_order_under_way(
    journals: Callable[[], Journal],
) -> None:
    several = [journals() for _ in range(4)]
    results = await asyncio.gather(
        *(
            record(journal, f"B-{number}", owner=f"process {index}")
            for index, journal in enumerate(several)
            for number in range(20)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(result, datetime) for result in results) == 20
    assert sum(isinstance(result, errors.ArgumentError) for result in results) == 60
    assert len(await unsettled(several[0])) == 20


async def test_a_thousand_at_once_are_all_recorded_and_settled(journal: Journal) -> None:
    async with anyio.create_task_group() as group:
        for number in range(1000):
            group.start_soon(record, journal, f"B-{number}")
    assert len(await unsettled(journal)) == 1000
    told = await asyncio.gather(
        *(journal.settle(intent(f"B-{number}"), Outcome.PLACED) for number in range(1000))
    )
    assert all(told)
    assert await unsettled(journal) == []


# -------------------------------------------------------------------- leases
async def test_an_order_is_left_to_the_process_that_holds_it(storage: Storage, journal: Journal) -> None:
    await record(journal, owner=OTHER)
    claim = await journal.claim(ACCOUNT, ME, limit=10, held=())
    assert claim.records == []
    assert claim.retry_in is not None
    assert 0 < claim.retry_in <= journal.lease


async def test_what_a_dead_process_held_is_free_after_a_lease(storage: Storage, journal: Journal) -> None:
    await record(journal, owner=OTHER)
    storage.advance(journal.lease + 1)
    claim = await journal.claim(ACCOUNT, ME, limit=10, held=())
    assert [entry.intent.external_id for entry in claim.records] == ["B-1"]
    assert (await journal.claim(ACCOUNT, OTHER, limit=10, held=())).records == []


async def test_whoever_renews_his_lease_keeps_his_order(storage: Storage, journal: Journal) -> None:
    await record(journal, owner=OTHER)
    for _ in range(3):
        storage.advance(journal.lease * 0.7)
        await journal.renew(ACCOUNT, OTHER, {"B-1"})
    assert (await journal.claim(ACCOUNT, ME, limit=10, held=())).records == []


async def test_nobody_renews_what_another_process_has_taken_over(storage: Storage, journal: Journal) -> None:
    await record(journal, owner=OTHER)
    storage.advance(journal.lease + 1)
    await journal.claim(ACCOUNT, ME, limit=10, held=())
    await journal.renew(ACCOUNT, OTHER, {"B-1"})
    assert [
        entry.intent.external_id for entry in (await journal.claim(ACCOUNT, ME, limit=1, held=())).records
    ]


async def test_what_is_released_is_free_at_once(journal: Journal) -> None:
    await record(journal, owner=OTHER)
    await journal.release(ACCOUNT, OTHER)
    assert len((await journal.claim(ACCOUNT, ME, limit=10, held=())).records) == 1


async def test_a_claim_takes_the_oldest_first_and_no_more_than_its_limit(journal: Journal) -> None:
    for number in range(5):
        await record(journal, f"B-{number}")
    claim = await journal.claim(ACCOUNT, ME, limit=2, held={"B-1"})
    assert [entry.intent.external_id for entry in claim.records] == ["B-0", "B-2"]


async def test_processes_share_what_is_open(journals: Callable[[], Journal]) -> None:
    first = journals()
    for number in range(30):
        await record(first, f"B-{number}")
    await first.release(ACCOUNT, ME)
    claims = await asyncio.gather(
        *(journals().claim(ACCOUNT, f"process {index}", limit=10, held=()) for index in range(3))
    )
    taken = [entry.intent.external_id for claim in claims for entry in claim.records]
    assert len(taken) == len(set(taken)) == 30


async def test_orders_of_another_account_are_not_claimed(journal: Journal) -> None:
    await record(journal)
    await journal.release(ACCOUNT, ME)
    claim = await journal.claim("shop https://two.example", ME, limit=10, held=())
    assert (claim.records, claim.retry_in) == ([], None)


# -------------------------------------------------------------------- quotes
async def test_a_quote_is_there_for_others(journals: Callable[[], Journal]) -> None:
    await journals().save_quote(quote())
    kept = await journals().quote(ACCOUNT, "Q-1")
    assert kept is not None
    assert (kept.token, kept.prices, kept.used_by) == ("secret-token", quote().prices, None)
    assert str(kept.prices[0].buy_price) == "4260.9400"
    assert 199 < kept.usable_for <= 200
    assert 239 < kept.ends_in <= 240


async def test_a_quote_belongs_to_its_account(journal: Journal) -> None:
    await journal.save_quote(quote())
    assert await journal.quote("shop https://two.example", "Q-1") is None
    stranger = intent(account="shop https://two.example")
    with pytest.raises(errors.QuoteNotFoundError):
        await journal.record(stranger, certain_in=1.0, owner=ME, quote="Q-1")
    assert await journal.find("shop https://two.example", "B-1") is None


async def test_a_quote_is_taken_together_with_the_order(journal: Journal) -> None:
    await journal.save_quote(quote())
    await record(journal, quote="Q-1")
    kept = await journal.quote(ACCOUNT, "Q-1")
    assert kept is not None
    assert kept.used_by == "B-1"
    with pytest.raises(errors.QuoteUsedError) as caught:
        await record(journal, "B-2", quote="Q-1")
    assert caught.value.external_id == "B-1"
    assert await journal.find(ACCOUNT, "B-2") is None


async def test_of_many_who_take_a_quote_at_once_one_gets_it(journals: Callable[[], Journal]) -> None:
    several = [journals() for _ in range(4)]
    await several[0].save_quote(quote())
    results = await asyncio.gather(
        *(
            record(several[number % 4], f"B-{number}", owner=f"process {number % 4}", quote="Q-1")
            for number in range(20)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(result, datetime) for result in results) == 1
    assert sum(isinstance(result, errors.QuoteUsedError) for result in results) == 19
    assert len(await unsettled(several[0])) == 1


async def test_a_quote_is_not_taken_by_an_order_that_is_refused(journal: Journal) -> None:
    await record(journal, owner=OTHER)
    await journal.save_quote(quote())
    with pytest.raises(errors.ArgumentError):
        await record(journal, quote="Q-1")
    kept = await journal.quote(ACCOUNT, "Q-1")
    assert kept is not None
    assert kept.used_by is None


async def test_an_order_that_was_not_sent_gives_its_quote_back(journal: Journal) -> None:
    await journal.save_quote(quote())
    await record(journal, quote="Q-1")
    await journal.settle(intent(), Outcome.NOT_SENT)
    await record(journal, quote="Q-1")
    assert await unsettled(journal) == ["B-1"]


@pytest.mark.parametrize("end", [Outcome.PLACED, Outcome.REFUSED, Outcome.NOT_PLACED, Progress.SENT])
async def test_the_token_is_erased_once_the_order_has_left(end: Outcome | Progress, journal: Journal) -> None:
    await journal.save_quote(quote())
    recorded_at = await record(journal, quote="Q-1")
    if isinstance(end, Progress):
        await journal.mark(intent(), end, recorded_at=recorded_at)
    else:
        await journal.settle(intent(), end)
    kept = await journal.quote(ACCOUNT, "Q-1")
    assert kept is not None
    assert (kept.token, kept.used_by) == (None, "B-1")


async def test_a_quote_that_has_run_out_cannot_be_taken(storage: Storage, journal: Journal) -> None:
    await journal.save_quote(quote(usable_for=5.0))
    storage.advance(6)
    with pytest.raises(errors.QuoteExpiredError):
        await record(journal, quote="Q-1")
    assert await unsettled(journal) == []


async def test_the_token_of_a_quote_that_has_run_out_is_erased(storage: Storage, journal: Journal) -> None:
    await journal.save_quote(quote(usable_for=5.0))
    storage.advance(6)
    await journal.save_quote(quote("Q-2"))
    kept = await journal.quote(ACCOUNT, "Q-1")
    assert kept is not None
    assert kept.token is None


async def test_an_unknown_quote_is_not_found(journal: Journal) -> None:
    with pytest.raises(errors.QuoteNotFoundError):
        await record(journal, quote="Q-1")


async def test_a_journal_of_another_event_loop_says_so_or_works(storage: Storage, journal: Journal) -> None:
    await record(journal)

    async def elsewhere() -> list[str | None]:
        return await unsettled(journal)

    if storage.kind == "memory":
        assert await asyncio.to_thread(asyncio.run, elsewhere()) == ["B-1"]
    else:
        with pytest.raises(errors.ConfigurationError, match=r"belongs to another event loop: give"):
            await asyncio.to_thread(asyncio.run, elsewhere())
    assert await unsettled(journal) == ["B-1"]


async def test_closing_twice_does_no_harm(journal: Journal) -> None:
    await record(journal)
    await journal.aclose()
    await journal.aclose()
