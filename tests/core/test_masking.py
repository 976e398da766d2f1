"""Secrets are masked however they are spelled."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from minted_async import models
from minted_async.core.masking import (
    EXCERPT_LENGTH,
    SECRET_FIELDS,
    excerpt,
    mask_headers,
    mask_json,
    mask_text,
    secret_values,
)
from minted_async.generated import models as generated
from minted_async.generated import requests

# A star is what the mask is made of, and a lone surrogate cannot be sent at all.
SECRETS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="*"), min_size=1, max_size=30)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def php(text: str) -> str:
    return json.dumps(text).replace("/", "\\/")


SPELLINGS: list[Callable[[str], str]] = [
    str,
    json.dumps,
    php,
    lambda text: json.dumps(text, ensure_ascii=False),
    lambda text: json.dumps(json.dumps(text)),
    html.escape,
    lambda text: html.escape(text, quote=False),
    lambda text: quote(text, safe=""),
    quote_plus,
    lambda text: "".join(
        f"&#{ord(character)};" if not character.isalnum() else character for character in text
    ),
]


@given(ANY_TEXT, SECRETS, ANY_TEXT, st.sampled_from(SPELLINGS))
def test_a_known_secret_never_survives_in_any_spelling(
    before: str, secret: str, after: str, spell: Callable[[str], str]
) -> None:
    spelled = spell(secret)
    masked = mask_text(before + spelled + after, [secret])
    assert secret not in masked
    assert spelled not in masked or spelled in before + after


@pytest.mark.parametrize(
    ("spelled", "secret"),
    [
        ("a+b", "a b"),
        ("a%20b", "a b"),
        ("a\\u0020b", "a b"),
        ("\\u00FC\\u00fc%c3%bc&#252;&#xFC;", "üüüüü"),
        ("\\ud83d\\ude00", "😀"),
        ("a\\/b%2fc", "a/b/c"),
        ("&lt;&amp;&quot;&#39;&#x27;", "<&\"''"),
    ],
)
def test_spellings_of_a_secret(spelled: str, secret: str) -> None:
    assert mask_text(f"[{spelled}]", [secret]) == "[***]"


@given(ANY_TEXT, st.lists(SECRETS, min_size=1, max_size=4))
def test_no_known_secret_survives_among_others(text: str, secrets: list[str]) -> None:
    masked = mask_text(text.join(secrets), secrets)
    assert not any(secret in masked for secret in secrets)


@given(st.sampled_from(sorted(SECRET_FIELDS)), SECRETS.filter(lambda text: len(text) > 5))
def test_a_secret_under_its_name_in_json_is_masked_without_being_known(name: str, secret: str) -> None:
    whole = json.dumps({"a": "before", name: secret, "b": "after"}, ensure_ascii=False)
    masked = mask_text(whole)
    assert json.loads(masked) == {"a": "before", name: "***", "b": "after"}


@given(st.data())
def test_a_secret_in_json_that_is_cut_off_is_masked(data: st.DataObject) -> None:
    whole = '{"data": {"card_number": "4111\\"11ABCDEF", "x": 1}}'
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    masked = mask_text(cut)
    assert "4111" not in masked
    assert "ABC" not in masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('{"card_cvv":123}', '{"card_cvv":"***"}'),
        ('{"card_cvv" : null }', '{"card_cvv" : "***" }'),
        ('{"Card_Number":"5"}', '{"Card_Number":"***"}'),
        ('{"my_token":"5"}', '{"my_token":"5"}'),
        ('{"identity_number":["is required"]}', '{"identity_number":["is required"]}'),
        ('{"token":{"id":5}}', '{"token":{"id":5}}'),
        (r'{"message":"got {\"card_cvv\":\"123\"}"}', r'{"message":"got {\"card_cvv\":***}"}'),
        (r'{"message":"got {\"card_cvv\":123}"}', r'{"message":"got {\"card_cvv\":***}"}'),
        (r'{"message":"got {\"price_token\":\"ab', r'{"message":"got {\"price_token\":***'),
        ("price_token=abc%2F&x=1", "price_token=***&x=1"),
        ("<p>password=abc</p>", "<p>password=***</p>"),
        ("/partner?card_token=abc", "/partner?card_token=***"),
        ("my_password=abc", "my_password=abc"),
    ],
)
def test_secrets_by_name(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    "number", ["4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "378282246310005"]
)
def test_card_numbers_are_masked_wherever_they_stand(number: str) -> None:
    assert mask_text(f"card {number} was refused") == "card *** was refused"


@pytest.mark.parametrize(
    "text", ["1731.3000000000000001", "4111111111111112", "1700000000000", "12345678901"]
)
def test_other_numbers_stay_readable(text: str) -> None:
    assert mask_text(text) == text


def test_no_secrets_leave_a_text_as_it_is() -> None:
    assert mask_text("all is well", ["", "nothing"]) == "all is well"


def test_an_excerpt_is_masked_before_it_is_cut() -> None:
    secret = "S" * 20
    body = (" " * (EXCERPT_LENGTH - 10) + secret + "tail").encode()
    assert "S" not in excerpt(body, [secret])


def test_an_excerpt_is_short_and_readable_whatever_the_bytes() -> None:
    text = excerpt(b"\xff\xfe" + b"a" * 10_000)
    assert len(text) == EXCERPT_LENGTH
    assert text.startswith("\ufffd\ufffda")


def test_credentials_in_headers_are_masked() -> None:
    headers = {
        "Authorization": "Digest x",
        "Set-Cookie": "sid=1",
        "X-Trace": "for TOK",
        "Location": "/?token=5",
    }
    assert mask_headers(headers, ["TOK"]) == {
        "authorization": "***",
        "set-cookie": "***",
        "x-trace": "for ***",
        "location": "/?token=***",
    }


def test_plain_values_are_masked_by_name_and_by_value() -> None:
    value = {
        "card_number": 4111,
        "identity_number": ["the value TOK is wrong"],
        "nested": [{"TOK": 1, "token": None, "price": 5}],
    }
    assert mask_json(value, ["TOK"]) == {
        "card_number": "***",
        "identity_number": ["the value *** is wrong"],
        "nested": [{"***": 1, "token": None, "price": 5}],
    }


@pytest.mark.parametrize(
    ("content", "secrets"),
    [
        (None, set[str]()),
        ("card_number", set[str]()),
        ({"card_number": "4111", "sku": "GAU"}, {"4111"}),
        ({"Card_Number": 4111}, {"4111"}),
        ([{"a": ({"cvv": "123"},)}], {"123"}),
        ({"token": {"id": ["A", "B"]}}, {"A", "B"}),
        ({"token": None, "password": UNSET}, set[str]()),
        (models.CardTokenPayment(card_token="T", card_cvv="9", customer_ip="::1"), {"T", "9"}),
        ((requests.PriceFixRequest(type="digital"), {"identity_number": "5"}, None), {"5"}),
    ],
)
def test_secret_values_of_a_request(content: Any, secrets: set[str]) -> None:
    assert secret_values(content) == secrets


def test_every_name_that_the_spec_marks_is_masked_in_text() -> None:
    kinds = [getattr(generated, name) for name in generated.__all__]
    marked: set[str] = set()
    for kind in kinds:
        if issubclass(kind, msgspec.Struct):
            names = {field.name: field.encode_name for field in msgspec.structs.fields(kind)}
            marked |= {names[name] for name in getattr(kind, "__secret_fields__", ())}
    assert marked
    assert marked <= SECRET_FIELDS
