"""Journal and reconciliation against a model: any mixture of losses, delays, cancellations, crashes and
recoveries.

The model keeps, for each id, what the caller was told last. The sandbox is the truth that it is held against,
and a copy of the journal's files taken at any moment is what a crashed process leaves behind.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args

import anyio
import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from minted_async import MintedClient, errors, models
from minted_async.sandbox import Sandbox
from minted_async.trades import SqliteJournal, Trades
from tests.trades.clocks import StandingTime
from tests.trades.orders import BUY, CUSTOMER, PRICE_FIX, gold

Fault = Literal[
    "reset_before",
    "reset_after",
    "truncate",
    "server_error_html",
    "server_error_html_after",
    "server_error",
    "forbidden",
]
FAULTS: list[Fault | None] = [None, *get_args(Fault)]


@dataclass
class Known:
    """What the caller knows of an id.

    Attributes:
        state: what he was told last; "sent" is an order that was interrupted.
        doubtful: the mark of this outcome may have been lost in a crash.
        bodies: what was put on the line under this id, for those that arrive late.
    """

    state: Literal["placed", "not placed", "open"]
    doubtful: bool = False
    bodies: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


class Shop(RuleBasedStateMachine):
    """A shop that buys gold over a bad line, on a machine that crashes."""

    @initialize()
    def open_shop(self) -> None:
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        self.time = StandingTime()
        self.known: dict[str, Known] = {}
        self.lives = 0
        self.seen = 0
        self.runner.run(self._open())

    async def _open(self) -> None:
        self.sandbox = Sandbox(clock=self.time.sandbox_clock(), max_requests=100_000)
        await self.sandbox.start()
        self.clients: list[MintedClient] = []
        self._start_process()

    def _start_process(self) -> None:
        self.journal = self.folder / f"life-{self.lives}" / "journal.sqlite"
        self.journal.parent.mkdir(exist_ok=True)
        journal = SqliteJournal(self.journal, clock=self.time.clock())
        client = MintedClient("demo", "demo", base_url=self.sandbox.url, retry=None, journal=journal)
        self.clients.append(client)
        self.trades: Trades = client.trades.with_options(clock=self.time.clock())

    # ---------------------------------------------------------------- what happens
    @rule(
        fault=st.sampled_from(FAULTS),
        lost_lookups=st.integers(0, 3),
        settle_timeout=st.sampled_from([0.0, 1.0, 10.0, None]),
        reuse=st.integers(0, 5),
    )
    def buy(self, fault: Fault | None, lost_lookups: int, settle_timeout: float | None, reuse: int) -> None:
        used = [key for key, known in self.known.items() if known.state != "placed"]
        external_id = used[reuse] if reuse < len(used) else f"B-{len(self.known)}"
        self.runner.run(self._buy(external_id, fault, lost_lookups, settle_timeout))

    async def _buy(
        self, external_id: str, fault: Fault | None, lost_lookups: int, settle_timeout: float | None
    ) -> None:
        before = self.known.get(external_id)
        if fault is not None:
            self.sandbox.fail_next(fault, path=BUY)
        if lost_lookups:
            self.sandbox.fail_next("reset_before", times=lost_lookups, method="GET")
        try:
            order = await self.trades.buy(
                customer=CUSTOMER, items=gold(), external_id=external_id, settle_timeout=settle_timeout
            )
        except errors.ArgumentError:
            self._check_refusal(before)
        except errors.OutcomeUnknownError as error:
            assert fault not in (None, "forbidden")
            self._check_certainty(error)
            self._note(external_id, "open")
        except (errors.OrderNotPlacedError, errors.PermissionDeniedError):
            assert fault is not None
            self._note(external_id, "not placed")
        else:
            assert order.guid == self.sandbox.orders[external_id].guid
            self._note(external_id, "placed")
        self._clear_faults()

    @rule(path=st.sampled_from([BUY, PRICE_FIX]))
    def cancel_while_sending(self, path: str) -> None:
        self.runner.run(self._cancel(f"B-{len(self.known)}", path))

    async def _cancel(self, external_id: str, path: str) -> None:
        self.sandbox.fail_next("delay", path=path, seconds=60)
        waiting = sum(request.fault == "delay" for request in self.sandbox.requests)
        async with anyio.create_task_group() as group:

            async def buy() -> None:
                await self.trades.buy(customer=CUSTOMER, items=gold(), external_id=external_id)

            group.start_soon(buy)
            await self.sandbox.until(
                lambda: sum(request.fault == "delay" for request in self.sandbox.requests) > waiting
            )
            group.cancel_scope.cancel()
        if path == BUY:
            self._note(external_id, "open")

    @precondition(lambda self: any(known.bodies for known in self.known.values()))
    @rule(data=st.data())
    def a_request_arrives_late(self, data: st.DataObject) -> None:
        """What was on the line is carried out after all; the server refuses it once its lock has run out."""
        external_id = data.draw(st.sampled_from([key for key, known in self.known.items() if known.bodies]))
        body = data.draw(st.sampled_from(self.known[external_id].bodies))
        self.runner.run(self._arrive(body))

    async def _arrive(self, body: dict[str, Any]) -> None:
        async with MintedClient("demo", "demo", base_url=self.sandbox.url) as line:
            try:
                await line.request("POST", BUY, json=body, result=msgspec.Raw)
            except errors.ValidationError as error:
                self._check_lateness(error)
        self.seen = len(self.sandbox.requests)

    @rule(seconds=st.sampled_from([1.0, 60.0, 239.0, 300.0]))
    def time_passes(self, seconds: float) -> None:
        self.time.seconds += seconds

    @rule(timeout=st.sampled_from([0.0, 5.0, None]), lost_lookups=st.integers(0, 2))
    def recover(self, timeout: float | None, lost_lookups: int) -> None:
        self.runner.run(self._recover(timeout, lost_lookups))

    async def _recover(self, timeout: float | None, lost_lookups: int = 0) -> None:
        if lost_lookups:
            self.sandbox.fail_next("reset_before", times=lost_lookups, method="GET")
        for recovery in await self.trades.recover(timeout=timeout):
            external_id = str(recovery.external_id)
            known = self.known[external_id]
            assert known.state == "open" or known.doubtful
            self._conclude(external_id, recovery.order or recovery.error)
        if timeout is None:
            assert all(known.state != "open" for known in self.known.values())
        self._clear_faults()

    @precondition(lambda self: any(known.state == "open" for known in self.known.values()))
    @rule(data=st.data(), timeout=st.sampled_from([0.0, None]))
    def resolve(self, data: st.DataObject, timeout: float | None) -> None:
        external_id = data.draw(
            st.sampled_from([key for key, known in self.known.items() if known.state == "open"])
        )
        self.runner.run(self._resolve(external_id, timeout))

    async def _resolve(self, external_id: str, timeout: float | None) -> None:
        outcome: object
        try:
            outcome = await self.trades.resolve(external_id, timeout=timeout)
        except (errors.OrderNotPlacedError, errors.OutcomeUnknownError) as error:
            outcome = error
        self._conclude(external_id, outcome)

    @rule(lost=st.integers(0, 3))
    def crash(self, lost: int) -> None:
        """The process is gone, with the last few marks that were not on the disk yet; its files stay."""
        self.runner.run(self.clients[-1].aclose())
        self.lives += 1
        old = self.journal
        folder = self.folder / f"life-{self.lives}"
        folder.mkdir()
        for file in old.parent.iterdir():
            shutil.copy(file, folder)
        self._start_process()
        if self.journal.exists():
            self._forget_marks(lost)

    def _forget_marks(self, lost: int) -> None:
        with closing(sqlite3.connect(self.journal)) as connection, connection:
            rows = connection.execute(
                "SELECT sequence, external_id FROM orders WHERE outcome IS NOT NULL"
                " ORDER BY settled_at DESC LIMIT ?",
                (lost,),
            ).fetchall()
            for sequence, external_id in rows:
                if not self._forget_mark(connection, sequence, external_id):
                    break

    def _forget_mark(self, connection: sqlite3.Connection, sequence: int, external_id: str) -> bool:
        """Take an outcome back, unless the same id was used again since: then the mark was on the disk."""
        newer = connection.execute(
            "SELECT count(*) FROM orders WHERE external_id = ? AND sequence > ?", (external_id, sequence)
        ).fetchone()
        if newer != (0,):
            return False
        connection.execute("UPDATE orders SET outcome = NULL WHERE sequence = ?", (sequence,))
        self.known[external_id].doubtful = True
        return True

    @rule()
    def restart(self) -> None:
        """The program ends in good order and is started again, on the same file."""
        self.runner.run(self.clients[-1].aclose())
        journal = SqliteJournal(self.journal, clock=self.time.clock())
        client = MintedClient("demo", "demo", base_url=self.sandbox.url, retry=None, journal=journal)
        self.clients.append(client)
        self.trades = client.trades.with_options(clock=self.time.clock())

    # ---------------------------------------------------------------- what always holds
    @invariant()
    def what_was_told_is_true(self) -> None:
        for external_id, known in getattr(self, "known", {}).items():
            if known.state == "placed":
                assert external_id in self.sandbox.orders
            elif known.state == "not placed":
                assert external_id not in self.sandbox.orders, external_id

    @invariant()
    def nothing_exists_that_nobody_asked_for(self) -> None:
        if hasattr(self, "sandbox"):
            assert set(self.sandbox.orders) <= set(self.known)

    def teardown(self) -> None:
        if not hasattr(self, "sandbox"):
            return
        try:
            self.runner.run(self._close())
        finally:
            self.runner.close()
            shutil.rmtree(self.folder)

    async def _close(self) -> None:
        try:
            await self._recover(None)
            assert await self.trades.recover() == []
            self.what_was_told_is_true()
            self.sandbox.ledger.verify()
        finally:
            for client in self.clients:
                await client.aclose()
            await self.sandbox.aclose()
        with closing(sqlite3.connect(self.journal)) as connection:
            placed = connection.execute("SELECT external_id FROM orders WHERE outcome = 'placed'")
            assert {row[0] for row in placed} == set(self.sandbox.orders)

    # ---------------------------------------------------------------- the model
    def _note(self, external_id: str, state: Literal["placed", "not placed", "open"]) -> None:
        sent = [
            request
            for request in list(self.sandbox.requests)[self.seen :]
            if request.path == BUY and request.authenticated
        ]
        self.seen = len(self.sandbox.requests)
        assert len(sent) <= 1, "sent twice"
        known = self.known.setdefault(external_id, Known(state))
        # Only what got no answer may still be on the line.
        if state == "open" or any(request.status is None for request in sent):
            known.bodies += [json.loads(request.body, parse_float=Decimal) for request in sent]
        known.state = state
        known.doubtful = False

    def _check_refusal(self, known: Known | None) -> None:
        """Refused here, because its outcome is open, or may be by what the journal says."""
        assert known is not None
        assert known.state == "open" or known.doubtful

    def _check_certainty(self, error: errors.OutcomeUnknownError) -> None:
        assert error.certain_at is not None
        assert not error.placed

    def _check_lateness(self, error: errors.ValidationError) -> None:
        """Its price has expired, or the order was placed already."""
        assert error.code in (4221, 4222)

    def _conclude(self, external_id: str, outcome: object) -> None:
        known = self.known[external_id]
        if isinstance(outcome, models.Order):
            assert known.state != "not placed"
            known.state, known.doubtful = "placed", False
        elif isinstance(outcome, errors.OrderNotPlacedError):
            assert known.state != "placed"
            known.state, known.doubtful = "not placed", False

    def _clear_faults(self) -> None:
        """Faults that were ordered and did not happen are not for the next rule."""
        self.sandbox.forget_faults()


TestShop = Shop.TestCase
TestShop.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
