"""The Authorization header: the values of the RFCs, a second opinion, nothing in it that does not belong."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote, unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minted_async.core.digest.signing import origin_of, protection_space
from minted_async.core.digest.state import Digest, Verdict

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
    challenge: str,
    *,
    username: str = "Mufasa",
    password: str = "Circle of Life",
    cnonce: str = CNONCE,
    method: str = "GET",
    target: str = "/dir/index.html",
    body: bytes = b"",
) -> str:
    digest = Digest(username, password, cnonce=lambda: cnonce)
    reply = digest.challenged([challenge], None)
    assert reply.verdict is Verdict.RETRY
    authorization = digest.authorize(method, target, reply.challenge, body=body)
    assert authorization
    return authorization.header


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


def test_auth_int_without_a_body_signs_an_empty_one() -> None:
    digest = Digest("u", "p", cnonce=lambda: CNONCE)
    digest.challenged(['Digest realm="r", nonce="n", qop="auth-int"'], None)
    default, empty = (
        digest.authorize("GET", "/"),
        sign('Digest realm="r", nonce="n", qop="auth-int"', username="u", password="p", target="/", body=b""),
    )
    assert default
    assert default.header == empty


def test_auth_does_not_sign_the_body() -> None:
    challenge = 'Digest realm="r", nonce="n", qop="auth"'
    assert sign(challenge, body=b"gold") == sign(challenge)


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


def test_an_empty_opaque_is_sent_back() -> None:
    assert fields(sign('Digest realm="r", nonce="n", opaque=""'))["opaque"] == '""'


def test_many_realms_are_signed_for_rightly_one_after_the_other() -> None:
    digest = Digest("u", "p")
    for number in [*range(40), 0]:
        reply = digest.challenged([f'Digest realm="{number}", nonce="{number}"'], None)
        authorization = digest.authorize("GET", "/dir/index.html", reply.challenge)
        assert authorization
        assert fields(authorization.header)["response"] == old_response(f"u:{number}:p", f"{number}")


NAME = "Ja\u0308son Doe"  # decomposed: NFC makes two code points one


def test_a_name_beyond_ascii_goes_out_as_it_is_without_charset() -> None:
    header = sign('Digest realm="r", nonce="n"', username=NAME, password="\u0308")
    assert fields(header)["username"] == f'"{NAME}"'
    assert fields(header)["response"] == old_response(f"{NAME}:r:\u0308", "n")


def test_a_name_beyond_ascii_goes_out_encoded_and_normalized_with_charset() -> None:
    header = sign('Digest realm="r", nonce="n", charset=UTF-8', username=NAME, password="u\u0308")
    assert "username" not in fields(header)
    assert fields(header)["username*"] == "UTF-8''J%C3%A4son%20Doe"
    assert fields(header)["response"] == old_response("J\u00e4son Doe:r:\u00fc", "n")


def test_an_ascii_name_goes_out_quoted_with_charset_too() -> None:
    assert fields(sign('Digest realm="r", nonce="n", charset=UTF-8'))["username"] == '"Mufasa"'


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


@pytest.mark.parametrize("username", ["a\r\nX: y", "a\n", "\0", "\x7f", "a\tb", "\x9f", "\udc80"])
def test_a_user_name_that_no_header_can_carry_is_refused(username: str) -> None:
    with pytest.raises(
        ValueError, match=r"^the user name has a character that no header can carry$"
    ) as caught:
        Digest(username, "secret")
    assert "secret" not in str(caught.value)


def test_a_password_that_cannot_be_encoded_is_refused_without_being_shown() -> None:
    with pytest.raises(
        ValueError, match=r"^the password has a character that UTF-8 cannot encode$"
    ) as caught:
        Digest("user", "secret\ud800")
    assert caught.value.__cause__ is None
    assert "secret" not in f"{caught.value!r}"


def test_a_password_from_an_environment_that_is_not_utf_8_keeps_its_bytes() -> None:
    header = sign('Digest realm="r", nonce="n"', username="u", password="\udce9")
    assert fields(header)["response"] == old_response(b"u:r:\xe9", "n")


@pytest.mark.parametrize("target", ["", "/a b", "/a\r\nX: y", "/ü", "/\x7f", "/a\n"])
def test_what_is_no_request_target_is_refused(target: str) -> None:
    with pytest.raises(ValueError, match=r"^not a request target: .* must be percent-encoded$"):
        sign('Digest realm="r", nonce="n"', target=target)


def test_a_target_with_quotes_is_escaped_and_signed_as_it_is() -> None:
    header = sign('Digest realm="r", nonce="n"', target='/"\\')
    assert fields(header)["uri"] == r'"/\"\\"'
    assert fields(header)["response"] == old_response("Mufasa:r:Circle of Life", "n", 'GET:/"\\')


@pytest.mark.parametrize("target", ["/", "*", "/a?b=c&d=%22", "/~!@$&'()*+,;=:-._", "http://h/a#[b]{}|^`<>"])
def test_a_plain_target_goes_out_as_it_is(target: str) -> None:
    assert fields(sign('Digest realm="r", nonce="n"', target=target))["uri"] == f'"{target}"'


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

    digest = Digest("müller", "p")
    challenge = (
        f"Digest realm={quoted(realm)}, nonce={quoted(nonce)}, opaque={quoted(opaque)}, qop=auth, "
        f"algorithm={algorithm}, userhash={userhash}{charset}"
    )
    reply = digest.challenged([challenge], None)
    authorization = digest.authorize("GET", "/", reply.challenge)
    if reply.verdict is Verdict.UNUSABLE:
        assert authorization is None
        return
    assert authorization
    assert not re.search("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", authorization.header)
    found = fields(authorization.header)
    assert [unquoted(found[name]) for name in ("realm", "nonce", "opaque")] == [realm, nonce, opaque]


def test_client_nonces_are_random_and_long() -> None:
    def drawn() -> str:
        digest = Digest("u", "p")
        reply = digest.challenged(['Digest realm="r", nonce="n", qop="auth"'], None)
        authorization = digest.authorize("GET", "/", reply.challenge)
        assert authorization
        return unquoted(fields(authorization.header)["cnonce"])

    seen = {drawn() for _ in range(50)}
    assert len(seen) == 50
    assert all(re.fullmatch("[0-9a-f]{32}", cnonce) for cnonce in seen)


ORIGIN = ("https", "api.example", 443)


@pytest.mark.parametrize(
    ("domain", "space"),
    [
        ("", ()),
        ("/", ()),
        ("/a /", ()),
        ("/a /b/", ("/a", "/b/")),
        ("https://api.example/a", ("/a",)),
        ("HTTPS://API.example:443/a?x=y", ("/a",)),
        ("https://api.example", ()),
        ("https://other.example/a", ()),
        ("http://api.example/a", ()),
        ("https://api.example:8443/a", ()),
        ("//api.example/a", ()),
        ("a", ()),
        ("https://[api/a https://api.example:port/ /b", ("/b",)),
    ],
)
def test_the_protection_space_is_made_of_paths_of_this_origin(domain: str, space: tuple[str, ...]) -> None:
    assert protection_space(tuple(domain.split()), ORIGIN) == space


@pytest.mark.parametrize(
    ("uri", "space"), [("http://h:80/a", ("/a",)), ("http://h/a", ("/a",)), ("http://h:443/a", ())]
)
def test_the_default_port_is_that_of_the_scheme(uri: str, space: tuple[str, ...]) -> None:
    assert protection_space((uri,), origin_of("http://h")) == space


def test_without_an_origin_absolute_uris_are_ignored() -> None:
    assert protection_space(("https://api.example/a",), None) == ()
