"""Digest authentication (RFC 7616, and the older forms of RFC 2617 and RFC 2069) without I/O.

`Digest` holds what one client knows of one origin: it signs requests, judges 401s and counts nonces. It never
waits and never reads a clock; who sends what when is the transport's business. It is not safe for threads,
and a forked child must call `Digest.forget`, or it repeats its parent's nonce counts.

What was decided where the RFCs leave a choice:

* One client nonce a server nonce, not one a request. It keeps all but a few bytes of the header constant, and
  makes the two readings of the ``-sess`` algorithms (session key from the first request, or from this one)
  the same.
* A user name outside ASCII goes out as ``username*`` if the server says ``charset=UTF-8``, with name and
  password in normalization form C (RFC 7616, sections 3.4 and 4); otherwise as plain UTF-8, as it was given.
* A path is inside a ``domain`` if it continues one of its paths at a ``/`` or ``?``: narrower than the RFC's
  bare prefix. A domain that names nothing of this origin, or that leaves out what its own server challenged,
  says nothing: then the whole origin counts, as without ``domain``.
* ``rspauth`` is not checked: the server is authenticated by TLS.

How a nonce is shared among requests depends on what the server was seen to do:

* At first the nonce of the newest 401 signs everything.
* A server that sent ``nextnonce``, or refused a request the nonce that it had just been given, may take each
  nonce once or in strict order: then a nonce belongs to the request whose 401 brought it, until that has gone
  through, and each ``nextnonce`` is used once.
* A server that takes a nonce again after having refused it consists of several that do not know each other's
  nonces: then each connection (`ConnectionState`) is signed for with the nonce that its own server gave or
  took last.
"""

from __future__ import annotations

import enum
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec

from minted_async.core.digest.challenge import (
    Challenge,
    UnusableChallengeError,
    choose_challenge,
    read_parameters,
    sendable,
)
from minted_async.core.digest.nonces import Spares, UseLimit
from minted_async.core.digest.signing import Credentials, Signer, Signers, origin_of


class Verdict(enum.Enum):
    """What a 401 means for the request that got it."""

    RETRY = "retry"
    """Sign again with the challenge of this reply. How often is for the caller to limit."""
    REFUSED = "refused"
    """User name or password is wrong: signing again would be one more failed login."""
    UNUSABLE = "unusable"
    """There is no challenge that can be answered."""


class Reply(msgspec.Struct, frozen=True):
    """The verdict on one 401; `reason` is for people and holds no secret."""

    verdict: Verdict
    challenge: Challenge | None
    reason: str


class ConnectionState:
    """What the server at the other end of one connection gave or took last: one for each connection."""

    __slots__ = ("__weakref__", "_accepted", "_era", "_signer")

    def __init__(self) -> None:
        self._era: object = None
        self._signer: Signer | None = None
        self._accepted = False

    def signer(self, era: object) -> tuple[Signer | None, bool]:
        """The signer of the nonce, and whether the server took it or only gave it; of this `Digest` only."""
        return (self._signer, self._accepted) if era is self._era else (None, False)

    def note(self, era: object, signer: Signer, *, accepted: bool) -> None:
        """Remember what the server took or gave."""
        self._era, self._signer, self._accepted = era, signer, accepted


class Authorization(msgspec.Struct, frozen=True, eq=False):
    """One signature: good for one request, once."""

    header: str
    """The value of the ``Authorization`` header."""
    nonce: str
    fresh: bool
    """First use of a nonce that came from this call's own 401: refusing it is refusing the credentials."""
    retry: bool
    """Whether it answers a 401 to the same call."""
    own: bool
    """Whether it does so with the nonce that came with that 401."""
    number: int
    """Its place in the order of signing."""
    signer: Signer
    lane: ConnectionState | None

    def __repr__(self) -> str:
        """Nonce and history; nothing that a password could be guessed from."""
        return f"Authorization(nonce={self.nonce!r}, fresh={self.fresh})"


def _client_nonce() -> str:
    return secrets.token_hex(16)


