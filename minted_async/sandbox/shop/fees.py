"""The fees of the Walletable tab, by the figures of its documented examples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import NamedTuple

from minted_async.sandbox.arguments import convert_fields
from minted_async.sandbox.market import plain, to_cents

NOTHING = Decimal(0)


class Charges(NamedTuple):
    """What comes on top of a basket's total, each rounded half up to two decimals."""

    service: Decimal = NOTHING
    minting: Decimal = NOTHING
    storage: Decimal = NOTHING
    vat: Decimal = NOTHING


class Bill(NamedTuple):
    """What a basket comes to."""

    fees: Fees
    """The rates of the moment."""
    total: Decimal
    delivery_cost: Decimal
    charges: Charges

    @property
    def paid_total(self) -> Decimal:
        """All that is paid."""
        return self.total + sum(self.charges, NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fees:
    """The rates, in per cent, and what a delivery costs. The preset values are those of the examples.

    Raises:
        TypeError: One of them is no number.
        ValueError: One of them is negative or not finite.
    """

    service: Decimal = Decimal(10)
    """On the total."""
    minting: Decimal = Decimal(5)
    """On the price of each piece."""
    storage: Decimal = Decimal(20)
    """On the total, if the customer then stores more than `storage_limit`."""
    vat: Decimal = Decimal(5)
    """On the sum of the fees."""
    storage_limit: Decimal = Decimal(0)
    """Grams of metal that are stored for nothing."""
    delivery_cost: Decimal = Decimal(3)
    """Of one delivery, in AED."""

    def __post_init__(self) -> None:
        convert_fields(self)
        for name in (field.name for field in fields(self)):
            value: Decimal = getattr(self, name)
            if not (value.is_finite() and value >= 0):
                raise ValueError(f"{name} is not negative: {value!r}")

    def bill_purchase(self, prices: Sequence[Decimal], grams_stored: Decimal) -> Bill:
        """The bill of pieces at these prices, where the customer then stores that many grams."""
        total = sum(prices, NOTHING)
        service = _share(total, self.service)
        minting = sum((self.of_minting(price) for price in prices), NOTHING)
        storage = _share(total, self.storage) if grams_stored > self.storage_limit else NOTHING
        vat = _share(service + minting + storage, self.vat)
        return Bill(self, total, NOTHING, Charges(service, minting, storage, vat))

    def of_minting(self, price: Decimal) -> Decimal:
        """The minting fee of one piece."""
        return _share(price, self.minting)

    def bill_delivery(self) -> Bill:
        """The bill of a delivery, whose total is its cost."""
        vat = _share(self.delivery_cost, self.vat)
        return Bill(self, self.delivery_cost, self.delivery_cost, Charges(vat=vat))


def _share(amount: Decimal, rate: Decimal) -> Decimal:
    return plain(to_cents(amount * rate / 100))
