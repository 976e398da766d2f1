"""Which nonce signs which request: announced ones, reserved ones, worn ones, and those of one connection."""

from __future__ import annotations

import pytest

from minted_async.core.digest.state import ConnectionState, Digest, Verdict
from tests.core.digest.digest_calls import challenge, cold_start, nc, refuse, sign


def test_a_next_nonce_is_handed_out_once() -> None:
    digest = cold_start("A")
    digest.accepted(sign(digest), 'qop=auth, nextnonce="B"')
    digest.accepted(sign(digest), 'nextnonce="C"')
    assert nc(sign(digest)) == ("C", 1)


def test_without_an_unused_nonce_the_newest_that_was_accepted_signs_again() -> None:
    digest = cold_start("A")
    digest.accepted(sign(digest), 'nextnonce="B"')
    second = sign(digest)
    assert nc(second) == ("B", 1)
    assert nc(sign(digest)) == ("A", 3)
    digest.accepted(second)
    assert nc(sign(digest)) == ("B", 2)


def test_an_older_nonce_accepted_late_does_not_replace_a_newer() -> None:
    digest = cold_start("A")
    old = sign(digest)
    digest.accepted(sign(digest), 'nextnonce="B"')
    digest.accepted(sign(digest))
    digest.accepted(old)
    assert nc(sign(digest)) == ("B", 2)


def test_the_newest_of_the_unused_nonces_is_taken() -> None:
    digest = cold_start("A")
    first, second = sign(digest), sign(digest)
    digest.accepted(first, 'nextnonce="B"')
    digest.accepted(second, 'nextnonce="C"')
    assert [nc(sign(digest)) for _ in range(2)] == [("C", 1), ("B", 1)]


def test_a_nonce_from_a_401_is_not_used_by_others_once_the_server_sends_next_nonces() -> None:
    digest = cold_start("A")
    digest.accepted(sign(digest), 'nextnonce="B"')
    used = sign(digest)
    reply = refuse(digest, sign(digest), "C")
    assert [nc(sign(digest))[0] for _ in range(3)] == ["A", "A", "A"]
    own = sign(digest, retry=reply)
    assert nc(own) == ("C", 1)
    assert nc(sign(digest))[0] == "A"
    digest.accepted(own)
    assert nc(sign(digest)) == ("C", 2)
    digest.accepted(used)
    assert nc(sign(digest)) == ("C", 3)


def test_a_next_nonce_keeps_realm_opaque_and_algorithm() -> None:
    digest = Digest("user", "password")
    reply = digest.challenged([challenge("A", opaque="o", algorithm="SHA-256")], None)
    digest.accepted(sign(digest, retry=reply), 'nextnonce="B"')
    header = sign(digest).header
    assert 'realm="r", nonce="B", opaque="o", algorithm=SHA-256' in header


@pytest.mark.parametrize(
    "information",
    ["", "nextnonce", 'nextnonce=""', 'nextnonce="A"', 'nextnonce="\r\nX: y"', 'qop="auth"', "@"],
)
def test_an_authentication_info_without_a_new_nonce_changes_nothing(information: str) -> None:
    digest = cold_start("A")
    digest.accepted(sign(digest), information)
    assert nc(sign(digest)) == ("A", 3)
    # Nonces of 401s are still for everybody.
    refuse(digest, sign(digest), "B")
    assert nc(sign(digest)) == ("B", 1)


def test_a_next_nonce_announced_by_many_answers_is_taken_once() -> None:
    digest = cold_start("A")
    under_way = [sign(digest) for _ in range(4)]
    digest.accepted(under_way[0], 'nextnonce="B"')
    digest.accepted(under_way[1], 'nextnonce="B"')
    second = sign(digest)
    assert nc(second) == ("B", 1)
    digest.accepted(under_way[2], 'nextnonce="B"')
    assert nc(sign(digest))[0] == "A"
    digest.accepted(second)
    digest.accepted(under_way[3], 'nextnonce="B"')
    assert nc(sign(digest)) == ("B", 2)


def test_a_next_nonce_that_a_401_gives_to_another_request_is_left_to_that() -> None:
    digest = cold_start("A")
    under_way = sign(digest)
    digest.accepted(sign(digest), 'nextnonce="B"')
    reply = refuse(digest, under_way, "B")
    assert nc(sign(digest))[0] == "A"
    assert nc(sign(digest, retry=reply)) == ("B", 1)


