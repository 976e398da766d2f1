"""All that differs from a type is found, and what breaks decoding is told from what does not."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minted_async import models
from minted_async.core.decoding import UndecodableError, decode
from minted_async.doctor.fit import Kind, misfits
from minted_async.models import walletable

ENCODER = msgspec.json.Encoder(decimal_format="number")
DECODER = msgspec.json.Decoder(float_hook=Decimal)

PRICE = {
    "currency_id": 1,
    "product_id": 2,
    "spot_price": Decimal("4212.5"),
    "buy_price": Decimal("4260.9438"),
    "sell_price": 4176,
    "sku": "GAU",
    "buy_amount": None,
}
SAMPLES: dict[Any, Any] = {
    models.PriceFix: {
        "token": "T",
        "expires_at": "2026-11-28T03:15:00+03:00",
        "is_total_price": False,
        "expire_ttl": 239,
        "prices": [PRICE, PRICE],
        "currency": "TRY",
        "total": None,
    },
    models.Order: {
        "guid": "G",
        "order_code": "C",
        "external_id": "ORD-1",
        "items": [{"sku": "GAU", "amount": Decimal("0.5")}],
        "type": "Buy",
        "status_name": "Completed",
        "order_at": "28-11-2026 00:15",
        "customer": {"external_id": "CST-1", "firstname": "Defne"},
        "payment": {"transaction_id": 17, "details": {"card_association": "visa"}},
    },
    models.Customer: {
        "external_id": "CST-1",
        "firstname": "Defne",
        "gender": "F",
        "birthdate": "1990-01-31",
        "created_at": "2026-11-28 00:15:00",
        "wallets": [{"id": 1}],
    },
    list[models.CustomerBalance]: [
        {
            "customer_external_id": "CST-1",
            "name": "Gold",
            "currency_id": 1,
            "currency_symbol": "gr",
            "currency_code": "GAU",
            "is_cash": False,
            "balance": Decimal("0.5"),
            "blocked": 0,
            "real_balance": Decimal("0.5"),
            "soft_blocked_amount": 0,
            "stats": [],
            "prices": {"a": [1]},
        }
    ],
    walletable.WalletableBalance: {"images": ["https://example.com/gau.png", 5, {"a": [None]}]},
}

numbers = (
    st.integers(-(10**20), 10**20)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3)
    | st.sampled_from([Decimal("5.0"), Decimal("1E+3"), Decimal("1E-3")])
)
texts = st.sampled_from(
    [
        "",
        "x",
        "5",
        "5.25",
        " 5",
        "1_000",
        "NaN",
        "1e5",
        "TRY",
        "Buy",
        "2026-11-28",
        "28-11-2026 00:15",
        "2026-11-28 00:15:00",
    ]
)
leaves = st.none() | st.booleans() | numbers | texts
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "sku", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)


class Part(NamedTuple):
    """A part of a value: what holds it, and its key there."""

    holder: Any
    key: Any

    @property
    def named(self) -> bool:
        return isinstance(self.holder, dict)


def parts_of(value: Any) -> list[Part]:
    keys: list[Any] = [*value] if isinstance(value, dict) else [*range(len(value))]
    found = [Part(value, key) for key in keys]
    for key in keys:
        if isinstance(value[key], dict | list):
            found += parts_of(value[key])
    return found


@pytest.mark.parametrize("result", SAMPLES, ids=str)
def test_what_fits_fits(result: Any) -> None:
    assert misfits(result, SAMPLES[result]) == []


@given(st.sampled_from([*SAMPLES]), st.integers(0, 100), values)
def test_it_breaks_if_and_only_if_it_cannot_be_decoded(result: Any, index: int, value: Any) -> None:
    data = copy.deepcopy(SAMPLES[result])
    parts = parts_of(data)
    holder, key = parts[index % len(parts)]
    holder[key] = value
    sent = ENCODER.encode(data)
    found = misfits(result, DECODER.decode(sent))
    try:
        decode(result, sent)
    except UndecodableError:
        assert any(item.breaks for item in found)
    else:
        assert not any(item.breaks for item in found)


@given(st.sampled_from([*SAMPLES]), st.integers(0, 100))
def test_what_is_missing_is_found_where_it_is_required(result: Any, index: int) -> None:
    data = copy.deepcopy(SAMPLES[result])
    parts = [part for part in parts_of(data) if part.named]
    holder, key = parts[index % len(parts)]
    del holder[key]
    try:
        decode(result, ENCODER.encode(data))
    except UndecodableError:
        assert [(item.kind, item.breaks) for item in misfits(result, data)] == [(Kind.MISSING, True)]
    else:
        assert misfits(result, data) == []


def test_each_is_told_once_and_by_names_of_the_spec() -> None:
    data = copy.deepcopy(SAMPLES[models.PriceFix])
    for price in data["prices"]:
        price |= {"Defne Kaya": 1, "product_id": None, "spot_price": "4212.5", "sku": 5}
    del data["token"]
    data["currency"] = "CHF"
    assert [(item.kind, item.place, item.breaks) for item in misfits(models.PriceFix, data)] == [
        (Kind.MISSING, "data.token", True),
        (Kind.NULL, "data.prices[].product_id", True),
        (Kind.TEXT, "data.prices[].spot_price", False),
        (Kind.NUMBER, "data.prices[].sku", True),
        (Kind.UNKNOWN_FIELD, "data.prices[]", False),
        (Kind.UNKNOWN_VALUE, "data.currency", False),
    ]


def test_of_a_long_answer_the_beginning_is_looked_at() -> None:
    """The event loop waits meanwhile, and the limit of a check cannot end it."""
    looked_at = 0

    class Items(list[object]):
        def __iter__(self) -> Iterator[object]:
            nonlocal looked_at
            for item in super().__iter__():
                looked_at += 1
                yield item

    found = misfits(list[list[int]], Items([Items([1, "x"] * 500)] * 500_000))
    assert [(item.kind, item.place) for item in found] == [(Kind.TEXT, "data[][]")]
    assert looked_at < 4_000
