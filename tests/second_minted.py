"""A second Minted: the sandbox behind a proxy that differs from what the SDK assumes, in ways with names.

`SecondMinted("envelope-code", "clock")` differs in these two, `SecondMinted(*DIFFERENCES)` in all of them,
`SecondMinted()` in nothing. What went over the wire is kept, both ways, so that a test can look for it where
it must not show.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from email.utils import formatdate
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
import msgspec
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from minted_async.sandbox import Sandbox

CLOCK_AHEAD: Final = 600
"""Seconds by which its clock is ahead, if that is how it differs."""

NEW_HEADER: Final = "X-Ratelimit-Remaining"
"""A header that no answer of the sandbox has."""

_DECODER: Final = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
_NOT_CARRIED_OVER: Final = ("Content-Length", "Server", "Date", "Connection", "Transfer-Encoding")


@dataclass(slots=True)
class Answer:
    """An answer on its way to the client, to be changed.

    Attributes:
        method: The request's method.
        path: Its path, without the query.
        status: HTTP status.
        headers: Headers but for framing.
        body: The body.
        kept: Whether the connection stays open.
    """

    method: str
    path: str
    status: int
    headers: CIMultiDict[str]
    body: bytes
    kept: bool = True

    def change(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Change the envelope in place; numbers are int or Decimal."""
        envelope = _DECODER.decode(self.body)
        change(envelope)
        self.body = _ENCODER.encode(envelope)


@dataclass(frozen=True, slots=True)
class Difference:
    """A way to differ.

    Attributes:
        what: What is different, in words.
        answer: Changes an answer in place.
        request: Changes a request's headers in place.
        sandbox: Arguments of the sandbox behind it.
    """

    what: str
    answer: Callable[[Answer], None] = lambda answer: None
    request: Callable[[CIMultiDict[str]], object] = lambda headers: None
    sandbox: Mapping[str, Any] = field(default_factory=dict[str, Any])


def _of_refusals(change: Callable[[dict[str, Any]], object], *statuses: int) -> Callable[[Answer], None]:
    """Change the envelope of refusals of these statuses; of all but 401 if none is named."""

    def answer(answer: Answer) -> None:
        if answer.status >= 400 and (answer.status in statuses or (not statuses and answer.status != 401)):
            answer.change(change)

    return answer


def _of_data(
    method: str, prefix: str, change: Callable[[dict[str, Any]], object]
) -> Callable[[Answer], None]:
    """Change the data of successful answers to a method at paths that begin so."""

    def answer(answer: Answer) -> None:
        if answer.status == 200 and answer.method == method and answer.path.startswith(prefix):
            answer.change(lambda envelope: change(envelope["data"]))

    return answer


def _of_prices(change: Callable[[dict[str, Any]], object]) -> Callable[[Answer], None]:
    """Change each price of a price fix."""
    return _of_data("POST", "/partner/pricefix", lambda fix: [change(price) for price in fix["prices"]])


def _date_ahead(answer: Answer) -> None:
    answer.headers["Date"] = formatdate(time.time() + CLOCK_AHEAD, usegmt=True)


def _close(answer: Answer) -> None:
    answer.kept = False


def _new_header(answer: Answer) -> None:
    answer.headers[NEW_HEADER] = "59"


def _plain_401(answer: Answer) -> None:
    if answer.status == 401:
        answer.body = b"Unauthorized"
        answer.headers["Content-Type"] = "text/plain"


def _new_field_beside_data(answer: Answer) -> None:
    if answer.body.startswith(b"{"):
        answer.change(lambda envelope: envelope.update(request_id="7f3c9a51"))


def _unknown_customer(answer: Answer) -> None:
    if answer.status == 404 and answer.path.startswith("/partner/customer/"):
        answer.status = 400


def _of_order(**changes: Any) -> Callable[[Answer], None]:
    return _of_data("GET", "/partner/order/", lambda order: order.update(changes))


