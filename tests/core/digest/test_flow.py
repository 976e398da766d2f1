"""Which nonce signs a request, and what a 401 means: requests pulled through the handshake by hand."""

from __future__ import annotations

import re

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from minted_async.core.digest.flow import AuthFlow
from minted_async.core.digest.handshake import Handshake
from minted_async.core.digest.state import ConnectionState

REFUSED = "the server refused user name or password"


def challenge(nonce: str, *, stale: bool = False, **more: str) -> str:
    parts = {"realm": "r", "nonce": nonce, "qop": "auth", **more}
    return (
        "Digest " + ", ".join(f'{name}="{value}"' for name, value in parts.items()) + ", stale=true" * stale
    )


def handshake(username: str = "user", origin: str = "https://API.example") -> Handshake:
    return Handshake(username, "password", origin=origin, clock=lambda: 0.0)


class Request:
    """A request on its way: `nonce` and `count` are what it was last signed with, None for unsigned."""

    def __init__(
        self, hands: Handshake, connection: ConnectionState | None = None, target: str = "/x"
    ) -> None:
        self.flow: AuthFlow = hands.flow("orders.get", "GET", target, None)
        self.header: str | None = None
        self.nonce: str | None = None
        self.count: int | None = None
        self.send(connection)

    def send(self, connection: ConnectionState | None = None) -> None:
        self.connection = connection or ConnectionState()
        self.header = self.flow.authorization(self.connection)
        found = re.search(r'nonce="([^"]*)".* nc=([0-9a-f]{8}),', self.header or "")
        self.nonce, self.count = (found[1], int(found[2], 16)) if found else (None, None)

    @property
    def signed(self) -> tuple[str | None, int | None]:
        return self.nonce, self.count

    def accepted(self, information: str | None = None) -> Request:
        headers = {} if information is None else {"Authentication-Info": information}
        assert not self.flow.received(200, CIMultiDictProxy(CIMultiDict(headers)))
        return self

    def challenged(self, *challenges: str) -> bool:
        headers = CIMultiDict(("WWW-Authenticate", text) for text in challenges)
        return self.flow.received(401, CIMultiDictProxy(headers))

    def refused(self, nonce: str, *, stale: bool = True, on: ConnectionState | None = None) -> Request:
        """Get a 401 with this nonce, and go out again: on the same connection, if no other is given."""
        assert self.challenged(challenge(nonce, stale=stale))
        self.send(on or self.connection)
        return self


def warm(nonce: str = "A", connection: ConnectionState | None = None) -> Handshake:
    """A handshake whose first request was challenged and accepted."""
    hands = handshake()
    Request(hands, connection).refused(nonce, stale=False).accepted()
    return hands


def test_nothing_is_signed_before_the_first_challenge() -> None:
    assert Request(handshake()).header is None


def test_a_challenged_request_is_signed_and_sent_again() -> None:
    assert Request(handshake()).refused("A", stale=False).signed == ("A", 1)


def test_after_the_first_challenge_requests_are_signed_ahead_and_counted() -> None:
    hands = warm("A")
    assert [Request(hands).accepted().signed for _ in range(300)] == [("A", count) for count in range(2, 302)]


def test_a_wrong_password_is_refused_with_the_second_request() -> None:
    request = Request(handshake()).refused("A", stale=False)
    assert not request.challenged(challenge("B"))
    assert request.flow.reason == REFUSED


def test_after_a_refusal_nothing_is_signed_ahead() -> None:
    hands, kept = handshake(), ConnectionState()
    Request(hands, kept).refused("A", stale=False).challenged(challenge("B"))
    assert Request(hands, kept).header is None
    Request(hands, kept).refused("C", stale=False).accepted()
    assert Request(hands).signed == ("C", 2)


def test_a_server_that_forgets_to_say_stale_gets_one_more_request() -> None:
    request = Request(warm("A")).refused("B", stale=False)
    assert request.signed == ("B", 1)
    assert not request.challenged(challenge("C"))
    assert request.flow.reason == REFUSED


def test_a_stale_nonce_says_nothing_of_the_password_even_if_it_was_just_given() -> None:
    assert Request(handshake()).refused("A", stale=False).refused("B").signed == ("B", 1)


def test_the_same_nonce_offered_again_without_stale_is_a_refusal() -> None:
    request = Request(warm("A"))
    assert not request.challenged(challenge("A"))
    assert request.flow.reason == REFUSED


