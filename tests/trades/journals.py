"""Journals that tests can look into."""

from __future__ import annotations

from minted_async.trades import Intention, Journal, Outcome


class RecordingJournal:
    """A journal of one's own, by the protocol alone.

    Attributes:
        recorded: all intentions, oldest first.
        outcomes: what was noted, oldest first.
        closed: whether the client has closed it.
    """

    def __init__(self) -> None:
        self.recorded: list[Intention] = []
        self.outcomes: list[tuple[str, Outcome]] = []
        self.closed = False

    async def record(self, intention: Intention) -> None:
        self.recorded.append(intention)

    def settle(self, intention: Intention, outcome: Outcome) -> None:
        self.outcomes.append((intention.external_id, outcome))

    async def unsettled(self) -> list[Intention]:
        settled = {external_id for external_id, _ in self.outcomes}
        return [intention for intention in self.recorded if intention.external_id not in settled]

    async def aclose(self) -> None:
        self.closed = True


_: Journal = RecordingJournal()
