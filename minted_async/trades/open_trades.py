"""The orders whose outcome is open: those of this process, and through the journal those of earlier ones."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

import msgspec

from minted_async.core.checks import argument_error
from minted_async.errors import MintedError, NotSentError
from minted_async.trades.clock import Clock
from minted_async.trades.journal import Intention, Journal, Outcome

__all__ = ["OpenTrade", "OpenTrades"]

logger: Final = logging.getLogger("minted_async.trades")

_MOST: Final = 10_000
"""Orders of unknown outcome that a process remembers without a journal; the oldest are forgotten first."""


class OpenTrade(msgspec.Struct):
    """An order whose outcome is open.

    Attributes:
        intention: What was to be placed.
        certain: From when on a lookup is proof, by the monotonic clock of this process.
        in_hand: A task of this process is placing it right now.
        placed: The server has confirmed it; it only could not be read back.
    """

    intention: Intention
    certain: float
    in_hand: bool = False
    placed: bool = False


class OpenTrades:
    """What is open, shared by a client and its views.

    Args:
        journal: Where it outlives the process, if it does.
        account: User and server: orders of others are none of ours.
    """

    def __init__(self, journal: Journal | None, account: str) -> None:
        self.account = account
        self._journal = journal
        self._trades: dict[str, OpenTrade] = {}

    async def begin(self, intention: Intention, certain: float) -> OpenTrade:
        """Take an order in hand, and write it into the journal: from here on its outcome is open.

        Raises:
            ArgumentError: An order with this id is open already, or the journal has it as placed.
            NotSentError: The journal could not be written, so nothing will be sent.
        """
        external_id = intention.external_id
        if external_id in self._trades:
            raise argument_error(
                "external_id", f"{external_id!r} has an order whose outcome is open: resolve it first"
            )
        self._forget_oldest()
        trade = self._trades[external_id] = OpenTrade(intention, certain, in_hand=True)
        if self._journal is None:
            return trade
        try:
            await self._journal.record(intention)
        except MintedError:
            del self._trades[external_id]
            raise
        except Exception as problem:
            del self._trades[external_id]
            raise NotSentError(
                f"{intention.operation}: not sent, because the journal could not be written ({problem})",
                operation=intention.operation,
            ) from problem
        except BaseException:
            trade.in_hand = False
            raise
        return trade

    def settle(self, trade: OpenTrade | None, outcome: Outcome) -> None:
        """The outcome is known."""
        if trade is None:
            return
        external_id = trade.intention.external_id
        self._trades.pop(external_id, None)
        if self._journal is None:
            return
        try:
            self._journal.settle(trade.intention, outcome)
        except Exception:
            # What became of the order matters more than the note of it; a lookup will find it again.
            logger.exception("the journal did not take that order %r is settled: %s", external_id, outcome)

    def find(self, external_id: str) -> OpenTrade | None:
        """The order of this process with this id, if its outcome is open."""
        return self._trades.get(external_id)

    async def unsettled(self, clock: Clock) -> list[OpenTrade]:
        """All that is open and that nobody is placing right now, oldest first."""
        intentions = [] if self._journal is None else await self._journal.unsettled()
        trades = {
            intention.external_id: self.adopt(intention, clock)
            for intention in intentions
            if intention.account == self.account
        }
        if len(trades) < len(intentions):
            # Another server or user would not find them, and that would prove nothing.
            others = sorted({intention.account for intention in intentions} - {self.account})
            logger.warning("the journal has unsettled orders of other accounts: %s", ", ".join(others))
        # What this process knows is measured by the better clock.
        trades |= self._trades
        return sorted(
            (trade for trade in trades.values() if not trade.in_hand),
            key=lambda trade: trade.intention.recorded_at,
        )

    def adopt(self, intention: Intention, clock: Clock) -> OpenTrade:
        """An order of an earlier process, its certainty translated to the clock of this one."""
        whole = intention.certain_at - intention.recorded_at
        left = intention.certain_at - clock.wall()
        # It was written before now: whatever the wall clock did since, no more than the whole time is left.
        wait = min(max(left, timedelta(0)), whole)
        return OpenTrade(intention, clock.monotonic() + wait.total_seconds())

    async def aclose(self) -> None:
        """Close the journal."""
        if self._journal is not None:
            await self._journal.aclose()

    def _forget_oldest(self) -> None:
        if len(self._trades) < _MOST:
            return
        for external_id, trade in self._trades.items():
            if not trade.in_hand:
                del self._trades[external_id]
                return
