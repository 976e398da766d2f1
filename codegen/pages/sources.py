"""A page of the documentation before it is read: its bytes, or why there are none."""

from __future__ import annotations

import msgspec

MAX_BYTES = 10 * 1024 * 1024
"""No page is as long; what is longer is not taken."""


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """A page as it came."""

    source: str
    """Address of the page, or name of the file."""
    content: bytes
    title: str | None = None
    """What the site's list of pages calls it; None for a file."""


class Unfetched(msgspec.Struct, frozen=True, kw_only=True):
    """A page that could not be had."""

    source: str
    """Address of the page, or name of the file."""
    message: str
    """Why not, and what to do about it."""
    title: str | None = None
    """What the site's list of pages calls it; None for a file."""

    def __str__(self) -> str:
        return f"{self.source}: {self.message}"


class SiteError(Exception):
    """A documentation site of which nothing can be read. The message says why and what to do."""