def test_unused_nonces_older_than_a_refused_one_are_dropped() -> None:
    digest = cold_start("A")
    under_way = [sign(digest) for _ in range(3)]
    for authorization, nonce in zip(under_way, "BCD", strict=True):
        digest.accepted(authorization, f'nextnonce="{nonce}"')
    newest = sign(digest)
    assert nc(newest) == ("D", 1)
    refuse(digest, newest, "E")
    assert nc(sign(digest))[0] == "A"


def test_unused_nonces_newer_than_a_refused_one_are_kept() -> None:
    digest = cold_start("A")
    first, second = sign(digest), sign(digest)
    digest.accepted(first, 'nextnonce="B"')
    refused = sign(digest)
    digest.accepted(second, 'nextnonce="C"')
    refuse(digest, refused, "D")
    assert nc(sign(digest)) == ("C", 1)


def test_so_many_unused_nonces_are_kept_and_the_oldest_go_first() -> None:
    digest = cold_start("A")
    under_way = [sign(digest) for _ in range(1025)]
    for number, authorization in enumerate(under_way):
        digest.accepted(authorization, f'nextnonce="next{number}"')
    assert [nc(sign(digest)) for _ in range(1024)] == [(f"next{number}", 1) for number in range(1024, 0, -1)]
    assert nc(sign(digest))[0] == "A"


def test_a_refusal_of_the_password_drops_the_unused_nonces() -> None:
    digest = cold_start("A")
    digest.accepted(sign(digest), 'nextnonce="B"')
    own = sign(digest, retry=digest.challenged([challenge("C")], None))
    assert refuse(digest, own, "D", stale=False).verdict is Verdict.REFUSED
    digest.accepted(sign(digest, retry=digest.challenged([challenge("E")], None)))
    assert nc(sign(digest)) == ("E", 2)


def test_a_nonce_refused_to_the_request_it_was_given_is_reserved_from_then_on() -> None:
    digest = cold_start("A")
    spoiled = sign(digest, retry=refuse(digest, sign(digest), "B"))
    sign(digest)
    reply = refuse(digest, spoiled, "C")
    assert nc(sign(digest))[0] != "C"
    own = sign(digest, retry=reply)
    assert nc(own) == ("C", 1)
    digest.accepted(own)
    assert nc(sign(digest)) == ("C", 2)


def wear_out(digest: Digest, uses: int, following: str) -> None:
    """Use the nonce at hand until it has been accepted `uses` times, then let the next one replace it."""
    authorization = sign(digest)
    while nc(authorization)[1] <= uses:
        digest.accepted(authorization)
        authorization = sign(digest)
    digest.accepted(sign(digest, retry=refuse(digest, authorization, following)))


def test_the_number_of_uses_that_a_nonce_is_good_for_is_learned() -> None:
    digest = cold_start("A")
    wear_out(digest, 5, "B")
    spare = sign(digest, retry=digest.challenged([challenge("C")], None))
    digest.accepted(spare)
    wear_out(digest, 5, "D")
    assert [nc(sign(digest)) for _ in range(4)] == [("D", 2), ("D", 3), ("D", 4), ("D", 5)]
    assert [nc(sign(digest)) for _ in range(4)] == [("B", 2), ("B", 3), ("B", 4), ("B", 5)]
    # All are worn out: the next request will be told so.
    assert nc(sign(digest))[1] == 6


def test_a_nonce_that_lasts_longer_than_expected_ends_the_expectation() -> None:
    digest = cold_start("A")
    wear_out(digest, 3, "B")
    digest.accepted(sign(digest, retry=digest.challenged([challenge("C")], None)))
    wear_out(digest, 3, "D")
    for _ in range(2):
        digest.accepted(sign(digest))
    for _ in range(2):
        digest.accepted(sign(digest))
    assert [nc(sign(digest)) for _ in range(2)] == [("B", 4), ("B", 5)]


def test_a_nonce_taken_again_after_its_refusal_shows_that_there_are_several_servers() -> None:
    digest, to_a, to_b = Digest("user", "password"), ConnectionState(), ConnectionState()
    digest.accepted(sign(digest, retry=digest.challenged([challenge("A")], None), lane=to_a))
    reply = refuse(digest, sign(digest, lane=to_b), "B")
    digest.accepted(sign(digest, retry=reply, lane=to_b))
    # Tried once more where it was good: one request finds out what the nonces belong to.
    probe = sign(digest, lane=to_a)
    assert nc(probe) == ("A", 3)
    assert nc(sign(digest, lane=to_a)) == ("B", 2)
    digest.accepted(probe)
    assert [nc(sign(digest, lane=lane))[0] for lane in (to_a, to_b, to_a, to_b)] == ["A", "B", "A", "B"]


