"""The Authorization header: the values of the RFCs, a second opinion, nothing in it that does not belong."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote, unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minted_async.core.digest.challenge import UnusableChallengeError, choose_challenge
from minted_async.core.digest.signing import Credentials, Nonce

FIELD = re.compile(r'([a-z*]+)=("(?:[^"\\]|\\.)*"|[^",\s]+)(?:, |$)')
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


def fields(header: str) -> dict[str, str]:
    """The fields of an Authorization header, quotes and all; fails on anything between them."""
    assert header.startswith("Digest ")
    found: dict[str, str] = {}
    position = len("Digest ")
    while position < len(header):
        match = FIELD.match(header, position)
        assert match, header[position:]
        assert match[1] not in found
        found[match[1]] = match[2]
        position = match.end()
    return found


def unquoted(text: str) -> str:
    assert text[0] == text[-1] == '"'
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def md5(data: str | bytes) -> str:
    return hashlib.md5(data.encode() if isinstance(data, str) else data).hexdigest()


def old_response(a1: str | bytes, nonce: str, a2: str = "GET:/dir/index.html") -> str:
    """The response without qop, as RFC 2069 has it, in quotes."""
    return f'"{md5(f"{md5(a1)}:{nonce}:{md5(a2)}")}"'


def sign(
    header: str,
    *,
    username: str = "Mufasa",
    password: str = "Circle of Life",
    cnonce: str = CNONCE,
    method: str = "GET",
    target: str = "/dir/index.html",
    body: bytes | None = None,
) -> str:
    challenge = choose_challenge([header])
    return Nonce(challenge.nonce, challenge, Credentials(username, password), cnonce).sign(
        method, target, body
    )


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_first_example_of_rfc_7616(algorithm: str, response: str) -> None:
    header = sign(
        'Digest realm="http-auth@example.org", qop="auth, auth-int", '
        f"algorithm={algorithm}, "
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    assert fields(header) == {
        "username": '"Mufasa"',
        "realm": '"http-auth@example.org"',
        "uri": '"/dir/index.html"',
        "algorithm": algorithm,
        "nonce": '"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"',
        "nc": "00000001",
        "cnonce": f'"{CNONCE}"',
        "qop": "auth",
        "response": f'"{response}"',
        "opaque": '"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
    }


@pytest.mark.parametrize(
    ("userhash", "name"),
    [
        (
            "true",
            {
                "username": '"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b"',
                "userhash": "true",
            },
        ),
        ("false", {"username*": "UTF-8''J%C3%A4s%C3%B8n%20Doe"}),
    ],
)
def test_the_second_example_of_rfc_7616(userhash: str, name: dict[str, str]) -> None:
    # With the values of erratum 4897: those printed in the RFC are of truncated SHA-512, not of SHA-512/256.
    header = sign(
        'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, '
        'nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", '
        'opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", '
        f"charset=UTF-8, userhash={userhash}",
        username="Jäsøn Doe",
        password="Secret, or not?",
        cnonce="NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
        target="/doe.json",
    )
    assert fields(header) == name | {
        "realm": '"api@example.org"',
        "uri": '"/doe.json"',
        "algorithm": "SHA-512-256",
        "nonce": '"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK"',
        "nc": "00000001",
        "cnonce": '"NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v"',
        "qop": "auth",
        "response": '"3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"',
        "opaque": '"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS"',
    }


def test_the_example_of_rfc_2617() -> None:
    header = sign(
        'Digest realm="testrealm@host.com", qop="auth,auth-int", '
        'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
        password="Circle Of Life",
        cnonce="0a4f113b",
    )
    assert fields(header) == {
        "username": '"Mufasa"',
        "realm": '"testrealm@host.com"',
        "nonce": '"dcd98b7102dd2f0e8b11d0f600bfb0c093"',
        "uri": '"/dir/index.html"',
        "qop": "auth",
        "nc": "00000001",
        "cnonce": '"0a4f113b"',
        "response": '"6629fae49393a05397450978507c4ef1"',
        "opaque": '"5ccc069c403ebaf9f0171e9517f40e41"',
    }


def test_the_form_of_rfc_2069_has_neither_nc_nor_cnonce() -> None:
    # The example of RFC 2069 with the response of its erratum 749.
    header = sign(
        'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", '
        'opaque="5ccc069c403ebaf9f0171e9517f40e41"',
        password="CircleOfLife",
    )
    assert fields(header) == {
        "username": '"Mufasa"',
        "realm": '"testrealm@host.com"',
        "nonce": '"dcd98b7102dd2f0e8b11d0f600bfb0c093"',
        "uri": '"/dir/index.html"',
        "response": '"1949323746fe6a43ef61f9606e7febea"',
        "opaque": '"5ccc069c403ebaf9f0171e9517f40e41"',
    }


def test_auth_int_signs_the_body() -> None:
    header = sign('Digest realm="r", nonce="n", qop="auth-int"', method="POST", target="/t", body=b"gold")

    a1, a2 = md5("Mufasa:r:Circle of Life"), md5(f"POST:/t:{md5('gold')}")
    assert fields(header)["qop"] == "auth-int"
    assert unquoted(fields(header)["response"]) == md5(f"{a1}:n:00000001:{CNONCE}:auth-int:{a2}")


WORD = st.text(st.characters(codec="ascii", exclude_characters='"\\', min_codepoint=32, max_codepoint=126))
PRINTABLE = st.characters(codec="utf-8", exclude_categories=["Cc"])
ALGORITHM = st.sampled_from([None, "MD5", "SHA-256", "SHA-512"])


@given(
    username=WORD,
    password=st.text(st.characters(codec="utf-8")),
    realm=WORD,
    nonce=WORD.filter(lambda text: text.strip() != ""),
    opaque=st.none() | WORD.filter(bool),
    algorithm=ALGORITHM,
    session=st.booleans(),
    qop=st.sampled_from([None, "auth", "auth,auth-int"]),
    method=st.sampled_from(["GET", "POST", "DELETE"]),
    path=st.text(PRINTABLE, max_size=10),
    query=st.text(PRINTABLE, max_size=10),
)
def test_httpx_computes_the_same(
    username: str,
    password: str,
    realm: str,
    nonce: str,
    opaque: str | None,
    algorithm: str | None,
    session: bool,
    qop: str | None,
    method: str,
    path: str,
    query: str,
) -> None:
    challenge = f'Digest realm="{realm}", nonce="{nonce}"'
    if opaque is not None:
        challenge += f', opaque="{opaque}"'
    if qop is not None:
        challenge += f', qop="{qop}"'
    if algorithm is not None:
        challenge += f", algorithm={algorithm}" + ("-sess" if session and qop else "")
    request = httpx.Request(method, f"http://h/{quote(path)}?q={quote(query)}")
    flow = httpx.DigestAuth(username, password).auth_flow(request)
    next(flow)
    signed = flow.send(httpx.Response(401, headers={"WWW-Authenticate": challenge}, request=request))
    theirs = fields(signed.headers["Authorization"])
    ours = fields(
        sign(
            challenge,
            username=username,
            password=password,
            cnonce=unquoted(theirs["cnonce"]) if qop else "unused",
            method=method,
            target=request.url.raw_path.decode("ascii"),
        )
    )
    if algorithm is None:
        # httpx names the default; servers older than RFC 2617 do not know the field.
        assert theirs.pop("algorithm") == "MD5"
    assert ours == theirs


def test_the_algorithm_is_sent_back_as_the_server_spelled_it() -> None:
    assert fields(sign('Digest realm="r", nonce="n", qop=auth, algorithm="sha-256-SESS"'))["algorithm"] == (
        "sha-256-SESS"
    )


def test_session_key_holds_nonce_and_client_nonce() -> None:
    header = sign('Digest realm="r", nonce="n", qop="auth", algorithm=MD5-sess')

    a1 = md5(f"{md5('Mufasa:r:Circle of Life')}:n:{CNONCE}")
    assert unquoted(fields(header)["response"]) == md5(
        f"{a1}:n:00000001:{CNONCE}:auth:{md5('GET:/dir/index.html')}"
    )


def test_realm_nonce_and_user_name_are_hashed_plain_and_sent_escaped() -> None:
    header = sign(r'Digest realm="a\"b\\", nonce="\"n", opaque="o\\"', username='m"\\', password="p")

    found = fields(header)
    assert found["username"] == r'"m\"\\"'
    assert found["realm"] == r'"a\"b\\"'
    assert found["nonce"] == r'"\"n"'
    assert found["opaque"] == r'"o\\"'
    assert found["response"] == old_response(r"""m"\:a"b\:p""", '"n')


NAME = "Ja\u0308son Doe"  # decomposed: NFC makes two code points one


def test_a_name_beyond_ascii_goes_out_encoded_and_normalized_with_charset() -> None:
    header = sign('Digest realm="r", nonce="n", charset=UTF-8', username=NAME, password="u\u0308")
    assert "username" not in fields(header)
    assert fields(header)["username*"] == "UTF-8''J%C3%A4son%20Doe"
    assert fields(header)["response"] == old_response("J\u00e4son Doe:r:\u00fc", "n")


def test_userhash_without_charset_hashes_the_name_as_given() -> None:
    found = fields(sign('Digest realm="r", nonce="n", userhash=true', username=NAME))
    assert unquoted(found["username"]) == md5(f"{NAME}:r")
    assert found["userhash"] == "true"


@given(st.text(PRINTABLE, min_size=1))
def test_the_encoded_name_reads_back(username: str) -> None:
    found = fields(sign('Digest realm="r", nonce="n", charset=UTF-8', username=f"é{username}"))
    encoded = found["username*"].removeprefix("UTF-8''")
    assert re.fullmatch(r"([A-Za-z0-9!#$&+\-.^_`|~]|%[0-9A-F]{2})+", encoded)
    assert sign('Digest realm="r", nonce="n", charset=UTF-8', username=unquote(encoded)) == sign(
        'Digest realm="r", nonce="n", charset=UTF-8', username=f"é{username}"
    )


def test_a_target_with_quotes_is_escaped_and_signed_as_it_is() -> None:
    header = sign('Digest realm="r", nonce="n"', target='/"\\')
    assert fields(header)["uri"] == r'"/\"\\"'
    assert fields(header)["response"] == old_response("Mufasa:r:Circle of Life", "n", 'GET:/"\\')


@given(
    st.text(),
    st.text(),
    st.text(),
    st.sampled_from(["MD5", "md5-sess", "SHA-256"]),
    st.booleans(),
    st.sampled_from(["", ", charset=UTF-8"]),
)
def test_no_control_character_ever_gets_into_the_header(
    realm: str, nonce: str, opaque: str, algorithm: str, userhash: bool, charset: str
) -> None:
    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    challenge = (
        f"Digest realm={quoted(realm)}, nonce={quoted(nonce)}, opaque={quoted(opaque)}, qop=auth, "
        f"algorithm={algorithm}, userhash={userhash}{charset}"
    )
    try:
        header = sign(challenge, username="müller", target="/")
    except UnusableChallengeError:
        return
    assert not re.search("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", header)
    found = fields(header)
    assert [unquoted(found[name]) for name in ("realm", "nonce", "opaque")] == [realm, nonce, opaque]
