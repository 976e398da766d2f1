"""Reading WWW-Authenticate: many forms of the same challenge, and nothing that could do harm."""

from __future__ import annotations

import hashlib
import runpy
import time
from collections import Counter
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minted_async.core.digest import challenge as challenge_module
from minted_async.core.digest.challenge import (
    HASHES,
    Challenge,
    UnusableChallengeError,
    choose_challenge,
    read_offers,
    read_parameters,
    sendable,
)

DIGEST = 'Digest realm="r", nonce="n"'


def test_every_parameter_of_a_full_challenge_is_read() -> None:
    header = (
        'Digest realm="api@example.org", domain="/a /b https://x.example/c", qop="auth, auth-int", '
        'algorithm=SHA-256, nonce="abc", opaque="xyz", stale=true, charset=UTF-8, userhash=true'
    )
    challenge = choose_challenge([header])
    assert challenge == Challenge(
        realm="api@example.org",
        nonce="abc",
        algorithm="SHA-256",
        qop="auth",
        opaque="xyz",
        domain=("/a", "/b", "https://x.example/c"),
        userhash=True,
        charset="UTF-8",
    )
    assert challenge.stale


def test_a_minimal_challenge_has_no_options() -> None:
    challenge = choose_challenge([DIGEST])
    assert challenge == Challenge(realm="r", nonce="n")
    assert not challenge.stale
    assert (challenge.hash_name, challenge.session) == ("MD5", False)


@pytest.mark.parametrize(
    "header",
    [
        'Digest realm="r", nonce="n"',
        "Digest realm=r, nonce=n",
        'digest REALM="r",NONCE="n"',
        'DIGEST   realm = "r" ,\tnonce\t=\t"n"',
        '  ,, Digest realm="r", , nonce="n",,',
        'Digest realm="r" nonce="n"',
        r'Digest realm="\r", nonce="\n"',
        'Digest realm="r", nonce="n", unknown="x, Basic realm=\\"y\\""',
        'Digest realm="r", nonce="n", realm="r"',
        'Digest realm="r", nonce="n", qop=""',
        'Basic realm="x, y", Digest realm="r", nonce="n"',
        'Digest realm="r", nonce="n", Basic realm="x"',
        'Negotiate, Digest realm="r", nonce="n"',
        'Negotiate YII==, NTLM abc/+-._~=, Digest realm="r", nonce="n", Bearer',
        'realm="lost", Digest realm="r", nonce="n"',
        'Digest @@@, Digest realm="r", nonce="n"',
        'Digest realm="bad" "bad, Digest realm="r", nonce="n"',
        'Digest nonce=x"y, Digest realm="r", nonce="n"',
    ],
)
def test_forms_that_servers_send_mean_the_same(header: str) -> None:
    assert choose_challenge([header]) == Challenge(realm="r", nonce="n")


def test_quoted_strings_are_unescaped() -> None:
    challenge = choose_challenge([r'Digest realm="a \"b\", c\\d", nonce="n"'])
    assert challenge.realm == r'a "b", c\d'


def test_unquoted_base64_is_read_whole() -> None:
    assert choose_challenge(["Digest realm=a@b.example, nonce=ab+/c=="]).nonce == "ab+/c=="


@pytest.mark.parametrize(
    "headers",
    [
        ['Basic realm="x"', DIGEST],
        [DIGEST, 'Basic realm="x"'],
        ["", DIGEST],
        ['Digest realm="x"', DIGEST],
        ['Digest realm="no end, nonce="x"', DIGEST],
        ['Digest realm="x", nonce="y", algorithm=SHA3-512', DIGEST],
        ['Digest realm="x", nonce="y\x00"', DIGEST],
        ['Digest realm="x", nonce="y", nonce="z"', DIGEST],
    ],
)
def test_the_good_challenge_is_found_among_several_headers(headers: list[str]) -> None:
    assert choose_challenge(headers) == Challenge(realm="r", nonce="n")


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        ("MD5", "SHA-256"),
        ("SHA-256", "SHA-512"),
        ("SHA-512", "SHA-512-256"),
        ("MD5", "SHA-256-sess"),
        ("SHA-256-sess", "SHA-256"),
        ("md5", "sha-256"),
    ],
)
@pytest.mark.parametrize("swap", [False, True])
def test_the_strongest_algorithm_is_chosen_wherever_it_stands(weaker: str, stronger: str, swap: bool) -> None:
    texts = [f'Digest realm="r", nonce="n", qop="auth", algorithm={name}' for name in (weaker, stronger)]
    if swap:
        texts.reverse()
    for headers in (texts, [", ".join(texts)]):
        assert choose_challenge(headers).algorithm == stronger