def test_a_nonce_that_really_died_is_tried_once_more_only() -> None:
    digest, one, other = Digest("user", "password"), ConnectionState(), ConnectionState()
    for lane in (one, other):
        digest.accepted(sign(digest, retry=digest.challenged([challenge("A")], None), lane=lane))
    reply = refuse(digest, sign(digest, lane=one), "B")
    digest.accepted(sign(digest, retry=reply, lane=one))
    probe = sign(digest, lane=other)
    assert nc(probe)[0] == "A"
    reply = refuse(digest, probe, "C")
    assert nc(sign(digest, retry=reply, lane=other)) == ("C", 1)
    assert nc(sign(digest, lane=other)) == ("C", 2)


def scattered() -> tuple[Digest, ConnectionState, ConnectionState]:
    """Two servers, A and B, of which it is known that they do not share nonces, and a connection to each."""
    digest, to_a, to_b = Digest("user", "password"), ConnectionState(), ConnectionState()
    digest.accepted(sign(digest, retry=digest.challenged([challenge("A")], None), lane=to_a))
    digest.accepted(sign(digest, retry=refuse(digest, sign(digest, lane=to_b), "B"), lane=to_b))
    digest.accepted(sign(digest, lane=to_a))
    return digest, to_a, to_b


def test_a_nonce_offered_again_after_its_refusal_shows_it_too() -> None:
    digest, to_a, to_b = Digest("user", "password"), ConnectionState(), ConnectionState()
    digest.accepted(sign(digest, retry=digest.challenged([challenge("A")], None), lane=to_a))
    refuse(digest, sign(digest, lane=to_b), "B")
    refuse(digest, sign(digest, lane=ConnectionState()), "A")
    assert [nc(sign(digest, lane=lane))[0] for lane in (to_a, to_b)] == ["A", "B"]


def test_a_connection_to_several_servers_is_signed_for_with_what_its_server_gave() -> None:
    digest, _, _ = scattered()
    new = ConnectionState()
    refuse(digest, sign(digest, lane=new), "A2")
    assert nc(sign(digest, lane=new)) == ("A2", 1)


def test_a_retry_on_another_connection_is_signed_for_that_connection() -> None:
    digest, to_a, _ = scattered()
    reply = refuse(digest, sign(digest, lane=ConnectionState()), "B2")
    assert nc(sign(digest, retry=reply, lane=to_a))[0] == "A"


def test_a_second_retry_falls_back_to_the_nonce_that_was_given_to_it() -> None:
    digest, to_a, to_b = scattered()
    reply = refuse(digest, sign(digest, lane=ConnectionState()), "B2")
    first = sign(digest, retry=reply, lane=to_a)
    assert not first.fresh
    reply = refuse(digest, first, "A2")
    second = sign(digest, retry=reply, lane=to_b)
    assert second.fresh
    assert nc(second) == ("A2", 1)


def test_a_later_call_with_the_same_nonce_goes_by_its_connection_again() -> None:
    digest, to_a, to_b = scattered()
    first = sign(digest, retry=refuse(digest, sign(digest, lane=ConnectionState()), "B"), lane=to_a)
    refuse(digest, first, "B")
    reply = refuse(digest, sign(digest, lane=ConnectionState()), "B")
    assert nc(sign(digest, retry=reply, lane=to_b))[0] == "B"
    digest.accepted(sign(digest, lane=ConnectionState()))
    digest.accepted(sign(digest, retry=digest.challenged([challenge("A")], None), lane=to_a))
    reply = refuse(digest, sign(digest, lane=ConnectionState()), "B")
    assert nc(sign(digest, retry=reply, lane=to_a))[0] == "A"


def test_a_doubt_about_the_password_is_settled_with_the_nonce_that_was_given() -> None:
    digest, to_a, _ = scattered()
    reply = refuse(digest, sign(digest, lane=ConnectionState()), "B2", stale=False)
    own = sign(digest, retry=reply, lane=to_a)
    assert nc(own) == ("B2", 1)
    assert refuse(digest, own, "A2", stale=False).verdict is Verdict.REFUSED


def test_what_connections_know_is_void_after_forgetting() -> None:
    digest, to_a, to_b = scattered()
    for _ in range(2):
        old = ConnectionState()
        digest.accepted(sign(digest, retry=digest.challenged([challenge("O")], None), lane=old))
        digest.forget()
        # The same is found out again, with new connections.
        digest.accepted(sign(digest, retry=digest.challenged([challenge("C")], None)))
        refuse(digest, sign(digest), "D")
        refuse(digest, sign(digest), "C")
        for lane in (to_a, to_b, old):
            assert nc(sign(digest, lane=lane))[0] == "C"


