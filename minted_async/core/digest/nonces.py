"""Server nonces: how often each was used, those still unused, and how many uses one seems to be good for."""

from __future__ import annotations

from typing import Final

import msgspec

from minted_async.core.digest.challenge import Challenge

SPARE_NONCES: Final = 1024
"""Unused nonces kept. Each came with the answer to a call: this bounds the concurrency that profits."""


class Nonce(msgspec.Struct, eq=False):
    """A server nonce and what became of it."""

    value: str
    number: int
    """Its place in the order of arrival."""
    uses: int = 0
    """The last nonce count (nc) sent."""
    accepted: int = 0
    unanswered: int = 0
    dead: bool = False
    """Whether the server refused it last, and gave another."""
    died: int = 0
    """The number of the last request signed, with whatever nonce, when it was refused."""
    probed: bool = False
    """Whether it was tried once more after that, where it had been accepted."""


class Spares:
    """Nonces from ``Authentication-Info``, each with the challenge to answer with it; none used yet."""

    __slots__ = ("_spares",)

    def __init__(self) -> None:
        self._spares: dict[str, tuple[Nonce, Challenge]] = {}

    def __bool__(self) -> bool:
        return bool(self._spares)

    def __contains__(self, value: str) -> bool:
        return value in self._spares

    def add(self, nonce: Nonce, challenge: Challenge) -> None:
        """Keep one more; the oldest gives way if there are too many."""
        self._spares[nonce.value] = nonce, challenge
        if len(self._spares) > SPARE_NONCES:
            del self._spares[next(iter(self._spares))]

    def take(self) -> tuple[Nonce, Challenge]:
        """Take the newest out: it has most of its life before it."""
        return self._spares.popitem()[1]

    def discard(self, value: str) -> None:
        """Forget this one, if it is there."""
        self._spares.pop(value, None)

    def drop_older(self, refused: Nonce) -> None:
        """Forget what is older than a nonce that the server no longer takes."""
        if self._spares:
            self._spares = {
                value: spare for value, spare in self._spares.items() if spare[0].number > refused.number
            }

    def clear(self) -> None:
        """Forget all."""
        self._spares.clear()


class UseLimit:
    """How many uses a nonce is good for, guessed when two in a row died after equally many.

    A guess saves the requests that would find a nonce worn out. A wrong one (nonces that died of age after
    equally many uses by chance) only spreads requests over the nonces at hand, until one is used more often.
    """

    __slots__ = ("_last", "uses")

    def __init__(self) -> None:
        self.uses: int | None = None
        self._last: Nonce | None = None

    def reached(self, nonce: Nonce) -> bool:
        """Whether one more use of this nonce would be one too many."""
        return self.uses is not None and nonce.uses >= self.uses

    def observe(self, nonce: Nonce) -> None:
        """Look at a nonce that was accepted or refused once more."""
        if self.uses is not None and nonce.accepted > self.uses:
            self.uses = None
        if nonce.dead and nonce.unanswered == 0 and nonce is not self._last:
            before = self._last.accepted if self._last else None
            self.uses = nonce.accepted if nonce.accepted == before and nonce.accepted > 1 else None
            self._last = nonce
