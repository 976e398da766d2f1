# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""`MintedClient`: configuration, lifecycle and the resources."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from ssl import SSLContext
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, Unpack, overload

from msgspec import UNSET, UnsetType

from minted_async.blocking.twin import Given, Twin, open_client
from minted_async.client import (
    ClientOptions,
    T,
    from_environment,
)
from minted_async.client import (
    MintedClient as AsyncMintedClient,
)
from minted_async.clock import Clock
from minted_async.core.cached import cached_property
from minted_async.core.capture import Exchanges
from minted_async.core.config import (
    Timeout,
)
from minted_async.core.digest.handshake import CredentialSource
from minted_async.core.origin import STAGING
from minted_async.core.retry import RetryPolicy

if TYPE_CHECKING:
    import aiohttp

    from minted_async.blocking.twins.feeds.feed import PriceFeed
    from minted_async.blocking.twins.generated.balances import Balances
    from minted_async.blocking.twins.generated.card_payments import CardPayments
    from minted_async.blocking.twins.generated.cards import Cards
    from minted_async.blocking.twins.generated.customers import Customers
    from minted_async.blocking.twins.generated.deliveries import Deliveries
    from minted_async.blocking.twins.generated.ecom.resource import Ecom
    from minted_async.blocking.twins.generated.kyc import Kyc
    from minted_async.blocking.twins.generated.legal import Legal
    from minted_async.blocking.twins.generated.orders import Orders
    from minted_async.blocking.twins.generated.prices import Prices
    from minted_async.blocking.twins.generated.walletable.resource import Walletable
    from minted_async.blocking.twins.generated.webview import Webview
    from minted_async.blocking.twins.generated.webview_tokens import WebviewTokens
    from minted_async.blocking.twins.trades.trades import Trades
    from minted_async.events import DriftSeen, Event
    from minted_async.feeds import Source
    from minted_async.shapes import Shapes
    from minted_async.trades import Journal


