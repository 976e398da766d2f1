"""The fixture `minted` under pytest-asyncio: one for each of its event loops.

Imported by the plugin for a test that pytest-asyncio runs. The fixtures are sync, in the loop that it sets
for them: an async one would be taken over by anyio's plugin where a test has anyio's marker too, and the
client would belong to another loop than the test.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Literal, cast

import pytest_asyncio

if TYPE_CHECKING:
    from minted_async import MintedClient
    from minted_async.sandbox import Sandbox


def _in_loop(scope: Literal["function", "class", "module", "package", "session"]) -> object:
    def minted_in_loop(minted_sandbox: Sandbox) -> Generator[MintedClient]:
        from minted_async import MintedClient

        loop = asyncio.get_event_loop()
        client = MintedClient(minted_sandbox.username, minted_sandbox.password, base_url=minted_sandbox.url)
        yield client
        loop.run_until_complete(client.aclose())

    # Typed for async functions only, though sync ones are documented.
    function = cast("Any", minted_in_loop)
    fixture: object = pytest_asyncio.fixture(function, name=f"_minted_in_{scope}_loop", loop_scope=scope)
    return fixture


in_function_loop = _in_loop("function")
in_class_loop = _in_loop("class")
in_module_loop = _in_loop("module")
in_package_loop = _in_loop("package")
in_session_loop = _in_loop("session")
