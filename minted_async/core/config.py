"""What a client is set up with, checked when it is made: credentials, headers, limits."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import UnionType
from typing import Final, NoReturn, TypeGuard, TypeVar, cast

import msgspec
from multidict import CIMultiDict

from minted_async.errors import ConfigurationError

T = TypeVar("T")
F = TypeVar("F", bound=Callable[[], object] | None)

MEND_SOURCE: Final = "Nothing was done. See that credentials= gives the password that the server takes."
"""What to do next where credentials= was asked and failed."""

LONGEST: Final = 1e9
"""Seconds, thirty years: event loops and clocks can count that far."""

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_TOKEN = re.compile(r"[\x21-\x7e]+", re.ASCII)
_HEADER_VALUE = re.compile(r"[\x20-\x7e\t]*", re.ASCII)
# These are made by the transport for each request; a fixed value would break authentication or framing.
_OWN_HEADERS: Final = frozenset(
    {"authorization", "content-length", "content-type", "host", "transfer-encoding", "connection"}
)


class NeverPickled:
    """What belongs to its process; nor is what holds it pickled, or copied."""

    __slots__ = ()

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} belongs to its process, with the connections, files or secrets that it "
            "holds: it cannot be pickled or copied; make one where it is used"
        )


class Secret(NeverPickled):
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
            check_seconds(f"Timeout.{name}", getattr(self, name), positive=True, optional=True)

    @classmethod
    def of(cls, value: Timeout | float) -> Timeout:
        """A `Timeout` as it is, or seconds in all for a call."""
        if isinstance(value, Timeout):
            return value
        return cls(total=value)


class Limits(msgspec.Struct, frozen=True):
    """The longest answer that is read, in bytes.

    Attributes:
        body: Of the body, decompressed.
        header: Of a line of its head.
    """

    body: int = 16 * 1024 * 1024
    header: int = 8190


@dataclass(frozen=True, slots=True)
class HeaderOptions:
    """What goes into the head of each request, whatever is called.

    Attributes:
        locale: Language of the API's messages, sent as Accept-Language.
        client_id: Sent as x-client-id.
        api_version: Overrides the version that each operation asks for by itself.
        headers: Further headers.
        user_agent: Who is calling.
    """

    locale: str = "tr"
    client_id: str = "web"
    api_version: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    user_agent: str = "minted-async"
    # One entry an API version and kind of body: making the lines costs more than signing them.
    _made: dict[tuple[str | None, bool], str] = field(
        init=False, repr=False, compare=False, default_factory=dict[tuple[str | None, bool], str]
    )

    def __post_init__(self) -> None:
        """Refuse what cannot stand in a header.

        Raises:
            ConfigurationError: A value is empty or holds what is not printable ASCII.
        """
        header_value("locale", self.locale)
        header_value("client_id", self.client_id)
        if self.api_version is not None:
            header_value("api_version", self.api_version)
        if not isinstance(self.headers, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError(f"headers must be a mapping, not {type(self.headers).__name__}")
        for name, value in self.headers.items():
            _check_header_name(name)
            header_value(f"header {name}", value, may_be_empty=True)

    def lines(self, api_version: str | None, *, has_body: bool) -> str:
        """The lines of a request's head that do not change from call to call, each with its end.

        Args:
            api_version: The version that the operation asks for.
            has_body: Whether there is a body to be described.
        """
        key = (api_version, has_body)
        text = self._made.get(key)
        if text is None:
            text = self._made[key] = self._lines(self.api_version or api_version, has_body)
        return text

    def _lines(self, api_version: str | None, has_body: bool) -> str:
        headers = CIMultiDict(
            {
                "User-Agent": self.user_agent,
                "Accept": "application/json",
                "Accept-Encoding": "gzip, deflate",
                "Accept-Language": self.locale,
                "x-client-id": self.client_id,
            }
        )
        if api_version is not None:
            headers["api-version"] = api_version
        if has_body:
            headers["Content-Type"] = "application/json"
        for name, value in self.headers.items():
            headers[name] = value
        return "".join(f"{name}: {value}\r\n" for name, value in headers.items())


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


def check_password(hidden: Secret) -> Secret:
    """Check a password that is hidden already.

    Raises:
        ConfigurationError: It is empty, or no text.
    """
    if not _is_password(hidden.reveal()):
        raise ConfigurationError("password must be a string that is not empty")
    return hidden


def check_token(hidden: Secret) -> Secret:
    """Check a Bearer token that is hidden already: text that can stand in a header as it is.

    Raises:
        ConfigurationError: It is none; the message does not repeat it.
    """
    problem = _problem_of_token(hidden.reveal())
    if problem:
        raise ConfigurationError(f"the token must be {problem}")
    return hidden


def _is_password(value: object) -> bool:
    return isinstance(value, str) and value != "" and _encodable(value)


def _problem_of_token(value: object) -> str:
    if not isinstance(value, str):
        return f"a str, not {type(value).__name__}"
    if not _TOKEN.fullmatch(value):
        return "printable ASCII without spaces, and not empty: give it without the word Bearer"
    return ""


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether it is a number: a bool is none, whatever Python says."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def check_seconds(
    name: str,
    value: object,
    *,
    least: float = 0.0,
    positive: bool = False,
    optional: bool = False,
    endless: bool = False,
) -> None:
    """Check a number of seconds that event loops and clocks can count; `endless` is for math.inf.

    Raises:
        ConfigurationError: It is none.
    """
    if value is None and optional:
        return
    # A comparison with NaN is false, and one with an integer of any size is exact.
    usable = is_number(value) and (least <= value < LONGEST or (endless and value == math.inf))
    if not usable or (positive and value == 0):
        wanted = "a positive number of seconds" if positive else f"a number of seconds from {least:g}"
        other = " or None" if optional else " or math.inf" if endless else ""
        raise ConfigurationError(f"{name} must be {wanted} to {LONGEST:g}{other}, not {shown(value)}")


def is_database(journal: object) -> TypeGuard[str]:
    """Whether what was given as a journal is the address of a PostgreSQL database."""
    return isinstance(journal, str) and journal.startswith(("postgresql://", "postgres://"))


def check_count(name: str, value: object) -> int:
    """Check a whole number from 1 on, which C can hold.

    Raises:
        ConfigurationError: It is none.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value < 2**31:
        raise ConfigurationError(f"{name} must be a whole number from 1 to 2147483647, not {shown(value)}")
    return value


