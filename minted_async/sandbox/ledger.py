"""Who owns how much metal and money: a double-entry ledger, exact to the last decimal.

Every movement has its opposite on the house's side, so the entries of each unit add up to zero, always.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from threading import Lock
from typing import NamedTuple

HOUSE = None
"""The account of Minted itself, which gives and takes what customers get and pay. It may go below zero."""

_ZERO = Decimal(0)


class Entry(NamedTuple):
    """One line of the ledger."""

    reference: str
    """The order's guid, or what else caused it."""
    account: str | None
    """The customer's external id, or `HOUSE`."""
    unit: str
    """A sku (grams of a digital metal, or pieces in a Walletable wallet) or a currency code."""
    amount: Decimal


class InsufficientBalanceError(Exception):
    """A customer would own less than nothing of a unit."""

    def __init__(self, account: str, unit: str) -> None:
        super().__init__(f"{account!r} does not have enough {unit}")
        self.account = account
        self.unit = unit


class Ledger:
    """Entries and the balances that they add up to. Any thread may look at it at any time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._entries: list[Entry] = []
        self._balances: dict[str | None, dict[str, Decimal]] = {HOUSE: {}}

    @property
    def entries(self) -> Sequence[Entry]:
        """All entries, oldest first."""
        with self._lock:
            return tuple(self._entries)

    def balance(self, account: str | None, unit: str) -> Decimal:
        """What an account owns of a unit."""
        return self._balances.get(account, {}).get(unit, _ZERO)

    def balances(self, account: str | None) -> dict[str, Decimal]:
        """All that an account owns or ever owned, by unit."""
        with self._lock:
            return dict(self._balances.get(account, {}))

    def post(self, reference: str, account: str, movements: Mapping[str, Decimal]) -> None:
        """Move amounts between the house and a customer: all of them, or none.

        Args:
            reference: What causes it.
            account: The customer.
            movements: By unit, what the customer gets, or gives if it is negative.

        Raises:
            InsufficientBalanceError: The customer would own less than nothing.
        """
        with self._lock:
            for unit, amount in movements.items():
                if amount < 0 and self.balance(account, unit) + amount < 0:
                    raise InsufficientBalanceError(account, unit)
            mine = self._balances.setdefault(account, {})
            house = self._balances[HOUSE]
            for unit, amount in movements.items():
                self._entries.append(Entry(reference, account, unit, amount))
                self._entries.append(Entry(reference, HOUSE, unit, -amount))
                mine[unit] = mine.get(unit, _ZERO) + amount
                house[unit] = house.get(unit, _ZERO) - amount

    def verify(self) -> None:
        """Add all entries up again and compare.

        Raises:
            ArithmeticError: A balance is not the sum of its entries, the entries of a unit do not add up to
                zero, or a customer owns less than nothing.
        """
        sums: dict[str | None, dict[str, Decimal]] = {}
        totals: dict[str, Decimal] = {}
        with self._lock:
            entries = tuple(self._entries)
            balances_by_account = {account: dict(held) for account, held in self._balances.items()}
        for _, account, unit, amount in entries:
            of_account = sums.setdefault(account, {})
            of_account[unit] = of_account.get(unit, _ZERO) + amount
            totals[unit] = totals.get(unit, _ZERO) + amount
        for account, balances in balances_by_account.items():
            if balances != sums.get(account, {}):
                raise ArithmeticError(f"the balances of {account!r} are not the sum of its entries")
            if account is not HOUSE and any(amount < 0 for amount in balances.values()):
                raise ArithmeticError(f"{account!r} owns less than nothing")
        if any(totals.values()):
            raise ArithmeticError("the entries of a unit do not add up to zero")
