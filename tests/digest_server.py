"""A digest-protected echo server with configurable manners, on a loopback port.

It checks digests by itself and shares no code with `minted_async`: it is the other side's opinion. Every path
and method answers with an envelope that echoes the request; what it saw is counted for assertions.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import unquote
from weakref import WeakKeyDictionary

from aiohttp import web

_PARAMETER = re.compile(r'([a-z*]+)=(?:"((?:[^"\\]|\\.)*)"|([^,\s]*))(?:,\s*|$)')
_HASH_NAMES = {"MD5": "md5", "SHA-256": "sha256", "SHA-512": "sha512", "SHA-512-256": "sha512_256"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPolicy:
    """What the server asks for, and what it puts up with."""

    username: str = "user"
    password: str = "password"
    realm: str = "minted"
    algorithm: str | None = "MD5"
    """None: the challenge names none, which means MD5."""
    more_algorithms: tuple[str, ...] = ()
    """One further digest challenge for each of these, after that of `algorithm`."""
    qop: str | None = "auth"
    """As it stands in the challenge; None is the RFC 2069 form."""
    protected: str = "/"
    """Paths that do not start with this are answered without authentication."""

    nonce_life: float | None = None
    """Seconds on the server's clock; None is for ever."""
    uses_per_nonce: int | None = None
    replay_check: bool = False
    """Refuse a nonce count seen before."""
    strictly_increasing_nc: bool = False
    """Refuse a nonce count below one seen before."""
    one_time: bool = False
    """Each nonce good for one request, each answer with the next nonce in Authentication-Info."""
    next_nonce: str | None = None
    """Every answer announces this nonce, and each nonce remains good for many uses."""
    shared_nonce: bool = False
    """Every 401 hands out the same nonce for as long as it lives."""
    backends: int = 1
    """Servers behind one address that do not know each other's nonces; a connection stays with one."""
    stale_flag: bool = True
    """Whether a good digest on a bad nonce is told apart from a wrong password."""
    always_stale: bool = False
    """A wrong password is called a stale nonce too."""

    before: tuple[str, ...] = ()
    """Challenges, in full, ahead of the digest challenge."""
    after: tuple[str, ...] = ()
    one_header: bool = False
    """All challenges in one WWW-Authenticate header instead of one header each."""
    broken_401s: int = 0
    """So many first 401s carry `broken_challenge` alone."""
    broken_challenge: str = 'Digest realm="minted", qop="auth"'
    body_on_401: int = 0
    hangs_up: str | None = None
    """Each 401 ends its connection: "said" in its headers, or "unsaid"."""
    opaque: str | None = None
    userhash: bool = False
    domain: str | None = None
    charset: str | None = None

    jitter: float = 0.003
    """Each request waits up to so many seconds, so that they overtake each other."""
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Seen:
    """One request and its fate."""

    method: str
    target: str
    authorization: str | None
    body: bytes
    status: int


@dataclass(slots=True)
class _Nonce:
    born: float
    uses: int = 0
    highest: int = 0
    counts: set[int] = field(default_factory=set[int])


@dataclass(slots=True)
class _Backend:
    nonces: dict[str, _Nonce] = field(default_factory=dict[str, _Nonce])
    shared: str | None = None


class _RefusedError(Exception):
    def __init__(self, *, stale: bool = False, wrong: bool = False) -> None:
        self.stale = stale
        self.wrong = wrong


