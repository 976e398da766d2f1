"""Operations of the sandbox without its server."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Any

from minted_async.sandbox.ledger import Ledger
from minted_async.sandbox.market import EXACT
from minted_async.sandbox.messages import RefusedError
from minted_async.sandbox.request_body import Body
from minted_async.sandbox.state import State
from tests.sandbox.caller import standing_clock


def standing_state(starting_cash: Decimal, delivery_fee: Decimal) -> State:
    """A state whose clock only moves when told to."""
    return State(
        clock=standing_clock(),
        seed=7,
        price_ttl=240,
        status_delays=(1, 2),
        currency="TRY",
        starting_cash=starting_cash,
        delivery_fee=delivery_fee,
    )


def answer_of(operation: Callable[[Body], object], body: dict[str, Any], ledger: Ledger) -> Any:
    """What an operation answers, or nothing if it refuses, which must leave the ledger as it was."""
    before = len(ledger.entries)
    try:
        with localcontext(EXACT):
            return operation(Body(body))
    except RefusedError as refusal:
        status = refusal.code.status
    assert (status, len(ledger.entries)) == (422, before)
    return None
