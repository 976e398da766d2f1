"""HTTP Digest authentication, the server's side of RFC 7616: challenges out, `Authorization` in.

Written for this server alone and from the RFC, so that it can stand as a witness against any client. Only
``qop="auth"`` is offered and accepted; the form of RFC 2069 without qop is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from minted_async.sandbox.clock import Clock

ALGORITHMS = ("SHA-512-256", "SHA-512-256-sess", "SHA-256", "SHA-256-sess", "MD5", "MD5-sess")
"""What can be offered, strongest first."""

NONCE_COUNT_WINDOW = 4096
"""How far behind the highest nonce count of a nonce a late request may be."""

MAX_NONCES = 65_536
"""Nonces kept for one backend; the oldest are forgotten first."""

_WINDOW_MASK = (1 << NONCE_COUNT_WINDOW) - 1
_PARAMETER = re.compile(
    r"""\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",=]+))\s*(?:,|$)"""
)
_ESCAPED = re.compile(r"\\(.)")
_NONCE_COUNT = re.compile(r"[0-9a-fA-F]{8}")


class Verdict(NamedTuple):
    """What the guard says about one request."""

    accepted: bool
    stale: bool = False
    """The credentials are right, only the nonce is used up: `stale=true`, the client may sign anew."""
    next_nonce: str | None = None
    """A nonce for the client's next request, announced in `Authentication-Info`."""
    bearer: bool = False
    """A webview's token was asked for, not digest."""
    customer: str | None = None
    """Whose webview it is."""


REFUSED = Verdict(accepted=False)
STALE = Verdict(accepted=False, stale=True)
ACCEPTED = Verdict(accepted=True)


class Nonce:
    """One nonce: until when it is good, and which nonce counts were seen with it."""

    __slots__ = ("_highest", "_seen", "expires_at")

    def __init__(self, expires_at: float) -> None:
        self.expires_at = expires_at
        self._highest = 0
        self._seen = 0

    def count(self, value: int) -> bool:
        """Take one nonce count; false if it was seen before, or is too far behind to tell."""
        ahead = value - self._highest
        if ahead > 0:
            kept = self._seen << ahead if ahead < NONCE_COUNT_WINDOW else 0
            self._seen = (kept | 1) & _WINDOW_MASK
            self._highest = value
            return True
        if value < 1 or -ahead >= NONCE_COUNT_WINDOW or self._seen >> -ahead & 1:
            return False
        self._seen |= 1 << -ahead
        return True