def test_no_algorithm_is_as_weak_as_md5() -> None:
    assert choose_challenge([DIGEST, DIGEST + ", algorithm=SHA-256"]).algorithm == "SHA-256"


@pytest.mark.parametrize(
    ("worse", "better"), [("", ', qop="auth"'), (', qop="auth-int"', ', qop="auth"'), ("", ", qop=auth-int")]
)
@pytest.mark.parametrize("swap", [False, True])
def test_the_better_qop_is_chosen_for_the_same_algorithm(worse: str, better: str, swap: bool) -> None:
    headers = [
        f'Digest realm="{name}", nonce="n"{qop}' for name, qop in (("worse", worse), ("better", better))
    ]
    assert choose_challenge(headers[::-1] if swap else headers).realm == "better"


def test_the_first_of_equal_challenges_is_chosen() -> None:
    assert choose_challenge(['Digest realm="1", nonce="n"', 'Digest realm="2", nonce="n"']).realm == "1"


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        ('"auth"', "auth"),
        ("auth", "auth"),
        ('"AUTH"', "auth"),
        ('"auth-int,auth"', "auth"),
        ('"auth-int , auth"', "auth"),
        ('"auth-conf, auth-int"', "auth-int"),
        ('"auth-int"', "auth-int"),
    ],
)
def test_auth_is_preferred_to_auth_int(offered: str, chosen: str) -> None:
    assert choose_challenge([f"{DIGEST}, qop={offered}"]).qop == chosen


@pytest.mark.parametrize(
    ("text", "stale"), [("true", True), ('"TRUE"', True), ("false", False), ('"yes"', False), ("tru", False)]
)
def test_stale_is_true_in_any_case_and_otherwise_false(text: str, stale: bool) -> None:
    assert choose_challenge([f"{DIGEST}, stale={text}"]).stale is stale


@pytest.mark.parametrize(
    ("text", "charset"), [("UTF-8", "UTF-8"), ('"utf-8"', "UTF-8"), ("ISO-8859-1", None)]
)
def test_the_only_charset_is_utf_8(text: str, charset: str | None) -> None:
    assert choose_challenge([f"{DIGEST}, charset={text}"]).charset == charset


@pytest.mark.parametrize(("text", "userhash"), [("true", True), ('"True"', True), ("false", False)])
def test_userhash_is_read(text: str, userhash: bool) -> None:
    assert choose_challenge([f"{DIGEST}, userhash={text}"]).userhash is userhash


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ([], "no challenge: WWW-Authenticate is missing or empty"),
        (["", " , "], "no challenge: WWW-Authenticate is missing or empty"),
        (['Basic realm="x"', "Negotiate"], "no Digest challenge among those offered: 'basic', 'negotiate'"),
        (["Basic", "basic"], "no Digest challenge among those offered: 'basic'"),
        (["Digest"], "it has no realm"),
        (['Digest realm="x"'], "it has no nonce"),
        (['Digest nonce="x"'], "it has no realm"),
        (['Digest realm="x", nonce=""'], "its nonce is empty"),
        (['Digest realm="x", nonce="n'], "it has a quoted string without an end"),
        ([DIGEST + ', @="x"'], "it is malformed"),
        ([DIGEST + "\r\nX: y"], "it is malformed"),
        ([DIGEST + ", nonce=m"], "it has two values of 'nonce'"),
        ([DIGEST + ", algorithm=SHA3-512"], "its algorithm 'SHA3-512' is not supported"),
        ([DIGEST + ', algorithm=""'], "its algorithm '' is not supported"),
        ([DIGEST + ", algorithm=MD5-sess"], "its algorithm 'MD5-sess' needs a qop, and it offers none"),
        ([DIGEST + ', qop="auth-conf,x"'], "its qop 'auth-conf x' is not supported"),
        ([DIGEST + f", algorithm={'x' * 40}"], f"its algorithm '{'x' * 40}' is not supported"),
        ([DIGEST + f", algorithm={'x' * 41}"], f"its algorithm '{'x' * 37}...' is not supported"),
    ],
)
def test_the_reason_is_named_when_nothing_is_usable(headers: list[str], reason: str) -> None:
    with pytest.raises(UnusableChallengeError) as caught:
        choose_challenge(headers)
    assert str(caught.value).removeprefix("no usable Digest challenge: ") == reason


