"""Gets one address of a documentation site, politely: bounded, and again where that can help."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import aiohttp
import anyio
import msgspec
from yarl import URL

from codegen.pages.cache import Cache, Entry
from codegen.pages.sources import MAX_BYTES

_CHUNK = 64 * 1024
_AGAIN = frozenset({408, 429})
_MOVED = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 5


class Manners(msgspec.Struct, frozen=True, kw_only=True):
    """How patiently a site is asked."""

    attempts: int = 4
    """How often an address is asked for at most."""
    base_delay: float = 0.5
    """Seconds: the wait after attempt n is drawn between 0 and `base_delay * 2 ** (n - 1)`."""
    max_delay: float = 15
    """Seconds that a drawn wait never exceeds."""
    max_retry_after: float = 60
    """Seconds: a site that asks for a longer wait is given up."""
    timeout: float = 30
    """Seconds that one attempt may take."""
    max_bytes: int = MAX_BYTES
    """Size of a page above which it is not taken."""
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep


class TransferError(Exception):
    """An address could not be had. The message says why and what to do."""


class _AgainError(Exception):
    """An attempt failed in a way that another one may not."""

    def __init__(self, message: str, wait: float = 0) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True)
class Transfer:
    """Gets addresses of one origin over one session."""

    session: aiohttp.ClientSession
    manners: Manners
    cache: Cache | None = None

    async def get(self, address: str) -> bytes:
        """Get an address, or what the cache has of it if the site says that it is the same.

        Args:
            address: what to get.

        Returns:
            The content.

        Raises:
            TransferError: it cannot be had.
        """
        known = await anyio.to_thread.run_sync(self.cache.load, address) if self.cache else None
        for attempt in range(1, self.manners.attempts + 1):
            try:
                return await self._attempt(address, known)
            except _AgainError as error:
                if attempt == self.manners.attempts:
                    times = f"; {attempt} attempts" if attempt > 1 else ""
                    raise TransferError(f"{error}{times}; try again later") from None
                if error.wait > self.manners.max_retry_after:
                    raise TransferError(
                        f"{error}; the site asks to wait {error.wait:.0f} s: try again after that"
                    ) from None
                await self.manners.sleep(error.wait + self._jitter(attempt))
        raise AssertionError("there is at least one attempt")

    def _jitter(self, attempt: int) -> float:
        ceiling = min(self.manners.max_delay, self.manners.base_delay * 2.0 ** min(attempt - 1, 30))
        return random.uniform(0, ceiling)

    async def _attempt(self, address: str, known: Entry | None) -> bytes:
        try:
            with anyio.fail_after(self.manners.timeout):
                return await self._follow(address, known)
        except TimeoutError:
            raise TransferError(
                f"not answered whole within {self.manners.timeout:g} s; try again later"
            ) from None
        except aiohttp.ClientConnectorDNSError as error:
            raise TransferError(
                f"the name {error.host} cannot be looked up; check the address and the network"
            ) from None
        except (
            aiohttp.ClientConnectorCertificateError,
            aiohttp.ClientConnectorSSLError,
            aiohttp.ClientSSLError,
        ) as error:
            raise TransferError(
                f"no trusted TLS connection: {_first_line(error)}; "
                "check the address, and the certificates and the clock of this machine"
            ) from None
        except aiohttp.ClientConnectorError as error:
            raise _AgainError(f"no connection to {error.host}:{error.port}: {error.strerror}") from None
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError) as error:
            raise _AgainError(f"the connection broke: {_first_line(error)}") from None
        except aiohttp.ClientError as error:
            raise TransferError(f"the answer is not HTTP as it should be: {_first_line(error)}") from None

    async def _follow(self, address: str, known: Entry | None) -> bytes:
        """Get an address, through redirects that stay on the site."""
        url = URL(address, encoded=True)
        origin = url.origin()
        for _ in range(_MAX_REDIRECTS + 1):
            async with self.session.get(url, headers=_conditions(known), allow_redirects=False) as response:
                if response.status not in _MOVED:
                    return await self._content(response, address, known)
                target = _target(url, response.headers.get("Location", ""))
                if target is None or target.origin() != origin:
                    raise TransferError(
                        f"redirected to {target or 'nowhere'}, which is not {origin}: "
                        "that is not followed; if the documentation has moved, give its new address"
                    )
                url = target
        raise TransferError(f"redirected more than {_MAX_REDIRECTS} times; the site is misconfigured")

    async def _content(self, response: aiohttp.ClientResponse, address: str, known: Entry | None) -> bytes:
        if response.status == HTTPStatus.NOT_MODIFIED and known is not None:
            return known.content
        if response.status in _AGAIN or response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise _AgainError(_named(response.status), _retry_after(response.headers.get("Retry-After")))
        if response.status != HTTPStatus.OK:
            raise TransferError(f"{_named(response.status)}{_advice(response.status)}")
        content = await self._bounded(response)
        etag, last_modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
        if self.cache is not None and (etag or last_modified):
            entry = Entry(address=address, etag=etag, last_modified=last_modified, content=content)
            await anyio.to_thread.run_sync(self.cache.store, entry)
        return content

    async def _bounded(self, response: aiohttp.ClientResponse) -> bytes:
        content = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK):
            content += chunk
            if len(content) > self.manners.max_bytes:
                raise TransferError(
                    f"longer than {self.manners.max_bytes} bytes; a page of the documentation is not, "
                    "so it is not read"
                )
        return bytes(content)


def _conditions(known: Entry | None) -> dict[str, str]:
    """The headers by which a server tells whether what is known is still the same."""
    if known is None:
        return {}
    pairs = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in pairs.items() if value}


def _target(url: URL, location: str) -> URL | None:
    try:
        target = url.join(URL(location)) if location else None
        return target if target is not None and target.scheme in ("http", "https") and target.host else None
    except ValueError:
        return None


def _retry_after(value: str | None) -> float:
    """Seconds of a Retry-After header, which is a number or a date; 0 for anything else."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _named(status: int) -> str:
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"


def _advice(status: int) -> str:
    match status:
        case 401 | 403:
            return "; it wants a login or blocks programs: save its pages, read them with --pages"
        case 404 | 410:
            return "; there is no such page, though the site may list it"
        case _:
            return ""


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
