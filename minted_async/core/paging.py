"""Lists that come in pages: one page as a model, and the rows of all pages as an async iterator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from hashlib import blake2b
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, cast
from weakref import WeakKeyDictionary

import msgspec

from minted_async.core.config import NeverPickled
from minted_async.core.finalizers import finalizer
from minted_async.core.loops import running_loop
from minted_async.core.model import Model
from minted_async.core.scalars import JsonObject
from minted_async.errors import ConfigurationError

__all__ = ["Page", "Rows"]

T = TypeVar("T")


class Page(Model, Generic[T], frozen=True, kw_only=True):
    """One page of a list.

    The documentation shows all of these fields for some lists and the first two for the others, and does not
    agree with itself which may be null: of each answer, what it leaves out or sends as null is None here.

    Attributes:
        rows: What the page holds, in the order of the server (`data`).
        number: Which page it is, from 1 (`current_page`).
        last_number: Number of the last page, at the moment of the answer (`last_page`).
        per_page: How many rows a full page has.
        row_count: How many rows all pages have, at the moment of the answer (`total`, which in a request is
            the size of a page).
        first_row: Place of the page's first row in the whole list, from 1 (`from`).
        last_row: Place of its last row (`to`).
        path: URL of the list.
        first_page_url: URL of the first page.
        prev_page_url: URL of the page before.
        next_page_url: URL of the next page.
        last_page_url: URL of the last page.
        links: What a web page would show to leaf through the list; what each one holds is not documented.
    """

    rows: list[T] = msgspec.field(name="data")
    number: int = msgspec.field(name="current_page")
    last_number: int | None = msgspec.field(name="last_page", default=None)
    per_page: int | None = None
    row_count: int | None = msgspec.field(name="total", default=None)
    first_row: int | None = msgspec.field(name="from", default=None)
    last_row: int | None = msgspec.field(name="to", default=None)
    path: str | None = None
    first_page_url: str | None = None
    prev_page_url: str | None = None
    next_page_url: str | None = None
    last_page_url: str | None = None
    links: list[JsonObject] | None = None

    @property
    def has_next(self) -> bool:
        """Whether there is more to ask for.

        An empty page is the end. Of two fields that contradict each other, the one that promises more is
        believed; if the page has neither, any page with rows may have a successor.
        """
        if not self.rows or self.next_page_url is not None:
            return bool(self.rows)
        return self.last_number is None or self.number < self.last_number


class Rows(NeverPickled, Generic[T]):
    """The rows of all pages of a list, which the `all` methods give.

    ```python
    async for product in minted.ecom.products.all(total=100):
        print(product.sku, product.sale_price)
    ```

    While the rows of a page are read, the next page is on its way, and never more than that one. Each
    `async for` is independent of the others and reads the list anew. Tasks may share what `aiter` gives: each
    row then goes to one of them. When a loop is left early, the call under way is cancelled; `async with` (or
    `aclose`) also waits until that has happened, and ends all loops over these rows.

    A call that fails raises its error where the rows of its page would stand, after all rows before. With
    the iterator that `aiter` gives one can go on after that: the page is asked for again.

    The end is a page that says that it is the last, an empty one, or one that was there before: by its
    number, or by the ids of its rows in their order (by their content, if they have no ids). So a server
    that knows no pages gives its rows once.

    Of a list that stays the same, each row comes once, in the order of the server. Pages are no snapshot: of
    a list that changes meanwhile, a row comes twice when others are put in before it, and is left out when
    others before it go away. What must be complete, read with filters whose rows no longer change (such as
    dates in the past), and compare ids.

    Args:
        fetch: Gives the page of a number, counted from 1.
    """

    def __init__(self, fetch: Callable[[int], Awaitable[Page[T]]]) -> None:
        self._fetch = fetch
        self._readers: WeakKeyDictionary[_Reader[T], None] = WeakKeyDictionary()
        self._closed = False

    def __aiter__(self) -> AsyncIterator[T]:
        """Begin with the first page.

        Raises:
            ConfigurationError: The rows are closed.
        """
        if self._closed:
            raise _closed()
        reader = _Reader(self._fetch)
        self._readers[reader] = None
        return reader

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End all loops over these rows, and wait until no call is under way. May be called again.

        Those that still read get a ConfigurationError: rows that are missing do not look like the end.
        """
        self._closed = True
        for reference in self._readers.keyrefs():  # the garbage collector removes some, in any thread
            reader = reference()
            if reader is not None:
                await reader.aclose()


