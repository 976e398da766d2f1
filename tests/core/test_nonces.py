"""How many uses a nonce seems to be good for."""

from __future__ import annotations

from minted_async.core.digest.nonces import Nonce, UseLimit


def dies(limit: UseLimit, nonce: Nonce, *, accepted: int) -> None:
    nonce.uses, nonce.accepted, nonce.dead = accepted + 1, accepted, True
    limit.observe(nonce)


def test_two_nonces_that_die_after_equally_many_uses_set_the_limit() -> None:
    limit = UseLimit()
    dies(limit, Nonce("a", 1), accepted=2)
    assert limit.uses is None
    dies(limit, Nonce("b", 2), accepted=2)
    assert limit.uses == 2
    assert not limit.reached(Nonce("c", 3, uses=1))
    assert limit.reached(Nonce("c", 3, uses=2))
    assert limit.reached(Nonce("c", 3, uses=3))


def test_nonces_that_die_after_different_numbers_of_uses_set_none() -> None:
    limit = UseLimit()
    for number, accepted in enumerate((2, 3, 2, 3)):
        dies(limit, Nonce("n", number), accepted=accepted)
        assert limit.uses is None
        assert not limit.reached(Nonce("c", 9, uses=100))


def test_a_single_use_is_no_limit_worth_knowing() -> None:
    limit = UseLimit()
    for number in range(3):
        dies(limit, Nonce("n", number), accepted=1)
    assert limit.uses is None


def test_one_nonce_that_is_refused_twice_counts_once() -> None:
    limit, nonce = UseLimit(), Nonce("a", 1)
    for _ in range(3):
        dies(limit, nonce, accepted=5)
    assert limit.uses is None


def test_a_nonce_counts_when_all_its_answers_are_in() -> None:
    limit, nonce = UseLimit(), Nonce("b", 2, unanswered=2)
    dies(limit, Nonce("a", 1), accepted=5)
    dies(limit, nonce, accepted=4)
    nonce.unanswered = 1
    limit.observe(nonce)
    nonce.unanswered, nonce.accepted = 0, 5
    limit.observe(nonce)
    assert limit.uses == 5


def test_a_nonce_that_lives_does_not_count() -> None:
    limit = UseLimit()
    dies(limit, Nonce("a", 1), accepted=5)
    limit.observe(Nonce("b", 2, accepted=5))
    assert limit.uses is None


def test_a_nonce_accepted_more_often_lifts_the_limit() -> None:
    limit = UseLimit()
    dies(limit, Nonce("a", 1), accepted=5)
    dies(limit, Nonce("b", 2), accepted=5)
    limit.observe(Nonce("c", 3, accepted=5))
    assert limit.uses == 5
    limit.observe(Nonce("c", 3, accepted=6))
    assert limit.uses is None


def test_a_different_death_lifts_the_limit() -> None:
    limit = UseLimit()
    dies(limit, Nonce("a", 1), accepted=5)
    dies(limit, Nonce("b", 2), accepted=5)
    dies(limit, Nonce("c", 3), accepted=4)
    assert limit.uses is None
