"""Short ways to say what happens between a `Digest` and a server, for the tests of `core.digest`."""

from __future__ import annotations

import re

from minted_async.core.digest.state import Authorization, ConnectionState, Digest, Reply


def challenge(nonce: str, *, stale: bool = False, **more: str) -> str:
    parts = {"realm": "r", "nonce": nonce, "qop": "auth", **more}
    text = "Digest " + ", ".join(f'{name}="{value}"' for name, value in parts.items())
    return text + ", stale=true" if stale else text


def nc(authorization: Authorization | None) -> tuple[str, int]:
    """The nonce and the nonce count of a signature."""
    assert authorization
    found = re.search(r"nc=([0-9a-f]{8}),", authorization.header)
    assert found
    assert f'nonce="{authorization.nonce}"' in authorization.header
    return authorization.nonce, int(found[1], 16)


def sign(digest: Digest, *, retry: Reply | None = None, lane: ConnectionState | None = None) -> Authorization:
    authorization = digest.authorize("GET", "/", retry.challenge if retry else None, lane=lane)
    assert authorization
    return authorization


def cold_start(nonce: str = "A") -> Digest:
    """A digest whose first call was challenged and accepted."""
    digest = Digest("user", "password")
    digest.accepted(sign(digest, retry=digest.challenged([challenge(nonce)], None)))
    return digest


def refuse(digest: Digest, authorization: Authorization | None, nonce: str, *, stale: bool = True) -> Reply:
    return digest.challenged([challenge(nonce, stale=stale)], authorization)
