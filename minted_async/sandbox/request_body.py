"""Reads a request body field by field and collects all that is wrong with it, as the 422 answer lists it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, DecimalException
from typing import Final, cast

import msgspec

from minted_async.sandbox.customers import Profile
from minted_async.sandbox.market import PRODUCTS, PRODUCTS_BY_ID, PriceFix, Product, plain, to_cents
from minted_async.sandbox.messages import ErrorCode, FieldError, RefusedError
from minted_async.sandbox.orders import OrderItem

MAX_NUMBER: Final = Decimal(1_000_000_000)
"""The largest number of grams or money that a request may hold."""

MAX_DECIMALS: Final = 8
"""The most decimals that an amount of metal or money may have."""

BUYER: Final = ("firstname", "lastname", "email", "phone", "identity_number")
"""What a purchase must tell of a customer who is not known yet (docs page api-3769742)."""

RECIPIENT: Final = ("firstname", "lastname", "phone", "email")
"""What a delivery must tell of its recipient (docs page api-4908364)."""

CHANGED_CUSTOMER: Final = ("firstname", "lastname", "phone", "identity_number")
"""What an update of a customer must hold (docs page api-8228809)."""

_GENDERS: Final = ("M", "F")
INVOICE_TYPES: Final = ("Individual", "Corporate")
PLACE: Final = ("city", "county", "district", "address")
_COMMON_ADDRESS: Final = ("external_id", "fullname", "phone", *PLACE, "zipcode", "street", "tax_number")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|([0-9]{2})-([0-9]{2})-([0-9]{4})")
_DECODER: Final = msgspec.json.Decoder(float_hook=Decimal)


def decode(body: bytes) -> Body:
    """Read a JSON object; numbers with a point or an exponent become exact decimals.

    Raises:
        RefusedError: Not JSON (400), or JSON that is not an object (422).
    """
    try:
        value = _DECODER.decode(body)
    except (ValueError, DecimalException, RecursionError):  # msgspec.DecodeError is a ValueError
        raise RefusedError(ErrorCode.INVALID_JSON) from None
    if not isinstance(value, dict):
        raise RefusedError(ErrorCode.INVALID)
    return Body(cast("dict[str, object]", value))


class Body:
    """A JSON object being read.

    A method that finds something wrong notes it and returns an empty value; call `check` before using what
    was read. A null counts as missing.
    """

    __slots__ = ("_errors", "_prefix", "_values")

    def __init__(
        self,
        values: Mapping[str, object],
        prefix: str = "",
        errors: dict[str, list[FieldError]] | None = None,
    ) -> None:
        self._values = values
        self._prefix = prefix
        self._errors: dict[str, list[FieldError]] = {} if errors is None else errors

    def note(self, name: str, error: FieldError) -> None:
        """Note what is wrong with a field."""
        self._errors.setdefault(self._prefix + name, []).append(error)

    def refuse(self, name: str, error: FieldError, code: ErrorCode = ErrorCode.INVALID) -> RefusedError:
        """The refusal for one field, to be raised."""
        return RefusedError(code, {self._prefix + name: [error]})

    def check(self) -> None:
        """Raise what was noted, here and in the objects read from this one.

        Raises:
            RefusedError: 422 with every field that is wrong.
        """
        if self._errors:
            raise RefusedError(ErrorCode.INVALID, self._errors)

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._values.get(name) is not None

    def optional_text(self, name: str) -> str | None:
        """A string, or nothing."""
        return self.text(name, required=False)

    def required_text(self, name: str) -> str:
        """A string that is not empty."""
        return self.text(name, required=True) or ""

    def text(self, name: str, *, required: bool) -> str | None:
        """A string, which may not be empty if it is required."""
        value = self._values.get(name)
        if isinstance(value, str) and (value or not required):
            return value
        if value is not None and value != "":
            self.note(name, FieldError.NOT_TEXT)
        elif required:
            self.note(name, FieldError.REQUIRED)
        return None

    def sized_text(self, name: str, *, required: bool = False, shortest: int = 0, longest: int) -> str | None:
        """A string whose length is within bounds."""
        value = self.text(name, required=required)
        if value is None or shortest <= len(value) <= longest:
            return value
        self.note(name, FieldError.BAD_LENGTH)
        return None

    def optional_choice(self, name: str, choices: Collection[str]) -> str | None:
        """One of some strings, or nothing."""
        value = self.optional_text(name)
        if value is None or value in choices:
            return value
        self.note(name, FieldError.UNKNOWN_VALUE)
        return None

    def email(self, name: str, *, required: bool) -> str | None:
        """An e-mail address; an at sign makes it one."""
        value = self.text(name, required=required)
        if value is None or "@" in value:
            return value
        self.note(name, FieldError.NOT_AN_EMAIL)
        return None

    def optional_date(self, name: str) -> str | None:
        """A date as `YYYY-MM-DD`, given like that or as `DD-MM-YYYY`; the documentation has both."""
        value = self.optional_text(name)
        if value is None:
            return None
        match = _DATE.fullmatch(value)
        try:
            if match is not None:
                day_first = match[1] is not None
                iso = f"{match[3]}-{match[2]}-{match[1]}" if day_first else value
                return date.fromisoformat(iso).isoformat()
        except ValueError:
            pass
        self.note(name, FieldError.NOT_A_DATE)
        return None

    def optional_boolean(self, name: str) -> bool | None:
        """True, false or nothing."""
        value = self._values.get(name)
        if value is None or isinstance(value, bool):
            return value
        self.note(name, FieldError.NOT_BOOLEAN)
        return None

    def optional_number(self, name: str) -> Decimal | None:
        """A positive number up to `MAX_NUMBER` with at most `MAX_DECIMALS` decimals, or nothing."""
        value = self._values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.note(name, FieldError.NOT_A_NUMBER)
            return None
        if not 0 < value <= MAX_NUMBER:
            self.note(name, FieldError.OUT_OF_RANGE)
            return None
        number = plain(Decimal(value))
        if -cast(int, number.as_tuple().exponent) > MAX_DECIMALS:
            self.note(name, FieldError.OUT_OF_RANGE)
            return None
        return number

    def required_number(self, name: str) -> Decimal:
        """A number as `optional_number` takes it."""
        if not self.has(name):
            self.note(name, FieldError.REQUIRED)
        return self.optional_number(name) or Decimal(0)

    def required_count(self, name: str) -> int:
        """A whole number of pieces, as `optional_number` takes numbers."""
        number = self.required_number(name)
        if number != number.to_integral_value():
            self.note(name, FieldError.NOT_WHOLE)
        return int(number)

    def required_object(self, name: str) -> Body:
        """A nested object; its errors are noted here, under `name.`."""
        value = self._values.get(name)
        if isinstance(value, dict):
            return Body(cast("dict[str, object]", value), f"{self._prefix}{name}.", self._errors)
        self.note(name, FieldError.REQUIRED if value is None else FieldError.NOT_AN_OBJECT)
        return Body({}, f"{self._prefix}{name}.", {})

    def required_objects(self, name: str) -> Iterator[Body]:
        """An array of objects that is not empty; errors are noted under `name.0.` and so on."""
        value = self._values.get(name)
        if not isinstance(value, list):
            self.note(name, FieldError.REQUIRED if value is None else FieldError.NOT_AN_ARRAY)
            return
        if not value:
            self.note(name, FieldError.REQUIRED)
        for index, item in enumerate(cast("list[object]", value)):
            if isinstance(item, dict):
                prefix = f"{self._prefix}{name}.{index}."
                yield Body(cast("dict[str, object]", item), prefix, self._errors)
            else:
                self.note(f"{name}.{index}", FieldError.NOT_AN_OBJECT)


def read_profile(body: Body, *, required: Collection[str] = ()) -> Profile:
    """A person or company; the fields named must be there and not empty."""
    return Profile(
        firstname=body.text("firstname", required="firstname" in required) or "",
        middlename=body.optional_text("middlename"),
        lastname=body.text("lastname", required="lastname" in required),
        email=body.email("email", required="email" in required),
        phone=body.text("phone", required="phone" in required),
        gender=body.optional_choice("gender", _GENDERS),
        identity_number=body.text("identity_number", required="identity_number" in required),
        birthdate=body.optional_date("birthdate"),
        account_type=body.optional_text("account_type") or "person",
        tax_office=body.optional_text("tax_office"),
    )


def read_addresses(body: Body) -> dict[str, dict[str, str | None]]:
    """The billing and the shipping address of a delivery, with the fields that an order shows of them."""
    address = body.required_object("address")
    billing, shipping = address.required_object("billing"), address.required_object("shipping")
    invoice_type = billing.optional_choice("invoice_type", INVOICE_TYPES)
    invoice = {name: billing.optional_text(name) for name in ("company_name", "email", "tax_office")}
    addresses = {
        "billing": {**_read_place(billing, PLACE), "invoice_type": invoice_type, **invoice},
        "shipping": _read_place(shipping, ("fullname", *PLACE)),
    }
    return {
        kind: {name: value for name, value in fields.items() if value is not None}
        for kind, fields in addresses.items()
    }


def _read_place(body: Body, required: Collection[str]) -> dict[str, str | None]:
    return {name: body.text(name, required=name in required) for name in _COMMON_ADDRESS}


@dataclass(frozen=True, slots=True)
class WantedItem:
    """One item of an order as it was asked for."""

    body: Body
    product: Product | None
    amount: Decimal | None

    def priced(self, fix: PriceFix, *, buying: bool) -> OrderItem:
        """The item at the prices of a fix; the money is rounded half up to two decimals.

        Raises:
            RefusedError: 422, the item costs nothing.
        """
        if self.product is None:
            raise self.body.refuse("sku", FieldError.REQUIRED)
        quote = fix.quotes[self.product.sku]
        amount = self.amount or fix.buy_amount(self.product.sku)
        if amount is None:
            raise self.body.refuse("amount", FieldError.REQUIRED)
        price = quote.buy if buying else quote.sell
        total = to_cents(price * amount)
        if not total:
            raise self.body.refuse("amount", FieldError.OUT_OF_RANGE)
        return OrderItem(self.product, quote.spot, price, amount, total)


def read_items(body: Body) -> list[WantedItem]:
    """The items of an order, each named by `sku` or, as in one documented example, by `product_id`."""
    return [_read_item(item) for item in body.required_objects("items")]


def _read_item(item: Body) -> WantedItem:
    sku, product_id = item.optional_text("sku"), item.optional_text("product_id")
    by_id = product_id is not None and not sku
    product = PRODUCTS_BY_ID.get(product_id or "") if by_id else PRODUCTS.get(sku or "")
    if product is None:
        item.note(
            "product_id" if by_id else "sku",
            FieldError.UNKNOWN_VALUE if sku or product_id else FieldError.REQUIRED,
        )
    return WantedItem(item, product, item.optional_number("amount"))


def require_amounts(wanted: Sequence[WantedItem]) -> None:
    """Note each item that does not say how much."""
    for item in wanted:
        if not item.body.has("amount"):
            item.body.note("amount", FieldError.REQUIRED)
