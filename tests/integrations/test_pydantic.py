"""Models in pydantic's hands: exact, checked, and without their secrets."""

from __future__ import annotations

import ast
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any, cast

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError, create_model
from pydantic_core import PydanticSerializationError

from minted_async import Page, models
from minted_async.core.model import Model
from minted_async.integrations import pydantic_schema
from minted_async.integrations.shown import shown
from minted_async.models import ecom, walletable
from minted_async.trades import Quote
from tests.integrations.any_model import DECIMALS, MARK, MODELS, any_model, with_secrets

BUYER = models.OrderCustomer(
    external_id="CST-1",
    firstname="Defne",
    lastname="Kaya",
    identity_number="10000000146",
    email="defne@example.com",
    phone="+905550000000",
)
CUSTOMER = models.Customer(external_id="CST-1", firstname="Defne", identity_number="10000000146")
ORDER: dict[str, Any] = {"guid": "G", "order_code": "O", "external_id": None, "items": []}

adapter = cache(TypeAdapter[Any])


def any_instance() -> st.SearchStrategy[tuple[Any, Any]]:
    return st.sampled_from(MODELS).flatmap(lambda kind: st.tuples(st.just(kind), any_model(kind)))


def refusal(kind: Any, value: object) -> str:
    with pytest.raises(ValidationError) as refused:
        adapter(kind).validate_python(value)
    return f"{refused.value}\n{refused.value.json()}"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=300)
@given(any_instance())
def test_any_model_goes_out_without_its_secrets_and_comes_back_equal(made: tuple[Any, Any]) -> None:
    kind, model = made
    text = adapter(kind).dump_json(model).decode()
    assert MARK not in text
    assert MARK not in str(adapter(kind).dump_python(model))
    assert adapter(kind).validate_python(with_secrets(model, json.loads(text))) == model
    assert adapter(kind).validate_json(json.dumps(with_secrets(model, json.loads(text)))) == model
    python = adapter(kind).dump_python(model)
    assert adapter(kind).validate_python(with_secrets(model, python)) == model


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=300)
@given(any_instance())
def test_what_is_shown_is_what_pydantic_writes(made: tuple[Any, Any]) -> None:
    kind, model = made
    written = json.loads(adapter(kind).dump_json(model))
    for value in (shown(model), json.loads(json.dumps(shown(model)))):
        assert adapter(kind).validate_python(with_secrets(model, value)) == model
    assert _comparable(written) == _comparable(shown(model))


def _comparable(value: Any) -> Any:
    """With times as times: Z and +00:00 say the same."""
    match value:
        case dict():
            return {name: _comparable(each) for name, each in cast("dict[str, Any]", value).items()}
        case list():
            return [_comparable(each) for each in cast("list[object]", value)]
        case str():
            with suppress(ValueError):
                return datetime.fromisoformat(value)
        case _:
            pass
    return value


@given(DECIMALS)
def test_decimals_are_text_and_lose_nothing(number: Decimal) -> None:
    item = models.BuyItem(sku="GAU", amount=number)
    text = adapter(models.BuyItem).dump_json(item)
    assert json.loads(text) == {"sku": "GAU", "amount": str(number)}
    back = adapter(models.BuyItem).validate_json(text)
    assert back.amount.as_tuple() == number.as_tuple()


@pytest.mark.parametrize("number", [0.5, 4260.9438, 1e22, 7, -3, 10**4000])
def test_a_number_that_is_exact_as_it_is_is_taken(number: float) -> None:
    item = adapter(models.BuyItem).validate_python({"amount": number})
    assert item.amount == Decimal(str(number))


@pytest.mark.parametrize("number", [0.1 + 0.2, 12345678.123456789, 1234567890123456.0])
@pytest.mark.parametrize(
    ("kind", "rest", "field"),
    [
        (models.BuyItem, {}, "amount"),
        (walletable.WalletableBalance, {}, "images"),
        (walletable.WalletableOrder, {}, "billingaddress"),
    ],
)
def test_a_number_that_a_parser_may_have_cut_is_refused(
    kind: Any, rest: dict[str, Any], field: str, number: float
) -> None:
    inside: Any = {"amount": number, "images": [{"a": number}], "billingaddress": {"a": [number]}}[field]
    assert "send it as text" in refusal(kind, {**rest, field: inside})


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", float("nan"), float("inf"), True, "", "1,5"]
)
def test_what_is_no_number_is_refused(number: object) -> None:
    said = refusal(models.BuyItem, {"amount": number})
    assert "amount" in said
    assert "send it as text" not in said


