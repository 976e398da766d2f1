"""The public client: its configuration, its views, free requests, and a documented answer read whole."""

from __future__ import annotations

import copy
import inspect
import pickle
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import anyio
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

import minted_async
from minted_async import STAGING, MintedClient, RetryPolicy, Timeout
from minted_async.blocking import MintedClient as BlockingClient
from minted_async.client import ClientOptions
from minted_async.errors import (
    APIError,
    ConfigurationError,
    MintedError,
    NotSentError,
    RequestTimeoutError,
)
from minted_async.integrations.loops import ClientOfEachLoop
from minted_async.sandbox import Sandbox
from minted_async.trades import MemoryJournal, SqliteJournal
from tests.servers import LoopbackServer, answering, envelope, hang_after_reading, refusal, response

pytestmark = pytest.mark.anyio

GOOD = answering(envelope("5"))
GOOD_ORDER = answering(envelope('{"guid":"G","order_code":"A","external_id":"O","items":[]}'))


def test_the_public_names() -> None:
    assert set(minted_async.__all__) == {
        *("STAGING", "Clock", "Exchange", "Exchanges", "MintedClient", "Page", "RetryPolicy", "Rows"),
        *("Shapes", "Timeout", "__version__", "errors", "events", "models"),
    }
    assert all(hasattr(minted_async, name) for name in minted_async.__all__)


def test_the_documented_defaults() -> None:
    parameters = inspect.signature(MintedClient).parameters
    defaults = {name: parameter.default for name, parameter in parameters.items()}
    assert defaults["base_url"] == STAGING == "https://api.staging.mintedconnect.com"
    assert defaults["timeout"] == Timeout(total=30, connect=5)
    assert defaults["retry"] == RetryPolicy()
    assert (defaults["locale"], defaults["client_id"]) == ("tr", "web")
    assert (defaults["max_connections"], defaults["connector"], defaults["paths"]) == (100, None, None)


async def test_headers_of_a_call() -> None:
    async with LoopbackServer(GOOD) as server, server.client(locale="en", client_id="app") as minted:
        await minted.request("GET", "/x")
        headers = server.received[0].headers
    assert (headers["accept-language"], headers["x-client-id"]) == ("en", "app")
    assert headers["accept"] == "application/json"
    assert headers["user-agent"] == f"minted-async/{minted_async.__version__}"


def test_repr_shows_the_server_and_no_credentials() -> None:
    minted = MintedClient("alice", "hunter2", base_url="https://api.example.com/v1/", locale="en")
    assert repr(minted) == (
        "MintedClient(base_url='https://api.example.com/v1', locale='en', client_id='web')"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"base_url": "http://api.example.com"}, "base_url must use https"),
        ({"base_url": "https://alice:hunter2@api.example.com"}, "must not hold credentials"),
        ({"username": ""}, "username"),
        ({"password": ""}, "password"),
        ({"max_connections": 0}, "max_connections"),
        ({"max_response_bytes": -1}, "max_response_bytes"),
        ({"max_header_bytes": 2**70}, "max_header_bytes"),
        ({"base_url": 5}, "base_url must be str"),
        ({"paths": {3: "GET /x"}}, "paths"),
        ({"proxy": "http://proxy..example:3128"}, "proxy must be a URL"),
        ({"proxy": f"http://{'a' * 70}:3128"}, "proxy must be a URL"),
        ({"timeout": 0}, r"Timeout\.total"),
        ({"timeout": "30"}, r"Timeout\.total"),
        ({"retry": 3}, "retry must be .*RetryPolicy.* None, not 3"),
        ({"paths": {"orders.gt": "/x"}}, "only listed"),
    ],
)
def test_a_wrong_setting_makes_no_client(arguments: dict[str, Any], message: str) -> None:
    everything: dict[str, Any] = {"username": "alice", "password": "hunter2"} | arguments
    with pytest.raises(ConfigurationError, match=message) as caught:
        MintedClient(**everything)
    assert "hunter2" not in str(caught.value)


