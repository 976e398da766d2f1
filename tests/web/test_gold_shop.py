"""The gold shop, in a browser: from the catalog to the order, and what can happen on the way."""

from __future__ import annotations

import asyncio
import importlib.util
import re
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, cast

import pytest
import uvicorn
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from minted_async.sandbox import Sandbox
from tests.servers import free_port
from tests.web.browser import CUT_OFF, running_browser
from tests.web.sites import PATIENCE, ROOT, running_example

ADDRESS = {
    "fullname": "Defne Kaya",
    "phone": "+905550000000",
    "tax_number": "10000000146",
    "city": "İstanbul",
    "county": "Kadıköy",
    "district": "Moda",
    "address": "Bahar Sk. No: 1",
}


class Shop:
    """The running shop, and a browser that looks at it."""

    def __init__(self, browser: Chrome, url: str, sandbox: Sandbox, loop: asyncio.AbstractEventLoop) -> None:
        self.browser = browser
        self.url = url
        self.sandbox = sandbox
        self._loop = loop

    def in_the_sandbox(self, act: Callable[[], Any]) -> Any:
        """Do something in the thread in which the sandbox runs."""

        async def turn() -> Any:
            return act()

        return asyncio.run_coroutine_threadsafe(turn(), self._loop).result(PATIENCE)

    def run(self, script: str) -> Any:
        return self.browser.execute_script(script)  # pyright: ignore[reportUnknownMemberType]

    def texts(self, selector: str) -> list[str]:
        """Of all elements that fit and are shown, at one moment."""
        found = self.run(
            f"return [...document.querySelectorAll('{selector}')]"
            ".filter(each => each.checkVisibility()).map(each => each.textContent)"
        )
        return cast("list[str]", found)

    def text(self, selector: str) -> str:
        return "".join(self.texts(selector))

    def click(self, selector: str) -> None:
        self.browser.find_element(By.CSS_SELECTOR, selector).click()

    def wait_until(self, condition: Callable[[], bool]) -> None:
        WebDriverWait(self.browser, PATIENCE, poll_frequency=0.05).until(lambda _: condition())

    def open(self) -> None:
        self.browser.get(self.url)
        self.wait_until(lambda: len(self.texts("#bars tr")) == 8)

    def open_as_a_stranger(self) -> None:
        self.browser.get(self.url)
        self.browser.delete_all_cookies()
        self.open()
        self.wait_until(lambda: self.texts("#basket") == [])

    def add(self, sku: str) -> None:
        before = self.text("#lines")
        self.click(f"button[data-sku={sku}]")
        self.wait_until(lambda: self.text("#lines") != before)

    def address(self) -> None:
        for name, value in ADDRESS.items():
            field = self.browser.find_element(By.NAME, name)
            field.clear()
            field.send_keys(value)  # pyright: ignore[reportUnknownMemberType]

    @property
    def basket(self) -> Any:
        """The newest, as the sandbox knows it."""
        return next(reversed(list(self.sandbox.ecom.baskets.values())))

    def price_of(self, sku: str, price: str) -> None:
        self.in_the_sandbox(lambda: setattr(self.sandbox.ecom.catalog[sku], "price", Decimal(price)))


@contextmanager
def running_shop(browser: Chrome) -> Generator[Shop]:
    """The example in a thread of its own, so that a test can turn its sandbox's clock."""
    spec = importlib.util.spec_from_file_location("gold_shop", ROOT / "examples" / "gold_shop.py")
    assert spec is not None
    assert spec.loader is not None
    example = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "gold_shop", example)  # where its types are looked up
        spec.loader.exec_module(example)
        port = free_port()
        server = uvicorn.Server(uvicorn.Config(example.app, port=port, log_level="warning"))
        loops: list[asyncio.AbstractEventLoop] = []
        failures: list[BaseException] = []

        async def serve() -> None:
            loops.append(asyncio.get_running_loop())
            await server.serve()

        def work() -> None:
            try:
                asyncio.run(serve())
            except BaseException as failure:
                failures.append(failure)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), failures
                thread.join(0.05)
            yield Shop(browser, f"http://127.0.0.1:{port}", example.app.state.sandbox, loops[0])
        finally:
            server.should_exit = True
            thread.join(PATIENCE)
        assert not thread.is_alive()
        assert failures == []


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with running_browser(tmp_path_factory.mktemp("browser")) as chrome:
        yield chrome


@pytest.fixture(scope="module")
def running(browser: Chrome) -> Iterator[Shop]:
    with running_shop(browser) as shop:
        yield shop


@pytest.fixture
def shop(running: Shop) -> Iterator[Shop]:
    running.browser.get_log("browser")  # type: ignore[no-untyped-call]  # takes what was there before
    running.open_as_a_stranger()
    yield running
    for article in running.sandbox.ecom.catalog.values():
        article.price = None


