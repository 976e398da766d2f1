"""Digest challenges: what a server's ``WWW-Authenticate`` headers ask for, and which of it we take.

Reading is forgiving about form (odd spacing, a token where a quoted string belongs, a missing comma, other
schemes and broken challenges beside a good one) and strict about content: a challenge with a control
character, without realm or nonce, or with an algorithm that cannot be computed here is never used.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final, Protocol

import msgspec

_TOKEN: Final = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"
# One piece of a header after another: `name=value`, a scheme, or, up to the next comma, what is neither. An
# unquoted value is wider than a token: nonces in base64 and realms with an @ arrive unquoted.
_PIECE: Final = re.compile(
    rf"""[ \t,]*+(?:
        (?P<name>{_TOKEN})[ \t]*+=[ \t]*+(?:"(?P<quoted>[^"\\]*+(?:\\.[^"\\]*+)*+)"|(?P<plain>[^\s,"\\]*+))
        |(?P<scheme>{_TOKEN})(?:[ \t]++[A-Za-z0-9\-._~+/]++=*+(?=[ \t]*+(?:,|$)))?
        |[^,]+
    )""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
# C0 and C1 controls, and the lone surrogates that stand where a header was not UTF-8: neither can be sent
# back as it came.
_UNSENDABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class _Hashed(Protocol):
    def hexdigest(self) -> str: ...


Hash = Callable[[bytes], _Hashed]


def _available(candidates: tuple[tuple[str, Hash], ...]) -> dict[str, Hash]:
    """Of each name the first function that this build of OpenSSL computes, in the same order."""
    usable: dict[str, Hash] = {}
    for name, function in candidates:
        try:
            function(b"")
        except ValueError:
            continue
        usable.setdefault(name, function)
    return usable


HASHES: Final = _available(
    (
        ("SHA-512-256", partial(hashlib.new, "sha512_256")),
        ("SHA-512", hashlib.sha512),
        ("SHA-256", hashlib.sha256),
        ("MD5", hashlib.md5),
        # An OpenSSL in FIPS mode computes MD5 only for those who say that they know what it is worth.
        ("MD5", partial(hashlib.md5, usedforsecurity=False)),
    )
)
"""Hash functions by the name they have in a challenge (RFC 7616, section 6.1), strongest first."""

_STRENGTH: Final = tuple(HASHES)
_QOP_RANK: Final = ("auth", "auth-int", None)


class UnusableChallengeError(ValueError):
    """No challenge of a 401 can be answered; the message says why."""


class Challenge(msgspec.Struct, frozen=True, kw_only=True):
    """One digest challenge that can be answered (RFC 7616, section 3.3), all values unescaped."""

    realm: str
    nonce: str
    hash_name: str
    """A key of `HASHES`."""
    session: bool
    """Whether it is one of the ``-sess`` algorithms."""
    algorithm: str | None
    """As the server spelled it, to be sent back so; None if it named none, which means MD5."""
    qop: str | None
    """The quality of protection to use: ``auth`` if offered, else ``auth-int``; None is the RFC 2069 form."""
    opaque: str | None
    stale: bool
    domain: tuple[str, ...]
    userhash: bool
    utf8: bool
    """Whether the server said ``charset=UTF-8``, the only value that is defined."""


class _Offer(msgspec.Struct):
    """One challenge of any scheme as it was read: parameter names in lower case, values unescaped."""

    scheme: str
    parameters: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    fault: str | None = None


def choose_challenge(headers: Iterable[str]) -> Challenge:
    """Choose the strongest digest challenge that can be answered, with ``qop`` before without.

    Args:
        headers: All ``WWW-Authenticate`` headers of a response, one string a header.

    Raises:
        UnusableChallengeError: There is none; the message has no more of the server's text than a short
            quoted part.
    """
    offers = _read_offers(headers)
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


def read_next_nonce(authentication_info: str) -> str | None:
    """Read ``nextnonce`` of an ``Authentication-Info`` header (RFC 7616, section 3.5), if there is one."""
    offer = _read_offers([f"Digest {authentication_info}"])[0]
    value = offer.parameters.get("nextnonce")
    return value if value and offer.fault is None and not _UNSENDABLE.search(value) else None


def _read_offers(headers: Iterable[str]) -> list[_Offer]:
    """Read every challenge of every header (RFC 9110, section 11.6.1), good or bad."""
    offers: list[_Offer] = []
    for text in headers:
        # Parameters before any scheme belong to nothing: they are read into an offer that is thrown away.
        offer = _Offer("")
        for piece in _PIECE.finditer(text.strip(" \t,")):
            name, quoted, plain, scheme = piece.groups()
            if scheme is not None:
                offer = _Offer(scheme.lower())
                offers.append(offer)
            elif name is None:
                offer.fault = "it is malformed"
            else:
                name = name.lower()
                value = plain if quoted is None else _ESCAPED.sub(r"\1", quoted)
                if offer.parameters.setdefault(name, value) != value:
                    offer.fault = f"it has two values of {_shown(name)}"
    return offers


def _challenge(offer: _Offer) -> Challenge:
    """Check a digest offer's parameters."""
    parameters = offer.parameters
    if offer.fault:
        raise UnusableChallengeError(offer.fault)
    for name, value in parameters.items():
        if _UNSENDABLE.search(value):
            raise UnusableChallengeError(f"its {_shown(name)} has characters that cannot be sent back")
    for name in ("realm", "nonce"):
        if name not in parameters:
            raise UnusableChallengeError(f"it has no {name}")
    if not parameters["nonce"]:
        raise UnusableChallengeError("its nonce is empty")
    algorithm = parameters.get("algorithm")
    full_name = "MD5" if algorithm is None else algorithm.upper()
    hash_name = full_name.removesuffix("-SESS")
    if hash_name not in HASHES:
        raise UnusableChallengeError(f"its algorithm {_shown(algorithm or '')} is not supported")
    qop = _qop(parameters.get("qop", ""))
    session = hash_name != full_name
    if session and qop is None:
        raise UnusableChallengeError(
            f"its algorithm {_shown(algorithm or '')} needs a qop, and it offers none"
        )
    return Challenge(
        realm=parameters["realm"],
        nonce=parameters["nonce"],
        hash_name=hash_name,
        session=session,
        algorithm=algorithm,
        qop=qop,
        opaque=parameters.get("opaque"),
        stale=parameters.get("stale", "").lower() == "true",
        domain=tuple(parameters.get("domain", "").split()),
        userhash=parameters.get("userhash", "").lower() == "true",
        utf8=parameters.get("charset", "").upper() == "UTF-8",
    )


def _qop(offered: str) -> str | None:
    options = offered.lower().replace(",", " ").split()
    for option in ("auth", "auth-int"):
        if option in options:
            return option
    if options:
        raise UnusableChallengeError(f"its qop {_shown(' '.join(options))} is not supported")
    return None


def _preference(challenge: Challenge) -> tuple[int, int, bool]:
    return _STRENGTH.index(challenge.hash_name), _QOP_RANK.index(challenge.qop), challenge.session


def _shown(text: str) -> str:
    """A server's text, fit for a message: short, on one line, in quotes."""
    return ascii(text if len(text) <= 40 else text[:37] + "...")
