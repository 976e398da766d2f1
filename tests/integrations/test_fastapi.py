"""The thin layer for FastAPI, under uvicorn and on a sandbox."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from socket import socket
from typing import Annotated, Any, cast

import aiohttp
import pytest
import uvicorn
from aiohttp import WSMsgType
from fastapi import Body, FastAPI, WebSocket

from minted_async import MintedClient, blocking, models
from minted_async.errors import ConfigurationError
from minted_async.integrations.fastapi import Minted, client, explain_errors, lifespan
from minted_async.integrations.loops import ClientOfEachLoop
from minted_async.sandbox import Sandbox

pytestmark = pytest.mark.anyio


class Server(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(uvicorn.Config(app, port=0, log_level="warning", lifespan="on"))
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@asynccontextmanager
async def browsing(app: FastAPI) -> AsyncGenerator[aiohttp.ClientSession]:
    """A browser of an application that runs."""
    server = Server(app)
    serving = asyncio.create_task(server.serve())
    await server.ready.wait()
    port = server.servers[0].sockets[0].getsockname()[1]
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as browser:
        yield browser
    server.should_exit = True
    await serving


def shop(**options: Any) -> FastAPI:
    app = FastAPI(**options)
    explain_errors(app)

    @app.get("/customers/{external_id}")
    async def customer(external_id: str, minted: Minted) -> models.Customer:
        return await minted.customers.get(external_id)

    @app.post("/customers")
    async def create(firstname: Annotated[str, Body(embed=True)], minted: Minted) -> models.Customer:
        return await minted.customers.create(
            external_id="CST-1", firstname=firstname, identity_number="10000000146"
        )

    @app.websocket("/live")
    async def live(websocket: WebSocket, minted: Minted) -> None:
        await websocket.accept()
        await websocket.send_text(type(minted).__name__)
        await minted.customers.get("CST-9")

    return app


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def browser(sandbox: Sandbox) -> AsyncIterator[aiohttp.ClientSession]:
    def make() -> MintedClient:
        return MintedClient(sandbox.username, sandbox.password, base_url=sandbox.url)

    async with browsing(shop(lifespan=lifespan(make))) as browser:
        yield browser


async def test_an_answer_has_no_secret(browser: aiohttp.ClientSession) -> None:
    async with browser.post("/customers", json={"firstname": "Defne"}) as created:
        assert created.status == 200
        assert "10000000146" not in await created.text()
    async with browser.get("/customers/CST-1") as shown:
        assert (await shown.json())["firstname"] == "Defne"
        assert "10000000146" not in await shown.text()


async def test_an_outcome_that_is_unknown_is_202(browser: aiohttp.ClientSession, sandbox: Sandbox) -> None:
    sandbox.fail_next("reset_after", path="/partner/customer")
    async with browser.post("/customers", json={"firstname": "Defne"}) as answer:
        assert (answer.status, answer.content_type) == (202, "application/problem+json")
        assert (await answer.json())["external_id"] == "CST-1"
    async with browser.get("/customers/CST-1") as shown:
        assert shown.status == 200  # it was done


async def test_errors_are_problem_details(browser: aiohttp.ClientSession) -> None:
    async with browser.get("/customers/CST-9") as answer:
        assert (answer.status, answer.content_type) == (404, "application/problem+json")


async def test_the_client_lives_as_long_as_the_application_and_serves_websockets() -> None:
    made: list[MintedClient] = []

    def make() -> MintedClient:
        made.append(MintedClient("demo", "demo", base_url="http://127.0.0.1:9"))
        return made[-1]

    @asynccontextmanager
    async def own(app: FastAPI) -> AsyncGenerator[dict[str, MintedClient]]:
        async with lifespan(make)(app) as state:
            yield state

    async with browsing(shop(lifespan=own)) as browser:
        async with browser.ws_connect("/live") as websocket:
            assert await websocket.receive_str() == "MintedClient"
            assert await websocket.receive() == (WSMsgType.CLOSE, 1011, "Not available now")
        async with browser.get("/customers/CST-1") as answer:
            assert answer.status == 503
    assert len(made) == 1
    with pytest.raises(ConfigurationError, match="closed"):
        await made[0].customers.get("CST-1")


async def test_a_client_of_a_test_takes_the_place_of_the_real_one(sandbox: Sandbox) -> None:
    async with MintedClient(sandbox.username, sandbox.password, base_url=sandbox.url) as minted:
        app = shop()
        app.dependency_overrides[client] = lambda: minted
        async with browsing(app) as browser, browser.get("/customers/CST-9") as answer:
            assert answer.status == 404


async def test_an_application_without_the_lifespan_is_told_so(caplog: pytest.LogCaptureFixture) -> None:
    async with browsing(shop()) as browser, browser.get("/customers/CST-1") as answer:
        assert (answer.status, (await answer.json())["title"]) == (500, "Something is wrong here")
    assert "FastAPI(lifespan=lifespan())" in caplog.text


async def test_a_mounted_application_shares_the_client_and_answers_errors_by_itself(sandbox: Sandbox) -> None:
    def make() -> MintedClient:
        return MintedClient(sandbox.username, sandbox.password, base_url=sandbox.url)

    app = FastAPI(lifespan=lifespan(make))
    app.mount("/shop", shop())
    async with browsing(app) as browser, browser.get("/shop/customers/CST-9") as answer:
        assert (answer.status, answer.content_type) == (404, "application/problem+json")


async def test_what_makes_the_client_is_checked() -> None:
    minted = MintedClient("demo", "demo", base_url="http://127.0.0.1:9")
    with pytest.raises(ConfigurationError, match="make must be a function"):
        lifespan(cast("Any", minted))
    with pytest.raises(ConfigurationError, match=re.escape("FastAPI(lifespan=lifespan())")):
        lifespan(cast("Any", FastAPI()))
    with pytest.raises(ConfigurationError, match="must be MintedClient, not None"):
        async with lifespan(cast("Any", lambda: None))(None):
            raise AssertionError
    with pytest.raises(ConfigurationError, match="make must be a function"):
        ClientOfEachLoop(cast("Any", minted))
    with pytest.raises(ConfigurationError, match="must be MintedClient, not <blocking"):
        await ClientOfEachLoop(cast("Any", lambda: blocking.MintedClient("demo", "demo")))()


def test_without_fastapi_the_import_says_what_to_install() -> None:
    program = "import sys; sys.modules['fastapi'] = None; import minted_async.integrations.fastapi"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "ImportError: minted_async.integrations.fastapi needs FastAPI: pip install" in done.stderr