class DigestServer:
    """The server: ``async with DigestServer(policy) as server``, then ``server.url``."""

    def __init__(
        self, policy: DigestPolicy | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.policy = policy or DigestPolicy()
        self.clock = clock
        self.seen: list[Seen] = []
        self.requests = 0
        self.unauthorized = 0
        self.accepted = 0
        self.unsigned = 0
        self.wrong_credentials = 0
        """Signed requests whose digest was wrong: what an account lockout counts."""
        self.bodies: defaultdict[str, list[bytes]] = defaultdict(list)
        """Bodies received by request: by its X-Request-Id, or else by method and target."""
        self.nonce_counts: Counter[tuple[str, int]] = Counter()
        """How often each pair of nonce and nonce count arrived with a right digest."""
        self._random = random.Random(self.policy.seed)
        self._backends = [_Backend() for _ in range(self.policy.backends)]
        self._backend_of: WeakKeyDictionary[asyncio.BaseTransport, _Backend] = WeakKeyDictionary()
        self._connections = 0
        self._broken_left = self.policy.broken_401s
        self._padding = " " * self.policy.body_on_401
        self._runner: web.AppRunner | None = None
        self.url = ""

    @property
    def duplicates(self) -> int:
        """Requests that repeated a nonce count."""
        return sum(count - 1 for count in self.nonce_counts.values())

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=0)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, backlog=1024).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        transport = request.transport
        if transport is None:
            raise ConnectionResetError
        backend = self._backend_of.get(transport)
        if backend is None:
            backend = self._backends[self._connections % len(self._backends)]
            self._backend_of[transport] = backend
            self._connections += 1
        body = await request.read()
        if self.policy.jitter:
            await asyncio.sleep(self._random.uniform(0, self.policy.jitter))
        self.requests += 1
        self.bodies[request.headers.get("X-Request-Id", f"{request.method} {request.raw_path}")].append(body)
        response = self._decide(request, body, backend)
        authorization = request.headers.get("Authorization")
        self.seen.append(Seen(request.method, request.raw_path, authorization, body, response.status))
        if response.status == 401 and self.policy.hangs_up == "unsaid":
            await response.prepare(request)
            await response.write_eof()
            transport.close()
        return response

    def _decide(self, request: web.Request, body: bytes, backend: _Backend) -> web.Response:
        headers: dict[str, str] = {}
        if request.raw_path.startswith(self.policy.protected):
            try:
                self._check(request, body, backend)
            except _RefusedError as refused:
                self.unauthorized += 1
                self.wrong_credentials += refused.wrong
                stale = refused.stale and self.policy.stale_flag
                return self._refuse(backend, stale=stale or (refused.wrong and self.policy.always_stale))
            if self.policy.one_time:
                headers["Authentication-Info"] = f'nextnonce="{self._new_nonce(backend)}", qop=auth'
            elif self.policy.next_nonce is not None:
                backend.nonces.setdefault(self.policy.next_nonce, _Nonce(self.clock()))
                headers["Authentication-Info"] = f'nextnonce="{self.policy.next_nonce}"'
        self.accepted += 1
        data = {
            "method": request.method,
            "target": request.raw_path,
            "body": body.decode("utf-8", "replace"),
            "authorization": request.headers.get("Authorization"),
        }
        return _envelope(200, data, headers=headers)

    def _refuse(self, backend: _Backend, *, stale: bool) -> web.Response:
        response = _envelope(401, None, padding=self._padding)
        if self.policy.hangs_up == "said":
            response.force_close()
        if self._broken_left > 0:
            self._broken_left -= 1
            response.headers.add("WWW-Authenticate", self.policy.broken_challenge)
            return response
        challenges = [*self.policy.before, *self._challenges(backend, stale=stale), *self.policy.after]
        for text in [", ".join(challenges)] if self.policy.one_header else challenges:
            response.headers.add("WWW-Authenticate", text)
        return response

    def _challenges(self, backend: _Backend, *, stale: bool) -> list[str]:
        policy = self.policy
        parts = [f"realm={_quote(policy.realm)}", f"nonce={_quote(self._offered_nonce(backend))}"]
        for name, value in (("qop", policy.qop), ("opaque", policy.opaque), ("domain", policy.domain)):
            if value is not None:
                parts.append(f"{name}={_quote(value)}")
        if policy.charset is not None:
            parts.append(f"charset={policy.charset}")
        if policy.userhash:
            parts.append("userhash=true")
        if stale:
            parts.append("stale=true")
        common = "Digest " + ", ".join(parts)
        return [
            common if algorithm is None else f"{common}, algorithm={algorithm}"
            for algorithm in (policy.algorithm, *policy.more_algorithms)
        ]

    def _offered_nonce(self, backend: _Backend) -> str:
        if self.policy.shared_nonce and backend.shared and self._alive(backend.nonces[backend.shared]):
            return backend.shared
        backend.shared = self._new_nonce(backend)
        return backend.shared

    def _new_nonce(self, backend: _Backend) -> str:
        nonce = f"{self._random.getrandbits(128):032x}"
        backend.nonces[nonce] = _Nonce(self.clock())
        return nonce

    def _alive(self, nonce: _Nonce) -> bool:
        life, uses = self.policy.nonce_life, 1 if self.policy.one_time else self.policy.uses_per_nonce
        return (life is None or self.clock() - nonce.born < life) and (uses is None or nonce.uses < uses)

    def _check(self, request: web.Request, body: bytes, backend: _Backend) -> None:
        """Check the Authorization header (RFC 7616, section 3.4); returns only if all of it is right."""
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Digest":
            self.unsigned += 1
            raise _RefusedError
        given = _parameters(text)
        try:
            right = (
                self._as_asked(given, request) and self._response(given, request, body) == given["response"]
            )
        except KeyError:
            right = False
        if not right:
            raise _RefusedError(wrong=True)
        count = int(given["nc"], 16) if "nc" in given else 0
        if "nc" in given:
            self.nonce_counts[given["nonce"], count] += 1
        nonce = backend.nonces.get(given["nonce"])
        if nonce is None or not self._alive(nonce):
            raise _RefusedError(stale=True)
        if self.policy.replay_check and count in nonce.counts:
            raise _RefusedError(stale=True)
        if self.policy.strictly_increasing_nc and count <= nonce.highest:
            raise _RefusedError(stale=True)
        nonce.uses += 1
        nonce.counts.add(count)
        nonce.highest = max(nonce.highest, count)

    def _as_asked(self, given: dict[str, str], request: web.Request) -> bool:
        """Whether every field but the response is what the challenge asked for."""
        policy = self.policy
        username = policy.username
        if policy.userhash:
            username = _hashed(_hash_name(given), f"{username}:{policy.realm}")
        sent = given.get("username")
        if sent is None:
            charset, _, encoded = given["username*"].partition("''")
            sent = unquote(encoded, charset, "strict")
        algorithms = (policy.algorithm, *policy.more_algorithms)
        return (
            sent == username
            and (given.get("userhash") == "true") == policy.userhash
            and given["realm"] == policy.realm
            and given["uri"] == request.raw_path
            and given.get("opaque") == policy.opaque
            and (given.get("algorithm") or "MD5") in [algorithm or "MD5" for algorithm in algorithms]
            and given.get("qop", "") in (policy.qop or "").replace(" ", "").split(",")
        )

    def _response(self, given: dict[str, str], request: web.Request, body: bytes) -> str:
        policy, name = self.policy, _hash_name(given)
        secret = _hashed(name, f"{policy.username}:{policy.realm}:{policy.password}")
        if given.get("algorithm", "").endswith("-sess"):
            secret = _hashed(name, f"{secret}:{given['nonce']}:{given['cnonce']}")
        signed = f"{request.method}:{request.raw_path}"
        if given.get("qop") == "auth-int":
            signed += ":" + hashlib.new(name, body).hexdigest()
        if "qop" not in given:
            return _hashed(name, f"{secret}:{given['nonce']}:{_hashed(name, signed)}")
        middle = f"{given['nc']}:{given['cnonce']}:{given['qop']}"
        return _hashed(name, f"{secret}:{given['nonce']}:{middle}:{_hashed(name, signed)}")


def _hash_name(given: dict[str, str]) -> str:
    return _HASH_NAMES[given.get("algorithm", "MD5").removesuffix("-sess")]


def _hashed(name: str, text: str) -> str:
    return hashlib.new(name, text.encode()).hexdigest()


def _envelope(
    status: int, data: object, *, headers: dict[str, str] | None = None, padding: str = ""
) -> web.Response:
    success = status == 200
    message = "" if success else "Unauthorized"
    body = {"data": data, "success": success, "code": 0 if success else status, "message": message}
    text = json.dumps(body) + padding
    return web.Response(status=status, text=text, content_type="application/json", headers=headers)


def _parameters(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    position = 0
    while position < len(text):
        match = _PARAMETER.match(text, position)
        if match is None or match[1] in found:
            raise _RefusedError(wrong=True)
        quoted = match[2]
        found[match[1]] = match[3] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        position = match.end()
    return found


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