def test_one_user_is_never_signed_for_with_what_a_connection_knows_of_another() -> None:
    ours, to_a, to_b = scattered()
    theirs, shared = Digest("other", "secret"), ConnectionState()
    theirs.accepted(sign(theirs, retry=theirs.challenged([challenge("T")], None), lane=shared))
    assert 'username="user"' in sign(ours, lane=shared).header
    for lane in (to_a, to_b):
        assert 'username="other"' in sign(theirs, lane=lane).header


def test_that_there_are_several_servers_is_not_forgotten_by_and_by() -> None:
    digest, to_a, to_b = scattered()
    for _ in range(3):
        digest.accepted(sign(digest, lane=to_b))
    assert nc(sign(digest, lane=to_a))[0] == "A"


def test_an_answer_that_was_under_way_when_the_nonce_died_shows_nothing() -> None:
    digest, one, other = Digest("user", "password"), ConnectionState(), ConnectionState()
    digest.accepted(sign(digest, retry=digest.challenged([challenge("A")], None), lane=one))
    first, second = sign(digest, lane=one), sign(digest, lane=other)
    reply = refuse(digest, first, "B")
    digest.accepted(second)
    digest.accepted(sign(digest, retry=reply, lane=one))
    assert nc(sign(digest, lane=other))[0] == "A"  # tried once more
    assert nc(sign(digest, lane=other))[0] == "B"


def test_a_new_nonce_of_one_server_is_for_all_connections() -> None:
    digest, lane = Digest("user", "password"), ConnectionState()
    digest.accepted(sign(digest, retry=digest.challenged([challenge("A")], None), lane=lane))
    digest.challenged([challenge("B")], None)
    assert nc(sign(digest, lane=lane)) == ("B", 1)


def test_a_worn_nonce_is_not_used_because_of_its_connection() -> None:
    digest, _, to_b = scattered()
    for nonce, following in (("E", "F"), ("F", "G")):
        digest.accepted(sign(digest, retry=digest.challenged([challenge(nonce)], None), lane=to_b))
        for _ in range(4):
            digest.accepted(sign(digest, lane=to_b))
        refuse(digest, sign(digest, lane=to_b), following)
    # Both were good for five uses; B has had two.
    for count in range(1, 6):
        authorization = sign(digest, lane=to_b)
        assert nc(authorization) == ("G", count)
        digest.accepted(authorization)
    assert nc(sign(digest, lane=to_b)) == ("B", 2)


def test_nothing_is_signed_for_a_connection_while_the_password_is_refused() -> None:
    digest, to_a, _ = scattered()
    own = sign(digest, retry=digest.challenged([challenge("C")], None), lane=ConnectionState())
    assert refuse(digest, own, "D", stale=False).verdict is Verdict.REFUSED
    assert digest.authorize("GET", "/", lane=to_a) is None


def test_one_server_signs_all_connections_with_one_nonce() -> None:
    digest, lanes = cold_start("A"), [ConnectionState() for _ in range(3)]
    seen: list[int] = []
    for _ in range(3):
        for lane in lanes:
            authorization = sign(digest, lane=lane)
            digest.accepted(authorization)
            seen.append(nc(authorization)[1])
    assert seen == list(range(2, 11))


def test_a_reserved_nonce_is_not_used_because_of_its_connection() -> None:
    digest, lane = cold_start("A"), ConnectionState()
    spoiled = sign(digest, retry=refuse(digest, sign(digest), "B"), lane=lane)
    refuse(digest, spoiled, "C")
    assert nc(sign(digest, lane=lane))[0] != "C"


def test_where_nonces_are_reserved_each_connection_keeps_its_own() -> None:
    digest, one, other = cold_start("A"), ConnectionState(), ConnectionState()
    spoiled = sign(digest, retry=refuse(digest, sign(digest), "B"))
    reply = refuse(digest, spoiled, "C")
    digest.accepted(sign(digest, retry=reply, lane=one))
    digest.accepted(sign(digest, retry=digest.challenged([challenge("D")], None), lane=other))
    assert [nc(sign(digest, lane=lane)) for lane in (one, other, one, other)] == [
        ("C", 2),
        ("D", 2),
        ("C", 3),
        ("D", 3),
    ]


def test_unused_nonces_go_before_those_of_the_connection() -> None:
    digest, to_a, _ = scattered()
    digest.accepted(sign(digest, lane=to_a), 'nextnonce="N"')
    assert nc(sign(digest, lane=to_a)) == ("N", 1)
    assert nc(sign(digest, lane=to_a))[0] == "A"
