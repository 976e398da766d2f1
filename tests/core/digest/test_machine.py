"""Whatever the server says and in whatever order responses arrive: no nonce count is ever sent twice."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule
from multidict import CIMultiDict, CIMultiDictProxy

from minted_async.core.digest.flow import MAX_STALE, AuthFlow
from minted_async.core.digest.handshake import Handshake
from minted_async.core.digest.signing import Credentials
from minted_async.core.digest.state import ConnectionState

SIGNED = re.compile(
    r'Digest username="u\\"ser", realm="r, \\\\", nonce="([a-z0-9]+)", [ -~]+, nc=([0-9a-f]{8}), [ -~]+'
)
NONCES = [f"n{number}" for number in range(16)]  # no more than are remembered


@dataclass(eq=False)
class UnderWay:
    """A request whose response is still to come, on a connection that carries nothing else."""

    flow: AuthFlow
    connection: ConnectionState
    signed_with: Credentials | None = None
    refused: int = 0

    def received(self, status: int, **headers: str) -> bool:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.flow.received(status, CIMultiDictProxy(CIMultiDict(named)))


class Conversation(RuleBasedStateMachine):
    """One client with many requests under way, and a server that answers them as it likes."""

    under_way = Bundle("under_way")

    def __init__(self) -> None:
        super().__init__()
        self.handshake = Handshake('u"ser', "password", origin="http://h", clock=lambda: 0.0)
        self.idle = [ConnectionState() for _ in range(3)]
        self.counts: dict[str, list[int]] = {}

    def connection(self, number: int) -> ConnectionState:
        return self.idle.pop(number) if number < len(self.idle) else ConnectionState()

    def sent(self, request: UnderWay) -> UnderWay:
        header = request.flow.authorization(request.connection)
        if header is not None:
            match = SIGNED.fullmatch(header)
            assert match, header
            self.counts.setdefault(match[1], []).append(int(match[2], 16))
        request.signed_with = None if header is None else self.handshake.state.credentials
        return request

    def begun(self, number: int) -> UnderWay:
        return self.sent(UnderWay(self.handshake.flow("x", "GET", "/", None), self.connection(number)))

    @rule()
    def rotate(self) -> None:
        """Another password, while requests are under way that were signed with the one before."""
        self.handshake.state.renew(Credentials('u"ser', "another"))

    @rule(target=under_way, number=st.integers(0, 3))
    def send(self, number: int) -> UnderWay:
        return self.begun(number)

    @rule(
        target=under_way,
        request=consumes(under_way),
        nonce=st.sampled_from(NONCES),
        stale=st.booleans(),
        opaque=st.sampled_from(["", ', opaque="o"']),
        moves=st.booleans(),
    )
    def challenge(self, request: UnderWay, nonce: str, stale: bool, opaque: str, moves: bool) -> UnderWay:
        header = rf'Digest realm="r, \\", nonce="{nonce}", qop=auth, stale={stale}{opaque}'
        request.refused += request.signed_with is self.handshake.state.credentials
        if request.received(401, WWW_Authenticate=header):
            assert request.refused <= MAX_STALE
            if moves:
                self.idle.append(request.connection)
                request.connection = self.connection(0)
            return self.sent(request)
        assert request.flow.reason
        assert request.refused > MAX_STALE or not stale
        self.idle.append(request.connection)
        return self.begun(0)

    @rule(request=consumes(under_way))
    def answer_uselessly(self, request: UnderWay) -> None:
        assert not request.received(401, WWW_Authenticate='Basic realm="x"')
        self.idle.append(request.connection)

    @rule(request=consumes(under_way), announced=st.none() | st.sampled_from(NONCES))
    def accept(self, request: UnderWay, announced: str | None) -> None:
        headers = {} if announced is None else {"Authentication_Info": f'nextnonce="{announced}"'}
        assert not request.received(200, **headers)
        self.idle.append(request.connection)

    @rule(request=consumes(under_way))
    def lose(self, request: UnderWay) -> None:
        """The connection breaks, or the call is cancelled: nothing is heard of this request again."""

    @invariant()
    def counts_go_up_by_one(self) -> None:
        for nonce, counts in self.counts.items():
            assert counts == list(range(1, len(counts) + 1)), nonce


Conversation.TestCase.settings = settings(max_examples=200, stateful_step_count=60, deadline=None)
TestConversation = Conversation.TestCase