DIFFERENCES: Final[Mapping[str, Difference]] = {
    "digest-algorithm": Difference("another digest algorithm", sandbox={"algorithms": ("SHA-512-256",)}),
    "no-keep-alive": Difference("each connection carries one request", _close),
    "clock": Difference("its clock is ten minutes ahead", _date_ahead),
    "header-names": Difference("a header that no answer had", _new_header),
    "unauthorized-body": Difference("a 401 without the envelope", _plain_401),
    "envelope-code": Difference(
        "the code is a word", _of_refusals(lambda envelope: envelope.update(code="ORDER_NOT_FOUND"))
    ),
    "envelope-field": Difference("a field beside data and success", _new_field_beside_data),
    "message-language": Difference(
        "messages are in English, whatever was asked for",
        request=lambda headers: headers.update({"Accept-Language": "en"}),
    ),
    "error-fields": Difference(
        "a 422 lists its errors without the fields",
        _of_refusals(
            lambda envelope: envelope.update(
                errors=[text for texts in envelope["errors"].values() for text in texts]
            ),
            422,
        ),
    ),
    "unknown-customer": Difference("400 for a customer that does not exist", _unknown_customer),
    "client-id": Difference(
        "x-client-id is not needed", request=lambda headers: headers.setdefault("x-client-id", "web")
    ),
    "price-currency": Difference("prices are in USD unless asked for otherwise", sandbox={"currency": "USD"}),
    "new-field": Difference(
        "a new field of a price", _of_prices(lambda price: price.update(vat_share=Decimal("0.18")))
    ),
    "new-object": Difference(
        "a new object in an order",
        _of_order(campaign={"name": "Bahar Kampanyası", "rates": [Decimal("0.5"), Decimal("0.25")]}),
    ),
    "new-enum-value": Difference("a status that is not documented", _of_order(status_name="Settling")),
    "null": Difference("null where a number was", _of_prices(lambda price: price.update(product_id=None))),
    "missing": Difference(
        "a field that was always there is missing",
        _of_data("POST", "/partner/pricefix", lambda fix: fix.pop("is_total_price")),
    ),
    "number-as-text": Difference(
        "prices are texts", _of_prices(lambda price: price.update(spot_price=f"{price['spot_price']}"))
    ),
    "text-as-number": Difference(
        "a phone number is a number",
        _of_data(
            "GET",
            "/partner/customer/",
            lambda customer: customer.update(phone=int(customer["phone"] or "905550000000")),
        ),
    ),
    "time-as-number": Difference("an order's time is a number of seconds", _of_order(order_at=1_764_290_000)),
}
"""By their names. No two of them stand in each other's way."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What went over the wire: a request as the client sent it, and the answer as the client got it."""

    method: str
    target: str
    request_headers: CIMultiDict[str]
    request_body: bytes
    status: int
    headers: CIMultiDict[str]
    body: bytes

    def values(self) -> Iterator[str]:
        """Every value that was sent, either way, as text: headers, parts of the target, leaves of bodies."""
        yield from self.target.partition("?")[0].split("/")
        for headers in (self.request_headers, self.headers):
            yield from headers.values()
        for body in (self.request_body, self.body):
            try:
                yield from _leaves(_DECODER.decode(body))
            except msgspec.DecodeError:
                yield body.decode("utf-8", "replace")


def _leaves(value: object) -> Iterator[str]:
    match value:
        case dict():
            for item in value.values():  # pyright: ignore[reportUnknownVariableType]
                yield from _leaves(item)  # pyright: ignore[reportUnknownArgumentType]
        case list():
            for item in value:  # pyright: ignore[reportUnknownVariableType]
                yield from _leaves(item)  # pyright: ignore[reportUnknownArgumentType]
        case None | bool():
            pass
        case _:
            yield str(value)


class SecondMinted:
    """The sandbox behind a proxy that makes it differ.

    Args:
        differences: In what; names of `DIFFERENCES`.
        tls: Its certificate; plain http without.
        sandbox: Further arguments of the sandbox.

    Attributes:
        sandbox: The sandbox behind it, running.
        url: Where to send to instead.
        exchanges: What went over the wire, oldest first.
    """

    def __init__(self, *differences: str, tls: ssl.SSLContext | None = None, **sandbox: Any) -> None:
        self._tls = tls
        self._differences = [DIFFERENCES[name] for name in differences]
        for difference in self._differences:
            sandbox = {**difference.sandbox, **sandbox}
        self.sandbox = Sandbox(**sandbox)
        self.url = ""
        self.exchanges: list[Exchange] = []
        self._session: aiohttp.ClientSession | None = None
        self._runner: web.ServerRunner | None = None

    async def __aenter__(self) -> Self:
        await self.sandbox.start()
        self._session = aiohttp.ClientSession(auto_decompress=False)
        self._runner = web.ServerRunner(web.Server(self._handle, access_log=None))
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._tls).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"{'https' if self._tls else 'http'}://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        assert self._session is not None
        await self._runner.cleanup()
        await self._session.close()
        await self.sandbox.aclose()

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        body = await request.read()
        answer = await self._forward(request, body)
        for difference in self._differences:
            difference.answer(answer)
        response = web.Response(status=answer.status, body=answer.body, headers=answer.headers)
        if not answer.kept:
            response.force_close()
        self.exchanges.append(
            Exchange(
                request.method,
                request.raw_path,
                CIMultiDict(request.headers),
                body,
                answer.status,
                answer.headers,
                answer.body,
            )
        )
        return response

    async def _forward(self, request: web.BaseRequest, body: bytes) -> Answer:
        assert self._session is not None
        headers = CIMultiDict(request.headers)
        del headers["Host"]
        for difference in self._differences:
            difference.request(headers)
        url = URL(self.sandbox.url + request.raw_path, encoded=True)
        async with self._session.request(request.method, url, data=body or None, headers=headers) as got:
            kept = CIMultiDict(got.headers)
            for name in _NOT_CARRIED_OVER:
                kept.popall(name, None)
            return Answer(
                request.method, request.raw_path.partition("?")[0], got.status, kept, await got.read()
            )
