"""What a 401 means, what is signed ahead of one, and what is remembered."""

from __future__ import annotations

import hashlib
import re

import pytest

from minted_async.core.digest.state import ConnectionState, Digest, Reply, Verdict
from tests.core.digest.digest_calls import challenge, cold_start, nc, refuse, sign


def test_nothing_is_signed_before_the_first_challenge() -> None:
    digest = Digest("user", "password")
    assert not digest.known
    assert not digest.proven
    assert digest.authorize("GET", "/") is None


def test_an_unsigned_request_is_retried_with_its_challenge() -> None:
    digest = Digest("user", "password")
    reply = digest.challenged([challenge("A")], None)
    assert reply.verdict is Verdict.RETRY
    assert reply.reason == "the request was not signed"
    assert (digest.known, digest.proven) == (True, False)
    authorization = sign(digest, retry=reply)
    assert authorization.fresh
    assert nc(authorization) == ("A", 1)


def test_after_the_first_challenge_requests_are_signed_ahead() -> None:
    digest = cold_start()
    assert digest.proven
    authorization = sign(digest)
    assert not authorization.fresh
    assert nc(authorization) == ("A", 2)


def test_forgetting_starts_afresh() -> None:
    digest = cold_start()
    digest.forget()
    assert (digest.known, digest.proven) == (False, False)
    assert digest.authorize("GET", "/") is None
    assert nc(sign(digest, retry=digest.challenged([challenge("A")], None))) == ("A", 1)


def test_a_wrong_password_is_refused_with_the_second_request() -> None:
    digest = Digest("user", "wrong")
    authorization = sign(digest, retry=digest.challenged([challenge("A")], None))
    reply = refuse(digest, authorization, "B", stale=False)
    assert reply.verdict is Verdict.REFUSED
    assert reply.reason == "the server refused user name or password"
    assert (digest.known, digest.proven) == (False, False)


def test_after_a_refusal_the_next_request_asks_first() -> None:
    digest = Digest("user", "wrong")
    refuse(digest, sign(digest, retry=digest.challenged([challenge("A")], None)), "B", stale=False)
    assert digest.authorize("GET", "/") is None
    reply = digest.challenged([challenge("C")], None)
    assert reply.verdict is Verdict.RETRY
    digest.accepted(sign(digest, retry=reply))
    assert (digest.known, digest.proven) == (True, True)


def test_a_stale_nonce_is_retried_with_the_new_one() -> None:
    digest = cold_start("A")
    reply = refuse(digest, sign(digest), "B")
    assert reply.verdict is Verdict.RETRY
    assert reply.reason == "the nonce was stale"
    authorization = sign(digest, retry=reply)
    assert authorization.fresh
    assert nc(authorization) == ("B", 1)
    assert nc(sign(digest)) == ("B", 2)


def test_a_server_that_forgets_to_say_stale_gets_one_retry() -> None:
    digest = cold_start("A")
    reply = refuse(digest, sign(digest), "B", stale=False)
    assert reply.verdict is Verdict.RETRY
    assert reply.reason == "the nonce was not accepted, and may be old"
    assert refuse(digest, sign(digest, retry=reply), "C", stale=False).verdict is Verdict.REFUSED


def test_a_nonce_that_waited_unused_may_be_old_and_is_retried() -> None:
    digest = Digest("user", "password")
    digest.challenged([challenge("A")], None)
    reply = refuse(digest, sign(digest), "B", stale=False)
    assert reply.verdict is Verdict.RETRY
    assert refuse(digest, sign(digest, retry=reply), "C", stale=False).verdict is Verdict.REFUSED


def test_a_stale_nonce_is_retried_even_if_it_was_just_given() -> None:
    digest = Digest("user", "password")
    authorization = sign(digest, retry=digest.challenged([challenge("A")], None))
    assert refuse(digest, authorization, "B").verdict is Verdict.RETRY


def test_the_same_nonce_offered_again_without_stale_is_a_refusal() -> None:
    digest = cold_start("A")
    assert refuse(digest, sign(digest), "A", stale=False).verdict is Verdict.REFUSED


def test_the_same_nonce_offered_again_as_stale_is_used_with_a_higher_count() -> None:
    digest = cold_start("A")
    reply = refuse(digest, sign(digest), "A")
    assert reply.verdict is Verdict.RETRY
    assert nc(sign(digest, retry=reply)) == ("A", 3)


@pytest.mark.parametrize("offered", ["A", "C"])
def test_a_password_by_which_a_later_request_got_through_is_not_wrong(offered: str) -> None:
    digest = Digest("user", "password")
    first = sign(digest, retry=digest.challenged([challenge("A")], None))
    later = sign(digest, retry=digest.challenged([challenge("B")], None))
    digest.accepted(later)
    assert refuse(digest, first, offered, stale=False).verdict is Verdict.RETRY


