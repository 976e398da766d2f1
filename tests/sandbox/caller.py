"""A partner's side of the conversation, written for these tests: a digest signer and a few bodies to send."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import aiohttp
import pytest
from multidict import CIMultiDictProxy
from yarl import URL

from minted_async.sandbox import Clock, Sandbox

BUY = "/partner/order/digital/buy"
SELL = "/partner/order/digital/sell"
PRICE_FIX = "/partner/pricefix"
FIND = "/partner/order"
CUSTOMER = "/partner/customer"
BALANCE = "/partner/balance/customer"
DELIVERY = "/partner/delivery/create"

PERSON: dict[str, Any] = {
    "external_id": "CST-1",
    "firstname": "Deniz",
    "lastname": "Örnek",
    "email": "deniz@example.com",
    "phone": "+905550000000",
    "identity_number": "10000000146",
}

PLACE: dict[str, Any] = {
    "fullname": "Deniz Örnek",
    "city": "İstanbul",
    "county": "Kadıköy",
    "district": "Moda",
    "address": "No: 1/1",
}
ADDRESSES: dict[str, Any] = {"billing": {**PLACE, "invoice_type": "Individual"}, "shipping": PLACE}


def standing_clock() -> Clock:
    """A clock that stands at 2030-01-31 21:30:15 UTC, already February in Istanbul, until it is advanced."""
    return Clock(monotonic=lambda: 1000.0, wall=lambda: 1_896_125_415.0)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: CIMultiDictProxy[str]
    raw: bytes

    @property
    def envelope(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.raw, parse_float=Decimal)
        return read

    @property
    def data(self) -> Any:
        envelope = self.envelope
        assert (self.status, envelope["success"], envelope["code"], envelope["message"]) == (
            200,
            True,
            0,
            "",
        ), (
            self.status,
            envelope,
        )
        return envelope["data"]

    @property
    def errors(self) -> dict[str, list[str]]:
        envelope = self.envelope
        assert self.status == 422, (self.status, envelope)
        assert (envelope["success"], envelope["data"]) == (False, [])
        errors: dict[str, list[str]] = envelope["errors"]
        return errors

    @property
    def challenges(self) -> list[str]:
        return self.headers.getall("WWW-Authenticate", [])

    @property
    def stale(self) -> bool:
        assert self.status == 401
        return all(challenge.endswith(", stale=true") for challenge in self.challenges)


@dataclass
class Signer:
    """Answers a digest challenge as RFC 7616 section 3.4 says."""

    username: str
    password: str
    challenge: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    count: int = 0

    def take(self, header: str) -> None:
        self.challenge = {name: quoted or token for name, quoted, token in _PARAMETERS.findall(header)}
        self.count = 0

    def sign(
        self,
        method: str,
        target: str,
        *,
        count: int | None = None,
        changed: Mapping[str, str] | None = None,
    ) -> str:
        """The Authorization header; some fields can be changed after the response was computed."""
        if count is None:
            self.count += 1
            count = self.count
        given = self.challenge
        algorithm = given["algorithm"]
        new = _HASHES[algorithm.removesuffix("-sess")]
        cnonce, nc = "f00dcafe", f"{count:08x}"

        def h(text: str) -> str:
            return hashlib.new(new, text.encode()).hexdigest()

        secret = h(f"{self.username}:{given['realm']}:{self.password}")
        if algorithm.endswith("-sess"):
            secret = h(f"{secret}:{given['nonce']}:{cnonce}")
        response = h(f"{secret}:{given['nonce']}:{nc}:{cnonce}:auth:{h(f'{method}:{target}')}")
        fields = {
            "username": self.username,
            "realm": given["realm"],
            "nonce": given["nonce"],
            "uri": target,
            "response": response,
            "opaque": given["opaque"],
            "cnonce": cnonce,
            **(changed or {}),
        }
        quoted = ", ".join(f'{name}="{value}"' for name, value in fields.items())
        return f"Digest {quoted}, algorithm={algorithm}, qop=auth, nc={nc}"


_PARAMETERS = re.compile(r'([a-z]+)=(?:"([^"]*)"|([^\s,]+))')
_HASHES = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}


@dataclass
class Caller:
    """Calls a sandbox: signs with the first challenge offered, once more after a 401."""

    session: aiohttp.ClientSession
    sandbox: Sandbox
    signer: Signer = field(default_factory=lambda: Signer("demo", "demo"))
    headers: Mapping[str, str] = field(
        default_factory=lambda: {"x-client-id": "web", "api-version": "2", "Accept-Language": "en"}
    )

    async def send(
        self,
        method: str,
        target: str,
        body: object = None,
        *,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request, nothing signed that the headers do not sign."""
        merged = dict(self.headers)
        if body is not None:
            data = json.dumps(body, default=_number).replace('"~', "").replace('~"', "").encode()
        if data is not None:
            merged["Content-Type"] = "application/json"
        merged |= headers or {}
        url = URL(self.sandbox.url + target, encoded=True)
        sent = None if data is None else io.BytesIO(data)
        async with self.session.request(method, url, data=sent, headers=merged) as response:
            return Answer(response.status, response.headers, await response.read())

    async def call(
        self,
        method: str,
        target: str,
        body: object = None,
        *,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One signed request, or two where the first is answered with a challenge."""
        headers = headers or {}
        if not self.signer.challenge:
            self.signer.take((await self.send("GET", "/")).challenges[0])
        signed = {"Authorization": self.signer.sign(method, target), **headers}
        answer = await self.send(method, target, body, data=data, headers=signed)
        if answer.status != 401:
            return answer
        self.signer.take(answer.challenges[0])
        signed = {"Authorization": self.signer.sign(method, target), **headers}
        return await self.send(method, target, body, data=data, headers=signed)

    async def get(self, target: str) -> Answer:
        return await self.call("GET", target)

    async def post(self, target: str, body: object) -> Answer:
        return await self.call("POST", target, body)

    async def create_customer(self, **changes: Any) -> Any:
        return (await self.post(CUSTOMER, PERSON | changes)).data

    async def fix(self, **body: Any) -> Any:
        return (await self.post(PRICE_FIX, {"type": "digital", "customer_external_id": "CST-1", **body})).data

    async def token(self, **body: Any) -> str:
        token: str = (await self.fix(**body))["token"]
        return token

    async def buy(self, external_id: str | None, amount: object = Decimal("0.5"), **changes: Any) -> Answer:
        """Buy gold for CST-1 at a fresh price unless told otherwise."""
        return await self._order(BUY, external_id, amount, {"customer": PERSON, **changes})

    async def sell(self, external_id: str, amount: object = Decimal("0.5"), **changes: Any) -> Answer:
        """Sell gold of CST-1 at a fresh price unless told otherwise."""
        return await self._order(SELL, external_id, amount, changes)

    async def buy_in_vain(self, external_id: str) -> None:
        """Buy, where the request is broken off."""
        with pytest.raises(aiohttp.ClientError):
            await self.buy(external_id)

    async def deliver(self, external_id: str, amount: object = 1, **changes: Any) -> Answer:
        """Have gold of CST-1 delivered."""
        body: dict[str, Any] = {
            "customer": PERSON,
            "external_id": external_id,
            "sku": "GAU",
            "amount": amount,
            "address": ADDRESSES,
            **changes,
        }
        return await self.post(DELIVERY, body)

    async def _order(
        self, path: str, external_id: str | None, amount: object, changes: dict[str, Any]
    ) -> Answer:
        body = {"external_id": external_id, "items": [{"sku": "GAU", "amount": amount}], **changes}
        if "price_token" not in body:
            body["price_token"] = await self.token()
        return await self.post(path, body)


def _number(value: object) -> str:
    """A marked decimal, which `send` turns into a JSON number with the same digits."""
    assert isinstance(value, Decimal)
    return f"~{value}~"
