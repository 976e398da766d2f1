"""Signing requests with challenges: the arithmetic and the header of RFC 7616, section 3.4."""

from __future__ import annotations

import re
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import quote, urlsplit

from minted_async.core.digest.challenge import HASHES, Challenge, sendable
from minted_async.core.digest.nonces import Nonce

REMEMBERED_NONCES: Final = 16
"""Nonces whose counts are kept; the one in use is never forgotten."""

_PLAIN_TARGET: Final = re.compile(r"[!#-\[\]-~]+")
_TARGET: Final = re.compile(r"[!-~]+")
_ATTR_CHARS: Final = "!#$&+-.^_`|~"  # RFC 8187, section 3.2.1, without letters and digits

Origin = tuple[str, str | None, int | None]
"""Scheme, host and port, in lower case and with the default port filled in."""


class Credentials:
    """A user name and password, and what each challenge makes of them.

    Raises:
        ValueError: The user name has a control character, or one of the two cannot be encoded. The message
            does not show it.
    """

    __slots__ = ("_hashed", "_password", "_username")

    def __init__(self, username: str, password: str) -> None:
        if not sendable(username):
            raise ValueError("the user name has a character that no header can carry")
        if not _encodable(password):
            raise ValueError("the password has a character that UTF-8 cannot encode")
        self._username = username
        self._password = password
        self._hashed: dict[tuple[str, str, bool], str] = {}

    def hashed(self, challenge: Challenge) -> str:
        """The hash of user name, realm and password (section 3.4.2), cached."""
        key = (challenge.hash_name, challenge.realm, challenge.charset is not None)
        value = self._hashed.get(key)
        if value is None:
            username, password = _normal(self._username, challenge), _normal(self._password, challenge)
            text = f"{username}:{challenge.realm}:{password}"
            value = HASHES[challenge.hash_name](text.encode("utf-8", "surrogateescape")).hexdigest()
            if len(self._hashed) >= REMEMBERED_NONCES:
                self._hashed.clear()
            self._hashed[key] = value
        return value

    def field(self, challenge: Challenge) -> str:
        """The user name as it goes into the header (sections 3.4 and 3.4.4)."""
        username = _normal(self._username, challenge)
        if challenge.userhash:
            text = f"{username}:{challenge.realm}".encode()
            return f'username="{HASHES[challenge.hash_name](text).hexdigest()}", userhash=true'
        if challenge.charset and not username.isascii():
            return f"username*=UTF-8''{quote(username, safe=_ATTR_CHARS)}"
        return f"username={_quoted(username)}"


class Signer:
    """A challenge made ready: all of the header that does not change from request to request."""

    __slots__ = ("_after", "_before", "_hash", "_integrity", "_start", "challenge", "nonce", "space")

    def __init__(
        self,
        challenge: Challenge,
        nonce: Nonce,
        credentials: Credentials,
        cnonce: str,
        space: tuple[str, ...],
    ) -> None:
        self.challenge = challenge
        self.nonce = nonce
        self.space = space
        self._hash = HASHES[challenge.hash_name]
        self._integrity = challenge.qop == "auth-int"
        secret = credentials.hashed(challenge)
        if challenge.session:
            secret = self._hash(f"{secret}:{nonce.value}:{cnonce}".encode()).hexdigest()
        self._before = f"{secret}:{nonce.value}:"
        self._after = f":{cnonce}:{challenge.qop}:" if challenge.qop else None
        realm, value = _quoted(challenge.realm), _quoted(nonce.value)
        fields = [f"{credentials.field(challenge)}, realm={realm}, nonce={value}"]
        if challenge.opaque is not None:
            fields.append(f"opaque={_quoted(challenge.opaque)}")
        if challenge.algorithm is not None:
            fields.append(f"algorithm={challenge.algorithm}")
        if challenge.qop:
            fields.append(f"qop={challenge.qop}, cnonce={_quoted(cnonce)}")
        self._start = f'Digest {", ".join(fields)}, uri="'

    def covers(self, target: str) -> bool:
        """Whether a request target is in the protection space; an empty space is the whole origin."""
        if not self.space:
            return True
        for path in self.space:
            if target.startswith(path) and (path[-1] == "/" or target[len(path) : len(path) + 1] in "/?"):
                return True
        return False

    def sign(self, method: str, target: str, body: bytes) -> str:
        """The header for one request (section 3.4), one use of the nonce further on."""
        uri = target if _PLAIN_TARGET.fullmatch(target) else _quoted_target(target)
        a2 = f"{method}:{target}"
        if self._integrity:
            a2 = f"{a2}:{self._hash(body).hexdigest()}"
        a2_hash = self._hash(a2.encode()).hexdigest()
        nonce = self.nonce
        nonce.uses += 1
        nonce.unanswered += 1
        if self._after is None:
            response = self._hash(f"{self._before}{a2_hash}".encode()).hexdigest()
            return f'{self._start}{uri}", response="{response}"'
        nc = f"{nonce.uses:08x}"
        response = self._hash(f"{self._before}{nc}{self._after}{a2_hash}".encode()).hexdigest()
        return f'{self._start}{uri}", nc={nc}, response="{response}"'


