"""What a client is set up with, checked when it is made: credentials, origin, headers, time limits."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
from yarl import URL

from minted_async.errors import ConfigurationError

__all__ = [
    "STAGING",
    "Origin",
    "Secret",
    "Settings",
    "Timeout",
    "check_count",
    "check_password",
    "check_username",
    "header_value",
]

STAGING: Final = "https://api.staging.mintedconnect.com"
"""The environment that the documentation names. It names no production address: ask Minted for yours."""

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_HEADER_VALUE = re.compile(r"[\x20-\x7e\t]*", re.ASCII)
# These are made by the transport for each request; a fixed value would break authentication or framing.
_OWN_HEADERS: Final = frozenset(
    {"authorization", "content-length", "content-type", "host", "transfer-encoding", "connection"}
)


class Secret:
    """A string that does not show in `repr`, `str` or a traceback's list of variables."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The string itself."""
        return self._value

    def __repr__(self) -> str:
        """Never the value."""
        return "Secret('***')"


@dataclass(frozen=True, slots=True)
class Timeout:
    """Limits in seconds; None sets no limit of its own.

    Attributes:
        total: For a whole call, over all its attempts and the waits between them, from when it starts to use
            a connection.
        connect: For name resolution, connection and TLS handshake of one attempt.
        read: Between two pieces of an answer.
        pool: For waiting until one of the client's connections is free; None means as long as `total`.
    """

    total: float | None = 30.0
    connect: float | None = 5.0
    read: float | None = None
    pool: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is no positive number of seconds.

        Raises:
            ConfigurationError: A limit is not a positive number.
        """
        for name in ("total", "connect", "read", "pool"):
            seconds: object = getattr(self, name)
            if seconds is None:
                continue
            if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < 1e9:
                raise ConfigurationError(
                    f"Timeout.{name} must be a positive number of seconds or None, not {seconds!r}"
                )

    @classmethod
    def of(cls, value: Timeout | float) -> Timeout:
        """A `Timeout` as it is, or seconds in all for a call."""
        if isinstance(value, Timeout):
            return value
        return cls(total=value)


class Origin(msgspec.Struct, frozen=True):
    """The one server that credentials go to.

    Attributes:
        base: Scheme, host and port, without a path.
        prefix: Path under which the API is reached, without a final slash; mostly empty.
    """

    base: str
    prefix: str

    @classmethod
    def parse(cls, base_url: str) -> Origin:
        """Check a base URL: https, or http to this very machine; no credentials, query or fragment.

        Raises:
            ConfigurationError: The URL is none of that.
        """
        try:
            url = URL(base_url)
            usable = url.scheme in ("http", "https") and bool(url.host) and bool(url.port)
        except (TypeError, ValueError):
            raise ConfigurationError(f"base_url is no URL: {_shown(base_url)}") from None
        if not usable:
            raise ConfigurationError(
                f"base_url must start with https:// and name a host, not {_shown(base_url)}"
            )
        if url.user is not None or url.password is not None:
            raise ConfigurationError(
                "base_url must not hold credentials: pass username and password by themselves"
            )
        if url.raw_query_string or url.raw_fragment:
            raise ConfigurationError("base_url must not have a query or a fragment")
        if url.scheme == "http" and not _is_loopback(url.host or ""):
            raise ConfigurationError(
                f"base_url must use https: {url.origin()} would send orders and credentials in the clear "
                "(http is accepted for this machine's loopback addresses only)"
            )
        return cls(str(url.origin()), url.raw_path.rstrip("/"))


class Settings(msgspec.Struct, frozen=True):
    """What goes into the headers of each request.

    Attributes:
        locale: Language of the API's messages, sent as Accept-Language.
        client_id: Sent as x-client-id.
        api_version: Overrides the version that each operation asks for by itself.
        headers: Further headers.
    """

    locale: str = "tr"
    client_id: str = "web"
    api_version: str | None = None
    headers: Mapping[str, str] = msgspec.field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        """Refuse what cannot stand in a header.

        Raises:
            ConfigurationError: A value is empty or holds what is not printable ASCII.
        """
        header_value("locale", self.locale)
        header_value("client_id", self.client_id)
        if self.api_version is not None:
            header_value("api_version", self.api_version)
        for name, value in self.headers.items():
            _check_header_name(name)
            header_value(f"header {name}", value, may_be_empty=True)


def header_value(what: str, value: object, *, may_be_empty: bool = False) -> str:
    """Check that a value can stand in a header (RFC 9110 section 5.5, kept to ASCII).

    Raises:
        ConfigurationError: It cannot, CR and LF above all.
    """
    if not isinstance(value, str):
        raise ConfigurationError(f"{what} must be a string, not {type(value).__name__}")
    if not value.strip() and not may_be_empty:
        raise ConfigurationError(f"{what} must not be empty")
    if not _HEADER_VALUE.fullmatch(value):
        raise ConfigurationError(
            f"{what} holds a character that a header cannot carry (only printable ASCII can, no line breaks)"
        )
    return value


def check_username(value: object) -> str:
    """Check a user name.

    Raises:
        ConfigurationError: It is empty, or cannot stand in a header.
    """
    if not isinstance(value, str) or not value:
        raise ConfigurationError("username must be a string that is not empty")
    if _CONTROL.search(value) or not _encodable(value):
        raise ConfigurationError("username holds a character that no header can carry")
    return value


def check_password(value: object) -> Secret:
    """Check a password, and hide it.

    Raises:
        ConfigurationError: It is empty, or no text.
    """
    if not isinstance(value, str) or not value or not _encodable(value):
        raise ConfigurationError("password must be a string that is not empty")
    return Secret(value)


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def check_count(name: str, value: object) -> int:
    """Check a whole number of at least 1.

    Raises:
        ConfigurationError: It is none.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigurationError(f"{name} must be a whole number of at least 1, not {value!r}")
    return value


def _check_header_name(name: object) -> None:
    if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
        raise ConfigurationError(f"not a header name: {name!r}")
    if name.lower() in _OWN_HEADERS:
        raise ConfigurationError(f"the header {name} is made by the client for each request: leave it out")


def _shown(base_url: object) -> str:
    """What was given as a URL, without the credentials that it may hold."""
    return re.sub(r"^(.*?://)?.*@", r"\1***@", repr(base_url), flags=re.DOTALL)


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761 section 6.3
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