def test_two_pages_a_basket_an_address_and_an_order(shop: Shop) -> None:
    assert shop.text("#page") == "Page 1 of 3"
    first = shop.texts("#bars tr td:first-child")
    shop.add("MNT0001")
    shop.add("MNT0001")
    shop.click("#more")
    shop.wait_until(lambda: shop.text("#page") == "Page 2 of 3")
    assert not set(first) & set(shop.texts("#bars tr td:first-child"))
    shop.add("MNT0010")

    basket = shop.basket
    assert basket.items == {"MNT0001": 2, "MNT0010": 1}
    assert shop.texts("#lines td:nth-child(2)") == ["2\N{NO-BREAK SPACE}×", "1\N{NO-BREAK SPACE}×"]
    assert shop.text("#title") == "Basket"
    to_pay = sum((piece.price for piece in basket.pieces), Decimal(75))
    assert shop.text("th#to-pay") == f"{to_pay:,.2f} TRY"
    assert re.fullmatch(r"[0-4]:[0-5]\d", shop.text("#clock"))

    shop.address()
    shop.click("#pay")
    shop.wait_until(lambda: shop.text("#notice") == "Thank you. Your order is placed.")
    assert shop.text("#title").startswith(f"Order {basket.increment_id}: ")
    assert shop.texts("#checkout") == []
    assert (basket.creation_status, basket.shipping["city"]) == ("order", "İstanbul")
    (callback,) = shop.sandbox.ecom.callbacks
    assert callback.startswith(f"{shop.url}/pay/")
    assert shop.browser.current_url == f"{shop.url}/#basket"
    log = cast("list[dict[str, str]]", shop.browser.get_log("browser"))  # type: ignore[no-untyped-call]
    assert log == []

    shop.open()
    shop.add("MNT0002")
    shop.wait_until(lambda: shop.text("#title") == "Basket")
    assert basket.items == {"MNT0001": 2, "MNT0010": 1}


def test_prices_that_run_out_in_sight_are_renewed(shop: Shop) -> None:
    shop.add("MNT0001")
    before = shop.text("th#to-pay")
    shop.price_of("MNT0001", "1234.56")
    shop.in_the_sandbox(lambda: shop.sandbox.advance(241))
    shop.run("const now = performance.now.bind(performance); performance.now = () => now() + 241_000")
    shop.wait_until(
        lambda: shop.text("#notice") == f"The prices have changed: {before} before, 1,309.56 TRY now."
    )
    assert shop.text("th#to-pay") == "1,309.56 TRY"
    shop.wait_until(lambda: shop.text("#clock") >= "3:00")


def test_nobody_pays_what_was_not_shown(shop: Shop) -> None:
    shop.add("MNT0001")
    before = shop.text("th#to-pay")
    shop.address()
    shop.price_of("MNT0001", "2000")
    shop.in_the_sandbox(lambda: shop.sandbox.advance(241))
    placed = len(shop.sandbox.ecom.callbacks)
    shop.click("#pay")
    shop.wait_until(
        lambda: shop.text("#notice") == f"The prices have changed: {before} before, 2,075.00 TRY now."
    )
    assert shop.basket.creation_status == "basket"
    assert len(shop.sandbox.ecom.callbacks) == placed
    shop.click("#pay")
    shop.wait_until(lambda: shop.text("#notice") == "Thank you. Your order is placed.")
    assert shop.text("th#to-pay") == "2,075.00 TRY"


def test_a_payment_that_failed_says_why_and_can_be_tried_again(shop: Shop) -> None:
    shop.add("MNT0001")
    shop.address()
    reason = "Kart limiti <b>yetersiz</b> & bitti"
    shop.in_the_sandbox(lambda: shop.sandbox.ecom.decline_next(reason, "050"))
    shop.click("#pay")
    shop.wait_until(lambda: shop.text("#notice") == f"Nothing was paid: {reason} (050)")
    assert shop.text("#title") == "Basket"
    shop.address()
    shop.click("#pay")
    shop.wait_until(lambda: shop.text("#notice") == "Thank you. Your order is placed.")


def test_a_callback_that_somebody_made_up_places_nothing(shop: Shop) -> None:
    shop.add("MNT0001")
    shop.browser.get(f"{shop.url}/pay/AbCdEfGhIjKlMnOpQrStUvWxYz012345/callback/success")
    shop.wait_until(
        lambda: shop.text("#notice") == "The payment has not arrived yet. Look again in a minute."
    )
    assert shop.text("#title") == "Basket"
    assert shop.basket.creation_status == "basket"
    shop.browser.get(f"{shop.url}/pay/x/callback/fail?code=1&code=2")
    assert "Correct the argument" in shop.browser.page_source


def test_a_basket_that_is_emptied_is_gone_and_can_be_filled_again(shop: Shop) -> None:
    shop.add("MNT0001")
    token = shop.basket.token
    shop.click("#clear")
    shop.wait_until(lambda: shop.texts("#basket") == [])
    shop.add("MNT0002")
    assert (shop.basket.token, shop.basket.items) == (token, {"MNT0002": 1})


def test_what_is_sold_out_cannot_be_added(shop: Shop) -> None:
    shop.click("#more")
    shop.wait_until(lambda: shop.text("#page") == "Page 2 of 3")
    shop.click("#more")
    shop.wait_until(lambda: shop.text("#page") == "Page 3 of 3")
    button = shop.browser.find_element(By.CSS_SELECTOR, "button[data-sku=MNT0023]")
    assert (button.text, button.is_enabled()) == ("Sold out", False)
    assert not shop.browser.find_element(By.ID, "more").is_enabled()


@pytest.mark.parametrize("width", [320, 700])
def test_nothing_is_cut_off(shop: Shop, width: int) -> None:
    shop.browser.execute_cdp_cmd(  # pyright: ignore[reportUnknownMemberType]
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 500},
    )
    try:
        shop.add("MNT0001")
        assert shop.run("return document.documentElement.scrollWidth") <= width
        assert shop.run(CUT_OFF) == []
    finally:
        shop.browser.execute_cdp_cmd(  # pyright: ignore[reportUnknownMemberType]
            "Emulation.clearDeviceMetricsOverride", {}
        )


def test_it_runs_as_its_docstring_says() -> None:
    with running_example("gold_shop") as site:
        assert len(site.get("/api/products")["rows"]) == 8
        assert site.get("/api/basket") == {"state": "none", "ended": ""}
        assert site.status("/api/products?page=0") == 422
        assert site.get("/api/products?page=9")["rows"] == []
        code, printed = site.stop(signal.SIGINT)
    assert code in (0, -signal.SIGINT)
    assert "Traceback" not in printed