class DigestGuard:
    """Challenges, checks the answers, and keeps the nonces.

    Args:
        username: The only user.
        password: Their password; only its hashes are kept.
        clock: Nonces live by this clock.
        algorithms: What is offered, each in a `WWW-Authenticate` header of its own, in this order.
        nonce_lifetime: Seconds that a nonce is good for.
        realm: The realm of the challenge.

    Raises:
        ValueError: An unknown algorithm, none or one twice, a colon in the user name, or a lifetime that is
            not positive.
    """

    def __init__(
        self,
        username: str,
        password: str,
        *,
        clock: Clock,
        algorithms: Sequence[str] = ("SHA-256", "MD5"),
        nonce_lifetime: float = 300.0,
        realm: str = "minted-sandbox",
    ) -> None:
        if not username or ":" in username:
            raise ValueError("username is not empty and holds no colon")
        offered = set(algorithms)
        if not offered or len(offered) != len(algorithms) or not offered <= set(ALGORITHMS):
            raise ValueError(f"algorithms are some of {', '.join(ALGORITHMS)}, each once: {algorithms!r}")
        if not nonce_lifetime > 0:
            raise ValueError(f"nonce_lifetime is a positive number of seconds: {nonce_lifetime!r}")
        self.username = username
        self.realm = realm
        self.opaque = secrets.token_hex(16)
        self.nonce_lifetime = nonce_lifetime
        self.one_time = False
        self.replayed = 0
        """How many requests repeated a nonce count, or came too late to tell."""
        self._clock = clock
        self._algorithms = tuple(algorithms)
        self._nonces: dict[int, dict[str, Nonce]] = {}
        self.change_password(password)

    def change_password(self, password: str) -> None:
        """Take another password from here on. Nonces stay: who signs with the old one is simply refused."""
        self._secrets = {
            name: _hasher(name)(f"{self.username}:{self.realm}:{password}".encode())
            for name in self._algorithms
        }

    def forget(self) -> None:
        """Take back every nonce; clients are told so by `stale=true`, and sign anew."""
        self._nonces.clear()
        self.replayed = 0

    @property
    def live_nonces(self) -> int:
        """How many nonces are kept."""
        return sum(len(nonces) for nonces in self._nonces.values())

    def challenges(self, *, stale: bool = False, backend: int = 0) -> list[str]:
        """The values of the `WWW-Authenticate` headers (RFC 7616 section 3.3), all with one fresh nonce."""
        nonce = self._issue(backend)
        end = ", stale=true" if stale else ""
        return [
            f'Digest realm={_quoted(self.realm)}, qop="auth", algorithm={name}, nonce="{nonce}", '
            f'opaque="{self.opaque}", charset=UTF-8{end}'
            for name in self._algorithms
        ]

    def verify(self, method: str, target: str, authorization: str | None, *, backend: int = 0) -> Verdict:
        """Judge one request.

        Args:
            method: The request's method.
            target: The request target as it came, path and query, nothing decoded.
            authorization: The value of its `Authorization` header.
            backend: Which of several servers that do not share nonces received it.
        """
        given = None if authorization is None else parse_credentials(authorization)
        if given is None or not self._proves_password(method, target, given):
            return REFUSED
        return self._check_nonce(given["nonce"], int(given["nc"], 16), backend)

    def _proves_password(self, method: str, target: str, given: dict[str, str]) -> bool:
        """Whether user and password are right, for this very request (RFC 7616 section 3.4)."""
        algorithm = given.get("algorithm", "MD5")
        secret = self._secrets.get(algorithm)
        nonce, cnonce, count = given.get("nonce"), given.get("cnonce"), given.get("nc", "")
        if secret is None or not nonce or not cnonce or not _NONCE_COUNT.fullmatch(count):
            return False
        if given.get("qop") != "auth" or given.get("uri") != target:
            return False
        if given.get("realm") != self.realm or given.get("opaque") != self.opaque:
            return False
        hashed = _hasher(algorithm)
        if algorithm.endswith("-sess"):
            secret = hashed(_wire(f"{secret}:{nonce}:{cnonce}"))
        request = hashed(_wire(f"{method}:{target}"))
        expected = hashed(_wire(f"{secret}:{nonce}:{count}:{cnonce}:auth:{request}"))
        proven = _same(expected, given.get("response", "").lower())
        known = _same(self.username, given.get("username", ""))
        return proven and known

    def _check_nonce(self, value: str, count: int, backend: int) -> Verdict:
        nonces = self._nonces.get(backend, {})
        nonce = nonces.get(value)
        if nonce is None or self._clock.now() >= nonce.expires_at:
            return STALE
        if not nonce.count(count):
            self.replayed += 1
            return STALE
        if not self.one_time:
            return ACCEPTED
        del nonces[value]
        return Verdict(accepted=True, next_nonce=self._issue(backend))

    def _issue(self, backend: int) -> str:
        nonces = self._nonces.setdefault(backend, {})
        now = self._clock.now()
        while nonces:
            oldest = next(iter(nonces))
            if len(nonces) < MAX_NONCES and now < nonces[oldest].expires_at:
                break
            del nonces[oldest]
        value = secrets.token_hex(16)
        nonces[value] = Nonce(now + self.nonce_lifetime)
        return value


def parse_credentials(authorization: str) -> dict[str, str] | None:
    """The parameters of a `Digest` credential by lower-case name, or nothing if it is not well formed."""
    scheme, _, rest = authorization.strip().partition(" ")
    if scheme.lower() != "digest":
        return None
    given: dict[str, str] = {}
    position = 0
    while position < len(rest):
        match = _PARAMETER.match(rest, position)
        if match is None:
            return None
        name, quoted, token = match.groups()
        name = name.lower()
        if name in given:
            return None
        given[name] = token if quoted is None else _ESCAPED.sub(r"\1", quoted)
        position = match.end()
    return _with_plain_username(given)


def _with_plain_username(given: dict[str, str]) -> dict[str, str] | None:
    """Put the extended form of the user name (RFC 7616 section 3.4.4) in the place of the plain one."""
    extended = given.pop("username*", None)
    if extended is None:
        return given
    charset, _, rest = extended.partition("'")
    if "username" in given or charset.lower() != "utf-8":
        return None
    given["username"] = unquote(rest.partition("'")[2])
    return given


def _hasher(algorithm: str) -> Callable[[bytes], str]:
    return _HASHERS[algorithm.removesuffix("-sess")]


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _sha_256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _sha_512_256(data: bytes) -> str:
    return hashlib.new("sha512_256", data).hexdigest()


_HASHERS: dict[str, Callable[[bytes], str]] = {
    "MD5": _md5,
    "SHA-256": _sha_256,
    "SHA-512-256": _sha_512_256,
}


def _same(left: str, right: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(_wire(left), _wire(right))


def _wire(text: str) -> bytes:
    """The bytes that a header held; aiohttp keeps those that are not UTF-8 as surrogates."""
    return text.encode("utf-8", "surrogateescape")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
