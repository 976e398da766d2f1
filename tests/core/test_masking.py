"""Secrets are masked however they are spelled, in time that is linear in what is shown."""

from __future__ import annotations

import html
import json
import sys
from collections.abc import Callable
from decimal import Decimal
from types import FrameType
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Raw

from minted_async import models
from minted_async.core.masking import (
    DETAILS_LENGTH,
    EXCERPT_LENGTH,
    TEXT_LENGTH,
    Secrets,
    excerpt,
    mask_details,
    mask_headers,
    mask_json,
    mask_text,
    secret_values,
)
from minted_async.core.secret_names import SECRET_NAMES
from minted_async.generated import requests

# A star is what the mask is made of, and a lone surrogate cannot be sent at all.
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="*")
# Like every real one, a secret is more than punctuation.
SECRETS = st.builds(
    "{}{}{}".format,
    st.text(CHARACTERS, max_size=15),
    st.text("abcxyzABC", min_size=3, max_size=3),
    st.text(CHARACTERS, max_size=15),
)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
# Half an escape before a secret would swallow its first characters, and one begun by it what follows.
SURROUNDINGS = st.builds("{}{}".format, ANY_TEXT, st.sampled_from([" ", '"', "<", ">", ","]))


def known(*values: str) -> Secrets:
    return Secrets(frozenset(values))


def php(text: str) -> str:
    return json.dumps(text).replace("/", "\\/")


SPELLINGS: list[Callable[[str], str]] = [
    json.dumps,
    php,
    lambda text: json.dumps(text, ensure_ascii=False),
    lambda text: json.dumps(json.dumps(text)),
    lambda text: json.dumps(json.dumps(json.dumps(text))),
    html.escape,
    lambda text: html.escape(text, quote=False),
    lambda text: html.escape(json.dumps(text)),
    lambda text: json.dumps(html.escape(text)),
    lambda text: quote(text, safe=""),
    lambda text: quote(text, safe="").replace("%", "%25"),
    lambda text: json.dumps(quote(text)),
    quote_plus,
    lambda text: "".join(
        f"&#{ord(character)};" if not character.isalnum() else character for character in text
    ),
]


@given(ANY_TEXT, SECRETS, ANY_TEXT)
def test_a_known_secret_never_survives(before: str, secret: str, after: str) -> None:
    assert secret not in mask_text(before + secret + after, known(secret), limit=None)


@given(SURROUNDINGS, SECRETS, SURROUNDINGS, st.sampled_from(SPELLINGS))
def test_a_known_secret_never_survives_in_any_spelling(
    before: str, secret: str, after: str, spell: Callable[[str], str]
) -> None:
    spelled = spell(f"Q{secret}Q")
    spelled = spelled[spelled.index("Q") + 1 : spelled.rindex("Q")]
    masked = mask_text(f"{before}{spelled} {after}", known(secret), limit=None)
    assert secret not in masked
    assert spelled not in masked or spelled in before + after


@pytest.mark.parametrize(
    ("spelled", "secret"),
    [
        ("a+b", "a b"),
        ("a%20b", "a b"),
        ("a\\u0020b", "a b"),
        ("a\\nb", "a\nb"),
        ("\\u00FC\\u00fc%c3%bc&#252;&#xFC;", "üüüüü"),
        ("abc\\ud83d\\ude00", "abc😀"),
        ("a\\/b%2fc", "a/b/c"),
        ("&lt;&amp;&quot;&#39;&#x27;&apos;", "<&\"'''"),
        ("%2541%2542%2543", "ABC"),
    ],
)
def test_spellings_of_a_secret(spelled: str, secret: str) -> None:
    assert mask_text(f"[{spelled}]", known(secret)) == "[***]"


@given(ANY_TEXT, st.lists(SECRETS, min_size=1, max_size=4))
def test_no_known_secret_survives_among_others(text: str, secrets: list[str]) -> None:
    masked = mask_text(text.join(secrets), known(*secrets), limit=None)
    assert not any(secret in masked for secret in secrets)


@given(st.text("ab", min_size=100, max_size=300), st.integers(0, 3 * EXCERPT_LENGTH))
def test_a_long_secret_is_masked_to_its_end(secret: str, before: int) -> None:
    shown = excerpt(("-" * before + secret).encode(), known(secret))
    assert "a" not in shown
    assert "b" not in shown