def test_the_same_nonce_offered_again_as_stale_is_used_with_a_higher_count() -> None:
    assert Request(warm("A")).refused("A").signed == ("A", 3)


@pytest.mark.parametrize("offered", ["A", "C"])
def test_a_password_by_which_another_request_got_through_meanwhile_is_not_wrong(offered: str) -> None:
    hands = warm("A")
    other = Request(hands)
    request = Request(hands).refused("B", stale=False)
    other.accepted()
    assert request.challenged(challenge(offered))


def test_the_server_is_given_up_that_calls_every_nonce_stale() -> None:
    request = Request(handshake()).refused("A", stale=False).refused("B").refused("C")
    assert not request.challenged(challenge("D", stale=True))
    assert "3 nonces in a row stale" in request.flow.reason


@pytest.mark.parametrize("useless", [[], ['Basic realm="x"'], ['Digest realm="x"', "Digest @"]])
def test_a_useless_challenge_changes_nothing(useless: list[str]) -> None:
    cold = handshake()
    assert not Request(cold).challenged(*useless)
    assert Request(cold).refused("A", stale=False).signed == ("A", 1)
    hands, kept = handshake(), ConnectionState()
    Request(hands, kept).refused("A", stale=False).accepted()
    assert not Request(hands, kept).challenged(*useless)
    assert [Request(hands, connection).nonce for connection in (kept, None)] == ["A", "A"]


def test_a_request_accepted_late_ends_a_refusal() -> None:
    hands = warm("A")
    late = Request(hands)
    assert not Request(hands).challenged(challenge("A"))
    assert Request(hands).header is None
    late.accepted()
    assert Request(hands).signed == ("A", 4)


def test_a_nonce_is_nobody_elses_until_it_has_been_accepted() -> None:
    hands = warm("A")
    own = Request(hands).refused("B")
    assert [Request(hands).nonce for _ in range(3)] == ["A"] * 3
    own.accepted()
    assert Request(hands).signed == ("B", 2)


def test_each_connection_keeps_the_nonce_of_its_server() -> None:
    to_a, to_b = ConnectionState(), ConnectionState()
    hands = warm("A", to_a)
    Request(hands, to_b).refused("B").accepted()
    assert [Request(hands, connection).accepted().nonce for connection in (to_a, to_b, to_a, to_b)] == [
        "A",
        "B",
        "A",
        "B",
    ]


def test_a_new_connection_takes_the_nonce_that_was_accepted_last() -> None:
    to_a, to_b = ConnectionState(), ConnectionState()
    hands = warm("A", to_a)
    Request(hands, to_b).refused("B").accepted()
    assert Request(hands).nonce == "B"
    Request(hands, to_a).accepted()
    assert Request(hands).nonce == "A"


def test_a_nonce_refused_where_it_was_good_is_used_nowhere_again() -> None:
    one, other = ConnectionState(), ConnectionState()
    hands = warm("A", one)
    Request(hands, other).accepted()
    under_way = Request(hands)
    own = Request(hands, one).refused("B")
    assert [Request(hands, connection).header for connection in (other, None)] == [None, None]
    own.accepted()
    under_way.accepted()
    # New connections take the nonce that was accepted last, those that had one ask for their own.
    assert [Request(hands, connection).nonce for connection in (one, other, None)] == ["B", None, "B"]


def test_a_dead_nonce_that_is_offered_again_goes_on_counting() -> None:
    kept = ConnectionState()
    hands = warm("A", kept)
    assert Request(hands, kept).refused("B").refused("A").signed == ("A", 3)


def test_a_retry_on_another_connection_uses_what_was_given_to_it() -> None:
    assert Request(warm("A")).refused("B", on=ConnectionState()).signed == ("B", 1)


def test_a_retry_on_a_connection_to_another_server_uses_the_nonce_of_that() -> None:
    to_a = ConnectionState()
    hands = warm("A", to_a)
    request = Request(hands).refused("B", on=to_a)
    assert request.signed == ("A", 3)
    # Refused there too, it says nothing of the password: this nonce may have been old.
    assert request.refused("C", stale=False).signed == ("C", 1)


def test_a_connection_that_several_users_share_never_mixes_their_nonces() -> None:
    shared = ConnectionState()
    ours = warm("A", shared)
    theirs = handshake("other")
    Request(theirs, shared).refused("T", stale=False).accepted()
    for hands, name in ((ours, "user"), (theirs, "other"), (ours, "user")):
        assert f'username="{name}"' in (Request(hands, shared).accepted().header or "")