def check_type(name: str, value: T, kind: type | UnionType) -> T:
    """Check an argument's type, for callers who have no type checker.

    Raises:
        ConfigurationError: It is another one.
    """
    if not isinstance(value, kind):
        wanted = getattr(kind, "__name__", None) or str(kind).replace("NoneType", "None")
        raise ConfigurationError(f"{name} must be {wanted}, not {shown(value)}")
    return value


def check_factory(name: str, value: F) -> F:
    """Check that an argument is a function that can be called without arguments, if it is given.

    Raises:
        ConfigurationError: It is something else.
    """
    if value is None:
        return value
    try:
        inspect.signature(value, follow_wrapped=False).bind()
    except TypeError:
        # A partial shows what it holds.
        given = "one that needs some" if callable(cast("object", value)) else shown(value)
        raise ConfigurationError(f"{name} must be a function without arguments, not {given}") from None
    except ValueError:  # some functions written in C do not tell
        pass
    return value


def _check_header_name(name: object) -> None:
    if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
        raise ConfigurationError(f"not a header name: {name!r}")
    if name.lower() in _OWN_HEADERS:
        raise ConfigurationError(f"the header {name} is made by the client for each request: leave it out")


def shown(value: object) -> str:
    """What was given for an argument, without credentials of a URL, or more digits than Python prints."""
    if isinstance(value, int) and value.bit_length() > 256:
        return f"one of {value.bit_length()} bits"
    return re.sub(r"^(.*?://)?.*@", r"\1***@", repr(value), flags=re.DOTALL)
