"""The page of the web examples, in a browser: on a phone and on a desk, with and without prices."""

from __future__ import annotations

import itertools
import re
import signal
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from tests.servers import free_port
from tests.web.browser import CUT_OFF, running_browser
from tests.web.sites import PATIENCE, Site, running, running_example

PRODUCTS = ["GAU", "GAG", "BGAU", "BGAG", "GPT", "GPD"]


class Page:
    """The page in a browser, and what is seen of it."""

    def __init__(self, browser: Chrome, site: Site) -> None:
        self.browser = browser
        self.site = site

    def open(self) -> None:
        self.browser.get(self.site.url)

    def open_live(self) -> None:
        """Open it, and wait for a plot."""
        self.open()
        self.wait_for_state("live")
        self.wait_until(lambda: self.samples > 3)

    def command(self, name: str, **arguments: Any) -> Any:
        return self.browser.execute_cdp_cmd(name, arguments)  # pyright: ignore[reportUnknownMemberType]

    def run(self, script: str) -> Any:
        return self.browser.execute_script(script)  # pyright: ignore[reportUnknownMemberType]

    def size(self, width: int) -> None:
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=844,
            deviceScaleFactor=1,
            mobile=width < 500,
        )

    def find(self, selector: str) -> WebElement:
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        """Of all elements that fit, at one moment."""
        return cast(
            "list[str]",
            self.run(f"return [...document.querySelectorAll('{selector}')].map(each => each.textContent)"),
        )

    @property
    def lines(self) -> list[str]:
        """The products whose lines are drawn."""
        found = self.run("return [...document.querySelectorAll('#plot path')].map(each => each.dataset.sku)")
        return cast("list[str]", found)

    @property
    def samples(self) -> int:
        """How many points the first line has."""
        drawn = self.run("return document.querySelector('#plot path')?.getAttribute('d') ?? ''")
        return len(re.findall("[ML]", cast("str", drawn)))

    def choose(self, *skus: str) -> None:
        """Click the products; what was drawn before is left out."""
        for sku in self.lines:
            self.find(f"tbody tr:nth-child({PRODUCTS.index(sku) + 1}) button").click()
        for sku in skus:
            self.find(f"tbody tr:nth-child({PRODUCTS.index(sku) + 1}) button").click()
        self.wait_until(lambda: self.lines == list(skus))

    def wait_until(self, condition: Callable[[], bool]) -> None:
        WebDriverWait(self.browser, PATIENCE, poll_frequency=0.1).until(lambda _: condition())

    def wait_for_state(self, state: str) -> None:
        self.wait_until(lambda: self.texts("#state") == [state])


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with running_browser(tmp_path_factory.mktemp("browser")) as chrome:
        yield chrome


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with running_example("fastapi_prices") as site:
        site.wait_until(site.has_prices)
        yield site


@pytest.fixture
def page(browser: Chrome, site: Site) -> Page:
    page = Page(browser, site)
    page.size(1280)
    return page


@pytest.mark.parametrize("width", [320, 390, 700, 1280])
def test_nothing_is_cut_off(page: Page, width: int) -> None:
    page.size(width)
    page.open_live()
    page.choose(*PRODUCTS)
    assert page.run("return document.documentElement.scrollWidth") <= width
    assert page.run(CUT_OFF) == []
    assert all(cell.is_displayed() and cell.text for cell in page.browser.find_elements(By.TAG_NAME, "td"))


def test_prices_with_many_digits_fit_on_a_phone(page: Page) -> None:
    page.size(390)
    page.open_live()
    page.run("""
        const price = "123456789.123456789012", GAU = { buy: price, sell: price, spot: price, spread: price };
        take({ at: new Date(Date.now() + 1000).toISOString(), currency: "TRY", quotes: { GAU } });
    """)
    page.wait_until(lambda: "123456789.123456789012" in page.texts("tbody td"))
    assert page.run("return document.documentElement.scrollWidth") <= 390
    assert page.run(CUT_OFF) == []


def test_every_product_has_a_row_with_its_prices(page: Page) -> None:
    page.open_live()
    assert page.texts("tbody button") == PRODUCTS
    cells = page.texts("tbody tr:first-child td")
    assert any(
        cells[1:5] == [shot["quotes"]["GAU"][name] for name in ("buy", "sell", "spot", "spread")]
        for shot in page.site.get("/api/history")
    )


def test_the_axes_show_times_and_prices(page: Page) -> None:
    page.open_live()
    times = page.texts("#plot .time")
    assert times
    assert all(re.fullmatch(r"\d\d:\d\d:\d\d", time) for time in times)
    prices = [float(price) for price in page.texts("#plot .price")]
    assert len(prices) >= 2
    assert prices == sorted(set(prices))
    shown = [float(shot["quotes"]["GAU"]["buy"]) for shot in page.site.get("/api/history")]
    step = prices[1] - prices[0]
    assert min(shown) - step <= prices[0] <= prices[-1] <= max(shown) + step


def test_each_chosen_product_has_a_line(page: Page) -> None:
    page.open_live()
    assert page.lines == ["GAU"]
    assert page.texts("#caption") == ["GAU, buy price in TRY"]
    page.choose("GAG", "GPT")
    assert page.texts("#caption") == ["GAG, GPT: change of the buy price in %"]
    assert all(label.endswith("%") for label in page.texts("#plot .price"))
    page.choose("BGAU")
    page.find("input[value=sell]").click()
    page.wait_until(lambda: page.texts("#caption") == ["BGAU, sell price in TRY"])


def test_the_plot_grows_with_each_price(page: Page) -> None:
    page.open_live()
    before = page.samples
    page.wait_until(lambda: page.samples >= before + 3)