@given(st.sampled_from(sorted(SECRET_NAMES)), st.text(CHARACTERS, min_size=6, max_size=30), st.integers(0, 3))
def test_a_secret_under_its_name_in_json_is_masked_without_being_known(
    name: str, secret: str, depth: int
) -> None:
    whole = json.dumps({"a": "before", name: secret, "b": "after"}, ensure_ascii=False)
    for _ in range(depth):
        whole = json.dumps(whole)
    masked = mask_text(whole, limit=None)
    for _ in range(depth):
        masked = json.loads(masked)
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
        ('{"card_cvv" : null }', '{"card_cvv" : null }'),
        ('{"cvc":""}', '{"cvc":"***"}'),
        ('{"Card-Number":"5"}', '{"Card-Number":"***"}'),
        ('{"cardNumber":"5"}', '{"cardNumber":"***"}'),
        ('{"my_token":"5"}', '{"my_token":"***"}'),
        ('{"company":"5"}', '{"company":"5"}'),
        ('{"identity_number":["is required"]}', '{"identity_number":["is required"]}'),
        ('{"token":{"id":5}}', '{"token":{"id":5}}'),
        (r'{"message":"got {\"card_cvv\":\"1\\\"23\"}"}', r'{"message":"got {\"card_cvv\":\"***\"}"}'),
        (r'{"message":"got {\"card_cvv\":123}"}', r'{"message":"got {\"card_cvv\":\"***\"}"}'),
        (r'{"message":"got {\"price_token\":\"ab', r'{"message":"got {\"price_token\":\"***'),
        ("<p>{&quot;cvc&quot;:&quot;987&quot;}</p>", "<p>{&quot;cvc&quot;:&quot;***&quot;}</p>"),
        ("price_token=abc%2F&x=1", "price_token=***&x=1"),
        ("card[pan]=5&x=1", "card[pan]=***&x=1"),
        ("<p>password=abc</p>", "<p>password=***</p>"),
        ("user='me' password='a b'", "user='me' password='***'"),
        ("/partner?card_token=abc", "/partner?card_token=***"),
        ("?next=%2Fpay%3Fotp%3D123456%26x", "?next=%2Fpay%3Fotp%3D***%26x"),
        ("company=abc", "company=abc"),
    ],
)
def test_secrets_by_name(text: str, masked: str) -> None:
    assert mask_text(text) == masked


SPELLED: list[Callable[[str], str]] = [
    lambda text: text,
    html.escape,
    quote,
    lambda text: json.dumps([text]),
    lambda text: json.dumps(json.dumps([text])),
    lambda text: text.replace('"', ""),
    str.upper,
]


@pytest.mark.parametrize("spelled", SPELLED)
def test_the_proof_in_a_header_that_is_sent_back_is_masked(spelled: Callable[[str], str]) -> None:
    proof = "0123456789abcdef" * 4
    header = f'Digest username="user", nonce="n", uri="/x", nc=00000001, response="{proof}"'
    masked = mask_text(f"<pre>HTTP_AUTHORIZATION {spelled(header)}</pre>")
    assert proof not in masked.lower()
    assert "***" in masked
    assert mask_text("response=ok, response=2026") == "response=ok, response=2026"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("https://a.example/pay/AbC-1/callback/success", "https://a.example/pay/***/callback/success"),
        ("/pay/cards/AbC-1/callback/fail?code=050", "/pay/cards/***/callback/fail?code=050"),
        (
            r"to https:\/\/a.example\/pay\/AbC\/callback\/fail",
            r"to https:\/\/a.example\/pay\/***\/callback\/fail",
        ),
        ("?next=%2Fpay%2FAbC%2Fcallback%2Ffail", "?next=%2Fpay%2F***%2Fcallback%2Ffail"),
        ("/pay/AbC", "/pay/AbC"),
    ],
)
def test_the_token_in_the_address_of_a_callback_is_masked(text: str, masked: str) -> None:
    assert mask_text(text) == masked


CARDS = [
    "4111111111111111",
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "378282246310005",
    "3782 822463 10005",
]