class MintedClient(Twin[AsyncMintedClient]):
    """The Minted Connect partner API.

    ```python
    with MintedClient("user", "password", base_url=STAGING) as minted:
        order = minted.orders.get("ORD-1")
    ```

    The first call opens its connections; any number of threads may use it at once. Threads, forks and signals: see `minted_async.blocking`.

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
            `minted_async.events`. It must not block.
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
        timeout: Timeout | float = Timeout(total=30, connect=5),
        retry: RetryPolicy | None = RetryPolicy(),
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
        given = Given(
            AsyncMintedClient,
            username,
            password,
            base_url=base_url,
            locale=locale,
            client_id=client_id,
            timeout=timeout,
            retry=retry,
            max_connections=max_connections,
            connector=connector,
            ssl_context=ssl_context,
            proxy=proxy,
            trust_env=trust_env,
            credentials=credentials,
            allow_http=allow_http,
            paths=paths,
            max_response_bytes=max_response_bytes,
            max_header_bytes=max_header_bytes,
            serialize_nonces=serialize_nonces,
            journal=journal,
            events=events,
            drift=drift,
            observe=observe,
        )
        del password, proxy, journal
        super().__init__(open_client(given))

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
        return self._view(
            self._source.then(
                lambda it: it.with_options(
                    locale=locale,
                    timeout=timeout,
                    retry=retry,
                    client_id=client_id,
                    api_version=api_version,
                    headers=headers,
                )
            )
        )

    @cached_property
    def trades(self) -> Trades:
        """Orders that are placed once, and of which you always know whether they were."""
        from minted_async.blocking.twins.trades.trades import Trades

        return Trades(self._source.then(lambda it: it.trades))

    def webview(self, token: str) -> Webview:
        """What the embedded webview of one customer may do, on the connections of this client.

        ```python
        basket = minted.webview(token).active_basket()
        ```

        It costs next to nothing: make one for a single call if you like. It has the options that this client
        has now, and needs no closing of its own. A token that is refused (`AuthenticationError`) says
        nothing about the user name and password of this client, and makes no other call wait.

        Args:
            token: The Bearer token of the webview, without the word Bearer; kept masked like a password.

        Raises:
            ConfigurationError: It cannot stand in a header.
        """
        from minted_async.blocking.twins.generated.webview import Webview

        return Webview(self._source.then(lambda it: it.webview(token)))

    @property
    def drift(self) -> Mapping[DriftSeen, int]:
        """What answers had that this release does not know, and how many of those looked at had it."""
        return self._async.drift

    def capture(self) -> AbstractContextManager[Exchanges]:
        """Collect what is sent and received, secrets masked.

        ```python
        with minted.capture() as exchanges:
            minted.orders.get("ORD-1")
        print(exchanges[-1].status, exchanges[-1].body)
        ```

        Returns:
            A context manager that gives the list of exchanges, newest last: of the calls made inside the
            block by this thread.
        """
        return self._async.capture()

    @overload
    def request(
        self, method: str, path: str, *, params: Mapping[str, object] | None = None, json: object = UNSET
    ) -> Any: ...
    @overload
    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, object] | None = None,
        json: object = UNSET,
        result: type[T],
    ) -> T: ...
    def request(
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
        request: Any = self._async.request
        return self._run(request, method, path, params=params, json=json, result=result)

    def price_feed(
        self,
        *,
        interval: float = 1.0,
        type: str = "digital",
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
        clock: Clock = Clock(),
    ) -> PriceFeed:
        """Prices for any number of readers from a single poller; open it with `with`.

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
        from minted_async.blocking.twins.feeds.feed import PriceFeed

        return PriceFeed(
            self._source.then(
                lambda it: it.price_feed(
                    interval=interval,
                    type=type,
                    currency=currency,
                    customer_external_id=customer_external_id,
                    source=source,
                    max_age=max_age,
                    first_timeout=first_timeout,
                    timeout=timeout,
                    max_pause=max_pause,
                    history=history,
                    share=share,
                    share_name=share_name,
                    clock=clock,
                )
            )
        )

    def connect(self) -> None:
        """Make sure that orders can be placed: connection, login and journal. Nothing is ordered.

        For readiness checks. It opens the journal, and looks up an order that does not exist.

        Raises:
            ConfigurationError: The journal cannot be used.
            NotSentError: There is no connection, or the journal cannot be reached.
            AuthenticationError: User name or password was refused.
            MintedError: As for `orders.get`.
        """
        return self._run(self._async.connect)

    def close(self, *, drain: float = 10.0) -> None:
        """Close the client's connections and journal. May be called again.

        Orders that are under way are waited for, and so is what the journal is still to be told; then a
        warning in the log names the orders that are left to `recover`. Closing a view of `with_options`
        does nothing.

        Args:
            drain: Seconds for which is waited at most.
        """
        self._close(AsyncMintedClient.aclose, drain=drain)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @cached_property
    def prices(self) -> Prices:
        """Price fixes, which lock the prices of all products for a few minutes, and price lists."""
        from minted_async.blocking.twins.generated.prices import Prices

        return Prices(self._source.then(lambda it: it.prices))

    @cached_property
    def orders(self) -> Orders:
        """Buying and selling metal at fixed prices, and reading orders back."""
        from minted_async.blocking.twins.generated.orders import Orders

        return Orders(self._source.then(lambda it: it.orders))

    @cached_property
    def card_payments(self) -> CardPayments:
        """What is needed around paying by card, such as payment types, card ranges and instalments."""
        from minted_async.blocking.twins.generated.card_payments import CardPayments

        return CardPayments(self._source.then(lambda it: it.card_payments))

    @cached_property
    def customers(self) -> Customers:
        """The partner's customers as Minted knows them, persons and companies."""
        from minted_async.blocking.twins.generated.customers import Customers

        return Customers(self._source.then(lambda it: it.customers))

    @cached_property
    def kyc(self) -> Kyc:
        """The know-your-customer records behind a customer's wallet."""
        from minted_async.blocking.twins.generated.kyc import Kyc

        return Kyc(self._source.then(lambda it: it.kyc))

    @cached_property
    def balances(self) -> Balances:
        """Metal and cash held by customers and by the partner."""
        from minted_async.blocking.twins.generated.balances import Balances

        return Balances(self._source.then(lambda it: it.balances))

    @cached_property
    def cards(self) -> Cards:
        """Stored payment cards, which orders refer to by a token."""
        from minted_async.blocking.twins.generated.cards import Cards

        return Cards(self._source.then(lambda it: it.cards))

    @cached_property
    def deliveries(self) -> Deliveries:
        """Physical delivery of metal held in a wallet."""
        from minted_async.blocking.twins.generated.deliveries import Deliveries

        return Deliveries(self._source.then(lambda it: it.deliveries))

    @cached_property
    def legal(self) -> Legal:
        """The partner's legal documents."""
        from minted_async.blocking.twins.generated.legal import Legal

        return Legal(self._source.then(lambda it: it.legal))

    @cached_property
    def ecom(self) -> Ecom:
        """The shop, with its catalog, baskets and orders."""
        from minted_async.blocking.twins.generated.ecom.resource import Ecom

        return Ecom(self._source.then(lambda it: it.ecom))

    @cached_property
    def walletable(self) -> Walletable:
        """Completing baskets of metal that is kept in a wallet until it is sold or delivered."""
        from minted_async.blocking.twins.generated.walletable.resource import Walletable

        return Walletable(self._source.then(lambda it: it.walletable))

    @cached_property
    def webview_tokens(self) -> WebviewTokens:
        """Tokens with which the embedded webview acts for one customer."""
        from minted_async.blocking.twins.generated.webview_tokens import WebviewTokens

        return WebviewTokens(self._source.then(lambda it: it.webview_tokens))
