"""Reads published pages as `codegen sync` does."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from codegen.pages.facts import PageFacts
from codegen.pages.markdown import read_page
from tests.codegen.site.publish import PublishedPage


def read(pages: Iterable[PublishedPage]) -> list[PageFacts]:
    """The facts of published pages."""
    return [_read(f"{page.slug}.md", page.content) for page in pages]


@cache  # an edit changes a few pages of a site; reading YAML is what takes the time
def _read(source: str, content: bytes) -> PageFacts:
    return read_page(source, content)
