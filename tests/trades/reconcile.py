"""Balancing the books: what callers were told against what the sandbox did, to the last decimal."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from minted_async import errors, models
from minted_async.sandbox import Faults, Sandbox
from minted_async.trades import Result
from tests.trades.orders import sent_orders

FAULTS = Faults(
    delay=(0.0, 0.02),
    reset_before=0.05,
    reset_after=0.05,
    truncate=0.02,
    server_error_html=0.01,
    server_error_html_after=0.01,
    stale_nonces=0.01,
)
"""What a server may do to a call, all at once."""

STARTING_CASH = Decimal(10) ** 12

CERTAINLY_NOT_PLACED = (
    errors.NotSentError,
    errors.PriceExpiredError,
    errors.OrderNotPlacedError,
    errors.ConnectionLostError,  # while fixing the price
    errors.APIError,
)
"""What an order that does not exist may have ended with."""


def check_results(results: Mapping[str, Result], sandbox: Sandbox) -> None:
    """Each order was sent at most once, and what its caller was told is true."""
    assert max(sent_orders(sandbox).values(), default=0) <= 1
    assert set(sandbox.orders) <= set(results), "an order that nobody asked for"
    for external_id, result in results.items():
        placed = sandbox.orders.get(external_id)
        if isinstance(result, models.Order):
            assert placed is not None, f"{external_id} was reported as placed and is not"
            assert (result.guid, result.external_id) == (placed.guid, external_id)
            assert result.total == placed.total
            assert [item.amount for item in result.items] == [item.amount for item in placed.items]
        else:
            assert isinstance(result, CERTAINLY_NOT_PLACED), repr(result)
            assert result.external_id == external_id
            assert placed is None, f"{external_id} was reported as not placed and is: {result!r}"


def check_balances(results: Mapping[str, Result], sandbox: Sandbox) -> None:
    """What callers were told adds up to what the customers own."""
    gold: dict[str, Decimal] = {}
    spent: dict[str, Decimal] = {}
    for result in results.values():
        if isinstance(result, models.Order):
            assert result.customer is not None
            assert result.customer.external_id is not None
            assert result.total is not None
            customer = result.customer.external_id
            for item in result.items:
                assert item.amount is not None
                gold[customer] = gold.get(customer, Decimal(0)) + item.amount
            spent[customer] = spent.get(customer, Decimal(0)) + result.total
    assert set(gold) == set(sandbox.customers)
    for customer in gold:
        owned = sandbox.balances(customer)
        assert owned["GAU"] == gold[customer]
        assert owned["TRY"] == STARTING_CASH - spent[customer]
    sandbox.ledger.verify()
