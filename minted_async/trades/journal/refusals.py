"""Why a journal does not take an order, or fails: the same words from every journal."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from minted_async.core.checks import argument_error
from minted_async.core.loops import Home, running_loop
from minted_async.errors import (
    ConfigurationError,
    ExternalIdUsedError,
    MintedError,
    NotSentError,
    QuoteExpiredError,
    QuoteNotFoundError,
    QuoteUsedError,
)
from minted_async.trades.journal.base import Outcome

_LONGEST: Final = 255
"""Characters of an id; PostgreSQL has indexes for little more than two thousand bytes."""


def check_usable(journal: str, *, closed: bool, home: Home) -> None:
    """Make sure that a journal is used where it was first used.

    Raises:
        ConfigurationError: It is closed, or belongs to another event loop or process.
    """
    if closed:
        raise ConfigurationError("the journal is closed")
    place = home.claim()
    if place.process != os.getpid():
        raise ConfigurationError(
            f"{journal} belongs to the process {place.process}, and this is a fork of it: "
            "make the client after forking"
        )
    if place.loop is not running_loop():
        raise ConfigurationError(
            f"{journal} belongs to another event loop: give the client of each loop a "
            "journal of its own, by the same path or address"
        )


def id_in_use(external_id: str, outcome: Outcome | None) -> ExternalIdUsedError:
    """An order with this id is unsettled, or was placed."""
    state, then = "was placed already", "Read it, and give another order another id"
    if outcome is None:
        state, then = "has an order whose outcome is open", "Resolve it first"
    problem = f"{external_id!r} {state}, by the journal"
    return ExternalIdUsedError(
        f"external_id {problem}",
        argument="external_id",
        problem=problem,
        advice=f"Nothing was sent by this call. {then}.",
    )


def quote_refused(
    *, known: bool, used_by: str | None
) -> QuoteExpiredError | QuoteNotFoundError | QuoteUsedError:
    """The quote of an order cannot be taken."""
    if not known:
        return quote_not_found()
    return quote_expired() if used_by is None else quote_used(used_by)


def quote_not_found() -> QuoteNotFoundError:
    """There is no such quote."""
    return QuoteNotFoundError("this account has no such quote on this server, or it was deleted long ago")


def quote_expired() -> QuoteExpiredError:
    """The quote has run out."""
    return QuoteExpiredError("the quote has run out")


def quote_used(external_id: str, why: str = "") -> QuoteUsedError:
    """Another order has taken the quote."""
    return QuoteUsedError(f"the quote was used by the order {external_id!r}{why}", external_id=external_id)


def check_storable(field: str, value: str | None) -> None:
    """Refuse what a database cannot keep: it would refuse all that is written together with it.

    Raises:
        ArgumentError: The value holds a NUL character, or is longer than 255 characters.
    """
    if value is None:
        return
    if "\0" in value:
        raise argument_error(field, "holds a NUL character, which no journal can keep")
    if len(value) > _LONGEST:
        raise argument_error(field, f"has {len(value)} characters, of which {_LONGEST} can be kept")


@contextmanager
def journal_problems(done: str, operation: str | None = None) -> Generator[None]:
    """Turn whatever a journal raises into this SDK's errors: nothing was sent.

    Args:
        done: What was to be done to the journal.
        operation: For which operation.
    """
    try:
        yield
    except ConfigurationError as problem:
        # All whose changes were written together get the same exception: each is told in an own one.
        raise ConfigurationError(problem.happened, operation=operation) from problem
    except MintedError:
        raise
    except Exception as problem:
        text = f"not sent, because the journal could not be {done} ({str(problem) or type(problem).__name__})"
        raise NotSentError(
            text if operation is None else f"{operation}: {text}",
            operation=operation,
            advice="It is safe to repeat. Check the journal.",
        ) from problem
