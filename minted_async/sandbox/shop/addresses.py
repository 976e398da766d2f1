"""Addresses of customers and of baskets.

Assumptions of this sandbox, where the documentation is silent:

- Creating an address answers it as it was given, with a number of its own; a customer may have any number.
- The body for several is `external_customer_id` and `addresses`, a list of what creating one takes.
- The fields of a shipping address are those that the page of the billing address lists.
"""

from __future__ import annotations

from minted_async.sandbox.messages import FieldError
from minted_async.sandbox.request_body import INVOICE_TYPES, PLACE, Body
from minted_async.sandbox.shop.baskets import Address
from minted_async.sandbox.state import State

ADDRESS_KINDS = ("billing", "shipping")
LONGEST_ID = 110
_LONGEST_ZIPCODE = 5


class Addresses:
    """The operations on addresses of customers."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._known: dict[str, list[dict[str, object]]] = {}
        self._count = 0

    def create(self, body: Body) -> object:
        """POST /partner/customer/address."""
        customer = self._read_customer(body)
        fields = _read_known(body)
        body.check()
        return self._add(customer, fields)

    def create_many(self, body: Body) -> object:
        """POST /partner/customer/address/createmulti: all of them, or none."""
        customer = self._read_customer(body)
        listed = [_read_known(one) for one in body.required_objects("addresses")]
        body.check()
        return [self._add(customer, fields) for fields in listed]

    def newest(self, customer_external_id: str, kind: str) -> Address | None:
        """A customer's newest address of a kind."""
        for fields in reversed(self._known.get(customer_external_id, [])):
            if fields["type"] == kind:
                return fields
        return None

    def _read_customer(self, body: Body) -> str:
        name = "external_customer_id"
        customer = body.sized_text(name, required=True, shortest=1, longest=LONGEST_ID) or ""
        if customer and customer not in self._state.customers:
            body.note(name, FieldError.UNKNOWN_CUSTOMER)
        return customer

    def _add(self, customer: str, fields: dict[str, object]) -> dict[str, object]:
        self._count += 1
        added: dict[str, object] = {"id": self._count, "external_customer_id": customer, **fields}
        self._known.setdefault(customer, []).append(added)
        return added


def _read_known(body: Body) -> dict[str, object]:
    required = {name: body.required_text(name) for name in ("tax_number", "city", "county", "address")}
    for name, choices in (("invoice_type", INVOICE_TYPES), ("type", ADDRESS_KINDS)):
        required[name] = body.optional_choice(name, choices) or ""
        if not body.has(name):
            body.note(name, FieldError.REQUIRED)
    optional = {
        name: body.optional_text(name) for name in ("company_name", "tax_office", "district", "street")
    }
    return {**required, **optional}


def read_shipping(body: Body) -> Address:
    """The shipping address of a basket (docs page api-8209448)."""
    return {"id": body.optional_number("id"), **_read_place(body, ("fullname", *PLACE))}


def read_billing(body: Body) -> Address:
    """The billing address of a basket (docs page api-8209448)."""
    return {
        **_read_place(body, PLACE),
        "invoice_type": body.optional_choice("invoice_type", INVOICE_TYPES),
        "company_name": body.optional_text("company_name"),
        "email": body.email("email", required=False),
        "tax_office": body.optional_text("tax_office"),
    }


def _read_place(body: Body, required: tuple[str, ...]) -> dict[str, object]:
    return {
        "external_id": body.sized_text("external_id", shortest=1, longest=LONGEST_ID),
        **{
            name: body.text(name, required=name in required)
            for name in ("fullname", "city", "county", "district", "address", "street")
        },
        "phone": body.required_text("phone"),
        "tax_number": body.required_text("tax_number"),
        "zipcode": body.sized_text("zipcode", longest=_LONGEST_ZIPCODE),
    }
