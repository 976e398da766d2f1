"""A pytest plugin: tests of your own program against a Minted of their own, without a network.

It is there as soon as the package is installed, and does not care what runs the tests:

```python
import pytest


@pytest.mark.anyio  # or pytest.mark.asyncio
@pytest.mark.minted_sandbox(price_ttl=10)
async def test_a_price_fix_expires(minted, minted_sandbox):
    fix = await minted.prices.fix(type="digital")
    minted_sandbox.advance(fix.expire_ttl)
    ...


def test_my_web_application(minted_sandbox):
    with TestClient(make_app(base_url=minted_sandbox.url)) as http:
        assert http.post("/orders").status_code == 201
    assert len(minted_sandbox.orders) == 1
```

`minted_sandbox` is a running `minted_async.sandbox.Sandbox`, a new one for each test, made with the arguments
of the marker `minted_sandbox(**arguments)` if the test has it. It serves from a thread of its own: sync and
async tests, unittest's, subprocesses. `minted` is a `MintedClient` on it in the event loop of the test,
closed after the test: for async tests, by anyio's plugin or pytest-asyncio.

A sync test makes a `minted_async.blocking.MintedClient` of `minted_sandbox.url`.

`minted_session_sandbox` is one sandbox for all tests. Where a test has it, directly or by a fixture such as
that of a web server, `minted_sandbox` and `minted` mean this one, and it is reset before the test.

A test fails if it ordered a fault by `fail_next` that did not happen, unless `optional=True` was said. This
holds for sandboxes of your own too if their fixtures have these names; one that outlives a test has to be
`minted_session_sandbox`, and is reset.

Neither sandbox nor client is imported before a test asks for it.
"""

from __future__ import annotations

import inspect
import unittest
from collections.abc import AsyncGenerator, Generator
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from minted_async import MintedClient
    from minted_async.sandbox import Sandbox

__all__ = ["minted", "minted_sandbox", "minted_session_sandbox"]

_MARKER: Final = (
    "minted_sandbox(**arguments): arguments of the Sandbox behind the fixture, such as price_ttl=10"
)
_FOR_ASYNCIO: Final = "minted_async_pytest_asyncio"
_SESSION: Final = "minted_session_sandbox"
_SANDBOXES: Final = ("minted_sandbox", _SESSION)
_REQUEST: Final = pytest.StashKey[pytest.FixtureRequest]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)


