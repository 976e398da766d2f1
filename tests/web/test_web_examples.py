"""The web examples start with one command, serve the same with three frameworks, and end when told to."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal

import pytest
from websockets.sync.client import connect

from tests.servers import free_port
from tests.web.sites import PATIENCE, ROOT, Site, next_event, running, running_example

EXAMPLES = ["fastapi_prices", "litestar_prices", "aiohttp_prices"]

SERVERS = dict(
    re.findall(r"^\| (\w+) \| `(.+)` \|$", (ROOT / "docs" / "price-feed.md").read_text(), re.MULTILINE)
)
PORT = {"uvicorn": "--port {}", "gunicorn": "--bind 127.0.0.1:{}", "hypercorn": "--bind 127.0.0.1:{}"}


@pytest.fixture(scope="module", params=EXAMPLES)
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    with running_example(request.param) as site:
        site.wait_until(site.has_prices)
        yield site
        # An event stream is open when it is told to stop: it ends like everything else.
        with site.events() as stream:
            assert stream.readline()
            code, out = site.stop(signal.SIGINT)
            stream.read()
    assert code == 0, out
    assert "Traceback" not in out


def test_the_newest_prices_are_served_exactly(site: Site) -> None:
    content = site.get("/api/prices")
    gold = content["quotes"]["GAU"]
    assert Decimal(gold["spread"]) == Decimal(gold["buy"]) - Decimal(gold["sell"])
    one = site.get("/api/prices/GAU")
    assert isinstance(one["buy"], str)
    assert 0 <= one["age"] < 5


def test_an_unknown_product_is_not_found(site: Site) -> None:
    assert site.status("/api/prices/TIN") == 404


def test_events_stream_as_they_come(site: Site) -> None:
    with site.events() as stream:
        assert (stream.headers["Content-Type"] or "").startswith("text/event-stream")
        versions = [next_event(stream)["version"] for _ in range(3)]
    assert versions == sorted(set(versions))


def test_a_websocket_sends_the_same_as_an_event_stream(site: Site) -> None:
    events: dict[int, object] = {}
    messages: dict[int, object] = {}
    with connect(site.socket_url) as websocket, site.events() as stream:
        while not (both := events.keys() & messages.keys()):
            for taken, content in (
                (events, next_event(stream)),
                (messages, json.loads(websocket.recv(timeout=PATIENCE))),
            ):
                taken[content["version"]] = content
    assert [events[version] for version in both] == [messages[version] for version in both]


def test_history_is_what_the_plot_begins_with(site: Site) -> None:
    history = site.get("/api/history")
    assert history[-1]["version"] <= site.get("/api/prices")["version"]
    assert [each["version"] for each in history] == sorted(each["version"] for each in history)


def test_the_page_says_that_prices_of_a_sandbox_are_made_up(site: Site) -> None:
    with urllib.request.urlopen(site.url) as page:
        assert "of a sandbox: made up" in page.read().decode()


@pytest.mark.parametrize("given", ["MINTED_USERNAME", "MINTED_PASSWORD", "MINTED_BASE_URL"])
def test_half_an_account_is_refused_instead_of_made_up_prices(given: str) -> None:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MINTED_")}
    started = subprocess.run(
        [sys.executable, "examples/fastapi_prices.py", "--port", str(free_port())],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(ROOT), given: "http://127.0.0.1:1", "MINTED_REDIS": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert started.returncode != 0
    assert "MINTED_" in started.stderr


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_starts_while_minted_is_down(name: str) -> None:
    nowhere = {"MINTED_USERNAME": "demo", "MINTED_PASSWORD": "demo"}
    with running_example(name, nowhere | {"MINTED_BASE_URL": f"http://127.0.0.1:{free_port()}"}) as site:
        assert site.status("/api/prices") == 503
        assert site.get("/api/history") == []
        with site.events() as stream:
            assert stream.readline().startswith(b":")
            assert site.stop(signal.SIGTERM)[0] in (0, -signal.SIGTERM)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_whose_login_is_refused_says_so_and_goes_on(name: str) -> None:
    port = free_port()
    login = {
        "MINTED_USERNAME": "demo",
        "MINTED_PASSWORD": "wrong",
        "MINTED_BASE_URL": f"http://127.0.0.1:{port}",
    }
    sandbox = running(["-m", "minted_async.cli", "sandbox", "--port", str(port)], port)
    with sandbox, running_example(name, login) as site:
        with site.events() as stream:
            assert stream.readline().startswith(b":")  # and stays open: the login may be put right
            site.wait_until(lambda: "401" in site.reason("/api/prices"))
        assert site.status("/api/prices") == 503
        code, out = site.stop(signal.SIGINT)
    assert code == 0, out
    assert "Traceback" not in out


@pytest.mark.parametrize("server", PORT)
@pytest.mark.parametrize("name", ["fastapi_prices", "litestar_prices"])
def test_a_server_with_open_streams_ends_by_itself_when_it_is_told_to(name: str, server: str) -> None:
    port = free_port()
    command = f"{SERVERS[server]} {PORT[server].format(port)}".replace("fastapi_prices", name).split()
    with ExitStack() as stack:
        site = stack.enter_context(running(["-m", *command], port, ROOT / "examples"))
        streams = [stack.enter_context(site.events()) for _ in range(8)]
        websocket = stack.enter_context(connect(site.socket_url))
        for stream in streams:
            next_event(stream)
        assert websocket.recv(timeout=PATIENCE)
        code, out = site.stop(signal.SIGTERM)
        for stream in streams:
            stream.read()  # would raise IncompleteRead, had the stream been cut off
    assert code in (0, -signal.SIGTERM), out
    assert "Traceback" not in out
    assert "SIGKILL" not in out
