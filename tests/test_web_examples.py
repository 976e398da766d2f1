"""The web examples start with one command, serve the same with three frameworks, and plot in a browser."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, cast
from urllib.error import HTTPError, URLError

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.external import program

ROOT = Path(__file__).parent.parent
PATIENCE = 30.0

EXAMPLES = ["fastapi_prices", "litestar_prices", "aiohttp_prices"]


class Site:
    """A running example."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process = process
        self.url = url

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=PATIENCE) as answer:
            assert answer.headers["Content-Type"].startswith("application/json")
            return json.loads(answer.read())

    def stop(self) -> tuple[int, str]:
        """Ctrl-C; the exit code and what it wrote."""
        self.process.send_signal(signal.SIGINT)
        out, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out


@contextmanager
def running(name: str) -> Generator[Site]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MINTED_")}
    process = subprocess.Popen(
        [sys.executable, "-W", "error", f"examples/{name}.py", "--port", str(port)],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    site = Site(process, f"http://127.0.0.1:{port}")
    try:
        deadline = time.monotonic() + PATIENCE
        while not _answers(site.url):
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < deadline, "it does not start"
            time.sleep(0.05)
        yield site
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE):
            return True
    except (URLError, ConnectionError):
        return False


@pytest.fixture(scope="module", params=EXAMPLES)
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    with running(request.param) as site:
        yield site
        # An event stream is open when it is told to stop: it ends like everything else.
        with urllib.request.urlopen(f"{site.url}/events", timeout=PATIENCE) as stream:
            assert stream.readline()
            code, out = site.stop()
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
    with pytest.raises(HTTPError) as refused:
        site.get("/api/prices/TIN")
    assert refused.value.code == 404
    refused.value.close()


def test_events_stream_as_they_come(site: Site) -> None:
    versions: list[int] = []
    with urllib.request.urlopen(f"{site.url}/events", timeout=PATIENCE) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        while len(versions) < 3:
            line: bytes = stream.readline()
            if line.startswith(b"data: "):
                versions.append(json.loads(line.removeprefix(b"data: "))["version"])
    assert versions == sorted(set(versions))


def test_history_is_what_the_plot_begins_with(site: Site) -> None:
    history = site.get("/api/history")
    assert history[-1]["version"] <= site.get("/api/prices")["version"]
    assert [each["version"] for each in history] == sorted(each["version"] for each in history)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    options = ChromeOptions()
    options.binary_location = program("chromium", "chromium")
    for argument in (
        *("headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-dev-shm-usage"),
        *("disable-background-networking", "disable-component-update", "disable-sync"),
        f"user-data-dir={tmp_path}",
        "window-size=900,900",
    ):
        options.add_argument(f"--{argument}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = Chrome(options, ChromeService(program("chromedriver", "chromium-driver")))
    try:
        yield chrome
    finally:
        chrome.quit()


def points(browser: Chrome) -> int:
    drawn = browser.find_element(By.ID, "buy").get_attribute("points")  # pyright: ignore[reportUnknownMemberType]
    return len((drawn or "").split())


def test_the_page_plots_live_prices_in_a_browser(browser: Chrome) -> None:
    wait = WebDriverWait(browser, PATIENCE)
    with running("fastapi_prices") as site:
        browser.get(site.url)
        wait.until(lambda _: browser.find_element(By.ID, "state").text == "live")
        wait.until(lambda _: points(browser) >= 2)
        before = points(browser)
        wait.until(lambda _: points(browser) >= before + 3)
        rows = browser.find_elements(By.CSS_SELECTOR, "tbody tr")
        assert [row.text.split()[0] for row in rows] == ["GAU", "GAG", "BGAU", "BGAG", "GPT", "GPD"]
        assert rows[0].get_attribute("aria-selected") == "true"  # pyright: ignore[reportUnknownMemberType]
        assert browser.find_element(By.ID, "caption").text == "GAU in TRY"
        rows[1].find_element(By.TAG_NAME, "button").click()
        assert browser.find_element(By.ID, "caption").text == "GAG in TRY"
        assert browser.find_element(By.ID, "age").text.endswith("s old")
        log = cast("list[dict[str, str]]", browser.get_log("browser"))  # type: ignore[no-untyped-call]
        assert [entry for entry in log if entry["level"] == "SEVERE"] == []
        assert site.stop()[0] == 0
        wait.until(lambda _: "connection lost" in browser.find_element(By.ID, "state").text)