def test_a_field_is_secret_by_each_of_its_names() -> None:
    class Own(Model, frozen=True):
        card_number: str = msgspec.field(name="n")
        n: str = msgspec.field(name="cardNumber")
        name: str = "Deniz"

    own = Own(card_number="SECRET", n="SECRET")
    assert shown(own) == json.loads(adapter(Own).dump_json(own)) == {"name": "Deniz"}
    assert "SECRET" not in repr(own)


def test_functions_and_what_a_dataclass_keeps_to_itself_are_no_data() -> None:
    @dataclass
    class Own:
        quote: Quote
        pin_of: str = field(repr=False)
        notes: str = field(repr=False)
        name: str

    quote = Quote(
        id="UNGUESSABLE",
        prices=[],
        currency=models.Currency("TRY"),
        customer_external_id=None,
        total=None,
        expires_at=datetime(2026, 1, 2, tzinfo=UTC),
    )
    plain = shown(Own(quote, "1234", "5678", "Deniz"))
    assert plain.keys() == {"quote", "name"}
    assert plain["quote"].keys() == {"prices", "currency", "customer_external_id", "total", "expires_at"}
    assert json.loads(adapter(Quote).dump_json(quote)).keys() == plain["quote"].keys()
    assert adapter(Quote).json_schema(mode="serialization")["properties"].keys() == plain["quote"].keys()
    assert adapter(Quote).validate_python({**plain["quote"], "id": "UNGUESSABLE"}) == quote


def test_numbers_of_what_is_not_documented_are_decimals_as_in_an_answer() -> None:
    order = adapter(walletable.WalletableOrder).validate_json(
        '{"billingaddress": {"a": 1, "b": [2.5, {"c": -1}], "d": true}}'
    )
    assert order.billingaddress == {
        "a": Decimal(1),
        "b": [Decimal("2.5"), {"c": Decimal(-1)}],
        "d": True,
    }
    assert type(order.billingaddress["a"]) is Decimal
    assert order.billingaddress["d"] is True
    assert json.loads(adapter(walletable.WalletableOrder).dump_json(order))["billingaddress"]["a"] == "1"
    assert adapter(walletable.WalletableOrder).validate_python({"billingaddress": []}).billingaddress == {}


def test_a_model_inside_others_is_read_checked_and_shown() -> None:
    class Basket(BaseModel):
        buyer: models.OrderCustomer
        items: list[models.BuyItem]
        by_day: dict[date, models.Order | None] = {}

    basket = Basket(
        buyer=BUYER,
        items=[models.BuyItem(sku="GAU", amount=Decimal("0.50"))],
        by_day={date(2026, 1, 2): msgspec.convert(ORDER | {"price_token": "T"}, models.Order)},
    )
    for out in (basket.model_dump_json(), str(basket.model_dump()), repr(basket)):
        assert "10000000146" not in out
        assert "'T'" not in out
    plain = json.loads(basket.model_dump_json())
    assert plain["items"] == [{"sku": "GAU", "amount": "0.50"}]
    plain["buyer"]["identity_number"] = "10000000146"
    plain["by_day"]["2026-01-02"]["price_token"] = "T"
    assert Basket.model_validate(plain) == basket
    assert Basket.model_validate_json(json.dumps(plain)) == basket
    assert "middlename" not in json.loads(basket.model_dump_json())["buyer"]
    assert basket.model_dump(exclude={"buyer": {"phone"}, "by_day": True})["buyer"].keys() == {
        "external_id",
        "firstname",
        "lastname",
        "email",
    }


def test_a_union_is_the_model_that_it_is() -> None:
    union = adapter(models.BuyItem | models.Customer | models.OrderCustomer | None)
    for value in (BUYER, CUSTOMER, models.BuyItem(sku="GAU"), None):
        text = union.dump_json(value).decode()
        assert text == (adapter(type(value)).dump_json(value).decode() if value is not None else "null")
        assert "10000000146" not in text