# Not a wrapper: with a pluggy before 1.2 no pytest would start, not even where nothing is tested with this.
@pytest.hookimpl(trylast=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Fail a test that passed without meeting the faults that it had ordered."""
    request = item.stash.get(_REQUEST, None)
    if request is None:
        return
    for name in _SANDBOXES:
        # Only now, because a test may get it in its midst; and by name, because a user may define it anew.
        sandbox = request.getfixturevalue(name) if name in request.fixturenames else None
        if unmet := getattr(sandbox, "unmet_faults", None):
            pytest.fail(
                f"the test passed without the faults that it ordered: {'; '.join(unmet)}. "
                "Check path and method, or say optional=True.",
                pytrace=False,
            )


@pytest.fixture(scope="session")
def minted_session_sandbox() -> Generator[Sandbox]:
    """One running sandbox for all tests, reset before each; define it anew to give it arguments."""
    from minted_async.sandbox import Sandbox

    with Sandbox().in_thread() as sandbox:
        yield sandbox


# Used by itself, so that it comes before all other fixtures of a test and after those of the session.
@pytest.fixture(autouse=True)
def _minted_reset(request: pytest.FixtureRequest) -> Generator[None]:  # pyright: ignore[reportUnusedFunction]
    def reset() -> None:
        if _SESSION in request.fixturenames:
            request.getfixturevalue(_SESSION).reset()

    request.node.stash[_REQUEST] = request
    reset()
    yield
    del request.node.stash[_REQUEST]
    reset()  # the next test may get it in its midst, which is not known before


@pytest.fixture
def minted_sandbox(request: pytest.FixtureRequest) -> Generator[Sandbox]:
    """A running sandbox of this test's own; `@pytest.mark.minted_sandbox(seed=1, ...)` gives it arguments."""
    if "anyio_backend" in request.fixturenames:
        backend: str = request.getfixturevalue("anyio_backend_name")
        if backend != "asyncio":
            pytest.skip(f"minted_async needs asyncio, not {backend}")
    arguments = _arguments(request.node)
    if _SESSION in request.fixturenames:
        if arguments:
            pytest.fail(
                f"pytest.mark.minted_sandbox has no effect on {_SESSION}, which is made once: define a "
                "session fixture of this name that makes it as you like",
                pytrace=False,
            )
        yield request.getfixturevalue(_SESSION)
        return

    from minted_async.sandbox import Sandbox

    try:
        made = Sandbox(**arguments)
    except (TypeError, ValueError) as problem:
        pytest.fail(f"pytest.mark.minted_sandbox: {problem}", pytrace=False)
    with made.in_thread() as sandbox:
        yield sandbox


@pytest.fixture
def minted(request: pytest.FixtureRequest, minted_sandbox: Sandbox) -> MintedClient:
    """A client of the test's sandbox, for async tests."""
    if isinstance(request.instance, unittest.TestCase):
        pytest.fail(
            "minted is not for unittest, which runs the event loop of its tests itself: use minted_sandbox, "
            "and make a client of its url, username and password in asyncSetUp",
            pytrace=False,
        )
    asyncio_marker = request.node.get_closest_marker("asyncio")
    if asyncio_marker is not None and request.config.pluginmanager.has_plugin("asyncio"):
        name = _in_asyncio_loop(request.config, asyncio_marker)
    elif "anyio_backend" in request.fixturenames:
        name = "_minted_by_anyio"
    elif inspect.iscoroutinefunction(request.function):
        pytest.fail(
            "minted belongs to the event loop of a test: mark the test with pytest.mark.anyio, or "
            "pytest.mark.asyncio if pytest-asyncio is installed",
            pytrace=False,
        )
    else:
        pytest.fail(
            "minted is for async tests, because its calls are awaited: in this sync test use minted_sandbox, "
            "and give its url, username and password to minted_async.blocking.MintedClient, or to the "
            "program under test",
            pytrace=False,
        )
    client: MintedClient = request.getfixturevalue(name)
    return client


@pytest.fixture
async def _minted_by_anyio(  # pyright: ignore[reportUnusedFunction]
    minted_sandbox: Sandbox,
) -> AsyncGenerator[MintedClient]:
    from minted_async import MintedClient

    async with MintedClient(
        minted_sandbox.username, minted_sandbox.password, base_url=minted_sandbox.url
    ) as client:
        yield client


def _in_asyncio_loop(config: pytest.Config, marker: pytest.Mark) -> str:
    """The name of the client's fixture in the loop that pytest-asyncio runs a test in."""
    if version("pytest-asyncio").startswith(("0.", "1.0.")):  # sync fixtures see another loop there
        pytest.fail("minted needs pytest-asyncio 1.1 or newer", pytrace=False)
    if not config.pluginmanager.has_plugin(_FOR_ASYNCIO):
        # Only now: a pytest-asyncio that it does not fit must not keep other tests from running.
        from minted_async import _pytest_asyncio

        config.pluginmanager.register(_pytest_asyncio, _FOR_ASYNCIO)
    scope = marker.kwargs.get("loop_scope") or marker.kwargs.get("scope")
    return f"_minted_in_{scope or config.getini('asyncio_default_test_loop_scope')}_loop"


def _arguments(node: Any) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    for marker in node.iter_markers("minted_sandbox"):
        if marker.args:
            pytest.fail("pytest.mark.minted_sandbox takes keyword arguments only", pytrace=False)
        # The closest marker comes first and wins.
        arguments = {**marker.kwargs, **arguments}
    return arguments