def reading(page: Page) -> list[str]:
    return page.texts("#reading span")


def test_the_pointer_reads_a_price(page: Page) -> None:
    page.open_live()
    page.choose("GAU", "GAG")
    assert page.run("return document.querySelector('#plot .cursor')") is None
    plot = page.find("#plot")
    page.wait_until(lambda: page.samples > 10)
    ActionChains(page.browser).move_to_element(plot).perform()
    page.wait_until(lambda: page.texts("#plot .cursor") == [""])
    _, gold, silver = reading(page)
    history = [shot["quotes"] for shot in page.site.get("/api/history")]
    assert (gold, silver) in [(f"GAU {each['GAU']['buy']}", f"GAG {each['GAG']['buy']}") for each in history]
    assert gold != f"GAU {history[-1]['GAU']['buy']}" or silver != f"GAG {history[-1]['GAG']['buy']}"


def test_the_arrow_keys_read_sample_by_sample(page: Page) -> None:
    page.open_live()
    plot = page.find("#plot")
    page.wait_until(lambda: page.samples > 10)
    plot.send_keys(Keys.ARROW_LEFT)
    places = [page.run("return cursor")]
    for _ in range(3):
        plot.send_keys(Keys.ARROW_LEFT)
        page.wait_until(lambda: page.run("return cursor") < places[-1])
        places.append(page.run("return cursor"))
    assert all(later < earlier for earlier, later in itertools.pairwise(places))
    plot.send_keys(Keys.ESCAPE)
    page.wait_until(lambda: page.texts("#plot .cursor") == [])


def brightness(colour: str) -> int:
    return sum(int(channel) for channel in re.findall(r"\d+", colour)[:3])


def test_light_and_dark_follow_the_device(page: Page) -> None:
    page.open_live()
    bright_ground: dict[str, bool] = {}
    for scheme in ("light", "dark"):
        preference = {"name": "prefers-color-scheme", "value": scheme}
        page.command("Emulation.setEmulatedMedia", features=[preference])
        ground, text = (
            page.run(f"return getComputedStyle(document.body).{name}")
            for name in ("backgroundColor", "color")
        )
        bright_ground[scheme] = brightness(ground) > brightness(text)
    page.command("Emulation.setEmulatedMedia", features=[])
    assert bright_ground == {"light": True, "dark": False}


def test_nothing_comes_from_elsewhere_and_nothing_fails(page: Page) -> None:
    page.browser.get_log("browser")  # type: ignore[no-untyped-call]  # takes what was there before
    page.open_live()
    fetched = page.run("return performance.getEntriesByType('resource').map(each => each.name)")
    assert fetched
    assert [url for url in fetched if not url.startswith(page.site.url)] == []
    log = cast("list[dict[str, str]]", page.browser.get_log("browser"))  # type: ignore[no-untyped-call]
    assert log == []


def test_prices_of_a_silent_server_grow_too_old(page: Page) -> None:
    page.open_live()
    assert page.texts("#age")[0].endswith("s old")
    page.run("const now = Date.now; Date.now = () => now() + 60_000")
    page.wait_for_state("prices are too old")


def test_a_device_whose_clock_is_wrong_sees_the_same_age(page: Page) -> None:
    wrong = page.command(
        "Page.addScriptToEvaluateOnNewDocument",
        source="const now = Date.now; Date.now = () => now() + 3_600_000",
    )
    try:
        page.open_live()
        assert int(page.texts("#age")[0].removesuffix(" s old")) < 20
    finally:
        page.command("Page.removeScriptToEvaluateOnNewDocument", **wrong)


def test_a_slow_line_does_not_make_prices_look_younger(page: Page) -> None:
    slow = page.command(
        "Page.addScriptToEvaluateOnNewDocument",
        source="""
            const asked = fetch, now = Date.now;
            let late = 0;  // what comes after the answer comes 20 s later
            Date.now = () => now() + late;
            fetch = async (...all) => { const answer = await asked(...all); late = 20_000; return answer; };
        """,
    )
    try:
        page.open_live()
        assert int(page.texts("#age")[0].removesuffix(" s old")) >= 19
    finally:
        page.command("Page.removeScriptToEvaluateOnNewDocument", **slow)


def test_the_state_stays_in_sight_on_a_phone_and_old_prices_look_old(page: Page) -> None:
    page.size(390)
    page.open_live()

    def opacity() -> str:
        return str(page.run("return getComputedStyle(document.querySelector('tbody td:last-child')).opacity"))

    page.wait_until(lambda: opacity() == "1")
    page.run("scrollTo(0, document.body.scrollHeight)")
    page.run("const now = Date.now; Date.now = () => now() + 60_000")
    page.wait_for_state("prices are too old")
    assert page.run(
        "const { top, bottom } = document.querySelector('#state').getBoundingClientRect();"
        "return scrollY > 0 && top >= 0 && bottom <= innerHeight"
    )
    assert float(opacity()) < 1


def test_the_page_waits_for_minted_and_survives_its_own_server(browser: Chrome) -> None:
    minted = free_port()
    account = {
        "MINTED_USERNAME": "demo",
        "MINTED_PASSWORD": "demo",
        "MINTED_BASE_URL": f"http://127.0.0.1:{minted}",
    }
    with running_example("fastapi_prices", account) as site:
        page = Page(browser, site)
        page.open()
        page.wait_for_state("no price yet")
        assert page.texts("tbody tr") == []
        with running(["-m", "minted_async.cli", "sandbox", "--port", str(minted)], minted):
            page.wait_for_state("live")
            page.wait_until(lambda: page.texts("tbody button") == PRODUCTS)
        assert site.stop(signal.SIGINT)[0] == 0
    page.wait_for_state("connection lost, trying again")