def test_a_next_nonce_is_used_by_its_connection_and_by_new_ones() -> None:
    kept = ConnectionState()
    hands = warm("A", kept)
    Request(hands, kept).accepted('qop=auth, nextnonce="B"')
    assert Request(hands, kept).signed == ("B", 1)
    assert Request(hands).signed == ("B", 2)


def test_a_next_nonce_is_answered_as_the_one_before_it() -> None:
    hands = handshake()
    request = Request(hands)
    assert request.challenged(challenge("A", opaque="o", algorithm="SHA-256"))
    request.send()
    request.accepted('nextnonce="B"')
    assert 'realm="r", nonce="B", opaque="o", algorithm=SHA-256' in (Request(hands).header or "")


@pytest.mark.parametrize(
    "information",
    ["", "nextnonce", 'nextnonce=""', 'nextnonce="A"', 'nextnonce="\r\nX: y"', 'nextnonce="\\\n"', "@"],
)
def test_an_authentication_info_without_a_new_nonce_changes_nothing(information: str) -> None:
    hands = warm("A")
    Request(hands).accepted(information)
    assert Request(hands).signed == ("A", 3)


def test_a_next_nonce_announced_by_many_responses_goes_on_counting() -> None:
    hands = warm("A")
    for count in range(1, 5):
        Request(hands).accepted('nextnonce="B"')
        assert Request(hands).accepted().signed == ("B", 2 * count - 1)


def test_a_nonce_that_comes_back_with_another_opaque_goes_on_counting() -> None:
    hands = warm("A")
    request = Request(hands)
    assert request.challenged(challenge("A", stale=True, opaque="o"))
    request.send()
    assert request.signed == ("A", 3)
    assert 'opaque="o"' in (request.header or "")


def test_servers_that_take_turns_find_their_nonces_counted_on() -> None:
    hands = warm("0")
    for _ in range(3):
        for nonce in (str(number) for number in range(16)):
            first = Request(hands).refused(nonce).accepted()
            again = Request(hands).refused(nonce).accepted()
            # Each was signed with what was accepted last, and so was the one between them.
            assert (again.nonce, again.count) == (nonce, (first.count or 0) + 2)


def test_a_nonce_in_use_is_never_forgotten() -> None:
    kept = ConnectionState()
    hands = warm("A", kept)
    for number in range(100):
        Request(hands).refused(str(number)).accepted()
    assert Request(hands, kept).signed == ("A", 3)
    assert Request(hands).refused("A").signed == ("A", 4)


@pytest.mark.parametrize(
    "domain", ["/partner", "/other https://api.example/partner", "https://api.example:443/partner"]
)
@pytest.mark.parametrize(
    ("target", "covered"),
    [
        ("/partner", True),
        ("/partner/", True),
        ("/partner/a/b", True),
        ("/partner?a=b", True),
        ("/partnership", False),
        ("/", False),
        ("/x/partner", False),
    ],
)
def test_requests_are_signed_ahead_inside_the_protection_space_only(
    domain: str, target: str, covered: bool
) -> None:
    hands, kept = handshake(), ConnectionState()
    request = Request(hands, kept)
    assert request.challenged(challenge("A", domain=domain))
    request.send(kept)
    request.accepted()
    for connection in (kept, ConnectionState()):
        assert (Request(hands, connection, target).header is not None) is covered


@pytest.mark.parametrize(
    "domain",
    [
        "",
        "/",
        "https://other.example/x",
        "http://api.example/partner",
        "//api.example/partner",
        "https://[api/a https://api.example:port/",
        "a",
    ],
)
def test_a_domain_that_names_nothing_of_this_origin_is_the_whole_origin(domain: str) -> None:
    hands = handshake()
    request = Request(hands)
    assert request.challenged(challenge("A", domain=domain))
    request.send()
    request.accepted()
    assert Request(hands, target="/anything").header


def test_what_is_challenged_outside_its_own_protection_space_is_signed() -> None:
    hands = handshake()
    for target in ("/partner/x", "/orders"):
        request = Request(hands, target=target)
        assert request.header is None
        assert request.challenged(challenge("A", domain="/partner"))
        request.send()
        assert request.header
        request.accepted()