@pytest.mark.parametrize(
    "kind", [models.BuyItem, object, Any, Page, list[Any], models.BuyItem | models.Order]
)
def test_a_model_where_another_type_is_declared_is_never_shown(kind: Any) -> None:
    value: Any = Page(rows=[CUSTOMER], number=1) if kind is Page else CUSTOMER
    value = [value] if kind == list[Any] else value
    for as_any in (False, True):
        with pytest.raises(PydanticSerializationError) as refused:
            adapter(kind).dump_json(value, warnings=False, serialize_as_any=as_any)
        assert "10000000146" not in str(refused.value)


def test_plain_values_in_the_place_of_a_model_are_not_shown() -> None:
    """As `model_construct` and an assignment that is not checked put them there."""

    class Basket(BaseModel):
        buyer: models.OrderCustomer
        giver: models.OrderCustomer | None = None

    basket = Basket(buyer=BUYER)
    for name in Basket.model_fields:
        unchecked = basket.model_copy(update={name: {"identity_number": "10000000146"}})
        for write in (unchecked.model_dump, unchecked.model_dump_json):
            with pytest.raises(
                PydanticSerializationError, match="expected OrderCustomer, got dict"
            ) as refused:
                write(warnings=False)
            assert "10000000146" not in str(refused.value)


def test_what_is_refused_is_quoted_without_its_secrets() -> None:
    said = refusal(
        models.Order,
        {
            "guid": 5,
            "price_token": ["SECRET-1"],
            "payment": {"details": {"card_cvv": 987, "card_number": {"x": "SECRET-2"}}, "token": True},
            "customer": "the card 4111 1111 1111 1111",
            "items": [{"amount": float("nan"), "price": "SECRET"}],
            "order_at": "4111-1111-1111-1111",
        },
    )
    for secret in ("SECRET-1", "SECRET-2", "987", "4111", "nan,"):
        assert secret not in said
    for place in ("guid", "payment", "card_cvv", "order_code", "external_id", "amount"):
        assert place in said
    assert "10000000146" not in refusal(models.OrderCustomer, {"identity_number": "10000000146"})


def test_limits_of_a_field_are_kept() -> None:
    assert "at least 1 character" in refusal(models.OrderCustomer, {"external_id": ""})


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("13-10-2023 11:10", datetime(2023, 10, 13, 11, 10, tzinfo=UTC)),
        ("2023-05-31 03:16:45", datetime(2023, 5, 31, 3, 16, 45, tzinfo=UTC)),
        ("2023-05-31T03:16:45+03:00", datetime(2023, 5, 31, 0, 16, 45, tzinfo=UTC)),
        (datetime(2023, 5, 31), datetime(2023, 5, 31, tzinfo=UTC)),
    ],
)
def test_times_are_read_in_every_form_of_the_api_and_written_in_one(text: object, moment: datetime) -> None:
    order = adapter(models.Order).validate_python(ORDER | {"order_at": text})
    assert order.order_at == moment
    assert order.order_at.utcoffset() in (timedelta(0), timedelta(hours=3))
    written = json.loads(adapter(models.Order).dump_json(order))["order_at"]
    assert datetime.fromisoformat(written) == moment
    assert adapter(models.Order).dump_python(order)["order_at"] == moment
    assert "order_at" in refusal(models.Order, ORDER | {"order_at": "yesterday"})


def test_an_open_enum_keeps_what_it_does_not_know() -> None:
    order = adapter(models.Order).validate_python(ORDER | {"status_name": "Melted", "type": "Digital"})
    assert isinstance(order.status_name, models.OrderStatus)
    assert not order.status_name.is_known
    assert json.loads(adapter(models.Order).dump_json(order))["status_name"] == "Melted"
    assert "status_name" in refusal(models.Order, ORDER | {"status_name": 5})


