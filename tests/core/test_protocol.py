"""An operation and its arguments become exactly one request."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from minted_async import models
from minted_async.core.config import HeaderOptions
from minted_async.core.operation import Operation
from minted_async.core.protocol import Request, Response, build_request, check_path, encode_target
from minted_async.errors import ArgumentError
from minted_async.generated import requests

SETTINGS = HeaderOptions()
READ: Operation[Any] = Operation(
    id="orders.get", method="GET", path="/partner/order/{external_order_id}", result=object, api_version="2"
)
TWO: Operation[Any] = Operation(id="two", method="GET", path="/a/{first}/b/{second}", result=object)
WRITE: Operation[Any] = Operation(id="orders.sell", method="POST", path="/partner/sell", result=object)

SEGMENTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: text not in (".", "..")
)
FINITE = st.decimals(allow_nan=False, allow_infinity=False)


@given(SEGMENTS)
def test_a_path_value_is_one_segment_whatever_it_holds(value: str) -> None:
    target = encode_target(READ, (value,))
    segments = target.split("/")
    assert segments[:3] == ["", "partner", "order"]
    assert [unquote(segment) for segment in segments[3:]] == [value]
    assert urlsplit(target).query == urlsplit(target).fragment == ""
    assert target.isascii()
    assert target.isprintable()


@given(SEGMENTS, SEGMENTS)
def test_values_do_not_change_places(first: str, second: str) -> None:
    assert [unquote(part) for part in encode_target(TWO, (first, second)).split("/")] == [
        "",
        "a",
        first,
        "b",
        second,
    ]


def test_a_value_that_looks_like_a_placeholder_stays_a_value() -> None:
    assert encode_target(TWO, ("{second}", "x")) == "/a/%7Bsecond%7D/b/x"


@pytest.mark.parametrize("path", [("a",), ("a", "b", "c")])
def test_the_number_of_values_must_fit(path: tuple[str, ...]) -> None:
    with pytest.raises(TypeError, match="takes 2 path values"):
        encode_target(TWO, path)


@given(st.dictionaries(st.text(min_size=1).filter(str.isprintable), st.text().filter(str.isprintable)))
def test_a_query_comes_back_as_it_was(query: dict[str, str]) -> None:
    target = encode_target(WRITE, (), query)
    assert dict(parse_qsl(urlsplit(target).query, keep_blank_values=True)) == query


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (5, "5"),
        (Decimal("1.50"), "1.50"),
        (Decimal("1E+3"), "1000"),
        ("a&b=c d+ü", "a%26b%3Dc%20d%2B%C3%BC"),
        (date(2024, 1, 31), "2024-01-31"),
        (models.Currency.TRY, "TRY"),
        ("", ""),
    ],
)
def test_query_values(value: object, text: str) -> None:
    assert encode_target(WRITE, (), {"q": value}) == f"/partner/sell?q={text}"


def test_absent_query_parameters_are_left_out() -> None:
    assert encode_target(WRITE, (), {"a": UNSET}) == "/partner/sell"
    assert encode_target(WRITE, (), {"a": UNSET, "b": 1}) == "/partner/sell?b=1"


@pytest.mark.parametrize("value", [None, 0.5, [1], {"a": 1}, b"a"])
def test_what_no_query_can_carry_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match=r"^q "):
        encode_target(WRITE, (), {"q": value})


@given(FINITE)
def test_any_finite_decimal_is_sent_exactly(amount: Decimal) -> None:
    body = requests.SellRequest(
        price_token="T", external_id="O", items=[models.SellItem(sku="GAU", amount=amount)]
    )
    sent = build_request(WRITE, SETTINGS, body=body).body
    assert sent is not None
    read = json.loads(sent, parse_float=Decimal, parse_int=Decimal)["items"][0]["amount"]
    assert read == amount
    assert read.as_tuple() == amount.as_tuple()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | FINITE | st.text(st.characters(codec="utf-8")),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    )
)
def test_plain_values_are_sent_exactly(value: Any) -> None:
    sent = build_request(WRITE, SETTINGS, json=value).body
    assert sent is not None
    assert json.loads(sent, parse_float=Decimal) == value


def test_fields_that_are_unset_do_not_go_out() -> None:
    request = build_request(WRITE, SETTINGS, body=requests.FindOrderRequest(external_id="O"))
    assert request.body == b'{"external_id":"O"}'


def headers_of(request: Request) -> dict[str, str]:
    sent = request.write("", "Host: api.example.com\r\n", None)
    first, *lines = sent.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    assert first == f"{request.operation.method} {request.target} HTTP/1.1"
    return {name: value for name, _, value in (line.partition(": ") for line in lines)}


def test_headers_of_a_request_with_a_body() -> None:
    options = HeaderOptions(locale="en", client_id="app", user_agent="test")
    request = build_request(WRITE, options, body=requests.FindOrderRequest())
    assert headers_of(request) == {
        "Host": "api.example.com",
        "User-Agent": "test",
        "Accept": "application/json",
        "Accept-Encoding": "gzip, deflate",
        "Accept-Language": "en",
        "x-client-id": "app",
        "Content-Type": "application/json",
        "Content-Length": "2",
    }


def test_headers_of_a_request_without_a_body() -> None:
    request = build_request(READ, SETTINGS, path=("A",))
    assert request.body is None
    headers = headers_of(request)
    assert headers["api-version"] == "2"
    assert not {"Content-Type", "Content-Length"} & set(headers)


def test_a_request_that_could_have_a_body_says_that_it_has_none() -> None:
    assert headers_of(build_request(WRITE, SETTINGS))["Content-Length"] == "0"


def test_the_clients_api_version_wins_over_the_operations() -> None:
    request = build_request(READ, HeaderOptions(api_version="7"), path=("A",))
    assert headers_of(request)["api-version"] == "7"


def test_further_headers_replace_those_of_the_same_name_in_any_case() -> None:
    settings = HeaderOptions(headers={"ACCEPT-language": "de", "X-Trace": "1"})
    headers = headers_of(build_request(READ, settings, path=("A",)))
    assert headers["ACCEPT-language"] == "de"
    assert headers["X-Trace"] == "1"
    assert [name.lower() for name in headers].count("accept-language") == 1


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ((), requests.FindOrderRequest(external_id="O"), "O"),
        (
            ("CST-1",),
            requests.UpdateCustomerRequest(firstname="", lastname="", phone="", identity_number=""),
            "CST-1",
        ),
        ((), requests.FindOrderRequest(guid="G"), None),
    ],
)
def test_the_id_in_a_request_is_found_for_errors(
    path: tuple[str, ...], body: Any, expected: str | None
) -> None:
    operation: Operation[Any] = Operation(
        id="x", method="PATCH", path="/c/{external_customer_id}" if path else "/c", result=object
    )
    assert build_request(operation, SETTINGS, path=path, body=body).external_id == expected


def test_the_id_is_found_in_plain_values_too() -> None:
    assert build_request(WRITE, SETTINGS, json={"external_id": "O"}).external_id == "O"
    assert build_request(WRITE, SETTINGS, json=["O"]).external_id is None


def test_a_secret_in_the_path_is_no_id() -> None:
    operation: Operation[Any] = Operation(id="x", method="DELETE", path="/cards/{card_token}", result=object)
    assert build_request(operation, SETTINGS, path=("SECRET",)).external_id is None


def test_requests_and_responses_do_not_show_what_they_hold() -> None:
    request = build_request(WRITE, SETTINGS, json={"card_number": "4111"})
    assert "4111" not in repr(request)
    assert "4111" not in repr(Response(200, {"X": "4111"}, b"4111"))


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/partner/x", "/partner/x"),
        ("/partner/a b/ü", "/partner/a%20b/%C3%BC"),
        ("/partner/a%2Fb", "/partner/a%2Fb"),
        ("/partner/{id}", "/partner/%7Bid%7D"),
        ("/partner/x\r\nX-Other: 1", "/partner/x%0D%0AX-Other:%201"),
        ("/partner/...", "/partner/..."),
        ("/", "/"),
    ],
)
def test_a_path_that_was_written_out_is_sent_as_it_is_but_encoded(path: str, sent: str) -> None:
    assert check_path(path) == sent


def test_placeholders_of_a_path_can_be_kept() -> None:
    assert check_path("/partner/{id}", placeholders=True) == "/partner/{id}"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "partner/x",
        "//evil.example.com/x",
        "https://evil.example.com/",
        "/partner/x?y=1",
        "/partner/x#y",
        "/partner/../admin",
        "/partner/.",
        "/partner/%2e%2E/admin",
        "/partner/.%2e",
        "/partner/\ud800",
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(ArgumentError, match=r"^path "):
        check_path(path)


def test_a_path_must_be_a_string() -> None:
    with pytest.raises(TypeError, match="path must be a str, not bytes"):
        check_path(b"/partner")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
