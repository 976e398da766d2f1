"""Arguments are checked before anything is sent, and the error names the field."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from minted_async import models
from minted_async.core.checks import check_argument, check_body, check_path_value, check_values
from minted_async.core.model import Model
from minted_async.core.scalars import JsonObject
from minted_async.errors import ArgumentError
from minted_async.generated import requests


def buyer(**changes: Any) -> models.OrderCustomer:
    fields: dict[str, Any] = {
        "external_id": "CST-1",
        "identity_number": "10000000146",
        "firstname": "Deniz",
        "lastname": "Örnek",
        "email": "deniz@example.com",
        "phone": "+905550000000",
    }
    return models.OrderCustomer(**(fields | changes))


def purchase(**changes: Any) -> requests.BuyRequest:
    fields: dict[str, Any] = {
        "price_token": "T",
        "external_id": "ORD-1",
        "customer": buyer(),
        "items": [models.BuyItem(sku="GAU", amount=Decimal("0.5"))],
    }
    return requests.BuyRequest(**(fields | changes))


def test_a_complete_body_passes() -> None:
    check_body(purchase(currency_code=models.Currency.TRY, topup=models.Topup(price=Decimal(1))))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (purchase(price_token=5), "price_token must be a str, not int"),
        (purchase(price_token=b"T"), "price_token must be a str, not bytes"),
        (purchase(external_id=None), "external_id must be a str, not NoneType"),
        (purchase(customer={"external_id": "1"}), "customer must be an OrderCustomer, not dict"),
        (purchase(customer=buyer(phone=5)), "customer.phone must be a str, not int"),
        (purchase(customer=buyer(gender=True)), "customer.gender must be a str, not bool"),
        (purchase(items=models.BuyItem()), "items must be a list, not BuyItem"),
        (purchase(items="GAU"), "items must be a list, not str"),
        (purchase(items=[{"sku": "GAU"}]), r"items\[0\] must be a BuyItem, not dict"),
        (purchase(items=[models.BuyItem(), None]), r"items\[1\] must be a BuyItem, not NoneType"),
        (purchase(currency_code=5), "currency_code must be a str, not int"),
        (purchase(topup=models.Topup(price="1")), "topup.price must be a Decimal, not str"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ],
)
def test_a_wrong_type_is_named_by_its_field(body: requests.BuyRequest, message: str) -> None:
    with pytest.raises(TypeError, match=f"^{message}$"):
        check_body(body)


@pytest.mark.parametrize(
    ("amount", "message"),
    [
        (0.5, r"items\[0\].amount must be a Decimal, not a float: write Decimal\('0.5'\)"),
        ("0.5", r"items\[0\].amount must be a Decimal, not str"),
        (True, r"items\[0\].amount must be a Decimal, not bool"),
        (None, r"items\[0\].amount must be a Decimal, not NoneType"),
        (float("nan"), r"items\[0\].amount must be a Decimal, not a float: write Decimal\('nan'\)"),
    ],
)
def test_money_must_be_exact(amount: Any, message: str) -> None:
    with pytest.raises(TypeError, match=f"^{message}$"):
        check_body(purchase(items=[models.BuyItem(sku="GAU", amount=amount)]))


@pytest.mark.parametrize("text", ["NaN", "-NaN", "sNaN", "NaN123", "Infinity", "-Infinity"])
def test_money_must_be_finite(text: str) -> None:
    with pytest.raises(ArgumentError, match=r"items\[0\].amount must be a finite number") as caught:
        check_body(purchase(items=[models.BuyItem(sku="GAU", amount=Decimal(text))]))
    assert caught.value.argument == "items[0].amount"


@pytest.mark.parametrize("amount", [Decimal("-0"), Decimal("1E+999999"), Decimal("1E-999999"), 5, 10**40])
def test_odd_but_finite_money_passes(amount: Any) -> None:
    check_body(purchase(items=[models.BuyItem(sku="GAU", amount=amount)]))


@pytest.mark.parametrize("field", ["price_token", "external_id", "customer", "items"])
def test_a_required_field_cannot_be_unset(field: str) -> None:
    with pytest.raises(TypeError, match=f"^{field} is required and cannot be UNSET$"):
        check_body(purchase(**{field: UNSET}))


def test_a_required_field_inside_a_list_cannot_be_unset() -> None:
    item: Any = models.SellItem(sku="GAU", amount=UNSET)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(TypeError, match=r"^items\[0\].amount is required and cannot be UNSET$"):
        check_body(requests.SellRequest(price_token="T", external_id="O", items=[item]))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (purchase(external_id=""), "external_id"),
        (purchase(customer=buyer(external_id="")), "customer.external_id"),
    ],
)
def test_an_empty_id_is_refused(body: requests.BuyRequest, field: str) -> None:
    with pytest.raises(ArgumentError, match=f"^{field} must not be empty") as caught:
        check_body(body)
    assert (caught.value.argument, caught.value.problem) == (field, "must not be empty")


def test_an_empty_enum_value_is_refused() -> None:
    with pytest.raises(ArgumentError, match="currency_code must not be empty"):
        check_body(purchase(currency_code=models.Currency("")))


def test_other_empty_strings_pass() -> None:
    check_body(purchase(customer=buyer(middlename="")))


@pytest.mark.parametrize(
    ("birthdate", "message"),
    [
        ("1970-01-31", "birthdate must be a date, not str"),
        (datetime(1970, 1, 31, tzinfo=UTC), r"birthdate must be a date, not a datetime: use .date\(\)"),
    ],
)
def test_a_date_must_be_a_date(birthdate: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        check_body(requests.CreateCustomerRequest(external_id="C", birthdate=birthdate))


def test_a_number_and_a_flag_are_not_mixed_up() -> None:
    with pytest.raises(TypeError, match="push_hook must be a bool, not int"):
        check_body(requests.FindOrderRequest(push_hook=1))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    shipping = models.ShippingAddressInput(fullname="", city="", county="", district="", address="", id=True)
    with pytest.raises(TypeError, match="id must be an int, not bool"):
        check_body(shipping)


def test_a_constant_must_be_that_constant() -> None:
    body: Any = msgspec.structs.replace(
        requests.BuyWithCardTokenRequest(
            price_token="T", external_id="O", customer=buyer(), items=[], payment=models.CardTokenPayment()
        ),
        payment_type="cash",
    )
    with pytest.raises(TypeError, match="payment_type must be 'creditcard', not 'cash'"):
        check_body(body)


def test_null_passes_only_where_the_spec_allows_it() -> None:
    address: dict[str, Any] = {"city": "", "county": "", "district": "", "address": ""}
    check_body(models.BillingAddressInput(**address, fullname=None))
    with pytest.raises(TypeError, match="street must be a str, not NoneType"):
        check_body(msgspec.structs.replace(models.BillingAddressInput(**address), street=None))


@given(st.text(alphabet=st.characters(categories=["Cs"]), min_size=1))
def test_lone_surrogates_are_refused_everywhere(text: str) -> None:
    for check in (
        lambda: check_body(purchase(price_token=text)),
        lambda: check_path_value("external_order_id", text),
        lambda: check_values(text),
        lambda: check_values({text: 1}),
    ):
        with pytest.raises(ArgumentError, match="lone surrogate"):
            check()


@pytest.mark.parametrize("value", [5, None, b"A", Decimal(1), UNSET])
def test_a_path_value_must_be_a_string(value: object) -> None:
    with pytest.raises(TypeError, match=r"^external_order_id must be a str, not"):
        check_path_value("external_order_id", value)


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_path_value_that_names_another_path_is_refused(value: str) -> None:
    with pytest.raises(ArgumentError, match=r"^external_order_id must not be"):
        check_path_value("external_order_id", value)


class Own(msgspec.Struct):
    amount: Any = UNSET
    note: Any = UNSET


@pytest.mark.parametrize(
    "value",
    [None, True, 5, "ü", Decimal("1.5"), date(2024, 1, 1), [1, (2,)], {"a": {"b": []}}, Own(), Own(amount=1)],
)
def test_plain_json_values_pass(value: object) -> None:
    check_values(value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (0.1, r"^json is a float, which cannot hold money exactly: write Decimal\('0.1'\)$"),
        ({"a": [1, {"b": 0.1}]}, r"^json.a\[1\].b is a float"),
        (Own(amount=0.1), "^json.amount is a float"),
        ({1: "a"}, "^json has a key that is no str: 1$"),
        ({"a": {1, 2}}, "^json.a cannot be sent as JSON: set$"),
        ([b"a"], r"^json\[0\] cannot be sent as JSON: bytes$"),
        ({"a": UNSET}, "^json.a cannot be sent as JSON: UnsetType$"),
        ({"a": models.BuyItem(sku=5)}, "^json.a.sku must be a str, not int$"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ],
)
def test_what_is_no_exact_json_is_refused_with_its_place(value: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        check_values(value)


def test_plain_decimals_must_be_finite() -> None:
    with pytest.raises(ArgumentError, match=r"json.a\[0\] must be a finite number, not NaN"):
        check_values({"a": [Decimal("NaN")]})


def test_an_endless_value_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(ArgumentError, match="json is nested too deeply"):
        check_values(endless)


@pytest.mark.parametrize("transaction_id", ["T-1", 5, None])
def test_a_field_of_several_types_takes_each_of_them(transaction_id: str | int | None) -> None:
    check_values(models.Payment(transaction_id=transaction_id))


def test_times_are_checked_where_an_answer_is_sent_on() -> None:
    order = models.Order(
        guid="G", order_code="A", external_id="O", items=[], order_at=datetime(2024, 1, 1, tzinfo=UTC)
    )
    check_values(order)
    with pytest.raises(TypeError, match=r"^json\.order_at must be a \w+, not str$"):
        check_values(msgspec.structs.replace(order, order_at="01-01-2024"))


def test_a_field_of_several_types_takes_no_other() -> None:
    with pytest.raises(TypeError, match=r"^json\.transaction_id must be an? (str|int), not Decimal$"):
        check_values(models.Payment(transaction_id=Decimal(1)))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class Loose(Model, kw_only=True, frozen=True):
    """What no request of the API has today, and a spec may describe tomorrow."""

    weights: dict[str, Decimal]
    anything: object
    stats: JsonObject
    id: UUID


def loose(**changes: Any) -> Loose:
    fields: dict[str, Any] = {"weights": {"GAU": Decimal(1)}, "anything": [1], "stats": {}, "id": UUID(int=5)}
    return Loose(**(fields | changes))


def test_maps_and_free_values_pass() -> None:
    check_body(loose())


@pytest.mark.parametrize(
    ("body", "error", "message"),
    [
        (loose(weights={"GAU": 0.5}), TypeError, r"^weights\.GAU must be a Decimal, not a float"),
        (loose(weights=[1]), TypeError, "^weights must be a dict, not list$"),
        (loose(anything={"a": 0.5}), TypeError, r"^anything\.a is a float"),
        (loose(anything=Decimal("NaN")), ArgumentError, "^anything must be a finite number"),
        (loose(stats={"a": [0.5]}), TypeError, r"^stats\.a\[0\] is a float"),
        (loose(stats=[]), TypeError, "^stats must be a JsonObject, not list$"),
        (loose(id="5"), TypeError, "^id must be an? UUID, not str$"),
    ],
)
def test_maps_and_free_values_are_checked_inside(body: Loose, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        check_body(body)


@pytest.mark.parametrize(
    ("value", "kind", "bounds"),
    [
        (UNSET, int, (5, 100)),
        (5, int, (5, 100)),
        (100, int, (5, 100)),
        (10**30, int, (1,)),
        ("abc", str, (3, 21)),
        ("", str, ()),
        (Decimal("4.99"), Decimal, (None, 5)),
        (False, bool, ()),
        (date(2024, 2, 29), date, ()),
    ],
)
def test_a_plain_value_within_its_bounds_passes(
    value: Any, kind: type, bounds: tuple[int | None, ...]
) -> None:
    assert check_argument(value, "total", kind, *bounds) is value


@pytest.mark.parametrize(
    ("value", "kind", "bounds", "message"),
    [
        (4, int, (5, 100), "total must be from 5 to 100, not 4. Nothing was sent."),
        (101, int, (5, 100), "total must be from 5 to 100, not 101. Nothing was sent."),
        (0, int, (1,), "total must be at least 1, not 0. Nothing was sent."),
        (6, int, (None, 5), "total must be at most 5, not 6. Nothing was sent."),
        ("", str, (1,), "total must not be empty. Nothing was sent."),
        ("x", str, (6, 6), "total must be exactly 6 characters long, not 1. Nothing was sent."),
        ("x" * 22, str, (3, 21), "total must be from 3 to 21 characters long, not 22. Nothing was sent."),
        ("\ud800", str, (), "total holds a lone surrogate, which is no character. Nothing was sent."),
        (Decimal("NaN"), Decimal, (), "total must be a finite number, not NaN. Nothing was sent."),
    ],
)
def test_a_plain_value_out_of_its_bounds_is_named_with_them(
    value: Any, kind: type, bounds: tuple[int | None, ...], message: str
) -> None:
    with pytest.raises(ArgumentError) as caught:
        check_argument(value, "total", kind, *bounds)
    assert str(caught.value).startswith(message)
    assert caught.value.argument == "total"


@pytest.mark.parametrize(
    ("value", "kind", "message"),
    [
        ("5", int, "^total must be an int, not str$"),
        (True, int, "^total must be an int, not bool$"),
        (1, bool, "^total must be a bool, not int$"),
        (5.0, Decimal, "^total must be a Decimal, not a float"),
        (5, str, "^total must be a str, not int$"),
        (None, str, "^total must be a str, not NoneType$"),
        (datetime(2024, 1, 1, tzinfo=UTC), date, "^total must be a date, not a datetime"),
    ],
)
def test_a_plain_value_of_another_type_is_refused(value: Any, kind: type, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        check_argument(value, "total", kind, 1)
