"""What servers may ask for, and how they may treat nonces, through the client."""

from __future__ import annotations

from dataclasses import replace

import pytest

from minted_async import MintedClient
from minted_async.errors import AuthenticationError
from tests.digest_server import DigestPolicy, DigestServer

pytestmark = pytest.mark.anyio


def client(server: DigestServer) -> MintedClient:
    return MintedClient(server.policy.username, server.policy.password, base_url=server.url)


async def post(minted: MintedClient, target: str = "/t") -> None:
    answer = await minted.request("POST", target, params={"a": '"b"'}, json="gold")
    assert answer["body"] == '"gold"'


def statuses(server: DigestServer) -> list[int]:
    return [seen.status for seen in server.seen]


ALGORITHMS = ["MD5", "SHA-256", "SHA-512", "SHA-512-256"]
PLAIN = DigestPolicy(jitter=0)
POLICIES = {
    **{
        f"{algorithm} {qop}": replace(PLAIN, algorithm=algorithm, qop=qop)
        for name in ALGORITHMS
        for algorithm in (name, f"{name}-sess")
        for qop in ("auth", "auth-int", "auth-int,auth")
    },
    **{f"{algorithm} without qop": replace(PLAIN, algorithm=algorithm, qop=None) for algorithm in ALGORITHMS},
    "no algorithm": replace(PLAIN, algorithm=None),
    "no algorithm, no qop": replace(PLAIN, algorithm=None, qop=None),
    "several algorithms": replace(PLAIN, more_algorithms=("SHA-256", "SHA-512-256")),
    "several algorithms in one header": replace(PLAIN, more_algorithms=("SHA-256",), one_header=True),
    "Basic first": replace(PLAIN, before=('Basic realm="x, y"',)),
    "Basic first in one header": replace(PLAIN, before=("Negotiate", 'Basic realm="x"'), one_header=True),
    "a malformed challenge first": replace(PLAIN, before=("Digest nonce=@", 'Digest realm="no end')),
    "an unknown algorithm first": replace(PLAIN, before=('Digest realm="x", nonce="y", algorithm=X',)),
    "other schemes after": replace(PLAIN, after=("Bearer", 'Basic realm="x"'), one_header=True),
    "quotes in the realm": replace(PLAIN, realm='a "b", \\c'),
    "realm beyond ASCII": replace(PLAIN, realm="Altın, 金"),
    "opaque": replace(PLAIN, opaque='o "p"'),
    "empty opaque": replace(PLAIN, opaque=""),
    "userhash": replace(PLAIN, userhash=True, algorithm="SHA-256"),
    "userhash with charset": replace(PLAIN, userhash=True, charset="UTF-8", username="müşteri"),
    "name beyond ASCII": replace(PLAIN, username="müşteri", password="şifre"),
    "name beyond ASCII with charset": replace(PLAIN, username="müşteri", password="şifre", charset="UTF-8"),
    "quotes in the name": replace(PLAIN, username='m"\\', password='"'),
    "domain": replace(PLAIN, domain="/t /u"),
    "large 401": replace(PLAIN, body_on_401=100_000),
}


@pytest.mark.parametrize("policy", POLICIES.values(), ids=list(POLICIES))
async def test_what_the_server_asks_for_is_what_it_gets(policy: DigestPolicy) -> None:
    async with DigestServer(policy) as server, client(server) as minted:
        for _ in range(3):
            await post(minted)
    assert statuses(server) == [401, 200, 200, 200]
    assert (server.unsigned, server.wrong_credentials, server.duplicates) == (1, 0, 0)


async def test_the_strongest_of_several_algorithms_is_used() -> None:
    policy = replace(PLAIN, more_algorithms=("SHA-256", "SHA-512-256"))
    async with DigestServer(policy) as server, client(server) as minted:
        await post(minted)
    assert "algorithm=SHA-512-256" in (server.seen[-1].authorization or "")


async def test_a_broken_401_fails_one_call_and_not_the_next() -> None:
    async with DigestServer(replace(PLAIN, broken_401s=1)) as server, client(server) as minted:
        with pytest.raises(AuthenticationError):
            await post(minted)
        await post(minted)
    assert statuses(server) == [401, 401, 200]


async def test_paths_outside_the_protected_ones_get_no_signature() -> None:
    policy = replace(PLAIN, protected="/partner", domain="/partner")
    async with DigestServer(policy) as server, client(server) as minted:
        for target in ("/partner/a", "/open", "/partner/b"):
            await post(minted, target)
    assert [seen.authorization is None for seen in server.seen] == [True, False, True, False]


@pytest.mark.parametrize("stale_flag", [True, False])
async def test_a_nonce_that_has_died_costs_one_401(stale_flag: bool) -> None:
    times = [0.0]
    policy = replace(PLAIN, nonce_life=10, stale_flag=stale_flag)
    async with DigestServer(policy, clock=lambda: times[-1]) as server, client(server) as minted:
        for time in (0.0, 9.9, 10.0, 10.1):
            times.append(time)
            await post(minted)
    assert statuses(server) == [401, 200, 200, 401, 200, 200]


@pytest.mark.parametrize("stale_flag", [True, False])
async def test_a_nonce_that_is_worn_out_costs_one_401(stale_flag: bool) -> None:
    policy = replace(PLAIN, uses_per_nonce=2, stale_flag=stale_flag)
    async with DigestServer(policy) as server, client(server) as minted:
        for _ in range(4):
            await post(minted)
    assert statuses(server) == [401, 200, 200, 401, 200, 200]


async def test_a_nonce_announced_by_every_answer_is_used_many_times() -> None:
    async with DigestServer(replace(PLAIN, next_nonce="second")) as server, client(server) as minted:
        for _ in range(5):
            await post(minted)
    assert server.unauthorized == 1
    assert [count for nonce, count in server.nonce_counts if nonce == "second"] == [1, 2, 3, 4]


@pytest.mark.parametrize("replay_check", [True, False])
async def test_a_nonce_that_another_client_has_used_is_counted_on(replay_check: bool) -> None:
    policy = replace(
        PLAIN, shared_nonce=True, replay_check=replay_check, strictly_increasing_nc=not replay_check
    )
    async with DigestServer(policy) as server:
        for _ in range(2):
            # A new client begins at 1, with the same nonce.
            async with client(server) as minted:
                await post(minted)
    assert statuses(server) == [401, 200, 401, 401, 200]
