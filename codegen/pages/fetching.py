"""Gets the addresses of one site, politely: bounded, again where that can help, and only what has changed
since.

The cache is a folder with one file for each address: its name is a hash, so nothing that a site sends becomes
a path, and it holds a digest of itself, so that an entry that was cut off counts as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path

import aiohttp
import anyio
import msgspec
from yarl import URL

from codegen.pages.markdown import MAX_BYTES

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


class SiteError(Exception):
    """A documentation site of which nothing can be read. The message says why and what to do."""


class FetchError(Exception):
    """An address could not be had. The message says why and what to do."""


class _AgainError(Exception):
    """An attempt failed in a way that another one may not."""

    def __init__(self, message: str, wait: float = 0) -> None:
        super().__init__(message)
        self.wait = wait


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A page as it was when it was last fetched."""

    address: str
    etag: str | None
    last_modified: str | None
    content: bytes


@dataclass(frozen=True)
class Cache:
    """A folder of pages."""

    folder: Path

    def open(self) -> None:
        """Make the folder.

        Raises:
            SiteError: it cannot be made, or not be written to.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            reason = error.strerror or str(error)
            message = f"the cache folder {self.folder} cannot be used: {reason}; choose another one"
            raise SiteError(message) from None

    def load(self, address: str) -> Entry | None:
        """The entry of an address; None if there is none that is whole."""
        try:
            digest, encoded = msgspec.msgpack.decode(
                self._path(address).read_bytes(), type=tuple[bytes, bytes]
            )
            entry = msgspec.msgpack.decode(encoded, type=Entry)
        except (OSError, msgspec.MsgspecError):
            return None
        whole = hashlib.sha256(encoded).digest() == digest and entry.address == address
        return entry if whole else None

    def store(self, entry: Entry) -> None:
        """Write an entry, whole or not at all. A cache that cannot be written is no reason to stop."""
        encoded = msgspec.msgpack.encode(entry)
        sealed = msgspec.msgpack.encode((hashlib.sha256(encoded).digest(), encoded))
        with contextlib.suppress(OSError):
            path = self._path(entry.address)
            path.with_suffix(f".{os.getpid()}").write_bytes(sealed)
            path.with_suffix(f".{os.getpid()}").replace(path)

    def _path(self, address: str) -> Path:
        return self.folder / f"{hashlib.sha256(address.encode()).hexdigest()}.page"


@dataclass(frozen=True)
class Fetcher:
    """Gets addresses over one session."""

    session: aiohttp.ClientSession
    manners: Manners
    cache: Cache | None = None

    async def get(self, address: str) -> bytes:
        """Get an address, or what the cache has of it if the site says that it is the same.

        Raises:
            FetchError: it cannot be had.
        """
        known = await anyio.to_thread.run_sync(self.cache.load, address) if self.cache else None
        attempt = 1
        while True:
            try:
                return await self._attempt(address, known)
            except _AgainError as error:
                if attempt >= self.manners.attempts:
                    times = f"; {attempt} attempts" if attempt > 1 else ""
                    raise FetchError(f"{error}{times}; try again later") from None
                if error.wait > self.manners.max_retry_after:
                    message = f"{error}; the site asks to wait {error.wait:.0f} s: try again after that"
                    raise FetchError(message) from None
                longest = min(self.manners.max_delay, self.manners.base_delay * 2.0 ** (attempt - 1))
                await self.manners.sleep(error.wait + random.uniform(0, longest))
            attempt += 1

    async def _attempt(self, address: str, known: Entry | None) -> bytes:
        try:
            with anyio.fail_after(self.manners.timeout):
                return await self._follow(address, known)
        except TimeoutError:
            message = f"not answered whole within {self.manners.timeout:g} s; try again later"
            raise FetchError(message) from None
        except aiohttp.ClientConnectorDNSError as error:
            message = f"the name {error.host} cannot be looked up; check the address and the network"
            raise FetchError(message) from None
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError) as error:
            message = (
                f"no trusted TLS connection: {_first_line(error)}; check the address and this machine's clock"
            )
            raise FetchError(message) from None
        except aiohttp.ClientConnectorError as error:
            raise _AgainError(f"no connection to {error.host}:{error.port}: {error.strerror}") from None
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError) as error:
            raise _AgainError(f"the connection broke: {_first_line(error)}") from None
        except aiohttp.ClientError as error:
            raise FetchError(f"the answer is not HTTP as it should be: {_first_line(error)}") from None

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
                    raise FetchError(
                        f"redirected to {target or 'nowhere'}, which is not {origin}: "
                        "that is not followed; if the documentation has moved, give its new address"
                    )
                url = target
        raise FetchError(f"redirected more than {_MAX_REDIRECTS} times; the site is misconfigured")

    async def _content(self, response: aiohttp.ClientResponse, address: str, known: Entry | None) -> bytes:
        status = response.status
        if status == HTTPStatus.NOT_MODIFIED and known is not None:
            return known.content
        if status in _AGAIN or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise _AgainError(_named(status), _retry_after(response.headers.get("Retry-After")))
        if status != HTTPStatus.OK:
            raise FetchError(f"{_named(status)}{_ADVICE.get(status, '')}")
        content = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK):
            content += chunk
            if len(content) > self.manners.max_bytes:
                message = f"longer than {self.manners.max_bytes} bytes; no page of a documentation is"
                raise FetchError(message)
        etag, last_modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
        if self.cache is not None and (etag or last_modified):
            entry = Entry(address=address, etag=etag, last_modified=last_modified, content=bytes(content))
            await anyio.to_thread.run_sync(self.cache.store, entry)
        return bytes(content)


_LOGIN = "; it wants a login or blocks programs: save its pages, read them with --pages"
_MISSING = "; there is no such page, though the site may list it"
_ADVICE = {401: _LOGIN, 403: _LOGIN, 404: _MISSING, 410: _MISSING}


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


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
