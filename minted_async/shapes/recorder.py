"""`Shapes`: what a client is given to write down the shapes of its answers."""

from __future__ import annotations

import asyncio
import os
import threading
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from minted_async.core.config import check_seconds, check_type
from minted_async.core.forks import lock_of_module
from minted_async.core.logs import Log
from minted_async.core.operation import Operation
from minted_async.core.protocol import Request, Response
from minted_async.errors import ConfigurationError
from minted_async.shapes import file
from minted_async.shapes.looking import Look
from minted_async.shapes.naming import path_template
from minted_async.shapes.record import MOST_OPERATIONS, MOST_STATUSES, Record, Seen

logger: Final = Log("minted_async.shapes")

_GUARD: Final = lock_of_module()
"""Held while the counts of any recorder change."""


class Shapes:
    """Writes down what the API's answers look like, and nothing that they say.

    ```python
    async with MintedClient(username, password, observe=Shapes("shapes.json")) as minted: ...
    ```

    For each operation and status the file says which places were there, with which types of JSON, how often
    null, missing or empty, which forms the texts had, and how many digits the numbers. No value is in it,
    nor any name that belongs to somebody, so that it can be sent to whoever keeps the SDK's spec.

    It may be used by several clients, and the file by several processes: each adds what it saw, when a client
    is closed and `interval` seconds after something was seen. What cannot be written is logged
    (`minted_async.shapes`), and disturbs no call.

    Args:
        path: The file; it is made if it does not exist. Beside it stands a `.lock`.
        interval: Seconds after which it is written at the latest.

    Raises:
        ConfigurationError: The file cannot be used; the message says why.
    """

    def __init__(self, path: str | os.PathLike[str], *, interval: float = 60.0) -> None:
        check_type("the path of shapes", path, str | os.PathLike)
        if not os.fspath(path):
            raise ConfigurationError("the path of shapes must not be empty")
        check_seconds("interval", interval, positive=True)
        self._interval = interval
        try:
            # What a link names is replaced, not the link; and who names it directly has the same lock.
            self._path = Path(path).resolve()
            if not self._path.parent.is_dir():
                raise ConfigurationError(f"{self._path.parent} is no folder: make it, or name another file")
            file.read(self._path)
        except (OSError, ValueError, RuntimeError) as problem:
            reason = problem.strerror if isinstance(problem, OSError) else str(problem)
            raise ConfigurationError(
                f"{os.fspath(path)!r} cannot be read: {reason or type(problem).__name__}"
            ) from problem
        self._begin()

    def see(self, operation: Operation[Any], request: Request, response: Response) -> None:
        """Count an answer. Never raises."""
        # The path that a caller wrote out may hold ids.
        if operation.written_out:
            return
        try:
            with _GUARD:
                if self._process != os.getpid():
                    self._begin()  # what was seen before the fork is the parent's
                look = self._look(operation, str(response.status))
                if look is None:
                    return
                look.see(operation, request, response)
            self._schedule()
        except Exception as problem:
            # Without its text, which may quote the answer.
            name = type(problem).__name__
            logger.error("%s: the shape of an answer could not be seen (%s)", operation.id, name)

    async def flush(self) -> None:
        """Write what was seen, in a thread; a client does so when it is closed."""
        await asyncio.to_thread(self.save)

    def save(self) -> None:
        """Write what was seen, and return when it is on the disk; `flush` does not block the event loop.

        What cannot be written is kept for the next time, and the log says so.
        """
        if self._process != os.getpid():
            return
        with self._saving:
            with _GUARD:
                record = self._take()
            if not record.operations:
                return
            try:
                file.add(self._path, record)
            except (OSError, ConfigurationError) as problem:
                with _GUARD:
                    self._give_back(record)
                said = problem.happened if isinstance(problem, ConfigurationError) else problem.strerror
                logger.warning("%s: shapes could not be written, and are kept (%s)", self._path, said)

    def __repr__(self) -> str:
        """Where it writes."""
        return f"Shapes({str(self._path)!r})"

    def _begin(self) -> None:
        self._saving = threading.Lock()  # of which a child makes another
        self._operations: dict[str, _Observed] = {}
        # Loops that will save: one at a time for each.
        self._scheduled: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, None] = (
            weakref.WeakKeyDictionary()
        )
        self._process = os.getpid()  # last: from here on, no thread takes a lock of the parent's

    def _look(self, operation: Operation[Any], status: str) -> Look | None:
        """Where the answers of an operation and status are counted; None if they are one too many."""
        observed = self._operations.get(operation.id)
        if observed is None:
            if len(self._operations) >= MOST_OPERATIONS:
                return None
            observed = self._operations[operation.id] = _Observed(operation)
        look = observed.looks.get(status)
        if look is None:
            if len(observed.looks) >= MOST_STATUSES:
                return None
            look = observed.looks[status] = Look()
        return look

    def _schedule(self) -> None:
        loop = asyncio.get_running_loop()
        if loop not in self._scheduled:
            self._scheduled[loop] = None
            loop.call_later(self._interval, self._save_soon, loop)

    def _save_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        self._scheduled.pop(loop, None)
        with suppress(RuntimeError):  # the loop is ending, and its clients have written what was seen
            loop.run_in_executor(None, self.save)

    def _take(self) -> Record:
        record = Record()
        for name, observed in self._operations.items():
            answers = {status: look.take() for status, look in observed.looks.items() if look.answers.count}
            if answers:
                seen = Seen(method=observed.method, path=observed.path, answers=answers)
                record.operations[name] = seen
        return record

    def _give_back(self, record: Record) -> None:
        for name, seen in record.operations.items():
            for status, answers in seen.answers.items():
                look = self._operations[name].looks[status]
                answers.add(look.answers)
                look.answers = answers


class _Observed:
    """An operation, and what was seen of its answers by status."""

    def __init__(self, operation: Operation[Any]) -> None:
        self.method = operation.method
        self.path = path_template(operation.path)
        self.looks: dict[str, Look] = {}