class Digest:
    """The digest state of one user at one origin.

    Args:
        username: User name; the server gets it in clear unless it asks for ``userhash``.
        password: Password; it stays here, hashed with the realm of each challenge.
        origin: ``scheme://host[:port]`` of the server, to recognise absolute URIs in ``domain``; without it
            they are all taken for other origins.
        cnonce: Source of client nonces, called once a server nonce.

    Raises:
        ValueError: The user name has a control character, or one of the two cannot be encoded. The message
            does not show it.
    """

    def __init__(
        self,
        username: str,
        password: str,
        *,
        origin: str | None = None,
        cnonce: Callable[[], str] = _client_nonce,
    ) -> None:
        self._credentials = Credentials(username, password)
        self._origin = None if origin is None else origin_of(origin)
        self._cnonce = cnonce
        self.forget()

    def __repr__(self) -> str:
        current = self._signers.current
        realm = None if current is None else current.challenge.realm
        return f"<Digest known={self.known} proven={self.proven} realm={realm!r}>"

    def forget(self) -> None:
        """Start afresh: no challenge, no nonce, no count."""
        # What a lane remembers is void if it is of another era, or of another user.
        self._era = object()
        self._signers = Signers(self._credentials, self._origin, self._cnonce)
        self._spares = Spares()
        self._limit = UseLimit()
        self._proven = False
        # Requests signed so far, and the last of them that was accepted.
        self._signed = 0
        self._accepted = 0
        # Whether a nonce belongs to the request whose 401 brought it, until that has gone through.
        self._reserving = False
        # Whether the server is several that do not know each other's nonces.
        self._scattered = False

    @property
    def known(self) -> bool:
        """Whether a usable challenge is at hand: requests can be signed before being asked to."""
        return self._signers.current is not None

    @property
    def proven(self) -> bool:
        """Whether the server has accepted these credentials since it last refused them."""
        return self._proven

    def authorize(
        self,
        method: str,
        target: str,
        challenge: Challenge | None = None,
        *,
        body: bytes = b"",
        lane: ConnectionState | None = None,
    ) -> Authorization | None:
        """Sign one request. The result is for one sending only: sent twice it would repeat a nonce count.

        Args:
            method: HTTP method, as on the wire.
            target: Request target, as on the wire: raw path and query.
            challenge: From the `Reply` to this request's own 401; None to sign ahead of any.
            body: The whole body; it is hashed only where the server offers ``auth-int`` alone.
            lane: That of the connection on which the request will go out, if it is known already.

        Returns:
            None if the request is to be sent unsigned: no challenge is known yet, or `target` is outside the
            protection space. Never None if `challenge` is given.

        Raises:
            ValueError: `target` is not a request target: empty, not ASCII, with a space or a control.
        """
        current = self._signers.current
        if challenge is not None:
            own = self._find(challenge)
            if not own.covers(target):
                self._signers.distrust_domain(own)
            signer = (lane and self._from_lane(lane, challenge)) or own
        elif current is None or not current.covers(target):
            return None
        else:
            own = None
            signer = (lane and self._from_lane(lane, None)) or self._best(current)
        header = signer.sign(method, target, body)
        self._signed += 1
        nonce = signer.nonce
        retry, own_used = own is not None, signer is own
        fresh = own_used and nonce.uses == 1
        return Authorization(header, nonce.value, fresh, retry, own_used, self._signed, signer, lane)

    def challenged(self, www_authenticate: Sequence[str], authorization: Authorization | None) -> Reply:
        """Judge a 401 and learn its challenge.

        Args:
            www_authenticate: All ``WWW-Authenticate`` headers of the 401, one string a header.
            authorization: What the request was signed with; None if it was sent unsigned.
        """
        if authorization is not None:
            authorization.signer.nonce.unanswered -= 1
        try:
            challenge = choose_challenge(www_authenticate)
        except UnusableChallengeError as error:
            return Reply(Verdict.UNUSABLE, None, str(error))
        if authorization is None:
            self._learn(challenge)
            return Reply(Verdict.RETRY, challenge, "the request was not signed")
        return self._judge(challenge, authorization)

    def accepted(self, authorization: Authorization, authentication_info: str | None = None) -> None:
        """Note that a signed request was answered with anything but a 401.

        Args:
            authorization: What the request was signed with.
            authentication_info: The ``Authentication-Info`` header of the answer, if it has one.
        """
        signer = authorization.signer
        nonce = signer.nonce
        nonce.unanswered -= 1
        nonce.accepted += 1
        self._limit.observe(nonce)
        self._proven = True
        self._accepted = max(self._accepted, authorization.number)
        self._scattered |= nonce.dead and authorization.number > nonce.died
        if authorization.lane is not None:
            authorization.lane.note(self._era, signer, accepted=True)
        current = self._signers.current
        if current is not signer and not nonce.dead:
            newer = current is None or nonce.number > current.nonce.number
            if current is None or (self._reserving and newer):
                self._signers.use(signer)
        if authentication_info is not None:
            self._keep_next_nonce(signer, authentication_info)

    def _judge(self, challenge: Challenge, authorization: Authorization) -> Reply:
        nonce = authorization.signer.nonce
        same = challenge.nonce == nonce.value
        nonce.dead, nonce.died = not same, self._signed
        self._limit.observe(nonce)
        self._spares.drop_older(nonce)
        # A nonce that others used too may have been worn out by them, and a password by which a later
        # request got through is not wrong.
        alone = same or (authorization.fresh and nonce.uses == 1)
        if alone and not challenge.stale and authorization.number > self._accepted:
            # The next call starts cold: asking first is no failed login, signing ahead might be one more.
            self._signers.current, self._proven = None, False
            self._spares.clear()
            return Reply(Verdict.REFUSED, challenge, "the server refused user name or password")
        # Without stale=true an old nonce and a wrong password look alike; only a new nonce can tell.
        self._reserving |= authorization.own and not same
        signer = self._learn(challenge)
        if authorization.lane is not None:
            authorization.lane.note(self._era, signer, accepted=False)
        reason = "the nonce was stale" if challenge.stale else "the nonce was not accepted, and may be old"
        if authorization.retry and not authorization.own:
            # What the connection was thought to take has failed this call.
            challenge = replace(challenge, own_only=True)
        return Reply(Verdict.RETRY, challenge, reason)

    def _learn(self, challenge: Challenge) -> Signer:
        signer = self._find(challenge)
        self._scattered |= signer.nonce.dead
        signer.nonce.dead = False
        if not self._reserving:
            self._signers.use(signer)
        return signer

    def _find(self, challenge: Challenge) -> Signer:
        # Asked for by a 401, a nonce is no longer one that nobody uses.
        self._spares.discard(challenge.nonce)
        return self._signers.find(challenge)

    def _best(self, current: Signer) -> Signer:
        """What to sign the next request with, whatever connection it goes out on."""
        if self._spares:
            nonce, challenge = self._spares.take()
            return self._signers.add(challenge, nonce)
        if current.nonce.dead or self._limit.reached(current.nonce):
            for signer in self._signers:
                nonce = signer.nonce
                if nonce.accepted and not nonce.dead and not self._limit.reached(nonce):
                    self._signers.use(signer)
                    return signer
        # Worn out or not, it is all there is: a 401 brings the next one.
        return current

    def _from_lane(self, lane: ConnectionState, challenge: Challenge | None) -> Signer | None:
        """What to sign a request with because of its connection; `challenge` is from its own 401."""
        signer, accepted = lane.signer(self._era)
        if signer is None or self._spares or self._limit.reached(signer.nonce):
            return None
        nonce = signer.nonce
        if challenge is not None:
            # If the password is in doubt, only a nonce that was just given can tell.
            return signer if self._scattered and challenge.stale and not challenge.own_only else None
        if self._scattered:
            return signer
        if accepted and nonce.dead and not nonce.probed:
            nonce.probed = True
            return signer
        return signer if accepted and self._reserving and not nonce.dead else None

    def _keep_next_nonce(self, signer: Signer, authentication_info: str) -> None:
        """Take ``nextnonce`` (RFC 7616, section 3.5); who sends it may take each nonce only once."""
        value = read_parameters(authentication_info).get("nextnonce")
        if not value or not sendable(value) or value == signer.nonce.value or value in self._signers:
            return
        self._reserving = True
        if value not in self._spares:
            self._spares.add(self._signers.nonce(value), replace(signer.challenge, nonce=value))
