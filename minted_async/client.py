"""`MintedClient`: configuration, lifecycle and the resources."""

from __future__ import annotations

import inspect
import os
import uuid
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from ssl import SSLContext
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, Self, TypedDict, TypeVar, Unpack, cast, overload

from msgspec import UNSET, UnsetType, structs

from minted_async._version import __version__
from minted_async.clock import Clock
from minted_async.core import logs
from minted_async.core.cached import cached_property, computed
from minted_async.core.capture import Exchanges, capturing
from minted_async.core.checks import check_text
from minted_async.core.config import (
    HeaderOptions,
    Limits,
    NeverPickled,
    Secret,
    Timeout,
    check_count,
    check_factory,
    check_password,
    check_token,
    check_type,
    check_username,
    is_database,
)
from minted_async.core.decoding import check_result
from minted_async.core.digest.handshake import CredentialSource, check_source
from minted_async.core.drift import Drift
from minted_async.core.lifecycle import TransportOptions
from minted_async.core.listed import Route, check_paths
from minted_async.core.operation import Operation
from minted_async.core.origin import STAGING, Origin, Proxy
from minted_async.core.protocol import check_path, without_none
from minted_async.core.retry import RetryPolicy
from minted_async.core.sender import OperationSender
from minted_async.core.transport import Transport
from minted_async.core.watching import Emitter
from minted_async.errors import ConfigurationError, NotFoundError
from minted_async.generated.resources import Resources

if TYPE_CHECKING:
    import aiohttp

    from minted_async.events import DriftSeen, Event
    from minted_async.feeds import PriceFeed, Source
    from minted_async.generated.webview import Webview
    from minted_async.models import PriceFix
    from minted_async.shapes import Shapes
    from minted_async.trades import Journal, Trades

__all__ = ["MintedClient"]

T = TypeVar("T")

_PACKAGE: Final = str(Path(__file__).parent) + os.sep
_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


class ClientOptions(TypedDict, total=False):
    """The arguments of `MintedClient`, for `from_env`: what is misspelt is refused there too."""

    username: str
    password: str
    base_url: str
    locale: str
    client_id: str
    timeout: Timeout | float
    retry: RetryPolicy | None
    max_connections: int
    connector: Callable[[], aiohttp.BaseConnector] | None
    ssl_context: SSLContext | None
    proxy: str | None
    trust_env: bool
    credentials: CredentialSource | None
    allow_http: Collection[str]
    paths: Mapping[str, str] | None
    max_response_bytes: int
    max_header_bytes: int
    serialize_nonces: bool
    journal: Journal | str | os.PathLike[str] | None
    events: Callable[[Event], object] | None
    drift: Literal["log", "off"] | float
    observe: Shapes | None


