"""What one client knows of one origin: which nonce signs a request, and what a 401 means. Nothing waits here.

Which nonce signs a request is decided when its connection is known, in this order:

1. The connection's own: the one that the server at its other end gave or took last. Behind one address there
   may be several servers that do not know each other's nonces. And what came with a 401 is nobody else's
   until it has been accepted: a server that takes each nonce once, or so many times, or with its counts in
   order, does not refuse it to the request that it was given to.
2. The one that came with this call's own 401, if the request has to go out on another connection; before 1 if
   the server itself ended the one that it came on.
3. The latest that any server accepted, or announced with ``nextnonce``.

A nonce is dead, and not used again, once it is refused on a connection whose own it is: elsewhere, it may be
that of another server. A connection whose nonce has died asks for one of its own. To share that of another
connection would spare it the 401, but where counts must be in order the two would kill each other's nonces
again and again.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Sequence
from typing import Final
from weakref import WeakValueDictionary

import msgspec

from minted_async.core.digest.challenge import (
    Challenge,
    UnusableChallengeError,
    choose_challenge,
    read_next_nonce,
)
from minted_async.core.digest.signing import Credentials, Nonce, covers, origin_of, protection_space

_REMEMBERED_NONCES: Final = 16
"""Nonces whose count is kept although nobody uses them: a few servers that hand out one nonce each may take
turns. Those in use are always remembered."""


class ConnectionState:
    """What the server at the other end of one connection gave or took last: one for each TCP connection.

    Attributes:
        nonce: That nonce; for `DigestState` alone.
        ended: Whether that server has ended it, or said with its last 401 that it does.
    """

    __slots__ = ("__weakref__", "ended", "nonce")

    def __init__(self) -> None:
        self.nonce: Nonce | None = None
        self.ended = False


class ChallengeResult(msgspec.Struct, frozen=True):
    """What a 401 means for the request that got it.

    Attributes:
        nonce: What to sign the request with; None if sending it once more would not help.
        reason: Why authentication failed, for people; holds no secret.
        refused: User name or password is wrong: signing again would be one more failed login.
        doubtful: They may be wrong: no more than one request is to find out.
        stale: Whether it said so of a nonce that cannot be old.
    """

    nonce: Nonce | None
    reason: str
    refused: bool = False
    doubtful: bool = False
    stale: bool = False


class DigestState:
    """The digest state of one user at one origin.

    Args:
        credentials: User name and password.
        origin: Scheme, host and port; a challenge's ``domain`` may name it.

    Attributes:
        acceptances: How many signed requests were accepted.
        credentials: What is signed with.
    """

    __slots__ = ("_latest", "_nonces", "_origin", "_recent", "_space", "acceptances", "credentials")

    def __init__(self, credentials: Credentials, *, origin: str) -> None:
        self.acceptances = 0
        self.credentials = credentials
        self._origin = origin_of(origin)
        # What to sign with ahead of any 401; None while the credentials are not known to be right.
        self._latest: Nonce | None = None
        self._nonces: WeakValueDictionary[str, Nonce] = WeakValueDictionary()
        self._recent: deque[Nonce] = deque(maxlen=_REMEMBERED_NONCES)
        self._space: tuple[str, ...] = ()

    @property
    def known_right(self) -> bool:
        """Whether the credentials were accepted, and not refused since."""
        return self._latest is not None

    def renew(self, credentials: Credentials) -> None:
        """Sign with other credentials from here on; the server's nonces stay counted."""
        self.credentials = credentials
        self.refused()

    def refused(self) -> None:
        """The next call asks first: that is no failed login, signing ahead might be one more."""
        self._latest = None

    def choose(
        self, connection: ConnectionState, target: str, given: Nonce | None, *, stranded: bool
    ) -> Nonce | None:
        """Choose what to sign a request with.

        Args:
            connection: The one on which it goes out.
            target: Request target.
            given: What came with the 401 to this very request.
            stranded: Whether the server ended the connection on which it gave that.

        Returns:
            None if it is to go out unsigned: nothing usable is known, or `target` is outside the protection
            space.
        """
        own = connection.nonce
        # A pool of connections may be shared by clients of different users, and a password may be renewed.
        if own is not None and own.credentials is not self.credentials:
            own = None
        if given is not None and given.credentials is self.credentials:
            return given if stranded or own is None or own.dead else own
        latest = self._latest
        if latest is None or (self._space and not covers(self._space, target)):
            return None
        nonce = own or latest
        return None if nonce.dead else nonce

    def accepted(self, nonce: Nonce, connection: ConnectionState, authentication_info: str | None) -> None:
        """Note that a signed request was answered with anything but a 401."""
        if nonce.credentials is not self.credentials:
            return  # which says nothing about those that are tried now
        self.acceptances += 1
        connection.nonce = nonce
        if authentication_info is not None:
            # Whoever announces the next nonce may take each one only once.
            value = read_next_nonce(authentication_info)
            if value is not None and value != nonce.value:
                nonce = connection.nonce = self._learn(value, nonce.challenge)
        if not nonce.dead:
            self._latest = nonce

    def challenged(
        self,
        www_authenticate: Sequence[str],
        connection: ConnectionState,
        nonce: Nonce | None,
        *,
        given: Nonce | None,
        stranded: bool,
        overtaken: bool,
    ) -> ChallengeResult:
        """Judge a 401, and learn its challenge.

        Args:
            www_authenticate: All ``WWW-Authenticate`` headers, one string a header.
            connection: The one that it came on.
            nonce: What the request was signed with; None if it went out unsigned.
            given: What came with the 401 before to this very request.
            stranded: Whether the server ended the connection on which it gave that.
            overtaken: Whether another signed request was accepted meanwhile.
        """
        try:
            challenge = choose_challenge(www_authenticate)
        except UnusableChallengeError as error:
            return ChallengeResult(None, str(error))
        own = nonce is connection.nonce
        if nonce is not None and own:
            nonce.dead = True
        connection.nonce = fresh = self._learn(challenge.nonce, challenge)
        self._space = protection_space(challenge.domain, self._origin)
        if nonce is None:
            return ChallengeResult(fresh, "the request was not signed", doubtful=self._latest is None)
        if nonce.credentials is not self.credentials:
            return ChallengeResult(fresh, "the credentials were renewed meanwhile")
        # Without stale=true an old nonce and a wrong password look alike, unless the nonce cannot be old. And
        # a password by which another request got through meanwhile is not wrong. A server that gives a nonce
        # and hangs up takes it on another connection, or nowhere.
        cannot_be_old = fresh is nonce or (nonce is given and nonce.uses == 1 and (own or stranded))
        suspect = cannot_be_old and not overtaken
        if challenge.stale:
            return ChallengeResult(fresh, "the nonce was stale", doubtful=suspect, stale=suspect)
        if suspect:
            return ChallengeResult(None, "the server refused user name or password", refused=True)
        return ChallengeResult(fresh, "the nonce was not accepted, and may be old", doubtful=True)

    def _learn(self, value: str, challenge: Challenge) -> Nonce:
        known = self._nonces.get(value)
        if known is not None and known in self._recent:
            self._recent.remove(known)
        if known is not None and known.credentials is self.credentials:
            nonce = known
            nonce.offered(challenge)
        else:
            nonce = Nonce(value, challenge, self.credentials, secrets.token_hex(16))
            # Whoever signs with it, no count goes out twice.
            nonce.uses = 0 if known is None else known.uses
            self._nonces[value] = nonce
        self._recent.append(nonce)
        return nonce
