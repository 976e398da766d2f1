"""A browser for the pages of the web examples."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from selenium.webdriver import Chrome, ChromeOptions, ChromeService

from tests.external import program

CUT_OFF = """
    return [...document.querySelectorAll("body *")].filter(each => {
        const { left, right, width } = each.getBoundingClientRect();
        const overflows = each.clientWidth && each.scrollWidth > each.clientWidth;
        return width && (left < 0 || right > innerWidth || overflows);
    }).map(each => `${each.tagName} ${each.textContent}`);
"""
"""What of the page in view cannot be seen whole."""


@contextmanager
def running_browser(profile: Path) -> Generator[Chrome]:
    options = ChromeOptions()
    options.binary_location = program("chromium", "chromium")
    for argument in (
        *("headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-dev-shm-usage"),
        *("disable-background-networking", "disable-component-update", "disable-sync"),
        f"user-data-dir={profile}",
    ):
        options.add_argument(f"--{argument}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = Chrome(options, ChromeService(program("chromedriver", "chromium-driver")))
    try:
        yield chrome
    finally:
        chrome.quit()
