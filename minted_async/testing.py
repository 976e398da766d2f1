"""A pytest plugin: tests of your own program against a Minted of their own, without a network.

It is there as soon as the package is installed. Its two fixtures are made for anyio's pytest plugin, which
comes with anyio:

```python
import pytest

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def test_prices_have_a_spread(minted):
    fix = await minted.prices.fix(type="digital")
    assert all(price.sell_price < price.buy_price for price in fix.prices)


@pytest.mark.minted_sandbox(price_ttl=10)
async def test_a_price_fix_expires(minted, minted_sandbox):
    fix = await minted.prices.fix(type="digital")
    minted_sandbox.advance(fix.expire_ttl)
    ...
```

`minted_sandbox` is a running `minted_async.sandbox.Sandbox`, a new one for each test, made with the arguments
of the marker `minted_sandbox(**arguments)` if the test has it. `minted` is a `MintedClient` on it, closed
after the test. Neither is imported before a test asks for it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from minted_async import MintedClient
    from minted_async.sandbox import Sandbox

__all__ = ["minted", "minted_sandbox"]

_MARKER = "minted_sandbox(**arguments): arguments of the Sandbox behind the fixture, such as price_ttl=10"


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture
def _minted_loop(request: pytest.FixtureRequest) -> None:  # pyright: ignore[reportUnusedFunction]
    """Sandbox and client live in the test's event loop: it must be one that anyio runs, and asyncio's."""
    if "anyio_backend" not in request.fixturenames:
        pytest.fail(
            "the fixtures minted and minted_sandbox are for async tests that anyio runs: mark the test with "
            "pytest.mark.anyio",
            pytrace=False,
        )
    backend: str = request.getfixturevalue("anyio_backend_name")
    if backend != "asyncio":
        pytest.skip(f"minted_async needs asyncio, not {backend}")


@pytest.fixture
async def minted_sandbox(request: pytest.FixtureRequest, _minted_loop: None) -> AsyncGenerator[Sandbox]:
    """A running sandbox of this test's own; `@pytest.mark.minted_sandbox(seed=1, ...)` gives it arguments."""
    from minted_async.sandbox import Sandbox

    arguments: dict[str, Any] = {}
    for marker in request.node.iter_markers("minted_sandbox"):
        if marker.args:
            pytest.fail("pytest.mark.minted_sandbox takes keyword arguments only", pytrace=False)
        # The closest marker comes first and wins.
        arguments = {**marker.kwargs, **arguments}
    async with Sandbox(**arguments) as sandbox:
        yield sandbox


@pytest.fixture
async def minted(minted_sandbox: Sandbox) -> AsyncGenerator[MintedClient]:
    """A client of the test's sandbox."""
    from minted_async import MintedClient

    async with MintedClient(
        minted_sandbox.username, minted_sandbox.password, base_url=minted_sandbox.url
    ) as client:
        yield client
