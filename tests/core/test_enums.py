"""Open enums: unknown values are kept."""

from __future__ import annotations

import copy
import json
import pickle

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from minted_async.core.enums import enum_value
from minted_async.models import Currency, OrderStatus


@given(st.text())
def test_any_text_is_kept_and_equals_itself(text: str) -> None:
    status = OrderStatus(text)
    assert status == text
    assert hash(status) == hash(text)
    assert status.value == text


@given(st.text())
def test_only_documented_values_are_known(text: str) -> None:
    assert OrderStatus(text).is_known == (text in [member.value for member in OrderStatus])


@pytest.mark.parametrize("member", list(OrderStatus))
def test_documented_values_are_the_members(member: OrderStatus) -> None:
    assert member.is_known
    assert OrderStatus(member.value) is member


def test_the_name_of_a_member_is_no_known_value() -> None:
    assert "COMPLETED" in OrderStatus.__members__
    assert not OrderStatus("COMPLETED").is_known
    assert OrderStatus("COMPLETED") != OrderStatus.COMPLETED


def test_an_unknown_value_is_read_from_an_answer() -> None:
    assert msgspec.json.decode(b'"Frozen"', type=OrderStatus) == "Frozen"


def test_an_unknown_value_is_sent_as_it_came() -> None:
    assert msgspec.json.encode(OrderStatus("Frozen")) == b'"Frozen"'
    assert json.dumps(OrderStatus("Frozen")) == '"Frozen"'


def test_unknown_values_do_not_become_members() -> None:
    before = list(OrderStatus)
    OrderStatus("Frozen")
    assert list(OrderStatus) == before


def test_what_is_no_string_is_no_value() -> None:
    with pytest.raises(ValueError, match="5 is not a valid OrderStatus"):
        OrderStatus(5)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", [OrderStatus.PENDING, OrderStatus("Frozen")])
def test_values_survive_pickling_and_copying(status: OrderStatus) -> None:
    for again in (pickle.loads(pickle.dumps(status)), copy.copy(status), copy.deepcopy(status)):
        assert type(again) is OrderStatus
        assert again == status
        assert again.is_known == status.is_known


def test_a_copy_of_a_member_is_the_member() -> None:
    assert copy.deepcopy([OrderStatus.PENDING])[0] is OrderStatus.PENDING


def test_repr_marks_what_is_not_documented() -> None:
    assert repr(OrderStatus.PENDING) == "<OrderStatus.PENDING: 'Pending'>"
    assert repr(OrderStatus("Frozen")) == "<OrderStatus: 'Frozen' (unknown)>"


def test_str_is_the_value() -> None:
    assert str(OrderStatus("Frozen")) == "Frozen"
    assert f"{OrderStatus.PENDING}" == "Pending"


def test_an_argument_may_be_a_plain_string() -> None:
    assert enum_value(Currency, "TRY") is Currency.TRY
    assert enum_value(Currency, Currency.GBP) is Currency.GBP
    assert enum_value(Currency, "XAU") == "XAU"


def test_an_argument_that_is_no_string_is_left_to_the_check_of_the_request() -> None:
    assert enum_value(Currency, UNSET) is UNSET
    assert enum_value(Currency, None) is None