@pytest.mark.parametrize("number", CARDS)
@pytest.mark.parametrize(
    "text",
    ["card {} was refused", "No.{}.", "{} 123", "5551236 {}", "{}, 05/28", '{{"number":"{}"}}', "pan:{}"],
)
def test_card_numbers_are_masked_wherever_they_stand(number: str, text: str) -> None:
    assert mask_text(text.format(number)) == text.format("***")


@pytest.mark.parametrize(
    "text",
    ["1731.3000000000000001", "4111111111111111.50", "4111111111111112", "1700000000000", "12345678901"],
)
def test_other_numbers_stay_readable(text: str) -> None:
    assert mask_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        '{"external_id":"4111111111111111"}',
        '{"orderId": 4111111111111111}',
        '{"sent":"{\\"external_id\\":\\"4111111111111111\\"}"}',
        "&quot;external_id&quot;:&quot;4111111111111111&quot;",
        "/orders?external_id=4111111111111111&x=1",
    ],
)
def test_an_id_is_shown_whatever_its_digits(text: str) -> None:
    assert mask_text(text) == text


def test_the_callers_own_id_is_shown_wherever_it_stands() -> None:
    ids = secret_values({"customer": {"external_id": "CST-4111111111111111"}})
    assert mask_text("no order of CST-4111111111111111", ids) == "no order of CST-4111111111111111"
    assert mask_text("5500005555555559 for 4111111111111111", ids) == "*** for 4111111111111111"


def test_an_address_of_the_callers_own_keeps_its_numbers() -> None:
    assert mask_text("/order/4111111111111111?cvc=987", cards=False) == "/order/4111111111111111?cvc=***"


def test_no_secrets_leave_a_text_as_it_is() -> None:
    assert mask_text("all is well", known("nothing")) == "all is well"


def test_an_excerpt_is_masked_before_it_is_cut() -> None:
    secret = "S" * 20
    body = (" " * (EXCERPT_LENGTH - 10) + secret + "tail").encode()
    assert "S" not in excerpt(body, known(secret))


@given(st.integers(1, 40), st.integers(0, 900), st.sampled_from(SPELLINGS))
def test_what_is_masked_does_not_draw_half_a_secret_into_an_excerpt(
    times: int, before: int, spell: Callable[[str], str]
) -> None:
    secret = 'Q"Z/' * 8
    text = '{"token":"' + "x" * before + '"} ' + spell(secret) * times
    shown = excerpt(text.encode(), known(secret))
    assert "Q" not in shown
    assert "Z" not in shown


def test_an_excerpt_is_short_and_readable_whatever_the_bytes() -> None:
    text = excerpt(b"\xff\xfe" + b"a" * 10_000)
    assert len(text) == EXCERPT_LENGTH
    assert text.startswith("\ufffd\ufffda")


def test_a_text_that_is_cut_says_so() -> None:
    assert mask_text("a" * (TEXT_LENGTH + 1)) == "a" * TEXT_LENGTH + "..."
    assert mask_text("a" * TEXT_LENGTH) == "a" * TEXT_LENGTH
    assert mask_text("a" * 100_000, limit=None) == "a" * 100_000


# What stops regular expressions, escapes and parsers.
PIECES = [
    *("\\", '\\"', '"', "1", "1 ", "1-", "1111 ", "token=", '"token":"', '\\"token\\":\\"', '"token"', " "),
    *("&#0", "0", "%", "%41", "\\u00", "\\u0041", "&amp;", "1000000014", "'", 'token="', "id=", '"id":1,'),
]


def lines_run(action: Callable[[], object]) -> int:
    """How many lines of Python an action takes: a measure that a busy machine does not change."""
    count = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        action()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("piece", PIECES)
def test_masking_twice_as_much_takes_twice_as_many_steps(piece: str) -> None:
    secrets = known("K2DDBjXj3rzrTGDqg67tspb5", "10000000146", "pass/word+x")
    short = lines_run(lambda: mask_text(piece * 300, secrets, limit=None))
    long = lines_run(lambda: mask_text(piece * 600, secrets, limit=None))
    assert long <= 2.2 * short + 100


