"""Gets the addresses of one site, politely: bounded, again where that can help, and only what has changed
since.
"""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final

import aiohttp
import msgspec
from yarl import URL

from codegen.files import replace_files
from codegen.pages.markdown import MAX_BYTES

ATTEMPTS: Final = 4
"""How often an address is asked for at most."""
BASE_DELAY: Final = 0.5
"""Seconds: the wait after attempt n is drawn between 0 and `BASE_DELAY * 2 ** (n - 1)`."""
MAX_RETRY_AFTER: Final = 60
"""Seconds: a site that asks for a longer wait is given up."""
TIMEOUT: Final = 30
"""Seconds that one attempt may take."""
_AGENT = "minted-async-codegen (compares the documentation with the SDK's spec)"
_CHUNK = 64 * 1024
_FILE = "pages"
_ASKED = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
"""How a server is asked whether a page is still what it said of it."""
_LOGIN = "; it wants a login or blocks programs: save its pages, read them with --pages"
_MISSING = "; there is no such page, though the site may list it"
_ADVICE = {401: _LOGIN, 403: _LOGIN, 404: _MISSING, 410: _MISSING}


Sleep = Callable[[float], Awaitable[None]]


class SiteError(Exception):
    """A documentation site of which nothing can be read. The message says why and what to do."""


class FetchError(Exception):
    """An address could not be had: why, what to do, and in how many seconds another attempt may have it."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


Pages = dict[str, tuple[dict[str, str], bytes]]
"""By their addresses: the headers that ask the server whether a page is still the same, and the page."""


@asynccontextmanager
async def open_fetcher(cache: Path | None, timeout: float, sleep: Sleep) -> AsyncGenerator[Fetcher]:
    """A session with a site, of which a cache keeps what it gets.

    The cache is one file in a folder: nothing that a site sends becomes a path. A damaged one counts as none.

    Raises:
        SiteError: the cache cannot be used.
    """
    pages: Pages = {}
    if cache is not None:
        with suppress(OSError, msgspec.MsgspecError):
            pages = msgspec.json.decode((cache / _FILE).read_bytes(), type=Pages)
        _keep(cache, pages)
    try:
        async with aiohttp.ClientSession(
            headers={"User-Agent": _AGENT, "Accept": "text/markdown, text/plain;q=0.9, */*;q=0.5"},
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=timeout),
        ) as session:
            yield Fetcher(session, sleep, pages)
    finally:
        if cache is not None:
            _keep(cache, pages)


def _keep(cache: Path, pages: Pages) -> None:
    try:
        replace_files({cache / _FILE: msgspec.json.encode(pages).decode()})
    except OSError as error:
        reason = error.strerror or str(error)
        raise SiteError(f"the cache folder {cache} cannot be used: {reason}; choose another one") from None


@dataclass(frozen=True)
class Fetcher:
    """Gets addresses over one session."""

    session: aiohttp.ClientSession
    sleep: Sleep
    known: Pages

    async def get(self, address: str) -> bytes:
        """Get an address, or what is known of it if the site says that it is the same.

        Raises:
            FetchError: it cannot be had.
        """
        attempt = 1
        while True:
            try:
                return await self._attempt(address)
            except FetchError as error:
                if error.wait is None:
                    raise
                if error.wait > MAX_RETRY_AFTER:
                    message = f"{error}; the site asks to wait {error.wait:.0f} s: try again after that"
                    raise FetchError(message) from None
                if attempt == ATTEMPTS:
                    raise FetchError(f"{error}; {attempt} attempts; try again later") from None
                await self.sleep(error.wait + random.uniform(0, BASE_DELAY * 2.0 ** (attempt - 1)))
            attempt += 1

    async def _attempt(self, address: str) -> bytes:
        try:
            return await self._content(address)
        except TimeoutError:
            message = f"not answered whole within {self.session.timeout.total} s; try again later"
            raise FetchError(message) from None
        except (aiohttp.ClientConnectorDNSError, aiohttp.ClientSSLError) as error:
            message = f"{_said(error)}; check the address, the network and this machine's clock"
            raise FetchError(message) from None
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError) as error:
            raise FetchError(f"no connection, or one that broke: {_said(error)}", wait=0) from None
        except aiohttp.TooManyRedirects:
            raise FetchError("redirected again and again; the site is misconfigured") from None
        except aiohttp.ClientError as error:
            raise FetchError(f"the answer is not HTTP as it should be: {_said(error)}") from None

    async def _content(self, address: str) -> bytes:
        url = URL(address, encoded=True)
        asking, known = self.known.get(address, ({}, b""))

        async def on_site(
            request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
        ) -> aiohttp.ClientResponse:
            if request.url.origin() != url.origin():
                raise FetchError(
                    f"redirected to {request.url}, which is not {url.origin()}: "
                    "that is not followed; if the documentation has moved, give its new address"
                )
            return await handler(request)

        async with self.session.get(url, headers=asking, middlewares=(on_site,)) as response:
            if response.status == HTTPStatus.NOT_MODIFIED and asking:
                return known
            _check(response)
            content = bytearray()
            async for chunk in response.content.iter_chunked(_CHUNK):
                content += chunk
                if len(content) > MAX_BYTES:
                    raise FetchError(f"longer than {MAX_BYTES} bytes; no page of a documentation is")
        tags = {_ASKED[name]: response.headers[name] for name in _ASKED if name in response.headers}
        self.known[address] = tags, bytes(content)
        return bytes(content)


def _said(error: aiohttp.ClientError) -> str:
    return str(error).partition("\n")[0] or type(error).__name__


def _check(response: aiohttp.ClientResponse) -> None:
    status = response.status
    named = f"HTTP {status} {HTTPStatus(status).phrase if status in list(HTTPStatus) else ''}".strip()
    if status in (408, 429) or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise FetchError(named, wait=_retry_after(response.headers.get("Retry-After", "")))
    if status != HTTPStatus.OK:
        raise FetchError(f"{named}{_ADVICE.get(status, '')}")


def _retry_after(value: str) -> float:
    """Seconds of a Retry-After header; 0 for anything else, such as a date."""
    return float(value[:12]) if value.isascii() and value.isdigit() else 0
