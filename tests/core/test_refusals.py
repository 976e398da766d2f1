"""Answers that fail: the class by status, the API's own words, and what may have been carried out."""

from __future__ import annotations

import json
import pickle
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from multidict import CIMultiDict

from minted_async import models
from minted_async.core.config import HeaderOptions
from minted_async.core.operation import Operation
from minted_async.core.protocol import Request, Response, build_request
from minted_async.core.responses import read_response
from minted_async.errors import (
    APIError,
    AuthenticationError,
    DecodeError,
    MintedError,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitedError,
    ServerError,
    ValidationError,
)
from minted_async.generated import requests

READ: Operation[Any] = Operation(
    id="orders.get", method="GET", path="/o/{id}", result=object, idempotent=True
)
WRITE: Operation[Any] = Operation(id="orders.sell", method="POST", path="/o", result=models.OrderReceipt)
HTML = b"<html><title>502 Bad Gateway</title></html>"


def reading() -> Request:
    return build_request(READ, HeaderOptions(), path=("ORD-1",))


def writing(token: str = "PRICE-TOKEN") -> Request:
    body = requests.SellRequest(price_token=token, external_id="ORD-1", items=[])
    return build_request(WRITE, HeaderOptions(), body=body)


def refused(
    status: int, body: object, headers: dict[str, str] | None = None, *, request: Request | None = None
) -> MintedError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(MintedError) as caught:
        read_response(READ, request or reading(), Response(status, CIMultiDict(headers or {}), content))
    return caught.value


def api_error(status: int, body: object, headers: dict[str, str] | None = None, **options: Any) -> APIError:
    error = refused(status, body, headers, **options)
    assert isinstance(error, APIError)
    return error


def words(**fields: object) -> dict[str, object]:
    usual: dict[str, object] = {"data": list[str](), "success": False, "code": 17, "message": "hayır"}
    return usual | fields


@pytest.mark.parametrize("request_of", [reading, writing])
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, APIError),
        (400, APIError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (409, APIError),
        (422, ValidationError),
        (429, RateLimitedError),
        (500, ServerError),
        (502, ServerError),
        (503, ServerError),
        (599, ServerError),
    ],
)
def test_the_class_follows_the_status(request_of: Any, status: int, kind: type[APIError]) -> None:
    error = api_error(status, words(), {"X-Trace": "abc"}, request=request_of())
    assert type(error) is kind
    assert (error.status, error.code, error.message) == (status, 17, "hayır")
    assert error.operation == request_of().operation.id
    assert error.headers == {"x-trace": "abc"}
    assert error.body.startswith('{"data": []')
    assert str(error).startswith(
        f"{error.operation} of 'ORD-1': HTTP {status}, code 17: Minted says 'hayır'. "
    )
    assert str(error).endswith(kind.advice)


def test_the_fields_that_were_refused_are_named() -> None:
    fields = {"items.0.sku": ["Bu alan gerekli."], "phone": "Geçersiz."}
    error = api_error(422, words(errors=fields, message="Hata."))
    assert "Minted says 'Hata.'; items.0.sku: 'Bu alan gerekli.'; phone: 'Geçersiz.'. Nothing" in str(error)


def test_of_many_fields_the_first_are_named() -> None:
    error = api_error(422, words(errors={f"items.{number}.sku": ["?"] for number in range(40)}))
    assert "items.4.sku: '?'; and 35 more in `errors`. Nothing" in str(error)
    assert len(error.errors) == 40


def test_a_field_of_which_nothing_is_said_is_not_named() -> None:
    error = api_error(200, words(data={"current_page": 2, "data": list[object]()}))
    assert "Minted says 'hayır'. The server" in str(error)


def test_success_false_with_status_200_is_a_refusal() -> None:
    error = api_error(200, words(data=[]))
    assert (error.status, error.code, error.message, error.errors) == (200, 17, "hayır", None)


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"errors": {"sku": ["unknown"]}}, {"sku": ["unknown"]}),
        ({"data": {"sku": ["unknown"]}}, {"sku": ["unknown"]}),
        ({"errors": [], "data": {"sku": 1.50}}, {"sku": Decimal("1.5")}),
        ({"errors": None, "data": None}, None),
        ({"errors": {}, "data": ""}, None),
    ],
)
def test_details_are_kept(fields: dict[str, object], errors: object) -> None:
    assert api_error(422, words(**fields)).errors == errors