@given(st.sampled_from(PIECES), st.sampled_from(PIECES))
def test_nothing_far_behind_the_cut_is_looked_at(piece: str, tail: str) -> None:
    secrets = known("K2DDBjXj3rzrTGDqg67tspb5", "10000000146", "pass/word+x")
    text = (piece * 4_000)[:4_000]
    assert mask_text(text + tail * 1_000, secrets) == mask_text(text + "-", secrets)
    assert excerpt((text + tail * 1_000).encode(), secrets) == excerpt(text.encode(), secrets)


@pytest.mark.parametrize("piece", ['"a"', "1", '"1111 1111 1111 1111"', '{"token":"a"}', "[]", '"\\\\"'])
def test_the_steps_for_the_details_of_a_refusal_are_bounded(piece: str) -> None:
    def steps(count: int) -> int:
        raw = f"[{','.join([piece] * count)}]".encode()
        return lines_run(lambda: mask_details(raw, known("10000000146")))

    assert steps(100_000) <= steps(DETAILS_LENGTH // (len(piece) + 1) - 2)


def test_details_are_plain_values_and_an_excerpt_if_they_are_long_or_no_json() -> None:
    assert mask_details(b'{"pin": "1234", "total": 1e-999999999}') == {
        "pin": "***",
        "total": Decimal("1e-999999999"),
    }
    assert mask_details(b'["pin=1234", ') == '["pin=***", '
    assert mask_details(b"[" * 5_000) == "[" * EXCERPT_LENGTH
    assert mask_details(Raw(b'"' + b"x" * DETAILS_LENGTH + b'"')) == '"' + "x" * (EXCERPT_LENGTH - 1)


def test_credentials_in_headers_are_masked() -> None:
    headers = {
        "Authorization": "Digest x",
        "Proxy-Authorization": "Basic x",
        "Authentication-Info": "nextnonce=x",
        "Set-Cookie": "sid=1",
        "X-Api-Key": "k",
        "X-Trace": "for TOK",
        "Location": "/?token=5",
    }
    assert mask_headers(headers, known("TOK")) == {
        "authorization": "***",
        "proxy-authorization": "***",
        "authentication-info": "***",
        "set-cookie": "***",
        "x-api-key": "***",
        "x-trace": "for ***",
        "location": "/?token=***",
    }


def test_plain_values_are_masked_by_name_by_value_and_by_digits() -> None:
    value = {
        "card_number": 4111,
        "cvc": Decimal(987),
        "identity_number": ["the value TOK is wrong"],
        "nested": [{"TOK": 1, "token": None, "price": 5, "paid": True}],
        "number": Decimal("4111111111111111"),
        "order_id": 4111111111111111,
        "said": 90817,
    }
    assert mask_json(value, known("TOK", "90817")) == {
        "card_number": "***",
        "cvc": "***",
        "identity_number": ["the value *** is wrong"],
        "nested": [{"***": 1, "token": None, "price": 5, "paid": True}],
        "number": "***",
        "order_id": 4111111111111111,
        "said": "***",
    }


@pytest.mark.parametrize(
    ("content", "secrets"),
    [
        (None, set[str]()),
        ("card_number", set[str]()),
        ({"card_number": "4111", "sku": "GAU"}, {"4111"}),
        ({"Card_Number": 4111}, {"4111"}),
        ({"card": {"cvc": "987", "securityCode": "654", "IBAN": "TR1"}}, {"987", "654", "TR1"}),
        ([{"a": ({"cvv": "123"},)}], {"123"}),
        ({"token": {"id": ["ABC", "DEF"]}}, {"ABC", "DEF"}),
        ({"token": None, "password": UNSET}, set[str]()),
        ({"expire_month": "12", "pin": True}, set[str]()),
        (models.CardTokenPayment(card_token="TOKEN", card_cvv="987", customer_ip="::1"), {"TOKEN", "987"}),
        ((requests.PriceFixRequest(type="digital"), {"identity_number": "555"}, None), {"555"}),
    ],
)
def test_secret_values_of_a_request(content: Any, secrets: set[str]) -> None:
    assert secret_values(content).values == secrets


def test_what_is_known_to_be_secret_is_not_printed() -> None:
    assert "hunter2" not in repr(secret_values({"password": "hunter2"}))
