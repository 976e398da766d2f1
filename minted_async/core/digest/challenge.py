"""Digest challenges: what a server's ``WWW-Authenticate`` headers ask for, and which of it we take.

Reading is forgiving about form (odd spacing, a token where a quoted string belongs, a missing comma, other
schemes and broken challenges beside a good one) and strict about content: a challenge with a control
character, without realm or nonce, or with an algorithm that cannot be computed here is never used.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol

import msgspec

_SEPARATORS: Final = re.compile(r"[ \t,]*")
_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_TOKEN68: Final = re.compile(r"[ \t]+[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|$))")
_EQUALS: Final = re.compile(r"[ \t]*=[ \t]*")
_QUOTED: Final = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)
# Wider than a token: nonces in base64 and realms with an @ arrive unquoted from real servers.
_UNQUOTED: Final = re.compile(r'[^\s,"\\]*')
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_NEXT_COMMA: Final = re.compile(r"[^,]*")
# C0 and C1 controls, and the lone surrogates that aiohttp puts where a header was not UTF-8: neither can be
# sent back as it came.
_UNSENDABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class _Hashed(Protocol):
    def hexdigest(self) -> str: ...


Hash = Callable[[bytes], _Hashed]


def _available(candidates: dict[str, Hash]) -> dict[str, Hash]:
    """Those of the hash functions that this build of OpenSSL computes, in the same order."""
    usable: dict[str, Hash] = {}
    for name, function in candidates.items():
        try:
            function(b"")
        except ValueError:
            continue
        usable[name] = function
    return usable


HASHES: Final = _available(
    {
        "SHA-512-256": partial(hashlib.new, "sha512_256"),
        "SHA-512": hashlib.sha512,
        "SHA-256": hashlib.sha256,
        # An OpenSSL in FIPS mode computes MD5 only for those who say that they know what it is worth.
        "MD5": partial(hashlib.md5, usedforsecurity=False),
    }
)
"""Hash functions by the name they have in a challenge (RFC 7616, section 6.1), strongest first."""

_STRENGTH: Final = {name: rank for rank, name in enumerate(HASHES)}


class UnusableChallengeError(ValueError):
    """No challenge of a 401 can be answered; the message says why."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """One digest challenge that can be answered (RFC 7616, section 3.3), all values unescaped.

    Two challenges that differ in `stale` alone are equal: it says something of the request before, not of
    the next one. Nor does `own_only` count: it is not the server's.
    """

    realm: str
    nonce: str
    algorithm: str | None = None
    """As the server spelled it, to be sent back so; None if it named none, which means MD5."""
    qop: str | None = None
    """The quality of protection to use: ``auth`` if offered, else ``auth-int``; None is the RFC 2069 form."""
    opaque: str | None = None
    stale: bool = field(default=False, compare=False)
    domain: tuple[str, ...] = ()
    userhash: bool = False
    charset: str | None = None
    """``UTF-8`` or None: no other value is defined."""
    own_only: bool = field(default=False, compare=False)
    """Set by `core.digest`: this call is to use no other nonce, whatever connection it goes out on."""

    @property
    def hash_name(self) -> str:
        """The key of `HASHES` for this challenge's algorithm."""
        return _hash_name(self.algorithm)[0]

    @property
    def session(self) -> bool:
        """Whether it is one of the ``-sess`` algorithms."""
        return _hash_name(self.algorithm)[1]


class Offer(msgspec.Struct):
    """One challenge of any scheme as it was read: parameter names in lower case, values unescaped."""

    scheme: str
    parameters: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    fault: str | None = None


def read_offers(headers: Iterable[str]) -> list[Offer]:
    """Read every challenge of every ``WWW-Authenticate`` header (RFC 9110, section 11.6.1), good or bad."""
    offers: list[Offer] = []
    for text in headers:
        # Parameters before any scheme belong to nothing: they are read into an offer that is thrown away.
        offer, position = Offer(""), 0
        while (position := _end(_SEPARATORS, text, position)) < len(text):
            token = _TOKEN.match(text, position)
            if token is None:
                offer.fault = "it is malformed"
                position = _end(_NEXT_COMMA, text, position)
            elif equals := _EQUALS.match(text, token.end()):
                position = _read_value(text, equals.end(), token[0].lower(), offer)
            else:
                offer = Offer(token[0].lower())
                offers.append(offer)
                position = _end(_TOKEN68, text, token.end())
    return offers


