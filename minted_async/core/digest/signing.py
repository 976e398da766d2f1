"""Signing requests: the arithmetic and the header of RFC 7616, section 3.4."""

from __future__ import annotations

import unicodedata
from typing import Final
from urllib.parse import quote, urlsplit

from minted_async.core.digest.challenge import HASHES, Challenge

_ATTR_CHARS: Final = "!#$&+-.^_`|~"  # RFC 8187, section 3.2.1, without letters and digits

_REMEMBERED_HASHES: Final = 16
"""A server has one realm and one algorithm; the bound is for one that makes up a new realm for each 401."""


class Credentials:
    """A user name and password, and what each challenge makes of them."""

    __slots__ = ("_hashed", "_password", "_username")

    def __init__(self, username: str, password: str) -> None:
        self._username = username
        self._password = password
        self._hashed: dict[tuple[str, str, bool], str] = {}

    @property
    def known(self) -> bool:
        """Whether there is a password."""
        return bool(self._password)

    def __eq__(self, other: object) -> bool:
        """Whether they say the same, for the server."""
        if not isinstance(other, Credentials):
            return NotImplemented
        return (self._username, self._password) == (other._username, other._password)

    def hashed(self, challenge: Challenge) -> str:
        """The hash of user name, realm and password (section 3.4.2), cached."""
        key = (challenge.hash_name, challenge.realm, challenge.utf8)
        value = self._hashed.get(key)
        if value is None:
            username, password = _normal(self._username, challenge), _normal(self._password, challenge)
            text = f"{username}:{challenge.realm}:{password}"
            value = HASHES[challenge.hash_name](text.encode()).hexdigest()
            if len(self._hashed) >= _REMEMBERED_HASHES:
                self._hashed.clear()
            self._hashed[key] = value
        return value

    def field(self, challenge: Challenge) -> str:
        """The user name as it goes into the header (sections 3.4 and 3.4.4).

        One outside ASCII goes out as ``username*`` if the server says ``charset=UTF-8``, and otherwise as
        plain UTF-8: older servers know nothing else.
        """
        username = _normal(self._username, challenge)
        if challenge.userhash:
            text = f"{username}:{challenge.realm}".encode()
            return f'username="{HASHES[challenge.hash_name](text).hexdigest()}", userhash=true'
        if challenge.utf8 and not username.isascii():
            return f"username*=UTF-8''{quote(username, safe=_ATTR_CHARS)}"
        return f"username={_quoted(username)}"


class Nonce:
    """A server nonce: how often it was used, and all of the header that does not change from use to use.

    Its client nonce stays the same too, which makes the two readings of the ``-sess`` algorithms (session key
    from the first request, or from this one) one.

    Attributes:
        value: The nonce.
        credentials: Whose signatures it makes.
        challenge: What it is answered as.
        uses: The last nonce count (nc) sent: no count is ever sent twice.
        dead: Whether a server that knew it takes it no longer.
    """

    __slots__ = (
        "__weakref__",
        "_after",
        "_before",
        "_client_nonce",
        "_hash",
        "_start",
        "challenge",
        "credentials",
        "dead",
        "uses",
        "value",
    )

    def __init__(self, value: str, challenge: Challenge, credentials: Credentials, client_nonce: str) -> None:
        self.value = value
        self.credentials = credentials
        self.uses = 0
        self._client_nonce = client_nonce
        self.offered(challenge)

    def offered(self, challenge: Challenge) -> None:
        """A server gave this nonce, perhaps not for the first time: whatever else changes, it counts on."""
        self.challenge = challenge
        self.dead = False
        self._hash = HASHES[challenge.hash_name]
        client_nonce = self._client_nonce
        secret = self.credentials.hashed(challenge)
        if challenge.session:
            secret = self._hash(f"{secret}:{self.value}:{client_nonce}".encode()).hexdigest()
        self._before = f"{secret}:{self.value}:"
        self._after = f":{client_nonce}:{challenge.qop}:"
        fields = [self.credentials.field(challenge)]
        fields.append(f"realm={_quoted(challenge.realm)}, nonce={_quoted(self.value)}")
        if challenge.opaque is not None:
            fields.append(f"opaque={_quoted(challenge.opaque)}")
        if challenge.algorithm is not None:
            fields.append(f"algorithm={challenge.algorithm}")
        if challenge.qop is not None:
            fields.append(f'qop={challenge.qop}, cnonce="{client_nonce}"')
        self._start = f'Digest {", ".join(fields)}, uri="'

    def sign(self, method: str, target: str, body: bytes | None) -> str:
        """The value of the Authorization header for one request, and one use of the nonce more."""
        self.uses = uses = self.uses + 1
        qop, hashing = self.challenge.qop, self._hash
        uri = target if '"' not in target and "\\" not in target else _quoted(target)[1:-1]
        a2 = f"{method}:{target}"
        if qop == "auth-int":
            a2 = f"{a2}:{hashing(body or b'').hexdigest()}"
        a2 = hashing(a2.encode()).hexdigest()
        if qop is None:
            response = hashing(f"{self._before}{a2}".encode()).hexdigest()
            return f'{self._start}{uri}", response="{response}"'
        count = f"{uses:08x}"
        response = hashing(f"{self._before}{count}{self._after}{a2}".encode()).hexdigest()
        return f'{self._start}{uri}", nc={count}, response="{response}"'


Origin = tuple[str, str | None, int | None]
"""Scheme, host and port, in lower case and with the default port filled in."""


def origin_of(uri: str) -> Origin:
    """The origin of an absolute URI.

    Raises:
        ValueError: Its port or IPv6 address is malformed.
    """
    url = urlsplit(uri)
    port = url.port or {"http": 80, "https": 443}.get(url.scheme)
    return url.scheme, url.hostname, port


def protection_space(domain: tuple[str, ...], origin: Origin) -> tuple[str, ...]:
    """The paths of this origin that a ``domain`` names; () if they are all of it, or none."""
    paths: list[str] = []
    for uri in domain:
        if uri.startswith("/") and not uri.startswith("//"):
            paths.append(uri)
            continue
        try:
            if origin_of(uri) == origin:
                paths.append(urlsplit(uri).path or "/")
        except ValueError:
            continue
    return () if "/" in paths else tuple(paths)


def covers(space: tuple[str, ...], target: str) -> bool:
    """Whether a request target is in a protection space.

    It is if it continues one of the paths at a ``/`` or ``?``: narrower than the RFC's bare prefix.
    """
    return not space or any(
        target.startswith(path) and (path[-1] == "/" or target[len(path) : len(path) + 1] in "/?")
        for path in space
    )


def _normal(text: str, challenge: Challenge) -> str:
    return unicodedata.normalize("NFC", text) if challenge.utf8 else text


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'
