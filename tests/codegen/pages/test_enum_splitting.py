"""Allowed values that a page prints run together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.pages.enums import split_values

STATUSES = (
    "Created", "Pending", "Processing", "Cancelled", "Completed", "Preparing", "Packed", "Shipped",
    "Transferring", "Refunding", "Refunded", "Payment Confirmed",
)  # fmt: skip


def test_known_values_split_a_text_for_certain() -> None:
    split = split_values("".join(STATUSES), STATUSES)
    assert (split.values, split.certain) == (STATUSES, True)


def test_capitals_split_what_is_not_known_as_a_guess() -> None:
    split = split_values("".join(STATUSES), ())
    assert (split.values, split.certain) == (STATUSES, False)


def test_a_new_value_among_known_ones_is_found_as_a_guess() -> None:
    split = split_values("".join((*STATUSES[:4], "Returned", *STATUSES[4:])), STATUSES)
    assert (split.values[4], split.certain) == ("Returned", False)


@pytest.mark.parametrize(
    ("text", "known", "values", "certain"),
    [
        ("cashcredit-card", ("cash", "credit-card"), ("cash", "credit-card"), True),
        ("cashcredit-card", ("cash",), ("cash", "credit-card"), False),
        ("cashcredit-card", ("card",), ("cashcredit-card",), False),
        ("cashcredit-card", (), ("cashcredit-card",), False),
        ("BuySellDelivery", ("Buy", "Sell", "Delivery", "ell"), ("Buy", "Sell", "Delivery"), True),
        ("BuySellDelivery", ("Sell",), ("Buy", "Sell", "Delivery"), False),
        ("TRYUSD", ("USD",), ("TRY", "USD"), False),
        ("Buy, Sell", ("Buy", "Sell"), ("Buy", "Sell"), True),
        ("Buy, Sell", (), ("Buy", "Sell"), False),
        ("Buy", ("Buy",), ("Buy",), True),
        ("Buy", (), ("Buy",), False),
        ("", (), (), False),
    ],
)
def test_what_is_known_decides(
    text: str, known: tuple[str, ...], values: tuple[str, ...], certain: bool
) -> None:
    split = split_values(text, known)
    assert (split.values, split.certain) == (values, certain)


def test_two_ways_to_split_are_no_certainty() -> None:
    split = split_values("creditcardcash", ("credit", "card", "creditcard", "cash"))
    assert (split.values, split.certain) == (("creditcard", "cash"), False)


words = st.text("abAB-", min_size=1, max_size=6)


@given(st.lists(words, min_size=1, max_size=8), st.sets(words, max_size=6))
def test_splitting_loses_no_character_and_is_certain_of_known_values_only(
    values: list[str], known: set[str]
) -> None:
    split = split_values("".join(values), known)
    assert set("".join(split.values)) == set("".join(values))
    assert not split.certain or set(split.values) <= known


@given(st.text(max_size=300), st.sets(st.text(max_size=5), max_size=20))
def test_any_text_is_split(text: str, known: set[str]) -> None:
    assert set("".join(split_values(text, known).values)) <= set(text)
