"""Why a journal does not take an order: the same words from every journal."""

from __future__ import annotations

import os

from minted_async.core.checks import argument_error
from minted_async.errors import (
    ArgumentError,
    ConfigurationError,
    QuoteExpiredError,
    QuoteNotFoundError,
    QuoteUsedError,
)
from minted_async.trades.journal.base import Outcome


def check_usable(journal: str, *, closed: bool, process: int | None) -> int:
    """The process that a journal belongs to: that of its first use.

    Raises:
        ConfigurationError: It is closed, or belongs to another process.
    """
    if closed:
        raise ConfigurationError("the journal is closed: nothing was sent")
    if process not in (None, os.getpid()):
        raise ConfigurationError(
            f"{journal} belongs to the process {process}, and this is a fork of it: nothing was sent; make "
            "the client after forking"
        )
    return os.getpid()


def id_in_use(external_id: str, outcome: Outcome | None) -> ArgumentError:
    """An order with this id is unsettled, or was placed."""
    if outcome is None:
        state = "has an order whose outcome is open, by the journal: resolve it first"
    else:
        state = "was placed already, by the journal: read it, and give another order another id"
    return argument_error("external_id", f"{external_id!r} {state}")


def quote_refused(
    *, known: bool, used_by: str | None
) -> QuoteExpiredError | QuoteNotFoundError | QuoteUsedError:
    """The quote of an order cannot be taken."""
    if not known:
        return quote_not_found()
    return quote_expired() if used_by is None else quote_used(used_by)


def quote_not_found() -> QuoteNotFoundError:
    """There is no such quote."""
    return QuoteNotFoundError(
        "this account has no such quote on this server, or it was deleted long ago: nothing was sent"
    )


def quote_expired() -> QuoteExpiredError:
    """The quote has run out."""
    return QuoteExpiredError("the quote has run out: nothing was sent")


def quote_used(external_id: str, why: str = "") -> QuoteUsedError:
    """Another order has taken the quote."""
    return QuoteUsedError(
        f"the quote was used by the order {external_id!r}{why}: nothing was sent by this call",
        external_id=external_id,
    )