async def test_from_env(monkeypatch: pytest.MonkeyPatch) -> None:
    async with LoopbackServer(GOOD) as server:
        for name, value in {
            "MINTED_USERNAME": "alice",
            "MINTED_PASSWORD": "hunter2",
            "MINTED_BASE_URL": server.url,
            "MINTED_LOCALE": "en",
            "MINTED_CLIENT_ID": "app",
        }.items():
            monkeypatch.setenv(name, value)
        async with MintedClient.from_env() as minted:
            await minted.request("GET", "/x")
        async with MintedClient.from_env(locale="de", client_id="bank") as minted:
            await minted.request("GET", "/x")
        sent = [
            (received.headers["accept-language"], received.headers["x-client-id"])
            for received in server.received
        ]
    assert sent == [("en", "app"), ("de", "bank")]


class _Here(AbstractResolver):
    """Knows every host, and that it is this machine."""

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0)
        ]

    async def close(self) -> None:
        pass


def _here() -> aiohttp.BaseConnector:
    return aiohttp.TCPConnector(resolver=_Here())


async def test_a_test_network_is_named_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with LoopbackServer(GOOD) as server:
        monkeypatch.setenv("MINTED_BASE_URL", f"http://sandbox:{server.port}")
        account: ClientOptions = {"username": "alice", "password": "hunter2", "connector": _here}
        with pytest.raises(ConfigurationError, match="MINTED_ALLOW_HTTP=sandbox"):
            MintedClient.from_env(**account)
        monkeypatch.setenv("MINTED_ALLOW_HTTP", "other, sandbox ,")
        async with MintedClient.from_env(**account) as minted:
            await minted.request("GET", "/x")
        assert server.received[-1].headers["host"] == f"sandbox:{server.port}"
        assert "in the clear" in caplog.text
        with pytest.raises(ConfigurationError, match="must use https"):
            MintedClient.from_env(**(account | {"allow_http": ()}))


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_host_that_is_allowed_is_not_left(method: str) -> None:
    async with LoopbackServer(answering(envelope())) as elsewhere:
        location = {"Location": f"http://elsewhere:{elsewhere.port}/x"}
        async with (
            LoopbackServer(answering(response(b"", 307, headers=location))) as server,
            MintedClient(
                "alice",
                "hunter2",
                base_url=f"http://sandbox:{server.port}",
                allow_http=("sandbox", "elsewhere"),
                connector=_here,
            ) as minted,
        ):
            with pytest.raises(MintedError, match="redirects are not followed"):
                await minted.request(method, "/x")
        assert elsewhere.connections == 0


def test_from_env_falls_back_to_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BASE_URL", "LOCALE", "CLIENT_ID"):
        monkeypatch.setenv(f"MINTED_{name}", "")
    minted = MintedClient.from_env(username="alice", password="hunter2")
    assert repr(minted) == f"MintedClient(base_url={STAGING!r}, locale='tr', client_id='web')"