def test_a_password_by_which_only_an_earlier_request_got_through_may_be_wrong() -> None:
    digest = cold_start("A")
    earlier = sign(digest)
    reply = refuse(digest, sign(digest), "B", stale=False)
    last = sign(digest, retry=reply)
    digest.accepted(earlier)
    assert refuse(digest, last, "C", stale=False).verdict is Verdict.REFUSED


def test_a_nonce_that_another_request_may_have_used_up_says_nothing_of_the_password() -> None:
    digest = cold_start("A")
    reply = refuse(digest, sign(digest), "B")
    own = sign(digest, retry=reply)
    assert nc(sign(digest)) == ("B", 2)
    assert refuse(digest, own, "C", stale=False).verdict is Verdict.RETRY


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ([], "no challenge: WWW-Authenticate is missing or empty"),
        (['Basic realm="x"'], "no Digest challenge among those offered: 'basic'"),
        (['Digest realm="x"'], "no usable Digest challenge: it has no nonce"),
    ],
)
def test_a_useless_challenge_leaves_a_cold_client_cold(headers: list[str], reason: str) -> None:
    digest = Digest("user", "password")
    assert digest.challenged(headers, None) == Reply(Verdict.UNUSABLE, None, reason)
    assert not digest.known
    assert digest.challenged([challenge("A")], None).verdict is Verdict.RETRY


def test_a_useless_challenge_leaves_what_is_known_in_use() -> None:
    digest = cold_start("A")
    reply = digest.challenged(['Digest realm="r", nonce="B", algorithm=X'], sign(digest))
    assert reply.verdict is Verdict.UNUSABLE
    assert (digest.known, digest.proven) == (True, True)
    assert nc(sign(digest)) == ("A", 3)


def test_a_late_acceptance_after_a_refusal_makes_the_client_warm_again() -> None:
    digest = cold_start("A")
    early, late = sign(digest), sign(digest)
    assert refuse(digest, early, "A", stale=False).verdict is Verdict.REFUSED
    assert not digest.known
    digest.accepted(late)
    assert (digest.known, digest.proven) == (True, True)
    assert nc(sign(digest)) == ("A", 4)


def test_a_late_acceptance_of_a_dead_nonce_leaves_a_cold_client_cold() -> None:
    digest = cold_start("A")
    early, late = sign(digest), sign(digest)
    own = sign(digest, retry=refuse(digest, early, "B", stale=False))
    assert refuse(digest, own, "C", stale=False).verdict is Verdict.REFUSED
    digest.accepted(late)
    assert not digest.known


def test_a_late_acceptance_of_a_dead_nonce_does_not_bring_it_back() -> None:
    digest = cold_start("A")
    first, second = sign(digest), sign(digest)
    reply = refuse(digest, first, "B")
    digest.accepted(second)
    assert nc(sign(digest, retry=reply)) == ("B", 1)
    assert nc(sign(digest)) == ("B", 2)


def test_counts_go_up_by_one() -> None:
    digest = cold_start("A")
    assert [nc(sign(digest))[1] for _ in range(300)] == list(range(2, 302))


def test_a_nonce_that_comes_back_goes_on_counting() -> None:
    digest = cold_start("A")
    refuse(digest, sign(digest), "B")
    reply = refuse(digest, sign(digest), "A")
    assert nc(sign(digest, retry=reply)) == ("A", 3)


def test_a_nonce_that_comes_back_with_another_opaque_goes_on_counting() -> None:
    digest = cold_start("A")
    reply = digest.challenged([challenge("A", opaque="o")], None)
    authorization = sign(digest, retry=reply)
    assert nc(authorization) == ("A", 2)
    assert 'opaque="o"' in authorization.header


def test_a_stale_flag_does_not_change_the_client_nonce() -> None:
    digest = cold_start("A")
    before = sign(digest)
    after = sign(digest, retry=refuse(digest, before, "A"))
    assert [re.findall('cnonce="(.*?)"', authorization.header) for authorization in (before, after)] == [
        re.findall('cnonce="(.*?)"', before.header)
    ] * 2


def cycle(digest: Digest, nonces: list[str]) -> None:
    """Let each nonce replace the one before it."""
    for nonce in nonces:
        digest.accepted(sign(digest, retry=digest.challenged([challenge(nonce)], None)))


def test_the_last_sixteen_nonces_are_remembered() -> None:
    digest = cold_start("A")
    cycle(digest, [str(number) for number in range(15)])
    assert nc(sign(digest, retry=digest.challenged([challenge("A")], None))) == ("A", 2)


