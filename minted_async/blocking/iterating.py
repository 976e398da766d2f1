"""The twins of what is iterated: rows of lists, snapshots and quotes of feeds, changes of orders."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections import deque
from collections.abc import AsyncGenerator, Iterator
from contextlib import nullcontext
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, cast

from minted_async.blocking.twin import Source, Twin
from minted_async.core.paging import Rows as AsyncRows

T = TypeVar("T")


class _Closable:
    """What `with` closes."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None: ...


class Values(_Closable, Twin[Any], Iterator[T]):
    """An iterator that waits for each value: threads may share it, and each value then goes to one of them.

    It belongs to the process in which it was begun. Closing it waits until no thread waits for a value of
    `watch`; what reads a feed ends at once.
    """

    def __init__(self, source: Source[Any]) -> None:
        super().__init__(source)
        self._turn = asyncio.Lock()  # in the event loop: a child must not find it held

    def __next__(self) -> T:
        try:
            return cast("T", self._run(self._next))
        except StopAsyncIteration:
            raise StopIteration from None

    def close(self) -> None:
        """End the iterator. May be called again."""
        self._close(self._end)

    async def _next(self) -> Any:
        async with self._turn:
            return await anext(self._async)

    async def _end(self, values: Any) -> None:
        # An async generator cannot be closed while it runs.
        async with self._turn if isinstance(values, AsyncGenerator) else nullcontext():
            await values.aclose()


class Reader(Values[T]):
    """An iterator over the values of a feed: each is newer than the one before, some may be skipped.

    It ends when the feed is closed, or raises what ended the feed.
    """

    @property
    def skipped(self) -> int:
        """How many values were replaced by newer ones before this reader came for them, in all."""
        return cast("int", self._async.skipped)

    @property
    def just_skipped(self) -> int:
        """The same, since the value before the last."""
        return cast("int", self._async.just_skipped)


class Rows(_Closable, Twin[AsyncRows[T]], Generic[T]):
    """The rows of all pages of a list, which the `all` methods give.

    ```python
    for product in minted.ecom.products.all(total=100):
        print(product.sku, product.sale_price)
    ```

    While the rows of a page are read, the next page is on its way, and never more than that one. Each `for`
    is independent of the others and reads the list anew. Threads may share what `iter` gives: each row then
    goes to one of them. When a loop is left early, the call under way is cancelled; `with` (or `close`) also
    waits until that has happened, and ends all loops over these rows.

    Errors, the end, and what a list that changes meanwhile does to its pages are as for
    `minted_async.Rows`.
    """

    def __iter__(self) -> Iterator[T]:
        """Begin with the first page.

        Raises:
            ConfigurationError: The rows are closed.
        """
        return _Pass[T](self._begin(aiter, self._async))

    def close(self) -> None:
        """End all loops over these rows, and wait until no call is under way. May be called again.

        Those that still read get a ConfigurationError: rows that are missing do not look like the end.
        """
        self._close(_aclose)


class _Pass(Values[T]):
    """One pass over the pages: it goes to the event loop once for each page."""

    def __init__(self, source: Source[Any]) -> None:
        super().__init__(source)
        self._rows: deque[T] = deque()

    def __next__(self) -> T:
        while True:
            try:
                return self._rows.popleft()
            except IndexError:
                pass
            try:
                self._rows.extend(self._run(_next_rows, self._async))
            except StopAsyncIteration:
                raise StopIteration from None


async def _next_rows(reader: Any) -> list[Any]:
    return [await anext(reader), *reader.take()]


async def _aclose(rows: Any) -> None:
    await rows.aclose()