class MintedClient(NeverPickled, Resources):
    """The Minted Connect partner API.

    ```python
    async with MintedClient("user", "password", base_url=STAGING) as minted:
        order = await minted.orders.get("ORD-1")
    ```

    The first call opens its connections; any number of tasks may use it at once. It belongs to the event loop
    and the process of its first call. Making it needs no event loop.

    Args:
        username: User name of the partner account.
        password: Its password; kept masked in everything that can be printed. May be left out with
            `credentials`.
        base_url: The environment: https, or http to a loopback address or a host that `allow_http` names.
        locale: Language of the API's messages (Accept-Language).
        client_id: Sent as x-client-id.
        timeout: Limits of each call: a `Timeout`, or seconds in all.
        retry: How calls that only read are repeated; None for a single attempt. Calls that change something
            are never repeated.
        max_connections: Connections at the same time; further calls wait in line.
        connector: A function that makes an aiohttp connector, with a resolver, limits or a source address of
            its own. It is called twice at the first call: for connections that are kept, and for those that
            carry a single order. One that it gives both times is shared, and never closed by the client.
        ssl_context: TLS settings: a private certificate authority, a client certificate.
        proxy: URL of a proxy to go through, such as `"http://user:password@proxy.example:3128"`.
        trust_env: Go through the proxy that the environment names (HTTPS_PROXY, NO_PROXY).
        credentials: An async function that gives the password, or user name and password as a pair, for a
            password that is rotated while the program runs. It is asked for the first password if none is
            given, and whenever the server refuses the one in use: once an attempt, within the call's time
            limit, one question at a time. What it gives is tried if it was not refused a moment ago, and a
            refused call is sent once more, an order too: a 401 says that nothing was done. The user name has
            to stay the same. While the server refuses, each call asks: keep what is costly to get for a few
            seconds. It must not call this client.
        allow_http: FOR TEST NETWORKS ONLY: hosts to which `base_url` may be http, such as `("sandbox",)`.
            Orders and credentials go there in the clear, and the log warns of it each time.
        paths: Paths of operations that the documentation only lists, by their name, such as
            `{"balances.partner": "GET /partner/..."}`. The method may be left out where the menu shows it.
        max_response_bytes: The longest answer that is read, decompressed.
        max_header_bytes: The longest header of an answer that is read.
        serialize_nonces: Send one request at a time, for servers that want nonce counts in strict order.
        journal: Where `trades` writes each order down before it is sent, and keeps quotes: the path of an
            SQLite file, `"postgresql://..."` (extra `postgres`), or a journal, one of your own too
            (`minted_async.trades.Journal`); in memory if it is left out. It is closed with the client.
        events: A plain function that is told of calls, retries, challenges and drift: see
            `minted_async.events`. It must not block. It is called in the event loop.
        drift: Whether answers are searched for fields and enum values that this release does not know, which
            are logged (`minted_async.drift`, INFO) and counted in `drift`: `"log"` looks at the first answer
            of each operation and status and at one in 1,000, a number is the share that is looked at, `"off"`
            looks at none.
        observe: Writes down the shapes of all answers, and nothing that they say: `Shapes("shapes.json")`.

    Raises:
        ConfigurationError: A value cannot be used; the message says which one and why.

    With `MINTED_LOG=debug` or `info` in the environment the logger `minted_async` has that level, and writes
    to stderr where the program has set up no logging.
    """

    def __init__(
        self,
        username: str,
        password: str | None = None,
        *,
        base_url: str = STAGING,
        locale: str = "tr",
        client_id: str = "web",
        timeout: Timeout | float = Timeout(total=30, connect=5),  # noqa: B008 (immutable)
        retry: RetryPolicy | None = RetryPolicy(),  # noqa: B008 (immutable)
        max_connections: int = 100,
        connector: Callable[[], aiohttp.BaseConnector] | None = None,
        ssl_context: SSLContext | None = None,
        proxy: str | None = None,
        trust_env: bool = False,
        credentials: CredentialSource | None = None,
        allow_http: Collection[str] = (),
        paths: Mapping[str, str] | None = None,
        max_response_bytes: int = 16 * 1024 * 1024,
        max_header_bytes: int = 8190,
        serialize_nonces: bool = False,
        journal: Journal | str | os.PathLike[str] | None = None,
        events: Callable[[Event], object] | None = None,
        drift: Literal["log", "off"] | float = "log",
        observe: Shapes | None = None,
    ) -> None:
        # In no variable of ours: some write those down with a traceback.
        hidden = None if password is None else Secret(password)
        hidden_proxy = None if proxy is None else Secret(proxy)
        del password, proxy
        kept_in = None if journal is None else _checked_journal(journal)
        del journal
        secret = None if hidden is None else check_password(hidden)
        logs.set_up()
        if secret is None and credentials is None:
            raise ConfigurationError("password is missing: pass it, or credentials=, which is asked for it")
        origin = Origin.parse(base_url, allow_http)
        options = TransportOptions(
            origin=origin,
            username=check_username(username),
            password=secret,
            credentials=check_source(credentials),
            max_connections=check_count("max_connections", max_connections),
            limits=Limits(
                body=check_count("max_response_bytes", max_response_bytes),
                header=check_count("max_header_bytes", max_header_bytes),
            ),
            serialize_nonces=check_type("serialize_nonces", serialize_nonces, bool),
            connector=check_factory("connector", connector),
            ssl_context=check_type("ssl_context", ssl_context, SSLContext | None),
            proxy=Proxy.choose(hidden_proxy, origin, trust_env=check_type("trust_env", trust_env, bool)),
            opened_at=calling_line(),
        )
        self._base_url = origin.base + origin.prefix
        # Only a view has one: a client that held itself would be noticed late when it is not closed.
        self._original: Self | None = None
        self._journal = kept_in
        emitter = Emitter.of(events)
        self._drift = Drift.of(drift, emitter)
        self._shapes = None if observe is None else _checked_shapes(observe)
        self._sender = OperationSender(
            transport=Transport(options),
            headers=HeaderOptions(locale, client_id, user_agent=f"minted-async/{__version__}"),
            timeout=Timeout.of(timeout),
            retry=check_type("retry", retry, RetryPolicy | None),
            routes=_routes(check_type("paths", {} if paths is None else paths, Mapping)),
            watchers=tuple(watcher for watcher in (self._drift, self._shapes) if watcher is not None),
            events=emitter,
        )

    @classmethod
    def from_env(cls, **overrides: Unpack[ClientOptions]) -> Self:
        """Make a client from the environment.

        Reads `MINTED_USERNAME` and `MINTED_PASSWORD`, and if they are set `MINTED_BASE_URL`, `MINTED_LOCALE`,
        `MINTED_CLIENT_ID` and, for test networks, `MINTED_ALLOW_HTTP`: hosts with commas between them.

        Args:
            overrides: Arguments of the constructor; they win over the environment.

        Raises:
            ConfigurationError: User name or password is missing, or a value cannot be used.
        """
        return cls(**from_environment(overrides))

    def with_options(
        self,
        *,
        locale: str | UnsetType = UNSET,
        timeout: Timeout | float | UnsetType = UNSET,
        retry: RetryPolicy | UnsetType | None = UNSET,
        client_id: str | UnsetType = UNSET,
        api_version: str | UnsetType | None = UNSET,
        headers: Mapping[str, str] | UnsetType = UNSET,
    ) -> Self:
        """A view of this client with other options, on the same connections and authentication.

        A view costs next to nothing: make one for a single call if you like. Closing it does nothing.

        Args:
            locale: Language of the API's messages.
            timeout: A `Timeout`, or seconds in all.
            retry: How calls that only read are repeated; None for a single attempt.
            client_id: Sent as x-client-id.
            api_version: Sent with every call instead of the version that each operation asks for.
            headers: Further headers, added to those that this client has already.

        Raises:
            ConfigurationError: A value cannot be used; the message says which one and why.
        """
        sender = self._sender
        changes: dict[str, Any] = {
            name: value
            for name, value in (("locale", locale), ("client_id", client_id), ("api_version", api_version))
            if value is not UNSET
        }
        if headers is not UNSET:
            changes["headers"] = {**sender.headers.headers, **check_type("headers", headers, Mapping)}
        view = type(self).__new__(type(self))
        view.__dict__.update(self.__dict__)
        # What is made from the options is made anew.
        for name in computed(view):
            del view.__dict__[name]
        view._original = self._original or self
        view._sender = structs.replace(
            sender,
            headers=replace(sender.headers, **changes),
            timeout=sender.timeout if timeout is UNSET else Timeout.of(timeout),
            retry=sender.retry if retry is UNSET else check_type("retry", retry, RetryPolicy | None),
        )
        return view

    @cached_property
    def trades(self) -> Trades:
        """Orders that are placed once, and of which you always know whether they were."""
        # Imported when it is needed: programs that only read need no journal, and start faster.
        from minted_async.trades import MemoryJournal, OpenOrders, Trades

        lookups = type(self.orders)(structs.replace(self._sender, alone=True))
        if self._original is not None:
            return self._original.trades.over(self.prices, self.orders, lookups, self._sender.retry)
        journal = MemoryJournal() if self._journal is None else self._journal
        open_orders = OpenOrders(journal, self._account)
        made = Trades(self.prices, self.orders, lookups, open_orders=open_orders, retry=self._sender.retry)
        # Of the blocking client, two threads may be here; no order may be open for one of them only.
        return cast("Trades", self.__dict__.setdefault("trades", made))

    def webview(self, token: str) -> Webview:
        """What the embedded webview of one customer may do, on the connections of this client.

        ```python
        basket = await minted.webview(token).active_basket()
        ```

        It costs next to nothing: make one for a single call if you like. It has the options that this client
        has now, and needs no closing of its own. A token that is refused (`AuthenticationError`) says
        nothing about the user name and password of this client, and makes no other call wait.

        Args:
            token: The Bearer token of the webview, without the word Bearer; kept masked like a password.

        Raises:
            ConfigurationError: It cannot stand in a header.
        """
        from minted_async.generated.webview import Webview

        hidden = Secret(token)
        del token  # in no variable of ours: some write those down with a traceback
        return Webview(structs.replace(self._sender, token=check_token(hidden)))

    @property
    def drift(self) -> Mapping[DriftSeen, int]:
        """What answers had that this release does not know, and how many of those looked at had it."""
        return {} if self._drift is None else dict(self._drift.counts)

    def capture(self) -> AbstractContextManager[Exchanges]:
        """Collect what is sent and received, secrets masked.

        ```python
        with minted.capture() as exchanges:
            await minted.orders.get("ORD-1")
        print(exchanges[-1].status, exchanges[-1].body)
        ```

        Returns:
            A context manager that gives the list of exchanges, newest last: of the calls made inside the
            block by this task. Tasks of an event loop that it starts there count as well.
        """
        return capturing(self._sender.transport)

    @overload
    async def request(
        self, method: str, path: str, *, params: Mapping[str, object] | None = None, json: object = UNSET
    ) -> Any: ...
    @overload
    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, object] | None = None,
        json: object = UNSET,
        result: type[T],
    ) -> T: ...
    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, object] | None = None,
        json: object = UNSET,
        result: type[Any] | None = None,
    ) -> Any:
        """Call a path that this SDK does not know; all but the types is as for any other call.

        Args:
            method: HTTP method. A GET is repeated like any call that only reads, all others are sent once.
            path: Path from the root of the API, such as `"/partner/..."`; percent-encode values in it.
            params: Query parameters; those that are None are left out.
            json: The body: plain values or msgspec structs. Numbers are `int` or `Decimal`, never `float`.
            result: Type of the answer's data, such as a `msgspec.Struct`. Without it, plain Python values.

        Returns:
            The envelope's data. As plain values, every number is a Decimal.

        Raises:
            TypeError: An argument has the wrong type.
            ArgumentError: An argument cannot be sent.
            MintedError: As for any call.
        """
        verb = check_text(method, "method").upper()
        if verb not in _METHODS:
            raise ConfigurationError(f"method must be one of {', '.join(sorted(_METHODS))}, not {method!r}")
        if not isinstance(params, Mapping | None):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"params must be a mapping, not {type(params).__name__}")
        if result is not None:
            check_result(result)
        operation: Operation[Any] = Operation(
            id=f"{verb} {path}",
            method=verb,
            path=check_path(path),
            result=object if result is None else result,
            idempotent=verb == "GET",
            alone=verb != "GET",  # nobody knows what it moves
            written_out=True,
        )
        sending = self._sender.send(operation, query=without_none(params or {}), json=json)
        del params, json
        return await sending

    def price_feed(
        self,
        *,
        interval: float = 1.0,
        type: str = "digital",  # noqa: A002 (its name on the wire)
        currency: str | None = None,
        customer_external_id: str | None = None,
        source: Source | None = None,
        max_age: float | None = None,
        first_timeout: float = 30.0,
        timeout: float | None = 10.0,
        max_pause: float = 60.0,
        history: int = 300,
        share: str | None = None,
        share_name: str | None = None,
        clock: Clock = Clock(),  # noqa: B008 (immutable)
    ) -> PriceFeed:
        """Prices for any number of readers from a single poller; open it with `async with`.

        Args:
            interval: Seconds between two samples.
            type: Kind of product to price.
            currency: Currency of the prices; None for that of the account.
            customer_external_id: The partner's id of the customer for whom prices are fixed.
            source: Any async callable that gives prices, instead of `prices.fix` with the arguments above.
            max_age: Seconds after which prices are too old to be used: `latest` then raises
                `StalePriceError`. None for ten intervals, and at least 30 s; `math.inf` for never.
            first_timeout: Seconds that opening waits for the first prices; 0 does not wait: for programs
                that have to start whether or not there are prices.
            timeout: Seconds that one question may take; None for the client's own limit only.
            max_pause: Seconds that the server can make the feed wait with `Retry-After`, at most.
            history: How many snapshots are kept.
            share: URL of a Redis through which all processes share one poller (extra `redis`).
            share_name: Tells feeds apart that share one Redis and have a source of their own.
            clock: Time and chance, for tests.

        Raises:
            ConfigurationError: An option makes no sense.
        """
        from minted_async.feeds import PriceFeed
        from minted_async.feeds.options import FeedOptions, check_source, usual_max_age

        async def fix() -> PriceFix:
            return await self.prices.fix(
                type=type,
                currency=UNSET if currency is None else currency,
                customer_external_id=UNSET if customer_external_id is None else customer_external_id,
            )

        check_source(source, share, share_name)
        options = FeedOptions(
            interval=interval,
            max_age=usual_max_age(interval) if max_age is None else max_age,
            first_timeout=first_timeout,
            timeout=timeout,
            max_pause=max_pause,
            history=history,
            share=share,
            share_name=share_name,
            clock=clock,
        )
        identity = (self._account, type, currency, customer_external_id)
        return PriceFeed(options, source=source or fix, currency=currency or "", identity=identity)

    @property
    def _account(self) -> str:
        """User and server, for what outlives the client or is shared with others."""
        return f"{self._sender.transport.username} {self._base_url}"

    async def connect(self) -> None:
        """Make sure that orders can be placed: connection, login and journal. Nothing is ordered.

        For readiness checks. It opens the journal, and looks up an order that does not exist.

        Raises:
            ConfigurationError: The journal cannot be used.
            NotSentError: There is no connection, or the journal cannot be reached.
            AuthenticationError: User name or password was refused.
            MintedError: As for `orders.get`.
        """
        await self.trades.open()
        try:
            await self.orders.get(str(uuid.uuid4()))
        except NotFoundError:
            return

    async def aclose(self, *, drain: float = 10.0) -> None:
        """Close the client's connections and journal. May be called again.

        Orders that are under way are waited for, and so is what the journal is still to be told; then a
        warning in the log names the orders that are left to `recover`. Closing a view of `with_options`
        does nothing.

        Args:
            drain: Seconds for which is waited at most.
        """
        if self._original is not None:
            return
        trades = self.__dict__.get("trades")
        try:
            if trades is not None:
                await trades.drain(drain)
        finally:
            try:
                await self._sender.transport.aclose()
            finally:
                try:
                    if trades is not None:
                        await trades.aclose()
                finally:
                    if self._shapes is not None:
                        await self._shapes.flush()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        """Where the client sends to; no credentials."""
        sender: OperationSender | None = self.__dict__.get("_sender")
        if sender is None:  # its constructor raised
            return f"<{type(self).__name__}, not made>"
        return (
            f"{type(self).__name__}(base_url={self._base_url!r}, locale={sender.headers.locale!r}, "
            f"client_id={sender.headers.client_id!r})"
        )