def read_parameters(text: str) -> dict[str, str]:
    """Read a header of parameters only, like ``Authentication-Info`` (RFC 7615); {} if it is malformed."""
    offer = read_offers([f"Digest {text}"])[0]
    return {} if offer.fault else offer.parameters


def choose_challenge(headers: Iterable[str]) -> Challenge:
    """Choose the strongest digest challenge that can be answered, with ``qop`` before without.

    Raises:
        UnusableChallengeError: There is none; the message has no more of the server's text than a short
            quoted part.
    """
    offers = read_offers(headers)
    usable: list[Challenge] = []
    reasons: list[str] = []
    for offer in offers:
        if offer.scheme == "digest":
            try:
                usable.append(_challenge(offer))
            except UnusableChallengeError as error:
                reasons.append(str(error))
    if usable:
        return min(usable, key=_preference)
    if reasons:
        raise UnusableChallengeError("no usable Digest challenge: " + "; ".join(dict.fromkeys(reasons)))
    if offers:
        schemes = ", ".join(dict.fromkeys(_shown(offer.scheme) for offer in offers))
        raise UnusableChallengeError(f"no Digest challenge among those offered: {schemes}")
    raise UnusableChallengeError("no challenge: WWW-Authenticate is missing or empty")


def sendable(text: str) -> bool:
    """Whether text from outside can be put into a header: no control character, no lone surrogate."""
    return _UNSENDABLE.search(text) is None


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return found.end() if found else position


def _read_value(text: str, position: int, name: str, offer: Offer) -> int:
    """Read one parameter's value into the offer; returns where to go on."""
    if text.startswith('"', position):
        quoted = _QUOTED.match(text, position)
        if quoted is None:
            offer.fault = "it has a quoted string without an end"
            return len(text)
        value, position = _ESCAPED.sub(r"\1", quoted[1]), quoted.end()
    else:
        unquoted = _UNQUOTED.match(text, position)
        value, position = (unquoted[0], unquoted.end()) if unquoted else ("", position)
    if offer.parameters.setdefault(name, value) != value:
        offer.fault = f"it has two values of {_shown(name)}"
    return position


def _challenge(offer: Offer) -> Challenge:
    """Check a digest offer's parameters."""
    parameters = offer.parameters
    if offer.fault:
        raise UnusableChallengeError(offer.fault)
    for name, value in parameters.items():
        if not sendable(value):
            raise UnusableChallengeError(f"its {_shown(name)} has characters that cannot be sent back")
    for name in ("realm", "nonce"):
        if name not in parameters:
            raise UnusableChallengeError(f"it has no {name}")
    if not parameters["nonce"]:
        raise UnusableChallengeError("its nonce is empty")
    algorithm = parameters.get("algorithm")
    hash_name, session = _hash_name(algorithm)
    if hash_name not in HASHES:
        raise UnusableChallengeError(f"its algorithm {_shown(algorithm or '')} is not supported")
    qop = _qop(parameters.get("qop"))
    if session and qop is None:
        raise UnusableChallengeError(
            f"its algorithm {_shown(algorithm or '')} needs a qop, and it offers none"
        )
    return Challenge(
        realm=parameters["realm"],
        nonce=parameters["nonce"],
        algorithm=algorithm,
        qop=qop,
        opaque=parameters.get("opaque"),
        stale=parameters.get("stale", "").lower() == "true",
        domain=tuple(parameters.get("domain", "").split()),
        userhash=parameters.get("userhash", "").lower() == "true",
        charset="UTF-8" if parameters.get("charset", "").upper() == "UTF-8" else None,
    )


def _qop(offered: str | None) -> str | None:
    options = (offered or "").lower().replace(",", " ").split()
    for option in ("auth", "auth-int"):
        if option in options:
            return option
    if options:
        raise UnusableChallengeError(f"its qop {_shown(' '.join(options))} is not supported")
    return None


def _hash_name(algorithm: str | None) -> tuple[str, bool]:
    name = "MD5" if algorithm is None else algorithm.upper()
    plain = name.removesuffix("-SESS")
    return plain, plain != name


def _preference(challenge: Challenge) -> tuple[int, int, bool]:
    qop_rank = ("auth", "auth-int", None).index(challenge.qop)
    return _STRENGTH[challenge.hash_name], qop_rank, challenge.session


def _shown(text: str) -> str:
    """A server's text, fit for a message: short, on one line, in quotes."""
    return ascii(text if len(text) <= 40 else text[:37] + "...")
