"""Reads published pages as `codegen sync` does."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from codegen.pages.facts import PageFacts
from codegen.pages.reader import read_page
from codegen.spec import Spec
from codegen.sync.run import enum_values
from tests.codegen.site.publish import PublishedPage


def read(pages: Iterable[PublishedPage], spec: Spec) -> list[PageFacts]:
    """The facts of published pages."""
    return [_read(f"{page.slug}.md", page.content, enum_values(spec)) for page in pages]


@cache  # an edit changes a few pages of a site; reading YAML is what takes the time
def _read(source: str, content: bytes, vocabulary: frozenset[str]) -> PageFacts:
    return read_page(source, content, vocabulary=vocabulary)
