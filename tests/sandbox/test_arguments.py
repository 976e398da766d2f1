"""What is given to the sandbox is refused where it is given if it cannot be meant."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast

import pytest

from minted_async.sandbox import Answer, Faults, Fees, Sandbox


def set_faults(faults: Any) -> None:
    Sandbox().faults = faults


TAKERS: dict[str, Callable[..., Any]] = {
    "Answer": Answer,
    "Faults": Faults,
    "Fees": Fees,
    "Sandbox": Sandbox,
    "advance": Sandbox().advance,
    "balances": Sandbox().balances,
    "change_password": Sandbox().change_password,
    "fail_next": Sandbox().fail_next,
    "faults": set_faults,
    "decline_next": Sandbox().ecom.decline_next,
    "fill_basket of Ecom": Sandbox().ecom.fill_basket,
    "fill_basket of Walletable": Sandbox().walletable.fill_basket,
    "route": Sandbox().route,
    "wallet": Sandbox().walletable.wallet,
    "webview_token": Sandbox().ecom.webview_token,
}
GIVEN: dict[str, object] = {
    "answer": 1,
    "customer_external_id": "CST-1",
    "fault": "delay",
    "items": {},
    "method": "GET",
    "path": "/x",
}
ANY = {("fail_next", "optional"), ("route", "answer")}
"""Whatever is true or false, and whatever can be written as JSON."""


ARGUMENTS = [
    (taker, name)
    for taker, function in TAKERS.items()
    for name in inspect.signature(function).parameters
    if (taker, name) not in ANY
]


@pytest.mark.parametrize(("taker", "name"), ARGUMENTS)
def test_an_argument_of_the_wrong_type_is_named(taker: str, name: str) -> None:
    function = TAKERS[taker]
    needed = {other: GIVEN[other] for other in inspect.signature(function).parameters if other in GIVEN}
    with pytest.raises(TypeError, match=rf"\b{name}\b"):
        function(**(needed | {name: object()}))


def test_an_argument_of_a_kindred_type_is_taken() -> None:
    class Harsh(Faults):
        """A user's own."""

    class Money(Decimal):
        """A user's own."""

    assert Sandbox(faults=Harsh(truncate=1)).faults.truncate == 1
    assert Sandbox(starting_cash=Money(5), price_ttl=5, status_delays=(0, 1), port=0).faults == Faults()
    assert Fees(vat=Money(5)).vat == Fees(vat=cast(Any, 5)).vat == 5


def test_what_a_wrong_argument_is_stays_unsaid() -> None:
    wrong: Any = b"s3cret"
    with pytest.raises(TypeError, match="password") as refused:
        Sandbox(password=wrong)
    assert "s3cret" not in str(refused.value)


def test_an_argument_that_nobody_knows_is_named() -> None:
    unknown: Any = {"price_tl": 10}
    with pytest.raises(TypeError, match=r"Sandbox.*price_tl"):
        Sandbox(**unknown)


@pytest.mark.parametrize(
    "arguments",
    [
        {"price_ttl": 0},
        {"price_ttl": Decimal("NaN")},
        {"status_delays": (2, 1)},
        {"currency": "JPY"},
        {"starting_cash": Decimal("NaN")},
        {"delivery_fee": -1},
        {"port": -1},
        {"port": 65536},
        {"max_requests": -1},
        {"max_requests": 10**100},
    ],
)
def test_settings_that_make_no_sense_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(arguments))):
        Sandbox(**arguments)
