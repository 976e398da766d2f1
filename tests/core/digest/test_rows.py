"""A thousand calls against every kind of digest server, at 1, 10, 100 and 500 at once: none fails.

The servers are those on which other clients were seen to leak 401s to their callers, or to send far more of
them than the server forces.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import pytest

from minted_async import MintedClient
from tests.digest_server import DigestPolicy, DigestServer
from tests.servers import PATIENT

pytestmark = pytest.mark.anyio

CALLS = 1000


@dataclass(frozen=True)
class Row:
    """A kind of server, and how many 401s it may cost.

    Attributes:
        policy: What the server wants.
        once: 401s that it forces, whatever the concurrency.
        each: 401s for each connection on top: each may have to learn a nonce of its own.
        life: Requests after which a nonce ends, if it ends with time.
    """

    policy: DigestPolicy
    once: int = 1
    each: int = 0
    life: int | None = None

    def allowed(self, concurrency: int) -> int:
        return self.once + self.each * concurrency


ROWS = {
    "MD5": Row(DigestPolicy()),
    "MD5-sess": Row(DigestPolicy(algorithm="MD5-sess")),
    "SHA-256": Row(DigestPolicy(algorithm="SHA-256")),
    "SHA-512-256": Row(DigestPolicy(algorithm="SHA-512-256")),
    "no qop": Row(DigestPolicy(qop=None)),
    "opaque and domain": Row(DigestPolicy(opaque='o"p\\q', domain="/p /q")),
    "userhash": Row(DigestPolicy(algorithm="SHA-256", userhash=True)),
    "user name outside ASCII": Row(DigestPolicy(username="Gülşen", charset="UTF-8", algorithm="SHA-256")),
    "Basic first": Row(DigestPolicy(before=('Basic realm="a, b"',))),
    "Basic first, in one header": Row(DigestPolicy(before=('Basic realm="a"',), one_header=True)),
    "stronger algorithms offered": Row(DigestPolicy(more_algorithms=("SHA-256", "SHA-512-256"))),
    "malformed challenge first": Row(DigestPolicy(before=('Digest realm="no end',))),
    "5 MB on the 401": Row(DigestPolicy(body_on_401=5_000_000)),
    "replay check": Row(DigestPolicy(replay_check=True, shared_nonce=True)),
    "nonces that end": Row(DigestPolicy(replay_check=True, nonce_life=1.0), 2, 1, life=600),
    "nonces that end, without saying so": Row(DigestPolicy(nonce_life=1.0, stale_flag=False), 2, 1, life=600),
    "50 uses a nonce": Row(DigestPolicy(uses_per_nonce=50), 20, 2),
    "nonce counts in order": Row(DigestPolicy(strictly_increasing_nc=True), 1, 2),
    "one-time nonces": Row(DigestPolicy(one_time=True), 1, 1),
    "two backends": Row(DigestPolicy(backends=2), 1, 1),
    "two backends, replay check": Row(DigestPolicy(backends=2, replay_check=True), 1, 1),
}


@pytest.mark.parametrize("concurrency", [1, 10, 100, 500])
@pytest.mark.parametrize("name", ROWS)
async def test_no_call_fails(name: str, concurrency: int) -> None:
    row = ROWS[name]
    # Alone, a request cannot be overtaken: waiting would only cost time.
    policy = replace(row.policy, jitter=0.0) if concurrency == 1 else row.policy
    server = DigestServer(policy)
    if row.life is not None:
        life = row.life
        server.clock = lambda: server.accepted / life
    async with server:
        client = MintedClient(
            policy.username,
            policy.password,
            base_url=server.url,
            max_connections=concurrency,
            timeout=PATIENT,
        )
        async with client as minted:
            paths = iter(range(CALLS))

            async def work() -> None:
                for path in paths:
                    await minted.request("GET", f"/p/{path}")

            await asyncio.gather(*(work() for _ in range(concurrency)))
    assert server.accepted == CALLS
    # Without qop there are no counts that could repeat.
    assert server.duplicates <= 0
    assert server.unauthorized <= row.allowed(concurrency)
