"""Addresses at which a browser comes back: those of the documentation are read, all others are refused."""

from __future__ import annotations

import pickle
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from minted_async import callbacks
from minted_async.callbacks import Callback
from minted_async.errors import ArgumentError

TOKEN = "AbCdEfGhIjKlMnOpQrStUvWxYz012345"
REASON = "Kart limiti yetersiz, lütfen başka bir kart deneyin & tekrar edin"
HOST = "https://api.staging.mintedconnect.com"


@pytest.mark.parametrize("about", ["payment", "card"])
@pytest.mark.parametrize("end", ["success", "fail"])
@pytest.mark.parametrize("host", [HOST, "http://127.0.0.1:8000", "https://[::1]", "HTTPS://shop.example", ""])
def test_what_has_ended_and_how(about: str, end: str, host: str) -> None:
    cards = "cards/" if about == "card" else ""
    back = callbacks.read(f"{host}/pay/{cards}{TOKEN}/callback/{end}")
    assert (back.about, back.succeeded, back.token) == (about, end == "success", TOKEN)
    assert (back.reason, back.code) == (None, None)


@pytest.mark.parametrize("encode", [quote, quote_plus])
def test_why_it_failed(encode: type[str]) -> None:
    back = callbacks.read(f"{HOST}/pay/cards/{TOKEN}/callback/fail?reason={encode(REASON)}&code=050")
    assert (back.reason, back.code) == (REASON, "050")


@pytest.mark.parametrize(
    ("query", "reason", "code"),
    [
        ("?", None, None),
        ("?code=050", None, "050"),
        ("?reason=&code=", "", ""),
        ("?code=050&something=else", None, "050"),
        ("?reason=a;b&code=1", "a;b", "1"),
        ("?reason=100%25", "100%", None),
        ("?reason=10%C2%A0TL", "10\xa0TL", None),
    ],
)
def test_what_the_query_may_leave_out_and_add(query: str, reason: str | None, code: str | None) -> None:
    back = callbacks.read(f"/pay/{TOKEN}/callback/fail{query}")
    assert (back.reason, back.code) == (reason, code)


