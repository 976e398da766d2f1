"""Reading WWW-Authenticate: many forms of the same challenge, and nothing that could do harm."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minted_async.core.digest.challenge import (
    Challenge,
    UnusableChallengeError,
    choose_challenge,
    read_next_nonce,
)

DIGEST = 'Digest realm="r", nonce="n"'
MINIMAL = Challenge(
    realm="r",
    nonce="n",
    hash_name="MD5",
    session=False,
    algorithm=None,
    qop=None,
    opaque=None,
    stale=False,
    domain=(),
    userhash=False,
    utf8=False,
)


def test_every_parameter_of_a_full_challenge_is_read() -> None:
    header = (
        'Digest realm="api@example.org", domain="/a /b https://x.example/c", qop="auth, auth-int", '
        'algorithm=SHA-256, nonce="abc", opaque="xyz", stale=true, charset=UTF-8, userhash=true'
    )
    assert choose_challenge([header]) == Challenge(
        realm="api@example.org",
        nonce="abc",
        hash_name="SHA-256",
        session=False,
        algorithm="SHA-256",
        qop="auth",
        opaque="xyz",
        stale=True,
        domain=("/a", "/b", "https://x.example/c"),
        userhash=True,
        utf8=True,
    )


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
    assert choose_challenge([header]) == MINIMAL


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
    assert choose_challenge(headers) == MINIMAL


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


@pytest.mark.parametrize(("text", "utf8"), [("UTF-8", True), ('"utf-8"', True), ("ISO-8859-1", False)])
def test_the_only_charset_is_utf_8(text: str, utf8: bool) -> None:
    assert choose_challenge([f"{DIGEST}, charset={text}"]).utf8 is utf8


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
        (['Digest realm="x", nonce="n'], "it is malformed"),
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


def test_the_next_nonce_is_read() -> None:
    text = 'qop=auth, rspauth="abc", cnonce="x, y", nc=00000001, nextnonce="n\\"2"'
    assert read_next_nonce(text) == 'n"2'


@pytest.mark.parametrize(
    "text", ["", "nextnonce", "nextnonce=", 'nextnonce="x', '@, nextnonce="x"', 'nextnonce="\x00"']
)
def test_a_malformed_authentication_info_says_nothing(text: str) -> None:
    assert read_next_nonce(text) is None


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
        {
            "realm": data.draw(VALUE),
            "nonce": data.draw(VALUE.filter(bool)),
            "qop": "auth",
            **data.draw(
                st.fixed_dictionaries(
                    {},
                    optional={
                        "algorithm": st.sampled_from(["MD5", "sha-256", "SHA-256-sess"]),
                        "opaque": VALUE,
                    },
                )
            ),
        }
        for _ in range(data.draw(st.integers(1, 3)))
    ]
    texts: list[str] = []
    for parameters in wanted:
        order = data.draw(st.permutations(list(parameters)))
        texts.append(data.draw(rendered({name: parameters[name] for name in order})))
    others = data.draw(st.lists(st.sampled_from(["Negotiate", "NTLM abc=", 'Basic realm="Digest, x=\\"y"'])))
    texts = data.draw(st.permutations([*texts, *others]))
    headers = texts if data.draw(st.booleans()) else [", ".join(texts)]
    read = choose_challenge(headers)
    found = {name: getattr(read, name) for name in ("realm", "nonce", "qop", "algorithm", "opaque")}
    assert {name: value for name, value in found.items() if value is not None} in wanted


@given(st.lists(st.text() | st.text('Digest realm="n,once=\\ \t\r\n')))
def test_no_header_makes_reading_fail_in_another_way(headers: list[str]) -> None:
    try:
        challenge = choose_challenge(headers)
    except UnusableChallengeError:
        return
    text = challenge.realm + challenge.nonce + (challenge.opaque or "") + (challenge.algorithm or "")
    assert not re.search("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", text)