def test_from_env_takes_what_the_constructor_takes_and_nothing_else() -> None:
    assert set(ClientOptions.__annotations__) == set(inspect.signature(MintedClient).parameters)
    with pytest.raises(TypeError, match="localle"):
        MintedClient.from_env(username="alice", password="hunter2", localle="tr")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("present", "missing"),
    [
        ([], "set MINTED_USERNAME and MINTED_PASSWORD in the environment"),
        (["MINTED_USERNAME"], "set MINTED_PASSWORD in the environment"),
    ],
)
def test_from_env_names_what_is_missing(
    present: list[str], missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MINTED_USERNAME", "MINTED_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    for name in present:
        monkeypatch.setenv(name, "x")
    with pytest.raises(ConfigurationError, match=missing):
        MintedClient.from_env()


def test_the_line_that_made_a_client_is_found_beside_the_package() -> None:
    """A directory that begins with the package's name is not the package."""
    namespace: dict[str, Any] = {"MintedClient": MintedClient}
    beside = f"{minted_async.__path__[0]}_bot/main.py"
    exec(compile("client = MintedClient('alice', 'hunter2')", beside, "exec"), namespace)
    client: Any = namespace["client"]
    assert f"{beside}:1" in repr(client._sender.transport.__dict__)


async def test_a_view_changes_its_own_calls_only() -> None:
    async with LoopbackServer(GOOD_ORDER) as server, server.client() as minted:
        view = minted.with_options(locale="en", client_id="app", api_version="9", headers={"X-A": "1"})
        await view.orders.get("O")
        await minted.orders.get("O")
        first, second = (received.headers for received in server.received)
        assert server.connections == 1
    assert [first[name] for name in ("accept-language", "x-client-id", "api-version", "x-a")] == [
        *("en", "app", "9", "1")
    ]
    assert [second[name] for name in ("accept-language", "x-client-id", "api-version")] == ["tr", "web", "2"]
    assert "x-a" not in second


async def test_views_of_views_add_up() -> None:
    async with LoopbackServer(GOOD_ORDER) as server, server.client() as minted:
        view = minted.with_options(headers={"X-A": "1", "X-B": "1"}).with_options(locale="en")
        view = view.with_options(headers={"x-b": "2", "X-C": "3"}, api_version="9").with_options(
            api_version=None
        )
        await view.orders.get("O")
        (received,) = server.received
    assert [received.headers[name] for name in ("x-a", "x-b", "x-c")] == ["1", "2", "3"]
    assert received.headers["accept-language"] == "en"
    assert received.headers["api-version"] == "2"


async def test_a_view_knows_its_options_and_its_class() -> None:
    class Own(MintedClient):
        pass

    view = Own("alice", "hunter2").with_options(locale="en")
    assert type(view) is Own
    assert repr(view) == f"Own(base_url={STAGING!r}, locale='en', client_id='web')"


async def test_seconds_as_a_timeout_limit_the_whole_call() -> None:
    async with LoopbackServer(hang_after_reading) as server, server.client() as minted:
        with anyio.fail_after(20), pytest.raises(RequestTimeoutError, match=r"no answer within 0\.5 s"):
            await minted.with_options(timeout=0.5).orders.get("O")


async def test_a_view_without_retries_tries_once() -> None:
    async with LoopbackServer(answering(refusal(503))) as server, server.client() as minted:
        with pytest.raises(APIError):
            await minted.with_options(retry=None).orders.get("O")
        assert len(server.received) == 1
        with pytest.raises(APIError):
            await minted.orders.get("O")
        assert len(server.received) == 1 + 3


async def test_a_subclass_of_a_client_works() -> None:
    class Own(MintedClient):
        pass

    async with LoopbackServer(GOOD) as server:
        url = server.url
    async with Own("alice", "hunter2", base_url=url) as minted:
        with pytest.raises(NotSentError):
            await minted.request("POST", "/x")


HANDS = pytest.mark.parametrize(
    "hand", [pickle.dumps, copy.copy, copy.deepcopy], ids=["pickled", "copied", "copied whole"]
)


@HANDS
async def test_what_belongs_to_its_process_is_never_handed_on(
    hand: Callable[[object], object], tmp_path: Path
) -> None:
    async with MintedClient("user", "hush") as minted:
        rows, feed = minted.ecom.products.all(total=5), minted.price_feed()
        for held in (
            rows,
            aiter(rows),
            feed,
            Sandbox(),
            SqliteJournal(tmp_path / "orders.sqlite"),
            MemoryJournal(),
            ClientOfEachLoop(),
            BlockingClient("user", "hush"),
        ):
            with pytest.raises((TypeError, ConfigurationError), match="cannot be pickled"):
                hand(held)


@HANDS
def test_what_holds_a_password_is_never_handed_on(hand: Callable[[object], object]) -> None:
    async def source() -> str:
        return "hush"

    for minted in (MintedClient("user", "hush"), MintedClient("user", credentials=source)):
        for held in (minted, minted.orders, minted.trades, minted.webview("TOKEN")):
            with pytest.raises(TypeError, match="cannot be pickled or copied"):
                hand(held)
