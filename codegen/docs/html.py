"""A page saved as HTML: its text, in lines as the browser shows them, read as a page of text."""

from __future__ import annotations

from collections.abc import Collection

from codegen.docs.facts import PageFacts


def read_html(source: str, text: str, vocabulary: Collection[str] = ()) -> PageFacts:
    raise NotImplementedError