PAYMENT = f"/pay/{TOKEN}/callback"
HOSTILE = {
    "another path": f"/pay/{TOKEN}/return/success",
    "a path in front": f"{HOST}/shop{PAYMENT}/success",
    "a path behind": f"{PAYMENT}/success/x",
    "a slash behind": f"{PAYMENT}/success/",
    "two slashes": f"/pay//{TOKEN}/callback/success",
    "parameters of the path": f"{PAYMENT}/success;x=1",
    "another end": f"{PAYMENT}/SUCCESS",
    "both ends": f"{PAYMENT}/success|fail",
    "no end": f"{PAYMENT}/",
    "no token": "/pay//callback/success",
    "no token of a card": "/pay/cards/callback/success",
    "a dot segment": "/pay/../callback/success",
    "dot segments in front": f"/x/../pay/{TOKEN}/callback/success",
    "a percent-encoded token": "/pay/%41bC/callback/success",
    "a percent-encoded slash": f"/pay/cards%2F{TOKEN}/callback/success",
    "a percent-encoded end": f"{PAYMENT}/%73uccess",
    "a relative path": f"pay/{TOKEN}/callback/success",
    "a query alone": "reason=x&code=050",
    "nothing": "",
    "a user name": f"https://api.staging.mintedconnect.com@evil.example{PAYMENT}/success",
    "a user name and a password": f"https://user:word@shop.example{PAYMENT}/success",
    "an empty user name": f"https://@shop.example{PAYMENT}/success",
    "no scheme": f"//evil.example{PAYMENT}/success",
    "no host": f"https://{PAYMENT}/success",
    "one slash": f"https:{PAYMENT}/success",
    "a port alone": f"https://:443{PAYMENT}/success",
    "another scheme": f"ftp://shop.example{PAYMENT}/success",
    "a script": f"javascript:{PAYMENT}/success",
    "a port that is none": f"https://shop.example:99999{PAYMENT}/success",
    "port zero": f"https://shop.example:0{PAYMENT}/success",
    "a port in words": f"https://shop.example:https{PAYMENT}/success",
    "half a bracket": f"https://[::1{PAYMENT}/success",
    "a fragment": f"{PAYMENT}/fail#/success",
    "a backslash": f"https://shop.example\\@evil.example{PAYMENT}/success",
    "a space in front": f" {HOST}{PAYMENT}/success",
    "a line break behind": f"{HOST}{PAYMENT}/success\n",
    "a tab inside": f"{HOST}{PAYMENT}/suc\tcess",
    "a null": f"{HOST}{PAYMENT}/success\0",
    "letters beyond ASCII": f"{HOST}/pay/tökеn/callback/success",
    "digits beyond ASCII": "/pay/٠١٢/callback/success",
    "a lone surrogate": f"{PAYMENT}/fail?reason=\ud800",
    "a parameter twice": f"{PAYMENT}/fail?code=050&code=000",
    "a parameter twice, once encoded": f"{PAYMENT}/fail?code=050&c%6Fde=000",
    "an unknown parameter twice": f"{PAYMENT}/fail?x=1&x=2",
    "a parameter without a value": f"{PAYMENT}/fail?code",
    "an empty parameter": f"{PAYMENT}/fail?code=1&&reason=2",
    "an escape of nothing": f"{PAYMENT}/fail?reason=%zz",
    "half an escape": f"{PAYMENT}/fail?reason=%4",
    "bytes that are no text": f"{PAYMENT}/fail?reason=%ff",
    "an escaped surrogate": f"{PAYMENT}/fail?reason=%ED%A0%80",
    "an escaped null": f"{PAYMENT}/fail?reason=%00",
    "an escaped line break": f"{PAYMENT}/fail?reason=a%0Ab",
    "an escape sequence": f"{PAYMENT}/fail?reason=%1B%5B31m",
    "a change of direction": f"{PAYMENT}/fail?reason=%E2%80%AE",
    "a huge token": f"/pay/{'a' * 9000}/callback/success",
    "a huge reason": f"{PAYMENT}/fail?reason={'a' * 9000}",
    "many parameters": f"{PAYMENT}/fail?{'&'.join(f'{n}=' for n in range(5000))}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_such_address_is_refused_and_not_shown(name: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        callbacks.read(HOSTILE[name])
    assert refused.value.argument == "url"
    assert TOKEN not in str(refused.value)
    assert "example" not in str(refused.value)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("value", [None, b"/pay/x/callback/success", 1])
def test_what_is_no_text_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError, match="url must be a str"):
        callbacks.read(value)  # type: ignore[arg-type]


def test_the_longest_address_is_read() -> None:
    begin = f"{PAYMENT}/fail?reason="
    assert callbacks.read(begin + "a" * (8192 - len(begin))).reason
    with pytest.raises(ArgumentError, match="8192"):
        callbacks.read(begin + "a" * (8193 - len(begin)))


def test_no_secret_is_in_its_repr() -> None:
    card = "4111111111111111"
    back = callbacks.read(f"{HOST}/pay/cards/{TOKEN}/callback/fail?reason=card+{card}+refused&code=050")
    assert TOKEN not in repr(back)
    assert card not in repr(back)
    assert "card *** refused" in repr(back)
    assert "code='050'" in repr(back)
    assert back.reason == f"card {card} refused"
    assert pickle.loads(pickle.dumps(back)) == back


ADDRESS = st.builds(
    "{}/pay/{}{}/callback/{}{}".format,
    st.sampled_from(["", HOST, "https://a@b", "//c"]),
    st.sampled_from(["", "cards/", "cards", "%"]),
    st.text(st.characters(codec="utf-8"), max_size=6),
    st.sampled_from(["success", "fail", "fail ", "fail?"]),
    st.text(st.sampled_from("&=%a0;+?#é\n"), max_size=12),
)


@given(ADDRESS | st.text())
@example("https://[")
@example("https://[v1.x]/pay/a/callback/success")
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        back = callbacks.read(text)
    except ArgumentError:
        return
    assert isinstance(back, Callback)
    assert f"/{back.token}/callback/{'success' if back.succeeded else 'fail'}" in text
