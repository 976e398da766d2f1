"""Whatever the server says and in whatever order answers arrive: no nonce count is ever sent twice."""

from __future__ import annotations

import re

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from minted_async.core.digest.state import Authorization, ConnectionState, Digest, Reply, Verdict

SIGNED = re.compile(
    r'Digest username="u\\"ser", realm="r, \\\\", nonce="([a-z0-9]+)", [ -~]+, nc=([0-9a-f]{8}), [ -~]+'
)
NONCES = [f"n{number}" for number in range(16)]  # no more than are remembered


class Conversation(RuleBasedStateMachine):
    """One client with many requests under way, and a server that answers them as it likes."""

    under_way = Bundle("under_way")
    replies = Bundle("replies")

    def __init__(self) -> None:
        super().__init__()
        self.digest = Digest('u"ser', "password")
        self.lanes = [ConnectionState() for _ in range(3)]
        self.counts: dict[str, list[int]] = {}

    def sent(self, authorization: Authorization | None) -> Authorization | None:
        if authorization is not None:
            match = SIGNED.fullmatch(authorization.header)
            assert match, authorization.header
            assert match[1] == authorization.nonce
            self.counts.setdefault(match[1], []).append(int(match[2], 16))
        return authorization

    def lane(self, number: int) -> ConnectionState | None:
        return None if number == 3 else self.lanes[number]

    def ahead(self, lane: int) -> Authorization | None:
        known = self.digest.known
        authorization = self.digest.authorize("GET", "/", lane=self.lane(lane))
        assert (authorization is not None) is known
        assert authorization is None or not authorization.fresh
        return self.sent(authorization)

    @rule(target=under_way, lane=st.integers(0, 3))
    def send(self, lane: int) -> Authorization | None:
        return self.ahead(lane)

    @rule(target=under_way, reply=consumes(replies), lane=st.integers(0, 3))
    def send_again(self, reply: Reply, lane: int) -> Authorization | None:
        return self.sent(self.digest.authorize("GET", "/", reply.challenge, lane=self.lane(lane)))

    @rule(
        target=replies,
        authorization=consumes(under_way),
        nonce=st.sampled_from(NONCES),
        stale=st.booleans(),
        opaque=st.sampled_from(["", ', opaque="o"']),
    )
    def challenge(self, authorization: Authorization | None, nonce: str, stale: bool, opaque: str) -> Reply:
        header = rf'Digest realm="r, \\", nonce="{nonce}", qop=auth, stale={stale}{opaque}'
        reply = self.digest.challenged([header], authorization)
        assert reply.challenge
        assert reply.challenge.nonce == nonce
        if authorization is None or stale:
            assert reply.verdict is Verdict.RETRY
        assert reply.verdict is not Verdict.UNUSABLE
        if reply.verdict is Verdict.REFUSED:
            assert not self.digest.known
        return reply

    @rule(authorization=consumes(under_way))
    def answer_uselessly(self, authorization: Authorization | None) -> None:
        known = self.digest.known
        assert self.digest.challenged(['Basic realm="x"'], authorization).verdict is Verdict.UNUSABLE
        assert self.digest.known is known

    @rule(authorization=consumes(under_way), announced=st.none() | st.sampled_from(NONCES))
    def accept(self, authorization: Authorization | None, announced: str | None) -> None:
        if authorization is not None:
            information = None if announced is None else f'nextnonce="{announced}"'
            self.digest.accepted(authorization, information)
            assert self.digest.proven

    @rule(authorization=consumes(under_way))
    def lose(self, authorization: Authorization | None) -> None:
        """The connection breaks, or the call is cancelled: nothing is heard of this request again."""

    @rule(number=st.integers(0, 3), calls=st.integers(1, 6))
    def succeed(self, number: int, calls: int) -> None:
        """The usual course of things."""
        for _ in range(calls):
            authorization = self.ahead(number)
            if authorization is not None:
                self.digest.accepted(authorization)

    @invariant()
    def no_count_was_sent_twice(self) -> None:
        for nonce, counts in self.counts.items():
            assert len(set(counts)) == len(counts), nonce

    @invariant()
    def counts_go_up_by_one(self) -> None:
        for counts in self.counts.values():
            assert counts == list(range(1, len(counts) + 1))


Conversation.TestCase.settings = settings(max_examples=200, stateful_step_count=60, deadline=None)
TestConversation = Conversation.TestCase