def test_details_that_cannot_be_read_are_shown_as_they_are() -> None:
    body = b'{"success": false, "data": [1e99999999999999999999, "PRICE-TOKEN"]}'
    assert api_error(422, body, request=writing()).errors == '[1e99999999999999999999, "***"]'


@pytest.mark.parametrize(
    ("fields", "code", "message"),
    [
        ({"code": "E17"}, "E17", "hayır"),
        ({"code": None, "message": None}, None, ""),
        ({"code": 1.5}, "1.5", "hayır"),
        ({"message": ["a", "b"]}, 17, '["a", "b"]'),
        ({"message": {"sku": ["unknown"]}}, 17, '{"sku": ["unknown"]}'),
        ({"message": 5}, 17, "5"),
    ],
)
def test_oddly_written_refusals_are_readable(fields: dict[str, object], code: object, message: str) -> None:
    error = api_error(200, words(**fields))
    assert (error.code, error.message) == (code, message)


def test_a_refusal_without_an_envelope_shows_its_first_bytes() -> None:
    error = api_error(404, b"<h1>nothing here</h1>")
    assert type(error) is NotFoundError
    assert (error.code, error.message, error.errors) == (None, "", None)
    assert error.body == "<h1>nothing here</h1>"
    assert "nothing here" in str(error)


def test_words_without_an_envelope_are_read_and_prove_nothing() -> None:
    """Web frameworks refuse arguments in a form of their own, before the API's code is asked."""
    body = {"message": "Geçersiz.", "errors": {"external_id": ["Kayıtlı."], "items.0.sku": ["Gerekli."]}}
    error = api_error(422, body, request=writing())
    assert (error.message, error.success) == ("Geçersiz.", None)
    assert "Minted says 'Geçersiz.'; external_id: 'Kayıtlı.'; items.0.sku: 'Gerekli.'. There may" in str(
        error
    )
    assert error.errors == body["errors"]
    assert isinstance(refused(500, body, request=writing()), OutcomeUnknownError)


def test_a_refusal_without_any_body_says_so() -> None:
    assert "the answer has no body" in str(api_error(403, b""))


@pytest.mark.parametrize(
    ("kind", "status", "advice"),
    [
        (AuthenticationError, 401, "Check user name and password"),
        (PermissionDeniedError, 403, "Ask Minted"),
        (NotFoundError, 404, "base_url"),
        (RateLimitedError, 429, "retry_after"),
    ],
)
def test_a_refusal_says_what_to_do(kind: type[APIError], status: int, advice: str) -> None:
    error = api_error(status, words())
    assert type(error) is kind
    assert advice in str(error)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_no_answer(status: int) -> None:
    error = api_error(status, b"", {"Location": "https://evil.example.com/"})
    assert type(error) is APIError
    assert "redirects are not followed: check base_url" in str(error)


@pytest.mark.parametrize(
    ("value", "seconds"), [("7", 7), ("Mon, 01 Jan 2001 00:00:00 GMT", 0), ("soon", None), (None, None)]
)
def test_retry_after_is_read(value: str | None, seconds: float | None) -> None:
    headers = {} if value is None else {"retry-after": value}
    assert api_error(429, words(), headers).retry_after == seconds


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 520])
@pytest.mark.parametrize("body", [HTML, b"", b'{"message": "Server Error"}', b'{"success": fal'])
def test_a_failure_in_foreign_words_leaves_a_change_unknown(status: int, body: bytes) -> None:
    error = refused(status, body, request=writing())
    assert isinstance(error, OutcomeUnknownError)
    assert (error.operation, error.external_id, error.status) == ("orders.sell", "ORD-1", status)
    assert isinstance(error.__cause__, APIError)
    assert error.__cause__.status == status
    assert error.__cause__.body == body.decode()


@pytest.mark.parametrize("status", [502, 503])
def test_a_failure_in_foreign_words_of_a_call_that_reads_is_a_server_error(status: int) -> None:
    error = api_error(status, HTML)
    assert type(error) is ServerError
    assert "502 Bad Gateway" in str(error)


