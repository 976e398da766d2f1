"""The ledger against a model: whatever is traded, gold and money add up to the last decimal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from minted_async.sandbox.ledger import HOUSE, Entry, InsufficientBalanceError, Ledger
from minted_async.sandbox.messages import ErrorCode
from minted_async.sandbox.request_body import Body
from minted_async.sandbox.trading import Trading
from tests.sandbox.caller import ADDRESSES, PERSON
from tests.sandbox.operations import answer_of, standing_state

STARTING_CASH = Decimal(20_000)
FEE = Decimal("75.25")
SKUS = ("GAU", "GAG", "GPT")
CUSTOMERS = ("CST-1", "CST-2")


def items(most: int, largest: int) -> st.SearchStrategy[list[tuple[str, Decimal]]]:
    amounts = st.decimals(min_value="0.0002", max_value=largest, places=8)
    return st.lists(st.tuples(st.sampled_from(SKUS), amounts), min_size=1, max_size=most)


class Trade(RuleBasedStateMachine):
    """Orders at random, mirrored in plain sums of their own."""

    tokens: Bundle[tuple[str, str, dict[str, Any]]] = Bundle("tokens")

    @initialize()
    def open(self) -> None:
        self.state = standing_state(STARTING_CASH, FEE)
        self.trading = Trading(self.state)
        self.model: dict[str, defaultdict[str, Decimal]] = {}
        self.placed = 0

    @rule(target=tokens, customer=st.sampled_from(CUSTOMERS), pause=st.integers(0, 200))
    def fix(self, customer: str, pause: int) -> tuple[str, str, dict[str, Any]]:
        self.state.clock.advance(pause)
        fix = self.call(self.trading.fix_price, {"type": "digital", "customer_external_id": customer})
        assert fix is not None
        return customer, fix["token"], {row["sku"]: row for row in fix["prices"]}

    @rule(quote=tokens, wanted=items(4, 4), by_card=st.booleans())
    def buy(
        self, quote: tuple[str, str, dict[str, Any]], wanted: list[tuple[str, Decimal]], by_card: bool
    ) -> None:
        customer, token, prices = quote
        body: dict[str, Any] = self.order(token, wanted) | {"customer": PERSON | {"external_id": customer}}
        if by_card:
            body |= {"payment_type": "creditcard", "payment": {"card_token": "x"}}
        receipt = self.call(self.trading.buy, body)
        if receipt is None:
            return
        owned = self.model.setdefault(customer, defaultdict(Decimal, {"TRY": STARTING_CASH}))
        total = self.total(wanted, prices, "buy_price")
        for sku, amount in wanted:
            owned[sku] += amount
        owned["TRY"] -= Decimal(0) if by_card else total
        assert receipt["total"] == total

    @rule(quote=tokens, wanted=items(2, 2))
    def sell(self, quote: tuple[str, str, dict[str, Any]], wanted: list[tuple[str, Decimal]]) -> None:
        customer, token, prices = quote
        receipt = self.call(self.trading.sell, self.order(token, wanted))
        if receipt is None:
            return
        total = self.total(wanted, prices, "sell_price")
        for sku, amount in wanted:
            self.model[customer][sku] -= amount
        self.model[customer]["TRY"] += total
        assert receipt["total"] == total

    @rule(quote=tokens, sku=st.sampled_from(SKUS), amount=st.integers(1, 2))
    def deliver(self, quote: tuple[str, str, dict[str, Any]], sku: str, amount: int) -> None:
        customer = quote[0]
        body = {
            "external_id": f"ORD-{self.placed + 1}",
            "customer": PERSON | {"external_id": customer},
            "sku": sku,
            "amount": amount,
            "address": ADDRESSES,
        }
        if self.call(self.trading.create_delivery, body) is not None:
            self.model[customer][sku] -= amount
            self.model[customer]["TRY"] -= FEE

    @invariant()
    def every_balance_is_the_sum_of_its_entries(self) -> None:
        if hasattr(self, "state"):
            self.state.ledger.verify()

    @invariant()
    def balances_equal_the_model(self) -> None:
        for customer, owned in getattr(self, "model", {}).items():
            assert min(owned.values()) >= 0
            for unit in (*SKUS, "TRY"):
                assert self.state.ledger.balance(customer, unit) == owned[unit]

    @invariant()
    def an_order_is_there_for_each_receipt(self) -> None:
        if hasattr(self, "state"):
            assert len(self.state.orders) == self.placed
            assert set(self.state.customers) == set(self.model)

    def order(self, token: str, wanted: list[tuple[str, Decimal]]) -> dict[str, Any]:
        return {
            "price_token": token,
            "external_id": f"ORD-{self.placed + 1}",
            "items": [{"sku": sku, "amount": amount} for sku, amount in wanted],
        }

    def total(self, wanted: list[tuple[str, Decimal]], prices: dict[str, Any], side: str) -> Decimal:
        cent = Decimal("0.01")
        lines = [(prices[sku][side] * amount).quantize(cent, ROUND_HALF_UP) for sku, amount in wanted]
        return sum(lines, Decimal(0))

    def call(self, operation: Callable[[Body], object], body: dict[str, Any]) -> Any:
        answer = answer_of(operation, body, self.state.ledger)
        if answer is not None and operation != self.trading.fix_price:
            self.placed += 1
        return answer


TestTrade = Trade.TestCase
TestTrade.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)


def test_a_posting_that_one_unit_cannot_bear_moves_nothing() -> None:
    ledger = Ledger()
    ledger.post("opening", "CST-1", {"TRY": Decimal(10)})
    with pytest.raises(InsufficientBalanceError, match="GAU"):
        ledger.post("order", "CST-1", {"TRY": Decimal(5), "GAU": Decimal("-0.1")})
    assert ledger.balances("CST-1") == {"TRY": Decimal(10)}
    assert ledger.balances(HOUSE) == {"TRY": Decimal(-10)}
    ledger.verify()


def test_a_ledger_that_was_tampered_with_does_not_verify() -> None:
    ledger = Ledger()
    ledger.post("opening", "CST-1", {"TRY": Decimal(10)})
    vars(ledger)["_balances"]["CST-1"]["TRY"] += Decimal("0.01")
    with pytest.raises(ArithmeticError, match=r"CST-1.*sum of its entries"):
        ledger.verify()


def test_money_from_nowhere_does_not_verify() -> None:
    ledger = Ledger()
    ledger.post("opening", "CST-1", {"TRY": Decimal(10)})
    vars(ledger)["_entries"].append(Entry("theft", "CST-1", "TRY", Decimal(1)))
    vars(ledger)["_balances"]["CST-1"]["TRY"] += 1
    with pytest.raises(ArithmeticError, match="add up to zero"):
        ledger.verify()


def test_debts_do_not_verify() -> None:
    ledger = Ledger()
    for account, amount in (("CST-1", Decimal(-1)), (HOUSE, Decimal(1))):
        vars(ledger)["_entries"].append(Entry("debt", account, "TRY", amount))
        vars(ledger)["_balances"].setdefault(account, {})["TRY"] = amount
    with pytest.raises(ArithmeticError, match="less than nothing"):
        ledger.verify()


def test_error_codes_differ() -> None:
    assert len({code.number for code in ErrorCode}) == len(ErrorCode)