_VARIABLES: Final = {
    "username": "MINTED_USERNAME",
    "password": "MINTED_PASSWORD",
    "base_url": "MINTED_BASE_URL",
    "locale": "MINTED_LOCALE",
    "client_id": "MINTED_CLIENT_ID",
}


def from_environment(overrides: ClientOptions) -> dict[str, Any]:
    """The arguments of a client that `MintedClient.from_env` makes, taken out of what it was given: nothing
    of that is to stand in a variable when they are refused.

    Raises:
        ConfigurationError: User name or password is missing.
    """
    found = {name: variable for name, variable in _VARIABLES.items() if os.environ.get(variable)}
    needed = ("username",) if overrides.get("credentials") else ("username", "password")
    missing = [_VARIABLES[name] for name in needed if name not in found and name not in overrides]
    given = dict[str, Any](overrides)
    cast("dict[str, Any]", overrides).clear()
    if missing:
        del given
        names = " and ".join(missing)
        raise ConfigurationError(f"set {names} in the environment, or pass what is missing as an argument")
    arguments: dict[str, Any] = {name: os.environ[variable] for name, variable in found.items()}
    if hosts := os.environ.get("MINTED_ALLOW_HTTP"):
        arguments["allow_http"] = tuple(name for host in hosts.split(",") if (name := host.strip()))
    return arguments | given


def _checked_journal(value: object) -> Journal:
    from minted_async.trades import Journal, SqliteJournal

    if is_database(value):
        from minted_async.trades.journal.postgres import PostgresJournal

        return PostgresJournal(value)
    if isinstance(value, str | os.PathLike):
        return SqliteJournal(cast("str | os.PathLike[str]", value))
    if isinstance(value, Journal):
        return value
    raise ConfigurationError(
        f"journal must be the path of a file, postgresql://..., or a journal, not {type(value).__name__}"
    )


def _checked_shapes(value: object) -> Shapes:
    from minted_async.shapes import Shapes

    return check_type("observe", cast("Shapes", value), Shapes)


def _routes(paths: Mapping[str, object]) -> dict[str, Route]:
    if not paths:
        return {}
    # Every resource is imported here: a client that is told no paths needs only those that it uses.
    from minted_async.generated.operations import LISTED, OPERATIONS

    return check_paths(paths, LISTED, OPERATIONS)


def calling_line() -> str:
    """The line outside this package that is making a client."""
    frame = inspect.currentframe()
    while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame is not None else "an unknown line"
