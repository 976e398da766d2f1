"""Where a client sends: the one server that credentials go to, and the proxy on the way."""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, cast
from urllib.request import getproxies, proxy_bypass

import msgspec
from multidict import CIMultiDict
from yarl import URL

from minted_async.core.config import Secret, check_type, shown
from minted_async.core.logs import Log
from minted_async.errors import ConfigurationError

STAGING: Final = "https://api.staging.mintedconnect.com"
"""The environment that the documentation names. It names no production address: ask Minted for yours."""

logger: Final = Log("minted_async")

_MINTED: Final = ".mintedconnect.com"
# The final dot is that of a name that is looked up as it is, in no search domain.
_HOST_NAME = re.compile(r"[\w-]+(\.[\w-]+)*\.?")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]")


class Origin(msgspec.Struct, frozen=True):
    """The one server that credentials go to.

    Attributes:
        base: Scheme, host and port, without a path.
        prefix: Path under which the API is reached, without a final slash; mostly empty.
    """

    base: str
    prefix: str

    @property
    def host(self) -> str:
        """Value of the Host header: the host, and the port unless it is the scheme's own."""
        return self.base.partition("://")[2]

    @property
    def in_the_clear(self) -> bool:
        """Whether what is sent leaves this machine without TLS, as `allow_http` allows it."""
        url = URL(self.base)
        return url.scheme == "http" and not _is_loopback(url.host or "")

    @classmethod
    def parse(cls, base_url: str, allow_http: Collection[str] = ()) -> Origin:
        """Check a base URL: https, or http to this very machine; no credentials, query or fragment.

        Args:
            base_url: The URL.
            allow_http: Hosts of a test network to which http is allowed as well. The log says so each time.

        Raises:
            ConfigurationError: The URL is none of that, or `allow_http` is more than names of hosts.
        """
        check_type("base_url", base_url, str)
        allowed = _check_hosts(allow_http)
        try:
            url = URL(base_url)
            usable = url.scheme in ("http", "https") and bool(url.host) and bool(url.port)
            # What a resolver would refuse at each call: empty labels, and those of over 63 characters.
            (url.raw_host or "").encode("idna")
        except (TypeError, ValueError):
            raise ConfigurationError(f"base_url is no URL: {shown(base_url)}") from None
        if not usable or _BLANK.search(base_url):
            raise ConfigurationError(
                f"base_url must start with https://, name a host and hold no blanks, not {shown(base_url)}"
            )
        if url.user is not None or url.password is not None:
            raise ConfigurationError(
                "base_url must not hold credentials: pass username and password by themselves"
            )
        if url.raw_query_string or url.raw_fragment:
            raise ConfigurationError("base_url must not have a query or a fragment")
        origin = cls(str(url.origin()), url.raw_path.rstrip("/"))
        if origin.in_the_clear:
            host = url.host or ""
            if f".{host}".rstrip(".").endswith(_MINTED):
                raise ConfigurationError(f"base_url must use https: {host} is Minted's, and no test network")
            if host not in allowed:
                raise ConfigurationError(
                    f"base_url must use https: {url.origin()} would send orders and credentials in the clear "
                    "(http is accepted for this machine's loopback addresses; in a test network also for the "
                    f"hosts that are named: allow_http=({host!r},), or MINTED_ALLOW_HTTP={host} for from_env)"
                )
            logger.warning(
                "orders and credentials go to %s in the clear: everybody in its network can read and change "
                "them. http was allowed to this host, which is for test networks only.",
                url.origin(),
            )
        return origin


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that connections go through.

    Attributes:
        url: Scheme, host and port.
        authorization: Value of its Proxy-Authorization header, if it wants a password.
    """

    url: URL
    authorization: Secret | None = None

    @classmethod
    def parse(cls, text: object) -> Proxy:
        """Read a proxy's URL; user name and password in it are taken out.

        Raises:
            ConfigurationError: It is no URL of a proxy.
        """
        try:
            url = URL(text) if isinstance(text, str) else None
            # What a resolver would refuse at each call: empty labels, and those of over 63 characters.
            (url.raw_host or "" if url else "").encode("idna")
        except ValueError:
            url = None
        if url is None or url.scheme not in ("http", "https") or not url.host or _BLANK.search(str(text)):
            refused = shown(text)
            del text, url  # a password may be in them, and some write variables down with a traceback
            raise ConfigurationError(f"proxy must be a URL like http://proxy.example:3128, not {refused}")
        authorization = None
        if url.user is not None:
            pair = f"{url.user}:{url.password or ''}".encode()
            authorization = Secret(f"Basic {base64.b64encode(pair).decode()}")
        return cls(url.origin(), authorization)

    @classmethod
    def choose(cls, given: Secret | None, origin: Origin, *, trust_env: bool) -> Proxy | None:
        """The proxy of that URL; without one, that of HTTPS_PROXY, HTTP_PROXY and NO_PROXY if `trust_env`.

        Raises:
            ConfigurationError: It is no URL of a proxy.
        """
        if given is None and trust_env:
            url = URL(origin.base)
            if not proxy_bypass(url.raw_host or "") and url.scheme in (found := getproxies()):
                given = Secret(found.pop(url.scheme))
        return None if given is None else cls.parse(given.reveal())

    def headers(self) -> CIMultiDict[str]:
        """What is sent to the proxy itself."""
        secret = self.authorization
        return CIMultiDict() if secret is None else CIMultiDict({"Proxy-Authorization": secret.reveal()})


def _check_hosts(allow_http: object) -> frozenset[str]:
    """The hosts of `allow_http`, as a URL gives them."""
    if isinstance(allow_http, str) or not isinstance(allow_http, Collection):
        raise ConfigurationError(
            f"allow_http must be a tuple of host names, such as ('sandbox',), not {shown(allow_http)}"
        )
    for name in cast("Collection[object]", allow_http):
        if not isinstance(name, str) or not (_HOST_NAME.fullmatch(name) or _is_address(name)):
            raise ConfigurationError(
                f"allow_http takes whole names of hosts, without scheme, port or wildcard, not {shown(name)}"
            )
    return frozenset(name.lower() for name in cast("Collection[str]", allow_http))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761 section 6.3
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
