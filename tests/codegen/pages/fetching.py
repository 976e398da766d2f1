"""A made-up site, and fetching it without ever waiting."""

from __future__ import annotations

from typing import Any

import pytest

from codegen.pages.fetching import SiteError
from codegen.pages.site import Fetched, fetch_site
from tests.codegen.site.server import DocsSite


class Pauses:
    """A sleep that takes no time and remembers how long it should have taken."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


async def fetch(site: DocsSite, **options: Any) -> dict[str, Fetched]:
    """The pages by their slugs, in the order in which they came back."""
    options.setdefault("sleep", Pauses())
    pages = await fetch_site(site.url, **options)
    return {page.source.removeprefix(f"{site.url}/").removesuffix(".md"): page for page in pages}


def message(page: Fetched) -> str:
    assert page.problem
    return page.problem


async def refused(url: str, **options: Any) -> str:
    options.setdefault("sleep", Pauses())
    with pytest.raises(SiteError) as error:
        await fetch_site(url, **options)
    return str(error.value)