def test_a_page_has_the_names_of_the_wire() -> None:
    rows = [{"id": 1, "guid": "G", "order_creation_status": "x", "token": "T", "increment_id": "I"}]
    page = adapter(Page[ecom.EcomOrder]).validate_python({"data": rows, "current_page": 1, "from": 3})
    assert isinstance(page.rows[0], ecom.EcomOrder)
    assert (page.rows[0].token, page.first_row) == ("T", 3)
    plain = json.loads(adapter(Page[ecom.EcomOrder]).dump_json(page))
    assert (plain["from"], plain["data"][0]["guid"]) == (3, "G")
    assert "token" not in plain["data"][0]


def test_each_kind_of_page_is_a_type_of_its_own() -> None:
    def own(kind: type) -> Any:
        return msgspec.defstruct("Own", [("row", kind)], bases=(Model,), frozen=True, kw_only=True)

    page: Any = Page
    for one, other, row, another in (
        (Page[models.Customer | models.Order], Page[ecom.Product | models.BuyItem], ORDER, {"amount": "1"}),
        (Page[dict[str, int]], Page[dict[str, str]], {"a": 1}, {"a": "x"}),
        (page[own(int)], page[own(str)], {"row": 1}, {"row": "x"}),
    ):
        both = create_model("Both", one=(one, ...), other=(other, ...))
        pages = {
            "one": {"data": [row], "current_page": 1},
            "other": {"data": [another], "current_page": 1},
        }
        read = both.model_validate(pages)
        assert both.model_validate_json(read.model_dump_json()) == read
        with pytest.raises(ValidationError):
            both.model_validate({**pages, "one": pages["other"]})
        assert len([name for name in both.model_json_schema()["$defs"] if "Page" in name]) == 2


def test_what_is_refused_by_a_union_names_its_members() -> None:
    said = refusal(models.Customer | models.Order, {})
    assert "Customer" in said
    assert "Order" in said


def test_a_json_schema_says_what_comes_in_and_what_goes_out() -> None:
    incoming = adapter(models.OrderCustomer).json_schema(mode="validation")
    outgoing = adapter(models.OrderCustomer).json_schema(mode="serialization")
    assert "identity_number" in incoming["required"]
    assert outgoing["properties"].keys() == incoming["properties"].keys() - {"identity_number"}
    assert "middlename" not in incoming["required"]
    assert incoming["title"] == "OrderCustomer"
    assert incoming["description"]
    assert incoming["properties"]["external_id"]["description"] == "The partner's own id of the customer."
    amount = adapter(models.BuyItem).json_schema()["properties"]["amount"]
    assert (amount["type"], amount["format"]) == ("string", "decimal")


# -------------------------------------------------------------------- several threads
MODULES = tuple(f"minted_async.generated.{name}" for name in ("models", "ecom.models", "walletable.models"))


def test_one_thread_at_a_time_parses_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    parsing: list[str] = []
    together: list[int] = []
    second = threading.Event()
    parse = ast.parse

    def slowly(source: str) -> ast.Module:
        parsing.append(source)
        together.append(len(parsing))
        if len(parsing) > 1:
            second.set()
        second.wait(0.2)  # for one that does not come
        try:
            return parse(source)
        finally:
            parsing.remove(source)

    monkeypatch.setattr(ast, "parse", slowly)
    for name in MODULES:
        import_module(name)
    pydantic_schema._module_texts.cache_clear()  # pyright: ignore[reportPrivateUsage]
    with ThreadPoolExecutor(len(MODULES)) as threads:
        found = list(threads.map(pydantic_schema._module_texts, MODULES))  # pyright: ignore[reportPrivateUsage]
    assert all(found)
    assert together == [1] * len(MODULES)


def test_sources_are_parsed_while_other_code_of_the_program_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then Python 3.11 may fail, and not the next time."""
    parse, failures = ast.parse, [SystemError("AST constructor recursion depth mismatch")] * 2

    def parse_at_last(source: str) -> ast.Module:
        if failures:
            raise failures.pop()
        return parse(source)

    monkeypatch.setattr(ast, "parse", parse_at_last)
    pydantic_schema._module_texts.cache_clear()  # pyright: ignore[reportPrivateUsage]
    assert pydantic_schema._module_texts(MODULES[0])["Order"]  # pyright: ignore[reportPrivateUsage]
    assert failures == []