class _Reader(NeverPickled, AsyncIterator[T]):
    """One pass over the pages.

    The call that is under way must not refer to the reader: nothing but the loop that reads may keep it
    alive, so that it is let go, and the call cancelled, when that loop is left.
    """

    _coming: asyncio.Task[Page[T]] | None = None

    def __init__(self, fetch: Callable[[int], Awaitable[Page[T]]]) -> None:
        self._fetch = fetch
        self._turning = asyncio.Lock()
        self._number = 1
        self._rows: list[T] = []  # of the newest page, the last one first
        self._seen: set[bytes | int] = set()  # pages, by their rows and by their numbers
        self._ended = False
        self._closed = False

    async def __anext__(self) -> T:
        while not self._rows:
            async with self._turning:
                if self._closed:
                    raise _closed()
                if not self._rows:
                    if self._ended:
                        raise StopAsyncIteration
                    await self._turn()
        return self._rows.pop()

    def take(self) -> list[T]:
        """The rows that `anext` would give without waiting, for who reads them all at once."""
        rows, self._rows = self._rows[::-1], []
        return rows

    async def aclose(self) -> None:
        """Drop the rows that are there, and end the call that is under way."""
        self._closed = True
        self._rows = []
        coming = self._coming
        if coming is not None:
            coming.cancel()
            await asyncio.wait([coming])

    @finalizer
    def __del__(self) -> None:
        coming = self._coming
        if coming is not None and not coming.done():
            # The garbage collector may run in any thread; a loop that is closed runs nothing.
            with suppress(RuntimeError):
                coming.get_loop().call_soon_threadsafe(coming.cancel)

    async def _turn(self) -> None:
        """Turn to the next page."""
        coming = self._coming = self._coming or self._ask()
        try:
            page = await coming
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            return  # not this task was cancelled but the call: the rows were closed, or it is made again
        finally:
            if coming.done():
                self._coming = None
        if self._closed:
            return
        marks: set[bytes | int] = {_fingerprint(page), page.number}
        if not page.rows or not self._seen.isdisjoint(marks):
            self._ended = True
            return
        self._seen |= marks
        self._number += 1
        self._rows = page.rows[::-1]
        if page.has_next:
            self._coming = self._ask()
        else:
            self._ended = True

    def _ask(self) -> asyncio.Task[Page[T]]:
        coming = running_loop().create_task(_call(self._fetch, self._number))
        # What goes wrong with a page that nobody comes to read is of no interest.
        coming.add_done_callback(_retrieve)
        return coming


async def _call(fetch: Callable[[int], Awaitable[Page[T]]], number: int) -> Page[T]:
    return await fetch(number)


def _retrieve(done: asyncio.Task[Any]) -> None:
    if not done.cancelled():
        done.exception()


def _fingerprint(page: Page[Any]) -> bytes:
    """What tells a page from others, although prices and stocks in its rows move by the second."""
    told = [row if (known := _id(row)) is None else known for row in page.rows]
    return blake2b(msgspec.json.encode(told), digest_size=16).digest()


def _id(row: object) -> object:
    if isinstance(row, dict):
        return cast("dict[str, object]", row).get("id")
    return getattr(row, "id", None)


def _closed() -> ConfigurationError:
    return ConfigurationError("these rows are closed: call the method that gave them once more")
