"""The partner's customers, persons and companies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from minted_async.sandbox.market import PRODUCTS

COMPANY_ID = 2_000_000
"""The partner's own company, made up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of a customer apart from the ids. Nothing means never given."""

    firstname: str = ""
    middlename: str | None = None
    lastname: str | None = None
    email: str | None = None
    phone: str | None = None
    gender: str | None = None
    identity_number: str | None = field(default=None, repr=False)
    birthdate: str | None = None
    account_type: str = "person"
    tax_office: str | None = None

    @property
    def fullname(self) -> str:
        """First, middle and last name in one."""
        return " ".join(name for name in (self.firstname, self.middlename, self.lastname) if name)


@dataclass(slots=True, kw_only=True)
class Customer:
    """A customer as the sandbox keeps it."""

    id: int
    external_id: str
    profile: Profile
    created_at: datetime
    updated_at: datetime

    @property
    def wallet_ids(self) -> list[int]:
        """One wallet for each metal."""
        return [self.id * 100 + number for number in range(1, len(PRODUCTS) + 1)]


class Customers(Mapping[str, Customer]):
    """All customers by the partner's own id."""

    def __init__(self) -> None:
        self._customers: dict[str, Customer] = {}

    def __getitem__(self, external_id: str) -> Customer:
        return self._customers[external_id]

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._customers))  # requests may add to it meanwhile

    def __len__(self) -> int:
        return len(self._customers)

    def add(self, external_id: str, profile: Profile, now: datetime) -> Customer:
        """Take in a customer whose id is not taken."""
        if external_id in self._customers:
            raise ValueError(f"the customer {external_id!r} exists")
        customer = Customer(
            id=len(self._customers) + 1,
            external_id=external_id,
            profile=profile,
            created_at=now,
            updated_at=now,
        )
        self._customers[external_id] = customer
        return customer