class Signers:
    """The signers of the last nonces, and which of them signs ahead of any 401."""

    __slots__ = ("_by_nonce", "_cnonce", "_credentials", "_origin", "_seen", "_wrong_domain", "current")

    def __init__(self, credentials: Credentials, origin: Origin | None, cnonce: Callable[[], str]) -> None:
        self.current: Signer | None = None
        self._credentials = credentials
        self._origin = origin
        self._cnonce = cnonce
        self._by_nonce: OrderedDict[str, Signer] = OrderedDict()
        self._seen = 0
        self._wrong_domain: tuple[str, ...] = ()

    def __contains__(self, nonce: str) -> bool:
        return nonce in self._by_nonce

    def __iter__(self) -> Iterator[Signer]:
        """The signers, that of the nonce that arrived or was in use last first."""
        return reversed(self._by_nonce.values())

    def find(self, challenge: Challenge) -> Signer:
        """The signer for a challenge; whatever else of it changes, a nonce keeps its count."""
        known = self._by_nonce.get(challenge.nonce)
        if known is None:
            return self.add(challenge, self.nonce(challenge.nonce))
        self._by_nonce.move_to_end(challenge.nonce)
        return known if known.challenge == challenge else self.add(challenge, known.nonce)

    def nonce(self, value: str) -> Nonce:
        """A nonce that just arrived."""
        self._seen += 1
        return Nonce(value, self._seen)

    def add(self, challenge: Challenge, nonce: Nonce) -> Signer:
        """Make a signer and remember it; the longest unused is forgotten."""
        domain = () if challenge.domain == self._wrong_domain else challenge.domain
        space = protection_space(domain, self._origin)
        signer = Signer(challenge, nonce, self._credentials, self._cnonce(), space)
        self._by_nonce[challenge.nonce] = signer
        while len(self._by_nonce) > REMEMBERED_NONCES:
            oldest = next(iter(self._by_nonce))
            if self.current is not None and oldest == self.current.nonce.value:
                self._by_nonce.move_to_end(oldest)
            else:
                del self._by_nonce[oldest]
        return signer

    def use(self, signer: Signer) -> None:
        """Sign ahead with this signer from now on."""
        if self.current is not None and self.current.nonce.value in self._by_nonce:
            self._by_nonce.move_to_end(self.current.nonce.value)
        self.current = signer

    def distrust_domain(self, signer: Signer) -> None:
        """Take this signer's ``domain`` for the whole origin, now and when it comes again."""
        self._wrong_domain, signer.space = signer.challenge.domain, ()


def origin_of(uri: str) -> Origin:
    """The origin of an absolute URI.

    Raises:
        ValueError: Its port or IPv6 address is malformed.
    """
    url = urlsplit(uri)
    port = url.port or {"http": 80, "https": 443}.get(url.scheme)
    return url.scheme, url.hostname, port


def protection_space(domain: tuple[str, ...], origin: Origin | None) -> tuple[str, ...]:
    """The paths of this origin that a ``domain`` names; () if they are all of it, or none."""
    paths: list[str] = []
    for uri in domain:
        if uri.startswith("/") and not uri.startswith("//"):
            paths.append(uri)
            continue
        try:
            if origin is not None and origin_of(uri) == origin:
                paths.append(urlsplit(uri).path or "/")
        except ValueError:
            continue
    return () if "/" in paths else tuple(paths)


def _normal(text: str, challenge: Challenge) -> str:
    return unicodedata.normalize("NFC", text) if challenge.charset else text


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'


def _quoted_target(target: str) -> str:
    if not _TARGET.fullmatch(target):
        raise ValueError("not a request target: it is empty, or has a character that must be percent-encoded")
    return _quoted(target)[1:-1]


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True