def test_each_reason_is_named_once() -> None:
    with pytest.raises(UnusableChallengeError) as caught:
        choose_challenge(["Digest", "Digest", 'Digest realm="x"'])
    assert str(caught.value) == "no usable Digest challenge: it has no realm; it has no nonce"


@pytest.mark.parametrize("name", ["realm", "nonce", "opaque", "unknown"])
@pytest.mark.parametrize("character", ["\r", "\n", "\0", "\t", "\x1f", "\x7f", "\x85", "\x9f", "\udce9"])
@pytest.mark.parametrize("escape", ["", "\\"])
def test_a_value_with_a_control_character_makes_the_challenge_unusable(
    name: str, character: str, escape: str
) -> None:
    values = {"realm": "r", "nonce": "n", name: f"a{escape}{character}b"}
    header = "Digest " + ", ".join(f'{key}="{value}"' for key, value in values.items())
    with pytest.raises(UnusableChallengeError, match=f"its '{name}' has characters that cannot be sent back"):
        choose_challenge([header])


def test_a_message_shows_nothing_that_could_break_a_log_line() -> None:
    with pytest.raises(UnusableChallengeError) as caught:
        choose_challenge(['Basic\x1b[31m realm="x"', 'Digest realm="r", nonce="n", algorithm="\u2028\u00e9"'])
    assert str(caught.value).isascii()
    assert str(caught.value).isprintable()


def test_text_beyond_ascii_is_sendable_and_controls_are_not() -> None:
    assert sendable("Jäsøn \u2028 金")
    assert not sendable("a\x80")


def test_equality_ignores_stale() -> None:
    first, second = choose_challenge([DIGEST]), choose_challenge([DIGEST + ", stale=true"])
    assert first == second
    assert first.stale != second.stale


def test_parameters_of_authentication_info_are_read() -> None:
    text = 'qop=auth, rspauth="abc", cnonce="x, y", nc=00000001, nextnonce="n\\"2"'
    assert read_parameters(text)["nextnonce"] == 'n"2'


@pytest.mark.parametrize("text", ["", "nextnonce", 'nextnonce="x', '@, nextnonce="x"'])
def test_a_malformed_authentication_info_says_nothing(text: str) -> None:
    assert read_parameters(text) == {}


def test_every_algorithm_is_there_if_openssl_has_it() -> None:
    names = {"SHA-512-256": "sha512_256", "SHA-512": "sha512", "SHA-256": "sha256", "MD5": "md5"}
    available = [name for name, hash_name in names.items() if hash_name in hashlib.algorithms_available]
    assert list(HASHES) == available
    for name in available:
        assert HASHES[name](b"gold").hexdigest() == hashlib.new(names[name], b"gold").hexdigest()


