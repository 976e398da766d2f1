"""A password that changes while the program runs: `credentials=` is asked, and nothing is tried twice."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial, wraps
from traceback import walk_tb
from typing import Any
from unittest.mock import AsyncMock

import anyio
import pytest
from anyio import to_thread
from rich.pretty import pretty_repr

from minted_async import MintedClient
from minted_async.errors import (
    AuthenticationError,
    ConfigurationError,
    MintedError,
    NotSentError,
    OutcomeUnknownError,
)
from minted_async.events import Challenged, Event
from minted_async.sandbox import Sandbox
from tests.digest_server import DigestPolicy, DigestServer
from tests.servers import PATIENT, QUICK_RETRIES, LoopbackServer, Wire, half_of, one_each, response
from tests.trades.orders import CUSTOMER, gold

pytestmark = pytest.mark.anyio


class Vault:
    """Where the program gets its password from."""

    def __init__(self, password: str, username: str = "user") -> None:
        self.pair = (username, password)
        self.asked = 0
        self.met = asyncio.Event()
        self.failure: Exception | None = None
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self) -> tuple[str, str]:
        self.asked += 1
        self.met.set()
        await self.open.wait()
        if self.failure is not None:
            raise self.failure
        return self.pair


def client(
    server: DigestServer, vault: Any, password: str | None = "password", **options: Any
) -> MintedClient:
    arguments: dict[str, Any] = {"base_url": server.url, "retry": QUICK_RETRIES, "timeout": PATIENT} | options
    return MintedClient("user", password, credentials=vault, **arguments)


def rotate(server: DigestServer, password: str) -> None:
    server.policy = replace(server.policy, password=password)


async def gathered(calls: list[Any]) -> list[Any]:
    return await asyncio.gather(*calls, return_exceptions=True)


POLICIES = {
    "usual": DigestPolicy(),
    "no stale flag": DigestPolicy(stale_flag=False),
    "one nonce for all 401s": DigestPolicy(shared_nonce=True, replay_check=True),
    "one-time nonces": DigestPolicy(one_time=True),
    "three servers": DigestPolicy(backends=3),
    "RFC 2069": DigestPolicy(qop=None),
    "calls a wrong password stale": DigestPolicy(always_stale=True),
    "hangs up": DigestPolicy(hangs_up="said"),
    "hangs up, one-time nonces": DigestPolicy(hangs_up="said", one_time=True),
    "hangs up unsaid": DigestPolicy(hangs_up="unsaid"),
    "hangs up unsaid, one-time nonces": DigestPolicy(hangs_up="unsaid", one_time=True),
}


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("number", [1, 100])
async def test_a_rotated_password_is_asked_for_once(policy: DigestPolicy, number: int) -> None:
    vault = Vault("new")
    async with DigestServer(policy) as server, client(server, vault) as minted:
        await gathered([minted.request("GET", f"/before/{each}") for each in range(number)])
        rotate(server, "new")
        answers = await gathered([minted.request("POST", f"/x/{each}") for each in range(number)])
        assert [answer["target"] for answer in answers] == [f"/x/{each}" for each in range(number)]
        assert vault.asked == 1
        # Those that were under way, and twice more for one of them; for all of them if that is called stale.
        assert server.wrong_credentials <= number + 2 * (number if policy.always_stale else 1)
        wrong = server.wrong_credentials
        await minted.request("GET", "/after")
        assert (server.wrong_credentials, server.duplicates) == (wrong, 0)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
async def test_an_order_costs_no_more_wrong_logins_than_a_read(policy: DigestPolicy) -> None:
    wrong: dict[str, list[int]] = {"GET": [], "POST": []}
    for method, costs in wrong.items():
        vault = Vault("second")
        async with DigestServer(policy) as server, client(server, vault) as minted:
            await minted.request("GET", "/before")
            rotate(server, "new")
            for password in ("third", "fourth"):
                before = server.wrong_credentials
                with pytest.raises(AuthenticationError):
                    await minted.request(method, "/x")
                costs.append(server.wrong_credentials - before)
                vault.pair = ("user", password)
    assert wrong["GET"][1] == wrong["POST"][1] == (3 if policy.always_stale else 1)
    # The nonce of a password that was right may be old. An order goes on over another connection then, whose
    # server may not know the new one: that takes one try more, unless the server ended the connection before.
    assert wrong["POST"][0] - wrong["GET"][0] <= (policy.hangs_up is None)


async def test_the_password_alone_is_enough() -> None:
    async def credentials() -> str:
        return "new"

    async with DigestServer() as server, client(server, credentials) as minted:
        rotate(server, "new")
        assert (await minted.request("GET", "/x"))["target"] == "/x"


async def test_it_is_rotated_again_and_again() -> None:
    vault = Vault("password")
    async with DigestServer() as server, client(server, vault) as minted:
        for password in ("second", "third", "password"):
            rotate(server, password)
            vault.pair = ("user", password)
            assert (await minted.request("GET", "/x"))["target"] == "/x"
    assert vault.asked == 3


async def test_with_one_request_at_a_time() -> None:
    vault = Vault("new")
    async with DigestServer() as server, client(server, vault, serialize_nonces=True) as minted:
        await minted.request("GET", "/x")
        rotate(server, "new")
        answers = await gathered([minted.request("GET", f"/x/{each}") for each in range(20)])
        assert [answer["method"] for answer in answers] == ["GET"] * 20
    assert vault.asked == 1


async def test_an_order_is_carried_out_once() -> None:
    vault = Vault("new", username="demo")
    events: list[Event] = []
    async with Sandbox() as sandbox:
        async with MintedClient(
            sandbox.username,
            sandbox.password,
            base_url=sandbox.url,
            credentials=vault,
            events=events.append,
        ) as minted:
            fix = await minted.prices.fix(type="digital")
            sandbox.change_password("new")
            events.clear()
            await minted.orders.buy(
                price_token=fix.token or "",
                external_id="ORD-1",
                currency_code="TRY",
                customer=CUSTOMER,
                items=gold(),
            )
        sent = [request for request in sandbox.requests if request.path.endswith("/buy")]
        assert [request.status for request in sent].count(200) == 1
        assert list(sandbox.orders) == ["ORD-1"]
    challenges = [(event.operation, event.signed) for event in events if isinstance(event, Challenged)]
    assert ("orders.buy", True) in challenges


async def test_the_first_password_is_asked_for() -> None:
    vault = Vault("password")
    async with DigestServer() as server, client(server, vault, None) as minted:
        answers = await gathered([minted.request("GET", f"/x/{each}") for each in range(100)])
        assert [answer["method"] for answer in answers] == ["GET"] * 100
        assert (server.requests, server.unauthorized) == (101, 1)
    assert vault.asked == 1


async def test_the_first_password_may_be_an_old_one() -> None:
    vault = Vault("old")

    async def catching_up() -> tuple[str, str]:
        pair = await vault()
        vault.pair = ("user", "password")
        return pair

    async with DigestServer() as server, client(server, catching_up, None) as minted:
        assert (await minted.request("GET", "/x"))["target"] == "/x"
        assert server.wrong_credentials == 1
    assert vault.asked == 2


async def test_the_same_pair_is_not_tried_again() -> None:
    vault = Vault("wrong")
    async with DigestServer() as server, client(server, vault, "wrong") as minted:
        with pytest.raises(AuthenticationError, match=r"HTTP 401.*and credentials= gave no others"):
            await minted.request("POST", "/x")
        assert (vault.asked, server.requests) == (1, 2)
        vault.open.clear()
        calls = [asyncio.create_task(minted.request("POST", "/x")) for _ in range(20)]
        await anyio.wait_all_tasks_blocked()
        vault.open.set()
        errors = await gathered(list(calls))
        assert all("not sent" in str(error) and "gave no others" in str(error) for error in errors)
        assert (vault.asked, server.requests, server.wrong_credentials) == (2, 2, 1)


async def test_what_was_just_refused_is_not_tried_again() -> None:
    """A store whose copies disagree must not lock the account."""
    vault = Vault("other")
    async with DigestServer() as server, client(server, vault, "wrong") as minted:
        with pytest.raises(AuthenticationError, match="HTTP 401"):
            await minted.request("GET", "/x")
        for password in ("wrong", "other", "wrong"):
            vault.pair = ("user", password)
            with pytest.raises(AuthenticationError, match="not sent"):
                await minted.request("GET", "/x")
        assert server.wrong_credentials == 2
        vault.pair = ("user", "password")
        assert (await minted.request("GET", "/x"))["target"] == "/x"


async def test_once_the_store_has_caught_up_the_next_call_works() -> None:
    vault = Vault("password")
    async with DigestServer() as server, client(server, vault) as minted:
        await minted.request("GET", "/x")
        rotate(server, "new")
        with pytest.raises(AuthenticationError):
            await minted.request("GET", "/x")
        vault.pair = ("user", "new")
        assert (await minted.request("GET", "/x"))["target"] == "/x"


async def test_other_credentials_that_are_refused_too_end_the_call() -> None:
    vault = Vault("other")
    async with DigestServer() as server, client(server, vault, "wrong") as minted:
        with pytest.raises(AuthenticationError, match="HTTP 401"):
            await minted.request("GET", "/x")
        assert (vault.asked, server.wrong_credentials) == (1, 2)


async def test_a_source_that_raises_leaves_the_401_as_it_is() -> None:
    vault = Vault("new")
    vault.failure = OSError("token=hunter2")
    async with DigestServer() as server, client(server, vault, "wrong") as minted:
        for words in ("HTTP 401", "not sent"):
            with pytest.raises(
                AuthenticationError, match=f"{words}.*and credentials= raised OSError"
            ) as caught:
                await minted.request("GET", "/x")
            assert "hunter2" not in str(caught.value)
        assert server.wrong_credentials == 1


@pytest.mark.parametrize("again", [False, True])
async def test_what_the_source_raised_is_the_cause_of_the_error(again: bool) -> None:
    vault = Vault("new")
    vault.failure = OSError("no route to the vault")
    async with DigestServer() as server, client(server, vault, "wrong") as minted:
        if again:
            await gathered([minted.request("GET", "/x")])
        with pytest.raises(AuthenticationError) as caught:
            await minted.request("GET", "/x")
        assert caught.value.__cause__ is vault.failure


async def test_without_a_first_password_a_source_that_raises_means_not_sent() -> None:
    vault = Vault("password")
    vault.failure = OSError("token=hunter2")
    async with DigestServer() as server, client(server, vault, None) as minted:
        vault.open.clear()
        calls = [asyncio.create_task(minted.request("POST", "/x")) for _ in range(5)]
        await anyio.wait_all_tasks_blocked()
        vault.open.set()
        errors = await gathered(list(calls))
        assert {type(error) for error in errors} == {NotSentError}
        assert str(errors[0]).endswith("(credentials= raised OSError). It is safe to repeat.")
        assert "hunter2" not in str(errors[0])
        assert (vault.asked, server.requests) == (1, 0)
        vault.failure = None
        assert (await minted.request("POST", "/x"))["target"] == "/x"


def gives(answer: object) -> Callable[[], Awaitable[object]]:
    async def source() -> object:
        return answer

    return source


def no_coroutine():  # type: ignore[no-untyped-def]
    return "user", "password"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (no_coroutine, "must be an async function"),
        (gives(b"password"), "must give a password, or a pair of user name and password, not bytes"),
        (gives(None), "must give a password, or a pair of user name and password, not NoneType"),
        (gives(("user", "password", "more")), r"must give a password, or .*, not tuple"),
        (gives(""), "password must be a string that is not empty"),
        (gives(("user", "")), "password must be a string that is not empty"),
        (gives(("user", 5)), "password must be a string that is not empty"),
        (gives(("somebody", "password")), "another user name than that of this client"),
    ],
)
async def test_what_no_credentials_are_is_refused(source: Any, words: str) -> None:
    async with DigestServer() as server:
        async with client(server, source, None) as minted:
            with pytest.raises(ConfigurationError, match=words):
                await minted.request("GET", "/x")
        async with client(server, source, "wrong") as minted:
            for said in ("HTTP 401", "not sent"):
                with pytest.raises(
                    AuthenticationError, match=f"{said}.*and credentials= is of no use: .*{words}"
                ) as caught:
                    await minted.request("GET", "/x")
                assert re.search(words, str(caught.value.__cause__))
                assert "See that credentials= gives" in caught.value.advice
                assert "Check user name" not in str(caught.value)
        assert server.wrong_credentials == 1


@pytest.mark.parametrize(
    "answer", ["hunter2", b"hunter2", ("somebody", "hunter2"), ("hunter2", 5), ["hunter2"]]
)
@pytest.mark.parametrize("password", [None, "wrong"])
@pytest.mark.parametrize("plain", [False, True])
async def test_no_variable_of_a_traceback_holds_what_it_gave(
    answer: object, password: str | None, plain: bool
) -> None:
    """Error trackers send the variables of each frame along."""
    source: Any = (lambda: answer) if plain else gives(answer)
    async with DigestServer() as server, client(server, source, password) as minted:
        for _ in range(2):
            with pytest.raises(MintedError) as caught:
                await minted.request("POST", "/x")
            assert "hunter2" not in variables(caught.value)
            assert "hunter2" not in str(caught.value)


class Store:
    """Sources of every kind."""

    async def __call__(self) -> str:
        return "password"

    async def method(self) -> tuple[str, str]:
        return "user", "password"

    def plain(self) -> str:
        return "password"

    def passed_on(self) -> Awaitable[str]:
        return self()

    async def of(self, name: str, place: str) -> str:
        return name or place

    async def nothing(self) -> None:
        pass


class PlainStore:
    def __call__(self) -> tuple[str, str]:
        return "user", "password"


def later(function: Callable[[], str]) -> Callable[[], Awaitable[str]]:
    @wraps(function)
    def asked() -> Awaitable[str]:
        return to_thread.run_sync(function)

    return asked


STORE = Store()


@pytest.mark.parametrize(
    "source",
    [
        STORE,
        STORE.method,
        STORE.passed_on,
        lambda: STORE(),
        partial(STORE.of, "password", "here"),
        partial(partial(STORE.of, "password"), place="here"),
        later(STORE.plain),
        AsyncMock(return_value="password"),
        gives("password"),
    ],
)
async def test_every_kind_of_source_that_gives_something_to_await_is_taken(source: Any) -> None:
    async with DigestServer() as server, client(server, source, None) as minted:
        assert (await minted.request("GET", "/x"))["target"] == "/x"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (STORE.plain, "must be an async function"),
        (PlainStore(), "must be an async function"),
        (partial(STORE.plain), "must be an async function"),
        (STORE.nothing, "not NoneType"),
        (STORE.of, "a function without arguments, not one that needs some"),
        (partial(STORE.of, "hunter2"), "a function without arguments, not one that needs some"),
        ("password", "a function without arguments, not 'password'"),
    ],
)
def test_what_says_itself_that_it_is_of_no_use_is_refused_at_once(source: Any, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as refused:
        MintedClient("user", "password", credentials=source)
    assert "hunter2" not in str(refused.value)


def variables(error: BaseException | None) -> str:
    """The variables of the package in the tracebacks of an error and of what led to it."""
    if error is None:
        return ""
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    held = [frame.f_locals for frame in frames if "minted_async" in frame.f_code.co_filename]
    # rich shows the fields of a struct, whatever its repr says.
    return (
        "".join(f"{each!r}{pretty_repr(each)}" for each in held)
        + variables(error.__cause__)
        + variables(error.__context__)
    )


def test_no_variable_of_a_traceback_holds_the_password_of_a_client_that_is_not_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        MintedClient("user", "hunter2", base_url="nowhere")
    assert "hunter2" not in variables(caught.value)
    monkeypatch.setenv("MINTED_PASSWORD", "hunter2")
    for username in ("user", ""):
        monkeypatch.setenv("MINTED_USERNAME", username)
        with pytest.raises(ConfigurationError) as caught:
            MintedClient.from_env(base_url="nowhere")
        assert "hunter2" not in variables(caught.value)


async def test_no_variable_of_a_traceback_holds_what_was_sent() -> None:
    async with LoopbackServer(half_of(response("x"))) as server, server.client() as minted:
        with pytest.raises(OutcomeUnknownError) as caught:
            await minted.request("POST", "/x", json=CUSTOMER)
    assert "10000000146" not in variables(caught.value)


@pytest.mark.parametrize("password", [None, "wrong"])
async def test_a_source_that_calls_its_own_client_is_told_so(password: str | None) -> None:
    async def source() -> str:
        await asyncio.create_task(minted.request("GET", "/secret"))
        return "password"

    async with DigestServer() as server, client(server, source, password, max_connections=1) as minted:
        with pytest.raises((ConfigurationError, AuthenticationError)) as caught:
            await minted.request("GET", "/x")
        assert "credentials= calls the client that asks it" in str(caught.value.__cause__)


CHALLENGE = 'Digest realm="r", nonce="n", qop="auth"'


@pytest.mark.parametrize("headers", [{}, {"Connection": "close"}], ids=["cut off", "hung up"])
async def test_a_401_is_one_whatever_becomes_of_its_body(headers: dict[str, str]) -> None:
    """As of a server that reads no more than the head of a request that it refuses."""
    refusal = response("refused", 401, length=100, headers={"WWW-Authenticate": CHALLENGE, **headers})

    async def refuse(wire: Wire) -> None:
        await wire.request()
        await wire.send(refusal)

    async def accept(wire: Wire) -> None:
        await wire.request()
        await wire.send(response('{"data":5,"success":true,"code":0}'))

    vault = Vault("new")
    async with LoopbackServer(one_each(refuse, refuse, accept)) as server:
        async with server.client(credentials=vault) as minted:
            assert await minted.request("POST", "/x", json={}) == 5
        assert (vault.asked, len(server.received)) == (1, 3)


# In the second case two requests come before the question: over by then on a busy machine too.
@pytest.mark.parametrize(("password", "seconds"), [(None, 0.2), ("wrong", 3.0)])
async def test_it_is_asked_within_the_time_of_the_call(password: str | None, seconds: float) -> None:
    vault = Vault("password")
    vault.open.clear()
    async with DigestServer() as server, client(server, vault, password, timeout=seconds) as minted:
        with pytest.raises(NotSentError, match=f"credentials= gave nothing within {seconds} s") as caught:
            await minted.request("POST", "/x")
        assert "network" not in str(caught.value)
        vault.open.set()
        assert (await minted.with_options(timeout=30).request("POST", "/x"))["target"] == "/x"


@pytest.mark.parametrize("password", [None, "wrong"])
async def test_a_cancelled_call_hands_the_question_over(password: str | None) -> None:
    vault = Vault("password")
    vault.open.clear()
    async with DigestServer() as server, client(server, vault, password) as minted:
        first = asyncio.create_task(minted.request("GET", "/first"))
        await vault.met.wait()
        others = [asyncio.create_task(minted.request("POST", f"/x/{each}")) for each in range(10)]
        await anyio.wait_all_tasks_blocked()
        first.cancel()
        await anyio.wait_all_tasks_blocked()
        vault.open.set()
        answers = await asyncio.gather(*others)
        assert [answer["method"] for answer in answers] == ["POST"] * 10
        assert first.cancelled()
        assert (vault.asked, server.wrong_credentials) == (2, int(password is not None))


async def test_what_is_cancelled_in_the_source_is_no_cancelled_call() -> None:
    async def source() -> tuple[str, str]:
        raise asyncio.CancelledError

    async with DigestServer() as server, client(server, source, None) as minted:
        with pytest.raises(NotSentError, match="credentials= raised RuntimeError"):
            await minted.request("GET", "/x")


async def test_the_token_of_a_webview_has_nothing_to_do_with_it() -> None:
    vault = Vault("new", username="demo")
    async with (
        Sandbox() as sandbox,
        MintedClient("demo", "demo", base_url=sandbox.url, credentials=vault) as minted,
    ):
        with pytest.raises(AuthenticationError, match="the token was refused"):
            await minted.webview("none").active_basket()
    assert vault.asked == 0


def test_without_a_password_there_must_be_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="password is missing: pass it, or credentials="):
        MintedClient("user")
    with pytest.raises(ConfigurationError, match="credentials must be a function"):
        MintedClient("user", credentials=("user", "password"))  # type: ignore[arg-type]
    monkeypatch.setenv("MINTED_USERNAME", "user")
    monkeypatch.delenv("MINTED_PASSWORD", raising=False)
    MintedClient.from_env(credentials=Vault("password"))
    with pytest.raises(ConfigurationError, match="set MINTED_PASSWORD"):
        MintedClient.from_env()
