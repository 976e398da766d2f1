"""What the generated twins stand on: where the async object behind each of them is found, in any process."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Concatenate, Generic, NoReturn, ParamSpec, Self, TypeVar, cast

from minted_async.blocking.door import Door, OfProcess
from minted_async.client import MintedClient, calling_line
from minted_async.core.cached import computed
from minted_async.core.config import is_database
from minted_async.errors import ConfigurationError

P = ParamSpec("P")
T = TypeVar("T")
U = TypeVar("U")


class _Found(OfProcess, Generic[T]):
    """An object of one process."""

    def __init__(self, found: T) -> None:
        super().__init__()
        self.object = found


class Source(Generic[T]):
    """How to get at an async object: once in each process.

    Args:
        door: The client that it belongs to.
        find: Gets it, or makes it.
        is_client: Whether it is the client itself, and no view of it.
    """

    def __init__(self, door: Door, find: Callable[[], T], *, is_client: bool = False) -> None:
        self.door = door
        self.is_client = is_client
        self._find = find
        self._found: _Found[T] | None = None

    @property
    def is_found(self) -> bool:
        """Whether the object of this process is there already."""
        return self._found is not None and self._found.is_of_here

    def get(self) -> T:
        """The object of this process."""
        found = self._found
        if found is None or not found.is_of_here:
            with self.door.lock:  # two threads must not make two
                found = self._found
                if found is None or not found.is_of_here:
                    found = self._found = _Found(self._find())
        return found.object

    def then(self, step: Callable[[T], U]) -> Source[U]:
        """Something that this object has or gives."""
        return Source(self.door, lambda: step(self.get()))


class Twin(Generic[T]):
    """A class of the async side as threads use it: each call waits until it has ended."""

    def __init__(self, source: Source[T]) -> None:
        source.get()  # what is wrong with its arguments is raised now
        self._source = source

    @property
    def _async(self) -> T:
        return self._source.get()

    def _view(self, source: Source[T]) -> Self:
        """The same with another source: what is made from it is made anew."""
        view = type(self).__new__(type(self))
        view.__dict__.update(self.__dict__)
        for name in computed(view):
            del view.__dict__[name]
        source.get()
        view._source = source
        return view

    def _run(self, function: Callable[P, Awaitable[U]], *args: P.args, **kwargs: P.kwargs) -> U:
        return self._source.door.run(lambda: function(*args, **kwargs))

    def _begin(self, function: Callable[P, U], *args: P.args, **kwargs: P.kwargs) -> Source[U]:
        """What a function gives that has to be called in the event loop, such as an iterator."""

        async def call() -> U:
            return function(*args, **kwargs)

        door = self._source.door
        begun = _Found(self._run(call))

        def find() -> U:
            if not begun.is_of_here:
                raise ConfigurationError(
                    "this iterator was begun before the process forked, and is the parent's: begin another"
                )
            return begun.object

        return Source(door, find)

    def _close(
        self, aclose: Callable[Concatenate[T, P], Awaitable[None]], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Close what is open in this process, and nothing of another one."""
        source = self._source
        if source.is_client:
            source.door.close(lambda: aclose(source.get(), *args, **kwargs))
        elif source.door.is_open and source.is_found:
            source.door.run(lambda: aclose(source.get(), *args, **kwargs))

    def __repr__(self) -> str:
        """The async object behind it."""
        source: Source[T] | None = self.__dict__.get("_source")
        try:
            shown = "client, not made" if source is None else repr(source.get())
        except ConfigurationError:
            shown = f"{type(self).__name__} of the parent of this process"
        return f"<blocking {shown}>"

    def __reduce__(self) -> NoReturn:
        raise ConfigurationError(
            f"a blocking {type(self).__name__} cannot be pickled, as it holds connections: make the client "
            "in the worker, by an initializer or at the top of a module"
        )


class Given(Generic[P, T]):
    """What an object is made of, the password included: it shows in no variable of a traceback."""

    def __init__(self, make: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> None:
        self._made = partial(make, *args, **kwargs)

    def make(self) -> T:
        """Make one."""
        return self._made()

    def share_journal(self) -> str | None:
        """Have each process open the same journal; or what cannot be used again in a fork."""
        journal: object = self._made.keywords["journal"]
        if journal is None or is_database(journal):
            return None
        if not isinstance(journal, str | os.PathLike):
            return f"journal={type(journal).__name__}(...)"
        from minted_async.trades.journal.sqlite_file import check_file_path

        # The same file, wherever the process goes before it forks.
        self._made.keywords["journal"] = check_file_path(cast("str | os.PathLike[str]", journal))
        return None


def open_client(given: Given[..., MintedClient]) -> Source[MintedClient]:
    """A client for all threads of this process, and of those that are forked from it."""
    door = Door(given.make, made_at=calling_line(), unshared=given.share_journal())
    return Source(door, door.client, is_client=True)