def test_an_algorithm_that_openssl_lacks_is_not_supported(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(name: str, data: bytes) -> None:
        raise ValueError(f"unsupported hash type {name}, {len(data)}")

    monkeypatch.setattr(hashlib, "new", lacking)
    module = runpy.run_path(challenge_module.__file__)
    assert list(module["HASHES"]) == ["SHA-512", "SHA-256", "MD5"]
    header = ", ".join(f"{DIGEST}, qop=auth, algorithm={name}" for name in ("SHA-512-256", "MD5"))
    assert module["choose_challenge"]([header]).algorithm == "MD5"


VALUE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20)


@st.composite
def rendered(draw: st.DrawFn, parameters: dict[str, str]) -> str:
    """One digest challenge with these parameters, written in one of the ways that mean the same."""
    parts: list[str] = []
    for name, value in parameters.items():
        shown = "".join(character.upper() if draw(st.booleans()) else character for character in name)
        blank = draw(st.sampled_from(["", "", " ", "\t"]))
        plain = value.isascii() and value.isalnum()
        if plain and draw(st.booleans()):
            text = value
        else:
            escaped = (
                f"\\{character}" if character in '"\\' or draw(st.booleans()) else character
                for character in value
            )
            text = f'"{"".join(escaped)}"'
        parts.append(f"{shown}{blank}={blank}{text}")
    return draw(st.sampled_from(["Digest ", "digest  "])) + draw(st.sampled_from([",", ", ", " ,\t"])).join(
        parts
    )


@given(st.data())
def test_a_challenge_is_read_as_it_was_meant_however_it_is_written(data: st.DataObject) -> None:
    wanted = [
        Challenge(
            realm=data.draw(VALUE),
            nonce=data.draw(VALUE.filter(bool)),
            algorithm=data.draw(st.sampled_from([None, "MD5", "sha-256", "SHA-256-sess"])),
            qop="auth",
            opaque=data.draw(st.none() | VALUE),
        )
        for _ in range(data.draw(st.integers(1, 3)))
    ]
    texts: list[str] = []
    for challenge in wanted:
        parameters = {"realm": challenge.realm, "nonce": challenge.nonce, "qop": "auth"}
        for name in ("algorithm", "opaque"):
            value = cast("str | None", getattr(challenge, name))
            if value is not None:
                parameters[name] = value
        order = data.draw(st.permutations(list(parameters)))
        texts.append(data.draw(rendered({name: parameters[name] for name in order})))
    others = data.draw(st.lists(st.sampled_from(["Negotiate", "NTLM abc=", 'Basic realm="Digest, x=\\"y"'])))
    texts = data.draw(st.permutations([*texts, *others]))
    headers = texts if data.draw(st.booleans()) else [", ".join(texts)]
    read = Counter(
        (offer.parameters["realm"], offer.parameters["nonce"], offer.parameters.get("opaque"))
        for offer in read_offers(headers)
        if offer.scheme == "digest" and offer.fault is None
    )
    assert read == Counter((challenge.realm, challenge.nonce, challenge.opaque) for challenge in wanted)
    assert choose_challenge(headers) in wanted


@given(st.lists(st.text() | st.text('Digest realm="n,once=\\ \t\r\n')))
def test_no_header_makes_reading_fail_in_another_way(headers: list[str]) -> None:
    try:
        challenge = choose_challenge(headers)
    except UnusableChallengeError:
        return
    assert sendable(
        challenge.realm + challenge.nonce + (challenge.opaque or "") + (challenge.algorithm or "")
    )


@pytest.mark.parametrize(
    "text", ['"', "\\", '"\\', "Digest ", 'Digest a="', "a=", 'a="b"', "=,", "\t ", "a=b=c ", "@"]
)
def test_reading_takes_time_in_proportion_to_the_length(text: str) -> None:
    def seconds(length: int) -> float:
        header = "Digest " + text * (length // len(text))
        best = float("inf")
        for _ in range(3):
            started = time.process_time()
            read_offers([header])
            best = min(best, time.process_time() - started)
        return best

    # Eight times the length would take 64 times as long if the time were quadratic.
    assert seconds(64_000) < 30 * seconds(8_000) + 0.01