@pytest.mark.parametrize("status", [400, 404, 413, 429])
def test_a_refusal_in_foreign_words_was_not_carried_out(status: int) -> None:
    assert isinstance(api_error(status, HTML, request=writing()), APIError)


@pytest.mark.parametrize(
    "body",
    [
        {"success": False, "message": "bad PRICE-TOKEN", "errors": {"price_token": "PRICE-TOKEN"}},
        {"success": False, "message": {"echo": "PRICE-TOKEN"}, "code": "PRICE-TOKEN"},
        {"success": False, "data": {"request": '{"price_token": "PRICE-TOKEN"}'}},
        b"<p>price_token=PRICE-TOKEN</p>",
        b"price_token=PRICE-TOKEN&sku=GAU",
        b"PRICE-TOKEN" * 100,
    ],
)
@pytest.mark.parametrize("status", [200, 422, 500])
def test_no_error_shows_a_secret_that_the_server_echoes(status: int, body: Any) -> None:
    error = refused(status, body, {"X-Echo": "PRICE-TOKEN"}, request=writing())
    shown = [
        repr(error),
        str(error),
        repr(error.__dict__),
        repr(error.__cause__),
        repr(getattr(error.__cause__, "__dict__", 0)),
    ]
    assert not [text for text in shown if "PRICE-TOKEN" in text]


@pytest.mark.parametrize("token", ['to"k\\en/+ü', "<tok>&'"])
def test_no_error_shows_a_secret_in_another_spelling(token: str) -> None:
    echo = {
        "success": False,
        "message": token,
        "errors": {"field": [token]},
        "data": json.dumps({"t": token}),
    }
    for body in (
        echo,
        json.dumps(echo).replace("/", "\\/").encode(),
        json.dumps(echo, ensure_ascii=False).encode(),
    ):
        error = api_error(422, body, request=writing(token))
        assert error.message == "***"
        assert error.errors == {"field": ["***"]}
        assert token not in error.body
        assert "ken" not in error.body.replace("token", "")


def test_an_unreadable_answer_of_a_call_that_reads_shows_no_secret() -> None:
    request = build_request(READ, HeaderOptions(), path=("ORD-1",), query={"card_number": "411"})
    error = refused(200, b'{"success": true, "data": 1e99999999999999999999, "card": "411"}', request=request)
    assert isinstance(error, DecodeError)
    assert "411" not in str(error) + error.body


def test_duplicate_headers_do_not_break_an_error() -> None:
    headers = CIMultiDict(
        [("Retry-After", "3"), ("Retry-After", "9"), ("Set-Cookie", "a"), ("Set-Cookie", "b")]
    )
    with pytest.raises(RateLimitedError) as caught:
        read_response(READ, reading(), Response(429, headers, b""))
    assert caught.value.retry_after == 3
    assert caught.value.headers["set-cookie"] == "***"


def test_an_id_that_is_refused_is_to_be_looked_up_before_another_one_orders_a_second_time() -> None:
    taken = {"success": False, "code": 4222, "message": "taken", "errors": {"external_id": ["taken"]}}
    error = api_error(422, taken, request=writing())
    assert (
        error.advice
        == "There may be something with this external_id already: look it up before you choose another."
    )
    assert str(error).endswith(error.advice)
    assert pickle.loads(pickle.dumps(error)).advice == error.advice
    assert api_error(422, taken).advice == ValidationError.advice  # a call that only reads has made nothing
    assert (
        api_error(422, {**taken, "errors": {"items.0.sku": ["?"]}}, request=writing()).advice
        == ValidationError.advice
    )


@pytest.mark.parametrize("body", [HTML, {"success": True, "data": 5}], ids=["no envelope", "no such order"])
def test_what_is_no_answer_to_a_question_names_the_id_that_was_asked_for(body: object) -> None:
    numbers: Operation[Any] = msgspec.structs.replace(READ, result=models.Order)
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(DecodeError, match=r"orders\.get of 'ORD-1': the answer"):
        read_response(numbers, reading(), Response(200, CIMultiDict(), content))
