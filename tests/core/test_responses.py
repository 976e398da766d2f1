"""Answers that succeed: exact, open, and refused with their place when they do not fit."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minted_async import models
from minted_async.core.config import HeaderOptions
from minted_async.core.operation import Operation
from minted_async.core.protocol import Response, build_request
from minted_async.core.responses import read_response
from minted_async.core.scalars import ISTANBUL
from minted_async.errors import DecodeError, OutcomeUnknownError

FINITE = st.decimals(allow_nan=False, allow_infinity=False)
ORDER: dict[str, Any] = {"guid": "G", "order_code": "AB12CD34", "external_id": "ORD-1", "items": []}


def read(
    result: Any, text: str | bytes, *, status: int = 200, method: str = "GET", envelope: bool = True
) -> Any:
    operation: Operation[Any] = Operation(
        id="x.y", method=method, path="/x", result=result, idempotent=method == "GET", envelope=envelope
    )
    body = text.encode() if isinstance(text, str) else text
    return read_response(operation, build_request(operation, HeaderOptions()), Response(status, {}, body))


def wrapped(data: str, *, success: str = "true") -> str:
    return f'{{"data": {data}, "success": {success}, "code": 0, "message": ""}}'


def read_order(**fields: object) -> models.Order:
    order = read(models.Order, wrapped(json.dumps(ORDER | fields)))
    assert isinstance(order, models.Order)
    return order


@given(FINITE)
def test_any_finite_decimal_is_read_exactly(total: Decimal) -> None:
    # The context would round what it does not hold; str and format do not.
    item = f'{{"price": {total}}}'
    order = read(models.Order, wrapped(json.dumps(ORDER)[:-3] + f'[{item}], "total": {total}}}'))
    assert order.total == order.items[0].price == total
    if not total.is_zero():
        assert order.total.as_tuple() == total.as_tuple()


@given(FINITE)
def test_plain_values_are_read_exactly(number: Decimal) -> None:
    value = read(object, wrapped(f'{{"a": [{number}]}}'))
    assert value == {"a": [number]}
    assert type(value["a"][0]) is Decimal


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1e3", Decimal("1E+3")),
        ("1E-2", Decimal("0.01")),
        ("-0", Decimal(0)),
        ("1731.30", Decimal("1731.30")),
        ('"1731.30"', Decimal("1731.30")),
        ("0.1", Decimal("0.1")),
        ("12345678901234567890.123456789", Decimal("12345678901234567890.123456789")),
    ],
)
def test_forms_of_a_number(text: str, number: Decimal) -> None:
    assert read(Decimal, wrapped(text)) == number


def test_every_plain_number_is_a_decimal() -> None:
    value = read(object, wrapped('{"a": 1, "b": 1.10, "c": [true, null, "1", 1e2]}'))
    assert repr(value) == repr(
        {"a": Decimal(1), "b": Decimal("1.10"), "c": [True, None, "1", Decimal("1E+2")]}
    )


@pytest.mark.parametrize(
    "text",
    [
        *("NaN", "nan", "-NaN", "sNaN", "Infinity", "-inf", "+Inf", " NaN", "NaN1", "N_aN", "_nan", "i_n_f"),
        *("\\u004eaN", "Na\\u004E", "\\tNaN", "\\u00a0NaN", "\u2003inf", "\\u200aNaN", "-\\u0049nf"),
    ],
)
def test_money_that_is_no_number_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(DecodeError, match="Expected a finite number") as caught:
        read(models.Order, wrapped(json.dumps(ORDER)[:-3] + f'[{{"sku": "A"}}, {{"price": "{text}"}}]}}'))
    assert caught.value.path == "$.data.items[1].price"


@pytest.mark.parametrize(
    ("result", "text", "place"),
    [
        (dict[str, Decimal], '{"a": "NaN"}', "$.data.a"),
        (list[tuple[int, Decimal]], '[[1, "inf"]]', "$.data[0][1]"),
        (Decimal, '"NaN"', "$.data"),
    ],
)
def test_no_result_type_lets_nan_through(result: Any, text: str, place: str) -> None:
    with pytest.raises(DecodeError) as caught:
        read(result, wrapped(text))
    assert caught.value.path == place


def test_words_that_only_look_like_nan_pass() -> None:
    order = read_order(
        channel="Nancy", description="infinite", customer={"firstname": "İnci", "lastname": "nan"}
    )
    assert order.channel == "Nancy"
    assert read(dict[str, Decimal], wrapped('{"nan": 1, "inf": 2}')) == {"nan": 1, "inf": 2}


@pytest.mark.parametrize("number", ["1e99999999999999999999", "1" * 5000])
@pytest.mark.parametrize("result", [object, models.Order])
def test_a_number_beyond_all_bounds_is_refused(result: Any, number: str) -> None:
    with pytest.raises(DecodeError):
        read(result, wrapped(number))


@pytest.mark.parametrize("result", [object, models.Order])
def test_bottomless_nesting_is_refused(result: Any) -> None:
    with pytest.raises(DecodeError):
        read(result, wrapped("[" * 100_000 + "]" * 100_000))


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"items": [{"price": {"a": 1}}]}, "$.data.items[0].price"),
        ({"items": [{}, {"product_id": "x"}]}, "$.data.items[1].product_id"),
        ({"items": None}, "$.data.items"),
        ({"guid": 5}, "$.data.guid"),
        ({"order_at": "yesterday"}, "$.data.order_at"),
        ({"payment": {"details": {"card_holder": 5}}}, "$.data.payment.details.card_holder"),
        ({"total": "much"}, "$.data.total"),
    ],
)
def test_data_that_does_not_fit_is_refused_with_its_place(fields: dict[str, object], place: str) -> None:
    with pytest.raises(DecodeError) as caught:
        read_order(**fields)
    error = caught.value
    assert (error.path, error.status, error.success) == (place, 200, True)
    assert place in str(error)
    assert '"order_code"' in error.body


@pytest.mark.parametrize(
    ("data", "place"),
    [("null", "$.data"), ("[]", "$.data"), ("{}", "$.data"), ('"x"', "$.data")],
)
def test_data_of_another_kind_is_refused(data: str, place: str) -> None:
    with pytest.raises(DecodeError) as caught:
        read(models.Order, wrapped(data))
    assert caught.value.path == place


def test_a_call_that_changed_something_and_answers_oddly_says_that_it_was_carried_out() -> None:
    with pytest.raises(DecodeError, match="do not repeat it") as caught:
        read(models.OrderReceipt, wrapped("{}"), method="POST")
    assert caught.value.success


def test_a_call_that_only_reads_may_be_repeated_whatever_it_answers() -> None:
    with pytest.raises(DecodeError) as caught:
        read_order(guid=5)
    assert "do not repeat it" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"", "$"),
        (b"OK", "$"),
        (b"<html>", "$"),
        (b'{"data": {"guid": "G"', "$"),
        (b"\xff\xfe", "$"),
        (b"[]", "$"),
        (b"{}", "$"),
        (b'{"success": "true"}', "$.success"),
        (b'{"success": 1}', "$.success"),
        (b'{"success": null}', "$.success"),
        (b'{"success": true} {"success": false}', "$"),
        (b"[" * 100_000, "$"),
    ],
)
def test_an_answer_without_an_envelope_is_refused(body: bytes, place: str) -> None:
    with pytest.raises(DecodeError) as caught:
        read(models.Order, body)
    assert caught.value.path == place
    assert caught.value.success is None
    with pytest.raises(OutcomeUnknownError) as unknown:
        read(models.OrderReceipt, body, method="POST")
    assert unknown.value.status == 200
    assert isinstance(unknown.value.__cause__, DecodeError)
    assert unknown.value.__cause__.path == place


def test_data_that_is_no_utf8_is_refused() -> None:
    with pytest.raises(DecodeError) as caught:
        read(models.Order, b'{"data": "\xff", "success": true}')
    assert caught.value.path == "$.data"


def test_an_empty_body_is_called_empty() -> None:
    with pytest.raises(DecodeError, match=r"0 bytes\) does not fit .* the body is empty"):
        read(object, b"", status=204)


def test_unknown_fields_are_ignored() -> None:
    order = read_order(new_field={"a": 1}, items=[{"sku": "GAU", "carat": 24}])
    assert order.items[0].sku == "GAU"


def test_unknown_enum_values_are_kept() -> None:
    order = read_order(status_name="Frozen", type="Gift")
    assert order.status_name == "Frozen"
    assert order.status_name is not None
    assert not order.status_name.is_known
    assert order.type == "Gift"


def test_absent_and_null_fields_are_none() -> None:
    assert read_order().payment is None
    assert read_order(payment=None, external_id=None).external_id is None


def test_times_and_dates_are_read() -> None:
    assert read_order(order_at="13-10-2023 11:10").order_at == datetime(2023, 10, 13, 11, 10, tzinfo=UTC)
    customer = read(
        models.Customer,
        wrapped(
            '{"external_id": "C", "firstname": "D", "birthdate": "1970-01-31", '
            '"created_at": "2023-05-31 03:16:45"}'
        ),
    )
    assert customer.birthdate == date(1970, 1, 31)
    assert customer.created_at == datetime(2023, 5, 31, 3, 16, 45, tzinfo=ISTANBUL)


def test_an_answer_without_envelope_is_read_as_a_whole() -> None:
    assert read(list[int], "[1, 2]", envelope=False) == [1, 2]
    with pytest.raises(DecodeError) as caught:
        read(dict[str, Decimal], '{"a": "NaN"}', envelope=False)
    assert (caught.value.path, caught.value.success) == ("$.a", None)


def test_a_callers_own_struct_is_filled() -> None:
    class Weight(msgspec.Struct):
        grams: Decimal

    assert read(Weight, wrapped('{"grams": 0.50}')) == Weight(grams=Decimal("0.50"))


@given(st.binary())
def test_no_answer_breaks_the_reader(body: bytes) -> None:
    with pytest.raises(DecodeError):
        read(models.Order, body)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | FINITE.map(str) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(sorted(ORDER)), inner),
    )
)
def test_no_data_breaks_the_reader(data: Any) -> None:
    place = "$.data"
    try:
        order = read(models.Order, wrapped(json.dumps(data)))
    except DecodeError as error:
        place = error.path
    else:
        assert isinstance(order, models.Order)
    assert place.startswith("$.data")
