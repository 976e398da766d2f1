"""Serves published pages as the documentation site does, counts requests, and breaks where it is told to.

`async with serve(pages) as site`: `site.url` is what `--site` takes. Pages may be changed and broken while it
runs.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from aiohttp import web

from tests.codegen.site.publish import PublishedPage

Reply: TypeAlias = "Callable[[web.Request], Awaitable[web.StreamResponse]]"

INDEX = "/llms.txt"

PROSE = "genel-bakis-123456m0"
"""A page of the site that documents no endpoint."""


@dataclass(frozen=True)
class Asked:
    """A request as it was answered."""

    path: str
    headers: Mapping[str, str]
    status: int


@dataclass
class DocsSite:
    """A running site.

    Attributes:
        pages: what it publishes, in the order of its index.
        url: its address, without a slash at the end.
        requests: what was asked for, oldest first.
        open: how many requests are under way.
        at_once: the most requests that were under way at the same time.
    """

    pages: list[PublishedPage]
    url: str = ""
    requests: list[Asked] = field(default_factory=list[Asked])
    at_once: int = 0
    open: int = 0
    _replies: dict[str, Reply] = field(default_factory=dict[str, Reply])

    def reply(self, slug: str, reply: Reply) -> None:
        """Let a function answer for a page, or for the index if the slug is `llms.txt`."""
        self.reply_at(INDEX if slug == INDEX[1:] else f"/{slug}.md", reply)

    def reply_at(self, path: str, reply: Reply) -> None:
        """Let a function answer for any path of the site."""
        self._replies[path] = reply

    def break_page(
        self,
        slug: str,
        body: bytes | str = b"",
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        *,
        times: int | None = None,
    ) -> None:
        """Answer something else for a page, always or a number of times.

        Args:
            slug: the page's address below the site's, without `.md`; `llms.txt` is the index.
            body: what is answered in the page's place.
            status: HTTP status.
            headers: further headers.
            times: after so many answers the page itself comes; None: never.
        """
        content = body.encode() if isinstance(body, str) else body
        left = [times]

        async def broken(request: web.Request) -> web.StreamResponse:
            if left[0] == 0:
                return self.honest(request)
            left[0] = None if left[0] is None else left[0] - 1
            return web.Response(body=content, status=status, headers=dict(headers or {}))

        self.reply(slug, broken)

    def honest(self, request: web.Request) -> web.Response:
        """What the site answers when it is not broken."""
        content = self._content(request.path)
        if content is None:
            return web.Response(
                text="<html><title>404 Not Found</title></html>", status=404, content_type="text/html"
            )
        tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        kind = "text/plain" if request.path == INDEX else "text/markdown"
        return web.Response(body=content, headers={"ETag": tag, "Content-Type": f"{kind}; charset=utf-8"})

    @property
    def index(self) -> str:
        """The text of /llms.txt: a list of links, the menu folders before each."""
        lines = [
            "# Minted Connect",
            "",
            "## Docs",
            f"- [Genel Bakış]({self.url}/{PROSE}.md): ",
            "",
            "## API Docs",
            *(
                f"- {escaped(' > '.join(page.section))} [{escaped(page.title)}]({self.url}/{page.slug}.md): "
                for page in self.pages
            ),
            "",
        ]
        return "\n".join(lines)

    @property
    def statuses(self) -> Counter[int]:
        """How often it answered with which status."""
        return Counter(asked.status for asked in self.requests)

    def _content(self, path: str) -> bytes | None:
        if path == INDEX:
            return self.index.encode()
        if path == f"/{PROSE}.md":
            return "# Genel Bakış\n\nHer şey burada başlar.\n".encode()
        return next((page.content for page in self.pages if path == f"/{page.slug}.md"), None)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request and write it down."""
        self.open += 1
        self.at_once = max(self.at_once, self.open)
        try:
            reply = self._replies.get(request.path)
            response = await reply(request) if reply else self.honest(request)
            self.requests.append(Asked(request.path, request.headers.copy(), response.status))
            return response
        finally:
            self.open -= 1


@asynccontextmanager
async def serve(pages: Iterable[PublishedPage]) -> AsyncGenerator[DocsSite]:
    """Run a site on loopback until the block ends."""
    site = DocsSite(list(pages))
    application = web.Application()
    application.router.add_get("/{anything:.*}", site.handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        listener = web.TCPSite(runner, "127.0.0.1", 0)
        await listener.start()
        site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield site
    finally:
        await runner.cleanup()


def escaped(text: str) -> str:
    """A text with the brackets that Markdown would take for its own escaped."""
    return "".join("\\" + letter if letter in "[]\\*_" else letter for letter in text)