def test_the_seventeenth_nonce_is_forgotten() -> None:
    digest = cold_start("A")
    cycle(digest, [str(number) for number in range(16)])
    assert nc(sign(digest, retry=digest.challenged([challenge("A")], None))) == ("A", 1)


def test_a_nonce_in_use_is_not_forgotten_however_many_come_and_go() -> None:
    digest = cold_start("A")
    digest.accepted(sign(digest), 'nextnonce="next"')
    digest.accepted(sign(digest))
    assert nc(sign(digest)) == ("next", 2)
    for number in range(40):
        # These belong to requests that are still on their way, and do not sign for others.
        digest.challenged([challenge(str(number))], None)
    assert nc(sign(digest)) == ("next", 3)
    assert nc(sign(digest, retry=digest.challenged([challenge("next")], None))) == ("next", 4)


def test_a_nonce_in_use_until_just_now_counts_as_used_just_now() -> None:
    digest = cold_start("A")
    digest.accepted(sign(digest), 'nextnonce="next"')
    digest.accepted(sign(digest))
    assert nc(sign(digest)) == ("next", 2)
    for number in range(13):
        digest.challenged([challenge(str(number))], None)
    last = digest.challenged([challenge("last")], None)
    digest.accepted(sign(digest, retry=last))
    assert nc(sign(digest)) == ("last", 2)
    for number in range(13, 26):
        digest.challenged([challenge(str(number))], None)
    assert nc(sign(digest, retry=digest.challenged([challenge("next")], None))) == ("next", 3)


def test_a_nonce_used_until_just_now_is_remembered_longest() -> None:
    digest = cold_start("A")
    cycle(digest, [str(number) for number in range(10)])
    reply = digest.challenged([challenge("A")], None)
    digest.accepted(sign(digest, retry=reply))
    cycle(digest, [str(number) for number in range(10, 25)])
    assert nc(sign(digest, retry=digest.challenged([challenge("A")], None))) == ("A", 3)


def spaced(domain: str) -> Digest:
    digest = Digest("user", "password", origin="https://API.example")
    reply = digest.challenged([challenge("A", domain=domain)], None)
    authorization = digest.authorize("GET", "/partner/x", reply.challenge)
    assert authorization
    digest.accepted(authorization)
    return digest


@pytest.mark.parametrize(
    "domain", ["/partner", "/other https://api.example/partner", "https://api.example:443/partner"]
)
@pytest.mark.parametrize(
    ("target", "signed"),
    [
        ("/partner", True),
        ("/partner/", True),
        ("/partner/a/b", True),
        ("/partner?a=b", True),
        ("/partnership", False),
        ("/partnerX", False),
        ("/", False),
        ("/x/partner", False),
    ],
)
def test_requests_are_signed_ahead_inside_the_protection_space_only(
    domain: str, target: str, signed: bool
) -> None:
    assert (spaced(domain).authorize("GET", target) is not None) is signed


def test_a_path_that_ends_with_a_slash_covers_what_is_below_it() -> None:
    digest = spaced("/partner/")
    assert digest.authorize("GET", "/partner/x")
    assert digest.authorize("GET", "/partner") is None


@pytest.mark.parametrize("domain", ["", "/", "https://other.example/x", "//api.example/partner"])
def test_a_domain_that_names_nothing_of_this_origin_is_the_whole_origin(domain: str) -> None:
    assert spaced(domain).authorize("GET", "/anything")


def test_a_domain_is_not_believed_if_its_server_challenges_what_is_outside_of_it() -> None:
    digest = spaced("/partner")
    assert digest.authorize("GET", "/orders") is None
    reply = digest.challenged([challenge("B", domain="/partner")], None)
    assert digest.authorize("GET", "/orders", reply.challenge)
    assert digest.authorize("GET", "/orders")
    # Nor the next time.
    digest.challenged([challenge("C", domain="/partner")], digest.authorize("GET", "/"))
    assert nc(digest.authorize("GET", "/orders")) == ("C", 1)


def test_nothing_secret_shows_in_a_repr() -> None:
    digest = Digest("user", "hunter2", cnonce=lambda: "client")
    reply = digest.challenged([challenge("A")], None)
    authorization = sign(digest, retry=reply)
    response = re.findall('response="(.*?)"', authorization.header)[0]
    for shown in (repr(digest), repr(authorization), repr(reply), repr(ConnectionState())):
        for secret in ("hunter2", hashlib.md5(b"user:r:hunter2").hexdigest(), response, "client"):
            assert secret not in shown
    assert repr(authorization) == "Authorization(nonce='A', fresh=True)"
    assert repr(digest) == "<Digest known=True proven=False realm='r'>"
    digest.forget()
    assert repr(digest) == "<Digest known=False proven=False realm=None>"
